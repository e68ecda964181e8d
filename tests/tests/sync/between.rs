//! What happens between plan and end: others are faster, adapters break off, the program goes.

use std::time::Duration;

use serde_json::value::RawValue;
use support::sync::{Selection, World, world};
use tenon_runtime::queue::ClaimedJob;
use tenon_runtime::store::{ClaimRequest, Completed};
use tenon_runtime::value::Key;

fn customer(name: &str, updated_at: &str) -> Selection {
    let json = format!(
        r#"{{"customer_id": 21, "firstname": "{name}", "lastname": "L", "updated_at": "{updated_at} 00:00:00"}}"#
    );
    Selection::Given(Key("21".to_owned()), RawValue::from_string(json).unwrap())
}

async fn claimed(world: &World) -> Vec<ClaimedJob> {
    let request = ClaimRequest {
        worker: uuid::Uuid::now_v7(),
        units: vec!["import shop Customer".to_owned()],
        limit: 100,
        lease: Duration::from_secs(60),
    };
    world.store.claim(&request).await.unwrap()
}

#[tokio::test]
async fn an_older_record_does_not_overwrite_a_newer_one_that_changed_nothing() {
    let world = world().await;
    world.import("Customer", customer("Ada", "2014-05-01")).await;
    let run = world.start("Customer", customer("Bob", "2014-05-02")).await;
    let slow = claimed(&world).await;
    let handler = &world.sync.handlers().unwrap()[0];
    let planned = handler.run(&slow).await;
    // Bob was a slip of the shop, mended before the slow worker got to write it.
    let mended = world.import("Customer", customer("Ada", "2014-05-03")).await;
    assert_eq!(mended, "Customer: read 1 = 1 unchanged\n");
    let before = world.dump().await;
    let late = world.store.complete(&planned).await.unwrap();
    assert!(matches!(late.as_slice(), [Completed::Stale(_)]), "{late:?}");
    assert_eq!(world.dump().await, before);
    let again = handler.run(&slow).await;
    assert!(matches!(
        world.store.complete(&again).await.unwrap().as_slice(),
        [Completed::Applied(_)]
    ));
    assert_eq!(world.counts(run).await, "Customer: read 1 = 1 unchanged\n");
    assert!(world.table("res.partner").await.contains("Ada"));
}

#[tokio::test]
async fn a_call_for_a_join_that_breaks_off_costs_its_record_only() {
    let world = world().await;
    world.shop.panics("Address.list");
    let importing = world.import("Customer", customer("Ada", "2014-05-01"));
    let counts = tokio::time::timeout(Duration::from_secs(20), importing).await;
    assert_eq!(counts.unwrap(), "Customer: read 1 = 1 failed\n");
    assert!(
        world
            .jobs()
            .await
            .starts_with("Failed import Customer 21 of shop (crashed)")
    );
}

#[tokio::test]
async fn adapters_are_closed_at_the_end() {
    let world = world().await;
    world.sync.close().await;
    assert_eq!(world.shop.calls(), ["close"]);
}

#[tokio::test]
async fn a_given_record_of_another_key_is_not_taken() {
    let world = world().await;
    let other = RawValue::from_string(r#"{"group_id": 4, "code": "Retail"}"#.to_owned()).unwrap();
    let told = world
        .import_telling("Group", Selection::Given(Key("3".to_owned()), other))
        .await;
    assert_eq!(
        told,
        "Group: read 1 = 1 failed\nGroup 3 failed: Group 3 was asked for, 4 was sent\n"
    );
    assert_eq!(world.table("res.category").await, "");
}
