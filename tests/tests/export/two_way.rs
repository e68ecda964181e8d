//! Does what comes in go out again? Import and export of one type share the binding and what both sides agreed on.

use serde_json::{Value, json};
use support::export::{Outward, answer, outward};
use support::fake::Recorded;
use tenon_runtime::value::{RecordId, Stored};

use super::text;

const CASE: &str = "sync_label";
/// The only record of its model.
const RECORD: RecordId = RecordId(1);

fn label(title: &str, memo: Value, state: &str) -> Recorded {
    let record = json!({ "id": 7, "title": title, "memo": memo, "state": state, "owner": 3 });
    answer("label.info", json!([7]), record)
}

fn owner() -> Recorded {
    answer("owner.info", json!([3]), json!({ "id": 3, "name": "Ada" }))
}

fn updates(world: &Outward) -> Vec<String> {
    let asked = world.asked().into_iter();
    asked.filter(|call| call.contains(".update")).collect()
}

#[tokio::test]
async fn what_came_in_is_not_sent_back_however_it_was_written() {
    let world = outward(CASE, vec![owner(), label("  First ", json!(" "), "new")]).await;
    assert_eq!(world.import("Label", "7").await, "1 created");
    assert_eq!(world.keys("Label", RECORD).await, ["7"]);
    assert_eq!(world.holds("crm.label", RECORD, "name").await, Some(text("First")));
    let asked = world.asked().len();
    assert_eq!(world.export("Label", RECORD).await, "1 unchanged\n");
    assert_eq!(
        world.asked().len(),
        asked,
        "nothing is read or sent: {:?}",
        world.asked()
    );
}

#[tokio::test]
async fn a_change_of_the_other_side_after_an_export_is_not_sent_back() {
    let answers = vec![
        owner(),
        label("First", json!(null), "new"),
        answer("label.update", json!([7, { "title": "Second" }]), json!(true)),
        label(" Third", json!("by hand"), "ok"),
        answer("label.update", json!([7, { "state": "new" }]), json!(true)),
    ];
    let world = outward(CASE, answers).await;
    assert_eq!(world.import("Label", "7").await, "1 created");
    world.changes("crm.label", RECORD, &[("name", text("Second"))]).await;
    assert_eq!(world.export("Label", RECORD).await, "1 updated\n");
    assert_eq!(updates(&world), [r#"label.update ["7",{"title":"Second"}]"#]);

    assert_eq!(world.import("Label", "7").await, "1 updated");
    assert_eq!(world.holds("crm.label", RECORD, "name").await, Some(text("Third")));
    assert_eq!(world.export("Label", RECORD).await, "1 unchanged\n");
    assert_eq!(updates(&world).len(), 1, "{:?}", world.asked());

    world.changes("crm.label", RECORD, &[("state", text("open"))]).await;
    assert_eq!(world.export("Label", RECORD).await, "1 updated\n");
    assert_eq!(updates(&world)[1], r#"label.update ["7",{"state":"new"}]"#);
}

#[tokio::test]
async fn a_field_that_only_the_export_writes_is_compared_with_what_is_there() {
    let tag = |team: &str| {
        answer(
            "tag.info",
            json!([9]),
            json!({ "id": 9, "title": " Red", "team": team }),
        )
    };
    let answers = vec![
        tag("other"),
        tag("other"),
        answer("tag.update", json!([9, { "team": "team of Red" }]), json!(true)),
    ];
    let world = outward(CASE, answers).await;
    assert_eq!(world.import("Tag", "9").await, "1 created");
    assert_eq!(world.export("Tag", RECORD).await, "1 updated\n");
    assert_eq!(updates(&world), [r#"tag.update ["9",{"team":"team of Red"}]"#]);
    assert_eq!(world.export("Tag", RECORD).await, "1 unchanged\n");
}

#[tokio::test]
async fn what_came_in_under_a_condition_on_another_field_is_not_sent_back() {
    let task = json!({ "id": 7, "title": "Paint", "done": false, "hint": "twice" });
    let update = answer("task.update", json!([7, { "hint": "once" }]), json!(true));
    let world = outward("sync_echo", vec![answer("task.info", json!([7]), task), update]).await;
    assert_eq!(world.import("Task", "7").await, "1 created");
    let asked = world.asked().len();
    assert_eq!(world.export("Task", RECORD).await, "1 unchanged\n");
    assert_eq!(
        world.asked().len(),
        asked,
        "nothing is read or sent: {:?}",
        world.asked()
    );

    world.changes("crm.task", RECORD, &[("hint", text("once"))]).await;
    assert_eq!(world.export("Task", RECORD).await, "1 updated\n");
    assert_eq!(updates(&world).len(), 1);
}

#[tokio::test]
async fn fields_that_came_in_as_one_value_go_out_as_one() {
    let came = json!({ "id": 7, "name": "Ada", "street": " Main St\n2nd floor ", "town": "75 Paris" });
    let sent = json!(["7", { "street": "Main St\nattic", "town": "76 Paris" }]);
    let answers = vec![
        answer("client.info", json!(["7"]), came),
        answer("client.update", sent, json!(true)),
    ];
    let world = outward("sync_street", answers).await;
    assert_eq!(world.import("Client", "7").await, "1 created");
    assert_eq!(
        world.holds("res.partner", RECORD, "street2").await,
        Some(text("2nd floor"))
    );
    assert_eq!(
        world.export("Client", RECORD).await,
        "1 unchanged\n",
        "{:?}",
        world.asked()
    );
    assert_eq!(world.asked().len(), 1, "nothing is read or sent");

    let changed = [("street2", text("attic")), ("code", text("76"))];
    world.changes("res.partner", RECORD, &changed).await;
    assert_eq!(
        world.export("Client", RECORD).await,
        "1 updated\n",
        "{:?}",
        world.asked()
    );
}

#[tokio::test]
async fn an_import_takes_the_key_of_a_record_that_it_searched() {
    let order = |id: i64, code: &str| {
        let record = json!({ "id": id, "name": "S1", "code": code });
        answer("order.info", json!([id.to_string()]), record)
    };
    let world = outward("lookup_key_of", vec![order(1, "north"), order(2, "south")]).await;
    let north = world.has("res.shop", &[("code", text("north"))]).await;
    world.has("res.shop", &[("code", text("south"))]).await;
    world.bound("Shop", "17", north).await;
    assert_eq!(world.import("Order", "1").await, "1 created", "{:?}", world.asked());
    assert_eq!(world.holds("sale.order", RECORD, "shop").await, Some(text("17")));
    assert_eq!(
        world.holds("sale.order", RECORD, "known").await,
        Some(Stored::Bool(true))
    );
    assert_eq!(world.import("Order", "2").await, "1 created", "{:?}", world.asked());
    assert_eq!(
        world.holds("sale.order", RecordId(2), "known").await,
        Some(Stored::Bool(false)),
        "nothing leads to this shop"
    );
}

#[tokio::test]
async fn an_import_reads_what_refers_to_a_record_that_it_loads() {
    let order = json!({ "id": 1, "name": "S1", "code": "north" });
    let world = outward("lookup_children", vec![answer("order.info", json!(["1"]), order)]).await;
    let site = world.has("shop.site", &[("code", text("north"))]).await;
    let other = world.has("shop.site", &[("code", text("south"))]).await;
    for (name, size, of) in [("German", 3, site), ("Polish", 9, other), ("French", 4, site)] {
        let values = [
            ("site_id", Stored::Ref(of)),
            ("name", text(name)),
            ("size", Stored::Int(size)),
        ];
        world.has("shop.view", &values).await;
    }
    assert_eq!(world.import("Order", "1").await, "1 created", "{:?}", world.asked());
    assert_eq!(
        world.holds("sale.order", RECORD, "views").await,
        Some(text("German, French"))
    );
    assert_eq!(world.holds("sale.order", RECORD, "size").await, Some(Stored::Int(7)));
}
