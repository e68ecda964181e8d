//! The emptiest record that a shape admits: what stands in where a mapping is run on a few fields of a record only.

use serde_json::{Map, Value};

use crate::shape::{Field, Kind, Shape};

/// Null where that may be, else nothing of its kind: an empty text, zero, the first word, the first day.
pub fn blank(shape: &Shape) -> Value {
    let fields = shape.fields.iter().map(|field| (field.name.to_owned(), empty(field)));
    Value::Object(fields.collect())
}

fn empty(field: &Field) -> Value {
    match field.kind {
        _ if field.nullable => Value::Null,
        Kind::Int | Kind::Decimal(_) | Kind::Float | Kind::Ref => Value::from(0),
        Kind::Bool => Value::Bool(false),
        Kind::Date => Value::from("1970-01-01"),
        Kind::Time => Value::from("00:00:00"),
        Kind::Duration => Value::from("PT0S"),
        Kind::DateTime => Value::from("1970-01-01T00:00:00Z"),
        Kind::Uuid => Value::from("00000000-0000-0000-0000-000000000000"),
        Kind::Enum { words, .. } => Value::from(words.first().copied().unwrap_or("")),
        Kind::Text | Kind::Bytes | Kind::Json | Kind::Key(_) => Value::from(""),
        Kind::List(_) => Value::Array(Vec::new()),
        Kind::Map(_) => Value::Object(Map::new()),
        Kind::Record(shape) => blank(shape),
    }
}
