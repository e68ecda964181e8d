//! Does the answer to what was sent reach the inside, and is it not sent back?

use serde_json::json;
use support::export::{ExportSelection, Outward, answer, outward};
use support::fake::Recorded;
use tenon_runtime::value::{RecordId, Stored};

use super::text;

/// A shop that trims names and says where a board is.
fn shop() -> Vec<Recorded> {
    let board = json!({ "id": "b1", "name": "Garden", "url": "http://b1", "status": "new" });
    vec![
        answer("board.create", json!([{ "name": " Garden" }]), board.clone()),
        answer("board.info", json!(["b1"]), board),
        answer(
            "board.update",
            json!(["b1", { "name": "House " }]),
            json!({ "id": "b1", "name": "House", "url": "http://b1", "status": "changed" }),
        ),
        answer(
            "ship.create",
            json!([{ "number": "S1", "board_id": "b1" }]),
            json!({ "id": "b1", "name": "Garden", "url": "http://b1", "status": "sent" }),
        ),
    ]
}

async fn project(world: &Outward) -> RecordId {
    world.has("project.project", &[("name", text(" Garden"))]).await
}

async fn field(world: &Outward, id: RecordId, name: &'static str) -> String {
    match world.holds("project.project", id, name).await {
        Some(Stored::Text(text)) => text,
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_create_answers_is_imported_and_not_sent_back() {
    let world = outward("export_answers", shop()).await;
    let id = project(&world).await;
    assert_eq!(world.export("Board", id).await, "1 created\n");
    assert_eq!(field(&world, id, "url").await, "http://b1");
    assert_eq!(field(&world, id, "name").await, "Garden");
    assert_eq!(world.export("Board", id).await, "1 unchanged\n");
    assert_eq!(world.asked(), [r#"board.create [{"name":" Garden"}]"#]);
}

#[tokio::test]
async fn what_a_write_answers_is_imported_and_not_sent_back() {
    let world = outward("export_answers", shop()).await;
    let id = project(&world).await;
    world.export("Board", id).await;
    world.changes("project.project", id, &[("name", text("House "))]).await;
    assert_eq!(world.export("Board", id).await, "1 updated\n");
    assert_eq!(field(&world, id, "name").await, "House");
    assert_eq!(field(&world, id, "status").await, "changed");
    assert_eq!(world.export("Board", id).await, "1 unchanged\n");
    assert_eq!(world.asked().len(), 2);
}

#[tokio::test]
async fn an_answer_of_another_type_changes_its_own_record() {
    let world = outward("export_answers", shop()).await;
    let id = project(&world).await;
    world.export("Board", id).await;
    let values = [("name", text("S1")), ("project_id", Stored::Ref(id))];
    let ship = world.has("stock.move", &values).await;
    assert_eq!(world.export("Ship", ship).await, "1 created\n");
    assert_eq!(world.keys("Ship", ship).await, ["S1"]);
    assert_eq!(field(&world, id, "status").await, "sent");
}

#[tokio::test]
async fn an_answer_that_was_lost_is_read_instead() {
    let world = outward("export_answers", shop()).await;
    let id = project(&world).await;
    world.dies_with_the_answer("Board", id).await;
    world.work().await;
    assert_eq!(world.keys("Board", id).await, ["b1"]);
    assert_eq!(field(&world, id, "url").await, "http://b1");
    assert_eq!((world.times("board.create"), world.times("board.info")), (1, 1));
}

#[tokio::test]
async fn an_answer_that_is_no_record_takes_nothing_back() {
    let world = outward("export_answers", shop()).await;
    let id = project(&world).await;
    world.bound("Board", "b1", id).await;
    world.shop.add(vec![answer(
        "board.update",
        json!(["b1", { "name": " Garden" }]),
        json!(true),
    )]);
    assert_eq!(
        world.export_these("Board", ExportSelection::Id(id)).await,
        "1 updated\n"
    );
    assert_eq!(field(&world, id, "url").await, "Some(Null)");
}
