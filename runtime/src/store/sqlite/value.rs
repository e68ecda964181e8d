//! How SQLite keeps values: decimals scaled to integers, instants as microseconds, days and times as ISO text.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{Value, ValueRef};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::store::sql::table::Holds;
use crate::value::{RecordId, Stored};

/// A value that fits its field, as a parameter.
pub(super) fn parameter(value: &Stored) -> Result<Value, String> {
    Ok(match value {
        Stored::Null => Value::Null,
        Stored::Text(text) | Stored::Json(text) => Value::Text(text.clone()),
        Stored::Int(number) => Value::Integer(*number),
        Stored::Decimal(number) => Value::Integer(scaled(number)?),
        Stored::Bool(flag) => Value::Integer(i64::from(*flag)),
        Stored::Date(date) => Value::Text(date.to_string()),
        Stored::Time(time) => Value::Text(time.to_string()),
        Stored::DateTime(instant) => Value::Integer(instant.as_microsecond()),
        Stored::Uuid(uuid) => Value::Text(uuid.to_string()),
        Stored::Bytes(bytes) => Value::Blob(bytes.clone()),
        Stored::Ref(id) => Value::Integer(id.0),
        Stored::New(_) | Stored::Refs(_) => {
            return Err("a list or a record that is not there yet has no column".to_owned());
        }
    })
}

/// The same inside a JSON list of searched values.
pub(super) fn searched(value: &Stored) -> Result<serde_json::Value, String> {
    Ok(match parameter(value)? {
        Value::Null => serde_json::Value::Null,
        Value::Integer(number) => number.into(),
        Value::Text(text) => text.into(),
        Value::Real(_) | Value::Blob(_) => return Err("bytes cannot be searched".to_owned()),
    })
}

fn scaled(number: &Decimal) -> Result<i64, String> {
    i64::try_from(number.mantissa()).map_err(|_| format!("{number} has too many digits"))
}

/// How many, as SQLite counts.
pub(super) fn count<N: TryFrom<i64>>(row: &Row<'_>, column: usize) -> Result<N, rusqlite::Error> {
    let number: i64 = row.get(column)?;
    N::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// What a column holds, read back.
pub(super) fn stored(holds: Holds, value: ValueRef<'_>) -> Result<Stored, String> {
    match value {
        ValueRef::Null => Ok(Stored::Null),
        ValueRef::Integer(number) => from_integer(holds, number),
        ValueRef::Text(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|error| format!("text that is not UTF-8: {error}"))?;
            from_text(holds, text)
        }
        ValueRef::Blob(bytes) => match holds {
            Holds::Bytes => Ok(Stored::Bytes(bytes.to_vec())),
            Holds::Text
            | Holds::Int
            | Holds::Decimal(_)
            | Holds::Bool
            | Holds::Date
            | Holds::Time
            | Holds::DateTime
            | Holds::Uuid
            | Holds::Json
            | Holds::Ref => Err(format!("bytes where {} is kept", holds.words())),
        },
        ValueRef::Real(number) => Err(format!("{number} where {} is kept", holds.words())),
    }
}

fn from_integer(holds: Holds, number: i64) -> Result<Stored, String> {
    match holds {
        Holds::Int => Ok(Stored::Int(number)),
        Holds::Ref => Ok(Stored::Ref(RecordId(number))),
        Holds::Bool => Ok(Stored::Bool(number != 0)),
        Holds::Decimal(scale) => Ok(Stored::Decimal(Decimal::new(number, u32::from(scale)))),
        Holds::DateTime => Timestamp::from_microsecond(number)
            .map(Stored::DateTime)
            .map_err(|error| error.to_string()),
        Holds::Text | Holds::Date | Holds::Time | Holds::Uuid | Holds::Bytes | Holds::Json => {
            Err(format!("{number} where {} is kept", holds.words()))
        }
    }
}

fn from_text(holds: Holds, text: &str) -> Result<Stored, String> {
    let wrong = || format!("{text:?} where {} is kept", holds.words());
    match holds {
        Holds::Text => Ok(Stored::Text(text.to_owned())),
        Holds::Json => Ok(Stored::Json(text.to_owned())),
        Holds::Date => text.parse().map(Stored::Date).map_err(|_| wrong()),
        Holds::Time => text.parse().map(Stored::Time).map_err(|_| wrong()),
        Holds::Uuid => Uuid::parse_str(text).map(Stored::Uuid).map_err(|_| wrong()),
        Holds::Int | Holds::Ref | Holds::Bool | Holds::Decimal(_) | Holds::DateTime | Holds::Bytes => Err(wrong()),
    }
}
