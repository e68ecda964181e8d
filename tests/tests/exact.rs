//! Does money ever pass through a float? The runtime's path of values and all generated code are searched for floats: their types,
//! their literals, and the calls that make or take them. Each place where one may stand is named here with its reason.
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::path::{Path, PathBuf};

/// Where values pass: from the bytes that were sent to the columns of the store and back.
const PATH_OF_VALUES: [&str; 17] = [
    "adapter",
    "builtin",
    "connector",
    "decode",
    "effect",
    "encode",
    "fold",
    "json",
    "mapper",
    "model",
    "plan",
    "scan",
    "settings",
    "shape",
    "store",
    "sync",
    "value",
];

/// What only floats are written with. `Real` is SQLite's float.
const FLOATS: [&str; 3] = ["f64", "f32", "Real"];

/// File, the line of code, how often it stands there, and why that is no way for an amount.
const ALLOWED: [(&str, &str, usize, &str); 11] = [
    (
        "value.rs",
        "Float(f64),",
        1,
        "a `float` of a declaration; nothing but from_float makes a decimal of it",
    ),
    (
        "value.rs",
        "pub fn into_float(self) -> Result<f64, Fault> {",
        1,
        "how from_float takes it; any other kind of value is a fault",
    ),
    ("scan/slots.rs", "Float(f64),", 1, "a `float` as scanned"),
    (
        "decode/scalar.rs",
        "let number: Option<f64> = crate::json::reader::is_number(digits)",
        1,
        "where a `float` is read; a `decimal` is read by decode::decimal from its digits",
    ),
    (
        "adapter/argument.rs",
        "Float(f64),",
        1,
        "a `float` that is sent back as it came",
    ),
    (
        "adapter/template.rs",
        "let finite = Number::from_f64(*number).ok_or(Unfilled::NotFinite)?;",
        1,
        "the same; a decimal is sent by its digits",
    ),
    (
        "builtin/money.rs",
        "from_float(Val::Float(0.1), v(\"\")) => \"\",",
        1,
        "the test of from_float: the one step from a float to a decimal",
    ),
    (
        "builtin/money.rs",
        "from_float(Val::Float(1e22), v(\"\")) => \"\",",
        1,
        "the same",
    ),
    (
        "builtin/money.rs",
        "from_float(Val::Float(f64::NAN), v(\"\")) => \"\",",
        1,
        "the same",
    ),
    (
        "builtin/money.rs",
        "from_float(Val::Float(1e30), v(\"\")) => \"\",",
        1,
        "the same",
    ),
    (
        "store/sqlite/value.rs",
        "Held::Real(number) => Err(format!(\"\", holds.words())),",
        1,
        "a float in a column is refused",
    ),
];

/// The chance that spreads retries in time is a float, and no value of a record.
const JITTER: &str = "fastrand::f64()";
/// Seconds in the words of a message.
const SECONDS: &str = ".as_secs_f64()";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rust_files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).expect("a folder is readable");
        let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| rust_files(entry, found));
    } else if path.extension().is_some_and(|ending| ending == "rs") {
        found.push(path.to_owned());
    }
}

/// Rust without its comments, and with nothing in its texts.
fn code(rust: &str) -> String {
    let mut code = String::new();
    let mut rest = rust;
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(hashes) = raw_text(rest) {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            code.push_str("\"\"");
            start + rest[start..].find(&end).expect("a raw text ends") + end.len()
        } else if next == '"' {
            code.push_str("\"\"");
            text_end(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest[1..].find("\"'").expect("a quote") + 3
        } else {
            code.push(next);
            next.len_utf8()
        };
        rest = &rest[skipped..];
    }
    code
}

/// How many hashes a raw text begins with; absent: none begins here.
fn raw_text(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn text_end(rest: &str) -> usize {
    let mut is_escaped = false;
    for (position, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return position + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Whether a line of code holds a float, by type, call or literal.
fn has_float(line: &str) -> bool {
    let line = line.replace(JITTER, "").replace(SECONDS, "");
    FLOATS.iter().any(|name| is_word_of(&line, name)) || has_float_literal(&line)
}

/// `f64` is a word of `Option<f64>`, `from_f64` and `as_f64`, and none of `0xf64a`.
fn is_word_of(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// `0.1`, `1e22`; not `1..2`, `pair.0.1`, `0x1e2`.
fn has_float_literal(line: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.');
    line.split(|character| !is_part(character)).any(|word| {
        let starts = word.starts_with(|first: char| first.is_ascii_digit());
        let point = word
            .split_once('.')
            .is_some_and(|(whole, rest)| is_digits(whole) && rest.starts_with(|first: char| first.is_ascii_digit()));
        let exponent = word
            .split_once(['e', 'E'])
            .is_some_and(|(whole, rest)| is_digits(whole) && is_digits(rest));
        starts && (point || exponent)
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

fn floats_of(rust: &str) -> Vec<String> {
    let code = code(rust);
    let lines = code.lines().map(str::trim).filter(|line| has_float(line));
    lines.map(str::to_owned).collect()
}

#[test]
fn floats_stand_only_where_they_are_named() {
    let source = root().join("runtime/src");
    let mut files = Vec::new();
    for part in PATH_OF_VALUES {
        rust_files(&source.join(part), &mut files);
        rust_files(&source.join(part).with_extension("rs"), &mut files);
    }
    files.retain(|file| file.exists());
    let mut found: Vec<(String, String)> = Vec::new();
    for file in &files {
        let name = file
            .strip_prefix(&source)
            .expect("below the runtime")
            .display()
            .to_string();
        let text = std::fs::read_to_string(file).expect("a file is readable");
        found.extend(floats_of(&text).into_iter().map(|line| (name.clone(), line)));
    }
    for (file, line, times, reason) in ALLOWED {
        for _ in 0..times {
            let at = found
                .iter()
                .position(|(name, text)| (name.as_str(), text.as_str()) == (file, line));
            let at = at.unwrap_or_else(|| panic!("{file} no longer has: {line}"));
            found.remove(at);
        }
        assert!(!reason.is_empty());
    }
    assert!(found.is_empty(), "floats without a reason: {found:#?}");
}

#[test]
fn generated_code_holds_no_float() {
    let folder = root();
    let mut programs = vec![folder.join("mappings/connectors")];
    programs.extend(entries(&folder.join("tests/connectors")));
    for noun in entries(&folder.join("tests/cases/accept")) {
        programs.extend(entries(&noun));
    }
    programs.retain(|path| path.is_dir() || path.extension().is_some_and(|ending| ending == "tenon"));
    assert!(programs.len() > 10, "mapping files were found");
    for program in programs {
        let rust = support::generated::all_files_of(&program).expect("an accepted program compiles");
        let floats = floats_of(&rust);
        assert!(floats.is_empty(), "{}: {floats:#?}", program.display());
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder is readable");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn floats_are_seen_in_all_their_forms() {
    for line in [
        "Float(f64),",
        "let x = number.to_f64();",
        "let x: Option<f32> = None;",
        "Decimal::try_from(0.1)",
        "let x = 1e22;",
        "value as f64",
        "ValueRef::Real(number)",
    ] {
        assert!(!floats_of(line).is_empty(), "{line}");
    }
    for line in [
        "// 0.1 is f64",
        "let x = \"0.1 f64 \\\" f64\";",
        "let x = r#\"\"0.1 f64\"\"#;",
        "for x in 1..2 { pair.0.1 }",
        "0xf64a",
        "let quote = '\"'; // \"f64",
        "Decimal::new(199, 2)",
    ] {
        assert!(floats_of(line).is_empty(), "{line}: {:?}", floats_of(line));
    }
}
