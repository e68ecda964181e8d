//! Does an export send exactly what differs, once, and never repeat a create whose outcome it does not know?
#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

#[path = "export/answers.rs"]
mod answers;
#[path = "export/around.rs"]
mod around;
#[path = "export/come_back.rs"]
mod come_back;
#[path = "export/empty.rs"]
mod empty;
#[path = "export/lines.rs"]
mod lines;
#[path = "export/outputs.rs"]
mod outputs;
#[path = "export/repeats.rs"]
mod repeats;
#[path = "export/two_way.rs"]
mod two_way;

use std::time::Duration;

use serde_json::json;
use support::export::{ExportSelection, Found, Outward, answer, outward, outward_with};
use support::fake::{Misbehavior, Recorded};
use tenon_runtime::Decimal;
use tenon_runtime::adapter::http::Options;
use tenon_runtime::value::{Key, RecordId, Stored};

fn text(text: &str) -> Stored {
    Stored::Text(text.to_owned())
}

fn amount(digits: &str) -> Stored {
    Stored::Decimal(digits.parse::<Decimal>().unwrap())
}

/// A product that the shop knows as number 879.
async fn product(world: &Outward) -> RecordId {
    let id = world
        .has("product.product", &[("name", text("Ring")), ("qty", amount("30.0000"))])
        .await;
    world.bound("Product", "879", id).await;
    id
}

fn stock_is_written() -> Vec<Recorded> {
    [
        json!([879, { "qty": 30, "is_in_stock": 1, "backorders": 0 }]),
        json!([879, { "qty": 0, "is_in_stock": 0 }]),
        json!([879, { "qty": 12.5 }]),
        json!([879, { "backorders": 2 }]),
    ]
    .map(|args| answer("stock_item.update", args, json!(true)))
    .into()
}

#[tokio::test]
async fn what_differs_is_sent_and_what_is_agreed_is_not() {
    let world = outward("export_stock", stock_is_written()).await;
    let id = product(&world).await;
    assert_eq!(world.export("StockItem", id).await, "1 updated\n");
    assert_eq!(
        world.asked(),
        [r#"stock_item.update [879,{"qty":30.0000,"is_in_stock":1,"backorders":0}]"#]
    );
    assert_eq!(world.keys("StockItem", id).await, ["879"]);

    assert_eq!(world.export("StockItem", id).await, "1 unchanged\n");
    assert_eq!(world.asked().len(), 1);

    world.changes("product.product", id, &[("qty", amount("0.0000"))]).await;
    assert_eq!(world.export("StockItem", id).await, "1 updated\n");
    assert_eq!(
        world.asked()[1],
        r#"stock_item.update [879,{"qty":0.0000,"is_in_stock":0}]"#
    );
}

#[tokio::test]
async fn changed_fields_run_only_the_rules_that_read_them() {
    let world = outward("export_stock", stock_is_written()).await;
    let id = product(&world).await;
    world.bound("StockItem", "879", id).await;
    world
        .changes(
            "product.product",
            id,
            &[("backorders", text("yes-and-notify")), ("qty", amount("12.5000"))],
        )
        .await;
    let only = ExportSelection::Changed(id, vec!["backorders".to_owned()]);
    assert_eq!(world.export_these("StockItem", only).await, "1 updated\n");
    assert_eq!(world.asked(), [r#"stock_item.update [879,{"backorders":2}]"#]);
}

#[tokio::test]
async fn a_record_that_the_shop_does_not_know_is_not_sent() {
    let world = outward("export_stock", stock_is_written()).await;
    let id = world
        .has("product.product", &[("name", text("Ring")), ("qty", amount("1.0000"))])
        .await;
    let said = world.export("StockItem", id).await;
    assert!(said.starts_with("1 failed\n"), "{said}");
    assert!(said.contains("product.product 1 has no Product yet"), "{said}");
    assert!(world.asked().is_empty());
}

/// An order that the shop knows, and an invoice of it that it does not.
async fn invoice(world: &Outward) -> RecordId {
    let order = world.has("sale.order", &[("name", text("SO/7"))]).await;
    world.bound("Order", "145000008", order).await;
    let invoice = world
        .has(
            "account.invoice",
            &[("number", text("INV/1")), ("order_id", Stored::Ref(order))],
        )
        .await;
    for (code, quantity) in [("598", "1.0000"), ("599", "2.5000")] {
        let values = [
            ("invoice_id", Stored::Ref(invoice)),
            ("code", text(code)),
            ("quantity", amount(quantity)),
        ];
        world.has("account.invoice.line", &values).await;
    }
    invoice
}

fn invoice_is_made() -> Vec<Recorded> {
    let args = json!(["145000008", { "598": 1, "599": 2.5 }, "Invoice INV/1 of SO/7", true]);
    vec![answer("invoice.create", args, json!(987_654_321))]
}

const SENT: &str = r#"invoice.create ["145000008",{"598":1.0000,"599":2.5000},"Invoice INV/1 of SO/7",true]"#;

#[tokio::test]
async fn a_new_record_is_made_once_and_bound_to_the_key_in_the_answer() {
    let world = outward("export_invoice", invoice_is_made()).await;
    let id = invoice(&world).await;
    assert_eq!(world.export("Invoice", id).await, "1 created\n");
    assert_eq!(world.asked(), [SENT]);
    assert_eq!(world.keys("Invoice", id).await, ["987654321"]);
    assert_eq!(world.export("Invoice", id).await, "1 unchanged\n");
    assert_eq!(world.asked().len(), 1);
}

#[tokio::test]
async fn a_trial_says_what_would_be_sent_and_sends_nothing() {
    let world = outward("export_invoice", invoice_is_made()).await;
    let id = invoice(&world).await;
    let tried = world.tries("Invoice", id).await;
    assert_eq!(tried.requests, [SENT]);
    assert!(world.shop.log().is_empty());
    assert!(world.keys("Invoice", id).await.is_empty());
    let stored = serde_json::Value::Object(tried.stored);
    assert_eq!(stored["order_id."], json!({ "name": "SO/7" }));
    assert_eq!(stored["invoice_line"][1]["code"], "599");
}

#[tokio::test]
async fn a_refused_create_may_be_sent_again() {
    let world = outward("export_invoice", invoice_is_made()).await;
    let id = invoice(&world).await;
    world
        .shop
        .next(Misbehavior::Fault(101, "Invalid data given.".to_owned()));
    let said = world.export("Invoice", id).await;
    assert!(said.starts_with("1 failed\n"), "{said}");
    assert_eq!(world.export("Invoice", id).await, "1 created\n");
    assert_eq!(world.times("invoice.create"), 2);
}

#[tokio::test]
async fn a_create_without_an_answer_is_put_up_for_review_and_never_repeated() {
    let options = Options {
        timeout: Duration::from_millis(300),
        ..Options::standard()
    };
    let world = outward_with("export_invoice", invoice_is_made(), options).await;
    let id = invoice(&world).await;
    world.shop.next(Misbehavior::Stall(Duration::from_secs(2)));
    let said = world.export("Invoice", id).await;
    assert!(said.starts_with("1 review\n"), "{said}");
    assert!(said.contains("nobody knows whether the record was made"), "{said}");
    let said = world.export("Invoice", id).await;
    assert!(said.starts_with("1 review\n"), "{said}");
    assert!(said.contains(SENT), "{said}");
    assert_eq!(world.times("invoice.create"), 1);

    world
        .found("Invoice", id, Found::Made(Key("100000031".to_owned())))
        .await;
    assert_eq!(world.keys("Invoice", id).await, ["100000031"]);
    assert!(world.export("Invoice", id).await.starts_with("1 skipped\n"));
    assert_eq!(world.times("invoice.create"), 1);
}

#[tokio::test]
async fn what_a_person_found_not_made_is_sent_again() {
    let world = outward("export_invoice", invoice_is_made()).await;
    let id = invoice(&world).await;
    world.shop.next(Misbehavior::Broken);
    let said = world.export("Invoice", id).await;
    assert!(said.starts_with("1 review\n"), "{said}");
    world.found("Invoice", id, Found::NotMade).await;
    assert_eq!(world.export("Invoice", id).await, "1 created\n");
    assert_eq!(world.times("invoice.create"), 2);
}

#[tokio::test]
async fn a_process_that_dies_before_the_answer_leaves_a_record_for_review() {
    let world = outward("export_invoice", invoice_is_made()).await;
    let id = invoice(&world).await;
    world.shop.next(Misbehavior::Stall(Duration::from_secs(60)));
    let run = world.dies_waiting_for_the_shop("Invoice", id).await;
    world.work().await;
    let said = world.ends(run).await;
    assert!(said.starts_with("1 review\n"), "{said}");
    assert!(said.contains("its answer never came"), "{said}");
    assert_eq!(world.times("invoice.create"), 1);
}

#[tokio::test]
async fn without_its_intent_a_process_that_dies_makes_the_record_twice() {
    let world = outward("export_invoice", invoice_is_made()).await;
    let id = invoice(&world).await;
    world.shop.next(Misbehavior::Stall(Duration::from_secs(60)));
    let run = world.dies_waiting_for_the_shop("Invoice", id).await;
    world.forgets_its_intent("Invoice", id).await;
    world.work().await;
    assert_eq!(world.ends(run).await, "1 created\n");
    assert_eq!(world.times("invoice.create"), 2);
}

#[tokio::test]
async fn a_process_that_dies_with_the_answer_loses_nothing_and_asks_nothing_again() {
    let world = outward("export_invoice", invoice_is_made()).await;
    let id = invoice(&world).await;
    let run = world.dies_with_the_answer("Invoice", id).await;
    assert!(world.keys("Invoice", id).await.is_empty());
    world.work().await;
    assert_eq!(world.ends(run).await, "1 created\n");
    assert_eq!(world.keys("Invoice", id).await, ["987654321"]);
    assert_eq!(world.times("invoice.create"), 1);
}

#[tokio::test]
async fn all_records_of_a_model_are_accounted_for() {
    let world = outward("export_stock", stock_is_written()).await;
    product(&world).await;
    world
        .has("product.product", &[("name", text("Cup")), ("qty", amount("1.0000"))])
        .await;
    let said = world.export_these("StockItem", ExportSelection::All).await;
    assert!(said.starts_with("1 updated + 1 failed\n"), "{said}");
}
