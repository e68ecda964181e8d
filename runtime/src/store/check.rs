//! Whether a value fits its field, said before any SQL runs and in the words of the mapping's author. Knows no database.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::compound;
use crate::model::{Literal, ModelField, ModelKind};
use crate::value::Stored;

/// Digits of the widest decimal: 18 fit the integer that holds them.
pub(crate) const DIGITS: u8 = 18;
const LIMIT: i128 = 1_000_000_000_000_000_000;

/// The value as its column holds it: decimals carry the column's scale. The mistake names the field and the value.
pub(crate) fn fitting(field: &ModelField, value: &Stored) -> Result<Stored, String> {
    if *value == Stored::Null {
        return if field.nullable {
            Ok(Stored::Null)
        } else {
            Err(format!("{} is required and was null", field.name))
        };
    }
    of_kind(field, value).map_err(|why| format!("{}: {} {why}", field.name, shown(value)))
}

fn of_kind(field: &ModelField, value: &Stored) -> Result<Stored, String> {
    if !is_of_kind(field.kind, value) {
        return Err(format!("is not {}", kind_name(field.kind)));
    }
    match value {
        Stored::Text(text) => word(field, text).map(Stored::Text),
        Stored::Json(text) => whole(field, text).map(Stored::Json),
        Stored::Int(number) => match scale_of(field.kind) {
            Some(scale) => decimal(scale, Decimal::from(*number)).map(Stored::Decimal),
            None => Ok(Stored::Int(*number)),
        },
        Stored::Decimal(number) => decimal(scale_of(field.kind).unwrap_or(DIGITS), *number).map(Stored::Decimal),
        Stored::Date(date) => day(*date).map(Stored::Date),
        Stored::Time(time) => micros(time.subsec_nanosecond()).map(|()| Stored::Time(*time)),
        Stored::Duration(lasting) => length(*lasting).map(Stored::Duration),
        Stored::DateTime(instant) => moment(*instant).map(Stored::DateTime),
        Stored::Null
        | Stored::Bool(_)
        | Stored::Uuid(_)
        | Stored::Bytes(_)
        | Stored::Ref(_)
        | Stored::New(_)
        | Stored::Refs(_) => Ok(value.clone()),
    }
}

/// JSON as it stands, or in the one form of a list, map or record.
fn whole(field: &ModelField, text: &str) -> Result<String, String> {
    if let ModelKind::Value(of) = field.kind {
        return compound::canonical(text, of).map_err(|fault| fault.message.clone());
    }
    json(text)
}

/// Whether a field of this kind holds values of this type, if not this one. A whole number is a decimal too.
pub(crate) fn is_of_kind(kind: ModelKind, value: &Stored) -> bool {
    match kind {
        ModelKind::Text | ModelKind::Enum { .. } => matches!(value, Stored::Text(_)),
        ModelKind::Int => matches!(value, Stored::Int(_)),
        ModelKind::Decimal(_) => matches!(value, Stored::Decimal(_) | Stored::Int(_)),
        ModelKind::Bool => matches!(value, Stored::Bool(_)),
        ModelKind::Date => matches!(value, Stored::Date(_)),
        ModelKind::Time => matches!(value, Stored::Time(_)),
        ModelKind::Duration => matches!(value, Stored::Duration(_)),
        ModelKind::DateTime => matches!(value, Stored::DateTime(_)),
        ModelKind::Uuid => matches!(value, Stored::Uuid(_)),
        ModelKind::Bytes => matches!(value, Stored::Bytes(_)),
        ModelKind::Json | ModelKind::Value(_) => matches!(value, Stored::Json(_)),
        ModelKind::Ref { .. } => matches!(value, Stored::Ref(_)),
        ModelKind::ManyToMany { .. } => matches!(value, Stored::Refs(_)),
        ModelKind::OneToMany { .. } => false,
    }
}

fn scale_of(kind: ModelKind) -> Option<u8> {
    if let ModelKind::Decimal(scale) = kind {
        Some(scale)
    } else {
        None
    }
}

/// What a new record gets where a plan names no value; an absent default is null.
pub(crate) fn default_of(field: &ModelField) -> Result<Stored, String> {
    let wrong = |text: &str| {
        format!(
            "the default {text:?} of {} is not {}",
            field.name,
            kind_name(field.kind)
        )
    };
    let value = match (field.default, field.kind) {
        (None | Some(Literal::Null), _) => {
            return Ok(field.empty().map_or(Stored::Null, |text| Stored::Json(text.to_owned())));
        }
        (Some(Literal::Text(text)), ModelKind::Date) => Stored::Date(text.parse().map_err(|_| wrong(text))?),
        (Some(Literal::Text(text)), ModelKind::Time) => Stored::Time(text.parse().map_err(|_| wrong(text))?),
        (Some(Literal::Text(text)), ModelKind::Duration) => Stored::Duration(crate::decode::duration(text)?),
        (Some(Literal::Text(text)), ModelKind::DateTime) => Stored::DateTime(text.parse().map_err(|_| wrong(text))?),
        (Some(Literal::Text(text)), ModelKind::Uuid) => Stored::Uuid(text.parse().map_err(|_| wrong(text))?),
        (Some(Literal::Text(text)), ModelKind::Json) => Stored::Json(text.to_owned()),
        (Some(literal), _) => literal_value(literal).ok_or_else(|| wrong(&format!("{literal:?}")))?,
    };
    fitting(field, &value)
}

/// A literal by its own type.
pub(crate) fn literal_value(literal: Literal) -> Option<Stored> {
    match literal {
        Literal::Null => Some(Stored::Null),
        Literal::Text(text) => Some(Stored::Text(text.to_owned())),
        Literal::Int(number) => Some(Stored::Int(number)),
        Literal::Decimal(digits) => Decimal::from_str_exact(digits).ok().map(Stored::Decimal),
        Literal::Bool(flag) => Some(Stored::Bool(flag)),
    }
}

fn word(field: &ModelField, text: &str) -> Result<String, String> {
    if let ModelKind::Enum { words, open: false } = field.kind
        && !words.contains(&text)
    {
        return Err(format!("is none of {}", words.join(", ")));
    }
    within(field, text)
}

fn within(field: &ModelField, text: &str) -> Result<String, String> {
    if text.contains('\0') {
        return Err("contains the character U+0000, which no database keeps; remove it in the mapping".to_owned());
    }
    match field.max {
        Some(max) if text.chars().count() > max as usize => Err(format!(
            "has {} characters, the field holds {max}",
            text.chars().count()
        )),
        Some(_) | None => Ok(text.to_owned()),
    }
}

fn json(text: &str) -> Result<String, String> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("is not JSON: {error}")),
    }
}

fn decimal(scale: u8, value: Decimal) -> Result<Decimal, String> {
    let plain = value.normalize();
    let Some(missing) = u32::from(scale).checked_sub(plain.scale()) else {
        return Err(format!(
            "has {} digits after the point, the field holds {scale}: round it in the mapping",
            plain.scale()
        ));
    };
    let scaled = 10_i128
        .checked_pow(missing)
        .and_then(|factor| plain.mantissa().checked_mul(factor));
    match scaled {
        Some(scaled) if scaled.abs() < LIMIT => Ok(Decimal::from_i128_with_scale(scaled, u32::from(scale))),
        Some(_) | None => Err(format!(
            "is too large: the field holds {DIGITS} digits, {scale} of them after the point"
        )),
    }
}

fn day(date: Date) -> Result<Date, String> {
    if (1..=9999).contains(&date.year()) {
        Ok(date)
    } else {
        Err("is not in the years 1 to 9999".to_owned())
    }
}

fn moment(instant: Timestamp) -> Result<Timestamp, String> {
    micros(instant.subsec_nanosecond())?;
    day(instant.to_zoned(jiff::tz::TimeZone::UTC).date())?;
    // The last representable second has no fractions where instants are counted in microseconds.
    match Timestamp::from_microsecond(instant.as_microsecond()) {
        Ok(same) if same == instant => Ok(instant),
        Ok(_) | Err(_) => Err("is after the last instant that can be kept".to_owned()),
    }
}

fn length(lasting: SignedDuration) -> Result<SignedDuration, String> {
    micros(lasting.subsec_nanos())?;
    match i64::try_from(lasting.as_micros()) {
        Ok(_) => Ok(lasting),
        Err(_) => Err("is longer than the longest duration that can be kept".to_owned()),
    }
}

fn micros(nanoseconds: i32) -> Result<(), String> {
    if nanoseconds % 1000 == 0 {
        Ok(())
    } else {
        Err("is finer than a microsecond".to_owned())
    }
}

/// A kind in words, with its article.
pub(crate) fn kind_name(kind: ModelKind) -> String {
    match kind {
        ModelKind::Text => "a text".to_owned(),
        ModelKind::Int => "a whole number".to_owned(),
        ModelKind::Decimal(scale) => format!("a decimal({scale})"),
        ModelKind::Bool => "true or false".to_owned(),
        ModelKind::Date => "a date".to_owned(),
        ModelKind::Time => "a time".to_owned(),
        ModelKind::Duration => "a duration".to_owned(),
        ModelKind::DateTime => "an instant".to_owned(),
        ModelKind::Uuid => "a UUID".to_owned(),
        ModelKind::Bytes => "bytes".to_owned(),
        ModelKind::Json => "JSON".to_owned(),
        ModelKind::Value(of) => of.kind.noun().to_owned(),
        ModelKind::Enum { words, .. } => format!("one of {}", words.join(", ")),
        ModelKind::Ref { model, .. } => format!("a record of {model}"),
        ModelKind::OneToMany { model, .. } | ModelKind::ManyToMany { model } => format!("a list of records of {model}"),
    }
}

/// A value for people, cut where it is long.
pub(crate) fn shown(value: &Stored) -> String {
    match value {
        Stored::Null => "null".to_owned(),
        Stored::Text(text) | Stored::Json(text) => cut(text),
        Stored::Int(number) => number.to_string(),
        Stored::Decimal(number) => number.to_string(),
        Stored::Bool(flag) => flag.to_string(),
        Stored::Date(date) => date.to_string(),
        Stored::Time(time) => time.to_string(),
        Stored::Duration(lasting) => lasting.to_string(),
        Stored::DateTime(instant) => instant.to_string(),
        Stored::Uuid(uuid) => uuid.to_string(),
        Stored::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Stored::Ref(id) => format!("record {}", id.0),
        Stored::New(number) => format!("the record of write {number}"),
        Stored::Refs(ids) => format!(
            "records {}",
            ids.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn cut(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}
