//! Does input that nobody writes by hand end in a report, soon and in little memory? Each is checked and drawn by a process of its own.
//!
//! The promise, 1 s of CPU and 256 MiB, is one of optimized builds. `TENON_CHECKER` names an optimized `check-speed`, which is used then:
//! `cargo build --profile fast -p tenon-tests --bin check-speed`, and
//! `TENON_CHECKER=target/fast/check-speed cargo test -p tenon-tests --test hostile -- --nocapture`.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what fails here is a failed test; what was measured is printed"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that checks, and the most milliseconds of CPU that it may take for a file: more where it is not optimized.
fn checker() -> (PathBuf, u64) {
    match std::env::var_os("TENON_CHECKER") {
        // Tests run in the folder of their crate.
        Some(named) => (Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(named), 1_000),
        None if cfg!(debug_assertions) => (PathBuf::from(env!("CARGO_BIN_EXE_check-speed")), 5_000),
        None => (PathBuf::from(env!("CARGO_BIN_EXE_check-speed")), 1_000),
    }
}

/// The most memory that the process may have had.
const MOST_MIB: u64 = 256;

/// What it is, the ending of its name, what stands in it.
type Hostile = (&'static str, &'static str, Vec<u8>);

/// What the process said: reports, milliseconds, MiB, bytes drawn, the first line.
#[derive(Debug)]
struct Said {
    reports: u64,
    cpu_ms: u64,
    mib: u64,
    first: String,
}

fn said(file: &Path) -> Said {
    let output = Command::new(checker().0)
        .arg(file)
        .output()
        .expect("the process starts");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    let mut parts = text.trim_end().splitn(5, '\t');
    let mut number = || parts.next().and_then(|part| part.parse().ok()).expect("a number");
    let (reports, cpu_ms, mib, _) = (number(), number(), number(), number());
    let first = parts.next().unwrap_or_default().to_owned();
    Said {
        reports,
        cpu_ms,
        mib,
        first,
    }
}

/// Checks all of them; each must give a report.
fn survived(inputs: Vec<Hostile>) {
    let folder = tempfile::tempdir().expect("a folder");
    let most_ms = checker().1;
    let mut broken = Vec::new();
    for (what, ending, bytes) in inputs {
        let file = folder.path().join(format!("hostile.{ending}"));
        std::fs::write(&file, &bytes).expect("a file");
        let said = said(&file);
        let line = format!(
            "{what} ({ending}, {} KiB): {} reports, {} ms, {} MiB, {}",
            bytes.len() / 1024,
            said.reports,
            said.cpu_ms,
            said.mib,
            said.first
        );
        println!("{line}");
        if said.reports == 0 || said.cpu_ms > most_ms || said.mib > MOST_MIB {
            broken.push(line);
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn rule(value: &str) -> Vec<u8> {
    format!("connector shop\nimport a from B as b {{\n  x = {value}\n  y = 1\n}}\n").into_bytes()
}

fn yaml_rule(value: &str) -> Vec<u8> {
    format!(
        "connector: shop\nmappings:\n  - import: a from B as b\n    rules:\n      x: |\n        {value}\n      y: 1\n"
    )
    .into_bytes()
}

fn yaml(rest: &str) -> Vec<u8> {
    format!("connector: shop\n{rest}\n").into_bytes()
}

/// How deep, long or often.
const MANY: usize = 100_000;
/// Bytes of what is long.
const LONG: usize = 10_000_000;

#[test]
fn deep_nesting_is_refused() {
    let mut inputs: Vec<Hostile> = Vec::new();
    for open in [
        "(",
        "[",
        "{ a: ",
        "f(",
        "{a:[",
        "if a { ",
        "not ",
        "- ",
        "x => ",
        "match a { 1 => ",
        "a | f(",
        "\"{a | f(",
    ] {
        inputs.push(("never closed", "tenon", rule(&open.repeat(MANY))));
        inputs.push(("never closed", "tenon.yaml", yaml_rule(&open.repeat(MANY))));
        inputs.push(("alone in its file", "tenon", open.repeat(MANY).into_bytes()));
        inputs.push(("alone in its file", "tenon.yaml", open.repeat(MANY).into_bytes()));
        inputs.push(("one a line", "tenon", format!("{open}\n").repeat(MANY).into_bytes()));
        inputs.push((
            "below a key",
            "tenon.yaml",
            yaml(&format!("external: {}", open.repeat(MANY))),
        ));
    }
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{ a: ", " }"),
        ("if a { ", " }"),
        ("if a { 1 } else { ", " }"),
    ] {
        let value = format!("{}1{}", open.repeat(MANY), close.repeat(MANY));
        inputs.push(("closed", "tenon", rule(&value)));
        inputs.push(("closed", "tenon.yaml", yaml_rule(&value)));
    }
    let keys: String = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    inputs.push(("keys in keys", "tenon.yaml", keys.into_bytes()));
    inputs.push(("lists in lists", "tenon.yaml", "- ".repeat(MANY).into_bytes()));
    let records = format!("external E {{ a: {}int{} }}", "{ a: ".repeat(MANY), " }".repeat(MANY));
    inputs.push((
        "records in a type",
        "tenon",
        format!("connector shop\n{records}\n").into_bytes(),
    ));
    let lists = format!("external E {{ a: {}int{} }}", "[".repeat(MANY), "]".repeat(MANY));
    inputs.push((
        "lists in a type",
        "tenon",
        format!("connector shop\n{lists}\n").into_bytes(),
    ));
    survived(inputs);
}

#[test]
fn what_is_huge_is_refused() {
    let mut inputs: Vec<Hostile> = Vec::new();
    for length in [1_000_000, LONG] {
        let long = "x".repeat(length);
        for value in [
            format!("\"{long}\""),
            long.clone(),
            "1".repeat(length),
            format!("'{long}'"),
            format!("`{long}`"),
        ] {
            inputs.push(("one long word", "tenon", rule(&value)));
            inputs.push(("one long word", "tenon.yaml", yaml_rule(&value)));
        }
        inputs.push(("a long chain", "tenon", rule(&"a + ".repeat(length / 4))));
        inputs.push((
            "a long list",
            "tenon",
            rule(&format!("[{}1]", "1, ".repeat(length / 3))),
        ));
        inputs.push((
            "many braces in a text",
            "tenon",
            rule(&format!("\"{}\"", "{a}".repeat(length / 3))),
        ));
    }
    let words = |between: &str| (0..80_000).map(|at| format!("w{at}")).collect::<Vec<_>>().join(between);
    let text_enum = |words: &str| format!("connector shop\nexternal A key id {{ id: \"{words}\" }}\n").into_bytes();
    let yaml_enum = |words: &str| {
        yaml(&format!(
            "external:\n  A:\n    key: id\n    fields:\n      id: {{enum: [{words}]}}\n"
        ))
    };
    inputs.push(("an enum of many words", "tenon", text_enum(&words("\" | \""))));
    inputs.push(("an enum of short words", "tenon", text_enum(&"a\"|\"".repeat(250_000))));
    inputs.push(("an enum of many words", "tenon.yaml", yaml_enum(&words(", "))));
    inputs.push(("an enum of short words", "tenon.yaml", yaml_enum(&"a,".repeat(400_000))));
    inputs.push(("many items", "tenon", "x\n".repeat(1_000_000).into_bytes()));
    inputs.push((
        "many models",
        "tenon",
        "internal a { }\n".repeat(1_000_000).into_bytes(),
    ));
    inputs.push((
        "many models in a smaller file",
        "tenon",
        "internal a { }\n".repeat(60_000).into_bytes(),
    ));
    let models: String = (0..50_000).map(|number| format!("table t{number} {{ }}\n")).collect();
    inputs.push(("many tables", "tenon", format!("{models}x\n").into_bytes()));
    let statements =
        |line: &str| format!("connector shop\nimport a from B as b {{\n{}}}\n", line.repeat(100_000)).into_bytes();
    inputs.push(("many rules of nothing", "tenon", statements("x = y\n")));
    inputs.push(("many mistakes", "tenon", statements("x 1\n")));
    inputs.push(("many brackets, one a line", "tenon", statements("x = (\n")));
    inputs.push(("many texts that are never closed", "tenon", statements("x = \"a\n")));
    inputs.push(("many strays", "tenon", statements("x = 1 )\n")));
    inputs.push(("many keys", "tenon.yaml", yaml(&"a: b\n".repeat(150_000))));
    inputs.push((
        "many keys without a colon",
        "tenon.yaml",
        yaml(&format!("external:\n{}", "  a\n".repeat(150_000))),
    ));
    inputs.push(("many mistakes", "tenon.yaml", yaml(&"a: b: c\n".repeat(100_000))));
    inputs.push(("many open quotes", "tenon.yaml", yaml(&"a: \"\n".repeat(100_000))));
    survived(inputs);
}

#[test]
fn what_is_no_text_is_refused() {
    let mut inputs: Vec<Hostile> = Vec::new();
    for ending in ["tenon", "tenon.yaml"] {
        let header = if ending == "tenon" {
            "connector shop\n"
        } else {
            "connector: shop\n"
        };
        inputs.push(("invalid UTF-8", ending, [header.as_bytes(), b"# \xff\xfe\n"].concat()));
        inputs.push(("only invalid UTF-8", ending, vec![0x80; 100_000]));
        inputs.push(("NUL bytes", ending, [header.as_bytes(), &[0; 1000]].concat()));
        inputs.push(("only NUL bytes", ending, vec![0; 100_000]));
        inputs.push(("a mark of another byte order", ending, vec![0xff, 0xfe, b'c', 0]));
        inputs.push((
            "text that runs backwards",
            ending,
            format!("{header}# \u{202e} }} \u{2066}\n").into_bytes(),
        ));
        inputs.push((
            "control characters",
            ending,
            format!("{header}\u{1}\u{7f}\u{9b}\n").into_bytes(),
        ));
        inputs.push((
            "two marks of the byte order",
            ending,
            format!("\u{feff}\u{feff}{header}").into_bytes(),
        ));
        inputs.push((
            "a mark behind the start",
            ending,
            format!("{header}\u{feff}# x\n").into_bytes(),
        ));
        inputs.push((
            "a space without width",
            ending,
            format!("{header}# x\u{200b}y\n").into_bytes(),
        ));
        inputs.push(("old line ends", ending, format!("{header}x\ry\r").into_bytes()));
        inputs.push((
            "emoji and accents",
            ending,
            "é\u{1F600}\u{200d}".repeat(MANY).into_bytes(),
        ));
    }
    survived(inputs);
}

#[test]
fn what_yaml_has_and_the_language_has_not_is_refused() {
    let laughs: String = (1..40)
        .map(|level| {
            format!(
                "a{level}: &a{level} [{}]\n",
                vec![format!("*a{}", level - 1); 10].join(", ")
            )
        })
        .collect();
    let inputs: Vec<Hostile> = vec![
        (
            "exploding aliases",
            "tenon.yaml",
            yaml(&format!("a0: &a0 [x, x, x]\n{laughs}")),
        ),
        ("an alias of itself", "tenon.yaml", yaml("external: &a\n  E: *a")),
        (
            "many anchors",
            "tenon.yaml",
            yaml(&(0..50_000).map(|n| format!("a{n}: &a{n} x\n")).collect::<String>()),
        ),
        (
            "many aliases",
            "tenon.yaml",
            yaml(&format!("a: &a x\n{}", "b: *a\n".repeat(100_000))),
        ),
        (
            "keys twice",
            "tenon.yaml",
            yaml("external:\n  A:\n    key: id\n    key: id"),
        ),
        (
            "many keys twice",
            "tenon.yaml",
            yaml(&format!(
                "external:\n  A:\n    fields:\n{}",
                "      a: int\n".repeat(50_000)
            )),
        ),
        ("a tag", "tenon.yaml", yaml("external: !!python/object {a: b}")),
        ("many tags", "tenon.yaml", yaml(&"a: !b c\n".repeat(50_000))),
        (
            "a merge key",
            "tenon.yaml",
            yaml("external:\n  A: &a\n    key: id\n  B:\n    <<: *a\n    key: id"),
        ),
        ("documents", "tenon.yaml", yaml(&"---\na: b\n".repeat(50_000))),
        (
            "directives",
            "tenon.yaml",
            "%YAML 1.2\n%TAG ! x\n".repeat(10_000).into_bytes(),
        ),
        ("complex keys", "tenon.yaml", yaml(&"? [a]\n: b\n".repeat(20_000))),
        ("tabs", "tenon.yaml", yaml("external:\n\tA:\n\t\tkey: id")),
        (
            "folded",
            "tenon.yaml",
            yaml(&format!("external: >\n{}", "  a\n".repeat(100_000))),
        ),
    ];
    survived(inputs);
}

#[test]
fn an_enum_of_all_countries_is_no_attack() {
    let words: Vec<String> = (0..300).map(|at| format!("c{at}")).collect();
    let text = format!(
        "connector shop\ninternal a {{ country: text }}\nexternal B key id {{ id: int, country: \"{}\" | text }}\nimport a from B {{ copy country }}\n",
        words.join("\" | \"")
    );
    let yaml = format!(
        "connector: shop\ninternal:\n  a:\n    fields:\n      country: text\nexternal:\n  B:\n    key: id\n    fields:\n      id: int\n      country: {{enum: [{}], open: true}}\nmappings:\n  - import: a from B\n    copy: [country]\n",
        words.join(", ")
    );
    let folder = tempfile::tempdir().expect("a folder");
    for (ending, text) in [("tenon", text), ("tenon.yaml", yaml)] {
        let file = folder.path().join(format!("countries.{ending}"));
        std::fs::write(&file, text).expect("a file");
        let said = said(&file);
        assert_eq!(said.reports, 0, "{ending}: {said:?}");
    }
}
