//! What is written when lists change: exactly the rows that differ, counted in the database itself.

use support::sync::case::world_of;
use support::sync::{Selection, World};
use tenon_runtime::value::Key;

const TABLES: [&str; 6] = [
    "sale__order",
    "sale__line",
    "sale__part",
    "sale__order__tags",
    "sale__order__seen",
    "shop__Item__binding",
];

async fn world() -> World {
    let world = world_of("child_diffs").await;
    world.watch(&TABLES).await;
    for tag in 1..=4 {
        let json = format!(r#"{{"id": {tag}, "name": "Tag {tag}"}}"#);
        world.shop.has("Tag", &tag.to_string(), &json);
    }
    world
}

/// An item with its parts.
fn item(id: u32, name: &str, price: &str, parts: &str) -> String {
    format!(r#"{{"id": {id}, "name": "{name}", "price": "{price}", "parts": [{parts}]}}"#)
}

fn order(items: &[String], rest: &str) -> String {
    format!(r#"{{"id": 1, "items": [{}]{rest}}}"#, items.join(", "))
}

/// Imports order 1; its counters, and the rows that were written.
async fn import(world: &World, json: &str) -> (String, Vec<String>) {
    world.shop.has("Order", "1", json);
    let counts = world.import_one("Order", "1").await;
    (counts, world.written().await)
}

fn first() -> String {
    order(
        &[
            item(
                1,
                "Tea",
                "1.10",
                r#"{"id": 1, "name": "Bag"}, {"id": 2, "name": "Box"}"#,
            ),
            item(2, "Milk", "0.90", ""),
            item(3, "Sugar", "0.50", ""),
        ],
        r#", "tags": [1, 2], "shipping": "4.00""#,
    )
}

#[tokio::test]
async fn an_order_that_changed_in_the_shop_is_what_the_shop_has_and_no_more_is_written() {
    let world = world().await;
    let (counts, _) = import(&world, &first()).await;
    assert_eq!(counts, "Order: read 1 = 1 created\nTag: read 0, 2 for others\n");
    let (counts, written) = import(&world, &first()).await;
    assert_eq!(
        (counts.as_str(), written),
        ("Order: read 1 = 1 unchanged\n", Vec::new())
    );
    // Milk is gone, sugar is dearer, bread is new; tea and shipping are as they were.
    let changed = order(
        &[
            item(
                1,
                "Tea",
                "1.10",
                r#"{"id": 1, "name": "Bag"}, {"id": 2, "name": "Box"}"#,
            ),
            item(3, "Sugar", "0.60", ""),
            item(4, "Bread", "2.00", ""),
        ],
        r#", "tags": [1, 2], "shipping": "4.00""#,
    );
    let (counts, written) = import(&world, &changed).await;
    assert_eq!(counts, "Order: read 1 = 1 updated\n");
    assert_eq!(
        written,
        [
            "delete sale__line",
            "insert sale__line",
            "insert shop__Item__binding",
            "update sale__line",
            "update shop__Item__binding",
            "update shop__Item__binding",
        ],
        "one line each; the key of the one that is gone is buried and lets go of its line"
    );
    assert_eq!(
        world.table("sale.line").await,
        "1 order_id=1 name=\"Tea\" price=1.10 active=true\n\
         3 order_id=1 name=\"Sugar\" price=0.60 active=true\n\
         4 order_id=1 name=\"Shipping\" price=4.00 active=true\n\
         5 order_id=1 name=\"Bread\" price=2.00 active=true\n"
    );
    let (counts, written) = import(&world, &changed).await;
    assert_eq!(
        (counts.as_str(), written),
        ("Order: read 1 = 1 unchanged\n", Vec::new())
    );
}

#[tokio::test]
async fn a_change_below_a_child_writes_that_row_alone() {
    let world = world().await;
    import(&world, &first()).await;
    let (counts, written) = import(&world, &first().replace("Box", "Tin")).await;
    assert_eq!(counts, "Order: read 1 = 1 updated\n");
    assert_eq!(written, ["update sale__part"]);
    let (_, written) = import(&world, &first().replace(r#", {"id": 2, "name": "Box"}"#, "")).await;
    assert_eq!(written, ["delete sale__part"]);
    assert_eq!(world.table("sale.part").await, "1 line_id=1 name=\"Bag\"\n");
}

#[tokio::test]
async fn a_line_that_goes_takes_what_is_below_along() {
    let world = world().await;
    import(&world, &first()).await;
    import(&world, &order(&[item(2, "Milk", "0.90", "")], "")).await;
    assert_eq!(world.table("sale.part").await, "");
    assert_eq!(
        world.table("sale.line").await,
        "2 order_id=1 name=\"Milk\" price=0.90 active=true\n"
    );
    // The same keys again: new rows, under living keys.
    let (counts, _) = import(&world, &first()).await;
    assert_eq!(counts, "Order: read 1 = 1 updated\n");
    assert_eq!(world.table("sale.part").await.lines().count(), 2);
    assert_eq!(world.table("sale.line").await.lines().count(), 4);
    let (counts, _) = import(&world, &first()).await;
    assert_eq!(counts, "Order: read 1 = 1 unchanged\n");
}

#[tokio::test]
async fn links_are_added_removed_and_moved_one_by_one() {
    let world = world().await;
    let tagged = |tags: &str| order(&[], &format!(r#", "tags": [{tags}]"#));
    import(&world, &tagged("1, 2, 3")).await;
    let (_, written) = import(&world, &tagged("1, 3, 4")).await;
    assert_eq!(
        written,
        [
            "delete sale__order__tags",
            "insert sale__order__seen",
            "insert sale__order__tags",
            "update sale__order",
            "update sale__order__tags",
        ],
        "2 goes, 4 comes, 3 moves up; `+=` keeps 2"
    );
    assert_eq!(world.table("sale.order.tags").await, "1 -> 1\n1 -> 3\n1 -> 4\n");
    assert_eq!(world.table("sale.order.seen").await, "1 -> 1\n1 -> 2\n1 -> 3\n1 -> 4\n");
    let (counts, written) = import(&world, &tagged("1, 3, 4")).await;
    assert_eq!(
        (counts.as_str(), written),
        ("Order: read 1 = 1 unchanged\n", Vec::new())
    );
    let (_, written) = import(&world, &tagged("4, 1, 3")).await;
    let moved = vec!["update sale__order__tags"; 3];
    assert_eq!(written, [vec!["update sale__order"], moved].concat());
    // A list that was not sent is left alone, an empty one is empty.
    let (counts, _) = import(&world, &order(&[], "")).await;
    assert_eq!(counts, "Order: read 1 = 1 unchanged\n");
    import(&world, &tagged("")).await;
    assert_eq!(world.table("sale.order.tags").await, "");
    assert_eq!(world.table("sale.order.seen").await.lines().count(), 4);
}

#[tokio::test]
async fn what_is_gone_is_kept_archived_or_refused() {
    let world = world().await;
    let named = |id: u32| format!(r#"{{"id": {id}, "name": "Line {id}"}}"#);
    let basket = |kept: &[u32], old: &[u32], strict: &[u32]| {
        let list = |ids: &[u32]| ids.iter().map(|id| named(*id)).collect::<Vec<_>>().join(", ");
        let (kept, old, strict) = (list(kept), list(old), list(strict));
        format!(r#"{{"id": 1, "kept": [{kept}], "old": [{old}], "strict": [{strict}]}}"#)
    };
    world.shop.has("Basket", "1", &basket(&[1, 2], &[3, 4], &[5, 6]));
    assert_eq!(world.import_one("Basket", "1").await, "Basket: read 1 = 1 created\n");
    world.shop.has("Basket", "1", &basket(&[1], &[3], &[5, 6]));
    assert_eq!(world.import_one("Basket", "1").await, "Basket: read 1 = 1 updated\n");
    insta::assert_snapshot!("kept_and_archived", world.table("sale.line").await);
    assert_eq!(world.import_one("Basket", "1").await, "Basket: read 1 = 1 unchanged\n");
    let before = world.dump().await;
    world.shop.has("Basket", "1", &basket(&[], &[], &[5]));
    let told = world.import_telling("Basket", Selection::Id(Key("1".to_owned()))).await;
    insta::assert_snapshot!("refused", told);
    assert_eq!(world.table("sale.line").await, {
        let dump = before.lines().skip_while(|line| *line != "== sale.line").skip(1);
        dump.take_while(|line| !line.starts_with("== "))
            .fold(String::new(), |text, line| text + line + "\n")
    });
}

#[tokio::test]
async fn an_element_of_another_parent_is_put_up_for_review_and_the_checkpoint_closes() {
    let world = world().await;
    import(&world, &first()).await;
    let stolen = order(&[item(1, "Tea", "1.10", "")], "").replace("\"id\": 1, \"items\"", "\"id\": 2, \"items\"");
    world.shop.has("Order", "2", &stolen);
    let told = world.import_telling("Order", Selection::Id(Key("2".to_owned()))).await;
    assert!(told.contains("Order: read 1 = 1 review\n"), "{told}");
    assert_eq!(world.settled().await, ["Order 2 open"]);
    world.shop.has(
        "Order",
        "2",
        &stolen.replace("{\"id\": 1, \"name\"", "{\"id\": 9, \"name\""),
    );
    assert_eq!(world.import_one("Order", "2").await, "Order: read 1 = 1 created\n");
    assert_eq!(world.settled().await, ["Order 2 closed by created"]);
    world.shop.has("Order", "2", &stolen);
    world.import_one("Order", "2").await;
    assert_eq!(world.settled().await, ["Order 2 closed by created", "Order 2 open"]);
}

/// Each level of a tree is a record in a list.
fn tree(levels: u32) -> String {
    (1..=levels).rev().fold(String::new(), |below, level| {
        format!(r#"{{"id": {level}, "name": "Node {level}", "children": [{below}]}}"#)
    })
}

#[tokio::test]
async fn trees_are_as_deep_as_a_payload_may_nest() {
    let world = world().await;
    world.shop.has("Node", "1", &tree(63));
    assert_eq!(world.import_one("Node", "1").await, "Node: read 1 = 1 created\n");
    assert_eq!(world.table("node").await.lines().count(), 63);
    assert!(world.table("node").await.contains("63 name=\"Node 63\" parent_id=62"));
    assert_eq!(world.import_one("Node", "1").await, "Node: read 1 = 1 unchanged\n");
    world.shop.has("Node", "1", &tree(40));
    assert_eq!(world.import_one("Node", "1").await, "Node: read 1 = 1 updated\n");
    assert_eq!(world.table("node").await.lines().count(), 40);
    world.shop.has("Node", "1", &tree(65));
    let told = world.import_telling("Node", Selection::Id(Key("1".to_owned()))).await;
    assert!(told.contains("nested too deep"), "{told}");
    assert_eq!(world.table("node").await.lines().count(), 40);
}
