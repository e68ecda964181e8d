//! Lookups for each element of a list, in children, and behind a load: asked once per model and stratum for a whole claim.

use serde_json::value::RawValue;
use support::sync::case::world_of;
use support::sync::{Selection, World};
use tenon_runtime::value::{Key, Stored};

/// A shop with a site, a view of it and three categories, a warehouse at the inside, two codes.
async fn world() -> World {
    let world = world_of("lookup_for_each").await;
    for id in 1..=3 {
        let category = format!(r#"{{"id": {id}, "name": "Category {id}"}}"#);
        world.shop.has("Category", &id.to_string(), &category);
    }
    let site = r#"{"id": 5, "name": "Europe", "currency": "EUR", "categories": [3, 1]}"#;
    world.shop.has("Website", "5", site);
    world
        .shop
        .has("View", "8", r#"{"id": 8, "name": "French", "website_id": 5}"#);
    world.shop.has(
        "View",
        "9",
        r#"{"id": 9, "name": "Swiss", "currency": "CHF", "website_id": 5}"#,
    );
    for code in ["A", "B"] {
        world
            .inside_has("product.code", &[("code", Stored::Text(code.to_owned()))])
            .await;
    }
    world
}

fn product(id: u32, view: u32) -> Selection {
    let json = format!(
        r#"{{"id": {id}, "name": "Product {id}", "categories": [2, 1, 3], "view_id": {view},
            "options": [{{"value": "a", "codes": ["B", "A"], "used": true}}, {{"value": "b", "codes": ["X"], "used": false}},
                        {{"value": "c", "codes": ["A"], "used": true}}, {{"value": "d", "codes": [], "used": true}}],
            "variants": [{{"id": {id}1, "name": "Small", "code": "A"}}, {{"id": {id}2, "name": "Large", "code": null}}]}}"#
    );
    Selection::Given(Key(id.to_string()), RawValue::from_string(json).unwrap())
}

#[tokio::test]
async fn elements_are_looked_up_and_records_are_read_behind_each_other() {
    let world = world().await;
    let told = world.import_telling("Product", product(1, 8)).await;
    insta::assert_snapshot!(format!("{told}{}", world.dump().await));
    assert_eq!(
        world.import("Product", product(1, 8)).await,
        "Product: read 1 = 1 unchanged\n"
    );
}

#[tokio::test]
async fn the_setting_of_the_view_wins_over_that_of_its_site() {
    let world = world().await;
    world.import("Product", product(1, 9)).await;
    assert!(world.table("product").await.contains(r#"currency="CHF""#));
}

#[tokio::test]
async fn what_a_loaded_record_refers_to_counts_as_read() {
    let world = world().await;
    world.import("Product", product(1, 8)).await;
    let site = r#"{"id": 5, "name": "Europe", "currency": "USD", "categories": [2]}"#;
    world.shop.has("Website", "5", site);
    world.import_one("Website", "5").await;
    assert_eq!(
        world.import("Product", product(1, 8)).await,
        "Product: read 1 = 1 updated\n"
    );
    assert!(world.table("product").await.contains(r#"currency="USD""#));
}

#[tokio::test]
async fn a_key_that_leads_nowhere_fails_refs_with_its_rule() {
    let world = world().await;
    world.shop.forget("Category", "3");
    insta::assert_snapshot!(world.import_telling("Product", product(1, 8)).await);
}

#[tokio::test]
async fn a_claim_of_a_hundred_records_asks_once_per_model_and_stratum() {
    let world = world().await;
    world.import("Product", product(1000, 8)).await;
    world.import("Product", product(1001, 9)).await;
    for id in 1..=100 {
        world.start("Product", product(id, 8 + id % 2)).await;
    }
    let asked = world.work_counting(100).await;
    insta::assert_snapshot!(asked);
    assert_eq!(world.table("product").await.lines().count(), 102);
}
