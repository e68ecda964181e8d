//! Values on their way to another system.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::shape::Wire;
use crate::value::Val;

/// A value that a caller passes to an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// Not passed: the entry that would hold it is left out.
    Absent,
    /// `null`
    Null,
    /// Text; dates, instants and keys are already written as the wire wants them.
    Text(String),
    /// Whole number.
    Int(i64),
    /// Exact decimal.
    Decimal(Decimal),
    /// Binary floating point, digits as they are written.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// List.
    List(Vec<Argument>),
    /// Record with named fields, order kept.
    Record(Vec<(String, Argument)>),
}

/// A record of a payload or of the store cannot be an argument; its fields can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a whole record cannot be passed to an operation; pass its fields")]
pub struct NotAnArgument;

impl Argument {
    /// The value as this wire writes it.
    pub fn of(value: &Val<'_>, wire: Wire) -> Result<Self, NotAnArgument> {
        Ok(match value {
            Val::Missing => Self::Absent,
            Val::Null => Self::Null,
            Val::Text(text) | Val::Key(text) | Val::Json(text) => Self::Text(text.to_string()),
            Val::Int(number) => Self::Int(*number),
            Val::Decimal(number) => Self::Decimal(*number),
            Val::Float(number) => Self::Float(*number),
            Val::Bool(flag) => Self::Bool(*flag),
            Val::Date(date) => Self::Text(date.to_string()),
            Val::Time(time) => Self::Text(time.to_string()),
            Val::Duration(lasting) => Self::Text(lasting.to_string()),
            Val::DateTime(instant) => Self::Text(written(*instant, wire)),
            Val::Uuid(uuid) => Self::Text(uuid.to_string()),
            Val::Bytes(bytes) => Self::Text(base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes)),
            Val::Ref(id) => Self::Int(id.0),
            Val::List(items) => Self::List(
                items
                    .iter()
                    .map(|item| Self::of(item, wire))
                    .collect::<Result<_, _>>()?,
            ),
            Val::Record(fields) => Self::Record(
                fields
                    .iter()
                    .map(|(name, value)| Ok((String::from(*name), Self::of(value, wire)?)))
                    .collect::<Result<_, _>>()?,
            ),
            Val::Rec(_) | Val::Stored(_) => return Err(NotAnArgument),
        })
    }
}

fn written(instant: jiff::Timestamp, wire: Wire) -> String {
    match wire {
        Wire::Php => instant
            .to_zoned(TimeZone::UTC)
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        Wire::Json | Wire::Xml => instant.to_string(),
    }
}
