//! Objects of a payload -> rows of cells: finds fields by predicted order, reads nested records, lists and maps.

mod element;
mod name;
mod needed;
mod part;
mod quick;

use std::borrow::Cow;
use std::collections::HashSet;

use self::quick::Run;
use super::Part;
use super::memory::Memory;
use super::path::Path;
use super::slots::{Slot, Text};
use crate::decode;
use crate::fault::{DecodeError, MASK};
use crate::json::reader::{Position, Reader, Syntax, Token};
use crate::json::text::unescape;
use crate::json::writer::short;
use crate::shape::{Field, Kind, Shape, Wire};

/// More mistakes than this are not collected: the payload is not what was declared.
const MOST_ERRORS: usize = 100;

/// The same for a list of records.
const MOST_ERRORS_OF_LIST: usize = 10_000;

/// A scan on its way.
#[derive(Debug)]
pub(super) struct Scanner<'t, 'm> {
    reader: Reader<'t>,
    memory: Option<&'m mut Memory>,
    shape: &'static Shape,
    cells: Vec<Slot>,
    errors: Vec<DecodeError>,
    unread: u64,
    /// Of which record only some fields are read; absent: of none.
    pub(super) part: Option<Part<'m>>,
}

/// Cells, and how many fields were not read.
pub(super) type Scanned = (Vec<Slot>, u64);

/// The first leaf of a record, or what does not fit in it.
pub(super) type Row = Result<u32, Vec<DecodeError>>;

/// Why a scan ends early.
enum Stop {
    /// The text is no JSON.
    Syntax(Syntax),
    /// There are too many mistakes.
    Enough,
}

impl From<Syntax> for Stop {
    fn from(syntax: Syntax) -> Self {
        Self::Syntax(syntax)
    }
}

impl<'t, 'm> Scanner<'t, 'm> {
    /// A scan of a text that is at most 4 GB long.
    pub(super) fn new(shape: &'static Shape, text: &'t str, memory: Option<&'m mut Memory>) -> Self {
        Self {
            reader: Reader::new(text),
            cells: Vec::with_capacity(memory.as_ref().map_or(0, |memory| memory.cells())),
            memory,
            shape,
            errors: Vec::new(),
            unread: 0,
            part: None,
        }
    }

    /// One record, which is the whole text. Its first leaf is cell 0.
    pub(super) fn record(mut self) -> Result<Scanned, Vec<DecodeError>> {
        self.grow(self.shape.slots);
        let read = self.record_here(self.shape, 0, &Path::ROOT);
        self.finish(read)
    }

    /// An array of records, which is the whole text: the first leaf of each, or what does not fit in it.
    pub(super) fn list(mut self) -> Result<(Scanned, Vec<Row>), Vec<DecodeError>> {
        let mut rows = Vec::new();
        let read = self.records_here(&mut rows);
        self.finish(read).map(|scanned| (scanned, rows))
    }

    fn finish(mut self, read: Result<(), Stop>) -> Result<Scanned, Vec<DecodeError>> {
        if let Some(memory) = &mut self.memory {
            memory.keep_cells(self.cells.len());
        }
        let read = read.and_then(|()| Ok(self.reader.end()?));
        match read {
            // A text that is no JSON has one mistake: what was read before it says nothing.
            Err(Stop::Syntax(syntax)) => return Err(vec![super::not_json(syntax, self.reader.source())]),
            Ok(()) | Err(Stop::Enough) => {}
        }
        match self.errors.is_empty() {
            true => Ok((self.cells, self.unread)),
            false => Err(self.errors),
        }
    }

    fn records_here(&mut self, rows: &mut Vec<Row>) -> Result<(), Stop> {
        if self.reader.peek() != b'[' {
            let token = self.reader.token()?;
            return self.wrong(
                &Path::ROOT,
                "",
                format!("a list is expected, this is {}", noun(token)),
                None,
            );
        }
        self.reader.enter()?;
        let mut position = Position::First;
        let mut mistakes = 0;
        while self.reader.another(b']', position)? {
            position = Position::Later;
            let path = Path::ROOT.element(count(rows.len()));
            let row = self.row_here(&path)?;
            mistakes += row.as_ref().err().map_or(0, Vec::len);
            rows.push(row);
            if mistakes >= MOST_ERRORS_OF_LIST {
                self.errors = rows.drain(..).filter_map(Result::err).flatten().collect();
                return Err(Stop::Enough);
            }
        }
        Ok(())
    }

    /// An element of the whole list: its own mistakes end it, and not the list.
    fn row_here(&mut self, path: &Path<'_>) -> Result<Row, Stop> {
        let first = self.grow(self.shape.slots);
        let start = self.reader.clone();
        match self.record_here(self.shape, first, path) {
            Ok(()) => {}
            Err(Stop::Enough) => {
                self.reader = start;
                self.reader.skip()?;
            }
            Err(syntax @ Stop::Syntax(_)) => return Err(syntax),
        }
        match self.errors.is_empty() {
            true => Ok(Ok(first)),
            false => Ok(Err(std::mem::take(&mut self.errors))),
        }
    }

    /// A record whose leaves begin at this cell.
    fn record_here(&mut self, shape: &'static Shape, first: u32, path: &Path<'_>) -> Result<(), Stop> {
        match self.reader.peek() {
            b'{' => self.fields(shape, first, path, ALL),
            _ => {
                let start = self.reader.offset();
                let token = self.reader.token()?;
                match means_empty(shape.wire, token) || self.text_alone(shape, token, first, path)? {
                    true => self.complete(shape, first, path),
                    false => self.wrong(
                        path,
                        "",
                        format!("a record is expected, this is {}", noun(token)),
                        Some(start),
                    ),
                }
            }
        }
    }

    /// The fields of an object. `wanted`: the slots that are read, one bit each.
    fn fields(&mut self, shape: &'static Shape, first: u32, path: &Path<'_>, wanted: u64) -> Result<(), Stop> {
        self.reader.enter()?;
        let mut names = self.names(shape, wanted);
        let mut open = self.reader.another(b'}', Position::First)?;
        while open {
            match self.run(&mut names, first) {
                Run::Closed => break,
                Run::Behind => {}
                Run::AtValue(field) => self.named(&mut names, field, first, path)?,
                Run::AtName => {
                    let field = self.next_field(&mut names)?;
                    self.named(&mut names, field, first, path)?;
                }
            }
            open = self.reader.another(b'}', Position::Later)?;
        }
        // A field that was found twice is a mistake by now.
        match names.found == shape.fields.len() && self.errors.is_empty() {
            true => Ok(()),
            false => self.complete(shape, first, path),
        }
    }

    /// The value of a field of the record whose leaves begin at this cell.
    fn field(&mut self, field: &'static Field, wire: Wire, first: u32, path: &Path<'_>) -> Result<(), Stop> {
        let path = path.field(field.name, field.sensitive);
        let cell = first + u32::from(field.slot);
        if !self.is_missing(cell) {
            self.reader.skip()?;
            return self.wrong(&path, field.place, String::from("the field stands here twice"), None);
        }
        let slot = match (field.kind, self.reader.peek()) {
            (Kind::Record(shape), b'{') => {
                self.put(cell, Slot::Record(shape));
                let wanted = self.wanted(cell);
                return self.fields(shape, cell + 1, &path, wanted);
            }
            (Kind::List(shape), b'[') => Some(self.elements(shape, &path)?),
            (Kind::Map(shape), b'{') => Some(self.entries(shape, field, &path)?),
            _ => self.value(field, wire, cell, &path)?,
        };
        if let Some(slot) = slot {
            self.put(cell, slot);
        }
        Ok(())
    }

    /// A value that is no nested record, list or map in its own form. Absent: it is in its cell already.
    fn value(&mut self, field: &'static Field, wire: Wire, cell: u32, path: &Path<'_>) -> Result<Option<Slot>, Stop> {
        self.reader.peek();
        let start = self.reader.offset();
        if let (Wire::Xml, Kind::List(shape)) = (wire, field.kind) {
            return self.single(shape, field, path).map(Some);
        }
        let token = match self.reader.peek() {
            b'{' if wire == Wire::Xml && element::holds_text(field) => self.text_beside_attributes(start)?,
            _ => self.reader.token()?,
        };
        let raw = self.reader.since(start);
        self.valued(field, wire, (token, raw), (cell, start), path)
    }

    /// A value as its token says.
    fn valued(
        &mut self,
        field: &'static Field,
        wire: Wire,
        (token, raw): (Token, Text),
        (cell, start): (u32, usize),
        path: &Path<'_>,
    ) -> Result<Option<Slot>, Stop> {
        if decode::is_null(field, wire, token, self.reader.source()) {
            if field.nullable {
                return Ok(Some(Slot::Null));
            }
            let problem = String::from("the value is null, which the declaration does not admit");
            self.wrong(path, field.place, problem, Some(start))?;
            return Ok(Some(Slot::Failed));
        }
        if let Some(shape) = field.kind.below() {
            return self.composite(field, shape, (wire, token), (cell, start), path);
        }
        match decode::scalar(field, wire, token, raw, self.reader.source()) {
            Ok(slot) => Ok(Some(slot)),
            Err(problem) => {
                self.wrong(path, field.place, problem, Some(start))?;
                Ok(Some(Slot::Failed))
            }
        }
    }

    /// What stands in place of a nested record, list or map.
    fn composite(
        &mut self,
        field: &'static Field,
        shape: &'static Shape,
        (wire, token): (Wire, Token),
        (cell, start): (u32, usize),
        path: &Path<'_>,
    ) -> Result<Option<Slot>, Stop> {
        let is_record = field.kind.nested().is_some();
        if is_record && (means_empty(wire, token) || self.text_alone(shape, token, cell + 1, path)?) {
            self.put(cell, Slot::Record(shape));
            self.complete(shape, cell + 1, path)?;
            return Ok(None);
        }
        if means_empty(wire, token) && matches!(field.kind, Kind::Map(_)) {
            return Ok(Some(empty_map(shape)));
        }
        let problem = format!("{} is expected, this is {}", field.kind.noun(), noun(token));
        self.wrong(path, field.place, problem, Some(start))?;
        Ok(Some(Slot::Failed))
    }

    /// The elements of a list.
    fn elements(&mut self, shape: &'static Shape, path: &Path<'_>) -> Result<Slot, Stop> {
        self.reader.enter()?;
        let mut rows = Rows::default();
        let mut position = Position::First;
        while self.reader.another(b']', position)? {
            position = Position::Later;
            let path = path.element(rows.count);
            self.element(shape, &mut rows, Text::default(), &path)?;
        }
        Ok(Slot::List {
            first: rows.first,
            count: rows.count,
            shape,
        })
    }

    /// The entries of a map.
    fn entries(&mut self, shape: &'static Shape, field: &Field, path: &Path<'_>) -> Result<Slot, Stop> {
        self.reader.enter()?;
        let mut rows = Rows::default();
        let mut position = Position::First;
        let mut seen = HashSet::new();
        while self.reader.another(b'}', position)? {
            position = Position::Later;
            let key = self.reader.name()?;
            let name = self.plain(key);
            let path = path.field(&name, false);
            if !seen.insert(name.clone()) {
                self.wrong(&path, field.place, String::from("the key stands here twice"), None)?;
            }
            if name.contains('\0') {
                self.wrong(
                    &path,
                    field.place,
                    String::from("the key holds the character U+0000"),
                    None,
                )?;
            }
            self.element(shape, &mut rows, key, &path)?;
        }
        Ok(Slot::Map {
            first: rows.first,
            count: rows.count,
            shape,
        })
    }

    /// One element of a list or map, in a row of its own.
    fn element(&mut self, shape: &'static Shape, rows: &mut Rows, key: Text, path: &Path<'_>) -> Result<(), Stop> {
        let row = self.row(shape, rows, key);
        match shape.fields {
            [field]
                if field.name.is_empty()
                    && shape.wire == Wire::Json
                    && self.take_element(field, row + u32::from(field.slot)) =>
            {
                Ok(())
            }
            [field] if field.name.is_empty() => self.field(field, shape.wire, row, path),
            _ => self.record_here(shape, row, path),
        }
    }

    /// A row after the last one; gives the cell of its first leaf.
    fn row(&mut self, shape: &'static Shape, rows: &mut Rows, key: Text) -> u32 {
        let head = self.grow(shape.slots.saturating_add(1));
        self.put(head, Slot::Row { next: 0, key });
        match rows.count {
            0 => rows.first = head,
            _ => {
                if let Slot::Row { key, .. } = self.cell(rows.last) {
                    self.put(rows.last, Slot::Row { next: head, key });
                }
            }
        }
        rows.last = head;
        rows.count += 1;
        head + 1
    }

    /// Keeps a mistake. `start`: where the offending value begins; it ends here.
    fn wrong(
        &mut self,
        path: &Path<'_>,
        place: &'static str,
        message: String,
        start: Option<usize>,
    ) -> Result<(), Stop> {
        let value = start.and_then(|start| self.reader.source().get(start..self.reader.offset()));
        self.errors.push(DecodeError {
            path: path.text(),
            place,
            message,
            value: value.map(|value| match path.is_sensitive() {
                true => MASK.to_owned(),
                false => short(value.trim()),
            }),
        });
        match self.errors.len() < MOST_ERRORS {
            true => Ok(()),
            false => Err(Stop::Enough),
        }
    }

    /// So many more cells; gives the first of them. Cells are fewer than the bytes of the text times the slots of a row, which fits.
    fn grow(&mut self, slots: u16) -> u32 {
        let first = count(self.cells.len());
        self.cells.resize(self.cells.len() + usize::from(slots), Slot::Missing);
        first
    }

    fn cell(&self, cell: u32) -> Slot {
        self.cells.get(cell as usize).copied().unwrap_or_default()
    }

    fn is_missing(&self, cell: u32) -> bool {
        matches!(self.cells.get(cell as usize), Some(Slot::Missing) | None)
    }

    fn put(&mut self, cell: u32, slot: Slot) {
        if let Some(cell) = self.cells.get_mut(cell as usize) {
            *cell = slot;
        }
    }

    fn plain(&self, text: Text) -> Cow<'t, str> {
        let first = text.offset as usize;
        let inside = self
            .reader
            .source()
            .get(first..first + text.length as usize)
            .unwrap_or_default();
        match text.escaped {
            false => Cow::Borrowed(inside),
            true => Cow::Owned(unescape(inside)),
        }
    }
}

/// All slots are read.
const ALL: u64 = u64::MAX;

/// The rows of a list so far.
#[derive(Debug, Default)]
struct Rows {
    first: u32,
    last: u32,
    count: u32,
}

/// Whether a value is what this wire sends for an empty record or map.
fn means_empty(wire: Wire, token: Token) -> bool {
    match (wire, token) {
        (Wire::Php, Token::Array { empty }) => empty,
        (Wire::Xml, Token::Text(text)) => text.length == 0,
        (Wire::Json | Wire::Php | Wire::Xml, _) => false,
    }
}

const fn empty_list(shape: &'static Shape) -> Slot {
    Slot::List {
        first: 0,
        count: 0,
        shape,
    }
}

const fn empty_map(shape: &'static Shape) -> Slot {
    Slot::Map {
        first: 0,
        count: 0,
        shape,
    }
}

fn noun(token: Token) -> &'static str {
    match token {
        Token::Null => "null",
        Token::Bool(_) => "true or false",
        Token::Number(_) => "a number",
        Token::Text(_) => "a text",
        Token::Array { .. } => "a list",
        Token::Object => "a record",
    }
}

/// Positions count in 32 bits: texts of more than 4 GB are refused before.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
