//! Facts that other connectors' tests assert, and what we make of the same recordings. The reading of rows is general: what a
//! system, model or field is called stands in `recorded/aliases.toml`, nothing here tests for one.

pub mod replay;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// One fact.
#[derive(Clone, Debug, Deserialize)]
pub struct Fact {
    /// `S-0001`
    pub id: String,
    /// `magento1`
    pub system: String,
    /// Recordings it is about, below the folder.
    pub input: Vec<String>,
    /// The peer's model.
    pub model: String,
    /// An external key, or `all`.
    pub record: String,
    /// `count`, or a path.
    pub field: String,
    /// What the peer's test asserts.
    pub expected: Value,
}

/// What the peers call things.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aliases {
    /// By system.
    pub system: BTreeMap<String, SystemAlias>,
    /// By the peer's field.
    pub field: BTreeMap<String, String>,
    /// By folder of recordings: our word, theirs.
    pub words: BTreeMap<String, BTreeMap<String, String>>,
}

/// How one system is imported.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemAlias {
    /// The connector family.
    pub connector: String,
    /// Its version.
    pub version: String,
    /// Recordings that answer what a fact's own do not.
    pub fallback: Vec<String>,
    /// Values of the instance.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Records that are there before.
    #[serde(default)]
    pub inside: Vec<InsideRecord>,
    /// The peer's model: our external type.
    pub model: BTreeMap<String, String>,
}

/// A record of the inside.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsideRecord {
    /// The model.
    pub model: String,
    /// Field and text.
    pub values: BTreeMap<String, String>,
}

/// The folder of recordings, if it is there.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("TENON_RECORDINGS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    folder.join("expected-results.json").is_file().then_some(folder)
}

/// All facts, in order.
pub fn facts(folder: &Path) -> Vec<Fact> {
    let text =
        std::fs::read_to_string(folder.join("expected-results.json")).expect("expected-results.json is readable");
    serde_json::from_str(&text).expect("expected-results.json holds facts")
}

/// The alias table.
pub fn aliases() -> Aliases {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/aliases.toml");
    toml::from_str(&std::fs::read_to_string(path).expect("the alias table is readable")).expect("the alias table fits")
}

/// A step of a path: `child_ids[0].type`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Field(String),
    /// `[0]`
    Index(usize),
}

/// What a fact asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// `count`: how many bindings there are
    Count,
    /// `len(child_ids)`
    Length(Vec<Step>),
    /// `child_ids[0].type`
    Value(Vec<Step>),
}

/// Reads a field of a fact; `None` where it is written in a way this reader does not know.
pub fn question(field: &str, aliases: &Aliases) -> Option<Question> {
    if field == "count" {
        return Some(Question::Count);
    }
    match field.strip_prefix("len(").and_then(|rest| rest.strip_suffix(')')) {
        Some(path) => steps(path, aliases).map(Question::Length),
        None => steps(field, aliases).map(Question::Value),
    }
}

fn steps(path: &str, aliases: &Aliases) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, indexes) = part
            .split_once('[')
            .map_or((part, None), |(name, rest)| (name, Some(rest)));
        if name.is_empty() || !name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
            return None;
        }
        let ours = aliases.field.get(name).map_or(name, String::as_str);
        steps.extend(ours.split('.').map(|name| Step::Field(name.to_owned())));
        if let Some(index) = indexes {
            steps.push(Step::Index(index.strip_suffix(']')?.parse().ok()?));
        }
    }
    Some(steps)
}

/// The peer's word for ours, where the recordings have words of their own.
pub fn in_their_words(value: Value, input: &[String], aliases: &Aliases) -> Value {
    let Value::String(text) = &value else { return value };
    let words = aliases
        .words
        .iter()
        .find(|(folder, _)| input.iter().any(|file| Path::new(file).starts_with(folder)));
    match words.and_then(|(_, words)| words.get(text)) {
        Some(word) => Value::String(word.clone()),
        None => value,
    }
}

/// Whether two values are the same: numbers by what they say, whatever their digits.
pub fn same(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Number(expected), Value::Number(actual)) => {
            let exact = |number: &serde_json::Number| number.to_string().parse::<rust_decimal::Decimal>().ok();
            exact(expected).is_some() && exact(expected) == exact(actual)
        }
        (expected, actual) => expected == actual,
    }
}
