//! A record straight to a line of JSON: each rule writes its field where the line grows, and no row of values is made.
//!
//! Writes what [`Row::write_values`] writes, byte for byte, or nothing at all: where a rule fails, a value does not fit or a field comes
//! before one that was written, the record is left to the row, which says what is wrong.

use std::collections::HashSet;
use std::ptr;

use rust_decimal::Decimal;

use crate::json::out::{Name, NameMark, Out, Put};
use crate::json::plain::{put_short, same_bytes};
use crate::json::writer::{Layout, Writer, put_date, put_fixed, put_whole};
use crate::mapper::rec::Sent;
use crate::mapper::written::{push_sent, push_value};
use crate::mapper::{
    ChildKey, Eval, Mapper, MapperInfo, Mode, Origin, Rec, Resolved, Row, Run, Runs, Sources, Via, Write, WriteTo,
    canonical_key,
};
use crate::model::{ModelField, ModelKind};
use crate::scan::Slot;
use crate::value::{Key, Ruled, Val};

/// A mapping whose records can be written at once: its rules stand in the order of the fields, and it asks nobody.
#[derive(Clone, Copy, Debug)]
pub struct Direct {
    mapper: &'static dyn Mapper,
    /// Whether no rule of it, and none of its children, has an `only`.
    always: bool,
}

impl Direct {
    /// Absent: records of this mapping need a row.
    pub fn of(mapper: &'static dyn Mapper) -> Option<Self> {
        let info = mapper.info();
        let mut fields = info.model.fields.iter().enumerate();
        let is_written = |index| info.writes.iter().any(|write| write.index == index);
        let is_whole = fields.all(|(index, field)| !field.required_on_create() || is_written(index));
        let mut seen = Vec::new();
        let is_direct = is_whole && writes_in_order(info, &mut seen);
        let mut rules = seen.iter().flat_map(|info| info.rules);
        let always = rules.all(|rule| rule.when == Runs::Always);
        is_direct.then_some(Self { mapper, always })
    }

    /// Appends the record, children included, all of them new. False: nothing is appended, and a row has to be made.
    pub fn write<'s>(&self, sources: &Sources<'s>, resolved: &Resolved, run: &Run<'s>, out: &mut Out) -> bool {
        let begin = out.len();
        let mut row = Row::empty(self.mapper.info());
        row.line = Some(Line {
            out: std::mem::take(out),
            next: 0,
            creates: run.creates(),
            runs: run.word(),
            always: self.always,
        });
        row.asks_rules();
        row.write_record(&Eval::new(sources, resolved, run));
        let Some(line) = row.line else { return false };
        *out = line.out;
        let is_written = line.next != BROKEN;
        if !is_written {
            out.truncate(begin);
        }
        is_written
    }
}

/// Whether the rules of a mapping and of its children write field after field, and nothing else is done with what they write.
fn writes_in_order(info: &'static MapperInfo, seen: &mut Vec<&'static MapperInfo>) -> bool {
    if seen.iter().any(|known| ptr::eq(*known, info)) {
        return true;
    }
    seen.push(info);
    let targets = info.rules.iter().flat_map(|rule| rule.targets);
    let in_order = targets.is_sorted_by(|one, other| one < other);
    let fields_only = info.writes.iter().all(|write| write.to == WriteTo::Field);
    let nothing_else = info.stops.is_empty() && info.checks.is_empty();
    let mut below = info.vias.iter().map(|via| via.mapper.info());
    in_order && fields_only && nothing_else && below.all(|child| is_near(child) && writes_in_order(child, seen))
}

/// Whether a child reads nothing but its element and the record around it.
fn is_near(info: &MapperInfo) -> bool {
    let mut sources = info.sources.iter();
    sources.all(|source| matches!(source.origin, Origin::Main | Origin::Enclosing))
}

/// No target is as far behind: a rule failed, or wrote out of order.
const BROKEN: usize = usize::MAX;

/// The line that grows.
#[derive(Clone, Debug)]
pub(super) struct Line {
    out: Out,
    /// The first target that may be written next; [`BROKEN`] where none may.
    next: usize,
    /// Whether a field that a new record needs must be written.
    creates: bool,
    /// Slots whose rules run, if 64 bits hold them; all are set where every rule runs that runs always.
    pub(super) runs: Option<u64>,
    /// Whether no rule has an `only`.
    always: bool,
}

impl Line {
    /// The field of the next target; absent where another one is written.
    #[inline(always)]
    fn field(&self, info: &'static MapperInfo, target: usize) -> Option<(&'static Write, &'static ModelField)> {
        let write = info.writes.get(target).filter(|_| target == self.next)?;
        Some((write, info.model.fields.get(write.index)?))
    }

    /// Writes what was sent, if it is the next field and stands in its payload as most do; false: nothing is written.
    #[inline(always)]
    pub(super) fn takes_sent(&mut self, info: &'static MapperInfo, target: usize, sent: &Sent<'_>) -> bool {
        let Some((write, field)) = self.field(info, target) else {
            return false;
        };
        let is_taken = match (sent.slot(), field.kind) {
            (Slot::Text(text), ModelKind::Text) if field.max.is_none_or(|max| text.length <= max) => {
                let from = sent.payload().as_bytes().get(text.offset as usize..);
                from.is_some_and(|from| self.out.takes_field(&write.mark, from, text.length as usize))
            }
            (Slot::Null, _) if field.nullable => self.takes_null(&write.mark),
            (Slot::Bool(flag), ModelKind::Bool) => self.takes_bool(write, *flag),
            (Slot::Decimal(number), ModelKind::Decimal(scale)) => {
                let number = *number;
                self.out
                    .takes(&write.mark, |room| put_fixed(room, number, usize::from(scale)))
            }
            (Slot::Int(number), ModelKind::Int) => self.out.takes(&write.mark, |room| put_whole(room, *number)),
            (Slot::Date(date), ModelKind::Date) => self.out.takes(&write.mark, |room| put_date(room, *date)),
            (_, _) => false,
        };
        self.next += usize::from(is_taken);
        is_taken
    }

    /// The same for a text only.
    #[inline(always)]
    pub(super) fn takes_sent_text(&mut self, info: &'static MapperInfo, target: usize, sent: &Sent<'_>) -> bool {
        let (Some((write, field)), Slot::Text(text)) = (self.field(info, target), sent.slot()) else {
            return false;
        };
        if !matches!(field.kind, ModelKind::Text) || field.max.is_some_and(|max| text.length > max) {
            return false;
        }
        let from = sent.payload().as_bytes().get(text.offset as usize..);
        let is_taken = from.is_some_and(|from| self.out.takes_field(&write.mark, from, text.length as usize));
        self.next += usize::from(is_taken);
        is_taken
    }

    /// Writes a decimal, if it is the next field and its column has as many digits; false: nothing is written.
    #[inline(always)]
    pub(super) fn takes_decimal(&mut self, info: &'static MapperInfo, target: usize, number: Decimal) -> bool {
        let Some((write, field)) = self.field(info, target) else {
            return false;
        };
        let ModelKind::Decimal(scale) = field.kind else {
            return false;
        };
        let is_taken = self
            .out
            .takes(&write.mark, |room| put_fixed(room, number, usize::from(scale)));
        self.next += usize::from(is_taken);
        is_taken
    }

    /// The same for a whole number.
    #[inline(always)]
    pub(super) fn takes_int(&mut self, info: &'static MapperInfo, target: usize, number: i64) -> bool {
        let Some((write, _)) = self
            .field(info, target)
            .filter(|(_, field)| matches!(field.kind, ModelKind::Int))
        else {
            return false;
        };
        let is_taken = self.out.takes(&write.mark, |room| put_whole(room, number));
        self.next += usize::from(is_taken);
        is_taken
    }

    /// The same for a text.
    #[inline(always)]
    pub(super) fn takes_text(&mut self, info: &'static MapperInfo, target: usize, text: &str) -> bool {
        let Some((write, field)) = self.field(info, target) else {
            return false;
        };
        let fits = matches!(field.kind, ModelKind::Text) && field.max.is_none_or(|max| text.len() <= max as usize);
        let is_taken = fits && self.out.takes(&write.mark, |room| put_short(room, text.as_bytes()));
        self.next += usize::from(is_taken);
        is_taken
    }

    #[inline(always)]
    fn takes_null(&mut self, mark: &NameMark) -> bool {
        self.out.takes(mark, |room| {
            room[..4].copy_from_slice(b"null");
            Some(4)
        })
    }

    #[inline(always)]
    fn takes_bool(&mut self, write: &'static Write, flag: bool) -> bool {
        let (word, length) = if flag { (b"true\0", 4) } else { (b"false", 5) };
        self.out.takes(&write.mark, |room| {
            room[..5].copy_from_slice(word);
            Some(length)
        })
    }

    /// The same for a value.
    #[inline(always)]
    pub(super) fn takes(&mut self, info: &'static MapperInfo, target: usize, value: &Val<'_>) -> bool {
        let Some((write, field)) = self.field(info, target) else {
            return false;
        };
        let is_taken = match (value, field.kind) {
            (Val::Text(text), ModelKind::Text) if field.max.is_none_or(|max| text.len() <= max as usize) => {
                self.out.takes(&write.mark, |room| put_short(room, text.as_bytes()))
            }
            (Val::Decimal(number), ModelKind::Decimal(scale)) => self
                .out
                .takes(&write.mark, |room| put_fixed(room, *number, usize::from(scale))),
            (Val::Int(number), ModelKind::Int) => self.out.takes(&write.mark, |room| put_whole(room, *number)),
            (Val::Null, _) if field.nullable => self.takes_null(&write.mark),
            (Val::Bool(flag), ModelKind::Bool) => self.takes_bool(write, *flag),
            (Val::Date(date), ModelKind::Date) => self.out.takes(&write.mark, |room| put_date(room, *date)),
            (_, _) => false,
        };
        self.next += usize::from(is_taken);
        is_taken
    }

    /// A field of a record that is made.
    pub(super) fn put_made(&mut self, name: &'static Name, value: Val<'_>) {
        let is_put = if let Val::Text(text) = &value {
            self.out.takes(name.mark(), |room| put_short(room, text.as_bytes()))
        } else if let Val::Int(number) = &value {
            self.out.takes(name.mark(), |room| put_whole(room, *number))
        } else if let Val::Null = &value {
            self.takes_null(name.mark())
        } else {
            matches!(value, Val::Missing)
        };
        if !is_put {
            self.out.put_text_name(name);
            Writer::new(&mut self.out, Layout::Line).value(&value);
        }
        value.let_go();
    }

    /// The same for what was sent, if it stands in its payload as most do; false: nothing is written.
    pub(super) fn takes_made(&mut self, name: &'static Name, sent: &Sent<'_>) -> bool {
        if let Slot::Text(text) = sent.slot()
            && !text.escaped
        {
            let from = sent.payload().as_bytes().get(text.offset as usize..);
            return from.is_some_and(|from| self.out.takes_field(name.mark(), from, text.length as usize));
        }
        matches!(sent.slot(), Slot::Null) && self.takes_null(name.mark())
    }

    /// Closes a record that begins there.
    pub(super) fn close(&mut self, begin: usize) {
        if self.out.len() == begin {
            self.out.put(",");
        }
        // A brace stands where the comma before the first name does.
        self.out.replace(begin, b'{');
        self.out.put("}");
    }

    /// Whether the targets before this one may stay unwritten.
    #[cold]
    fn may_skip(&self, info: &'static MapperInfo, target: usize) -> bool {
        self.next < target && !(self.creates && needs_any(info, self.next, target))
    }

    /// The record is left to a row.
    pub(super) fn give_up(&mut self) {
        self.next = BROKEN;
    }
}

impl<'s> Row<'s> {
    /// `=` for a value.
    pub(super) fn write_now(&mut self, target: usize, value: &Val<'s>) {
        if !matches!(value, Val::Missing) {
            let written = self.next_field(target).and_then(|(out, write, field)| {
                out.put_name(&write.mark, write.name);
                push_value(out, value, field).ok()
            });
            self.went(written);
        }
    }

    /// `=` for what was sent.
    pub(super) fn sent_now(&mut self, target: usize, sent: &Sent<'s>) -> Ruled {
        if !sent.stays() {
            self.write_now(target, &sent.value());
            return Ok(());
        }
        let written = self
            .next_field(target)
            .and_then(|(out, write, field)| push_sent(out, write, sent, field).ok());
        self.went(written);
        Ok(())
    }

    /// `= E via M`: each child behind the other.
    pub(super) fn children_now(
        &mut self,
        e: &Eval<'_, 's>,
        via: &'static Via,
        records: &[Rec<'s>],
        params: &[Val<'s>],
    ) -> Ruled {
        let written = self.children_in_place(e, via, records, params);
        self.went(written);
        Ok(())
    }

    fn went(&mut self, written: Option<()>) {
        if let (None, Some(line)) = (written, &mut self.line) {
            line.give_up();
        }
    }

    /// Where a target is written; absent where it comes too late.
    #[inline(always)]
    fn next_field(&mut self, target: usize) -> Option<(&mut Out, &'static Write, &'static ModelField)> {
        let info = self.info();
        let line = self.line.as_mut()?;
        if target != line.next && !line.may_skip(info, target) {
            return None;
        }
        let write = info.writes.get(target)?;
        line.next = target + 1;
        Some((&mut line.out, write, info.model.fields.get(write.index)?))
    }

    /// Keeps whether rules have to be asked whether they run.
    fn asks_rules(&mut self) {
        let all = |line: &Line| line.always && line.runs == Some(u64::MAX);
        self.runs_all = self.line.as_ref().is_some_and(all);
    }

    /// Runs the rules of a record between its braces.
    fn write_record(&mut self, e: &Eval<'_, 's>) {
        let info = self.info();
        let Some(line) = &self.line else { return };
        let begin = line.out.len();
        e.mapper().map(e, self);
        let Some(line) = &mut self.line else { return };
        let last = info.writes.len();
        if line.next < last && line.creates && needs_any(info, line.next, last) {
            line.give_up();
        }
        line.close(begin);
    }

    /// Where a record begins that is made for a target.
    pub(super) fn begins_made(&mut self, target: usize) -> Option<usize> {
        let begun = self.next_field(target).and_then(|(out, write, field)| {
            out.put_name(&write.mark, write.name);
            matches!(field.kind, ModelKind::Json).then_some(out.len())
        });
        self.went(begun.map(|_| ()));
        begun
    }

    fn children_in_place(
        &mut self,
        e: &Eval<'_, 's>,
        via: &'static Via,
        records: &[Rec<'s>],
        params: &[Val<'s>],
    ) -> Option<()> {
        keys_differ(via.key, records)?;
        let (out, write, _) = self.next_field(via.target)?;
        out.put_name(&write.mark, write.name);
        out.put("[");
        let sources = Sources::new(via.mapper, Rec::ABSENT).within(e.sources().main(), params.to_vec());
        let (above, line) = (self.info(), self.line.as_mut()?);
        let (creates, runs) = (line.creates, line.runs);
        line.creates = false;
        self.set_info(via.mapper.info());
        let written = self.elements(e, sources, records);
        self.set_info(above);
        let line = self.line.as_mut()?;
        (line.creates, line.runs) = (creates, runs);
        line.out.put("]");
        line.next = written.map_or(BROKEN, |()| via.target + 1);
        self.asks_rules();
        written
    }

    fn elements(&mut self, e: &Eval<'_, 's>, mut sources: Sources<'s>, records: &[Rec<'s>]) -> Option<()> {
        let run = e.run().for_record(Mode::Create, None);
        self.line.as_mut()?.runs = run.word();
        self.asks_rules();
        let expected = self.info().shape()?;
        let mut lets = Vec::new();
        for (position, record) in records.iter().enumerate() {
            record.shape().filter(|given| ptr::eq(*given, expected))?;
            let line = self.line.as_mut()?;
            if position > 0 {
                line.out.put(",");
            }
            line.next = 0;
            sources.put_element(*record, position);
            let eval = Eval::with_lets(&sources, e.resolved(), &run, lets);
            self.write_record(&eval);
            lets = eval.into_lets();
            self.line.as_ref().filter(|line| line.next != BROKEN)?;
        }
        Some(())
    }
}

/// Whether a new record needs one of the targets from here on and before there.
#[cold]
fn needs_any(info: &'static MapperInfo, first: usize, end: usize) -> bool {
    let skipped = info.writes.get(first..end).unwrap_or_default();
    let mut fields = skipped.iter().map(|write| info.model.fields.get(write.index));
    fields.any(|field| field.is_none_or(ModelField::required_on_create))
}

/// More elements than this are not compared one by one.
const FEW: usize = 12;

/// Present where all elements have keys, and all have others.
fn keys_differ(key: ChildKey, records: &[Rec<'_>]) -> Option<()> {
    let slot = match key {
        ChildKey::None => return Some(()),
        ChildKey::Text(_) => return (records.len() < 2).then_some(()),
        ChildKey::Slot(slot) => slot,
    };
    if records.len() > FEW {
        let mut seen: HashSet<Key> = HashSet::with_capacity(records.len());
        let mut keys = records.iter().map(|record| canonical_key(&record.get(slot)));
        return keys.all(|key| key.is_some_and(|key| seen.insert(key))).then_some(());
    }
    let mut seen = [""; FEW];
    for (position, record) in records.iter().enumerate() {
        let one = plain_key(record, slot)?;
        let before = seen.get(..position)?;
        if before.iter().any(|other| same_bytes(other.as_bytes(), one.as_bytes())) {
            return None;
        }
        *seen.get_mut(position)? = one;
    }
    Some(())
}

/// A key that stands in the payload as it is.
fn plain_key<'s>(record: &Rec<'s>, slot: u16) -> Option<&'s str> {
    let sent = record.sent(slot)?;
    let Slot::Key(text) = sent.slot() else { return None };
    let first = text.offset as usize;
    let inside = sent.payload().get(first..first + text.length as usize);
    inside.filter(|_| !text.escaped)
}
