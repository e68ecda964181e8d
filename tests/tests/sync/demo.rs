//! The ready Magento connector against the demo shop, over real HTTP: everything, twice.

use support::sync::Selection;
use support::sync::demo::demo;

/// In the order in which they refer to each other, and against it.
const TYPES: [&str; 5] = ["Website", "Store", "StoreView", "CustomerGroup", "Customer"];

#[tokio::test]
async fn the_demo_shop_is_imported_and_the_second_run_changes_nothing() {
    let demo = demo().await;
    let mut told = String::new();
    for external in TYPES {
        told.push_str(&demo.world.import_telling(external, Selection::New).await);
    }
    insta::assert_snapshot!("first_run", told);
    let before = demo.world.dump().await;
    insta::assert_snapshot!("inside", before);
    let mut told = String::new();
    for external in TYPES {
        told.push_str(&demo.world.import(external, Selection::All).await);
    }
    insta::assert_snapshot!("second_run", told);
    assert_eq!(demo.world.dump().await, before);
}
