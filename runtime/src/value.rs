//! Values on their way from a payload to a record: what rules compute with. Missing, null, empty and zero are four things.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::mapper::Rec;

/// Number of a record of the inside, unique per model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub i64);

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
    /// Records of a many-to-many field, in order.
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
}
