//! Lines that are added under a text, and checks that see all lines of a record.

use serde_json::value::RawValue;
use support::sync::case::world_of;
use support::sync::{Selection, World};
use tenon_runtime::value::{Key, Stored};

async fn world() -> World {
    world_of("child_added_and_checked").await
}

/// An order over 12.50 of two lines; these fields more.
fn order(id: u32, fields: &str) -> Selection {
    let parcels = if fields.contains("\"parcels\"") {
        ""
    } else {
        r#", "parcels": []"#
    };
    let items = match fields.contains("\"items\"") {
        true => String::new(),
        false => format!(
            r#", "items": [{{"item_id": {id}1, "name": "Tea", "qty": "2.00", "price": "5.00"}},
                           {{"item_id": {id}2, "name": "Milk", "qty": "1.00", "price": "2.50"}}]"#
        )
        .replace("\"2.00\"", "2.00")
        .replace("\"1.00\"", "1.00")
        .replace("\"5.00\"", "5.00")
        .replace("\"2.50\"", "2.50"),
    };
    let total = if fields.contains("\"total\"") {
        ""
    } else {
        r#", "total": 12.50"#
    };
    let json = format!(r#"{{"id": {id}{total}{items}{parcels}{fields}}}"#);
    Selection::Given(Key(id.to_string()), RawValue::from_string(json).unwrap())
}

async fn lines(world: &World) -> String {
    let (lines, bound) = (world.table("sale.order.line").await, world.table("shop.Item").await);
    format!("{lines}--\n{bound}")
}

#[tokio::test]
async fn an_added_line_is_bound_under_its_text_and_its_order() {
    let world = world().await;
    let shipped = r#", "shipping": 4.00, "gift": "A card", "total": 16.50"#;
    for id in [1, 2] {
        assert_eq!(
            world.import("Order", order(id, shipped)).await,
            "Order: read 1 = 1 created\n"
        );
    }
    insta::assert_snapshot!(lines(&world).await);
    for id in [1, 2] {
        assert_eq!(
            world.import("Order", order(id, shipped)).await,
            "Order: read 1 = 1 unchanged\n"
        );
    }
}

#[tokio::test]
async fn an_added_line_goes_with_its_condition() {
    let world = world().await;
    let shipped = r#", "shipping": 4.00, "total": 16.50"#;
    world.import("Order", order(1, shipped)).await;
    world.import("Order", order(2, shipped)).await;
    assert_eq!(world.import("Order", order(1, "")).await, "Order: read 1 = 1 updated\n");
    let lines = world.table("sale.order.line").await;
    assert_eq!(lines.lines().count(), 5, "{lines}");
    assert_eq!(
        lines.matches("Shipping").count(),
        1,
        "that of the other order stays: {lines}"
    );
    assert_eq!(
        world.import("Order", order(1, shipped)).await,
        "Order: read 1 = 1 updated\n"
    );
    assert_eq!(world.table("sale.order.line").await.matches("Shipping").count(), 2);
}

#[tokio::test]
async fn an_added_line_beside_a_list_that_is_missing_is_the_same_line_again() {
    let world = world().await;
    let json = r#"{"id": 1, "total": 4.00, "parcels": [], "shipping": 4.00}"#;
    let bare = || Selection::Given(Key("1".to_owned()), RawValue::from_string(json.to_owned()).unwrap());
    assert_eq!(world.import("Order", bare()).await, "Order: read 1 = 1 created\n");
    assert_eq!(world.import("Order", bare()).await, "Order: read 1 = 1 unchanged\n");
    assert_eq!(world.table("sale.order.line").await.lines().count(), 1);
}

#[tokio::test]
async fn texts_below_two_children_of_one_record_do_not_meet() {
    let world = world().await;
    let parcels = r#", "parcels": [
        {"parcel_id": 1, "name": "P1", "extra": "Foil", "boxes": [{"box_id": 7, "name": "B"}]},
        {"parcel_id": 2, "name": "P2", "extra": "Foam", "boxes": []}]"#;
    assert_eq!(
        world.import_telling("Order", order(1, parcels)).await,
        "Order: read 1 = 1 created\n"
    );
    let (boxes, bound) = (world.table("sale.box").await, world.table("shop.Box").await);
    insta::assert_snapshot!(format!("{boxes}--\n{bound}"));
    assert_eq!(
        world.import("Order", order(1, parcels)).await,
        "Order: read 1 = 1 unchanged\n"
    );
    let without = parcels.replace(r#""extra": "Foil", "#, "");
    assert_eq!(
        world.import("Order", order(1, &without)).await,
        "Order: read 1 = 1 updated\n"
    );
    let boxes = world.table("sale.box").await;
    assert!(!boxes.contains("Foil") && boxes.contains("Foam"), "{boxes}");
}

#[tokio::test]
async fn a_check_sees_all_lines_the_added_ones_too() {
    let world = world().await;
    for (id, fields) in [
        (1, ""),
        (2, r#", "shipping": 4.00"#),
        (3, r#", "shipping": 4.00, "total": 16.50"#),
    ] {
        assert_eq!(
            world.import("Order", order(id, fields)).await,
            "Order: read 1 = 1 created\n"
        );
    }
    insta::assert_snapshot!(world.checkpoints().await);
}

#[tokio::test]
async fn a_check_sees_what_is_stored_where_a_rule_did_not_write() {
    let world = world().await;
    world.import("Order", order(1, "")).await;
    // `price_unit` is written on create only: the second import keeps 5.00 and 2.50, whatever the shop says.
    let dearer = r#", "items": [{"item_id": 11, "name": "Tea", "qty": 2.00, "price": 9.00},
                                {"item_id": 12, "name": "Milk", "qty": 1.00, "price": 9.00}]"#;
    assert_eq!(
        world.import("Order", order(1, dearer)).await,
        "Order: read 1 = 1 unchanged\n"
    );
    assert_eq!(world.checkpoints().await, "");
    let more = dearer.replace("\"qty\": 2.00", "\"qty\": 3.00");
    assert_eq!(
        world.import("Order", order(1, &more)).await,
        "Order: read 1 = 1 updated\n"
    );
    assert_eq!(world.checkpoints().await.lines().count(), 1);
}

#[tokio::test]
async fn a_check_that_fails_keeps_the_record_out() {
    let world = world().await;
    world.import("Order", order(1, "")).await;
    world
        .change_first("sale.order.line", &[("kind", Stored::Text("forbidden".to_owned()))])
        .await;
    insta::assert_snapshot!(world.import_telling("Order", order(1, "")).await);
}
