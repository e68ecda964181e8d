//! Where a value comes from: `tenon lineage`, `tenon show --flow`.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its folder fails"
)]

mod support;

use std::process::Output;
use support::{folder_of, text};

const INSIDE: &str = r#"internal store.view { name: text, lang: text | null }
internal partner {
  name:     text
  lang:     text | null
  level:    text | null
  note_ids: [note] by partner_id
}
internal note { partner_id: ref partner on delete cascade, text: text }
"#;

const ONE: &str = r#"connector shop "1"

backend { prefix: text }
external View key id { id: int, name: text, locale?: text }
external Note key id { id: int, body: text }
external Customer key id { id: int, first: text, view: ext View, level: text, notes: [Note] }
adapter View { read = GET /views/{id} }
table Level {
  "gold" <- "1"
  "none" <- _
}
import store.view from View {
  name = name
  lang = locale
}
import note from Note as n within Customer as c {
  text = n.body
}
import partner from Customer as c {
  let view = c.view | load?
  name     = "{backend.prefix}{c.first}"
  lang     = view?.lang
  level    = c.level | Level
  note_ids = c.notes via note keyed by id orphans remove
}
"#;

const TWO: &str = r#"connector shop "2" extends "1"

amend import partner from Customer as c {
  override level = c.level
}
"#;

fn tenon(arguments: &[&str]) -> Output {
    let folder = folder_of(&[
        ("connectors/inside.tenon", INSIDE),
        ("connectors/one.tenon", ONE),
        ("connectors/two.tenon", TWO),
    ]);
    support::tenon(folder.path(), arguments)
}

fn printed(arguments: &[&str]) -> String {
    let output = tenon(arguments);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    text(&output.stdout)
}

#[test]
fn a_loaded_field_leads_on_to_what_wrote_it() {
    let said = printed(&["lineage", "partner.lang"]);
    let one = "shop 1: partner.lang
  lang     = view?.lang  (shop 1, one.tenon:22: import partner from Customer)
    Customer.view  source
    store.view.lang
      lang = locale  (shop 1, one.tenon:14: import store.view from View)
        View.locale  source
    load View  (one.tenon:20)
";
    assert!(said.starts_with(one), "{said}");
}

#[test]
fn each_version_has_its_own_rule_and_table() {
    let said = printed(&["lineage", "partner.level"]);
    let both = "shop 1: partner.level
  level    = c.level | Level  (shop 1, one.tenon:23: import partner from Customer)
    Customer.level  source
    table Level  (one.tenon:8)
shop 2: partner.level
  override level = c.level  (shop 2, two.tenon:4: import partner from Customer)
    Customer.level  source
";
    assert_eq!(said, both);
}

#[test]
fn children_lead_to_their_own_fields() {
    let said = printed(&["lineage", "partner.note_ids"]);
    for line in [
        "    Customer.notes.body  source",
        "    note.text",
        "        Note.body  source",
    ] {
        assert!(said.lines().any(|known| known == line), "{line}\n{said}");
    }
}

#[test]
fn graphs_hold_every_node_and_edge() {
    let said: serde_json::Value = serde_json::from_str(&printed(&["lineage", "partner.name", "--json"])).unwrap();
    let nodes = said["nodes"].as_array().unwrap();
    let names: Vec<&str> = nodes.iter().filter_map(|node| node["name"].as_str()).collect();
    assert!(
        names.contains(&"backend.prefix") && names.contains(&"Customer.first"),
        "{names:?}"
    );
    let edges = said["edges"].as_array().unwrap().len();
    let dot = printed(&["lineage", "partner.name", "--dot"]);
    assert!(dot.starts_with("digraph lineage {\n") && dot.ends_with("}\n"), "{dot}");
    assert_eq!(dot.matches(" -> ").count(), edges, "{dot}");
    assert_eq!(dot.matches("[label=").count(), nodes.len(), "{dot}");
    assert!(dot.contains(r#"\"{backend.prefix}{c.first}\""#), "{dot}");
    let mermaid = printed(&["lineage", "partner.name", "--mermaid"]);
    assert!(mermaid.starts_with("graph RL\n"), "{mermaid}");
    assert_eq!(mermaid.matches(" --> ").count(), edges, "{mermaid}");
}

#[test]
fn a_field_that_nothing_writes_ends_with_two() {
    let output = tenon(&["lineage", "partner.colour"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("tenon: no rule writes `partner.colour`"));
}

#[test]
fn the_flow_of_a_version_has_a_line_for_each_rule() {
    let said = printed(&["show", "--flow", "shop", "2"]);
    for line in [
        "    lang <- Customer.view, store.view.lang, load View  (one.tenon:22)",
        "    level <- Customer.level  (two.tenon:4)",
        "    name <- Customer.first, backend.prefix  (one.tenon:21)",
    ] {
        assert!(said.lines().any(|known| known == line), "{line}\n{said}");
    }
}
