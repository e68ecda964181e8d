//! Does the project keep its promises about itself? File sizes, headers, who may depend on whom, goldens with sources.
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the project has a folder")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder is readable")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && name != ".git" {
                walk(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(&root(), &mut found);
    found
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn rust_files() -> Vec<PathBuf> {
    files()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect()
}

#[test]
fn no_rust_file_is_longer_than_500_lines() {
    let long: Vec<String> = rust_files()
        .iter()
        .map(|path| (shown(path), text(path).lines().count()))
        .filter(|(_, lines)| *lines > 500)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "split by noun:\n{}", long.join("\n"));
}

#[test]
fn every_rust_file_says_what_it_is() {
    let silent: Vec<String> = rust_files()
        .iter()
        .filter(|path| !text(path).starts_with("//!"))
        .map(|path| shown(path))
        .collect();
    assert!(silent.is_empty(), "open these with `//!`:\n{}", silent.join("\n"));
}

#[test]
fn crates_depend_on_those_they_may_know() {
    let allowed: [(&str, &[&str]); 5] = [
        ("dsl", &[]),
        ("compiler", &["tenon-dsl", "tenon-runtime"]),
        ("runtime", &[]),
        ("mappings", &["tenon-runtime", "tenon-compiler"]),
        (
            "tests",
            &["tenon-dsl", "tenon-compiler", "tenon-runtime", "tenon-mappings"],
        ),
    ];
    for (name, allowed) in allowed {
        let manifest = text(&root().join(name).join("Cargo.toml"));
        let used: Vec<&str> = manifest
            .lines()
            .filter_map(|line| line.split_once(['.', ' ']).map(|(word, _)| word))
            .filter(|word| word.starts_with("tenon-"))
            .collect();
        for used in used {
            assert!(allowed.contains(&used), "{name} must not know {used}");
        }
    }
}

#[test]
fn one_file_names_pest_and_one_names_the_yaml_reader() {
    let naming = |word: &str, folder: &str| -> Vec<String> {
        rust_files()
            .iter()
            .map(|path| (shown(path), text(path)))
            .filter(|(path, text)| path.starts_with("dsl/src/") && !path.starts_with(folder) && text.contains(word))
            .map(|(path, _)| path)
            .collect()
    };
    assert_eq!(naming("pest::", "dsl/src/parse"), Vec::<String>::new());
    assert_eq!(naming("saphyr_parser::", "dsl/src/yaml"), Vec::<String>::new());
}

#[test]
fn every_golden_has_its_source() {
    let all = files();
    let sources: BTreeSet<String> = all.iter().map(|path| shown(path)).collect();
    let lost: Vec<String> = all
        .iter()
        .map(|path| shown(path))
        .filter(|path| {
            path.starts_with("tests/cases/")
                && path.ends_with(".snap")
                && !["/command/", "/migrations/", "/mistakes/", "/settings/"]
                    .iter()
                    .any(|made_in_code| path.contains(made_in_code))
        })
        .filter(|path| {
            let folder_and_name = path.trim_end_matches(".snap");
            let stem = [".ast", ".ir", ".rs", ".out", ".report", ".reports"]
                .iter()
                .find_map(|ending| folder_and_name.strip_suffix(ending))
                .unwrap_or(folder_and_name);
            let stem = stem.strip_suffix(".yaml").unwrap_or(stem);
            !["", ".tenon", ".tenon.yaml", ".json"]
                .iter()
                .any(|ending| sources.contains(&format!("{stem}{ending}")))
                && !sources.iter().any(|source| source.starts_with(&format!("{stem}/")))
        })
        .collect();
    assert!(lost.is_empty(), "goldens without a source:\n{}", lost.join("\n"));
}

#[test]
fn the_reader_of_recorded_facts_knows_no_system_model_or_field() {
    let aliases = text(&root().join("tests/recorded/aliases.toml"));
    let names: BTreeSet<&str> = aliases
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| line.split(['"', '.', '[', ']', ' ', '=']))
        .filter(|word| word.len() > 6 && (word.contains("magento") || word.contains('_')))
        .collect();
    assert!(!names.is_empty(), "the alias table names something");
    for file in ["tests/support/recorded.rs", "tests/tests/recorded.rs"] {
        let code = text(&root().join(file));
        let code: String = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for name in &names {
            assert!(
                !code.contains(&format!("\"{name}\"")),
                "{file} tests for `{name}`: rename it in aliases.toml"
            );
        }
    }
}

#[test]
fn no_float_holds_an_amount() {
    for path in rust_files() {
        let shown = shown(&path);
        let holds_values = [
            "store/sql/",
            "store/sqlite/records",
            "store/sqlite/apply",
            "store/sqlite/value.rs",
            "plan.rs",
        ];
        if holds_values
            .iter()
            .any(|place| shown.starts_with(&format!("runtime/src/{place}")))
        {
            let float = text(&path)
                .lines()
                .any(|line| line.contains("f64") && !line.trim_start().starts_with("//"));
            assert!(!float, "{shown} names a float");
        }
    }
}

/// `E0101` and the like in a text, where `around` is what stands on both sides.
fn codes(text: &str, around: char) -> BTreeSet<String> {
    let is_code = |word: &&str| {
        let digits = word.strip_prefix(['E', 'W']);
        digits.is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.split(around)
        .map(str::trim)
        .filter(is_code)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_table_of_codes_holds_every_code_that_is_given_and_no_other() {
    let given: BTreeSet<String> = rust_files()
        .iter()
        .filter(|path| {
            let shown = shown(path);
            let is_table = shown.starts_with("dsl/src/code");
            !is_table
                && ["dsl/src/", "compiler/src/", "runtime/src/"]
                    .iter()
                    .any(|part| shown.starts_with(part))
        })
        .flat_map(|path| codes(&text(path).replace(['(', ')'], "\""), '"'))
        .collect();
    let table: BTreeSet<String> = support::codes::table().iter().map(|row| row.name.to_owned()).collect();
    assert!(given.len() > 60, "{given:?}");
    assert_eq!(given, table, "given by the code, explained by dsl/src/code/table.rs");
    let page = text(&root().join("dsl/README.md"));
    if let Some((_, kept)) = page.split_once("Kept for what is not yet given") {
        let rows = kept
            .lines()
            .take_while(|line| !line.starts_with('#'))
            .filter(|line| line.starts_with("| "));
        let kept: BTreeSet<String> = rows.flat_map(|row| codes(&row.replace(',', "|"), '|')).collect();
        let both: Vec<&String> = kept.intersection(&given).collect();
        assert!(both.is_empty(), "not kept but given: {both:?}");
    }
}

#[test]
fn the_language_page_lists_every_function() {
    let page = text(&root().join("dsl/README.md"));
    let (_, section) = page
        .split_once("\n## Functions\n")
        .expect("the page has a section of functions");
    let (section, _) = section.split_once("\n## ").expect("a section follows");
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let expected = support::compile::functions();
    assert_eq!(rows, expected, "it should read:\n{}", expected.join("\n"));
}
