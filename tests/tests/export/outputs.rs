//! Does an export that writes several records write each once, in order, and know the key of the one before?

use serde_json::json;
use support::export::{ExportSelection, Outward, answer, outward};
use support::fake::Recorded;
use tenon_runtime::value::{RecordId, Stored};

use super::text;

const CASE: &str = "export_outputs";

fn shop() -> Vec<Recorded> {
    let prefs = json!({ "newsletter": false, "origin": { "shop": "main" } });
    let order = |name: &str| json!([{ "name": name, "email": null, "prefs": prefs, "tags": ["S7", "sale"] }]);
    vec![
        answer("order.create", order("Order S7"), json!("o1")),
        answer(
            "address.create",
            json!([{ "order_id": "o1", "street": "Main St", "city": null }]),
            json!("a1"),
        ),
        answer(
            "note.create",
            json!([{ "order_id": "o1", "text": "Order S7" }]),
            json!("n1"),
        ),
        answer("address.update", json!(["a1", { "street": "Side St" }]), json!(true)),
        answer("note.update", json!(["n1", { "text": "quick" }]), json!(true)),
        answer(
            "order.update",
            json!(["o1", { "prefs": { "newsletter": false, "language": "de", "origin": { "shop": "main" } } }]),
            json!(true),
        ),
    ]
}

async fn order(world: &Outward, more: &[(&str, Stored)]) -> RecordId {
    let mut values = vec![("name", text("S7"))];
    values.extend(more.iter().cloned());
    world.has("sale.order", &values).await
}

#[tokio::test]
async fn each_record_is_made_once_and_in_order() {
    let world = outward(CASE, shop()).await;
    let id = order(&world, &[("street", text("Main St"))]).await;
    let said = world.export("Order", id).await;
    assert_eq!(said, "1 created\n1 created\n1 created\n", "{:?}", world.asked());
    assert_eq!(
        world.asked(),
        [
            r#"order.create [{"name":"Order S7","email":null,"prefs":{"newsletter":false,"origin":{"shop":"main"}},"tags":["S7","sale"]}]"#,
            r#"address.create [{"order_id":"o1","street":"Main St","city":null}]"#,
            r#"note.create [{"order_id":"o1","text":"Order S7"}]"#,
        ]
    );
    assert_eq!(world.keys("Order", id).await, ["o1"]);
    assert_eq!(world.keys("Address", id).await, ["a1"]);
    assert_eq!(world.keys("Note", id).await, ["n1"]);

    assert_eq!(
        world.export("Order", id).await,
        "1 unchanged\n1 unchanged\n1 unchanged\n"
    );
    assert_eq!(world.asked().len(), 3);
}

#[tokio::test]
async fn a_change_goes_to_the_record_that_reads_it() {
    let world = outward(CASE, shop()).await;
    let id = order(&world, &[("street", text("Main St"))]).await;
    world.export("Order", id).await;
    world.changes("sale.order", id, &[("street", text("Side St"))]).await;
    let street = ExportSelection::Changed(id, vec!["street".to_owned()]);
    assert_eq!(
        world.export_these("Order", street).await,
        "1 updated\n1 unchanged\n1 unchanged\n"
    );
    assert_eq!(world.asked()[3..], [r#"address.update ["a1",{"street":"Side St"}]"#]);
    world.changes("sale.order", id, &[("language", text("de"))]).await;
    let language = ExportSelection::Changed(id, vec!["language".to_owned()]);
    assert_eq!(
        world.export_these("Order", language).await,
        "1 unchanged\n1 unchanged\n1 updated\n"
    );
    assert_eq!(
        world.asked()[4..],
        [r#"order.update ["o1",{"prefs":{"newsletter":false,"language":"de","origin":{"shop":"main"}}}]"#]
    );
}

#[tokio::test]
async fn a_change_that_no_rule_reads_makes_no_job() {
    let world = outward(CASE, shop()).await;
    let id = order(&world, &[]).await;
    world.export("Order", id).await;
    let asked = world.asked().len();
    let unread = ExportSelection::Changed(id, vec!["nobody_reads_this".to_owned()]);
    assert_eq!(world.export_these("Order", unread).await, "");
    // Only the second record reads the street: the first one's job leads to it.
    let street = ExportSelection::Changed(id, vec!["street".to_owned()]);
    assert_ne!(world.export_these("Order", street).await, "");
    assert_eq!(world.asked().len(), asked, "nothing differs");
}

#[tokio::test]
async fn a_record_that_is_not_written_does_not_keep_the_next_one() {
    let world = outward(CASE, shop()).await;
    let id = order(&world, &[]).await;
    let said = world.export("Order", id).await;
    assert!(said.starts_with("1 skipped\n1 created\n1 created\n"), "{said}");
    assert!(
        said.contains("`street is present and street != \"\"` does not hold"),
        "{said}"
    );
    assert_eq!(world.times("address.create"), 0);
}

#[tokio::test]
async fn a_failure_of_the_second_repeats_nothing_of_the_first() {
    let (address, others) = shop().into_iter().partition(|known| known.method == "address.create");
    let world = outward(CASE, others).await;
    let id = order(&world, &[("street", text("Main St"))]).await;
    let said = world.export("Order", id).await;
    assert!(said.starts_with("1 failed\n1 created\n"), "{said}");
    assert!(world.keys("Note", id).await.is_empty());

    world.shop.add(address);
    let said = world.export("Order", id).await;
    assert_eq!(said, "1 created\n1 created\n1 unchanged\n");
    assert_eq!((world.times("order.create"), world.times("address.create")), (1, 2));
}

#[tokio::test]
async fn what_is_skipped_or_waits_is_written_nowhere() {
    let world = outward(CASE, shop()).await;
    let draft = order(&world, &[("state", text("draft"))]).await;
    let said = world.export("Order", draft).await;
    assert_eq!(said, "1 skipped\n1: S7 is a draft\n");
    let open = order(&world, &[("state", text("open"))]).await;
    assert_eq!(world.export("Order", open).await, "1 pending\n");
    assert!(world.asked().is_empty());

    world.changes("sale.order", open, &[("state", text("sale"))]).await;
    world.waits(std::time::Duration::from_secs(1_801));
    world.work().await;
    assert_eq!(world.keys("Order", open).await, ["o1"]);
}

#[tokio::test]
async fn an_effect_runs_once_with_what_was_sent() {
    let world = outward(CASE, shop()).await;
    let id = order(&world, &[]).await;
    world.export("Order", id).await;
    world.export("Order", id).await;
    assert_eq!(world.holds("sale.order", id, "confirmed").await, Some(Stored::Int(1)));
}
