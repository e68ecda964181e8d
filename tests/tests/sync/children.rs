//! Children: compared by key, moved between parent and child, and what becomes of those that are gone.

use support::sync::mappers::order::{ORDERS_FAIL, ORDERS_KEEP};
use support::sync::{Selection, World, world, world_with};
use tenon_runtime::value::Key;

const HOME: &str =
    r#"{"address_id": "92", "name": "Home", "street": "St James Sq 12", "phone": "1", "is_default": true}"#;
const WORK: &str =
    r#"{"address_id": "93", "name": "Work", "street": "Dorset St 1", "phone": "2", "is_default": false}"#;

fn customer(key: &str, day: u8) -> String {
    format!(
        r#"{{"customer_id": "{key}", "email": "{key}@example.org", "firstname": "Ada", "lastname": "Lovelace",
            "updated_at": "2014-05-{day:02} 00:00:00"}}"#
    )
}

/// Imports customer 21 with these addresses.
async fn import(world: &World, day: u8, book: &[&str]) -> String {
    world.shop.has("Customer", "21", &customer("21", day));
    world.shop.book("21", book);
    world
        .import_telling("Customer", Selection::Id(Key("21".to_owned())))
        .await
}

/// Partners and the keys of addresses.
async fn state(world: &World) -> String {
    format!(
        "{}--\n{}",
        world.table("res.partner").await,
        world.table("shop.Address").await
    )
}

#[tokio::test]
async fn the_merged_address_is_the_partner_and_the_others_are_children() {
    let world = world().await;
    assert_eq!(import(&world, 1, &[HOME, WORK]).await, "Customer: read 1 = 1 created\n");
    insta::assert_snapshot!(state(&world).await);
    assert_eq!(
        import(&world, 1, &[HOME, WORK]).await,
        "Customer: read 1 = 1 unchanged\n"
    );
}

#[tokio::test]
async fn a_changed_child_is_an_update_of_its_parent() {
    let world = world().await;
    import(&world, 1, &[HOME, WORK]).await;
    assert_eq!(
        import(&world, 1, &[HOME, &WORK.replace("Dorset St 1", "Dorset St 2")]).await,
        "Customer: read 1 = 1 updated\n"
    );
    assert!(state(&world).await.contains("Dorset St 2"));
    assert_eq!(world.table("res.partner").await.lines().count(), 2);
}

#[tokio::test]
async fn a_new_child_is_added() {
    let world = world().await;
    import(&world, 1, &[HOME]).await;
    assert_eq!(import(&world, 2, &[HOME, WORK]).await, "Customer: read 1 = 1 updated\n");
    assert_eq!(world.table("res.partner").await.lines().count(), 2);
}

#[tokio::test]
async fn a_child_that_is_gone_is_archived_and_comes_back() {
    let world = world().await;
    import(&world, 1, &[HOME, WORK]).await;
    assert_eq!(import(&world, 2, &[HOME]).await, "Customer: read 1 = 1 updated\n");
    insta::assert_snapshot!("archived", state(&world).await);
    assert_eq!(import(&world, 2, &[HOME]).await, "Customer: read 1 = 1 unchanged\n");
    assert_eq!(import(&world, 3, &[HOME, WORK]).await, "Customer: read 1 = 1 updated\n");
    assert_eq!(world.table("res.partner").await.lines().count(), 2);
    assert!(!state(&world).await.contains("active=false"));
}

#[tokio::test]
async fn a_child_becomes_one_with_its_parent() {
    let world = world().await;
    import(&world, 1, &[&HOME.replace("true", "false"), WORK]).await;
    insta::assert_snapshot!("both_children", state(&world).await);
    assert_eq!(import(&world, 2, &[HOME, WORK]).await, "Customer: read 1 = 1 updated\n");
    insta::assert_snapshot!("merged", state(&world).await);
    assert_eq!(
        import(&world, 2, &[HOME, WORK]).await,
        "Customer: read 1 = 1 unchanged\n"
    );
}

#[tokio::test]
async fn what_was_one_with_its_parent_becomes_a_child() {
    let world = world().await;
    import(&world, 1, &[HOME, WORK]).await;
    let moved = [&*HOME.replace("true", "false"), &*WORK.replace("false", "true")];
    assert_eq!(import(&world, 2, &moved).await, "Customer: read 1 = 1 updated\n");
    insta::assert_snapshot!("swapped", state(&world).await);
    assert_eq!(import(&world, 2, &moved).await, "Customer: read 1 = 1 unchanged\n");
}

#[tokio::test]
async fn a_child_of_somebody_else_is_put_up_for_review() {
    let world = world().await;
    import(&world, 1, &[HOME, WORK]).await;
    world.shop.has("Customer", "22", &customer("22", 1));
    world.shop.book("22", &[WORK]);
    insta::assert_snapshot!(
        world
            .import_telling("Customer", Selection::Id(Key("22".to_owned())))
            .await
    );
    assert!(!world.dump().await.contains("22@example.org"));
}

#[tokio::test]
async fn an_empty_list_removes_all_and_a_missing_one_none() {
    let world = world().await;
    let order = |items: &str| format!(r#"{{"increment_id": "100"{items}}}"#);
    let items = r#", "items": [{"item_id": 1, "name": "Tea", "qty": 2}, {"item_id": 2, "name": "Milk", "qty": 1}]"#;
    world.shop.has("Order", "100", &order(items));
    assert_eq!(world.import_one("Order", "100").await, "Order: read 1 = 1 created\n");
    assert_eq!(world.table("sale.order.line").await.lines().count(), 2);
    world.shop.has("Order", "100", &order(""));
    assert_eq!(world.import_one("Order", "100").await, "Order: read 1 = 1 unchanged\n");
    world.shop.has(
        "Order",
        "100",
        &order(r#", "items": [{"item_id": 2, "name": "Milk", "qty": 1}]"#),
    );
    assert_eq!(world.import_one("Order", "100").await, "Order: read 1 = 1 updated\n");
    assert_eq!(world.table("sale.order.line").await.lines().count(), 1);
    world.shop.has("Order", "100", &order(r#", "items": []"#));
    assert_eq!(world.import_one("Order", "100").await, "Order: read 1 = 1 updated\n");
    assert_eq!(world.table("sale.order.line").await, "");
    insta::assert_snapshot!(world.table("shop.Item").await);
}

#[tokio::test]
async fn an_added_child_is_kept_under_its_text() {
    let world = world().await;
    let order = |shipping: &str| {
        format!(
            r#"{{"increment_id": "100", "items": [{{"item_id": 1, "name": "Tea", "qty": 2}}], "shipping": {shipping}}}"#
        )
    };
    world.shop.has("Order", "100", &order("\"Post\""));
    assert_eq!(world.import_one("Order", "100").await, "Order: read 1 = 1 created\n");
    assert_eq!(world.import_one("Order", "100").await, "Order: read 1 = 1 unchanged\n");
    world.shop.has("Order", "100", &order("\"Courier\""));
    assert_eq!(world.import_one("Order", "100").await, "Order: read 1 = 1 updated\n");
    insta::assert_snapshot!(world.table("sale.order.line").await);
    world.shop.has("Order", "100", &order("null"));
    assert_eq!(world.import_one("Order", "100").await, "Order: read 1 = 1 updated\n");
    assert_eq!(world.table("sale.order.line").await.lines().count(), 1);
}

const TWO: &str = r#"{"increment_id": "100", "items": [{"item_id": 1, "name": "Tea", "qty": 2}, {"item_id": 2, "name": "Milk", "qty": 1}]}"#;
const ONE: &str = r#"{"increment_id": "100", "items": [{"item_id": 1, "name": "Tea", "qty": 2}]}"#;

#[tokio::test]
async fn lines_that_are_gone_may_be_kept() {
    let world = world_with(&ORDERS_KEEP).await;
    world.shop.has("Order", "100", TWO);
    world.import_one("Order", "100").await;
    world.shop.has("Order", "100", ONE);
    assert_eq!(world.import_one("Order", "100").await, "Order: read 1 = 1 unchanged\n");
    assert_eq!(world.table("sale.order.line").await.lines().count(), 2);
}

#[tokio::test]
async fn lines_that_are_gone_may_fail_their_order() {
    let world = world_with(&ORDERS_FAIL).await;
    world.shop.has("Order", "100", TWO);
    world.import_one("Order", "100").await;
    world.shop.has("Order", "100", ONE);
    insta::assert_snapshot!(
        world
            .import_telling("Order", Selection::Id(Key("100".to_owned())))
            .await
    );
    assert_eq!(world.table("sale.order.line").await.lines().count(), 2);
}

#[tokio::test]
async fn two_elements_with_one_key_fail_their_order() {
    let world = world().await;
    world
        .shop
        .has("Order", "100", &TWO.replace("\"item_id\": 2", "\"item_id\": 1"));
    insta::assert_snapshot!(
        world
            .import_telling("Order", Selection::Id(Key("100".to_owned())))
            .await
    );
}

#[tokio::test]
async fn two_elements_with_the_key_of_the_merged_one_are_no_children() {
    let world = world().await;
    let twice = HOME.replace("\"92\"", "93");
    world.shop.has("Customer", "21", &customer("21", 1));
    world.shop.book("21", &[&twice, WORK]);
    let told = world
        .import_telling("Customer", Selection::Id(Key("21".to_owned())))
        .await;
    assert_eq!(told, "Customer: read 1 = 1 created\n", "both say 93");
    assert_eq!(world.table("res.partner").await.lines().count(), 1);
}
