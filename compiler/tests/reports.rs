//! Reports for people and tools, what a project says about them, what a code means: streams and exit codes.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its folder fails"
)]

mod support;

use serde_json::Value;
use std::path::Path;
use support::{folder_of, tenon, text};

/// A folder with one mapping file and a `tenon.toml`.
fn folder_with(mapping: &str, settings: &str) -> tempfile::TempDir {
    folder_of(&[("connectors/shop.tenon", mapping), ("tenon.toml", settings)])
}

fn objects(bytes: &[u8]) -> Vec<Value> {
    text(bytes)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const UNUSED: &str = "connector shop

internal partner { name: text }
external Person key id { id: int, name: text, age: int }

import partner from Person as p {
  copy name
}
";

#[test]
fn every_report_for_tools_has_file_line_column_code_and_help() {
    // The type is unknown, the list has no element type in common: the second has no help of its own.
    let mapping = "connector shop\n\ninternal partner {\n  name: txt\n  age: int default \"x\"\n}\n";
    let folder = folder_with(mapping, "");
    let said = tenon(folder.path(), &["check", "--format", "json"]);
    assert_eq!(said.status.code(), Some(1));
    assert_eq!(text(&said.stderr), "", "tools get nothing but reports");
    let reports = objects(&said.stdout);
    assert_eq!(reports.len(), 2, "{reports:?}");
    for report in &reports {
        assert_eq!(report["file"], "connectors/shop.tenon");
        for number in ["line", "column", "end_line", "end_column"] {
            assert!(report[number].as_u64().is_some_and(|number| number > 0), "{report}");
        }
        for word in ["code", "message", "help"] {
            assert!(report[word].as_str().is_some_and(|text| text.len() > 4), "{report}");
        }
        assert_eq!(report["severity"], "error");
        assert_eq!(report["labels"][0]["primary"], true);
    }
    assert_eq!(
        (&reports[0]["line"], &reports[0]["column"]),
        (&Value::from(4), &Value::from(9))
    );
    assert_eq!(reports[1]["end_column"].as_u64(), Some(23), "{}", reports[1]);
}

#[test]
fn every_verb_that_reports_does_it_in_every_format() {
    let folder = folder_with(UNUSED, "");
    for verb in [&["expand"][..], &["show"], &["gen", "--out", "src"]] {
        let json = tenon(folder.path(), &[verb, &["--format", "json"]].concat());
        assert_eq!(json.status.code(), Some(0), "{verb:?}: {}", text(&json.stderr));
        assert_eq!(objects(&json.stderr)[0]["code"], "W0603", "{verb:?}");
        assert!(!json.stdout.is_empty(), "{verb:?} makes something");
        let github = tenon(folder.path(), &[verb, &["--format", "github"]].concat());
        assert!(text(&github.stderr).starts_with("::warning file="), "{verb:?}");
    }
}

#[test]
fn tests_are_told_to_tools() {
    let test = "test \"a name\" import partner from Person {\n  given { id: 1, name: \"Ada\", age: 3 }\n  expect { name: \"Eve\" }\n}\n";
    let folder = folder_with(&format!("{UNUSED}{test}"), "[lints]\nW0603 = \"allow\"\n");
    let json = tenon(folder.path(), &["test", "--format", "json"]);
    assert_eq!(json.status.code(), Some(1), "{}", text(&json.stderr));
    let told = objects(&json.stdout);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&told[0]["test"], &told[0]["passed"]),
        (&Value::from("a name"), &Value::from(false))
    );
    assert!(told[0]["differences"][0].as_str().unwrap().contains("Eve"), "{told:?}");
    let github = text(&tenon(folder.path(), &["test", "--format", "github"]).stdout);
    assert!(
        github.starts_with("::error file=shop.tenon,line=9,title=a name::"),
        "{github}"
    );
}

#[test]
fn a_project_weighs_its_warnings() {
    let warned = tenon(folder_with(UNUSED, "").path(), &["check"]);
    assert_eq!(warned.status.code(), Some(0));
    assert_eq!(text(&warned.stderr), "0 errors, 1 warning in 1 file\n");
    let denied = tenon(folder_with(UNUSED, "[lints]\nW0603 = \"deny\"\n").path(), &["check"]);
    assert_eq!(denied.status.code(), Some(1));
    assert!(
        text(&denied.stdout).starts_with("  × W0603 "),
        "{}",
        text(&denied.stdout)
    );
    let denied = tenon(folder_with(UNUSED, "[lints]\nW0603 = \"deny\"\n").path(), &["expand"]);
    assert_eq!((denied.status.code(), text(&denied.stdout)), (Some(1), String::new()));
    let allowed = tenon(folder_with(UNUSED, "[lints]\nW0603 = \"allow\"\n").path(), &["check"]);
    assert_eq!((allowed.status.code(), text(&allowed.stdout)), (Some(0), String::new()));
}

#[test]
fn a_project_that_asks_for_what_there_is_not_is_refused() {
    for (settings, said) in [
        (
            "[lints]\nE0601 = \"warn\"\n",
            "E0601 is an error and stays one; only codes that begin with W can be lowered",
        ),
        (
            "[lints]\nW0630 = \"deny\"\n",
            "there is no code `W0630`; did you mean W0603?",
        ),
        (
            "[lints]\nW0603 = \"off\"\n",
            "W0603 is \"allow\", \"warn\" or \"deny\", not \"off\"",
        ),
        ("[lints]\nW0603 = 1\n", "W0603 is \"allow\", \"warn\" or \"deny\""),
        ("lints = 1\n", "[lints] is a table"),
        ("[lints\n", "tenon.toml"),
    ] {
        let folder = folder_with(UNUSED, settings);
        let refused = tenon(folder.path(), &["check"]);
        assert_eq!(refused.status.code(), Some(2), "{settings}");
        assert!(
            text(&refused.stderr).contains(said),
            "{settings}: {}",
            text(&refused.stderr)
        );
    }
}

#[test]
fn a_code_is_explained_and_an_unknown_one_suggests() {
    let here = Path::new(".");
    let explained = tenon(here, &["explain", "e0601"]);
    assert_eq!(explained.status.code(), Some(0));
    let said = text(&explained.stdout);
    assert!(said.starts_with("E0601 two rules write one target\n\n"), "{said}");
    assert!(
        said.contains("\nWrong:\n\n    connector shop\n") && said.contains("\nRight:\n"),
        "{said}"
    );
    let all = text(&tenon(here, &["explain"]).stdout);
    assert!(
        all.lines().count() > 70 && all.contains("\nW0603  a source field that no rule reads\n"),
        "{all}"
    );
    for (written, suggestion) in [
        ("E0610", "did you mean E0601?"),
        ("601", "did you mean E0601?"),
        ("0205", "did you mean E0205 or W0205?"),
        ("E9999", "`tenon explain` lists all"),
        ("nothing", "`tenon explain` lists all"),
    ] {
        let unknown = tenon(here, &["explain", written]);
        assert_eq!((unknown.status.code(), text(&unknown.stdout)), (Some(2), String::new()));
        assert_eq!(
            text(&unknown.stderr),
            format!("tenon: there is no code `{written}`; {suggestion}\n")
        );
    }
}

#[test]
fn exit_codes_are_those_that_the_help_states() {
    let help = text(&tenon(Path::new("."), &["--help"]).stdout);
    for words in ["Exit codes: 0 ", "1 mistakes in mapping files", "2 wrong arguments"] {
        assert!(help.contains(words), "{help}");
    }
    let folder = folder_with(UNUSED, "");
    for (arguments, code) in [
        (&["check"][..], 0),
        (&["check", "nowhere"], 2),
        (&["check", "--format", "xml"], 2),
        (&["show", "Persn"], 1),
        (&["gen", "--out", "src", "--check"], 1),
        (&["explain", "E0000"], 2),
    ] {
        assert_eq!(
            tenon(folder.path(), arguments).status.code(),
            Some(code),
            "{arguments:?}"
        );
    }
    // Each verb says what it is for and shows how it is called.
    for verb in ["check", "expand", "explain", "gen", "show", "test", "try"] {
        assert!(
            help.lines()
                .any(|line| line.trim_start().starts_with(&format!("{verb} "))),
            "{help}"
        );
        let own = text(&tenon(Path::new("."), &[verb, "--help"]).stdout);
        assert!(own.contains("Examples:\n  tenon "), "{own}");
    }
}
