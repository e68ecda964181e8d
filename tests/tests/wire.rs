//! What does each wire read, and what does it refuse? Payloads beside accepted cases, through both engines.
#![expect(clippy::expect_used, reason = "a failure is a failed test")]

use std::path::Path;

use serde_json::value::RawValue;
use support::engines::{Given, externs, interpreted, outcome, pairs};

/// Name and payload of each record of `<case>.in.json`, in order.
fn records(path: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(path).expect("payloads");
    let all: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).expect("payloads");
    let raw: std::collections::BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).expect("payloads");
    all.keys()
        .map(|name| (name.clone(), raw[name].get().to_owned()))
        .collect()
}

/// What a new record gets, or what is wrong with the payload.
fn shown(text: &str) -> String {
    let create = text.split("\n== ").next().unwrap_or_default();
    let kept = create.lines().filter(|line| {
        !["== ", "deferred", "values", "missing", "not given"]
            .iter()
            .any(|head| line.starts_with(head))
    });
    kept.map(|line| line.replace("DecodeError ", "\n  "))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_payload_is_read_as_its_golden_shows() {
    insta::glob!("../cases/accept/wire", "*.in.json", |path| {
        let folder = path.parent().expect("a folder of cases");
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .replace(".in.json", "");
        let program = interpreted(&folder.join(format!("{name}.tenon")), externs::of_cases());
        let case = format!("wire_{name}");
        let (_, register) = support::cases::ALL
            .iter()
            .find(|(known, _)| *known == case)
            .expect("a compiled case");
        let pairs = pairs(*register, &program);
        let [pair] = pairs.as_slice() else {
            panic!("{case} has one import")
        };
        let mut out = String::new();
        for (why, main) in records(path) {
            let given = Given {
                main,
                joined: Vec::new(),
                seed: 1,
            };
            let (one, other) = (
                outcome(pair, pair.generated, &given),
                outcome(pair, pair.interpreted, &given),
            );
            assert_eq!(one, other, "generated (left) and interpreted (right) differ: {why}");
            out += &format!("{why}\n  {}\n", shown(&one.text).trim().replace('\n', "\n  "));
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder);
        settings.remove_snapshot_suffix();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("{name}.out"), out));
    });
}
