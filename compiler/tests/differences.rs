//! What a failing test of a mapping file says of lists and long values.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its folder fails"
)]

mod support;

use support::{folder_of, tenon, text};

const LISTS: &str = r#"connector shop

internal r.doc { name: text, lines: [r.line] by up }
internal r.line { name: text, up: ref r.doc }
external Doc key id { id: int, name: text, items: [Item] }
external Item key id { id: int, name: text }
import r.doc from Doc as d {
  copy name
  lines = d.items via r.line keyed by id orphans remove
}
import r.line from Item as i within Doc as d { name = i.name }

test "three lines" import r.doc from Doc {
  given { id: 1, name: "NAME", items: [{ id: 1, name: "a" }, { id: 2, name: "b" }, { id: 3, name: "c" }] }
  expect { name: "OTHER", lines: [{ name: "a" }, { name: "c" }] }
}
"#;

/// What is equal is not told: neither the elements around one that is too many, nor the beginning and end of a long text.
#[test]
fn large_values_that_differ_are_told_where_they_differ() {
    let long = "0123456789".repeat(60);
    let (name, other) = (format!("{long}x{long}"), format!("{long}y{long}"));
    let wrong = LISTS.replace("NAME", &name).replace("OTHER", &other);
    let said = tenon(
        folder_of(&[("connectors/shop.tenon", &wrong)]).path(),
        &["test", "connectors"],
    );
    let out = text(&said.stdout);
    assert_eq!(said.status.code(), Some(1), "{out}");
    let lines = "  lines  (shop.tenon:9)\n      expected 2 elements\n      got      3 elements\n  lines[1]";
    assert!(out.contains(lines), "{out}");
    assert!(out.contains("expected nothing\n") && !out.contains("lines[2]"), "{out}");
    let begins = "expected ..0123456789012345678901234567890123456789y0123";
    assert!(out.contains(begins) && out.contains("more letters)"), "{out}");
    assert!(out.lines().all(|line| line.len() < 400), "{out}");
}
