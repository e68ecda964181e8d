//! Does a change of some fields run the rules that read them, and no others, and ask what those ask? In both engines.
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::path::Path;

use support::engines::{Changes, externs, interpreted, of_changed, pairs};

const CASE: &str = "cases/accept/rule/partial.tenon";

const ADA: &str = r#"{
  "id": 7, "firstname": "Ada", "lastname": "Lovelace", "email": "ada@example.org", "phone": "1", "mobile": "2", "street": "St James's Sq 12",
  "street2": "Attic", "zip": "SW1Y", "city": "London", "country": "GB", "group": 3, "tax_id": "GB1", "gender": "f", "birthday": "1815-12-10",
  "created_at": "2013-05-16T10:00:00Z", "website": "w", "company": "c", "title": "t", "locale": "en", "credit": 1.50, "orders": [1, 2],
  "newsletter": true, "is_active": true, "note": "n", "tags": [1, 2]
}"#;

/// What a change of these fields does, in both engines.
fn changes(names: &[&str]) -> Changes {
    let program = interpreted(Path::new(CASE), externs::of_cases());
    let all = pairs(support::cases::rule_partial::register_all, &program);
    let pair = all
        .iter()
        .find(|pair| pair.generated.info().external.name == "Customer");
    let pair = pair.expect("the import of customers");
    let (one, other) = (
        of_changed(pair.generated, ADA, names),
        of_changed(pair.interpreted, ADA, names),
    );
    assert_eq!(one, other, "generated (left), interpreted (right)");
    one
}

#[test]
fn two_fields_of_25_run_their_rules_and_ask_nothing() {
    let made = changes(&["zip", "email"]);
    assert_eq!(made.written, ["email", "zip"]);
    assert_eq!(made.asked, [""; 0]);
}

#[test]
fn a_field_with_a_lookup_asks_for_that_alone() {
    let made = changes(&["country", "phone"]);
    assert_eq!(made.written, ["phone", "mobile", "country_id"]);
    assert_eq!(made.asked.len(), 1, "{made:?}");
    assert!(made.asked[0].starts_with("find res.country"), "{made:?}");
}

#[test]
fn a_let_is_asked_for_by_the_rules_that_use_it() {
    let made = changes(&["group", "title"]);
    assert_eq!(made.written, ["group_id", "group_name", "title"]);
    assert_eq!(made.asked.len(), 2, "{made:?}");
}

#[test]
fn a_field_of_a_new_record_alone_changes_nothing_of_an_old_one() {
    let made = changes(&["created_at", "nobody_reads_this"]);
    assert_eq!(made.written, [""; 0]);
    assert_eq!(made.asked, [""; 0]);
}

#[test]
fn all_fields_ask_for_everything() {
    let made = changes(&[]);
    assert_eq!(made.written.len(), 24, "all but the one for a new record");
    assert_eq!(made.asked.len(), 5, "{made:?}");
}

#[test]
fn what_an_adapter_has_to_ask_for_is_what_rules_read() {
    let program = interpreted(Path::new("../mappings/connectors"), externs::of_connectors());
    let all = pairs(tenon_mappings::register_all, &program);
    let group = all
        .iter()
        .find(|pair| pair.generated.info().external.name == "CustomerGroup");
    let group = group.expect("the import of groups");
    let reads = ["customer_group_id", "customer_group_code", "tax_class_id"];
    assert_eq!(group.generated.info().reads(0), reads);
    assert_eq!(group.interpreted.info().reads(0), reads);
}
