//! `tenon fix` through the command: what is written, what is said, how it ends.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its folder fails"
)]

mod support;

use std::fs;
use support::{folder_of, tenon, text};

const SCHEMA: &str =
    "connector shop\n\ninternal partner {\n  name: text\n}\n\nexternal Customer key id {\n  id: int\n  name: text\n}\n";
const RULES: &str = "connector shop\n\nimport partner from Custmer as c {\n  name = c.nmae\n}\n";
const YAML: &str =
    "connector: shop\nmappings:\n  - import: partner from Customer as c\n    rules:\n      name: c.nmae  # as shown\n";

#[test]
fn a_misspelled_name_is_written_as_it_was_meant() {
    let folder = folder_of(&[("connectors/a.tenon", SCHEMA), ("connectors/b.tenon", RULES)]);
    let fixed = tenon(folder.path(), &["fix"]);
    assert_eq!(
        text(&fixed.stdout),
        "connectors/b.tenon:3:21 E0103 Custmer -> Customer\nconnectors/b.tenon:4:12 E0101 nmae -> name\n",
        "what the record is decides about its fields, so they come after it"
    );
    assert_eq!(text(&fixed.stderr), "2 changes in 1 file; 0 errors, 0 warnings left\n");
    assert_eq!(fixed.status.code(), Some(0));
    let written = fs::read_to_string(folder.path().join("connectors/b.tenon")).unwrap();
    assert_eq!(written, RULES.replace("Custmer", "Customer").replace("nmae", "name"));
    let nothing = tenon(folder.path(), &["fix"]);
    assert_eq!((nothing.status.code(), text(&nothing.stdout)), (Some(0), String::new()));
    assert_eq!(
        text(&nothing.stderr),
        "0 changes in 0 files; 0 errors, 0 warnings left\n"
    );
}

#[test]
fn check_lists_and_writes_nothing() {
    let folder = folder_of(&[("connectors/a.tenon", SCHEMA), ("connectors/b.tenon.yaml", YAML)]);
    let could = tenon(folder.path(), &["fix", "--check", "connectors"]);
    assert_eq!(text(&could.stdout), "connectors/b.tenon.yaml:5:15 E0101 nmae -> name\n");
    assert_eq!(text(&could.stderr), "1 change to make in 1 file\n");
    assert_eq!(could.status.code(), Some(1));
    let told = tenon(folder.path(), &["fix", "--check", "--format", "json", "connectors"]);
    assert_eq!(
        text(&told.stdout),
        "{\"file\":\"connectors/b.tenon.yaml\",\"line\":5,\"column\":15,\"code\":\"E0101\",\"old\":\"nmae\",\"new\":\"name\"}\n"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("connectors/b.tenon.yaml")).unwrap(),
        YAML
    );
    assert_eq!(tenon(folder.path(), &["fix", "connectors"]).status.code(), Some(0));
    let written = fs::read_to_string(folder.path().join("connectors/b.tenon.yaml")).unwrap();
    assert_eq!(written, YAML.replace("nmae", "name"), "comments and quotes stay");
    let clean = tenon(folder.path(), &["fix", "--check", "connectors"]);
    assert_eq!((clean.status.code(), text(&clean.stdout)), (Some(0), String::new()));
}

#[test]
fn what_has_no_offer_stays_and_ends_with_one() {
    let wrong = SCHEMA.replace("name: text\n}\n\n", "name: colour\n}\n\n");
    let folder = folder_of(&[("connectors/a.tenon", &wrong)]);
    let fixed = tenon(folder.path(), &["fix"]);
    assert_eq!((fixed.status.code(), text(&fixed.stdout)), (Some(1), String::new()));
    assert_eq!(text(&fixed.stderr), "0 changes in 0 files; 1 error, 0 warnings left\n");
    assert_eq!(
        fs::read_to_string(folder.path().join("connectors/a.tenon")).unwrap(),
        wrong
    );
    assert_eq!(tenon(folder.path(), &["fix", "--check"]).status.code(), Some(0));
    assert_eq!(tenon(folder.path(), &["fix", "nowhere"]).status.code(), Some(2));
}

#[test]
fn a_name_that_a_neighbor_declares_is_no_slip() {
    let customers = "connector shop\n\nexternal Customers key id {\n  id: int\n  name: text\n}\n";
    let rules = format!("{SCHEMA}\nimport partner from Customers as c {{\n  name = c.name\n}}\n");
    let folder = folder_of(&[("connectors/a.tenon", &rules), ("connectors/b.tenon", customers)]);
    let alone = tenon(folder.path(), &["fix", "connectors/a.tenon"]);
    assert_eq!(text(&alone.stdout), "", "{}", text(&alone.stderr));
    assert_eq!(
        fs::read_to_string(folder.path().join("connectors/a.tenon")).unwrap(),
        rules
    );
}

#[test]
fn tools_get_the_edit_of_a_report() {
    let folder = folder_of(&[("connectors/a.tenon", SCHEMA), ("connectors/b.tenon.yaml", YAML)]);
    let json = text(&tenon(folder.path(), &["check", "--format", "json"]).stdout);
    let report: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    let edit = &report["edits"][0];
    assert_eq!(
        (edit["old"].as_str(), edit["new"].as_str()),
        (Some("nmae"), Some("name"))
    );
    assert_eq!((edit["line"].as_u64(), edit["column"].as_u64()), (Some(5), Some(15)));
    let (start, end) = (edit["start"].as_u64().unwrap(), edit["end"].as_u64().unwrap());
    let place = usize::try_from(start).unwrap()..usize::try_from(end).unwrap();
    assert_eq!(&YAML[place], "nmae");
}
