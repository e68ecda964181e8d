//! Searched values as they stand in the JSON list of a statement, in the form that the database compares.

use crate::value::Stored;

use super::Dialect;

/// A value in a list of searched values.
pub(crate) fn searched(dialect: Dialect, value: &Stored) -> Result<serde_json::Value, String> {
    match dialect {
        Dialect::Sqlite => for_sqlite(value),
        Dialect::Postgres => for_postgres(value),
    }
}

/// As its columns hold them: decimals scaled to integers, instants as microseconds.
fn for_sqlite(value: &Stored) -> Result<serde_json::Value, String> {
    Ok(match value {
        Stored::Decimal(number) => i64::try_from(number.mantissa())
            .map_err(|_| format!("{number} has too many digits"))?
            .into(),
        Stored::Bool(flag) => i64::from(*flag).into(),
        Stored::DateTime(instant) => instant.as_microsecond().into(),
        Stored::Null
        | Stored::Text(_)
        | Stored::Int(_)
        | Stored::Date(_)
        | Stored::Time(_)
        | Stored::Duration(_)
        | Stored::Uuid(_)
        | Stored::Bytes(_)
        | Stored::Json(_)
        | Stored::Ref(_)
        | Stored::New(_)
        | Stored::Refs(_) => alike(value)?,
    })
}

/// As text that the server casts to the column's type; numbers that fit stay numbers.
fn for_postgres(value: &Stored) -> Result<serde_json::Value, String> {
    Ok(match value {
        Stored::Decimal(number) => number.to_string().into(),
        Stored::Bool(flag) => (*flag).into(),
        Stored::DateTime(instant) => instant.to_string().into(),
        Stored::Null
        | Stored::Text(_)
        | Stored::Int(_)
        | Stored::Date(_)
        | Stored::Time(_)
        | Stored::Duration(_)
        | Stored::Uuid(_)
        | Stored::Bytes(_)
        | Stored::Json(_)
        | Stored::Ref(_)
        | Stored::New(_)
        | Stored::Refs(_) => alike(value)?,
    })
}

fn alike(value: &Stored) -> Result<serde_json::Value, String> {
    Ok(match value {
        Stored::Null => serde_json::Value::Null,
        // No column holds the character that no database keeps.
        Stored::Text(text) | Stored::Json(text) if text.contains('\0') => serde_json::Value::Null,
        Stored::Text(text) | Stored::Json(text) => text.as_str().into(),
        Stored::Int(number) => (*number).into(),
        Stored::Date(date) => date.to_string().into(),
        Stored::Time(time) => time.to_string().into(),
        Stored::Duration(lasting) => lasting.to_string().into(),
        Stored::Uuid(uuid) => uuid.to_string().into(),
        Stored::Ref(id) => id.0.into(),
        Stored::Bytes(_) => return Err("bytes cannot be searched".to_owned()),
        Stored::Decimal(_) | Stored::Bool(_) | Stored::DateTime(_) | Stored::New(_) | Stored::Refs(_) => {
            return Err("a list or a record that is not there yet has no column".to_owned());
        }
    })
}
