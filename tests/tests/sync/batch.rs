//! Batches: what is listed, counted, and where the cursor stands.

use support::sync::{Selection, World, world};
use tenon_runtime::adapter::Cause;

fn customer(key: u32, time: &str) -> String {
    format!(
        r#"{{"customer_id": {key}, "email": "c{key}@example.org", "firstname": "C", "lastname": "{key}", "updated_at": "{time}"}}"#
    )
}

async fn cursor(world: &World) -> Option<String> {
    world.store.cursor("shop", "Customer", "").await.unwrap()
}

#[tokio::test]
async fn whole_records_are_not_read_again() {
    let world = world().await;
    for key in 1..=3 {
        world
            .shop
            .has("Customer", &key.to_string(), &customer(key, "2014-05-03 21:36:47"));
    }
    assert_eq!(
        world.import("Customer", Selection::New).await,
        "Customer: read 3 = 3 created\n"
    );
    assert_eq!(
        world.shop.calls(),
        ["Customer.list", "Address.list 1", "Address.list 2", "Address.list 3"]
    );
}

#[tokio::test]
async fn bare_keys_are_read_one_by_one() {
    let world = world().await;
    world.shop.lists("Group", r#"["0", 3, "7"]"#);
    for key in ["0", "3", "7"] {
        world
            .shop
            .has("Group", key, &format!(r#"{{"group_id": "{key}", "code": "G{key}"}}"#));
    }
    assert_eq!(
        world.import("Group", Selection::All).await,
        "Group: read 3 = 3 created\n"
    );
}

#[tokio::test]
async fn the_second_batch_starts_a_little_before_the_cursor() {
    let world = world().await;
    world.shop.has("Customer", "1", &customer(1, "2014-05-03 21:36:47"));
    world.shop.has("Customer", "2", &customer(2, "2014-05-01 00:00:00"));
    world.import("Customer", Selection::New).await;
    assert_eq!(cursor(&world).await.as_deref(), Some("2014-05-03T21:36:47Z"));
    world.shop.calls();
    assert_eq!(
        world.import("Customer", Selection::New).await,
        "Customer: read 1 = 1 unchanged\n"
    );
    assert_eq!(world.shop.calls()[0], "Customer.list 2014-05-03 21:36:17");
}

#[tokio::test]
async fn records_of_the_same_second_are_not_lost() {
    let world = world().await;
    world.shop.has("Customer", "1", &customer(1, "2014-05-03 21:36:47"));
    world.import("Customer", Selection::New).await;
    world.shop.has("Customer", "2", &customer(2, "2014-05-03 21:36:47"));
    assert_eq!(
        world.import("Customer", Selection::New).await,
        "Customer: read 2 = 1 created + 1 unchanged\n"
    );
}

#[tokio::test]
async fn the_cursor_never_goes_back_and_never_jumps_a_gap() {
    let world = world().await;
    world.shop.has("Customer", "1", &customer(1, "2014-05-03 00:00:00"));
    world
        .import("Customer", Selection::Since("2014-05-01".to_owned()))
        .await;
    assert_eq!(cursor(&world).await, None, "what lies before was never listed");
    world.import("Customer", Selection::All).await;
    assert_eq!(cursor(&world).await.as_deref(), Some("2014-05-03T00:00:00Z"));
    world.shop.has("Customer", "1", &customer(1, "2014-05-02 00:00:00"));
    world.import("Customer", Selection::All).await;
    assert_eq!(cursor(&world).await.as_deref(), Some("2014-05-03T00:00:00Z"));
    world.shop.has("Customer", "2", &customer(2, "2014-06-01 00:00:00"));
    world
        .import("Customer", Selection::Since("2014-05-20".to_owned()))
        .await;
    assert_eq!(
        cursor(&world).await.as_deref(),
        Some("2014-05-03T00:00:00Z"),
        "the days between were not listed"
    );
    world.import("Customer", Selection::New).await;
    assert_eq!(cursor(&world).await.as_deref(), Some("2014-06-01T00:00:00Z"));
}

#[tokio::test]
async fn every_element_is_accounted_for() {
    let world = world().await;
    let list = [
        customer(1, "2014-05-03 00:00:00"),
        customer(1, "2014-05-04 00:00:00"),
        r#"{"email": "nobody@example.org", "firstname": "No", "lastname": "Key"}"#.to_owned(),
        "null".to_owned(),
        customer(2, "no time at all"),
        customer(3, "2014-05-02 00:00:00").replace("\"C\"", "{}"),
    ];
    world.shop.lists("Customer", &format!("[{}]", list.join(",")));
    insta::assert_snapshot!(world.import_telling("Customer", Selection::All).await);
    insta::assert_snapshot!("all_are_held_by_jobs", world.jobs().await);
    assert_eq!(cursor(&world).await.as_deref(), Some("2014-05-04T00:00:00Z"));
}

#[tokio::test]
async fn php_writes_an_empty_list_in_its_own_ways() {
    for empty in ["[]", "{}", "false", "null", "\"\""] {
        let world = world().await;
        world.shop.lists("Customer", empty);
        assert_eq!(world.import("Customer", Selection::All).await, "", "{empty}");
        assert_eq!(world.jobs().await, "", "{empty}");
    }
}

#[tokio::test]
async fn a_list_that_is_none_fails_the_batch() {
    let world = world().await;
    world.shop.lists("Customer", "[1, 2");
    insta::assert_snapshot!(world.import_telling("Customer", Selection::All).await);
    assert_eq!(cursor(&world).await, None);
}

#[tokio::test]
async fn a_list_behind_a_broken_network_is_asked_for_again() {
    let world = world().await;
    world.shop.has("Customer", "1", &customer(1, "2014-05-03 00:00:00"));
    world.shop.fails(
        "Customer.list",
        [Cause::Network {
            reason: "connection reset".to_owned(),
            connected: true,
        }],
    );
    let run = world.start("Customer", Selection::All).await;
    world.work().await;
    assert_eq!(world.counts(run).await, "");
    world.clock.advance(std::time::Duration::from_secs(3600)).await;
    world.work().await;
    assert_eq!(world.counts(run).await, "Customer: read 1 = 1 created\n");
}

#[tokio::test]
async fn a_record_that_waits_in_another_run_is_joined() {
    let world = world().await;
    world.shop.has("Customer", "1", &customer(1, "2014-05-03 00:00:00"));
    let one = world
        .start("Customer", Selection::Id(tenon_runtime::value::Key("1".to_owned())))
        .await;
    let two = world
        .start("Customer", Selection::Id(tenon_runtime::value::Key("1".to_owned())))
        .await;
    assert_eq!(world.counts(two).await, "Customer: read 1 = 1 joined\n");
    world.work().await;
    assert_eq!(world.counts(one).await, "Customer: read 1 = 1 created\n");
    assert_eq!(world.counts(two).await, "Customer: read 1 = 1 joined\n");
}

#[tokio::test]
async fn parents_of_the_same_batch_are_imported_first_and_counted_once() {
    let world = world().await;
    world
        .shop
        .has("Group", "1", r#"{"group_id": 1, "code": "A", "parent_id": 2}"#);
    world
        .shop
        .has("Group", "2", r#"{"group_id": 2, "code": "B", "parent_id": 3}"#);
    world.shop.has("Group", "3", r#"{"group_id": 3, "code": "C"}"#);
    assert_eq!(
        world.import("Group", Selection::All).await,
        "Group: read 3 = 3 created\n"
    );
    assert_eq!(
        world.import("Group", Selection::All).await,
        "Group: read 3 = 3 unchanged\n"
    );
    assert_eq!(
        world.shop.calls(),
        ["Group.list", "Group.list"],
        "nothing is read twice"
    );
}

#[tokio::test]
async fn a_thousand_records_add_up() {
    let world = world().await;
    for key in 1..=1000 {
        let time = format!("2014-05-03 {:02}:{:02}:00", key / 60, key % 60);
        let broken = key % 100 == 0;
        let json = customer(key, &time);
        world.shop.has(
            "Customer",
            &key.to_string(),
            &if broken { json.replace("\"C\"", "[]") } else { json },
        );
    }
    let counts = world.import("Customer", Selection::All).await;
    assert_eq!(counts, "Customer: read 1000 = 990 created + 10 failed\n");
}
