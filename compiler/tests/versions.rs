//! What holds in a version, and what differs between two: `tenon show --effective`, `tenon diff`.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its folder fails"
)]

mod support;

use std::process::Output;
use support::{folder_of, text};

const INSIDE: &str = r#"internal partner {
  name:  text
  first: text | null
  last:  text | null
  city:  text | null
  lang:  text | null
  vat:   text | null
  level: text | null
}
"#;

const ONE: &str = r#"connector shop "1"

backend {
  wire php
  url:  text
  lang: text default "en"
  adapter rest "{backend.url}"
}
external Customer key id { id: int, first: text, last: text, city?: text, vat?: text, level: text }
adapter Customer { read = GET /customers/{id} }
table Level {
  "gold" <- "1"
  "none" <- _
}
import partner from Customer as c {
  let full = [c.first, c.last] | join(" ")

  copy first, last
  name  = full
  city  = c.city | trim
  lang  = backend.lang
  vat   = c.vat
  level = c.level | Level
}
"#;

/// First and last name have swapped their names; one rule is replaced, one is gone.
const TWO: &str = r#"connector shop "2" extends "1"

amend external Customer {
  first: text renamed from last
  last:  text renamed from first
  town?: text renamed from city
  country?: text
}
override table Level {
  "gold" <- "one"
  "none" <- _
}
amend import partner from Customer as c {
  override name = inherited | trim
  drop vat
  ignore c.vat, c.country because "not kept"
}
"#;

/// A third version, of which nothing stands at its parent.
const THREE: &str = r#"connector shop "3" extends "2"

amend import partner from Customer as c {
  override let full = "{inherited | trim}"
  override name = inherited | upper
}
"#;

/// Runs the command where four files of three versions are.
fn tenon(arguments: &[&str]) -> Output {
    let folder = folder_of(&[
        ("connectors/inside.tenon", INSIDE),
        ("connectors/one.tenon", ONE),
        ("connectors/two.tenon", TWO),
        ("connectors/three.tenon", THREE),
    ]);
    support::tenon(folder.path(), arguments)
}

/// What the command prints; it has nothing to complain about.
fn printed(arguments: &[&str]) -> String {
    let output = tenon(arguments);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    text(&output.stdout)
}

fn has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|known| known == *line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn every_line_of_a_version_says_where_it_comes_from() {
    let shown = printed(&["show", "--effective", "shop", "2"]);
    assert!(shown.starts_with("connector shop 2\n"), "{shown}");
    has(
        &shown,
        &[
            "  shop 1  wire php  (one.tenon:4)",
            "  shop 2  first: text renamed from last  (two.tenon:4)",
            "  shop 1  level: text  (one.tenon:9)",
            "  shop 2  \"gold\" <- \"one\"  (two.tenon:10)",
            "  shop 1  let full = [c.first, c.last] | join(\" \")  (one.tenon:16)",
            "  shop 1  copy first  (one.tenon:18)",
            "  shop 2  name = inherited | trim  (two.tenon:14)",
            "  shop 2  ignore c.vat, c.country because \"not kept\"  (two.tenon:16)",
        ],
    );
    assert!(!shown.contains("vat   = c.vat"), "{shown}");
}

#[test]
fn swapped_names_mean_what_the_parent_meant() {
    let shown = printed(&["show", "shop 2"]);
    has(
        &shown,
        &[
            "    let full = join([c.last, c.first], \" \")  (one.tenon:16)",
            "    rule 0: copy first = c.last  (one.tenon:18)",
            "    rule 1: copy last = c.first  (one.tenon:18)",
            "    rule 2: name = trim(full)  (two.tenon:14)",
            "    rule 3: city = trim(c.town)  (one.tenon:20)",
        ],
    );
}

#[test]
fn what_is_inherited_may_itself_be_an_override() {
    let shown = printed(&["show", "shop 3"]);
    has(
        &shown,
        &[
            "    let full = text(trim(join([c.last, c.first], \" \")))  (three.tenon:4)",
            "    rule 2: name = upper(trim(full))  (three.tenon:5)",
        ],
    );
}

#[test]
fn two_versions_are_compared_target_by_target() {
    let said = printed(&["diff", "shop", "1", "2"]);
    assert!(said.starts_with("shop 1 -> shop 2: 1 breaking, "), "{said}");
    has(
        &said,
        &[
            "  breaking        dropped     vat: no rule writes it any more  (one.tenon:22)",
            "  value-changing  overridden  name: its rule was replaced  (one.tenon:19 -> two.tenon:14)",
            "  value-changing  overridden  level: a `let`, `with`, table or function that its rule is made of was replaced  (one.tenon:23)",
            "  wire-only       renamed     city: Customer.city is sent otherwise  (one.tenon:20)",
            "  wire-only       renamed     first: Customer.first is sent otherwise  (one.tenon:18)",
            "  -               same        lang  (one.tenon:21)",
            "  -               new         country  (two.tenon:7)",
        ],
    );
    let same = printed(&["diff", "shop 2", "shop 2"]);
    assert!(
        same.starts_with("shop 2 -> shop 2: 0 breaking, 0 value-changing, 0 wire-only\n"),
        "{same}"
    );
}

#[test]
fn tools_read_the_difference_as_json() {
    let said = printed(&["diff", "shop", "1", "2", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let changes = said["changes"].as_array().unwrap();
    let vat = changes
        .iter()
        .find(|change| change["name"] == "vat" && change["how"] == "dropped")
        .unwrap();
    assert_eq!(
        (&vat["of"], &vat["class"]),
        (&"import partner from Customer".into(), &"breaking".into())
    );
    assert_eq!(
        (vat["before"].as_str(), vat["after"].as_str()),
        (Some("one.tenon:22"), None)
    );
}

#[test]
fn a_version_that_there_is_not_ends_with_two() {
    let output = tenon(&["diff", "shop", "1", "9"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        said,
        "tenon: no connector is called `shop 9`; there are: shop 1, shop 2, shop 3\n"
    );
}
