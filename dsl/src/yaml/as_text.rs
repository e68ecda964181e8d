//! A map where a leaf stands, as the text language has it: what its author may write instead.

use super::node::{Entry, Kind, Node, Style};

/// Keys whose leaf is a record.
const RECORDS: [&str; 3] = ["given", "current", "expect"];
/// A longer text is not shown.
const LONGEST: usize = 90;

/// The key with its value: `expect: |` and a record, `skip: when a because ".."`, `user_id: null only create`.
pub(super) fn as_text(key: &str, entries: &[Entry]) -> Option<String> {
    let text = if RECORDS.contains(&key) {
        format!("{key}: |   and on the next line  {}", record(entries)?)
    } else if key == "context" {
        format!("{key}:   and below it  {}", answers(entries)?)
    } else {
        words(key, entries)?
    };
    (!entries.is_empty() && text.chars().count() <= LONGEST).then_some(text)
}

/// `{ id: 1, name: "Ada" }`
fn record(entries: &[Entry]) -> Option<String> {
    let fields: Option<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let is_name = entry.key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let name = match is_name {
                true => entry.key.clone(),
                false => format!("`{}`", entry.key),
            };
            Some(format!("{name}: {}", value(&entry.value)?))
        })
        .collect();
    Some(format!("{{ {} }}", fields?.join(", ")))
}

fn value(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Scalar { value, style } => Some(scalar(value, *style)),
        Kind::Map { entries, .. } => record(entries),
        Kind::List { items, .. } => {
            let items: Option<Vec<String>> = items.iter().map(value).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
    }
}

fn scalar(value: &str, style: Style) -> String {
    let is_number = !value.is_empty() && value.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_word = matches!(value, "true" | "false" | "null");
    match style == Style::Plain && (is_number || is_word) {
        true => value.to_owned(),
        false => quoted(value),
    }
}

fn quoted(value: &str) -> String {
    match value.starts_with('"') && value.ends_with('"') && value.len() > 1 {
        true => value.to_owned(),
        false => format!(
            "\"{}\"",
            value.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "\\{")
        ),
    }
}

/// `- ref Country 1 = 5`
fn answers(entries: &[Entry]) -> Option<String> {
    let answers: Option<Vec<String>> = entries
        .iter()
        .map(|entry| Some(format!("- {} = {}", entry.key, value(&entry.value)?)))
        .collect();
    answers.map(|answers| answers.join("   "))
}

/// The value of the key, then its clauses.
fn words(key: &str, entries: &[Entry]) -> Option<String> {
    let text = |entry: &Entry| match &entry.value.kind {
        Kind::Scalar { value, .. } if entry.key == "because" => Some(quoted(value)),
        Kind::Scalar { value, .. } => Some(value.clone()),
        Kind::Map { .. } | Kind::List { .. } => None,
    };
    let first = entries.iter().find(|entry| entry.key == "value");
    let first = match first {
        Some(entry) => vec![text(entry)?],
        None => Vec::new(),
    };
    let clauses = entries.iter().filter(|entry| entry.key != "value");
    let clauses = clauses.map(|entry| Some(format!("{} {}", entry.key, text(entry)?)));
    let all: Option<Vec<String>> = first.into_iter().map(Some).chain(clauses).collect();
    let all = all?.join(" ");
    Some(match key.is_empty() {
        true => all,
        false => format!("{key}: {all}"),
    })
}
