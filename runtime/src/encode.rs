//! Values of rules -> JSON as the other side writes it: the way back of [`crate::decode`], driven by the same fields and codecs.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde_json::{Map, Number, Value};

use crate::fault::Fault;
use crate::json::writer::json_text;
use crate::shape::{Codec, Field, KeyKind, Kind, Shape, Wire};
use crate::value::Val;

/// A present or null value as a field of this wire holds it. A value that does not fit is a fault.
pub fn encode(value: &Val<'_>, field: &Field, wire: Wire) -> Result<Value, Fault> {
    if value.is_absent() {
        return null(field);
    }
    let made = match field.kind {
        Kind::Text | Kind::Enum { .. } => text(value, field),
        Kind::Key(kind) => key(value, kind, field.codec, wire),
        Kind::Int => Ok(digits(value.clone().into_int()?.to_string(), field.codec, wire)),
        Kind::Decimal(scale) => decimal(value, scale).map(|text| digits(text, field.codec, wire)),
        Kind::Float => Ok(digits(value.clone().into_float()?.to_string(), field.codec, wire)),
        Kind::Bool => value.clone().into_bool().map(|flag| bool(flag, field.codec, wire)),
        Kind::Date => {
            let date = value.clone().into_date()?;
            Ok(Value::String(match field.codec {
                Codec::Format(format) => formatted(format, date.at(0, 0, 0, 0), field)?,
                Codec::Wire | Codec::Text | Codec::Number | Codec::Epoch | Codec::Flag | Codec::TextOrNumber => {
                    date.to_string()
                }
            }))
        }
        Kind::Time => {
            let time = value.clone().into_time()?;
            Ok(Value::String(match field.codec {
                Codec::Format(format) => formatted(format, Date::constant(1970, 1, 1).to_datetime(time), field)?,
                Codec::Wire | Codec::Text | Codec::Number | Codec::Epoch | Codec::Flag | Codec::TextOrNumber => {
                    time.to_string()
                }
            }))
        }
        Kind::Duration => {
            let lasting = value.clone().into_duration()?;
            Ok(match field.codec {
                Codec::Number => digits(crate::decode::seconds_of(lasting).to_string(), Codec::Number, wire),
                Codec::Wire | Codec::Format(_) | Codec::Text | Codec::Epoch | Codec::Flag | Codec::TextOrNumber => {
                    Value::String(lasting.to_string())
                }
            })
        }
        Kind::DateTime => instant(value.clone().into_datetime()?, field, wire),
        Kind::Uuid => value.clone().into_uuid().map(|uuid| Value::String(uuid.to_string())),
        Kind::Bytes => {
            let bytes = value.clone().into_bytes()?;
            let text = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes);
            Ok(Value::String(text))
        }
        Kind::Json => {
            // A list or record of a mapping is its own JSON.
            let made = matches!(value, Val::List(_) | Val::Record(_)).then(|| json_text(value));
            let json = made.map_or_else(|| value.clone().into_json(), |json| Ok(json.into()))?;
            serde_json::from_str(&json).map_err(|error| Fault::data(format!("this is no JSON: {error}")))
        }
        Kind::Ref => Err(Fault::data(
            "a record of the inside has no number that the other side knows",
        )),
        Kind::Record(shape) => record(value, shape).map(Value::Object),
        Kind::List(shape) => list(value, shape),
        Kind::Map(shape) => map(value, shape),
    };
    made.map_err(|fault| match fault.value {
        Some(_) => fault,
        None => fault.about(value),
    })
}

/// What the mark of an empty value begins with: a hash tells nothing of its value, and `only empty` asks for no more than this.
const EMPTY: char = '-';
/// The mark of a field that the record does not have.
pub(crate) const NOT_THERE: &str = "-";

/// What tells a value of a field apart from another one, whatever its spelling: what is kept of what both sides agreed on.
pub fn mark(value: &Value, field: &Field) -> String {
    let hash = blake3::hash(canonical(value).as_bytes());
    let begin = is_empty(value, field).then_some(EMPTY);
    // Sixteen bytes of a hash never meet by chance.
    begin.into_iter().chain(hash.to_hex().chars().take(32)).collect()
}

/// Whether a mark is that of an empty value.
pub(crate) fn is_mark_of_empty(mark: &str) -> bool {
    mark.starts_with(EMPTY)
}

/// Null, a text that means null, a blank text or an empty list; 0 and false are values, and so is a record.
pub fn is_empty(value: &Value, field: &Field) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty() || field.null_texts.contains(&text.as_str()),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// JSON in which equal values have equal texts: numbers without needless zeros, names in order.
fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => plain_number(&number.to_string()),
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Object(fields) => {
            let mut entries: Vec<(&String, String)> =
                fields.iter().map(|(name, value)| (name, canonical(value))).collect();
            entries.sort();
            let entries = entries.iter().map(|(name, value)| format!("{name:?}:{value}"));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
    }
}

fn plain_number(digits: &str) -> String {
    match Decimal::from_str_exact(digits) {
        Ok(number) => number.normalize().to_string(),
        Err(_) => digits.to_owned(),
    }
}

fn null(field: &Field) -> Result<Value, Fault> {
    match (field.nullable, field.null_texts.first()) {
        (true, Some(text)) => Ok(Value::String((*text).to_owned())),
        (true, None) => Ok(Value::Null),
        (false, _) => Err(Fault::data(format!("`{}` cannot be null", field.name))),
    }
}

fn text(value: &Val<'_>, field: &Field) -> Result<Value, Fault> {
    let text = value.clone().into_text()?;
    if let Kind::Enum { words, open: false } = field.kind
        && !words.contains(&text.as_ref())
    {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        return Err(Fault::data(format!(
            "`{}` takes one of {}",
            field.name,
            words.join(", ")
        )));
    }
    if let Some(max) = field.max
        && text.chars().count() > max as usize
    {
        let count = text.chars().count();
        return Err(Fault::data(format!("{count} characters, `{}` holds {max}", field.name)));
    }
    Ok(match field.codec {
        Codec::Number => number(text.into_owned()),
        Codec::Wire | Codec::Text | Codec::Format(_) | Codec::Epoch | Codec::Flag | Codec::TextOrNumber => {
            Value::String(text.into_owned())
        }
    })
}

/// A key as the other side writes it.
pub(crate) fn key_text(text: String, kind: KeyKind, codec: Codec, wire: Wire) -> Value {
    match (kind, codec) {
        (KeyKind::Int, Codec::Wire | Codec::Format(_) | Codec::Epoch | Codec::Flag | Codec::TextOrNumber) => {
            digits(text, Codec::Wire, wire)
        }
        (KeyKind::Int | KeyKind::Text, Codec::Number) => number(text),
        (KeyKind::Int | KeyKind::Text, Codec::Text) | (KeyKind::Text, _) => Value::String(text),
    }
}

fn key(value: &Val<'_>, kind: KeyKind, codec: Codec, wire: Wire) -> Result<Value, Fault> {
    let Some(key) = crate::mapper::canonical_key(value) else {
        return Err(Fault::kind_of_value("an external key", value));
    };
    Ok(key_text(key.0, kind, codec, wire))
}

/// Digits as a number, or as a text where they are none.
fn number(digits: String) -> Value {
    digits.parse::<Number>().map_or(Value::String(digits), Value::Number)
}

fn digits(digits: String, codec: Codec, wire: Wire) -> Value {
    match (codec, wire) {
        (Codec::Number, _) => number(digits),
        (Codec::Text, _) => Value::String(digits),
        (Codec::Wire | Codec::Format(_) | Codec::Epoch | Codec::Flag | Codec::TextOrNumber, Wire::Json) => {
            number(digits)
        }
        (Codec::Wire | Codec::Format(_) | Codec::Epoch | Codec::Flag | Codec::TextOrNumber, Wire::Php | Wire::Xml) => {
            Value::String(digits)
        }
    }
}

/// The digits of a decimal, as many behind the point as the field has.
fn decimal(value: &Val<'_>, scale: Option<u8>) -> Result<String, Fault> {
    let number = value.clone().into_decimal()?;
    let Some(scale) = scale else {
        return Ok(number.normalize().to_string());
    };
    let mut fitted = number.normalize();
    if fitted.scale() > u32::from(scale) {
        return Err(Fault::data(format!("more than {scale} digits after the point")));
    }
    fitted.rescale(u32::from(scale));
    Ok(fitted.to_string())
}

fn bool(flag: bool, codec: Codec, wire: Wire) -> Value {
    match (codec, wire) {
        (Codec::Flag, _) => Value::String(if flag { "1" } else { "0" }.to_owned()),
        (_, Wire::Xml) => Value::String(flag.to_string()),
        (_, Wire::Json | Wire::Php) => Value::Bool(flag),
    }
}

/// A moment in a format of `strftime`.
fn formatted(format: &str, moment: impl Into<BrokenDownTime>, field: &Field) -> Result<String, Fault> {
    let text = moment.into().to_string(format);
    text.map_err(|error| Fault::data(format!("{}: {error}", field.place)))
}

fn instant(instant: Timestamp, field: &Field, wire: Wire) -> Result<Value, Fault> {
    match (field.codec, wire) {
        (Codec::Epoch, _) => Ok(digits(instant.as_second().to_string(), Codec::Number, wire)),
        (Codec::Format(format), _) => {
            let zone = field.zone.unwrap_or("UTC");
            let local = instant.in_tz(zone);
            let local = local.map_err(|error| Fault::data(format!("{}: {error}", field.place)))?;
            Ok(Value::String(formatted(format, &local, field)?))
        }
        (Codec::Wire | Codec::Text | Codec::Number | Codec::Flag | Codec::TextOrNumber, Wire::Php) => {
            let local = instant.to_zoned(TimeZone::UTC);
            Ok(Value::String(local.strftime("%Y-%m-%d %H:%M:%S").to_string()))
        }
        (Codec::Wire | Codec::Text | Codec::Number | Codec::Flag | Codec::TextOrNumber, Wire::Json | Wire::Xml) => {
            Ok(Value::String(instant.to_string()))
        }
    }
}

/// A record: made in the mapping, or one that was read.
fn record(value: &Val<'_>, shape: &'static Shape) -> Result<Map<String, Value>, Fault> {
    let mut made = Map::new();
    for field in shape.fields {
        let inner = if let Val::Record(fields) = value {
            let given = fields.iter().find(|(name, _)| *name == field.name);
            given.map_or(Val::Missing, |(_, value)| value.clone())
        } else if let Val::Rec(record) = value {
            let fields = record.shape().map_or(&[][..], |shape| shape.fields);
            let given = fields.iter().find(|known| known.name == field.name);
            given.map_or(Val::Missing, |known| record.get(known.slot))
        } else {
            return Err(Fault::kind_of_value("a record", value));
        };
        if !matches!(inner, Val::Missing) {
            made.insert(field.name.to_owned(), encode(&inner, field, shape.wire)?);
        } else if (!field.optional && field.default.is_none()) || is_needed(field, value, shape) {
            return Err(Fault::data(format!("`{}` of {} is missing", field.name, shape.name)));
        }
    }
    Ok(made)
}

/// Whether the record is the one of several that must have the field.
fn is_needed(field: &Field, value: &Val<'_>, shape: &'static Shape) -> bool {
    let (Some(needed), Val::Record(fields)) = (field.needed, value) else {
        return false;
    };
    let teller = shape.fields.iter().find(|known| known.slot == needed.by);
    let told = teller.and_then(|teller| fields.iter().find(|(name, _)| *name == teller.name));
    matches!(told, Some((_, Val::Text(word))) if needed.words.contains(&word.as_ref()))
}

/// An element of a list or map: of a type without parts, or a record.
fn element(value: &Val<'_>, shape: &'static Shape) -> Result<Value, Fault> {
    match shape.fields {
        [field] if field.name.is_empty() => encode(value, field, shape.wire),
        _ => record(value, shape).map(Value::Object),
    }
}

fn list(value: &Val<'_>, shape: &'static Shape) -> Result<Value, Fault> {
    let items = value.clone().into_list()?;
    let made: Result<Vec<Value>, Fault> = items.iter().map(|item| element(item, shape)).collect();
    made.map(Value::Array)
}

/// A map is a list of pairs: key and value.
fn map(value: &Val<'_>, shape: &'static Shape) -> Result<Value, Fault> {
    let mut made = Map::new();
    for entry in value.clone().into_list()? {
        let pair = entry.into_list()?;
        let [key, value] = pair.as_slice() else {
            return Err(Fault::data("an entry of a map is a key and a value"));
        };
        let Some(key) = crate::mapper::canonical_key(key) else {
            return Err(Fault::kind_of_value("a key of a map", key));
        };
        if made.insert(key.0.clone(), element(value, shape)?).is_some() {
            return Err(Fault::data(format!(
                "the key {} stands in the map twice",
                crate::fault::quoted(&key.0)
            )));
        }
    }
    Ok(Value::Object(made))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: Field = Field {
        null_texts: &["-"],
        ..Field::new("field", Kind::Json, 0)
    };

    fn marked(json: &str) -> String {
        mark(&serde_json::from_str(json).unwrap(), &FIELD)
    }

    #[test]
    fn equal_values_have_equal_marks() {
        assert_eq!(marked("30.0"), marked("30.0000"));
        assert_eq!(marked(r#"{"a":1,"b":[2.50]}"#), marked(r#"{"b":[2.5],"a":1}"#));
        assert_ne!(marked("1"), marked(r#""1""#));
        assert_ne!(marked("null"), marked(r#""""#));
    }

    #[test]
    fn a_mark_tells_whether_a_value_is_empty() {
        for empty in ["null", r#"" ""#, "[]", r#""-""#] {
            assert!(is_mark_of_empty(&marked(empty)), "{empty}");
        }
        for filled in ["0", "false", r#""a""#, "[null]", "{}"] {
            assert!(!is_mark_of_empty(&marked(filled)), "{filled}");
        }
        assert!(is_mark_of_empty(NOT_THERE));
    }
}
