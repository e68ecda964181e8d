//! A question that makes or imports a record is asked only where something takes its value: what nobody takes is never created.

use serde_json::value::RawValue;
use support::sync::case::world_of;
use support::sync::{Selection, World};
use tenon_runtime::value::{Key, Stored};

async fn world() -> World {
    let world = world_of("lookup_guarded").await;
    world.shop.has("Customer", "7", r#"{"id": 7, "name": "Ada"}"#);
    world.shop.has("Customer", "8", r#"{"id": 8, "name": "Grace"}"#);
    world
}

fn order(id: u32, fields: &str) -> Selection {
    let json = format!(r#"{{"id": {id}, "number": "SO{id}", "email": "a@b.c", "tag": "red"{fields}}}"#);
    Selection::Given(Key(id.to_string()), RawValue::from_string(json).unwrap())
}

async fn has_tag(world: &World) {
    world
        .inside_has("res.tag", &[("name", Stored::Text("red".to_owned()))])
        .await;
}

#[tokio::test]
async fn nothing_is_made_where_no_guard_holds() {
    let world = world().await;
    has_tag(&world).await;
    world
        .import("Order", order(1, r#", "customer_id": 7, "manager_id": 8"#))
        .await;
    insta::assert_snapshot!(world.dump().await);
}

#[tokio::test]
async fn everything_is_made_where_the_guards_hold() {
    let world = world().await;
    world
        .import("Order", order(2, r#", "carrier": "post", "manager_id": 8"#))
        .await;
    insta::assert_snapshot!(world.dump().await);
}
