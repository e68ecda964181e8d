//! How SQLite keeps values: decimals scaled to integers, instants as microseconds, days and times as ISO text.

use jiff::{SignedDuration, Timestamp};
use rusqlite::types::{ToSql, ToSqlOutput, Value as Held, ValueRef};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::store::database::Value;
use crate::store::sql::table::Holds;
use crate::value::{RecordId, Stored};

/// A value as a parameter.
pub(super) struct Bound<'v>(pub(super) Value<'v>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>, rusqlite::Error> {
        match self.0 {
            Value::Null => Ok(ToSqlOutput::Owned(Held::Null)),
            Value::Int(number) => Ok(ToSqlOutput::Owned(Held::Integer(number))),
            Value::Flag(flag) => Ok(ToSqlOutput::Owned(Held::Integer(i64::from(flag)))),
            Value::Text(text) => Ok(ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))),
            Value::Field(value) => {
                parameter(value).map_err(|reason| rusqlite::Error::ToSqlConversionFailure(reason.into()))
            }
        }
    }
}

/// A value that fits its field, as a parameter.
fn parameter(value: &Stored) -> Result<ToSqlOutput<'_>, String> {
    Ok(match value {
        Stored::Null => ToSqlOutput::Owned(Held::Null),
        Stored::Text(text) | Stored::Json(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Stored::Int(number) => ToSqlOutput::Owned(Held::Integer(*number)),
        Stored::Decimal(number) => ToSqlOutput::Owned(Held::Integer(scaled(number)?)),
        Stored::Bool(flag) => ToSqlOutput::Owned(Held::Integer(i64::from(*flag))),
        Stored::Date(date) => ToSqlOutput::Owned(Held::Text(date.to_string())),
        Stored::Time(time) => ToSqlOutput::Owned(Held::Text(time.to_string())),
        Stored::Duration(lasting) => ToSqlOutput::Owned(Held::Integer(micros(*lasting)?)),
        Stored::DateTime(instant) => ToSqlOutput::Owned(Held::Integer(instant.as_microsecond())),
        Stored::Uuid(uuid) => ToSqlOutput::Owned(Held::Text(uuid.to_string())),
        Stored::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        Stored::Ref(id) => ToSqlOutput::Owned(Held::Integer(id.0)),
        Stored::New(_) | Stored::Refs(_) => {
            return Err("a list or a record that is not there yet has no column".to_owned());
        }
    })
}

fn micros(lasting: SignedDuration) -> Result<i64, String> {
    i64::try_from(lasting.as_micros()).map_err(|_| format!("{lasting} is too long"))
}

fn scaled(number: &Decimal) -> Result<i64, String> {
    i64::try_from(number.mantissa()).map_err(|_| format!("{number} has too many digits"))
}

/// What a column holds, read back.
pub(super) fn stored(holds: Holds, value: Held) -> Result<Stored, String> {
    match value {
        Held::Null => Ok(Stored::Null),
        Held::Integer(number) => from_integer(holds, number),
        Held::Text(text) => from_text(holds, text),
        Held::Blob(bytes) => match holds {
            Holds::Bytes => Ok(Stored::Bytes(bytes)),
            Holds::Text
            | Holds::Int
            | Holds::Decimal(_)
            | Holds::Bool
            | Holds::Date
            | Holds::Time
            | Holds::Duration
            | Holds::DateTime
            | Holds::Uuid
            | Holds::Json
            | Holds::Ref => Err(format!("bytes where {} is kept", holds.words())),
        },
        Held::Real(number) => Err(format!("{number} where {} is kept", holds.words())),
    }
}

fn from_integer(holds: Holds, number: i64) -> Result<Stored, String> {
    match holds {
        Holds::Int => Ok(Stored::Int(number)),
        Holds::Ref => Ok(Stored::Ref(RecordId(number))),
        Holds::Bool => Ok(Stored::Bool(number != 0)),
        Holds::Decimal(scale) => Ok(Stored::Decimal(Decimal::new(number, u32::from(scale)))),
        Holds::Duration => Ok(Stored::Duration(SignedDuration::from_micros(number))),
        Holds::DateTime => Timestamp::from_microsecond(number)
            .map(Stored::DateTime)
            .map_err(|error| error.to_string()),
        Holds::Text | Holds::Date | Holds::Time | Holds::Uuid | Holds::Bytes | Holds::Json => {
            Err(format!("{number} where {} is kept", holds.words()))
        }
    }
}

fn from_text(holds: Holds, text: String) -> Result<Stored, String> {
    let wrong = |text: &str| format!("{text:?} where {} is kept", holds.words());
    match holds {
        Holds::Text => Ok(Stored::Text(text)),
        Holds::Json => Ok(Stored::Json(text)),
        Holds::Date => text.parse().map(Stored::Date).map_err(|_| wrong(&text)),
        Holds::Time => text.parse().map(Stored::Time).map_err(|_| wrong(&text)),
        Holds::Uuid => Uuid::parse_str(&text).map(Stored::Uuid).map_err(|_| wrong(&text)),
        Holds::Int
        | Holds::Ref
        | Holds::Bool
        | Holds::Decimal(_)
        | Holds::DateTime
        | Holds::Duration
        | Holds::Bytes => Err(wrong(&text)),
    }
}
