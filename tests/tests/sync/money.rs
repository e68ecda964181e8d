//! Money and merges in generated code: rounding, shares, percents, two sources of one value.

use serde_json::value::RawValue;
use support::sync::Selection;
use support::sync::case::world_of;
use tenon_runtime::value::Key;

fn order(id: u32, fields: &str) -> Selection {
    let json = format!(
        r#"{{"id": {id}, "rate": 19.00, "phone_at": "2024-01-01T00:00:00Z", "mobile_at": "2024-01-02T00:00:00Z",
            "lines": [{{"code": "a", "name": "A", "qty": 1.00}}, {{"code": "b", "name": "B", "qty": 1.00}},
                      {{"code": "c", "name": "C", "qty": 1.00}}],
            "added": [{{"code": "b", "name": "other B", "qty": 1.00}}, {{"code": "d", "name": "D", "qty": 2.00}}]{fields}}}"#
    );
    Selection::Given(Key(id.to_string()), RawValue::from_string(json).unwrap())
}

#[tokio::test]
async fn amounts_are_exact_to_the_cent() {
    let world = world_of("expression_money").await;
    let orders = [
        r#", "total": 100.0050, "paid": 5.00, "confirmed": 5.00, "phone": "1", "mobile": "2""#,
        r#", "total": -0.0150, "confirmed": 7.00, "phone": "1""#,
        r#", "total": 10.0000, "paid": 7.00, "mobile": null, "phone": null"#,
    ];
    for (id, fields) in (1..).zip(orders) {
        let told = world.import_telling("Order", order(id, fields)).await;
        assert_eq!(told, "Order: read 1 = 1 created\n");
    }
    insta::assert_snapshot!(world.table("sale.invoice").await);
}

#[tokio::test]
async fn sources_that_disagree_are_put_up_for_review() {
    let world = world_of("expression_money").await;
    let fields = r#", "total": 1.0000, "paid": 5.00, "confirmed": 6.00"#;
    insta::assert_snapshot!(world.import_telling("Order", order(1, fields)).await);
    assert_eq!(world.table("sale.invoice").await, "");
}

#[tokio::test]
async fn what_cannot_be_shared_out_fails() {
    let world = world_of("expression_money").await;
    let nothing = order(1, r#", "total": 1.0000"#);
    let Selection::Given(key, json) = nothing else { return };
    let json = json.get().replace("1.00}", "0.00}");
    let without_weights = Selection::Given(key, RawValue::from_string(json).unwrap());
    insta::assert_snapshot!(world.import_telling("Order", without_weights).await);
}
