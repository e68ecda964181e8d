//! Facts that other connectors' tests assert, and what we make of the same recordings. The reading of rows is general: what a
//! system, model or field is called stands in `recorded/aliases.toml`, nothing here tests for one.

pub mod export;
mod inside;
pub mod path;
pub mod replay;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use self::path::{Step, filled, holes, parse};

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
    /// What the peers write with words around: `line for product {key}: {field}`, and our path.
    pub pattern: BTreeMap<String, String>,
    /// How a binding is written where a value is asked for: `binding {key}`.
    pub binding: String,
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
    /// What a fact says of the state before the import, and how that comes about.
    #[serde(default)]
    pub given: Vec<Given>,
    /// By external key: records that the peers import before.
    #[serde(default)]
    pub before: BTreeMap<String, BTreeMap<String, String>>,
    /// The peer's model: our external type.
    pub model: BTreeMap<String, String>,
    /// The peer's model of records that others enclose.
    #[serde(default)]
    pub part: BTreeMap<String, Part>,
}

/// A record of the inside.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsideRecord {
    /// The model.
    pub model: String,
    /// What other records of the table call it.
    pub label: Option<String>,
    /// Field and value; `@label` is another record.
    pub values: BTreeMap<String, InsideValue>,
}

/// A value of a record of the inside.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum InsideValue {
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A text, or `@label`.
    Text(String),
}

/// A condition in the words of a fact.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// `{field} when backend.{setting}={value}`; `field` is what is asked for then.
    pub pattern: String,
    /// Values of the instance; names and values may have holes.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// A type that is imported before, all of it.
    pub import: Option<String>,
    /// What people write into its records then.
    #[serde(default)]
    pub values: BTreeMap<String, InsideValue>,
}

/// Records that others enclose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The external type that encloses them.
    pub of: String,
    /// How a fact names the enclosing record: `of {key}`.
    pub record: String,
    /// Where they are.
    pub path: String,
}

/// The folder of recordings, if it is there.
pub fn folder() -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("TENON_RECORDINGS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        std::path::PathBuf::from,
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

/// What a fact asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// `count`: how many bindings the record has
    Count,
    /// `count(*)`: how many bindings there are of its type
    CountAll,
    /// `len(child_ids)`
    Length(Vec<Step>),
    /// `child_ids[0].type`
    Value(Vec<Step>),
}

/// A fact in our words.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The external type.
    pub external: String,
    /// The external key, or `all`.
    pub record: String,
    /// What is asked; `None`: the field is written in a way this reader does not know.
    pub question: Option<Question>,
}

/// The condition a fact names, the holes of its pattern filled, and the field that is left.
pub fn given<'a>(fact: &Fact, aliases: &'a Aliases) -> Option<(&'a Given, BTreeMap<String, String>)> {
    let system = aliases.system.get(&fact.system)?;
    let filled = |given: &'a Given| holes(&given.pattern, &fact.field).map(|holes| (given, holes));
    system.given.iter().find_map(filled)
}

/// Reads a fact; `None`: nothing of ours is called like its model.
pub fn asked(fact: &Fact, aliases: &Aliases) -> Option<Asked> {
    let system = aliases.system.get(&fact.system)?;
    let field = match given(fact, aliases) {
        Some((_, holes)) => holes.get("field")?.clone(),
        None => fact.field.clone(),
    };
    if let Some(part) = system.part.get(&fact.model) {
        let record = holes(&part.record, &fact.record)?.remove("key")?;
        let question = match field.as_str() {
            "count" => parse(&part.path, &BTreeMap::new()).map(Question::Length),
            _ => question(&field, aliases),
        };
        return Some(Asked {
            external: part.of.clone(),
            record,
            question,
        });
    }
    Some(Asked {
        external: system.model.get(&fact.model)?.clone(),
        record: fact.record.clone(),
        question: question(&field, aliases),
    })
}

fn question(field: &str, aliases: &Aliases) -> Option<Question> {
    let pattern = |(pattern, ours): (&String, &String)| holes(pattern, field).map(|holes| filled(ours, &holes));
    let field = aliases
        .pattern
        .iter()
        .find_map(pattern)
        .unwrap_or_else(|| field.to_owned());
    match field.as_str() {
        "count" => return Some(Question::Count),
        "count(*)" => return Some(Question::CountAll),
        _ => {}
    }
    match field.strip_prefix("len(").and_then(|rest| rest.strip_suffix(')')) {
        Some(path) => parse(path, &aliases.field).map(Question::Length),
        None => parse(&field, &aliases.field).map(Question::Value),
    }
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
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len() && expected.iter().zip(actual).all(|(one, other)| same(one, other))
        }
        (Value::Object(expected), Value::Object(actual)) => {
            let in_both = |(name, one): (&String, &Value)| actual.get(name).is_some_and(|other| same(one, other));
            expected.len() == actual.len() && expected.iter().all(in_both)
        }
        (expected, actual) => expected == actual,
    }
}
