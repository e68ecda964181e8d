//! Strata, joins, parameters, children of children, added children.

use super::golden;
use support::mapper::import_order;

const ORDER: &str = r#"{"shop":"eu","id":7,"tax_included":true,"view":1,"shipping":4.90,"extra":{"a": [1]},"lines":[
    {"id":1,"sku":"100","net":10.0000,"gross":11.9,"parts":[
        {"id":3,"sku":"101","net":1,"parts":[{"id":4,"sku":"102","net":2.5}]},{"id":5,"sku":"103","net":3}]},
    {"id":2,"parent":1,"sku":"200","net":5}]}"#;

const INVOICES: &str =
    r#"[{"paid":16.80,"at":"2020-01-02T00:00:00Z"},{"paid":1,"at":"2020-01-01T00:00:00Z"},{"paid":2}]"#;

#[test]
fn an_order_with_everything() {
    golden("order", &import_order(ORDER, INVOICES));
}

#[test]
fn what_does_not_fit_in_an_order_is_told_of_each_part() {
    let order = ORDER
        .replace("\"view\":1", "\"view\":2")
        .replace("\"sku\":\"200\"", "\"sku\":\"x\"")
        .replace("\"net\":2.5", "\"net\":2.505")
        .replace("4.90", "4.901");
    golden("order_faults", &import_order(&order, INVOICES));
}

#[test]
fn the_latest_of_several_is_taken_and_two_latest_are_ambiguous() {
    let at = r#"{"paid":1,"at":"2020-01-01T00:00:00Z"}"#;
    let told = import_order(ORDER, &format!("[{at},{at}]"));
    assert!(
        told.contains("source fault Ambiguous: `inv` is one Invoice and 2 are equally late"),
        "{told}"
    );
    assert!(import_order(ORDER, "[]").contains("children whole true"));
}

#[test]
fn a_null_list_of_children_is_a_fault_and_an_empty_one_is_not() {
    let order = r#"{"shop":"eu","id":7,"lines":[{"id":1,"sku":"1","net":1,"parts":null}]}"#;
    assert!(import_order(order, "[]").contains("order.tenon:23 order_line[0] part_ids: the list of children is null"));
    assert!(!import_order(&order.replace("null", "[]"), "[]").contains("part_ids: "));
}

#[test]
fn a_tree_may_be_as_deep_as_json() {
    let part = |inner: String| format!(r#"{{"id":1,"sku":"1","net":1,"parts":[{inner}]}}"#);
    let deep = (0..61).fold(String::new(), |inner, _| part(inner));
    let told = import_order(&format!(r#"{{"shop":"eu","id":7,"lines":[{deep}]}}"#), "[]");
    assert_eq!(told.matches("part_ids").count(), 61, "{told}");
}
