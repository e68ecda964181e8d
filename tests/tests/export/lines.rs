//! Is a list of records one request, each made by the export of its model?

use serde_json::json;
use support::export::{ExportSelection, Outward, answer, outward};
use support::fake::Recorded;
use tenon_runtime::value::{RecordId, Stored};

use super::{amount, text};

fn shop() -> Vec<Recorded> {
    vec![
        answer("order.create", first(), json!("S7")),
        answer(
            "order.update",
            json!(["S7", { "lines": [line("Ring for S7", "20", "gift")] }]),
            json!(true),
        ),
    ]
}

fn line(title: &str, total: &str, note: &str) -> serde_json::Value {
    json!({ "product": "R-1", "title": title, "kind": "sale", "total": total, "currency": "EUR", "note": note,
            "taxes": [{ "name": "VAT", "rate": "19", "of": title }] })
}

fn first() -> serde_json::Value {
    json!(["S7", [line("Ring for S7", "20", "none")]])
}

/// An order of three lines, one of nothing, with two taxes, one of nothing; and the line that counts.
async fn order(world: &Outward) -> (RecordId, RecordId) {
    let product = world.has("product.product", &[("code", text("R-1"))]).await;
    world.bound("Product", "R-1", product).await;
    let order = world
        .has("sale.order", &[("name", text("S7")), ("currency", text("EUR"))])
        .await;
    let line = |name: &'static str, quantity: &'static str| {
        [
            ("order_id", Stored::Ref(order)),
            ("product_id", Stored::Ref(product)),
            ("name", text(name)),
            ("quantity", amount(quantity)),
            ("price", amount("10.00")),
        ]
    };
    let ring = world.has("sale.order.line", &line("Ring", "2.00")).await;
    world.has("sale.order.line", &line("Nothing", "0.00")).await;
    for (name, rate) in [("VAT", "19.00"), ("None", "0.00")] {
        let values = [
            ("line_id", Stored::Ref(ring)),
            ("name", text(name)),
            ("rate", amount(rate)),
        ];
        world.has("sale.line.tax", &values).await;
    }
    (order, ring)
}

#[tokio::test]
async fn a_list_is_sent_in_one_request() {
    let world = outward("export_lines", shop()).await;
    let (order, ring) = order(&world).await;
    let said = world.export("Order", order).await;
    assert_eq!(said, "1 created\n", "{:?}", world.asked());
    assert_eq!(world.export("Order", order).await, "1 unchanged\n");
    assert_eq!(world.asked().len(), 1);

    world.changes("sale.order.line", ring, &[("note", text("gift"))]).await;
    let lines = ExportSelection::Changed(order, vec!["lines".to_owned()]);
    let said = world.export_these("Order", lines).await;
    assert_eq!(said, "1 updated\n", "{:?}", world.asked());
}

#[tokio::test]
async fn an_element_that_refers_to_nothing_known_fails_the_record() {
    let world = outward("export_lines", shop()).await;
    let (order, _) = order(&world).await;
    let other = world.has("product.product", &[("code", text("R-2"))]).await;
    let values = [
        ("order_id", Stored::Ref(order)),
        ("product_id", Stored::Ref(other)),
        ("name", text("Cup")),
        ("quantity", amount("1.00")),
        ("price", amount("10.00")),
    ];
    world.has("sale.order.line", &values).await;
    let said = world.export("Order", order).await;
    assert!(said.starts_with("1 failed\n"), "{said}");
    assert!(said.contains("product.product 2 has no Product yet"), "{said}");
    assert!(world.asked().is_empty());
}
