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
fn a_file_becomes_one_of_the_other_form_and_goes_back() {
    let folder = folder_of(&[("connectors/a.tenon", UGLY)]);
    let kept = tenon(folder.path(), &["convert", "--to", "yaml", "connectors/a.tenon"]);
    assert_eq!((kept.status.code(), text(&kept.stdout)), (Some(1), String::new()));
    assert!(
        text(&kept.stderr).contains("--drop-comments leaves them out"),
        "{}",
        text(&kept.stderr)
    );
    assert_eq!(read(&folder, "connectors/a.tenon"), UGLY);
    let there = ["convert", "--to", "yaml", "--drop-comments", "connectors/a.tenon"];
    let there = tenon(folder.path(), &there);
    assert_eq!(
        (there.status.code(), text(&there.stdout)),
        (Some(0), "connectors/a.tenon.yaml\n".to_owned())
    );
    assert_eq!(text(&there.stderr), "connectors/a.tenon: 1 plain comment is left out\n");
    let yaml = "connector: shop\n\ninternal:\n  partner:\n    fields:\n      name: text\n";
    assert_eq!(read(&folder, "connectors/a.tenon.yaml"), yaml);
    assert!(
        !folder.path().join("connectors/a.tenon").exists(),
        "one form takes the place of the other"
    );
    let back = tenon(folder.path(), &["convert", "--to", "text", "connectors/a.tenon.yaml"]);
    assert_eq!(
        (back.status.code(), text(&back.stdout)),
        (Some(0), "connectors/a.tenon\n".to_owned())
    );
    let short = "connector shop\n\ninternal partner { name: text }\n";
    assert_eq!(read(&folder, "connectors/a.tenon"), short);
}

#[test]
fn both_forms_of_one_file_are_one_report() {
    let folder = folder_of(&[("connectors/a.tenon", UGLY)]);
    let kept = tenon(
        folder.path(),
        &["convert", "--to", "yaml", "--keep", "connectors/a.tenon"],
    );
    assert_eq!(kept.status.code(), Some(0), "{}", text(&kept.stderr));
    let taken = tenon(folder.path(), &["convert", "--to", "text", "connectors/a.tenon.yaml"]);
    assert_eq!(
        taken.status.code(),
        Some(2),
        "a file that is there already is not replaced"
    );
    assert_eq!(read(&folder, "connectors/a.tenon"), UGLY);
    let checked = tenon(folder.path(), &["check"]);
    let said = text(&checked.stdout) + &text(&checked.stderr);
    assert_eq!(checked.status.code(), Some(1), "{said}");
    assert_eq!(said.matches(" E0").count(), 1, "{said}");
    assert!(
        said.contains("E0107 `a.tenon.yaml` says again what `a.tenon` says"),
        "{said}"
    );
}

#[test]
fn what_is_allowed_stays_allowed_in_the_other_form() {
    let external = "external Customer key id {\n  id: int\n  state: \"new\" | \"done\"  # allow W0205 because \"there is no third\"\n}\n";
    let import =
        "# allow W0603 because \"another mapping reads it\"\nimport partner from Customer {\n  name = id | text\n}\n";
    let file = format!("connector shop\n\ninternal partner {{ name: text }}\n\n{external}\n{import}");
    let folder = folder_of(&[("connectors/a.tenon", &file)]);
    let check = || {
        let checked = tenon(folder.path(), &["check", "connectors"]);
        text(&checked.stdout) + &text(&checked.stderr)
    };
    assert!(check().contains("0 errors, 0 warnings"), "{}", check());
    let there = tenon(folder.path(), &["convert", "--to", "yaml", "connectors/a.tenon"]);
    assert_eq!(there.status.code(), Some(0), "{}", text(&there.stderr));
    let yaml = read(&folder, "connectors/a.tenon.yaml");
    assert_eq!(yaml.matches("# allow W").count(), 2, "{yaml}");
    assert!(check().contains("0 errors, 0 warnings"), "{}\n{yaml}", check());
    let back = tenon(folder.path(), &["convert", "--to", "text", "connectors/a.tenon.yaml"]);
    assert_eq!(back.status.code(), Some(0), "{}", text(&back.stderr));
    assert!(check().contains("0 errors, 0 warnings"), "{}", check());
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
