//! Fields in one step: a name that was seen before and a value that stands there as most do, closed and without escapes.

use super::Scanner;
use super::name::Names;
use crate::decode;
use crate::json::plain::{BLOCK, first_special, leading_digits, plain_length};
use crate::json::reader::{Token, range};
use crate::scan::memory::{Layout, Name, Takes};
use crate::scan::{Slot, Text};
use crate::shape::{Field, Wire};

/// What is looked at in one step: a name, its value and the begin of what follows.
const WINDOW: usize = 96;

/// How a run of such fields ends.
pub(super) enum Run {
    /// With the object.
    Closed,
    /// At a name that has to be looked up.
    AtName,
    /// At a value that has to be looked at: that of this field.
    AtValue(Option<&'static Field>),
    /// Behind a value.
    Behind,
}

impl Scanner<'_, '_> {
    /// Fills the cell of an element that is a text, closed and without escapes; false: it has to be looked at.
    pub(super) fn take_element(&mut self, field: &Field, cell: u32) -> bool {
        let start = self.reader.offset() + 1;
        let bytes = self.reader.source().as_bytes();
        let inside = bytes.get(start..).unwrap_or_default();
        let length = plain_length(inside);
        let is_text = self.reader.peek() == b'"' && inside.get(length) == Some(&b'"');
        let fits = field.takes_plain_text() && field.max.is_none_or(|max| length <= max as usize);
        if is_text && fits {
            self.put(cell, Slot::Text(range(start, start + length)));
            self.reader.go(start + length + 1);
        }
        is_text && fits
    }

    /// Reads fields of the record whose leaves begin at this cell, as long as they are simple. The reader stands at a name.
    pub(super) fn run(&mut self, names: &mut Names, first: u32) -> Run {
        let Self { reader, memory, .. } = self;
        let memory = memory.as_mut();
        let (Some(layout), Some(cells)) = (
            memory.and_then(|memory| memory.layout(names.layout?)),
            self.cells.get_mut(first as usize..),
        ) else {
            return Run::AtName;
        };
        let (source, wire) = (reader.source(), names.shape.wire);
        let mut values = Values {
            cells,
            source,
            wire,
            read: 0,
        };
        let mut rest = source.as_bytes().get(reader.offset()..).unwrap_or_default();
        let (mut last, mut guess) = (names.last, layout.guess(names.last));
        let (mut unread, mut simple) = (0, 0);
        let run = loop {
            let Some((place, name)) = next_name(layout, rest, last, guess) else {
                break Run::AtName;
            };
            (last, guess) = (place, name.guess());
            if let Some(window) = rest.first_chunk()
                && let Some(length) = values.take_plain(name, window, rest.len())
            {
                simple += 1;
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            let Some(value) = rest.get(usize::from(name.length)..) else {
                break Run::AtName;
            };
            rest = value;
            let Some(behind) = values.take(name, value) else {
                break Run::AtValue(name.field);
            };
            unread += usize::from(name.field.is_none());
            names.found += usize::from(name.field.is_some());
            rest = match behind {
                [b',', name @ ..] if name.first() == Some(&b'"') => name,
                [b'}', ..] => {
                    rest = behind;
                    break Run::Closed;
                }
                _ => {
                    rest = behind;
                    break Run::Behind;
                }
            };
        };
        let read = std::mem::take(&mut values.read);
        names.last = last;
        names.found += read;
        self.unread += (unread + simple - read) as u64;
        reader.go(source.len() - rest.len());
        if let Run::Closed = run {
            reader.leave();
        }
        run
    }
}

/// The name that stands here, and its place: the guessed one, or another that was seen before.
#[inline(always)]
fn next_name<'l>(layout: &'l Layout, here: &[u8], last: u16, guess: u16) -> Option<(u16, &'l Name)> {
    match (layout.name(guess), here.first_chunk()) {
        (Some(name), Some(block)) if name.is_here(block) => Some((guess, name)),
        (_, _) => {
            let place = layout.look_up(here, last)?;
            Some((place, layout.name(place)?))
        }
    }
}

/// Where simple values go.
struct Values<'c, 't> {
    /// The cells of the record, and those behind it.
    cells: &'c mut [Slot],
    source: &'t str,
    wire: Wire,
    /// How many fields [`Values::take_plain`] read.
    read: usize,
}

impl Values<'_, '_> {
    /// Takes a value that is closed within the window and has another name behind it; gives where that name begins. The window begins
    /// with the name of the value; so many bytes are `left` of the source from there on. Absent: it has to be looked at.
    #[inline(always)]
    fn take_plain(&mut self, name: &Name, window: &[u8; WINDOW], left: usize) -> Option<usize> {
        // Longer names are never found here; that no index is too large is known when this is compiled.
        let begin = usize::from(name.length) & (BLOCK - 1);
        let value = window.get(begin..)?;
        let (b'"', inside) = value.split_first()? else {
            return self.take_word(name, value, (begin, left));
        };
        let length = first_special(inside.first_chunk()?)? & (BLOCK - 1);
        let behind = inside.get(length..)?.first_chunk::<4>()?;
        if u32::from_le_bytes(*behind) & 0x00ff_ffff != u32::from_le_bytes(*b"\",\"\0") {
            return None;
        }
        if let Some(field) = name.field {
            let start = self.source.len() - left + begin + 1;
            let range = range(start, start + length);
            self.put_sent(name.takes, field, range).then_some(())?;
            self.read += 1;
        }
        Some(begin + length + 3)
    }

    /// Fills the cell of a text without escapes; false: it has to be looked at.
    #[inline(always)]
    fn put_sent(&mut self, takes: Takes, field: &Field, range: Text) -> bool {
        match (takes, self.cells.get_mut(usize::from(field.slot))) {
            (Takes::Text(most), Some(cell @ Slot::Missing)) if range.length <= most => {
                *cell = Slot::Text(range);
                true
            }
            (Takes::Decimal(scale), Some(cell @ Slot::Missing)) => {
                match decode::short_decimal(range, self.source, scale) {
                    Some(number) => *cell = Slot::Decimal(number),
                    None => return self.put_other(field, range),
                }
                true
            }
            (_, _) => self.put_other(field, range),
        }
    }

    /// The same for a text that is not taken as it stands.
    #[inline(never)]
    fn put_other(&mut self, field: &Field, range: Text) -> bool {
        let slot = decode::simple_text(field, self.wire, range, self.source);
        match (slot, self.cells.get_mut(usize::from(field.slot))) {
            (Some(slot), Some(cell)) => put(cell, slot),
            (_, _) => false,
        }
    }

    /// The same for null and a whole number of few digits.
    #[inline(always)]
    fn take_word(&mut self, name: &Name, value: &[u8], (begin, left): (usize, usize)) -> Option<usize> {
        let word = u64::from_le_bytes(*value.first_chunk()?);
        if word & 0xffff_ffff_ffff == u64::from_le_bytes(*b"null,\"\0\0") {
            if let Some(field) = name.field {
                field.nullable.then_some(())?;
                put(self.cells.get_mut(usize::from(field.slot))?, Slot::Null).then_some(())?;
                self.read += 1;
            }
            return Some(begin + 5);
        }
        let digits = leading_digits(word);
        let [b',', b'"'] = value.get(digits..)?.first_chunk()? else {
            return None;
        };
        if digits == 0 || (digits > 1 && value.first() == Some(&b'0')) {
            return None;
        }
        if let Some(field) = name.field {
            let start = self.source.len() - left + begin;
            let token = Token::Number(range(start, start + digits));
            let slot = decode::simple(field, self.wire, token, self.source)?;
            put(self.cells.get_mut(usize::from(field.slot))?, slot).then_some(())?;
            self.read += 1;
        }
        Some(begin + digits + 1)
    }

    /// Takes the value that stands here, unless nobody reads it; gives what stands behind. Absent: it has to be looked at.
    #[inline(always)]
    fn take<'v>(&mut self, name: &Name, here: &'v [u8]) -> Option<&'v [u8]> {
        let [b'"', inside @ ..] = here else {
            return self.take_short(name, here);
        };
        let (text, behind) = inside.split_at(plain_length(inside).min(inside.len()));
        let [b'"', behind @ ..] = behind else { return None };
        let Some(field) = name.field else { return Some(behind) };
        let start = self.source.len() - inside.len();
        let range = range(start, start + text.len());
        self.put_sent(name.takes, field, range).then_some(behind)
    }

    /// The same for what is no text.
    #[inline(always)]
    fn take_short<'v>(&mut self, name: &Name, here: &'v [u8]) -> Option<&'v [u8]> {
        let (token, behind) = short(here, self.source.len())?;
        let Some(field) = name.field else { return Some(behind) };
        let slot = decode::simple(field, self.wire, token, self.source)?;
        put(self.cells.get_mut(usize::from(field.slot))?, slot).then_some(behind)
    }
}

/// Fills the cell of a field; false: it was found before.
#[inline(always)]
fn put(cell: &mut Slot, slot: Slot) -> bool {
    let is_first = matches!(cell, Slot::Missing);
    if is_first {
        *cell = slot;
    }
    is_first
}

/// Null, true, false, or a whole number, and what stands behind it; absent for any other value. `length`: of the whole text.
#[inline(always)]
fn short(here: &[u8], length: usize) -> Option<(Token, &[u8])> {
    match here {
        [b'n', b'u', b'l', b'l', behind @ ..] => return Some((Token::Null, behind)),
        [b't', b'r', b'u', b'e', behind @ ..] => return Some((Token::Bool(true), behind)),
        [b'f', b'a', b'l', b's', b'e', behind @ ..] => return Some((Token::Bool(false), behind)),
        [b'0', b'0'..=b'9', ..] => return None,
        [b'0'..=b'9', ..] => {}
        _ => return None,
    }
    let digits = here.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let start = length - here.len();
    match here.get(digits..)? {
        behind @ [b',' | b'}', ..] => Some((Token::Number(range(start, start + digits)), behind)),
        _ => None,
    }
}
