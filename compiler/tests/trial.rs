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

const STOPS: &str = r#"
external Card key id { id: int, name: text, state: text, key_of: text }
adapter Card { read = GET /cards/{id} }
import partner from Card as c {
  skip when c.state == "old" because "card {c.id} is old"
  retry every 10m when c.state == "new" because "not ready"
  name   = c.name
  tag_id = find_or_new(tag, name = c.key_of) when c.state == "tagged"
}
"#;

fn stops_with(tests: &str) -> tempfile::TempDir {
    let mapping = MAPPING.replace(
        "internal tag { name: text }",
        "internal tag {\n  name: text\n  key name\n}",
    );
    let mapping = format!("{mapping}{STOPS}{tests}");
    folder_of(&[("connectors/shop.tenon", &mapping)])
}

#[test]
fn a_test_expects_a_skip_or_a_retry_and_its_reason() {
    let tests = r#"
test "skipped" import partner from Card {
  given { id: 7, name: "Ada", state: "old", key_of: "a" }
  expect skip because "card 7 is old"
}
test "for any reason" import partner from Card {
  given { id: 7, name: "Ada", state: "old", key_of: "a" }
  expect skip
}
test "later" import partner from Card {
  given { id: 7, name: "Ada", state: "new", key_of: "a" }
  expect retry because "not ready"
}
"#;
    let said = tenon(stops_with(tests).path(), &["test", "connectors"]);
    let out = text(&said.stdout);
    assert!(out.ends_with("3 passed, 0 failed\n"), "{out}{}", text(&said.stderr));
}

#[test]
fn a_skip_that_is_another_one_or_none_is_told() {
    let tests = r#"
test "another reason" import partner from Card {
  given { id: 7, name: "Ada", state: "old", key_of: "a" }
  expect skip because "it is old"
}
test "no skip" import partner from Card {
  given { id: 7, name: "Ada", state: "ok", key_of: "a" }
  expect skip
}
test "no fields" import partner from Card {
  given { id: 7, name: "Ada", state: "old", key_of: "a" }
  expect { name: "Ada" }
}
test "no error" import partner from Card {
  given { id: 7, name: "Ada", state: "new", key_of: "a" }
  expect error data at name
}
"#;
    let said = tenon(stops_with(tests).path(), &["test", "connectors"]);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(1), "{out}");
    for part in [
        "expected skip because \"it is old\"; there is\n      the record: skipped: card 7 is old\n",
        "expected skip; its rules ran without an error\n",
        "expected an error: data at name; there is\n      the record: waits, 10 min at a time: not ready\n",
    ] {
        assert!(out.contains(part), "{part} is not in\n{out}");
    }
    assert_eq!(out.matches("the record: skipped: card 7 is old").count(), 2, "{out}");
}

#[test]
fn a_skipped_record_is_tried_and_said_to_be_skipped() {
    let folder = stops_with("");
    let record = r#"{"id": 7, "name": "Ada", "state": "old", "key_of": "a"}"#;
    fs::write(folder.path().join("card.json"), record).unwrap();
    let arguments = ["try", "Card", "--record", "card.json", "--folder", "connectors"];
    let said = tenon(folder.path(), &arguments);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}");
    assert!(out.ends_with("\nskipped: card 7 is old\n"), "{out}");
}

const GUARDED: &str = r#"
external Card key id { id: int, name: text, group_id: ext Group | null }
adapter Card { read = GET /cards/{id} }
import partner from Card as c {
  let guest = find_or_new(tag, name = "guest of {c.name}")
  let both  = c.name | find(tag, name = _) catch find_or_new(tag, name = "none")
  name   = if both is present { c.name } else { "nobody" }
  tag_id = c.group_id | ref! ?? guest
}
"#;

#[test]
fn only_what_something_takes_is_said_to_be_created() {
    let mapping = MAPPING.replace(
        "internal tag { name: text }",
        "internal tag {\n  name: text\n  key name\n}",
    );
    let folder = folder_of(&[("connectors/shop.tenon", &format!("{mapping}{GUARDED}"))]);
    let write = |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
    write("bound.json", r#"{"id": 1, "name": "Ada", "group_id": 7}"#);
    write("guest.json", r#"{"id": 1, "name": "Ada", "group_id": null}"#);
    write(
        "around.tenon",
        "{ find tag { name: \"Ada\" } = null\n find tag { name: \"none\" } = null\n find tag { name: \"guest of Ada\" } = null }",
    );
    let tried = |record: &str| {
        let arguments = [
            "try",
            "Card",
            "--record",
            record,
            "--context",
            "around.tenon",
            "--folder",
            "connectors",
        ];
        let said = tenon(folder.path(), &arguments);
        assert_eq!(said.status.code(), Some(0), "{}", text(&said.stderr));
        text(&said.stdout)
    };
    let out = tried("bound.json");
    assert!(!out.contains("guest of"), "{out}");
    assert!(!out.contains("= created"), "{out}");
    let unused = "find_or_new tag { name: \"none\" } = null, and not created: nothing that is written names it";
    assert!(out.contains(unused), "{out}");
    let out = tried("guest.json");
    assert!(out.contains("= created: tag(\"guest of Ada\")"), "{out}");
}

#[test]
fn an_export_is_tried_with_stored_values() {
    let folder = folder_with(BOTH_WAYS);
    fs::write(
        folder.path().join("partner.json"),
        r#"{"name": " A \"{x}\" ", "street": "1", "tag_id": 7}"#,
    )
    .unwrap();
    let tried = |mapping: &str| {
        let arguments = ["try", mapping, "--record", "partner.json", "--folder", "connectors"];
        tenon(folder.path(), &arguments)
    };
    let said = tried("export partner to Label");
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}{}", text(&said.stderr));
    for part in [
        "\"name\": \" A \\\"{x}\\\" \"",
        "\"color\": \"red\"",
        "\"closed\": true",
    ] {
        assert!(out.contains(part), "{part} is not in\n{out}");
    }
    let said = tried("sync partner <-> Label");
    let err = text(&said.stderr);
    assert_eq!(said.status.code(), Some(2), "{err}");
    assert!(
        err.contains("name one of them:\n  import partner from Label\n  export partner to Label\n"),
        "{err}"
    );
    fs::write(folder.path().join("partner.json"), r#"{"nam": "Ada"}"#).unwrap();
    let err = text(&tried("export partner to Label").stderr);
    assert!(
        err.contains("E0102") && err.contains("did you mean `name`?") || err.contains("closest: name"),
        "{err}"
    );
}

#[test]
fn a_test_gives_an_element_of_xml_with_attributes() {
    let mapping = r##"connector shop
backend { wire xml }
internal city { name: text, size: int, code: text | null }
external City key id { id: int, name: text, size: int, code: text | null }
adapter City { read = GET /cities/{id} }
import city from City { copy name, size, code }
test "with attributes" import city from City {
  given { id: "1", name: { `@lang`: "1", `#text`: "Paris" }, size: { `@unit`: "km", `#text`: "10" }, code: { `@nil`: "1" } }
  expect exactly { name: "Paris", size: 10, code: null }
}
"##;
    let folder = folder_of(&[("connectors/shop.tenon", mapping)]);
    let said = tenon(folder.path(), &["test", "connectors"]);
    let out = text(&said.stdout);
    assert!(out.ends_with("1 passed, 0 failed\n"), "{out}{}", text(&said.stderr));
    let wrong = mapping.replace("`#text`: \"10\"", "`#text`: \"ten\"");
    fs::write(folder.path().join("connectors/shop.tenon"), wrong).unwrap();
    let err = text(&tenon(folder.path(), &["check", "connectors"]).stdout);
    assert!(err.contains("`size` needs an int"), "{err}");
    let wrong = mapping.replace("{ `@lang`: \"1\", `#text`: \"Paris\" }", "{ lang: \"1\" }");
    fs::write(folder.path().join("connectors/shop.tenon"), wrong).unwrap();
    let err = text(&tenon(folder.path(), &["check", "connectors"]).stdout);
    assert!(err.contains("`name` needs a text, but this is a record"), "{err}");
}

#[test]
fn a_file_of_xml_is_given_tried_and_inferred_and_one_that_holds_no_record_is_said() {
    let mapping = r#"connector shop
backend { wire xml }
internal city { name: text, size: int }
external City key id { id: int, name: text, size: int, `@lang`?: text }
adapter City { read = GET /cities/{id} }
import city from City {
  copy name, size
  ignore `@lang` because "one language"
}
test "a file" import city from City {
  given file "paris.xml"
  expect exactly { name: "Paris & Cie", size: 10 }
}
"#;
    let xml = "<?xml version=\"1.0\"?>\n<city lang=\"fr\"><id>1</id><name>Paris &amp; Cie</name><size><![CDATA[10]]></size></city>\n";
    let folder = folder_of(&[("connectors/shop.tenon", mapping), ("connectors/paris.xml", xml)]);
    let said = tenon(folder.path(), &["test", "connectors"]);
    let out = text(&said.stdout);
    assert!(out.ends_with("1 passed, 0 failed\n"), "{out}{}", text(&said.stderr));
    let tried = tenon(folder.path(), &["try", "City", "--record", "connectors/paris.xml"]);
    let out = text(&tried.stdout);
    assert!(out.contains("Paris & Cie"), "{out}{}", text(&tried.stderr));
    let inferred = tenon(folder.path(), &["infer", "connectors/paris.xml"]);
    let out = text(&inferred.stdout);
    assert!(
        out.contains("wire xml") && out.contains("`@lang`"),
        "{out}{}",
        text(&inferred.stderr)
    );
    fs::write(folder.path().join("connectors/paris.xml"), "<city><id>1</city>").unwrap();
    let said = text(&tenon(folder.path(), &["check", "connectors"]).stdout);
    assert!(said.contains("W1503 `paris.xml` holds no XML: line 1"), "{said}");
}
