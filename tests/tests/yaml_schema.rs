//! Is the JSON Schema of the YAML form the form? Every accepted file fits it, and no file with a misspelt key does.
#![expect(clippy::expect_used, reason = "a failure is a failed test")]

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, into);
        } else if path.to_string_lossy().ends_with(".tenon.yaml") {
            into.push(path);
        }
    }
}

/// Accepted cases, cases of the syntax and shipped files that the reader accepts, and the YAML of the language page.
fn accepted() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["cases/accept", "cases/syntax", "../mappings/connectors"] {
        files(&root.join(folder), &mut paths);
    }
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        (path.display().to_string(), text)
    };
    let page = std::fs::read_to_string(root.join("../dsl/README.md")).expect("the language page");
    let blocks = page.split("```yaml\n").skip(1).enumerate();
    let blocks = blocks.map(|(at, rest)| {
        (
            format!("block {at} of the page"),
            rest.split("```").next().unwrap_or_default().to_owned(),
        )
    });
    let all: Vec<(String, String)> = paths.into_iter().map(read).chain(blocks).collect();
    all.into_iter()
        .filter(|(name, text)| support::syntax::is_read(name, text))
        .collect()
}

/// As an editor sees it: YAML with its own types, keys as texts.
fn json(yaml: serde_yaml::Value) -> Value {
    match yaml {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(flag) => Value::Bool(flag),
        serde_yaml::Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        serde_yaml::Value::String(text) => Value::String(text),
        serde_yaml::Value::Sequence(list) => list.into_iter().map(json).collect(),
        serde_yaml::Value::Mapping(entries) => {
            let entries = entries.into_iter().map(|(key, value)| {
                let key = json(key);
                let name = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                (name, json(value))
            });
            Value::Object(entries.collect())
        }
        serde_yaml::Value::Tagged(tagged) => json(tagged.value),
    }
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&support::syntax::yaml_schema()).expect("JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("a schema of 2020-12");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

#[test]
fn every_accepted_file_fits_the_schema() {
    let validator = validator();
    let all = accepted();
    let mut wrong = Vec::new();
    for (name, text) in &all {
        let value = json(serde_yaml::from_str(text).expect(name));
        let mistakes = validator.iter_errors(&value);
        wrong.extend(mistakes.map(|mistake| format!("{name}: {} at {}", mistake, mistake.instance_path())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(all.len() > 30, "only {} files", all.len());
}

/// Each way to misspell one key of the language, by the path to its block.
fn misspelt(value: &Value, into: &mut Vec<Value>) {
    for (name, key) in known_keys(value) {
        let mut wrong = Map::new();
        let Value::Object(fields) = value else { continue };
        for (field, below) in fields {
            let field = if *field == key { name.clone() } else { field.clone() };
            wrong.insert(field, below.clone());
        }
        into.push(Value::Object(wrong));
    }
}

fn known_keys(value: &Value) -> Vec<(String, String)> {
    let keys = value.as_object().into_iter().flat_map(Map::keys);
    keys.map(|key| (format!("{key}x"), key.clone())).collect()
}

#[test]
fn a_misspelt_key_of_a_file_or_a_mapping_does_not_fit() {
    let validator = validator();
    let mut count = 0;
    for (name, text) in accepted() {
        let value = json(serde_yaml::from_str(&text).expect(&name));
        let mut wrong = Vec::new();
        misspelt(&value, &mut wrong);
        for list in ["mappings", "tests"] {
            for (at, block) in value[list].as_array().into_iter().flatten().enumerate() {
                let mut blocks = Vec::new();
                misspelt(block, &mut blocks);
                wrong.extend(blocks.into_iter().map(|block| {
                    let mut whole = value.clone();
                    whole[list][at] = block;
                    whole
                }));
            }
        }
        for named in ["external", "internal", "binding"] {
            for (record, block) in value[named].as_object().into_iter().flatten() {
                let mut blocks = Vec::new();
                misspelt(block, &mut blocks);
                wrong.extend(blocks.into_iter().map(|block| {
                    let mut whole = value.clone();
                    whole[named][record] = block;
                    whole
                }));
            }
        }
        for value in wrong {
            count += 1;
            assert!(!validator.is_valid(&value), "{name}: {value}");
        }
    }
    assert!(count > 200, "only {count} misspellings");
}
