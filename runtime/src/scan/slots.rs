//! Slots: what a payload was scanned into. One cell per leaf that rules read, decoded, or the range of its text.

use std::borrow::Cow;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::json::text::unescape;
use crate::mapper::Rec;
use crate::shape::Shape;

/// What a scan made of a payload. Holds the payload's text, borrowed or its own.
#[derive(Clone)]
pub struct Slots<'b> {
    text: Cow<'b, str>,
    shape: &'static Shape,
    cells: Vec<Slot>,
    unread: u64,
}

/// A range of the payload's text: the inside of a JSON string, digits, or raw JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// First byte.
    pub offset: u32,
    /// Bytes.
    pub length: u32,
    /// Whether it holds escapes of JSON.
    pub escaped: bool,
}

/// One leaf, decoded as its field says.
#[derive(Clone, Copy, Debug, Default)]
pub enum Slot {
    /// Not sent.
    #[default]
    Missing,
    /// Null, or a text that means it.
    Null,
    /// Sent, but not what the field says: the scan failed.
    Failed,
    /// Sent, and nobody reads it this time: only checked to be JSON.
    Unread,
    /// Text.
    Text(Text),
    /// Key of an external record, canonical.
    Key(Text),
    /// Raw JSON.
    Json(Text),
    /// Base64.
    Bytes(Text),
    /// Literal of a `default`, as JSON.
    Constant {
        /// The literal.
        literal: &'static str,
        /// What it is.
        kind: ConstantKind,
    },
    /// Whole number.
    Int(i64),
    /// A record of the inside.
    Ref(i64),
    /// Exact decimal.
    Decimal(Decimal),
    /// Float.
    Float(f64),
    /// Bool.
    Bool(bool),
    /// Day.
    Date(Date),
    /// Time of day.
    Time(Time),
    /// A length of time.
    Duration(SignedDuration),
    /// Instant.
    DateTime(Timestamp),
    /// UUID.
    Uuid(Uuid),
    /// A nested record is here: its leaves follow.
    Record(&'static Shape),
    /// A list: the cell of its first row.
    List {
        /// The cell before the leaves of the first row.
        first: u32,
        /// How many rows.
        count: u32,
        /// What is read of an element.
        shape: &'static Shape,
    },
    /// A map: rows with keys.
    Map {
        /// The cell before the leaves of the first row.
        first: u32,
        /// How many rows.
        count: u32,
        /// What is read of a value.
        shape: &'static Shape,
    },
    /// Stands before the leaves of a row.
    Row {
        /// The cell before the leaves of the next row.
        next: u32,
        /// Its key in a map.
        key: Text,
    },
}

/// What the literal of a `default` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstantKind {
    /// A text.
    Text,
    /// A key.
    Key,
    /// JSON.
    Json,
}

impl<'b> Slots<'b> {
    pub(crate) const fn new(text: Cow<'b, str>, shape: &'static Shape, cells: Vec<Slot>, unread: u64) -> Self {
        Self {
            text,
            shape,
            cells,
            unread,
        }
    }

    /// The record, where the payload is one.
    pub fn record<'s>(&'s self) -> Rec<'s> {
        Rec::new(self, self.shape, 0)
    }

    /// What was read.
    pub const fn shape(&self) -> &'static Shape {
        self.shape
    }

    /// The payload.
    pub fn payload(&self) -> &str {
        &self.text
    }

    /// How many fields were skipped, because no rule reads them or no declaration knows them.
    pub const fn unread(&self) -> u64 {
        self.unread
    }

    /// The same where it stands.
    #[inline(always)]
    pub(crate) fn slot(&self, position: u32) -> &Slot {
        self.cells.get(position as usize).unwrap_or(&Slot::Missing)
    }

    /// The cell at this position.
    pub(crate) fn cell(&self, position: u32) -> Slot {
        self.cells.get(position as usize).copied().unwrap_or_default()
    }

    /// The raw text of a range.
    pub(crate) fn raw(&self, text: Text) -> &str {
        let first = text.offset as usize;
        self.text.get(first..first + text.length as usize).unwrap_or_default()
    }

    /// The text of a range, without escapes.
    pub(crate) fn text(&self, text: Text) -> Cow<'_, str> {
        match text.escaped {
            false => Cow::Borrowed(self.raw(text)),
            true => Cow::Owned(unescape(self.raw(text))),
        }
    }

    /// The rows of a list or map: key and first leaf of each.
    pub(crate) fn rows(&self, first: u32, count: u32) -> impl Iterator<Item = (Text, u32)> {
        let mut at = first;
        (0..count).map_while(move |_| {
            let Slot::Row { next, key } = self.cell(at) else {
                return None;
            };
            let row = at + 1;
            at = next;
            Some((key, row))
        })
    }
}

impl std::fmt::Debug for Slots<'_> {
    /// Prints no value: they may be sensitive.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Slots({}, {} cells)", self.shape.name, self.cells.len())
    }
}
