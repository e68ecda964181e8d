//! A JSON Schema of the YAML form, for editors: made of the keys that the reader reads. Leaves are the text language, so any scalar will do.

use super::keys::{FILE, Holds, Key};
use std::fmt::Write as _;

/// The schema, as JSON.
pub(crate) fn schema() -> String {
    let mut out = String::new();
    out.push_str("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
    out.push_str("  \"title\": \"Tenon mapping file\",\n  \"$defs\": {\n");
    let definitions = DEFINITIONS.map(|(name, text)| format!("    \"{name}\": {text}"));
    let _ = write!(out, "{}\n  }},\n", definitions.join(",\n"));
    let _ = write!(out, "  {}\n}}\n", members(&FILE, 1, Others::Refused));
    out
}

/// What leaves, fields and values are.
const DEFINITIONS: [(&str, &str); 9] = [
    ("leaf", r#"{ "type": ["string", "number", "boolean", "null"] }"#),
    ("names", r##"{ "type": "array", "items": { "$ref": "#/$defs/leaf" } }"##),
    (
        "leaves",
        r##"{ "anyOf": [{ "$ref": "#/$defs/leaf" }, { "type": "array", "items": { "anyOf": [{ "$ref": "#/$defs/leaf" }, { "$ref": "#/$defs/names" }] } }] }"##,
    ),
    (
        "constant",
        r##"{ "type": "object", "properties": { "text": { "$ref": "#/$defs/leaf" } }, "required": ["text"], "additionalProperties": false }"##,
    ),
    (
        "value",
        r##"{ "anyOf": [{ "$ref": "#/$defs/leaf" }, { "$ref": "#/$defs/constant" }] }"##,
    ),
    (
        "enum",
        r##"{ "type": "object", "properties": { "enum": { "type": "array", "items": { "$ref": "#/$defs/leaf" } }, "open": { "const": true } }, "required": ["enum"], "additionalProperties": false }"##,
    ),
    (
        "field",
        r##"{ "anyOf": [{ "$ref": "#/$defs/leaf" }, { "$ref": "#/$defs/enum" }, { "type": "array", "items": { "$ref": "#/$defs/leaf" }, "minItems": 1, "maxItems": 1 }, { "type": "object", "additionalProperties": { "$ref": "#/$defs/field" } }] }"##,
    ),
    (
        "values",
        r##"{ "anyOf": [{ "type": "null" }, { "type": "object", "additionalProperties": { "$ref": "#/$defs/value" } }] }"##,
    ),
    (
        "rules",
        r##"{ "anyOf": [{ "$ref": "#/$defs/values" }, { "type": "array", "items": { "$ref": "#/$defs/values" } }] }"##,
    ),
];

/// Whether a block has keys of its own beside those of the language.
#[derive(Clone, Copy)]
enum Others {
    Refused,
    Leaves,
}

/// The members of a schema of a block.
fn members(keys: &[Key], depth: usize, others: Others) -> String {
    let indent = "  ".repeat(depth);
    let properties = keys.iter().map(|key| {
        let below = below(key, depth + 1);
        format!("{indent}  {}: {below}", quoted(key.name))
    });
    let properties: Vec<String> = properties.collect();
    let others = match others {
        Others::Refused => "false".to_owned(),
        Others::Leaves => reference("leaf"),
    };
    format!(
        "\"type\": \"object\",\n{indent}\"properties\": {{\n{}\n{indent}}},\n{indent}\"additionalProperties\": {others}",
        properties.join(",\n")
    )
}

fn below(key: &Key, depth: usize) -> String {
    let doc = quoted(key.doc);
    let described = |schema: String| format!("{{ \"description\": {doc}, {schema} }}");
    let block = |keys: &[Key], others| {
        let indent = "  ".repeat(depth);
        format!("{{\n{indent}  {}\n{indent}}}", members(keys, depth + 1, others))
    };
    let named = |schema: String| {
        described(format!(
            "\"type\": [\"object\", \"null\"], \"additionalProperties\": {schema}"
        ))
    };
    match key.holds {
        Holds::Leaf | Holds::Prose => described(plain("leaf")),
        Holds::Leaves | Holds::Names => described(plain("leaves")),
        Holds::LeafByName => named(reference("leaf")),
        Holds::LeafByNameOrList => described(format!(
            "\"type\": [\"object\", \"array\", \"null\"], \"additionalProperties\": {0}, \"items\": {0}",
            reference("leaf")
        )),
        Holds::Fields => named(reference("field")),
        Holds::Values => described(plain("values")),
        Holds::Rules => described(plain("rules")),
        Holds::Block(keys) => described(format!(
            "\"anyOf\": [{{ \"type\": \"null\" }}, {}]",
            block(keys, Others::Refused)
        )),
        Holds::Named(keys) => named(nullable(&block(keys, Others::Refused))),
        Holds::Operations(keys) => named(nullable(&block(keys, Others::Leaves))),
        Holds::NamedOrLeaf(keys) => named(format!(
            "{{ \"anyOf\": [{}, {}] }}",
            reference("leaf"),
            block(keys, Others::Refused)
        )),
        Holds::List(keys) => described(format!(
            "\"type\": [\"array\", \"null\"], \"items\": {}",
            block(keys, Others::Refused)
        )),
        Holds::ListOrLeaves(keys) => described(format!(
            "\"anyOf\": [{0}, {{ \"type\": \"array\", \"items\": {{ \"anyOf\": [{0}, {1}] }} }}]",
            reference("leaf"),
            block(keys, Others::Refused)
        )),
    }
}

fn nullable(schema: &str) -> String {
    format!("{{ \"anyOf\": [{{ \"type\": \"null\" }}, {schema}] }}")
}

fn plain(name: &str) -> String {
    format!("\"$ref\": \"#/$defs/{name}\"")
}

fn reference(name: &str) -> String {
    format!("{{ {} }}", plain(name))
}

/// A text of JSON; ours hold no control characters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
