//! `tenon fmt` and `tenon convert` through the command: what is written, what is said, how it ends.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its folder fails"
)]

mod support;

use std::fs;
use support::{folder_of, tenon, text};

const UGLY: &str = "connector shop\ninternal partner {\n  name:text   # the whole name\n}\n";
const PRETTY: &str = "connector shop\n\ninternal partner {\n  name: text  # the whole name\n}\n";
const UGLY_YAML: &str = "# kept\nconnector: shop\n\ninternal:\n    partner:\n        fields:\n            'name':   text|null  # kept\n            code: text\n";
const WRONG: &str = "connector shop\n\ninternal partner {\n  name text\n}\n";

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

#[test]
fn what_differs_is_listed_and_written() {
    let folder = folder_of(&[("connectors/a.tenon", UGLY), ("connectors/b.tenon.yaml", UGLY_YAML)]);
    let check = tenon(folder.path(), &["fmt", "--check"]);
    assert_eq!(text(&check.stdout), "connectors/a.tenon\nconnectors/b.tenon.yaml\n");
    assert_eq!(
        (check.status.code(), read(&folder, "connectors/a.tenon")),
        (Some(1), UGLY.to_owned())
    );
    let written = tenon(folder.path(), &["fmt"]);
    assert_eq!(written.status.code(), Some(0), "{}", text(&written.stderr));
    assert_eq!(read(&folder, "connectors/a.tenon"), PRETTY);
    let yaml = UGLY_YAML.replace("text|null", "text | null");
    assert_eq!(read(&folder, "connectors/b.tenon.yaml"), yaml, "all but the leaf stays");
    let again = tenon(folder.path(), &["fmt", "--check"]);
    assert_eq!((again.status.code(), text(&again.stdout)), (Some(0), String::new()));
}

#[test]
fn a_mistake_is_said_and_the_file_stays() {
    let folder = folder_of(&[("connectors/a.tenon", WRONG), ("connectors/b.tenon", UGLY)]);
    let formatted = tenon(folder.path(), &["fmt"]);
    assert_eq!(
        (formatted.status.code(), text(&formatted.stdout)),
        (Some(1), "connectors/b.tenon\n".to_owned())
    );
    assert!(
        text(&formatted.stderr).contains("connectors/a.tenon:4:"),
        "{}",
        text(&formatted.stderr)
    );
    assert_eq!(read(&folder, "connectors/a.tenon"), WRONG);
    let converted = tenon(folder.path(), &["convert", "--to", "yaml", "connectors/a.tenon"]);
    assert_eq!(
        (converted.status.code(), text(&converted.stdout)),
        (Some(1), String::new())
    );
    assert!(!folder.path().join("connectors/a.tenon.yaml").exists());
    assert_eq!(tenon(folder.path(), &["fmt", "nowhere"]).status.code(), Some(2));
}

#[test]
fn a_file_is_written_beside_itself_in_the_other_form_and_back() {
    let folder = folder_of(&[("connectors/a.tenon", UGLY)]);
    let there = tenon(folder.path(), &["convert", "--to", "yaml", "connectors/a.tenon"]);
    assert_eq!(
        (there.status.code(), text(&there.stdout)),
        (Some(0), "connectors/a.tenon.yaml\n".to_owned())
    );
    assert_eq!(text(&there.stderr), "connectors/a.tenon: 1 plain comment is left out\n");
    let yaml = "connector: shop\n\ninternal:\n  partner:\n    fields:\n      name: text\n";
    assert_eq!(read(&folder, "connectors/a.tenon.yaml"), yaml);
    let taken = tenon(folder.path(), &["convert", "--to", "text", "connectors/a.tenon.yaml"]);
    assert_eq!(
        taken.status.code(),
        Some(2),
        "a file that is there already is not replaced"
    );
    assert!(
        text(&taken.stderr).starts_with("tenon: cannot write connectors/a.tenon: "),
        "{}",
        text(&taken.stderr)
    );
    assert_eq!(read(&folder, "connectors/a.tenon"), UGLY);
    fs::remove_file(folder.path().join("connectors/a.tenon")).unwrap();
    let back = tenon(folder.path(), &["convert", "--to", "text", "connectors/a.tenon.yaml"]);
    assert_eq!(
        (back.status.code(), text(&back.stdout)),
        (Some(0), "connectors/a.tenon\n".to_owned())
    );
    let short = "connector shop\n\ninternal partner { name: text }\n";
    assert_eq!(read(&folder, "connectors/a.tenon"), short);
}

#[test]
fn what_yaml_cannot_say_is_refused_by_name() {
    let twice = "connector shop\n\nbackend {\n  a: text\n}\n\nbackend {\n  b: text\n}\n";
    let folder = folder_of(&[("connectors/a.tenon", twice)]);
    let refused = tenon(folder.path(), &["convert", "--to", "yaml", "connectors/a.tenon"]);
    assert_eq!((refused.status.code(), text(&refused.stdout)), (Some(1), String::new()));
    assert_eq!(
        text(&refused.stderr),
        "tenon: connectors/a.tenon: the file says something that YAML cannot say: the key `backend` stands here twice\n"
    );
    assert!(!folder.path().join("connectors/a.tenon.yaml").exists());
}
