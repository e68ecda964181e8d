//! Does `only empty` fill what the other side lacks, and leave alone what it holds, or may hold?

use serde_json::{Value, json};
use support::export::{ExportSelection, Outward, answer, outward};
use tenon_runtime::value::{RecordId, Stored};

use super::text;

const CASE: &str = "export_only_empty";

async fn partner(world: &Outward, color: Option<&str>) -> RecordId {
    let mut values = vec![("name", text("Ada")), ("vat", text("GB1"))];
    values.extend(color.map(|color| ("color", text(color))));
    world.has("res.partner", &values).await
}

fn updates(world: &Outward) -> Vec<String> {
    let asked = world.asked().into_iter();
    asked.filter(|call| call.contains(".update")).collect()
}

fn client(record: Value) -> support::fake::Recorded {
    answer("client.info", json!(["7"]), record)
}

#[tokio::test]
async fn what_was_sent_last_says_whether_a_field_is_empty() {
    let made = json!([{ "name": "Ada", "color": null, "vat": "GB1", "since": "", "place": { "street": null } }]);
    let answers = vec![
        answer("client.create", made, json!(7)),
        answer("client.update", json!(["7", { "color": "red" }]), json!(true)),
    ];
    let world = outward(CASE, answers).await;
    let id = partner(&world, None).await;
    assert_eq!(world.export("Client", id).await, "1 created\n");

    world.changes("res.partner", id, &[("color", text("red"))]).await;
    assert_eq!(world.export("Client", id).await, "1 updated\n");
    world
        .changes("res.partner", id, &[("color", text("blue")), ("vat", Stored::Null)])
        .await;
    assert_eq!(
        world.export("Client", id).await,
        "1 unchanged\n",
        "neither is empty there"
    );
    assert_eq!(updates(&world), [r#"client.update ["7",{"color":"red"}]"#]);
    assert_eq!(world.times("client.info"), 0, "nothing had to be read");
}

#[tokio::test]
async fn what_nobody_knows_is_read_once() {
    let there = json!({ "id": 7, "name": "Ada", "color": "green", "since": "0000-00-00" });
    let sent = json!(["7", { "vat": "GB1", "place": { "street": null } }]);
    let answers = vec![client(there), answer("client.update", sent, json!(true))];
    let world = outward(CASE, answers).await;
    let id = partner(&world, Some("red")).await;
    world.bound("Client", "7", id).await;
    assert_eq!(world.export("Client", id).await, "1 updated\n", "{:?}", world.asked());
    world.changes("res.partner", id, &[("color", text("blue"))]).await;
    assert_eq!(world.export("Client", id).await, "1 unchanged\n");
    let changed = ExportSelection::Changed(id, vec!["color".to_owned()]);
    assert_eq!(world.export_these("Client", changed).await, "1 unchanged\n");
    assert_eq!(world.times("client.info"), 1);
    assert_eq!(updates(&world).len(), 1);
}

#[tokio::test]
async fn what_nobody_can_know_is_left_alone() {
    let sent = answer("card.update", json!(["7", { "name": "Ada" }]), json!(true));
    let world = outward(CASE, vec![sent]).await;
    let id = partner(&world, Some("red")).await;
    world.bound("Card", "7", id).await;
    assert_eq!(world.export("Card", id).await, "1 updated\n", "{:?}", world.asked());
    assert_eq!(updates(&world), [r#"card.update ["7",{"name":"Ada"}]"#]);
}

#[tokio::test]
async fn a_record_that_is_there_under_a_known_key_is_not_new() {
    let there = |color: Value| {
        answer(
            "rating.info",
            json!(["7"]),
            json!({ "id": 7, "name": "Bob", "color": color }),
        )
    };
    let sent = answer("rating.update", json!(["7", { "name": "Ada" }]), json!(true));
    let world = outward(CASE, vec![there(json!("green")), sent]).await;
    let id = partner(&world, Some("red")).await;
    world.bound("Client", "7", id).await;
    assert_eq!(world.export("Rating", id).await, "1 updated\n", "{:?}", world.asked());
    assert_eq!(updates(&world), [r#"rating.update ["7",{"name":"Ada"}]"#]);

    let sent = answer(
        "rating.update",
        json!(["7", { "name": "Ada", "color": "red" }]),
        json!(true),
    );
    let world = outward(CASE, vec![there(json!("")), sent]).await;
    let id = partner(&world, Some("red")).await;
    world.bound("Client", "7", id).await;
    assert_eq!(world.export("Rating", id).await, "1 updated\n", "{:?}", world.asked());
}

#[tokio::test]
async fn an_import_tells_what_the_other_side_holds() {
    let there = |color: Value| {
        let record = json!({ "id": 7, "name": "Ada", "color": color, "note": "theirs" });
        client(record)
    };
    let answers = vec![
        there(json!("")),
        answer("client.update", json!(["7", { "color": "red" }]), json!(true)),
        there(json!("blue")),
    ];
    let world = outward("sync_fills", answers).await;
    assert_eq!(world.import("Client", "7").await, "1 created");
    let id = RecordId(1);
    world
        .changes("res.partner", id, &[("color", text("red")), ("note", text("ours"))])
        .await;
    assert_eq!(world.export("Client", id).await, "1 updated\n", "{:?}", world.asked());

    assert_eq!(world.import("Client", "7").await, "1 unchanged");
    assert_eq!(
        world.holds("res.partner", id, "color").await,
        Some(text("red")),
        "it was filled"
    );
    assert_eq!(world.export("Client", id).await, "1 unchanged\n");
    assert_eq!(updates(&world), [r#"client.update ["7",{"color":"red"}]"#]);
    assert_eq!(world.times("client.info"), 2, "the imports read, no export did");
}
