//! Are records that were made inside and sent in a list known again when they come back? A second one is never made.

use serde_json::{Value, json};
use support::export::{Outward, answer, outward};
use support::fake::Recorded;
use tenon_runtime::value::{RecordId, Stored};

use super::text;

const CASE: &str = "sync_come_back";

fn line(id: i64, sku: &str, quantity: i64) -> Value {
    json!({ "id": id, "sku": sku, "quantity": quantity })
}

/// The order as the shop holds it.
fn order(lines: &[Value], notes: &Value) -> Value {
    json!({ "id": 7, "number": "A-1", "lines": lines, "notes": notes })
}

fn notes() -> Value {
    json!([{ "code": "N", "words": "at noon" }])
}

fn made(lines: &[Value]) -> Recorded {
    let sent: Vec<Value> = lines.iter().map(without_id).collect();
    let record = json!([{ "number": "A-1", "lines": sent, "notes": notes() }]);
    answer("order.create", record, order(lines, &notes()))
}

fn without_id(line: &Value) -> Value {
    json!({ "sku": line["sku"], "quantity": line["quantity"] })
}

fn now(lines: &[Value]) -> Recorded {
    answer("order.info", json!([7]), order(lines, &notes()))
}

/// An order of these lines and one note.
async fn has(world: &Outward, lines: &[(&'static str, i64)]) -> (RecordId, Vec<RecordId>) {
    let order = world.has("shop.order", &[("number", text("A-1"))]).await;
    let mut made = Vec::new();
    for (sku, quantity) in lines {
        made.push(adds(world, order, sku, *quantity).await);
    }
    let note = [
        ("order_id", Stored::Ref(order)),
        ("code", text("N")),
        ("words", text("at noon")),
    ];
    world.has("shop.note", &note).await;
    (order, made)
}

async fn adds(world: &Outward, order: RecordId, sku: &str, quantity: i64) -> RecordId {
    let values = [
        ("order_id", Stored::Ref(order)),
        ("sku", text(sku)),
        ("quantity", Stored::Int(quantity)),
        ("shelf", text("top")),
    ];
    world.has("shop.line", &values).await
}

/// The lines and what leads to them: number, article, quantity, shelf, key.
fn lines(world: &Outward) -> Vec<String> {
    world.stored(
        "select l.id, l.sku, l.quantity, l.shelf, b.key from shop__line l \
         left join shop__Line__binding b on b.internal_id = l.id and b.buried_at is null order by l.id",
    )
}

fn notes_of(world: &Outward) -> Vec<String> {
    world.stored("select id, code, words from shop__note order by id")
}

#[tokio::test]
async fn what_is_made_inside_and_sent_is_not_made_again_by_the_answer() {
    let world = outward(CASE, vec![made(&[line(11, "ring", 2), line(12, "cup", 1)])]).await;
    let (order, _) = has(&world, &[("ring", 2), ("cup", 1)]).await;
    assert_eq!(world.export("Order", order).await, "1 created\n");
    assert_eq!(lines(&world), ["1 | ring | 2 | top | 11", "2 | cup | 1 | top | 12"]);
    assert_eq!(notes_of(&world), ["1 | N | at noon"]);
}

#[tokio::test]
async fn nothing_is_made_again_when_the_answer_was_lost_and_the_record_is_read() {
    let both = [line(11, "ring", 2), line(12, "cup", 1)];
    let world = outward(CASE, vec![made(&both), now(&both)]).await;
    let (order, _) = has(&world, &[("ring", 2), ("cup", 1)]).await;
    world.dies_with_the_answer("Order", order).await;
    world.work().await;
    assert_eq!(world.times("order.create"), 1);
    assert_eq!(world.import("Order", "7").await, "1 unchanged");
    assert_eq!(lines(&world), ["1 | ring | 2 | top | 11", "2 | cup | 1 | top | 12"]);
    assert_eq!(notes_of(&world), ["1 | N | at noon"]);
}

#[tokio::test]
async fn a_line_that_is_added_later_is_known_again_and_one_that_was_not_sent_stays() {
    let first = [line(11, "ring", 2)];
    let both = [line(11, "ring", 2), line(12, "cup", 1)];
    let sent: Vec<Value> = both.iter().map(without_id).collect();
    let update = answer("order.update", json!([7, { "lines": sent }]), json!(true));
    let world = outward(CASE, vec![made(&first), now(&first), now(&both), update]).await;
    let (order, _) = has(&world, &[("ring", 2)]).await;
    world.export("Order", order).await;
    adds(&world, order, "cup", 1).await;
    assert_eq!(world.import("Order", "7").await, "1 unchanged");
    assert_eq!(lines(&world), ["1 | ring | 2 | top | 11", "2 | cup | 1 | top | null"]);
    assert_eq!(world.export("Order", order).await, "1 updated\n", "{:?}", world.asked());
    assert_eq!(world.import("Order", "7").await, "1 updated");
    assert_eq!(lines(&world), ["1 | ring | 2 | top | 11", "2 | cup | 1 | top | 12"]);
    assert_eq!(world.import("Order", "7").await, "1 unchanged");
}

#[tokio::test]
async fn lines_that_the_shop_numbers_anew_are_the_same_lines() {
    let first = [line(11, "ring", 2), line(12, "cup", 1)];
    let anew = [line(21, "ring", 3), line(22, "cup", 1)];
    let world = outward(CASE, vec![made(&first), now(&anew)]).await;
    let (order, _) = has(&world, &[("ring", 2), ("cup", 1)]).await;
    world.export("Order", order).await;
    assert_eq!(world.import("Order", "7").await, "1 updated");
    assert_eq!(lines(&world), ["1 | ring | 3 | top | 21", "2 | cup | 1 | top | 22"]);
    assert_eq!(world.import("Order", "7").await, "1 unchanged");
}

#[tokio::test]
async fn equal_lines_go_together_in_their_order_and_what_is_over_is_new() {
    let all = [line(11, "ring", 2), line(12, "ring", 1), line(13, "ring", 5)];
    let world = outward(CASE, vec![made(&all[..2]), now(&all)]).await;
    let (order, _) = has(&world, &[("ring", 2), ("ring", 1)]).await;
    world.export("Order", order).await;
    assert_eq!(lines(&world), ["1 | ring | 2 | top | 11", "2 | ring | 1 | top | 12"]);
    assert_eq!(world.import("Order", "7").await, "1 updated");
    assert_eq!(
        lines(&world),
        [
            "1 | ring | 2 | top | 11",
            "2 | ring | 1 | top | 12",
            "3 | ring | 5 | null | 13"
        ]
    );
}

#[tokio::test]
async fn a_key_of_ours_that_changes_leads_to_the_same_note() {
    let one = [line(11, "ring", 2)];
    let renamed = json!([{ "code": "M", "words": "at noon" }]);
    let update = answer("order.update", json!([7, { "notes": renamed }]), json!(true));
    let after = answer("order.info", json!([7]), order(&one, &renamed));
    let world = outward(CASE, vec![made(&one), update, after]).await;
    let (order, _) = has(&world, &[("ring", 2)]).await;
    world.export("Order", order).await;
    world.changes("shop.note", RecordId(1), &[("code", text("M"))]).await;
    assert_eq!(world.export("Order", order).await, "1 updated\n", "{:?}", world.asked());
    assert_eq!(world.import("Order", "7").await, "1 updated");
    assert_eq!(notes_of(&world), ["1 | M | at noon"]);
    assert_eq!(world.keys("Note", RecordId(1)).await, ["M"]);
}
