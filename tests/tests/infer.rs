//! Does a schema that is inferred from samples compile, and read what it was inferred from?
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a failure is a failed test, and what was skipped is said"
)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_json::value::RawValue;
use support::infer::{Schema, inferred};
use support::recorded;

/// Infers from the samples, then checks the schema and reads the samples with it.
fn reads(samples: &[&str], wire: Option<&str>) -> Result<String, String> {
    let schema = inferred(samples, "Sample", wire, None)?;
    let checked = Schema::new(&schema, "Sample").map_err(|report| format!("{report}\n{schema}"))?;
    for sample in samples {
        let list: Result<Vec<&RawValue>, _> = serde_json::from_str(sample);
        let records = match &list {
            Ok(list) => list.iter().map(|record| record.get()).collect(),
            Err(_) => vec![*sample],
        };
        for record in records {
            let mistakes = checked.mistakes(record);
            if !mistakes.is_empty() {
                return Err(format!("{}\n{record:.300}\n{schema}", mistakes.join("\n")));
            }
        }
    }
    Ok(schema)
}

#[test]
fn each_sample_gives_the_schema_of_its_golden() {
    insta::glob!("../cases/infer", "*.json", |path| {
        let text = std::fs::read_to_string(path).expect("a sample");
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let wire = stem.split_once('.').map(|(_, wire)| wire);
        let schema = reads(&[&text], wire).unwrap_or_else(|said| panic!("{said}"));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().expect("a folder of cases"));
        settings.remove_snapshot_suffix();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(stem, schema));
    });
}

fn json_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            json_files(&path, into);
        } else if path.extension().is_some_and(|end| end == "json") {
            into.push(path);
        }
    }
}

/// A record, or a list of at least one and nothing else.
fn is_payload(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(list) => !list.is_empty() && list.iter().all(Value::is_object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The payloads that a recording wraps: answers and requests, also those that are JSON in a text.
fn payloads(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            let wraps = ["response", "response_body", "request_body", "result", "payload", "args"];
            if wraps.contains(&name.as_str()) && is_payload(value) {
                into.push(value.to_string());
            }
            payloads(value, into);
        }),
        Value::Array(list) => list.iter().for_each(|value| payloads(value, into)),
        Value::String(text) if text.starts_with(['{', '[']) => {
            if let Ok(value) = serde_json::from_str(text)
                && is_payload(&value)
            {
                into.push(value.to_string());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Absent where the folder is missing, which `REQUIRE_RECORDINGS` makes a failure.
fn recordings() -> Option<Vec<PathBuf>> {
    let Some(folder) = recorded::folder() else {
        assert!(
            std::env::var_os("REQUIRE_RECORDINGS").is_none(),
            "the recordings are not there: set TENON_RECORDINGS"
        );
        println!("skipped: no recordings; set TENON_RECORDINGS to their folder");
        return None;
    };
    let mut files = Vec::new();
    json_files(&folder, &mut files);
    assert!(files.len() > 500, "only {} recordings", files.len());
    Some(files)
}

#[test]
fn every_recorded_payload_is_read_by_what_is_inferred_from_it() {
    let Some(files) = recordings() else { return };
    let mut failed = Vec::new();
    let mut count = 0;
    let mut inner = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file).expect("a recording");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        payloads(&value, &mut inner);
        for wire in [None, Some("json"), Some("php")] {
            count += 1;
            if let Err(said) = reads(&[&text], wire) {
                failed.push(format!("{} {wire:?}: {said:.3000}", file.display()));
            }
        }
    }
    inner.sort();
    inner.dedup();
    for payload in &inner {
        for wire in [None, Some("json"), Some("php"), Some("xml")] {
            count += 1;
            if let Err(said) = reads(&[payload], wire) {
                failed.push(format!("{payload:.300} {wire:?}: {said:.3000}"));
            }
        }
    }
    println!(
        "{count} schemas of {} files and {} payloads in them",
        files.len(),
        inner.len()
    );
    assert!(
        failed.is_empty(),
        "{} of {count}:\n{}",
        failed.len(),
        failed[..failed.len().min(5)].join("\n\n")
    );
}

#[test]
fn samples_of_one_folder_are_merged() {
    let Some(files) = recordings() else { return };
    let mut folders: Vec<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    folders.dedup();
    let mut failed = Vec::new();
    for folder in folders {
        let texts: Vec<String> = files
            .iter()
            .filter(|file| file.parent() == Some(folder))
            .map(|file| std::fs::read_to_string(file).expect("a recording"))
            .collect();
        let samples: Vec<&str> = texts.iter().map(String::as_str).collect();
        for wire in [None, Some("php")] {
            if let Err(said) = reads(&samples, wire) {
                failed.push(format!("{} {wire:?}: {said:.3000}", folder.display()));
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{}:\n{}",
        failed.len(),
        failed[..failed.len().min(5)].join("\n\n")
    );
}

fn refused(samples: &[&str], key: Option<&str>) -> String {
    inferred(samples, "Sample", None, key).expect_err("this is no sample")
}

#[test]
fn what_is_no_sample_is_refused_by_place_and_reason() {
    let deep = format!("{}1{}", "{\"a\":[".repeat(100), "]}".repeat(100));
    let cases: [(&str, &str); 11] = [
        ("", "sample.json:1:1: this is no JSON: a value is expected"),
        ("{\"a\": NaN}", "sample.json:1:7: this is no JSON: a value is expected"),
        (
            "{\"a\": 01}",
            "sample.json:1:8: this is no JSON: a number begins with 0",
        ),
        (
            "{\n \"a\": 1,\n}",
            "sample.json:3:1: this is no JSON: a comma stands before the closing bracket",
        ),
        (
            "{\"a\": \"\\ud800\"}",
            "the first half of a surrogate pair stands alone",
        ),
        ("{} {}", "sample.json:1:4: this is no JSON: text follows the value"),
        (
            "1",
            "sample.json:1:1: this is a number, a sample is a record or a list of records",
        ),
        (
            "[{}, [1]]",
            "sample.json:1:6: this is a list, a sample is a record or a list of records",
        ),
        ("null", "this is null"),
        ("[]", "the samples hold no record"),
        (&deep, "arrays and objects are nested too deep"),
    ];
    for (sample, said) in cases {
        let error = refused(&[sample], None);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_key_is_an_int_or_a_text_of_every_record() {
    let refused = |sample: &str| refused(&[sample], Some("id"));
    assert_eq!(refused(r#"{"a": 1}"#), "`id` is no key: the records have a");
    assert_eq!(
        refused(r#"[{"id": 1}, {"a": 1}]"#),
        "`id` is no key: 1 of 2 records have it"
    );
    assert_eq!(refused(r#"{"id": 1.5}"#), "`id` is no key: a key is an int or a text");
    assert_eq!(refused(r#"{"id": [1]}"#), "`id` is no key: a key is an int or a text");
    assert_eq!(
        refused(r#"{"id": 1, "id": 2}"#),
        "`id` is no key: it stands twice in one record"
    );
    for (sample, ty) in [
        (r#"{"id": 7}"#, "int"),
        (r#"{"id": "7"}"#, "text"),
        (r#"{"id": "2020-01-02"}"#, "text"),
    ] {
        let schema = inferred(&[sample], "Sample", None, Some("id")).expect("a key");
        assert!(
            schema.contains(&format!("external Sample key id {{\n  id: {ty}\n")),
            "{schema}"
        );
        let checked = Schema::new(&schema, "Sample").expect("a schema");
        assert_eq!(checked.mistakes(sample), Vec::<String>::new());
    }
}

#[test]
fn a_hostile_sample_becomes_json_or_an_error() {
    let names = |count: usize| {
        (0..count)
            .map(|at| format!("\"n{at}\": {at}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    let deep = format!("{}1{}", "{\"a\":".repeat(120), "}".repeat(120));
    let lists = format!("{{\"a\": {}{}}}", "[".repeat(120), "]".repeat(120));
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(1 << 20));
    let samples = [
        deep.as_str(),
        &lists,
        &long,
        &format!("{{\"a\": {{{}}}}}", names(5_000)),
        r#"{"a": "NaN", "b": "Infinity", "c": -0, "d": 1E+5, "e": 0.00000000000000000000000000000000001}"#,
        r#"{"a": 99999999999999999999999999999999999999, "b": -9223372036854775809, "c": 1e999999}"#,
        r#"{"a": 1, "a": "x", "b": {"1": 1, "1": 2}, "": 1, "\u0000": 1, " a": 1, "`": 2, "_": 3, "ä": 4}"#,
        r#"{"a": "\u0000", "b": "x\u0000y", "c": ["\u0000"]}"#,
        r##"{"a#b": 1, "a\"b": 2, "a\\b": 3, "a{b": 4, "# c": 5, "a-b": 6, "a_b": 7, "A_b": 8}"##,
        r#"{"type": 1, "true": 2, "null": 3, "key": 4, "external": 5, "text": 6, "wire": 7, "doc": 8}"#,
    ];
    for sample in samples {
        for wire in ["json", "php", "xml"] {
            if let Err(said) = reads(&[sample], Some(wire)) {
                panic!("{sample:.200}\n{wire}: {said:.3000}");
            }
        }
    }
    let wide = format!("{{{}}}", names(5_000));
    let error = inferred(&[&wide], "Sample", None, None).expect_err("a map");
    assert!(error.contains("5000 different fields"), "{error}");
}

/// A value of any kind, more often one of few texts and numbers.
fn any_value(random: &mut fastrand::Rng, depth: usize) -> Value {
    let texts = [
        "",
        "a",
        "1",
        "0",
        "-7",
        "1.50",
        "2020-01-02",
        "2020-01-02 03:04:05",
        "0000-00-00",
        "24.12.2020",
        "true",
        "x y",
    ];
    match random.usize(..if depth == 0 { 8 } else { 12 }) {
        0 => Value::Null,
        1 => Value::Bool(random.bool()),
        2 => Value::from(random.i64(-3..1_000)),
        3 => serde_json::from_str(&format!("{}.{}", random.u8(..), random.u8(..))).expect("a number"),
        4..8 => Value::from(texts[random.usize(..texts.len())]),
        8..10 => (0..random.usize(..4)).map(|_| any_value(random, depth - 1)).collect(),
        _ => any_record(random, depth - 1),
    }
}

fn any_record(random: &mut fastrand::Rng, depth: usize) -> Value {
    let names = ["id", "is_a", "b", "c_id", "d", "7", "8"];
    let fields = (0..random.usize(..6)).map(|_| {
        let name = names[random.usize(..names.len())];
        (name.to_owned(), any_value(random, depth))
    });
    Value::Object(fields.collect())
}

#[test]
fn any_samples_are_read_by_what_is_inferred_from_them() {
    let seed = std::env::var("TENON_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(7);
    let mut random = fastrand::Rng::with_seed(seed);
    for round in 0..400 {
        let records: Vec<Value> = (0..random.usize(1..6)).map(|_| any_record(&mut random, 3)).collect();
        let sample = Value::Array(records).to_string();
        for wire in ["json", "php", "xml"] {
            if let Err(said) = reads(&[&sample], Some(wire)) {
                panic!("seed {seed}, round {round}, {wire}: {sample}\n{said}");
            }
        }
    }
}
