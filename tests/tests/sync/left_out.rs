//! Elements that their mapping skips, that make their order wait, that call functions of the author.

use std::time::Duration;

use support::sync::case::world_of;
use support::sync::{Selection, World};
use tenon_runtime::value::Key;

async fn world() -> World {
    let world = world_of("child_left_out").await;
    for (id, sold) in [(1, true), (2, true), (9, false)] {
        let json = format!(r#"{{"id": {id}, "name": "Product {id}", "is_sold": {sold}}}"#);
        world.shop.has("Product", &id.to_string(), &json);
        let json = format!(r#"{{"id": {id}, "name": "Brand {id}"}}"#);
        world.shop.has("Brand", &id.to_string(), &json);
    }
    world
}

fn item(id: u32, state: &str, product: u32, parts: &str) -> String {
    let head = format!(r#""id": {id}, "name": "Item {id}", "state": "{state}", "unit": "kg""#);
    format!(r#"{{{head}, "product_id": {product}, "brand_id": {product}, "parts": [{parts}]}}"#)
}

async fn import(world: &World, items: &[String]) -> String {
    let json = format!(r#"{{"id": 1, "items": [{}]}}"#, items.join(", "));
    world.shop.has("Order", "1", &json);
    world.import_telling("Order", Selection::Id(Key("1".to_owned()))).await
}

/// The lines of all orders.
async fn lines(world: &World) -> String {
    world.table("sale.line").await
}

#[tokio::test]
async fn a_child_that_is_skipped_is_left_out_and_counted_with_its_reason() {
    let world = world().await;
    let items = [
        item(11, "open", 1, ""),
        item(12, "gone", 2, ""),
        item(13, "open", 9, ""),
    ];
    assert_eq!(
        import(&world, &items).await,
        "Brand: read 0, 2 for others\nItem: read 2 = 2 skipped\nOrder: read 1 = 1 created\nProduct: read 0, 2 for others\n\
         Item 12 skipped: item 12 is gone\nItem 13 skipped: Product 9 is not sold\n"
    );
    assert_eq!(lines(&world).await.lines().count(), 1);
    assert_eq!(
        world.checkpoints().await,
        "Order 1: left_out.tenon:57 order 1 is not whole\n",
        "a check sees the children that are left in"
    );
    // Item 12 is left out by what it says itself, and asks for nothing; item 13 is known to be left out when all is asked.
    let calls = world.shop.calls();
    assert!(!calls.contains(&"Product.read 2".to_owned()), "{calls:?}");
    assert!(!calls.contains(&"Brand.read 2".to_owned()), "{calls:?}");
}

#[tokio::test]
async fn a_stored_child_that_is_skipped_stays_as_it_is_and_one_that_is_missing_goes() {
    let world = world().await;
    let part = r#"{"id": 5, "name": "Bag"}"#;
    import(
        &world,
        &[
            item(11, "open", 1, part),
            item(12, "open", 1, ""),
            item(13, "open", 1, ""),
        ],
    )
    .await;
    let before = lines(&world).await;
    let renamed = item(11, "gone", 1, "").replace("Item 11", "Renamed");
    assert_eq!(
        import(&world, &[renamed, item(12, "open", 1, "")]).await,
        "Item: read 1 = 1 skipped\nOrder: read 1 = 1 updated\nItem 11 skipped: item 11 is gone\n"
    );
    let after = lines(&world).await;
    let of = |text: &str, name: &str| text.lines().find(|line| line.contains(name)).map(str::to_owned);
    assert_eq!(of(&after, "Item 11"), of(&before, "Item 11"));
    assert_eq!(of(&after, "Item 13"), None);
    assert_eq!(world.table("sale.part").await.lines().count(), 1, "its parts stay, too");
}

#[tokio::test]
async fn a_child_below_a_child_is_skipped_alone() {
    let world = world().await;
    let parts = r#"{"id": 5, "name": "Bag"}, {"id": 6, "name": ""}"#;
    assert_eq!(
        import(&world, &[item(11, "open", 1, parts)]).await,
        "Brand: read 0, 1 for others\nOrder: read 1 = 1 created\nPart: read 1 = 1 skipped\nProduct: read 0, 1 for others\n\
         Part 6 skipped: part 6 of item 11 has no name\n"
    );
    assert_eq!(world.table("sale.part").await.lines().count(), 1);
}

#[tokio::test]
async fn a_child_that_waits_makes_the_whole_record_wait() {
    let world = world().await;
    let items = [
        item(11, "open", 1, ""),
        item(12, "late", 1, ""),
        item(13, "open", 1, "").replace("kg", ""),
    ];
    let json = |items: &[String]| format!(r#"{{"id": 1, "items": [{}]}}"#, items.join(", "));
    world.shop.has("Order", "1", &json(&items));
    let run = world.start("Order", Selection::Id(Key("1".to_owned()))).await;
    world.work().await;
    assert_eq!(
        world.waits(run).await,
        "Order 1 in 1800 s: item 12 of order 1 waits for stock\nitem 13 has no unit yet\n",
        "as long as the one that waits least"
    );
    assert_eq!(
        (world.table("sale.order").await, lines(&world).await),
        (String::new(), String::new())
    );
    world.clock.advance(Duration::from_secs(1800)).await;
    let items = [item(11, "open", 1, ""), item(12, "gone", 1, "")];
    world.shop.has("Order", "1", &json(&items));
    world.work().await;
    assert_eq!(
        world.counts(run).await,
        "Brand: read 0, 1 for others\nItem: read 1 = 1 skipped\nOrder: read 1 = 1 created\nProduct: read 0, 1 for others\n"
    );
    assert_eq!(lines(&world).await.lines().count(), 1);
}

#[tokio::test]
async fn after_runs_for_the_children_that_were_stored_and_only_for_them() {
    let world = world().await;
    let (first, second) = (item(11, "open", 1, ""), item(12, "open", 1, ""));
    import(&world, &[first.clone(), second.clone()]).await;
    let stored = |text: String| text.matches("stored=1").count();
    assert_eq!(stored(lines(&world).await), 2);
    import(&world, &[first, second.replace("Item 12", "Changed")]).await;
    let after = lines(&world).await;
    assert!(after.contains("stored=2") && stored(after.clone()) == 1, "{after}");
}

#[tokio::test]
async fn a_preview_tells_what_is_left_out_and_what_waits() {
    let world = world().await;
    import(&world, &[item(11, "open", 1, ""), item(12, "gone", 1, "")]).await;
    let tried = world.try_import("Order", "1").await;
    assert!(
        tried
            .mapped
            .as_deref()
            .is_some_and(|text| text.contains(r#""skipped": "item 12 is gone""#)),
        "{:?}",
        tried.mapped
    );
}
