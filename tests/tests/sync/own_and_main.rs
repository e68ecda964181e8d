//! Records that are imported by themselves and joined to others: a change of one imports both.

use support::sync::case::world_of;
use support::sync::{Selection, World};
use tenon_runtime::value::Key;

async fn world() -> World {
    let world = world_of("join_own_and_main").await;
    for order in 1..=2 {
        let json = format!(r#"{{"id": {order}, "number": "S{order}"}}"#);
        world.shop.has("Order", &order.to_string(), &json);
    }
    world
}

fn payment(id: u8, order: u8, amount: &str) -> String {
    format!(r#"{{"id": {id}, "order": {order}, "amount": {amount}}}"#)
}

/// The shop has these payments: number, order, amount.
fn has(world: &World, payments: &[(u8, u8, &str)]) {
    let all = payments.iter().map(|(id, order, amount)| payment(*id, *order, amount));
    let all: Vec<String> = all.collect();
    world.shop.lists("Payment", &format!("[{}]", all.join(",")));
    for ((id, ..), json) in payments.iter().zip(&all) {
        world.shop.has("Payment", &id.to_string(), json);
    }
}

async fn import(world: &World, payment: &str) -> String {
    let selection = Selection::Id(Key(payment.to_owned()));
    world.import_telling("Payment", selection).await
}

#[tokio::test]
async fn a_payment_is_imported_and_so_is_its_order_which_is_read_anew() {
    let world = world().await;
    has(&world, &[(7, 1, "2.50")]);
    // The order is imported for the payment first; the job that the payment makes finds nothing to change.
    assert_eq!(
        import(&world, "7").await,
        "Order: read 1 = 1 created\nPayment: read 1 = 1 created\n"
    );
    has(&world, &[(7, 1, "2.50"), (8, 1, "1.00")]);
    world.shop.calls();
    assert_eq!(
        import(&world, "8").await,
        "Order: read 1 = 1 updated\nPayment: read 1 = 1 created\n"
    );
    assert!(world.table("sale.order").await.contains("paid=3.50"));
    let read = world.shop.calls();
    let times = read.iter().filter(|call| *call == "Payment.read 8").count();
    assert_eq!(times, 1, "{read:?}");
}

#[tokio::test]
async fn a_payment_that_is_skipped_or_says_nothing_new_still_imports_its_order() {
    let world = world().await;
    has(&world, &[(7, 1, "2.50")]);
    import(&world, "7").await;
    has(&world, &[(7, 1, "2.50"), (8, 1, "0.00")]);
    assert_eq!(
        import(&world, "8").await,
        "Order: read 1 = 1 unchanged\nPayment: read 1 = 1 skipped\nPayment 8 skipped: payment 8 is of nothing\n"
    );
    let wrong = payment(7, 1, r#"2.50, "note": "wrong""#);
    world.shop.has("Payment", "7", &wrong);
    world.shop.lists("Payment", &format!("[{wrong}]"));
    assert_eq!(
        import(&world, "7").await,
        "Order: read 1 = 1 unchanged\nPayment: read 1 = 1 unchanged\n"
    );
    assert!(world.checkpoints().await.contains("a payment of S1 is wrong"));
}

#[tokio::test]
async fn what_one_of_the_two_cannot_read_fails_and_is_told() {
    let world = world().await;
    has(&world, &[(7, 1, "2.50")]);
    import(&world, "7").await;
    world.shop.has("Payment", "7", &payment(7, 1, r#"9.00, "note": 5"#));
    let said = import(&world, "7").await;
    assert!(
        said.starts_with("Payment: read 1 = 1 failed\n") && said.contains("$.note"),
        "{said}"
    );
    assert!(
        world.table("sale.payment").await.contains("amount=2.50"),
        "nothing is half done"
    );
}
