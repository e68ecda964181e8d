//! One value of a payload -> one slot, by the kind of its field, the wire and the codec.

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::moment;
use crate::builtin::date::zone_named;
use crate::fault::Fault;
use crate::json::reader::{Reader, Token};
use crate::json::text::unescape;
use crate::scan::{ConstantKind, Slot, Text};
use crate::shape::{Codec, Field, KeyKind, Kind, Wire};

/// Why a value does not fit its field, without the value.
pub(crate) type Problem = String;

/// A value as it is written: in JSON's own type, or as text.
enum Written<'t> {
    /// A string.
    Text(Cow<'t, str>),
    /// A number.
    Number(&'t str),
    /// A bool.
    Bool(bool),
}

/// Whether a value means null: `null` itself, a text that the field names, or what the wire has for it where the field admits null.
pub(crate) fn is_null(field: &Field, wire: Wire, token: Token, source: &str) -> bool {
    match (token, wire) {
        (Token::Null, _) => true,
        (Token::Text(_), Wire::Json) if field.null_texts.is_empty() => false,
        (Token::Text(text), _) => {
            let text = plain(text, source);
            field.null_texts.contains(&text.as_ref())
                || (wire == Wire::Php && is_date(field) && moment::is_zero_date(&text))
                || (wire != Wire::Json && text.is_empty() && empties_to_null(field))
        }
        // PHP sends a number or its text, digit for digit.
        (Token::Number(text), Wire::Php) => field.null_texts.contains(&raw_of(text, source)),
        (Token::Bool(false), Wire::Php) => field.nullable && !matches!(field.kind, Kind::Bool | Kind::Json),
        (Token::Array { empty: true }, Wire::Php) => {
            field.nullable && !matches!(field.kind, Kind::List(_) | Kind::Map(_) | Kind::Json)
        }
        (Token::Bool(_) | Token::Number(_) | Token::Array { .. } | Token::Object, _) => false,
    }
}

/// Whether the empty text means null to a field: it admits null, and `""` is no word of it.
fn empties_to_null(field: &Field) -> bool {
    if let Kind::Enum { words, .. } = field.kind
        && words.contains(&"")
    {
        return false;
    }
    field.nullable && !matches!(field.kind, Kind::Json)
}

fn is_date(field: &Field) -> bool {
    matches!(field.kind, Kind::Date | Kind::DateTime)
}

/// A value that is not null as a slot. `raw` is its text in the payload.
pub(crate) fn scalar(field: &Field, wire: Wire, token: Token, raw: Text, source: &str) -> Result<Slot, Problem> {
    if matches!(field.kind, Kind::Json) {
        return Ok(Slot::Json(raw));
    }
    let written = match token {
        Token::Text(text) => Written::Text(plain(text, source)),
        Token::Number(text) => Written::Number(raw_of(text, source)),
        Token::Bool(flag) => Written::Bool(flag),
        Token::Array { .. } => return Err(format!("{} is expected, this is a list", field.kind.noun())),
        Token::Object => return Err(format!("{} is expected, this is a record", field.kind.noun())),
        Token::Null => return Err(String::from("this is null")),
    };
    let inside = match token {
        Token::Text(text) | Token::Number(text) => text,
        Token::Null | Token::Bool(_) | Token::Array { .. } | Token::Object => raw,
    };
    match field.kind {
        Kind::Text | Kind::Enum { .. } => text(field, wire, &written, inside),
        Kind::Key(kind) => key(field, kind, wire, &written, inside),
        Kind::Int => number(field, wire, &written).and_then(|digits| plainly(super::int(digits)).map(Slot::Int)),
        Kind::Ref => number(field, wire, &written).and_then(|digits| plainly(super::int(digits)).map(Slot::Ref)),
        Kind::Decimal(scale) => number(field, wire, &written).and_then(|digits| decimal(digits, scale)),
        Kind::Float => number(field, wire, &written).and_then(float),
        Kind::Bool => flag(field, wire, &written).map(Slot::Bool),
        Kind::Date | Kind::Time | Kind::DateTime => moment(field, wire, &written),
        Kind::Duration => duration(field, wire, &written).map(Slot::Duration),
        Kind::Uuid => {
            let text = only_text(field, wire, &written)?;
            let whole = matches!(text.len(), 32 | 36);
            let uuid = uuid::Uuid::try_parse(text).ok().filter(|_| whole);
            uuid.map(Slot::Uuid).ok_or_else(|| String::from("this is no uuid"))
        }
        Kind::Bytes => {
            let text = only_text(field, wire, &written)?;
            match super::is_base64(text) {
                true => Ok(Slot::Bytes(inside)),
                false => Err(String::from("this is no base64")),
            }
        }
        Kind::Json | Kind::Record(_) | Kind::List(_) | Kind::Map(_) => {
            Err(format!("{} is expected", field.kind.noun()))
        }
    }
}

/// How a value would be read as this field, were it declared so: for tools that look for a type.
pub fn admits(field: &Field, wire: Wire, token: Token, source: &str) -> Admitted {
    let as_value = |field: &Field| {
        let raw = Text::default();
        !is_null(field, wire, token, source) && scalar(field, wire, token, raw, source).is_ok()
    };
    let nullable = Field {
        nullable: true,
        ..*field
    };
    match (as_value(field), is_null(&nullable, wire, token, source)) {
        (true, _) => Admitted::Value,
        (false, true) => Admitted::Null,
        (false, false) => Admitted::Nothing,
    }
}

/// What a value would be as a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// A value of it.
    Value,
    /// Null, if the field admits null.
    Null,
    /// A mistake.
    Nothing,
}

/// The literal of a `default` as a slot: always in JSON's own types.
pub(crate) fn constant(field: &Field, literal: &'static str) -> Result<Slot, Problem> {
    let wrong = || format!("the default `{literal}` does not fit");
    let token = Reader::new(literal).token().map_err(|_| wrong())?;
    let plain = Field {
        codec: Codec::Wire,
        ..*field
    };
    let raw = Text {
        offset: 0,
        length: u32::try_from(literal.len()).map_err(|_| wrong())?,
        escaped: false,
    };
    let constant = |kind| Ok(Slot::Constant { literal, kind });
    match (field.kind, token) {
        (_, Token::Null) => Ok(Slot::Null),
        (Kind::Json, _) => constant(ConstantKind::Json),
        (Kind::Text | Kind::Enum { .. }, Token::Text(_)) => constant(ConstantKind::Text),
        (Kind::Key(_), Token::Text(_) | Token::Number(_)) => constant(ConstantKind::Key),
        (Kind::Bytes, _) => Err(wrong()),
        _ => scalar(&plain, Wire::Json, token, raw, literal).map_err(|_| wrong()),
    }
}

fn text(field: &Field, wire: Wire, written: &Written<'_>, inside: Text) -> Result<Slot, Problem> {
    let text = text_of(field, wire, written)?;
    fitting_text(field, text)?;
    if let Kind::Enum { words, open: false } = field.kind
        && !words.contains(&text)
    {
        let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        return Err(format!("one of {} is expected", words.join(", ")));
    }
    Ok(Slot::Text(inside))
}

/// A text, or where wire or codec say so the digits of a number.
fn text_of<'w>(field: &Field, wire: Wire, written: &'w Written<'_>) -> Result<&'w str, Problem> {
    match (written, field.codec) {
        (
            Written::Text(text),
            Codec::Wire | Codec::Text | Codec::Format(_) | Codec::Epoch | Codec::Flag | Codec::TextOrNumber,
        ) => Ok(text),
        (Written::Number(digits), Codec::Number | Codec::TextOrNumber) => Ok(digits),
        (Written::Number(digits), Codec::Wire) if wire == Wire::Php => Ok(digits),
        (Written::Text(_) | Written::Number(_) | Written::Bool(_), _) => Err(other_kind(field, wire, written)),
    }
}

/// A text that can be stored: not too long, without U+0000.
fn fitting_text(field: &Field, text: &str) -> Result<(), Problem> {
    if text.as_bytes().contains(&0) {
        return Err(String::from(
            "the text holds the character U+0000, which no database stores",
        ));
    }
    match field.max {
        Some(max) if text.len() > max as usize && text.chars().count() > max as usize => {
            let count = text.chars().count();
            Err(format!("{count} characters, at most {max} are declared"))
        }
        Some(_) | None => Ok(()),
    }
}

/// A key in its canonical text. Digits have one form only, so `007` is no key: it would be another record than `7`.
fn key(field: &Field, kind: KeyKind, wire: Wire, written: &Written<'_>, inside: Text) -> Result<Slot, Problem> {
    let text = match kind {
        KeyKind::Text => text_of(field, wire, written)?,
        KeyKind::Int => number(field, wire, written)?,
    };
    fitting_text(field, text)?;
    if kind == KeyKind::Int {
        let number =
            super::int(text).map_err(|_| String::from("a key of digits is expected, without leading zeros"))?;
        if number.to_string() != text {
            return Err(String::from("a key of digits is expected, without leading zeros"));
        }
    }
    Ok(Slot::Key(inside))
}

/// The digits of a number as wire and codec write it.
fn number<'w>(field: &Field, wire: Wire, written: &'w Written<'_>) -> Result<&'w str, Problem> {
    match (written, field.codec, wire) {
        (Written::Text(text), Codec::Text, _) | (Written::Text(text), Codec::Wire, Wire::Php | Wire::Xml) => Ok(text),
        (Written::Number(digits), Codec::Number, _)
        | (Written::Number(digits), Codec::Wire, Wire::Json | Wire::Php) => Ok(digits),
        (Written::Text(_) | Written::Number(_) | Written::Bool(_), _, _) => Err(other_kind(field, wire, written)),
    }
}

fn decimal(digits: &str, scale: Option<u8>) -> Result<Slot, Problem> {
    let number = plainly(super::decimal(digits))?;
    match scale {
        Some(scale) if number.scale() > u32::from(scale) && number.normalize().scale() > u32::from(scale) => {
            Err(format!("at most {scale} digits after the point are declared"))
        }
        Some(_) | None => Ok(Slot::Decimal(number)),
    }
}

fn float(digits: &str) -> Result<Slot, Problem> {
    let number: Option<f64> = crate::json::reader::is_number(digits)
        .then(|| digits.parse().ok())
        .flatten();
    let number = number.filter(|number| number.is_finite());
    number
        .map(Slot::Float)
        .ok_or_else(|| String::from("this is no number that a float can hold"))
}

fn flag(field: &Field, wire: Wire, written: &Written<'_>) -> Result<bool, Problem> {
    let digit = |text: &str| match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    };
    let word = |text: &str| match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    let found = match (written, field.codec, wire) {
        (Written::Bool(flag), Codec::Wire, Wire::Json | Wire::Php) => Some(*flag),
        (Written::Number(text), Codec::Wire, Wire::Php) | (Written::Number(text), Codec::Number | Codec::Flag, _) => {
            digit(text)
        }
        (Written::Text(text), Codec::Wire, Wire::Php) | (Written::Text(text), Codec::Flag, _) => digit(text),
        (Written::Text(text), Codec::Wire, Wire::Xml) | (Written::Text(text), Codec::Text, _) => {
            word(text).or_else(|| digit(text))
        }
        (Written::Text(_) | Written::Number(_) | Written::Bool(_), _, _) => None,
    };
    found.ok_or_else(|| match field.codec {
        Codec::Wire if wire == Wire::Xml => String::from("true, false, 1 or 0 is expected"),
        Codec::Flag => String::from("\"1\" or \"0\" is expected"),
        Codec::Wire | Codec::Text | Codec::Number | Codec::Epoch | Codec::Format(_) | Codec::TextOrNumber => {
            other_kind(field, wire, written)
        }
    })
}

fn moment(field: &Field, wire: Wire, written: &Written<'_>) -> Result<Slot, Problem> {
    if field.codec == Codec::Epoch {
        let seconds = match (written, wire) {
            (Written::Number(digits), _) => digits,
            (Written::Text(text), Wire::Php | Wire::Xml) => text.as_ref(),
            (Written::Text(_) | Written::Bool(_), _) => {
                return Err(String::from("a number of seconds since 1970 is expected"));
            }
        };
        return plainly(moment::epoch(seconds)).map(Slot::DateTime);
    }
    let text = only_text(field, wire, written)?;
    match (field.kind, field.codec) {
        (Kind::DateTime, Codec::Format(format)) => {
            plainly(moment::formatted(text, format, &zone(field)?)).map(Slot::DateTime)
        }
        (Kind::DateTime, _) => plainly(moment::datetime(text, &zone(field)?)).map(Slot::DateTime),
        (Kind::Time, Codec::Format(format)) => {
            let time = jiff::civil::Time::strptime(format, text);
            time.map(Slot::Time)
                .map_err(|_| format!("a time as `{format}` is expected"))
        }
        (Kind::Time, _) => moment::time(text)
            .map(Slot::Time)
            .ok_or_else(|| String::from("a time as `17:13:08` is expected")),
        (_, Codec::Format(format)) => {
            let date = super::pattern::date(text, format).map_or_else(|| Date::strptime(format, text), Ok);
            date.map(Slot::Date)
                .map_err(|_| format!("a date as `{format}` is expected"))
        }
        _ => moment::date(text)
            .map(Slot::Date)
            .ok_or_else(|| String::from("a date as `2017-06-27` is expected")),
    }
}

/// ISO 8601, or a number of seconds where the codec says so.
fn duration(field: &Field, wire: Wire, written: &Written<'_>) -> Result<jiff::SignedDuration, Problem> {
    match field.codec {
        Codec::Number => super::of_seconds(plainly(super::decimal(number(field, wire, written)?))?),
        Codec::Wire | Codec::Text | Codec::Flag | Codec::Epoch | Codec::Format(_) | Codec::TextOrNumber => {
            super::duration(only_text(field, wire, written)?)
        }
    }
}

fn zone(field: &Field) -> Result<TimeZone, Problem> {
    match field.zone {
        None => Ok(TimeZone::UTC),
        Some(name) => plainly(zone_named(name)),
    }
}

fn only_text<'w>(field: &Field, wire: Wire, written: &'w Written<'_>) -> Result<&'w str, Problem> {
    match written {
        Written::Text(text) => Ok(text),
        Written::Number(_) | Written::Bool(_) => Err(other_kind(field, wire, written)),
    }
}

fn other_kind(field: &Field, wire: Wire, written: &Written<'_>) -> Problem {
    let given = match written {
        Written::Text(_) => "a text",
        Written::Number(_) => "a number",
        Written::Bool(_) => "true or false",
    };
    let form = match (field.codec, wire, field.kind) {
        (Codec::Text, _, _) => " written as text",
        (Codec::Number, _, _) => " written as a number",
        (Codec::Wire, Wire::Xml, Kind::Int | Kind::Decimal(_) | Kind::Float | Kind::Bool | Kind::Key(_)) => {
            " written as text"
        }
        (
            Codec::Wire | Codec::Format(_) | Codec::Epoch | Codec::Flag | Codec::TextOrNumber,
            Wire::Json | Wire::Php | Wire::Xml,
            _,
        ) => "",
    };
    format!("{}{form} is expected, this is {given}", field.kind.noun())
}

/// The message of a fault with its values blanked: the value stands beside it, once.
fn plainly<T>(result: Result<T, Fault>) -> Result<T, Problem> {
    result.map_err(|fault| {
        let mut message = String::new();
        for (position, part) in fault.message.split('"').enumerate() {
            message.push_str(if position % 2 == 0 { part } else { "this" });
        }
        message
    })
}

fn raw_of(text: Text, source: &str) -> &str {
    let first = text.offset as usize;
    source.get(first..first + text.length as usize).unwrap_or_default()
}

fn plain(text: Text, source: &str) -> Cow<'_, str> {
    match text.escaped {
        false => Cow::Borrowed(raw_of(text, source)),
        true => Cow::Owned(unescape(raw_of(text, source))),
    }
}
