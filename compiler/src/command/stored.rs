//! A stored record that stands in a file of JSON, as a test would write it: so that it is read and checked like one.

use serde_json::Value;

/// `given { name: "Ada" }` of a record in JSON, `current { .. }` of the one that is there; why it is none.
pub(super) fn block(word: &str, json: &[u8]) -> Result<String, String> {
    let value: Value = serde_json::from_slice(json).map_err(|error| format!("no JSON: {error}"))?;
    match &value {
        Value::Object(_) => Ok(format!("{word} {}", written(&value))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err("it must be one record: { \"name\": .. }, its fields as they are declared".to_owned())
        }
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("`{}`: {}", name.replace('`', ""), written(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text with the escapes of mapping files.
fn quoted(text: &str) -> String {
    let escaped = text.chars().fold(String::new(), |mut made, letter| {
        match letter {
            '\n' => made.push_str("\\n"),
            '\t' => made.push_str("\\t"),
            '"' | '\\' | '{' => made.extend(['\\', letter]),
            other => made.push(other),
        }
        made
    });
    format!("\"{escaped}\"")
}
