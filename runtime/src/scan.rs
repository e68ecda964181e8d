//! A payload -> slots: one validating pass over JSON bytes, driven by a [`Shape`]. Accepts what serde_json accepts, decodes only what rules read.
//!
//! A slot holds the decoded value or the range of its text. Nested records lie in the row of the record around them; elements of
//! lists have rows of their own. Unread values are checked to be JSON and skipped. Knows nothing of rules.

mod memory;
mod object;
mod path;
mod slots;

use std::borrow::Cow;
use std::ops::Range;

pub use crate::fault::DecodeError;
pub use memory::Memory;
pub use slots::{ConstantKind, Slot, Slots, Text};

use crate::json::reader::{Position, Reader, Syntax};
use crate::json::text::unescape;
use crate::mapper::Rec;
use crate::shape::Shape;
use object::Scanner;

/// Reads one record. All fields that do not fit are reported, up to 100; text that is no JSON is one report.
pub fn scan<'b>(shape: &'static Shape, bytes: &'b [u8]) -> Result<Slots<'b>, Vec<DecodeError>> {
    let text = utf8(bytes)?;
    scan_text(shape, Cow::Borrowed(text), None)
}

/// The same for one of many records: what was seen of those before makes this one cheaper, and changes nothing else.
pub fn scan_next<'b>(
    shape: &'static Shape,
    bytes: &'b [u8],
    memory: &mut Memory,
) -> Result<Slots<'b>, Vec<DecodeError>> {
    let text = utf8(bytes)?;
    scan_text(shape, Cow::Borrowed(text), Some(memory))
}

/// The same for a record with the names of the fields that changed beside it, as `part` says where. What no rule reads of them is
/// checked to be JSON, and not decoded.
pub fn scan_part<'b, 'm>(
    shape: &'static Shape,
    bytes: &'b [u8],
    memory: &'m mut Memory,
    part: Part<'m>,
) -> Result<Slots<'b>, Vec<DecodeError>> {
    let text = utf8(bytes)?;
    let mut scanner = Scanner::new(shape, text, Some(memory));
    scanner.part = Some(part);
    let (cells, unread) = scanner.record()?;
    Ok(Slots::new(Cow::Borrowed(text), shape, cells, unread))
}

/// Of which record only some fields are read.
pub struct Part<'p> {
    /// The slot of the list of names. Where it comes behind the record, all is read.
    pub names: u16,
    /// The slot of the record.
    pub record: u16,
    /// The slots that are read where these names changed, one bit each: [`crate::mapper::RuleReads::where_changed`].
    pub slots: &'p mut dyn FnMut(&[Cow<'_, str>]) -> u64,
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Part({} of {})", self.names, self.record)
    }
}

/// The same, keeping the payload: what outlives the function that read it.
pub fn scan_owned(shape: &'static Shape, bytes: Vec<u8>) -> Result<Slots<'static>, Vec<DecodeError>> {
    utf8(&bytes)?;
    let text = String::from_utf8(bytes).map_err(|_| vec![no_utf8(0)])?;
    scan_text(shape, Cow::Owned(text), None)
}

/// Reads an array of records. An element that does not fit does not hide the others.
pub fn scan_list<'b>(shape: &'static Shape, bytes: &'b [u8]) -> Result<Elements<'b>, Vec<DecodeError>> {
    let text = utf8(bytes)?;
    list_text(shape, Cow::Borrowed(text))
}

/// The same, keeping the payload.
pub fn scan_list_owned(shape: &'static Shape, bytes: Vec<u8>) -> Result<Elements<'static>, Vec<DecodeError>> {
    utf8(&bytes)?;
    let text = String::from_utf8(bytes).map_err(|_| vec![no_utf8(0)])?;
    list_text(shape, Cow::Owned(text))
}

/// Byte ranges of the elements of an array, without what stands between them.
pub fn elements(bytes: &[u8]) -> Result<Vec<Range<usize>>, DecodeError> {
    ranges(bytes, array_ranges)
}

/// Byte ranges of the elements of the array in one field of an object: `items FIELD`. Absent or null: none.
pub fn elements_of(bytes: &[u8], field: &str) -> Result<Vec<Range<usize>>, DecodeError> {
    ranges(bytes, |reader| field_ranges(reader, field))
}

/// The records of an array, as [`scan_list`] reads them.
#[derive(Debug)]
pub struct Elements<'b> {
    slots: Slots<'b>,
    rows: Vec<object::Row>,
}

impl<'b> Elements<'b> {
    /// The array as it was sent.
    pub fn payload(&self) -> &str {
        self.slots.payload()
    }

    /// How many elements there are, those that do not fit included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What does not fit, over all elements.
    pub fn errors(&self) -> impl Iterator<Item = &DecodeError> {
        self.rows.iter().filter_map(|row| row.as_ref().err()).flatten()
    }

    /// The element at this position.
    pub fn record<'s>(&'s self, position: usize) -> Option<Result<Rec<'s>, &'s [DecodeError]>> {
        let row = self.rows.get(position)?;
        Some(match row {
            Ok(first) => Ok(Rec::new(&self.slots, self.slots.shape(), *first)),
            Err(errors) => Err(errors.as_slice()),
        })
    }

    /// All elements, in order.
    pub fn records<'s>(&'s self) -> impl Iterator<Item = Result<Rec<'s>, &'s [DecodeError]>> {
        (0..self.len()).filter_map(|position| self.record(position))
    }

    /// All elements, if all fit.
    pub fn all<'s>(&'s self) -> Result<Vec<Rec<'s>>, Vec<DecodeError>> {
        let errors: Vec<_> = self.errors().cloned().collect();
        match errors.is_empty() {
            true => Ok(self.records().filter_map(Result::ok).collect()),
            false => Err(errors),
        }
    }
}

/// One record out of valid UTF-8.
fn scan_text<'b>(
    shape: &'static Shape,
    text: Cow<'b, str>,
    memory: Option<&mut Memory>,
) -> Result<Slots<'b>, Vec<DecodeError>> {
    let (cells, unread) = Scanner::new(shape, &text, memory).record()?;
    Ok(Slots::new(text, shape, cells, unread))
}

/// Many records out of valid UTF-8.
fn list_text<'b>(shape: &'static Shape, text: Cow<'b, str>) -> Result<Elements<'b>, Vec<DecodeError>> {
    let mut memory = Memory::default();
    let ((cells, unread), rows) = Scanner::new(shape, &text, Some(&mut memory)).list()?;
    let slots = Slots::new(text, shape, cells, unread);
    Ok(Elements { slots, rows })
}

/// Ranges that a reader finds in a whole text.
fn ranges(
    bytes: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<Vec<Range<usize>>, Syntax>,
) -> Result<Vec<Range<usize>>, DecodeError> {
    let text = std::str::from_utf8(bytes).map_err(|error| no_utf8(error.valid_up_to()))?;
    let mut reader = Reader::new(text);
    let found = read(&mut reader).and_then(|ranges| reader.end().map(|()| ranges));
    found.map_err(|syntax| not_json(syntax, text))
}

fn array_ranges(reader: &mut Reader<'_>) -> Result<Vec<Range<usize>>, Syntax> {
    if reader.peek() != b'[' {
        return Err(reader.error("a list is expected"));
    }
    reader.enter()?;
    let mut ranges = Vec::new();
    let mut position = Position::First;
    while reader.another(b']', position)? {
        position = Position::Later;
        reader.peek();
        let start = reader.offset();
        reader.skip()?;
        ranges.push(start..reader.offset());
    }
    Ok(ranges)
}

fn field_ranges(reader: &mut Reader<'_>, field: &str) -> Result<Vec<Range<usize>>, Syntax> {
    if reader.peek() != b'{' {
        return Err(reader.error("a record is expected"));
    }
    reader.enter()?;
    let mut ranges = None;
    let mut position = Position::First;
    while reader.another(b'}', position)? {
        position = Position::Later;
        let name = reader.name()?;
        let first = name.offset as usize;
        let inside = reader
            .source()
            .get(first..first + name.length as usize)
            .unwrap_or_default();
        let found = unescape(inside) == field;
        match (found, ranges.is_some(), reader.peek()) {
            (true, true, _) => return Err(reader.error("the field stands here twice")),
            (true, false, b'[') => ranges = Some(array_ranges(reader)?),
            (true, false, b'n') => {
                reader.skip()?;
                ranges = Some(Vec::new());
            }
            (true, false, _) => return Err(reader.error("a list is expected")),
            (false, _, _) => reader.skip()?,
        }
    }
    Ok(ranges.unwrap_or_default())
}

/// Valid UTF-8 of at most 4 GB.
fn utf8(bytes: &[u8]) -> Result<&str, Vec<DecodeError>> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(vec![whole("the payload is longer than 4 GB".to_owned())]);
    }
    // The quick judge says no more than yes or no.
    simdutf8::basic::from_utf8(bytes)
        .or_else(|_| std::str::from_utf8(bytes).map_err(|error| vec![no_utf8(error.valid_up_to())]))
}

fn no_utf8(offset: usize) -> DecodeError {
    whole(format!("byte {offset} is no UTF-8"))
}

/// A text that is no JSON: where and why, with what stands there left out, since it may be sensitive.
fn not_json(syntax: Syntax, text: &str) -> DecodeError {
    let before = text.get(..syntax.offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    whole(format!(
        "this is no JSON: {} at line {line}, column {column}",
        syntax.message
    ))
}

fn whole(message: String) -> DecodeError {
    DecodeError {
        path: String::from("$"),
        place: "",
        message,
        value: None,
    }
}
