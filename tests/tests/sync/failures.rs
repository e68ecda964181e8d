//! What goes wrong: data, the network, people; what is said, what is kept, what runs again.

use std::time::Duration;

use support::sync::{Selection, world};
use tenon_runtime::adapter::Cause;
use tenon_runtime::value::Key;

const ADA: &str = r#"{"customer_id": "21", "email": "ada@example.org", "firstname": "Ada", "lastname": "Lovelace",
    "updated_at": "2014-05-03 21:36:47"}"#;

fn id(key: &str) -> Selection {
    Selection::Id(Key(key.to_owned()))
}

#[tokio::test]
async fn all_mistakes_of_a_payload_are_told_at_once() {
    let world = world().await;
    world.shop.has(
        "Customer",
        "21",
        r#"{"customer_id": "21", "firstname": 7.5, "email": {}, "rank": "many"}"#,
    );
    insta::assert_snapshot!(world.import_telling("Customer", id("21")).await);
}

#[tokio::test]
async fn all_faults_of_the_rules_are_told_at_once() {
    let world = world().await;
    let broken = ADA.replace("Lovelace", "Augusta King, Countess of Lovelace").replace(
        "\"email\"",
        "\"group_id\": 3, \"website_id\": 9, \"rank\": 120, \"email\"",
    );
    world.shop.has("Customer", "21", &broken);
    insta::assert_snapshot!(world.import_telling("Customer", id("21")).await);
    insta::assert_snapshot!("dead_letter", world.jobs().await);
    assert_eq!(world.table("res.partner").await, "");
}

#[tokio::test]
async fn a_record_that_is_gone_is_skipped() {
    let world = world().await;
    insta::assert_snapshot!(world.import_telling("Customer", id("21")).await);
    assert_eq!(world.jobs().await, "");
}

#[tokio::test]
async fn a_bound_record_that_is_gone_is_put_up_for_review() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    world.import_one("Customer", "21").await;
    world.shop.forget("Customer", "21");
    insta::assert_snapshot!(world.import_telling("Customer", id("21")).await);
    assert_eq!(world.table("res.partner").await.lines().count(), 1);
}

#[tokio::test]
async fn another_record_than_was_asked_for_is_refused() {
    let world = world().await;
    world.shop.has("Customer", "22", ADA);
    insta::assert_snapshot!(world.import_telling("Customer", id("22")).await);
}

#[tokio::test]
async fn a_broken_network_is_tried_again_later() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    world.shop.fails(
        "Customer.read",
        [Cause::Network {
            reason: "connection reset".to_owned(),
            connected: true,
        }],
    );
    let run = world.start("Customer", id("21")).await;
    world.work().await;
    assert_eq!(world.counts(run).await, "Customer: read 1 = 1 pending\n");
    insta::assert_snapshot!(world.jobs().await);
    world.clock.advance(Duration::from_secs(3600)).await;
    world.work().await;
    assert_eq!(world.counts(run).await, "Customer: read 1 = 1 created\n");
}

#[tokio::test]
async fn a_network_that_stays_broken_fails_the_record() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    let broken = || Cause::Server {
        status: 503,
        text: "maintenance".to_owned(),
    };
    world.shop.fails("Customer.read", (0..9).map(|_| broken()));
    let run = world.start("Customer", id("21")).await;
    for _ in 0..9 {
        world.work().await;
        world.clock.advance(Duration::from_secs(7200)).await;
    }
    assert_eq!(world.counts(run).await, "Customer: read 1 = 1 failed\n");
    insta::assert_snapshot!(world.problems(run).await);
}

#[tokio::test]
async fn refused_credentials_fail_at_once() {
    let world = world().await;
    world.shop.fails(
        "Customer.read",
        [Cause::Auth {
            text: "wrong key".to_owned(),
        }],
    );
    insta::assert_snapshot!(world.import_telling("Customer", id("21")).await);
}

#[tokio::test]
async fn a_join_that_cannot_be_fetched_is_tried_again() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    world.shop.fails(
        "Address.list",
        [Cause::Timeout {
            after: Duration::from_secs(30),
        }],
    );
    let run = world.start("Customer", id("21")).await;
    world.work().await;
    assert_eq!(world.counts(run).await, "Customer: read 1 = 1 pending\n");
    world.clock.advance(Duration::from_secs(3600)).await;
    world.work().await;
    assert_eq!(world.counts(run).await, "Customer: read 1 = 1 created\n");
}

#[tokio::test]
async fn what_was_read_is_shown_where_a_join_fails() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    let after = Duration::from_secs(30);
    world.shop.fails("Address.list", [Cause::Timeout { after }]);
    let tried = world.try_import("Customer", "21").await;
    let shown: Vec<&str> = tried.payloads.iter().map(|(alias, _)| alias.as_str()).collect();
    assert_eq!(shown, ["c"], "{tried:?}");
    assert!(
        tried
            .end
            .reason()
            .is_some_and(|reason| reason.contains("no answer within 30 s"))
    );
}

#[tokio::test]
async fn a_dependency_behind_a_broken_network_is_waited_for() {
    let world = world().await;
    world.shop.has(
        "Customer",
        "21",
        &ADA.replace("\"email\"", "\"group_id\": 3, \"email\""),
    );
    world.shop.has("Group", "3", r#"{"group_id": "3", "code": "Retail"}"#);
    world.shop.fails(
        "Group.read",
        [Cause::Network {
            reason: "connection reset".to_owned(),
            connected: true,
        }],
    );
    let run = world.start("Customer", id("21")).await;
    world.work().await;
    insta::assert_snapshot!(world.jobs().await);
    world.clock.advance(Duration::from_secs(3600)).await;
    world.work().await;
    assert_eq!(
        world.counts(run).await,
        "Customer: read 1 = 1 created\nGroup: read 0, 1 for others\n"
    );
}

#[tokio::test]
async fn a_warning_lets_the_record_through() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    let silent = r#"{"address_id": "93", "name": "Work", "street": "Dorset St 1", "is_default": false}"#;
    world.shop.book("21", &[silent]);
    assert_eq!(
        world.import_one("Customer", "21").await,
        "Customer: read 1 = 1 created\n"
    );
    let tried = world.try_import("Customer", "21").await;
    let reasons: Vec<String> = tried
        .plan
        .checkpoints
        .iter()
        .map(|checkpoint| checkpoint.reason.clone())
        .collect();
    assert_eq!(reasons, ["shop/1/partner.tenon:80 address 93 has no phone"]);
}

#[tokio::test]
async fn an_ambiguous_join_is_put_up_for_review() {
    let world = world().await;
    world.shop.has("Customer", "21", ADA);
    let home = |key: u8| {
        format!(r#"{{"address_id": {key}, "name": "Home", "street": "S", "phone": "1", "is_default": true}}"#)
    };
    world.shop.book("21", &[&home(1), &home(2)]);
    insta::assert_snapshot!(world.import_telling("Customer", id("21")).await);
}

#[tokio::test]
async fn an_edited_record_is_imported_as_given() {
    let world = world().await;
    let given = serde_json::value::RawValue::from_string(ADA.to_owned()).unwrap();
    let selection = Selection::Given(Key("21".to_owned()), given);
    assert_eq!(
        world.import("Customer", selection).await,
        "Customer: read 1 = 1 created\n"
    );
    assert_eq!(world.shop.calls(), ["Address.list 21"]);
}
