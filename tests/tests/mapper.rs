//! Does a mapping write what its rules say, and say exactly what it cannot write?

#![expect(clippy::expect_used, reason = "helpers of tests stop where a test would")]

#[path = "mapper/order.rs"]
mod order;
#[path = "mapper/store.rs"]
mod store;

use insta::assert_snapshot;
use support::mapper::{Case, Group, Import, Tell, import};

const ADA: &str = r#"{"customer_id":"21","email":"ada@example.org","firstname":"Ada","middlename":"King","lastname":"Lovelace",
    "dob":"1815-12-10 00:00:00","taxvat":"FR 40 303 265 045","group_id":"1","website_id":1,"store_id":"1",
    "created_at":"2017-06-27 15:13:08","updated_at":"2017-06-27T17:13:08+02:00","password_hash":"x:y"}"#;

const HOME: &str = r#"[{"customer_address_id":"92","firstname":"Ada","lastname":"Lovelace","company":"","street":"St James Sq 12\nAttic",
    "postcode":"75001","city":"Paris","country_id":"fr","is_default_billing":"1","is_default_shipping":true}]"#;

/// A customer with some fields set anew; what is set to `-` is left out.
fn ada(changes: &[(&str, &str)]) -> String {
    let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(ADA).expect("a record");
    for (name, value) in changes {
        fields.remove(*name);
        if *value != "-" {
            fields.insert((*name).to_owned(), serde_json::from_str(value).expect("JSON"));
        }
    }
    serde_json::Value::Object(fields).to_string()
}

fn golden(name: &str, told: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("mapper");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| assert_snapshot!(name, told));
}

#[test]
fn a_private_customer_merges_with_the_home_address() {
    golden("private", &import(&Case::new(ADA, HOME)));
}

#[test]
fn a_company_has_its_addresses_as_children() {
    let book = r#"[
        {"customer_address_id":92,"firstname":"Ada","lastname":"Lovelace","company":"Engines Ltd","street":"St James Sq 12",
         "city":"Paris","country_id":"FR","is_default_billing":true,"is_default_shipping":false},
        {"customer_address_id":93,"firstname":"Charles","lastname":"Babbage","company":null,"street":"Dorset St 1\nBack\nyard",
         "telephone":"+33 1","is_default_billing":false,"is_default_shipping":1}]"#;
    golden("company", &import(&Case::new(ADA, book)));
}

#[test]
fn a_customer_without_address_has_no_children() {
    golden("no_address", &import(&Case::new(ADA, "[]")));
}

#[test]
fn missing_null_empty_and_zero_are_four_things() {
    let customer = ada(&[
        ("middlename", "-"),
        ("dob", "\"0000-00-00 00:00:00\""),
        ("taxvat", "false"),
        ("updated_at", "-"),
        ("store_id", "\"0\""),
        ("email", "\"\""),
    ]);
    golden("absence", &import(&Case::new(&customer, "[]")));
}

#[test]
fn an_update_leaves_what_is_only_for_new_or_empty_records() {
    let mut case = Case::new(ADA, "[]");
    case.import = Import::Update(Some("de"));
    golden("update", &import(&case));
    case.import = Import::Update(Some(" "));
    assert!(import(&case).contains("\"lang\": \"fr\""));
}

#[test]
fn a_partial_update_runs_what_reads_the_changed_fields() {
    let mut case = Case::new(ADA, HOME);
    case.import = Import::Partial(&["lastname", "taxvat", "unread"]);
    golden("partial", &import(&case));
}

#[test]
fn what_a_payload_cannot_hold_is_named_with_path_and_line() {
    let customer = ada(&[
        ("customer_id", "\"007\""),
        ("email", "[1]"),
        ("firstname", "null"),
        ("lastname", "-"),
        ("taxvat", "\"a\\u0000b\""),
        ("group_id", "1.5"),
        ("created_at", "\"yesterday\""),
    ]);
    golden("decode", &import(&Case::new(&customer, "[]")));
}

#[test]
fn an_address_that_cannot_be_read_does_not_hide_the_others() {
    let book = r#"[{"customer_address_id":"1"},
        {"customer_address_id":"2","firstname":"A","lastname":"B","street":"x","country_id":"FRA","is_default_billing":"yes","is_default_shipping":0}]"#;
    golden("decode_list", &import(&Case::new(ADA, book)));
}

#[test]
fn columns_hold_typed_values() {
    golden("columns", &import(&Case::new(ADA, HOME).telling(Tell::Columns)));
}

#[test]
fn an_unbound_group_is_imported_first() {
    let mut case = Case::new(ADA, "[]").telling(Tell::Faults);
    case.group = Group::Unbound;
    golden("unbound", &import(&case));
}

#[test]
fn a_cycle_through_a_list_is_left_for_later() {
    let mut case = Case::new(ADA, "[]").telling(Tell::Faults);
    case.group = Group::Cycle;
    golden("cycle", &import(&case));
}

/// An address without city, in this country.
fn address(id: &str, country: &str, default_billing: u8) -> String {
    format!(
        r#"{{"customer_address_id":"{id}","firstname":"A","lastname":"B","street":"x","country_id":"{country}","is_default_billing":{default_billing},"is_default_shipping":0}}"#
    )
}

#[test]
fn faults_of_children_say_which_rule_and_which_child() {
    let book = format!("[{},{}]", address("1", "XX", 0), address("2", "UK", 0));
    golden("child_faults", &import(&Case::new(ADA, &book).telling(Tell::Faults)));
    let twice = format!("[{},{}]", address("1", "FR", 0), address("1", "FR", 0));
    golden("child_twice", &import(&Case::new(ADA, &twice).telling(Tell::Faults)));
}

#[test]
fn two_default_addresses_are_ambiguous() {
    let book = format!("[{},{}]", address("1", "FR", 1), address("2", "FR", 1));
    golden("ambiguous", &import(&Case::new(ADA, &book)));
}

#[test]
fn a_value_that_its_column_cannot_hold_is_named() {
    let long = format!("\"{}\"", "x".repeat(200));
    golden(
        "value",
        &import(&Case::new(&ada(&[("lastname", &long)]), "[]").telling(Tell::Faults)),
    );
}
