//! Values on their way from a payload to a record: what rules compute with. Missing, null, empty and zero are four things.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fault::Fault;
use crate::mapper::Rec;

/// Number of a record of the inside, unique per model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub i64);

impl RecordId {
    /// Numbers from here on stand for records that an import is going to make. No store gives them, and every JSON reader keeps them.
    const COMING: i64 = -(1 << 50);
    /// Numbers from here on stand for records that a plan creates.
    const OF_WRITE: i64 = -(1 << 52);

    /// A record that an import is going to make, while its rules run.
    pub(crate) fn coming(number: u32) -> Self {
        Self(Self::COMING + i64::from(number))
    }

    /// Which of the records that an import is going to make this is; absent: it exists.
    pub(crate) fn is_coming(self) -> Option<u32> {
        u32::try_from(self.0.checked_sub(Self::COMING)?).ok()
    }

    /// In the lists of a plan: the record that this write of the plan creates.
    pub fn of_write(number: u32) -> Self {
        Self(Self::OF_WRITE + i64::from(number))
    }

    /// The write of a plan that creates the record; absent: it exists.
    pub fn write(self) -> Option<u32> {
        u32::try_from(self.0.checked_sub(Self::OF_WRITE)?).ok()
    }
}

/// Key of an external record as canonical text: digits of an int, a text as it stands, a composite key as a JSON array of its parts.
///
/// `0` and the empty text are keys; absence is `Option::None`, never a special key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(pub String);

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an expression gives: a value, or why there is none.
pub type Out<'s> = Result<Val<'s>, Fault>;

/// What a rule gives: it has written its targets, or says why not.
pub type Ruled = Result<(), Fault>;

/// A value of a rule. Borrows from the payload where it can.
#[derive(Clone, Debug)]
pub enum Val<'s> {
    /// Not sent: leaves the target alone.
    Missing,
    /// Sent as null: clears the target.
    Null,
    /// Text.
    Text(Cow<'s, str>),
    /// Whole number.
    Int(i64),
    /// Exact decimal.
    Decimal(Decimal),
    /// Binary floating point; only ever received.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Day without time.
    Date(Date),
    /// Time of day without day.
    Time(Time),
    /// A length of time.
    Duration(SignedDuration),
    /// Instant.
    DateTime(Timestamp),
    /// UUID.
    Uuid(Uuid),
    /// Bytes.
    Bytes(Cow<'s, [u8]>),
    /// JSON text that nobody looks into.
    Json(Cow<'s, str>),
    /// Key of an external record, canonical text.
    Key(Cow<'s, str>),
    /// A record of the inside.
    Ref(RecordId),
    /// List.
    List(Vec<Val<'s>>),
    /// Record with named fields.
    Record(Vec<(&'static str, Val<'s>)>),
    /// Record of a payload.
    Rec(Rec<'s>),
    /// Record of the inside, as `load` gives it.
    Stored(Arc<StoredRecord>),
}

/// A value as the store holds it, and as a plan carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stored {
    /// SQL null.
    Null,
    /// Text.
    Text(String),
    /// Whole number.
    Int(i64),
    /// Exact decimal, scaled as its column says.
    #[serde(with = "rust_decimal::serde::str")]
    Decimal(Decimal),
    /// True or false.
    Bool(bool),
    /// Day.
    Date(Date),
    /// Time of day.
    Time(Time),
    /// A length of time, to the microsecond.
    Duration(SignedDuration),
    /// Instant, to the microsecond.
    DateTime(Timestamp),
    /// UUID.
    Uuid(Uuid),
    /// Bytes.
    Bytes(Vec<u8>),
    /// JSON text.
    Json(String),
    /// A record that exists.
    Ref(RecordId),
    /// A record that the same plan creates: the number of its write in [`crate::plan::Plan::writes`].
    New(u32),
    /// Records of a many-to-many field, in order; those of [`RecordId::of_write`] are created by the same plan.
    Refs(Vec<RecordId>),
}

/// A record of the inside with the fields that were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRecord {
    /// Its model.
    pub model: &'static crate::model::Model,
    /// Its number.
    pub id: RecordId,
    /// Counts its writes; a plan names the version it was computed from.
    pub version: i64,
    /// Field name and value, in the order asked for.
    pub fields: Vec<(&'static str, Stored)>,
}

impl StoredRecord {
    /// The value of a field that was asked for.
    pub fn get(&self, field: &str) -> Option<&Stored> {
        self.fields
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, value)| value)
    }

    /// The same as a rule takes it: lists, maps and records out of their text.
    pub fn value(&self, field: &str) -> Option<Val<'static>> {
        let stored = self.get(field)?;
        let kind = self.model.field(field).map(|field| field.kind);
        Some(match (stored, kind) {
            (Stored::Json(text), Some(crate::model::ModelKind::Value(of))) => crate::compound::value(text, of),
            _ => Val::from(stored),
        })
    }
}

impl<'s> Val<'s> {
    /// A constant text.
    pub const fn text(text: &'s str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A text that was made.
    pub const fn made(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// A constant decimal; digits that are none give the fault of [`crate::decode::decimal`].
    pub fn decimal(digits: &str) -> Out<'static> {
        let simple = crate::decode::simple_decimal(digits.as_bytes(), u32::MAX);
        simple
            .map_or_else(|| crate::decode::decimal(digits), Ok)
            .map(Val::Decimal)
    }

    /// Lets go of a value. Most have nothing that is given back, and those cost a comparison.
    #[inline(always)]
    pub(crate) fn let_go(self) {
        match self {
            Self::Missing
            | Self::Null
            | Self::Text(Cow::Borrowed(_))
            | Self::Int(_)
            | Self::Decimal(_)
            | Self::Bool(_)
            | Self::Rec(_) => std::mem::forget(self),
            Self::Text(Cow::Owned(_))
            | Self::Float(_)
            | Self::Date(_)
            | Self::Time(_)
            | Self::Duration(_)
            | Self::DateTime(_)
            | Self::Uuid(_)
            | Self::Bytes(_)
            | Self::Json(_)
            | Self::Key(_)
            | Self::Ref(_)
            | Self::List(_)
            | Self::Record(_)
            | Self::Stored(_) => drop(self),
        }
    }

    /// Missing or null.
    pub const fn is_absent(&self) -> bool {
        if let Self::Rec(record) = self {
            return !record.is_present();
        }
        matches!(self, Self::Missing | Self::Null)
    }

    /// Neither missing nor null.
    pub const fn is_present(&self) -> bool {
        !self.is_absent()
    }

    /// The record of a payload; [`Rec::ABSENT`] for anything else.
    pub const fn rec(&self) -> Rec<'s> {
        if let Self::Rec(record) = self {
            *record
        } else {
            Rec::ABSENT
        }
    }

    /// What it is, for messages: `a text`.
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Null => "null",
            Self::Text(_) => "a text",
            Self::Int(_) => "a whole number",
            Self::Decimal(_) => "a decimal",
            Self::Float(_) => "a float",
            Self::Bool(_) => "a bool",
            Self::Date(_) => "a date",
            Self::Time(_) => "a time",
            Self::Duration(_) => "a duration",
            Self::DateTime(_) => "a datetime",
            Self::Uuid(_) => "a uuid",
            Self::Bytes(_) => "bytes",
            Self::Json(_) => "json",
            Self::Key(_) => "an external key",
            Self::Ref(_) => "a reference",
            Self::List(_) => "a list",
            Self::Record(_) | Self::Rec(_) | Self::Stored(_) => "a record",
        }
    }

    /// The text; a fault for anything else.
    pub fn into_text(self) -> Result<Cow<'s, str>, Fault> {
        let (Self::Text(text) | Self::Key(text)) = self else {
            return Err(Fault::kind_of_value("a text", &self));
        };
        Ok(text)
    }

    /// The whole number; a fault for anything else.
    pub fn into_int(self) -> Result<i64, Fault> {
        let Self::Int(number) = self else {
            return Err(Fault::kind_of_value("a whole number", &self));
        };
        Ok(number)
    }

    /// The decimal, or the whole number as one; a fault for anything else.
    pub fn into_decimal(self) -> Result<Decimal, Fault> {
        if let Self::Int(number) = self {
            return Ok(Decimal::from(number));
        }
        let Self::Decimal(number) = self else {
            return Err(Fault::kind_of_value("a decimal", &self));
        };
        Ok(number)
    }

    /// The float; a fault for anything else.
    pub fn into_float(self) -> Result<f64, Fault> {
        let Self::Float(number) = self else {
            return Err(Fault::kind_of_value("a float", &self));
        };
        Ok(number)
    }

    /// True or false; a fault for anything else.
    pub fn into_bool(self) -> Result<bool, Fault> {
        let Self::Bool(flag) = self else {
            return Err(Fault::kind_of_value("a bool", &self));
        };
        Ok(flag)
    }

    /// The day; a fault for anything else.
    pub fn into_date(self) -> Result<Date, Fault> {
        let Self::Date(date) = self else {
            return Err(Fault::kind_of_value("a date", &self));
        };
        Ok(date)
    }

    /// The time of day; a fault for anything else.
    pub fn into_time(self) -> Result<Time, Fault> {
        let Self::Time(time) = self else {
            return Err(Fault::kind_of_value("a time", &self));
        };
        Ok(time)
    }

    /// The length of time; a fault for anything else.
    pub fn into_duration(self) -> Result<SignedDuration, Fault> {
        let Self::Duration(lasting) = self else {
            return Err(Fault::kind_of_value("a duration", &self));
        };
        Ok(lasting)
    }

    /// The instant; a fault for anything else.
    pub fn into_datetime(self) -> Result<Timestamp, Fault> {
        let Self::DateTime(instant) = self else {
            return Err(Fault::kind_of_value("a datetime", &self));
        };
        Ok(instant)
    }

    /// The UUID; a fault for anything else.
    pub fn into_uuid(self) -> Result<Uuid, Fault> {
        let Self::Uuid(uuid) = self else {
            return Err(Fault::kind_of_value("a uuid", &self));
        };
        Ok(uuid)
    }

    /// The bytes; a fault for anything else.
    pub fn into_bytes(self) -> Result<Cow<'s, [u8]>, Fault> {
        let Self::Bytes(bytes) = self else {
            return Err(Fault::kind_of_value("bytes", &self));
        };
        Ok(bytes)
    }

    /// The JSON text; a fault for anything else.
    pub fn into_json(self) -> Result<Cow<'s, str>, Fault> {
        let Self::Json(json) = self else {
            return Err(Fault::kind_of_value("json", &self));
        };
        Ok(json)
    }

    /// The record of the inside; a fault for anything else.
    pub fn into_ref(self) -> Result<RecordId, Fault> {
        let Self::Ref(id) = self else {
            return Err(Fault::kind_of_value("a reference", &self));
        };
        Ok(id)
    }

    /// The elements; a fault for anything else.
    pub fn into_list(self) -> Result<Vec<Self>, Fault> {
        let Self::List(list) = self else {
            return Err(Fault::kind_of_value("a list", &self));
        };
        Ok(list)
    }
}

impl From<&Stored> for Val<'_> {
    /// What a stored value is to a rule.
    fn from(stored: &Stored) -> Self {
        match stored {
            Stored::Null => Self::Null,
            Stored::Text(text) => Self::Text(Cow::Owned(text.clone())),
            Stored::Int(number) => Self::Int(*number),
            Stored::Decimal(number) => Self::Decimal(*number),
            Stored::Bool(flag) => Self::Bool(*flag),
            Stored::Date(date) => Self::Date(*date),
            Stored::Time(time) => Self::Time(*time),
            Stored::Duration(lasting) => Self::Duration(*lasting),
            Stored::DateTime(instant) => Self::DateTime(*instant),
            Stored::Uuid(uuid) => Self::Uuid(*uuid),
            Stored::Bytes(bytes) => Self::Bytes(Cow::Owned(bytes.clone())),
            Stored::Json(json) => Self::Json(Cow::Owned(json.clone())),
            Stored::Ref(id) => Self::Ref(*id),
            // Only plans hold records that are still to be created, and rules never read plans.
            Stored::New(_) => Self::Missing,
            Stored::Refs(ids) => Self::List(ids.iter().map(|id| Self::Ref(*id)).collect()),
        }
    }
}
