//! What tests reach, and what a tried record would change of the one that is there.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its folder fails"
)]

mod support;

use std::fs;
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

fn folder_with(tests: &str) -> tempfile::TempDir {
    let record = r#"{"id": 1, "name": "Ada", "group_id": 7, "street": "a\nb", "secret": "s3cret"}"#;
    let mapping = format!("{MAPPING}{tests}");
    folder_of(&[("connectors/shop.tenon", &mapping), ("connectors/ada.json", record)])
}

#[test]
fn coverage_says_what_no_test_reaches() {
    let more = r#"
internal task { state: text, note: text | null, rank: int }
external Task key id { id: int, state: text, note?: text, rank: int }
table Words {
  "open" <-> "o"
  "done" <-> "d"
}
import task from Task as t {
  state = t.state | Words!
  note  = t.note ?? "none"
  rank  = if t.rank > 3 { 1 } else { match t.rank { 1 => 5, 2 | 3 => 6, _ => 7 } }
}
test "an open one" import task from Task {
  given { id: 1, state: "o", rank: 2 }
  expect exactly { state: "open", note: "none", rank: 6 }
}
"#;
    let folder = folder_with(more);
    let said = tenon(folder.path(), &["test", "connectors", "--coverage"]);
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}");
    let report = out.split_once("coverage: ").unwrap().1;
    assert_eq!(
        report,
        r#"rules 3 of 8, branches 3 of 6, table rows 1 of 2, absences 1 of 4

no test reaches
  shop.tenon:16  copy name
    the rule
  shop.tenon:19  name   = "{backend.prefix}{p.name}"
    the rule
  shop.tenon:20  note   = p.secret
    the rule
  shop.tenon:21  tag_id = p.group_id | ref!
    the rule
  shop.tenon:22  street = p.street | first_line
    the rule
  shop.tenon:27  table Words {
    "done" <- "d"
  shop.tenon:33  note  = t.note ?? "none"
    a value that is there
  shop.tenon:34  rank  = if t.rank > 3 { 1 } else { match t.rank { 1 => 5, 2 | 3 => 6, _ => 7 } }
    `if` holds, `1 => ..`, `_ => ..`
"#
    );
    let said = tenon(folder.path(), &["test", "connectors", "--coverage", "--format", "json"]);
    let out = text(&said.stdout);
    let missed = |word: &str| {
        let is_missed = |line: &&str| line.contains(word) && line.contains("\"reached\":false");
        out.lines().filter(is_missed).count()
    };
    assert_eq!(
        (missed("\"kind\":\"rule\""), missed("\"kind\":\"row\"")),
        (5, 1),
        "{out}"
    );
}

#[test]
fn a_record_is_tried_against_the_one_that_is_there() {
    let folder = folder_with("");
    let path = folder.path();
    fs::write(
        path.join("current.json"),
        r#"{"name": "M-Ada", "note": "old secret", "street": "Elsewhere"}"#,
    )
    .unwrap();
    fs::write(path.join("context.txt"), "{ fn first_line(\"a\\nb\") = \"a\" }").unwrap();
    let record = [
        "try",
        "Partner",
        "--folder",
        "connectors",
        "--record",
        "connectors/ada.json",
    ];
    let more = ["--context", "context.txt", "--current", "current.json"];
    let said = tenon(path, &[record.as_slice(), &more].concat());
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}{}", text(&said.stderr));
    let against = out.split_once("against the current record\n").unwrap().1;
    let told = r#"  note    "***" -> "***"
  tag_id  null -> tag(7)
  street  "Elsewhere" -> "a"
  1 of the written fields stay as they are
"#;
    assert_eq!(against, told);
    assert!(!out.contains("s3cret") && !out.contains("old secret"), "{out}");
}
