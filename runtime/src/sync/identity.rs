//! Key and time of change of external records: what tells one from another, and what tells newer from older.
//!
//! Both are kept as canonical text: a key as [`Key`] says, an instant as RFC 3339 in UTC, whatever the other side writes.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::adapter::Argument;
use crate::connector::ExternalType;
use crate::mapper::{Rec, canonical_key};
use crate::scan::{DecodeError, scan};
use crate::shape::{Codec, Field, Kind, Wire};
use crate::value::{Key, Val};

/// Key and revision of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The key.
    pub(crate) key: Key,
    /// The time of change; absent: the type has none, or the record says nothing.
    pub(crate) revision: Option<String>,
}

/// Reads key and time of change of a record.
pub(crate) fn identify(external: &'static ExternalType, bytes: &[u8]) -> Result<Identity, Vec<DecodeError>> {
    let slots = scan(external.key, bytes)?;
    let record = slots.record();
    let key = key_of(external, record).ok_or_else(|| vec![no_key(external)])?;
    let revision = match external.revision {
        Some(_) => revision(&record.get(external.key.slots.saturating_sub(1))),
        None => None,
    };
    Ok(Identity { key, revision })
}

fn no_key(external: &'static ExternalType) -> DecodeError {
    let fields = external.key.fields.iter().take(usize::from(external.key_parts));
    let names: Vec<&str> = fields.map(|field| field.name).collect();
    DecodeError {
        path: "$".to_owned(),
        place: external.key.fields.first().map_or("", |field| field.place),
        message: format!("a {} without a key: `{}` is absent", external.name, names.join("`, `")),
        value: None,
    }
}

/// The key in a record that was read with the key shape.
fn key_of(external: &'static ExternalType, record: Rec<'_>) -> Option<Key> {
    let parts: Vec<Val<'_>> = (0..external.key_parts).map(|slot| record.get(slot)).collect();
    match parts.as_slice() {
        [one] => canonical_key(one),
        _ => canonical_key(&Val::List(parts)),
    }
}

/// The key in a record that was read with the shape of a mapping; absent: the mapping does not read it.
pub(crate) fn key_in(external: &'static ExternalType, record: Rec<'_>) -> Option<Key> {
    let shape = record.shape()?;
    let names = external.key.fields.iter().take(usize::from(external.key_parts));
    let parts: Option<Vec<Val<'_>>> = names
        .map(|key| {
            shape
                .fields
                .iter()
                .find(|field| field.name == key.name)
                .map(|field| record.get(field.slot))
        })
        .collect();
    let parts = parts?;
    match parts.as_slice() {
        [one] => canonical_key(one),
        _ => canonical_key(&Val::List(parts)),
    }
}

/// The key of an element that is a bare number or text instead of a record.
pub(crate) fn bare_key(external: &'static ExternalType, element: &[u8]) -> Option<Key> {
    if external.key_parts != 1 {
        return None;
    }
    let field = external.key.fields.first()?;
    // The key shape reads the element as it would read it inside a record.
    let mut record = Vec::with_capacity(element.len() + field.name.len() + 5);
    record.extend_from_slice(b"{");
    record.extend_from_slice(serde_json::to_string(field.name).ok()?.as_bytes());
    record.extend_from_slice(b":");
    record.extend_from_slice(element);
    record.extend_from_slice(b"}");
    match identify(external, &record) {
        Ok(identity) => Some(identity.key),
        // The time of change is not in it, which may be an error of its own.
        Err(_) => loose_key(external, &record),
    }
}

/// The key of a record that cannot be read otherwise: its fields as they stand.
pub(crate) fn loose_key(external: &'static ExternalType, bytes: &[u8]) -> Option<Key> {
    let Ok(Value::Object(record)) = serde_json::from_slice(bytes) else {
        return None;
    };
    let fields = external.key.fields.iter().take(usize::from(external.key_parts));
    let parts: Option<Vec<Val<'static>>> = fields
        .map(|field| match record.get(field.name)? {
            Value::String(text) if !text.is_empty() && fits(field, text) => Some(Val::Text(text.clone().into())),
            Value::Number(number) if fits(field, &number.to_string()) => Some(Val::Text(number.to_string().into())),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                None
            }
        })
        .collect();
    match parts?.as_slice() {
        [one] => canonical_key(one),
        several => canonical_key(&Val::List(several.to_vec())),
    }
}

fn fits(field: &Field, text: &str) -> bool {
    match field.kind {
        Kind::Int | Kind::Key(crate::shape::KeyKind::Int) => text.parse::<i64>().is_ok(),
        Kind::Text
        | Kind::Decimal(_)
        | Kind::Float
        | Kind::Bool
        | Kind::Date
        | Kind::Time
        | Kind::Duration
        | Kind::DateTime
        | Kind::Uuid
        | Kind::Bytes
        | Kind::Json
        | Kind::Enum { .. }
        | Kind::Key(crate::shape::KeyKind::Text)
        | Kind::Ref
        | Kind::Record(_)
        | Kind::List(_)
        | Kind::Map(_) => true,
    }
}

/// A time of change as canonical text.
fn revision(value: &Val<'_>) -> Option<String> {
    match value {
        Val::DateTime(instant) => Some(instant.to_string()),
        Val::Date(date) => Some(date.to_string()),
        Val::Int(number) => Some(number.to_string()),
        Val::Decimal(number) => Some(number.to_string()),
        Val::Text(text) | Val::Key(text) => Some(text.clone().into_owned()),
        Val::Missing
        | Val::Null
        | Val::Float(_)
        | Val::Bool(_)
        | Val::Time(_)
        | Val::Duration(_)
        | Val::Uuid(_)
        | Val::Bytes(_)
        | Val::Json(_)
        | Val::Ref(_)
        | Val::List(_)
        | Val::Record(_)
        | Val::Rec(_)
        | Val::Stored(_) => None,
    }
}

/// Which of two times of change is later.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    if let (Ok(left), Ok(right)) = (left.parse::<Timestamp>(), right.parse::<Timestamp>()) {
        return left.cmp(&right);
    }
    match (Digits::of(left), Digits::of(right)) {
        (Some(left), Some(right)) => left.compare(&right),
        (Some(_) | None, _) => left.cmp(right),
    }
}

/// A number of any length, as it is written: version counters may be longer than any type of number.
struct Digits<'t> {
    is_negative: bool,
    /// Without leading zeros.
    whole: &'t str,
    /// Without zeros at its end.
    fraction: &'t str,
}

impl<'t> Digits<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut digits = whole.bytes().chain(fraction.bytes());
        if unsigned.len() <= usize::from(unsigned.contains('.')) || !digits.all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            is_negative: text.starts_with('-') && !is_zero,
            whole,
            fraction,
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let size = |number: &Self| (number.whole.len(), number.whole.to_owned(), number.fraction.to_owned());
        match (self.is_negative, other.is_negative) {
            (false, false) => size(self).cmp(&size(other)),
            (true, true) => size(other).cmp(&size(self)),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

/// The later of two times of change.
pub(crate) fn later(left: Option<String>, right: Option<String>) -> Option<String> {
    match (left, right) {
        (Some(left), Some(right)) if compare(&left, &right).is_lt() => Some(right),
        (Some(left), _) => Some(left),
        (None, right) => right,
    }
}

/// A time of change, some time earlier, as the other side writes it. A text that is no time is passed as it stands.
pub(crate) fn since_argument(
    external: &'static ExternalType,
    wire: Wire,
    revision: &str,
    overlap_ms: u64,
) -> Result<Argument, String> {
    let Ok(instant) = read_time(revision) else {
        return Ok(match revision.parse::<i64>() {
            Ok(number) if is_epoch(external) => Argument::Int(number.saturating_sub_unsigned(overlap_ms / 1000)),
            Ok(number) => Argument::Int(number),
            Err(_) => Argument::Text(revision.to_owned()),
        });
    };
    let overlap = SignedDuration::from_millis(i64::try_from(overlap_ms).unwrap_or(i64::MAX));
    let from = instant.checked_sub(overlap).unwrap_or(Timestamp::MIN);
    let Some(field) = since_field(external) else {
        return Argument::of(&Val::DateTime(from), wire).map_err(|error| error.to_string());
    };
    match (field.codec, field.kind) {
        (Codec::Format(format), _) => {
            let zone = field.zone.unwrap_or("UTC");
            let local = from.in_tz(zone).map_err(|error| format!("{}: {error}", field.place))?;
            Ok(Argument::Text(local.strftime(format).to_string()))
        }
        (Codec::Epoch, _) => Ok(Argument::Int(from.as_second())),
        (_, Kind::Date) => Ok(Argument::Text(
            from.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
        )),
        (Codec::Wire | Codec::Text | Codec::Number | Codec::Flag | Codec::TextOrNumber, _) => {
            Argument::of(&Val::DateTime(from), wire).map_err(|error| error.to_string())
        }
    }
}

/// Why this text is no time of change of a type: one that nothing understands would list nothing, and look like a success.
pub(crate) fn check_since(external: &'static ExternalType, text: &str) -> Result<(), String> {
    let is_time = read_time(text).is_ok();
    let (fits, expected) = match since_field(external).map(|field| (field, field.kind, field.codec)) {
        Some((_, Kind::Date | Kind::DateTime, Codec::Epoch)) => (
            is_time || text.parse::<i64>().is_ok(),
            "2026-06-26, 2026-06-26T15:55:25Z, or seconds since 1970".to_owned(),
        ),
        Some((field, Kind::Date | Kind::DateTime, Codec::Format(format))) => {
            let zone = crate::builtin::date::zone_named(field.zone.unwrap_or("UTC"));
            let as_written = zone.is_ok_and(|zone| crate::decode::moment::formatted(text, format, &zone).is_ok());
            (
                is_time || as_written,
                format!("2026-06-26, 2026-06-26T15:55:25Z, or a time as `{format}`"),
            )
        }
        Some((_, Kind::Int, _)) => (is_time || text.parse::<i64>().is_ok(), "a whole number".to_owned()),
        Some((_, Kind::Date | Kind::DateTime, _)) | None => (
            is_time,
            "2026-06-26, 2026-06-26 15:55:25, or 2026-06-26T15:55:25Z".to_owned(),
        ),
        Some(_) => (!text.trim().is_empty(), "a text that is not blank".to_owned()),
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "{} is no time from which {} can be listed; write {expected}",
        crate::fault::quoted(text),
        external.name
    ))
}

/// An instant, or a day or local time in UTC: what people type and what cursors hold.
fn read_time(text: &str) -> Result<Timestamp, jiff::Error> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let local: jiff::civil::DateTime = match text.parse::<jiff::civil::Date>() {
        Ok(date) if text.len() <= 10 => date.to_datetime(jiff::civil::Time::midnight()),
        Ok(_) | Err(_) => text.parse()?,
    };
    Ok(local.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp())
}

fn since_field(external: &'static ExternalType) -> Option<&'static Field> {
    let name = external.revision?;
    external.key.fields.iter().find(|field| field.name == name)
}

fn is_epoch(external: &'static ExternalType) -> bool {
    since_field(external).is_some_and(|field| field.codec == Codec::Epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_to_their_last_digit() {
        let long = "100000000000000000000000000000";
        for (left, right, order) in [
            ("9", "10", Ordering::Less),
            ("1.50", "1.5", Ordering::Equal),
            ("-2", "1", Ordering::Less),
            ("-2", "-10", Ordering::Greater),
            ("-0", "0", Ordering::Equal),
            ("0.25", "0.3", Ordering::Less),
            (&format!("{long}1"), &format!("{long}2"), Ordering::Less),
            (&format!("{long}.00000000001"), long, Ordering::Greater),
            (&format!("9{long}"), &format!("10{long}"), Ordering::Less),
            ("a10", "a9", Ordering::Less),
            ("1.", ".", Ordering::Greater),
        ] {
            assert_eq!(compare(left, right), order, "{left} {right}");
        }
    }
}
