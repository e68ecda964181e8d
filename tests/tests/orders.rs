//! Which orders of a Magento shop are imported, and what becomes of them when the shop changes them?

use serde_json::json;
use support::orders::{Orders, item};

async fn shop() -> Orders {
    let modes = [
        ("check", "always", 0),
        ("late", "always", 30),
        ("points", "never", 0),
        ("card", "paid", 0),
        ("transfer", "authorized", 0),
    ];
    Orders::with_modes(tenon_mappings::register_all, &modes).await
}

#[tokio::test(flavor = "multi_thread")]
async fn payment_says_which_orders_are_imported() {
    let shop = shop().await;
    shop.has("1", json!({ "state": "canceled" }));
    assert_eq!(
        shop.import("1").await,
        "skipped: order 1 was canceled before it was imported"
    );
    shop.has("2", json!({ "payment": { "method": "points" } }));
    assert_eq!(
        shop.import("2").await,
        "skipped: orders paid by points are not imported"
    );
    shop.has(
        "3",
        json!({ "payment": { "method": "late" }, "created_at": "2015-01-01 00:00:00" }),
    );
    assert_eq!(shop.import("3").await, "skipped: order 3 is older than 30 days");
    shop.has("4", json!({ "payment": { "method": "CARD" } }));
    assert_eq!(shop.import("4").await, "waits: order 4 is not paid yet");
    shop.has(
        "5",
        json!({ "payment": { "method": "card", "amount_paid": "10.0000" } }),
    );
    assert_eq!(shop.import("5").await, "stored");
    shop.has("6", json!({ "payment": { "method": "transfer" } }));
    assert_eq!(
        shop.import("6").await,
        "waits: the payment of order 6 is not authorized yet"
    );
    shop.has(
        "7",
        json!({ "payment": { "method": "transfer", "amount_authorized": "10.0000" } }),
    );
    assert_eq!(shop.import("7").await, "stored");
    shop.has(
        "8",
        json!({ "payment": { "method": "card" }, "grand_total": "0.0000", "items": [] }),
    );
    assert_eq!(shop.import("8").await, "stored");
    shop.has("9", json!({ "payment": { "method": "barter" } }));
    let failed = shop.import("9").await;
    assert!(
        failed.starts_with("failed: ") && failed.contains("\"barter\""),
        "{failed}"
    );
    assert_eq!(
        shop.stored("select name from sale__order order by name"),
        ["5", "7", "8"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_one_partner_however_the_mail_is_written() {
    let shop = shop().await;
    shop.has("1", json!({}));
    shop.has(
        "2",
        json!({ "customer_email": "JO@example.org", "customer_firstname": "Joanna" }),
    );
    shop.has(
        "3",
        json!({ "customer_email": "al@example.org", "customer_firstname": null }),
    );
    for number in ["1", "2", "3"] {
        assert_eq!(shop.import(number).await, "stored");
    }
    assert_eq!(
        shop.stored("select o.name, p.name, p.email, p.customer from sale__order o join res__partner p on p.id = o.partner_id order by 1"),
        [
            "1 | Jo | jo@example.org | 1",
            "2 | Jo | jo@example.org | 1",
            "3 | al@example.org | al@example.org | 1"
        ]
    );
    shop.has("4", json!({ "customer_email": null }));
    let failed = shop.import("4").await;
    assert!(
        failed.contains("the order names neither a customer nor a mail"),
        "{failed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_shop_changes_is_changed_and_no_line_is_there_twice() {
    let shop = shop().await;
    // Amounts are kept as whole numbers of their last digit: cents.
    let lines = "select name, kind, price_subtotal from sale__order__line order by sequence, name, price_subtotal";
    let shipped = |items, total: &str, shipping: &str, second: u8| {
        json!({
            "items": items, "grand_total": total, "shipping_amount": shipping, "shipping_method": "ups",
            "updated_at": format!("2026-01-01 00:00:0{second}")
        })
    };
    shop.has(
        "1",
        shipped(
            json!([item("1", "10.0000"), item("2", "20.0000")]),
            "35.0000",
            "5.0000",
            1,
        ),
    );
    assert_eq!(shop.import("1").await, "stored");
    let first = [
        "Lamp | article | 1000",
        "Lamp | article | 2000",
        "Shipping Costs | shipping | 500",
    ];
    assert_eq!(shop.stored(lines), first);
    assert_eq!(shop.import("1").await, "stored");
    assert_eq!(shop.stored(lines), first);
    shop.has(
        "1",
        shipped(
            json!([item("2", "21.0000"), item("3", "30.0000")]),
            "51.0000",
            "0.0000",
            2,
        ),
    );
    assert_eq!(shop.import("1").await, "stored");
    assert_eq!(shop.stored(lines), ["Lamp | article | 2100", "Lamp | article | 3000"]);
    assert_eq!(
        shop.stored("select magento_code, name from delivery__carrier"),
        ["ups | ups"]
    );
    assert_eq!(shop.stored("select reason from checkpoint"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_edited_cancels_the_one_before() {
    let shop = shop().await;
    shop.has("1", json!({}));
    assert_eq!(shop.import("1").await, "stored");
    shop.has("1-1", json!({ "relation_parent_real_id": "1" }));
    shop.has("9-1", json!({ "relation_parent_real_id": "9" }));
    assert_eq!(shop.import("1-1").await, "stored");
    assert_eq!(shop.import("9-1").await, "stored", "its parent was never imported");
    let orders = "select o.name, p.name, o.state, o.canceled_in_backend from sale__order o left join sale__order p on p.id = o.parent_id order by 1";
    assert_eq!(
        shop.stored(orders),
        ["1 | null | draft | 1", "1-1 | 1 | draft | 0", "9-1 | null | draft | 0"]
    );
    shop.has(
        "1-1",
        json!({ "relation_parent_real_id": "1", "state": "canceled", "updated_at": "2026-01-02 00:00:00" }),
    );
    assert_eq!(shop.import("1-1").await, "stored");
    assert_eq!(shop.stored(orders)[1], "1-1 | 1 | cancel | 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_lines_do_not_add_up_is_stored_and_told() {
    let shop = shop().await;
    shop.has("1", json!({ "grand_total": "10.0100" }));
    assert_eq!(shop.import("1").await, "stored");
    let told = shop.stored("select key, reason from checkpoint");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("1 | ") && told[0].ends_with("the lines of order 1 do not add up to its total"),
        "{told:?}"
    );
}
