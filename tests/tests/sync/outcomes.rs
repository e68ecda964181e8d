//! `skip`, `retry`, `after`, `latest by`, `changes find`: what becomes of the record, of the counters, and after a restart.

use std::time::Duration;

use support::sync::outlet::{invoice, order, outlet, state};
use support::sync::{Selection, World};
use tenon_runtime::queue::worker::{Stop, Until};
use tenon_runtime::sync::End;
use tenon_runtime::value::Key;

const HALF_AN_HOUR: Duration = Duration::from_secs(1800);

fn id(key: &str) -> Selection {
    Selection::Id(Key(key.to_owned()))
}

/// An order of the first view that nothing stops.
fn open(number: &str, minute: u8) -> String {
    order(number, 1, &state("open", minute))
}

async fn waits(world: &World, run: i64) -> String {
    world.waits(run).await
}

#[tokio::test]
async fn a_skipped_record_is_counted_with_its_reason_and_writes_nothing() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 1, &state("canceled", 1)));
    world.shop.has("Order", "8", &open("8", 1));
    assert_eq!(
        world.import_telling("Order", Selection::New).await,
        "Order: read 2 = 1 created + 1 skipped\nView: read 0, 1 for others\nOrder 7 skipped: order 7 was canceled\n"
    );
    assert_eq!(world.table("sale.order").await.lines().count(), 1);
    assert_eq!(world.jobs().await, "");
}

#[tokio::test]
async fn a_skip_that_needs_no_answer_imports_nothing_first() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 1, &state("canceled", 1)));
    world.import("Order", id("7")).await;
    assert_eq!(world.shop.calls(), ["Order.read 7", "Invoice.list 17"]);
    assert_eq!(world.table("web.view").await, "");
}

#[tokio::test]
async fn a_skip_may_ask_for_other_records() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 3, &state("open", 1)));
    assert_eq!(
        world.import_telling("Order", id("7")).await,
        "Order: read 1 = 1 skipped\nView: read 0, 1 for others\nOrder 7 skipped: view View 3 imports no orders\n"
    );
}

#[tokio::test]
async fn a_bound_record_that_is_skipped_stays_and_an_older_state_of_it_is_not_imported() {
    let world = outlet().await;
    world.shop.has("Order", "7", &open("7", 1));
    world.import("Order", Selection::New).await;
    let before = world.table("sale.order").await;
    world.shop.has("Order", "7", &order("7", 1, &state("canceled", 20)));
    for _ in 0..2 {
        assert_eq!(
            world.import("Order", Selection::New).await,
            "Order: read 1 = 1 skipped\n"
        );
    }
    let late = serde_json::value::RawValue::from_string(open("7", 10).replace("Ada", "Late")).unwrap();
    assert_eq!(
        world.import("Order", Selection::Given(Key("7".to_owned()), late)).await,
        "Order: read 1 = 1 unchanged\n"
    );
    assert_eq!(world.table("sale.order").await, before);
}

#[tokio::test]
async fn a_record_that_waits_is_read_again_until_its_time_has_come() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 2, &state("open", 1)));
    let run = world.start("Order", Selection::New).await;
    for _ in 0..9 {
        world.work().await;
        assert_eq!(
            world.counts(run).await,
            "Order: read 1 = 1 pending\nView: read 0, 1 for others\n"
        );
        assert_eq!(
            world.jobs().await,
            "Scheduled import Order 7 of shop (waits) order 7 is not paid yet\n"
        );
        assert_eq!(waits(&world, run).await, "Order 7 in 1800 s: order 7 is not paid yet\n");
        world.clock.advance(HALF_AN_HOUR).await;
    }
    let paid = format!(r#"{}, "paid": 10.00"#, state("open", 1));
    world.shop.has("Order", "7", &order("7", 2, &paid));
    world.work().await;
    assert_eq!(
        world.counts(run).await,
        "Order: read 1 = 1 created\nView: read 0, 1 for others\n"
    );
    assert_eq!(
        (world.jobs().await, waits(&world, run).await),
        (String::new(), String::new())
    );
}

#[tokio::test]
async fn nothing_runs_before_the_time_has_come() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 2, &state("open", 1)));
    world.start("Order", id("7")).await;
    world.work().await;
    world.shop.calls();
    world.clock.advance(HALF_AN_HOUR - Duration::from_secs(1)).await;
    assert_eq!(world.work().await.ended, 0);
    assert_eq!(world.shop.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn a_record_waits_across_a_restart() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 2, &state("open", 1)));
    let run = world.start("Order", Selection::New).await;
    let first = world.worker();
    first.run(Until::Idle, &Stop::new()).await.unwrap();
    drop(first);
    let paid = format!(r#"{}, "paid": 10.00"#, state("open", 1));
    world.shop.has("Order", "7", &order("7", 2, &paid));
    world.clock.advance(HALF_AN_HOUR).await;
    world.worker().run(Until::Idle, &Stop::new()).await.unwrap();
    assert!(world.counts(run).await.starts_with("Order: read 1 = 1 created\n"));
}

#[tokio::test]
async fn another_run_joins_a_record_that_waits() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 2, &state("open", 1)));
    let first = world.start("Order", Selection::New).await;
    world.work().await;
    let second = world.start("Order", Selection::New).await;
    world.work().await;
    assert!(world.counts(first).await.starts_with("Order: read 1 = 1 pending\n"));
    assert_eq!(world.counts(second).await, "Order: read 1 = 1 joined\n");
}

#[tokio::test]
async fn what_is_skipped_does_not_wait() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 2, &state("canceled", 1)));
    assert_eq!(
        world.import("Order", Selection::New).await,
        "Order: read 1 = 1 skipped\n"
    );
}

#[tokio::test]
async fn a_condition_that_cannot_be_decided_ends_as_its_fault_says() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 9, &state("open", 1)));
    insta::assert_snapshot!(world.import_telling("Order", id("7")).await);
}

#[tokio::test]
async fn a_preview_tells_of_skips_and_waits() {
    let world = outlet().await;
    world.shop.has("Order", "7", &order("7", 1, &state("canceled", 1)));
    world.shop.has("Order", "8", &order("8", 2, &state("open", 1)));
    world.shop.has("Order", "9", &open("9", 1));
    let skipped = world.try_import("Order", "7").await;
    assert_eq!(skipped.end, End::Skipped("order 7 was canceled".to_owned()));
    assert_eq!(skipped.payloads.len(), 2, "what was read is shown");
    let waiting = world.try_import("Order", "8").await;
    let reason = "order 8 is not paid yet".to_owned();
    assert_eq!(
        waiting.end,
        End::Waits {
            after: HALF_AN_HOUR,
            reason
        }
    );
    assert_eq!(waiting.plan.writes, Vec::new());
    let created = world.try_import("Order", "9").await;
    assert_eq!(created.plan.effects[0].function, "crate::author::confirm_order");
    assert_eq!(world.table("sale.order").await, "", "a preview calls no effect");
}

#[tokio::test]
async fn an_effect_writes_in_the_transaction_of_its_record() {
    let world = outlet().await;
    world.shop.has("Order", "7", &open("7", 1));
    world.import("Order", id("7")).await;
    insta::assert_snapshot!(format!(
        "{}{}",
        world.table("sale.order").await,
        world.table("sale.log").await
    ));
    assert_eq!(world.import("Order", id("7")).await, "Order: read 1 = 1 unchanged\n");
    assert_eq!(world.table("sale.log").await.lines().count(), 1, "nothing was stored");
    world.shop.has("Order", "7", &open("7", 2).replace("Ada", "Grace"));
    assert_eq!(world.import("Order", id("7")).await, "Order: read 1 = 1 updated\n");
    assert_eq!(world.table("sale.log").await.lines().count(), 2);
}

#[tokio::test]
async fn an_effect_that_refuses_undoes_the_record_and_what_it_wrote_itself() {
    let world = outlet().await;
    world
        .shop
        .has("Order", "7", &open("7", 1).replace("10.00", "1000000.01"));
    assert_eq!(
        world.import_telling("Order", id("7")).await,
        "Order: read 1 = 1 failed\nView: read 0, 1 for others\n\
         Order 7 failed: crate::author::confirm_order (sale.order 1): order 7 is too large to be confirmed\n"
    );
    assert_eq!(
        (world.table("sale.order").await, world.table("sale.log").await),
        (String::new(), String::new())
    );
    assert!(world.jobs().await.starts_with("Failed import Order 7 of shop (data)"));
}

#[tokio::test]
async fn the_latest_of_several_is_joined_and_equal_ones_are_put_up_for_review() {
    let world = outlet().await;
    world.shop.has("Order", "7", &open("7", 1));
    let list = |invoices: &[String]| format!("[{}]", invoices.join(","));
    let (old, new) = (invoice(1, "7", 1), invoice(2, "7", 2));
    world
        .shop
        .lists("Invoice", &list(&[old.clone(), new.clone(), invoice(3, "8", 9)]));
    world.import("Order", id("7")).await;
    assert!(
        world.table("sale.order").await.contains("T2"),
        "{}",
        world.table("sale.order").await
    );
    world.shop.lists("Invoice", &list(&[old, new, invoice(4, "7", 2)]));
    insta::assert_snapshot!(world.import_telling("Order", id("7")).await);
}

#[tokio::test]
async fn a_change_of_a_joined_record_imports_the_main_one() {
    let world = outlet().await;
    world.shop.has("Order", "7", &open("7", 1));
    world.import("Order", Selection::New).await;
    world
        .shop
        .lists("Invoice", &format!("[{},{}]", invoice(1, "7", 1), invoice(2, "9", 1)));
    insta::assert_snapshot!(world.import_telling("Invoice", Selection::New).await);
    assert!(world.table("sale.order").await.contains("T1"));
    world.shop.has("Invoice", "3", &invoice(3, "7", 2));
    world.shop.lists("Invoice", &format!("[{}]", invoice(3, "7", 2)));
    assert_eq!(
        world.import("Invoice", id("3")).await,
        "Invoice: read 1 = 1 joined\nOrder: read 1 = 1 updated\n"
    );
    assert!(world.table("sale.order").await.contains("T3"));
}

#[tokio::test]
async fn a_type_that_nothing_imports_is_told_as_before() {
    let world = outlet().await;
    let error = tenon_runtime::sync::start::import(&world.sync, "shop", "Parcel", Selection::New).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("has no import mapper for Parcel"), "{error}");
}

#[tokio::test]
async fn a_missing_value_and_a_value_that_nothing_covers_are_wrong_data() {
    let world = outlet().await;
    world.shop.has(
        "Order",
        "7",
        &open("7", 1).replace(r#""customer": "Ada""#, r#""customer": null"#),
    );
    world.shop.has("Order", "8", &order("8", 1, &state("odd", 1)));
    world.shop.has("Order", "9", &order("9", 1, &state("shipped", 1)));
    insta::assert_snapshot!(world.import_telling("Order", Selection::New).await);
    assert_eq!(world.jobs().await.matches("(data)").count(), 2);
}
