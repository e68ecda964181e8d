//! Does the demo import what the shop holds, and does a second run leave everything as it is?
#![expect(clippy::expect_used, clippy::panic, reason = "what fails here is a failed test")]

use serde_json::Value;
use support::command::{Place, Said};
use tenon_runtime::store::RecordStore;
use tenon_runtime::store::sqlite::SqliteStore;

const BINARY: &str = env!("CARGO_BIN_EXE_connectors-under-test");

async fn demo(place: &Place) -> Value {
    let said: Said = place.run_beside(&["demo", "--store", "demo.db", "--json"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

async fn dump(place: &Place) -> String {
    let store = SqliteStore::open(place.folder().join("demo.db")).expect("the store opens");
    store.dump().await.expect("the store answers")
}

/// The counts of one kind, by type.
fn counted(result: &Value, what: &str) -> Vec<(String, u64)> {
    let counts = result["counts"].as_array().expect("counts");
    counts
        .iter()
        .map(|count| {
            let external = count["external"].as_str().expect("a type").to_owned();
            (external, count[what].as_u64().expect("a number"))
        })
        .collect()
}

fn total(result: &Value, what: &str) -> u64 {
    counted(result, what).iter().map(|(_, count)| count).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_imports_what_the_shop_holds_and_again_changes_nothing() {
    let place = Place::empty(BINARY);
    let first = demo(&place).await;
    let mut held: Vec<(String, u64)> = first["shop"]
        .as_object()
        .expect("what the shop holds")
        .iter()
        .map(|(external, count)| (external.clone(), count.as_u64().expect("a number")))
        .collect();
    let mut read = counted(&first, "read");
    held.sort();
    read.sort();
    assert_eq!(read, held);
    assert_eq!(total(&first, "failed"), 2, "{first}");
    assert_eq!(total(&first, "created") + 2, total(&first, "read"), "{first}");
    let before = dump(&place).await;
    assert!(before.lines().count() > 200, "there is something to compare");

    let second = demo(&place).await;
    assert_eq!(
        (
            total(&second, "created"),
            total(&second, "updated"),
            total(&second, "failed")
        ),
        (0, 0, 2),
        "{second}"
    );
    assert_eq!(total(&second, "unchanged") + 2, total(&second, "read"), "{second}");
    let after = dump(&place).await;
    assert!(before == after, "a second run changed the store");
}
