//! Stored lists, maps and records: values <-> the JSON text of their one column. Equal values have equal texts, so that what did not
//! change is not written.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::decode;
use crate::encode::encode;
use crate::fault::Fault;
use crate::shape::{Field, Kind, Shape, Wire};
use crate::value::{Out, Val};

/// The text of a value of this type; a fault where it does not fit.
pub(crate) fn text(value: &Val<'_>, of: &'static Field) -> Result<String, Fault> {
    encode(value, of, Wire::Json).map(|made| sorted(made).to_string())
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
/// The text of JSON that claims to be of this type: checked, and in the form that [`text()`] gives it.
pub(crate) fn canonical(json: &str, of: &'static Field) -> Result<String, Fault> {
    let read = serde_json::from_str(json).map_err(|error| Fault::data(format!("is not JSON: {error}")))?;
    text(&value_of(&read, of)?, of)
}

/// The value of a text. What is not of this type stays JSON, so that the step that takes it says what it is.
pub(crate) fn value(json: &str, of: &'static Field) -> Val<'static> {
    let read = serde_json::from_str(json).ok();
    let made = read.and_then(|read| value_of(&read, of).ok());
    made.unwrap_or_else(|| Val::Json(json.to_owned().into()))
}

/// What a column holds that nobody gave a value: a record has no empty one.
pub(crate) const fn empty(of: &Field) -> Option<&'static str> {
    if let Kind::List(_) = of.kind {
        Some("[]")
    } else if let Kind::Map(_) = of.kind {
        Some("{}")
    } else {
        None
    }
}

/// Two stored lists in one: what the first one does not have is added behind it.
pub(crate) fn union(stored: &str, added: &str) -> Option<String> {
    let (mut all, added): (Vec<Value>, Vec<Value>) =
        (serde_json::from_str(stored).ok()?, serde_json::from_str(added).ok()?);
    // Equal elements have equal texts.
    let mut known: HashSet<String> = all.iter().map(Value::to_string).collect();
    for element in added {
        if known.insert(element.to_string()) {
            all.push(element);
        }
    }
    Some(Value::Array(all).to_string())
}

/// Names in order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            let fields = fields.into_iter().map(|(name, value)| (name, sorted(value)));
            Value::Object(fields.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn value_of(json: &Value, of: &'static Field) -> Out<'static> {
    match (of.kind, json) {
        (_, Value::Null) if of.nullable => Ok(Val::Null),
        (Kind::List(shape), Value::Array(items)) => {
            let items = items.iter().map(|item| element_of(item, shape));
            items.collect::<Result<_, _>>().map(Val::List)
        }
        (Kind::Map(shape), Value::Object(fields)) => {
            let pair = |(name, value): (&String, &Value)| {
                Ok(Val::List(vec![Val::made(name.clone()), element_of(value, shape)?]))
            };
            fields.iter().map(pair).collect::<Result<_, _>>().map(Val::List)
        }
        (Kind::Record(shape), Value::Object(fields)) => record_of(fields, shape),
        (Kind::Json, json) => Ok(Val::Json(json.to_string().into())),
        (kind, json) => scalar_of(json, kind),
    }
}

fn element_of(json: &Value, shape: &'static Shape) -> Out<'static> {
    match shape.fields {
        [field] => value_of(json, field),
        _ => Err(Fault::data("a list or map of one type is expected")),
    }
}

fn record_of(given: &Map<String, Value>, shape: &'static Shape) -> Out<'static> {
    if let Some(name) = given
        .keys()
        .find(|name| !shape.fields.iter().any(|field| field.name == **name))
    {
        return Err(Fault::data(format!("has no field `{name}`")));
    }
    let mut made = Vec::new();
    for field in shape.fields {
        match given.get(field.name) {
            Some(value) => made.push((field.name, value_of(value, field)?)),
            None if field.optional => {}
            None => return Err(Fault::data(format!("`{}` is missing", field.name))),
        }
    }
    Ok(Val::Record(made))
}

fn scalar_of(json: &Value, kind: Kind) -> Out<'static> {
    let wrong = || Fault::data(format!("{} is expected", kind.noun()));
    Ok(match (kind, json) {
        (Kind::Text, Value::String(text)) => Val::made(text.clone()),
        (Kind::Enum { words, open }, Value::String(text)) if open || words.contains(&text.as_str()) => {
            Val::made(text.clone())
        }
        (Kind::Int, Value::Number(number)) => Val::Int(decode::int(&number.to_string())?),
        (Kind::Decimal(_), Value::Number(number)) => Val::Decimal(decode::decimal(&number.to_string())?),
        (Kind::Bool, Value::Bool(flag)) => Val::Bool(*flag),
        (Kind::Date, Value::String(text)) => Val::Date(text.parse().map_err(|_| wrong())?),
        (Kind::Time, Value::String(text)) => Val::Time(text.parse().map_err(|_| wrong())?),
        (Kind::Duration, Value::String(text)) => Val::Duration(decode::duration(text).map_err(Fault::data)?),
        (Kind::DateTime, Value::String(text)) => Val::DateTime(text.parse().map_err(|_| wrong())?),
        (Kind::Uuid, Value::String(text)) => Val::Uuid(text.parse().map_err(|_| wrong())?),
        (Kind::Bytes, Value::String(text)) if decode::is_base64(text) => Val::Bytes(decode::bytes(text).into()),
        _ => return Err(wrong()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn of_one(fields: &'static [Field]) -> Shape {
        Shape {
            name: "",
            wire: Wire::Json,
            slots: 1,
            fields,
        }
    }

    static TEXTS: Shape = of_one(&[Field::new("", Kind::Text, 0)]);
    static AMOUNT: Shape = of_one(&[Field {
        nullable: true,
        ..Field::new("", Kind::Decimal(Some(2)), 0)
    }]);
    static TAGS: Field = Field::new("tags", Kind::List(&TEXTS), 0);
    static AMOUNTS: Field = Field::new("amounts", Kind::Map(&AMOUNT), 0);
    static PARTS: Shape = Shape {
        name: "address",
        wire: Wire::Json,
        slots: 2,
        fields: &[
            Field::new("city", Kind::Text, 0),
            Field {
                optional: true,
                ..Field::new("since", Kind::Date, 1)
            },
        ],
    };
    static ADDRESS: Field = Field::new("address", Kind::Record(&PARTS), 0);

    fn form(json: &str, of: &'static Field) -> String {
        canonical(json, of).unwrap_or_else(|fault| format!("! {}", fault.message))
    }

    #[test]
    fn equal_values_have_equal_texts() {
        assert_eq!(form(r#" [ "a", "b" ] "#, &TAGS), r#"["a","b"]"#);
        assert_eq!(form(r#"{"b":1.5,"a":null}"#, &AMOUNTS), r#"{"a":null,"b":1.50}"#);
        assert_eq!(form(r#"{"a":null,"b":1.50}"#, &AMOUNTS), r#"{"a":null,"b":1.50}"#);
        assert_eq!(
            form(r#"{"since":"2020-01-02","city":"Paris"}"#, &ADDRESS),
            r#"{"city":"Paris","since":"2020-01-02"}"#
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(form(r#"["a",1]"#, &TAGS).starts_with("! a text is expected"));
        assert!(form(r#"["a",null]"#, &TAGS).starts_with('!'));
        assert!(form(r#"{"a":1.505}"#, &AMOUNTS).starts_with("! more than 2 digits"));
        assert_eq!(form(r#"{"since":"2020-01-02"}"#, &ADDRESS), "! `city` is missing");
        assert_eq!(form(r#"{"city":"Paris","zip":1}"#, &ADDRESS), "! has no field `zip`");
        assert!(form("[", &TAGS).starts_with("! is not JSON"));
    }

    #[test]
    fn lists_are_united_in_order() {
        assert_eq!(
            union(r#"["a","b"]"#, r#"["b","c"]"#).as_deref(),
            Some(r#"["a","b","c"]"#)
        );
        assert_eq!(union(r#"{}"#, "[]"), None);
    }
}
