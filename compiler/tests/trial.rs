//! `tenon try` and `tenon test`: what they print, how they end.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its folder fails"
)]

mod support;

use std::fs;
use std::path::Path;
use support::{folder_of, tenon, text};

const MAPPING: &str = r#"connector shop
backend {
  wire json
  prefix: text default "M-"
  adapter rest "https://example.org"
}
internal tag { name: text }
internal partner { name: text, note: text | null, tag_id: ref tag | null, street: text | null }
external Group key id { id: int, name: text }
external Partner key id { id: int, name: text, group_id: ext Group, street?: text, secret?: text | null sensitive }

adapter Group { read = GET /groups/{id} }
extern fn first_line(street: text) -> text in crate::street

import tag from Group {
  copy name
}
import partner from Partner as p {
  name   = "{backend.prefix}{p.name}"
  note   = p.secret
  tag_id = p.group_id | ref!
  street = p.street | first_line
}
"#;

const TESTS: &str = r#"
test "a name" import partner from Partner {
  given { id: 1, name: "Ada", group_id: 7, street: "a\nb" }
  context { backend.prefix = "X-", fn first_line("a\nb") = "a" }
  expect exactly { name: "X-Ada", tag_id: tag(7), street: "a" }
}
test "an unknown group" import partner from Partner {
  given { id: 1, name: "Ada", group_id: 7 }
  context { ref Group 7 = null }
  expect error unbound at tag_id
}
test "a partial update" import partner from Partner {
  given file "ada.json"
  current { name: "Old" }
  changed name
  expect exactly { name: "M-Ada" }
}
"#;

fn folder_with(tests: &str) -> tempfile::TempDir {
    let record = r#"{"id": 1, "name": "Ada", "group_id": 7, "street": "a\nb", "secret": "s3cret"}"#;
    let mapping = format!("{MAPPING}{tests}");
    folder_of(&[("connectors/shop.tenon", &mapping), ("connectors/ada.json", record)])
}

#[test]
fn tests_that_pass_end_with_zero() {
    let said = tenon(folder_with(TESTS).path(), &["test", "connectors"]);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}");
    assert!(out.ends_with("3 passed, 0 failed\n"), "{out}");
}

const BOTH_WAYS: &str = r#"
external Label key id { id: int, name: text, closed: bool, color?: text | null }
adapter Label {
  read = GET /labels/{id}
  create = POST /labels returns Label once by review
  write = PUT /labels/{id}
}
table Color {
  "1" <-> "red"
  "2" <-> "blue"
}
sync partner <-> Label {
  name   <-> name | trim
  street <-> color | Color!
  export closed = tag_id is present
}
test "in" import partner from Label {
  given { id: 1, name: " Ada ", closed: false, color: "blue" }
  expect exactly { name: "Ada", street: "2" }
}
test "out" export partner to Label {
  given { name: "Ada", street: "1", tag_id: 7 }
  expect exactly { name: "Ada", color: "red", closed: true }
}
test "a change" export partner to Label {
  given { name: "Ada", street: "1" }
  changed street
  expect exactly { color: "red" }
}
test "what is held is not sent" export partner to Label {
  given { name: "Ada", street: "1" }
  current { name: "Ada", color: "red", closed: true }
  expect exactly { closed: false }
}
test "no such color" export partner to Label {
  given { name: "Ada", street: "9" }
  expect error data at color
}
"#;

#[test]
fn the_tests_of_both_halves_of_a_sync_run() {
    let said = tenon(folder_with(BOTH_WAYS).path(), &["test", "connectors"]);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}{}", text(&said.stderr));
    assert!(out.ends_with("5 passed, 0 failed\n"), "{out}");
}

#[test]
fn the_laws_of_a_sync_are_tried_on_random_records() {
    let arguments = ["test", "connectors", "--laws", "--records", "50", "--seed", "7"];
    let said = tenon(folder_with(BOTH_WAYS).path(), &arguments);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}{}", text(&said.stderr));
    assert!(
        out.contains("\nshop: sync partner <-> Label (shop.tenon:35)\n"),
        "{out}"
    );
    assert!(
        out.contains("\nok   street <-> color | Color! (shop.tenon:37): "),
        "{out}"
    );
    assert!(
        out.ends_with("2 rules lead back, 0 do not, 0 could not be tried\n"),
        "{out}"
    );
    let again = tenon(folder_with(BOTH_WAYS).path(), &arguments);
    assert_eq!(out, text(&again.stdout));
}

#[test]
fn a_failing_test_of_an_export_shows_what_would_be_sent() {
    let wrong = BOTH_WAYS.replace(
        "expect exactly { color: \"red\" }",
        "expect exactly { color: \"blue\" }",
    );
    let said = tenon(folder_with(&wrong).path(), &["test", "connectors"]);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(1), "{out}");
    assert!(
        out.contains("  color  (shop.tenon:37)\n      expected \"blue\"\n      got      \"red\"\n"),
        "{out}"
    );
}

#[test]
fn the_tests_of_the_ready_connectors_pass() {
    let mappings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mappings");
    let said = tenon(&mappings, &["test", "connectors"]);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}");
    assert!(out.contains("ok   magento 1.7: a private customer"), "{out}");
}

#[test]
fn a_failing_test_shows_what_differs_and_ends_with_one() {
    let wrong = TESTS
        .replace("name: \"X-Ada\"", "name: \"Ada\"")
        .replace("ref Group 7 = null", "ref Group 7 = tag(7)");
    let said = tenon(folder_with(&wrong).path(), &["test", "connectors"]);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(1), "{out}");
    assert!(
        out.contains("  name  (shop.tenon:19)\n      expected \"Ada\"\n      got      \"X-Ada\"\n"),
        "{out}"
    );
    assert!(
        out.contains("expected an error: unbound at tag_id; there is none"),
        "{out}"
    );
    assert!(out.ends_with("1 passed, 2 failed\n"), "{out}");
}

#[test]
fn a_record_is_tried_with_names_for_answers_and_what_is_unknown_said() {
    let folder = folder_with("");
    let arguments = [
        "try",
        "Partner",
        "--record",
        "connectors/ada.json",
        "--folder",
        "connectors",
    ];
    let said = tenon(folder.path(), &arguments);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}");
    for part in [
        "\"name\": \"M-Ada\"",
        "\"tag_id\": \"tag(7)\"",
        "tag_id  shop.tenon:21  tag_id = p.group_id | ref!",
        "1 ref Group 7 = tag(7)  (a name, nobody was asked)",
        "street: not evaluated: `first_line` is a Rust function",
        "\"note\": \"***\"",
    ] {
        assert!(out.contains(part), "{part} is not in\n{out}");
    }
    assert!(!out.contains("s3cret"), "{out}");
}

#[test]
fn a_context_answers_and_a_rule_error_ends_with_one() {
    let folder = folder_with("");
    let context = "{ ref Group 7 = null\n  fn first_line(\"a\\nb\") = \"a\" }";
    fs::write(folder.path().join("around.tenon"), context).unwrap();
    let arguments = [
        "try",
        "import partner from Partner",
        "--record",
        "connectors/ada.json",
        "--context",
        "around.tenon",
        "--folder",
        "connectors",
    ];
    let said = tenon(folder.path(), &arguments);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(1), "{out}");
    assert!(out.contains("1 ref Group 7 = null  (from the context)"), "{out}");
    assert!(
        out.contains("tag_id: Group \"7\" is not bound to a record yet (unbound)"),
        "{out}"
    );
    assert!(out.contains("\"street\": \"a\""), "{out}");
}

#[test]
fn a_mapping_that_there_is_not_ends_with_two() {
    let folder = folder_with("");
    let arguments = [
        "try",
        "Order",
        "--record",
        "connectors/ada.json",
        "--folder",
        "connectors",
    ];
    let said = tenon(folder.path(), &arguments);
    let err = text(&said.stderr);
    assert_eq!(said.status.code(), Some(2), "{err}");
    assert!(err.contains("shop: import partner from Partner"), "{err}");
}
