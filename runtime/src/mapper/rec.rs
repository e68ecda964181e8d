//! A record of a payload, as rules see it: a handle of two words that gives values by slot.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::builtin::exact::Records;
use crate::builtin::text;
use crate::decode::simple_int;
use crate::fault::Fault;
use crate::json::text::unescape;
use crate::scan::{ConstantKind, Slot, Slots};
use crate::shape::Shape;
use crate::value::Val;

/// A record of a payload. Copied freely; what it gives was checked by the scan.
#[derive(Clone, Copy)]
pub struct Rec<'s> {
    row: Option<Row<'s>>,
}

/// Where the slots of a record are.
#[derive(Clone, Copy)]
struct Row<'s> {
    slots: &'s Slots<'s>,
    shape: &'static Shape,
    first: u32,
}

impl<'s> Rec<'s> {
    /// No record: every slot is missing.
    pub const ABSENT: Self = Self { row: None };

    /// The record whose slots begin there.
    pub(crate) const fn new(slots: &'s Slots<'s>, shape: &'static Shape, first: u32) -> Self {
        Self {
            row: Some(Row { slots, shape, first }),
        }
    }

    /// Whether there is a record.
    pub const fn is_present(&self) -> bool {
        self.row.is_some()
    }

    /// Whether both are the same record of the same payload.
    pub fn is(&self, other: &Self) -> bool {
        match (self.row, other.row) {
            (Some(left), Some(right)) => std::ptr::eq(left.slots, right.slots) && left.first == right.first,
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// What is read of it.
    pub fn shape(&self) -> Option<&'static Shape> {
        self.row.map(|row| row.shape)
    }

    /// The value of a slot; missing where there is no record.
    #[inline]
    pub fn get(&self, slot: u16) -> Val<'s> {
        let Some(sent) = self.sent(slot) else {
            return Val::Missing;
        };
        match sent.plain_text() {
            Some(text) => Val::Text(Cow::Borrowed(text)),
            None => sent.value(),
        }
    }

    /// The decimal of a slot that has one.
    pub fn decimal(&self, slot: u16) -> Result<Decimal, Fault> {
        match self.sent(slot).map(|sent| sent.slot()) {
            Some(Slot::Decimal(number)) => Ok(*number),
            _ => self.any_decimal(slot),
        }
    }

    #[cold]
    fn any_decimal(&self, slot: u16) -> Result<Decimal, Fault> {
        self.get(slot).into_decimal()
    }

    /// The text of a slot that has one.
    pub fn text(&self, slot: u16) -> Result<Cow<'s, str>, Fault> {
        match self.sent(slot).and_then(|sent| sent.plain_text()) {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.any_text(slot),
        }
    }

    #[cold]
    fn any_text(&self, slot: u16) -> Result<Cow<'s, str>, Fault> {
        self.get(slot).into_text()
    }

    /// The number that the key in a slot is.
    pub fn number(&self, slot: u16) -> Result<i64, Fault> {
        let sent = self.sent(slot);
        if let (Some(Slot::Key(text)), Some(sent)) = (sent.map(|sent| sent.slot()), sent)
            && let Some(number) = simple_int(sent.slots.raw(*text).as_bytes())
        {
            return Ok(number);
        }
        text::int(text::text(self.get(slot))?)?.into_int()
    }

    /// The records of a slot that is a list of them.
    pub fn records(&self, slot: u16) -> Result<Records<'s>, Fault> {
        let sent = self.sent(slot);
        if let (Some(&Slot::List { first, count, shape }), Some(sent)) = (sent.map(|sent| sent.slot()), sent) {
            let rows = sent.slots.rows(first, count);
            let records: Vec<Self> = rows.map(|(_, row)| Self::new(sent.slots, shape, row)).collect();
            return Ok(records.into());
        }
        let elements = self.get(slot).into_list()?;
        Ok(elements.iter().map(Val::rec).collect())
    }

    /// Where the value of a slot stands; absent where there is no record.
    #[inline]
    pub(super) fn sent(&self, slot: u16) -> Option<Sent<'s>> {
        let row = self.row?;
        Some(Sent {
            slots: row.slots,
            cell: row.first + u32::from(slot),
        })
    }

    /// The elements of a list slot; empty where there is none.
    pub fn list(&self, slot: u16) -> Vec<Val<'s>> {
        if let Val::List(list) = self.get(slot) {
            list
        } else {
            Vec::new()
        }
    }

    /// The one value of a list element that is no record.
    fn scalar_or_record(self, shape: &'static Shape) -> Val<'s> {
        match shape.fields {
            [field] if field.name.is_empty() => self.get(field.slot),
            _ => Val::Rec(self),
        }
    }
}

/// A value of a payload, where it stands.
#[derive(Clone, Copy)]
pub(super) struct Sent<'s> {
    slots: &'s Slots<'s>,
    cell: u32,
}

impl<'s> Sent<'s> {
    /// What the scan made of it.
    #[inline(always)]
    pub(super) fn slot(&self) -> &'s Slot {
        self.slots.slot(self.cell)
    }

    /// A text that stands in the payload as it is.
    #[inline(always)]
    fn plain_text(&self) -> Option<&'s str> {
        let Slot::Text(text) = self.slot() else { return None };
        let first = text.offset as usize;
        let inside = self.slots.payload().get(first..first + text.length as usize);
        inside.filter(|_| !text.escaped)
    }

    /// Whether the value can stay where it is: it is there, and not made of others.
    #[inline(always)]
    pub(super) fn stays(&self) -> bool {
        match self.slot() {
            Slot::Missing
            | Slot::Failed
            | Slot::Unread
            | Slot::Row { .. }
            | Slot::Record(_)
            | Slot::List { .. }
            | Slot::Map { .. }
            | Slot::Constant { .. } => false,
            Slot::Null
            | Slot::Text(_)
            | Slot::Key(_)
            | Slot::Json(_)
            | Slot::Bytes(_)
            | Slot::Int(_)
            | Slot::Ref(_)
            | Slot::Decimal(_)
            | Slot::Float(_)
            | Slot::Bool(_)
            | Slot::Date(_)
            | Slot::Time(_)
            | Slot::Duration(_)
            | Slot::DateTime(_)
            | Slot::Uuid(_) => true,
        }
    }

    /// The payload it stands in.
    pub(super) fn payload(&self) -> &'s str {
        self.slots.payload()
    }

    /// The value.
    pub(super) fn value(&self) -> Val<'s> {
        let slots = self.slots;
        match *self.slot() {
            Slot::Missing | Slot::Failed | Slot::Unread | Slot::Row { .. } => Val::Missing,
            Slot::Null => Val::Null,
            Slot::Text(text) => Val::Text(slots.text(text)),
            Slot::Key(text) => Val::Key(slots.text(text)),
            Slot::Json(text) => Val::Json(Cow::Borrowed(slots.raw(text))),
            Slot::Bytes(text) => Val::Bytes(Cow::Owned(crate::decode::bytes(&slots.text(text)))),
            Slot::Constant { literal, kind } => constant(literal, kind),
            Slot::Int(number) => Val::Int(number),
            Slot::Ref(id) => Val::Ref(crate::value::RecordId(id)),
            Slot::Decimal(number) => Val::Decimal(number),
            Slot::Float(number) => Val::Float(number),
            Slot::Bool(flag) => Val::Bool(flag),
            Slot::Date(date) => Val::Date(date),
            Slot::Time(time) => Val::Time(time),
            Slot::Duration(lasting) => Val::Duration(lasting),
            Slot::DateTime(instant) => Val::DateTime(instant),
            Slot::Uuid(uuid) => Val::Uuid(uuid),
            Slot::Record(shape) => Val::Rec(Rec::new(slots, shape, self.cell + 1)),
            Slot::List { first, count, shape } => Val::List(elements(slots, shape, first, count)),
            Slot::Map { first, count, shape } => Val::List(entries(slots, shape, first, count)),
        }
    }
}

impl std::fmt::Debug for Sent<'_> {
    /// Prints the place only: the value may be sensitive.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sent(cell {})", self.cell)
    }
}

/// The literal of a `default`.
fn constant<'s>(literal: &'static str, kind: ConstantKind) -> Val<'s> {
    let inside = literal
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(literal);
    match kind {
        ConstantKind::Text => Val::made(unescape(inside)),
        ConstantKind::Key => Val::Key(Cow::Owned(unescape(inside))),
        ConstantKind::Json => Val::Json(Cow::Borrowed(literal)),
    }
}

/// The elements of a list, in order.
fn elements<'s>(slots: &'s Slots<'s>, shape: &'static Shape, first: u32, count: u32) -> Vec<Val<'s>> {
    let rows = slots.rows(first, count);
    rows.map(|(_, row)| Rec::new(slots, shape, row).scalar_or_record(shape))
        .collect()
}

/// The entries of a map, in order: lists of key and value, which is what [`crate::builtin::list::get`] takes.
fn entries<'s>(slots: &'s Slots<'s>, shape: &'static Shape, first: u32, count: u32) -> Vec<Val<'s>> {
    let rows = slots.rows(first, count);
    let entry = |(key, row)| {
        Val::List(vec![
            Val::Text(slots.text(key)),
            Rec::new(slots, shape, row).scalar_or_record(shape),
        ])
    };
    rows.map(entry).collect()
}

impl std::fmt::Debug for Rec<'_> {
    /// Prints the shape only: values may be sensitive.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.row {
            Some(row) => write!(f, "Rec({} at {})", row.shape.name, row.first),
            None => f.write_str("Rec(absent)"),
        }
    }
}
