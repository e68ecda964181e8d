//! Fields in one step: a name that was seen before and a value that stands there as most do, closed and without escapes.

use super::Scanner;
use super::name::Names;
use super::part::is_wanted;
use crate::decode;
use crate::json::plain::{BLOCK, first_special, leading_digits, plain_length};
use crate::json::reader::{Token, range};
use crate::scan::memory::{Layout, Name, Takes};
use crate::scan::{Slot, Text};
use crate::shape::{Field, Wire};

/// What is looked at in one step: a name, its value and the begin of what follows. Both are shorter than a block, and all fits.
const WINDOW: usize = 2 * BLOCK + 8;

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
            wanted: names.wanted,
            read: 0,
            unread: 0,
        };
        let mut rest = source.as_bytes().get(reader.offset()..).unwrap_or_default();
        let (mut last, mut guess) = (names.last, layout.guess(names.last));
        let run = loop {
            let near = rest.first_chunk::<WINDOW>();
            let block = near.map_or_else(|| rest.first_chunk(), |window| window.first_chunk());
            let Some((place, name)) = next_name(layout, (block, rest), last, guess) else {
                break Run::AtName;
            };
            (last, guess) = (place, name.guess());
            if let Some(window) = near
                && let Some(end) = values.take_near(name, window, rest.len())
            {
                match window.get(end..).and_then(<[u8]>::first_chunk) {
                    Some(b",\"") => {
                        rest = rest.get(end + 1..).unwrap_or_default();
                        continue;
                    }
                    Some([b'}', _]) => {
                        rest = rest.get(end..).unwrap_or_default();
                        break Run::Closed;
                    }
                    Some(_) | None => {
                        rest = rest.get(end..).unwrap_or_default();
                        break Run::Behind;
                    }
                }
            }
            let end = match near {
                None => values.take_at_end(name, rest),
                Some(_) => values.take(name, rest),
            };
            let Some(behind) = end.and_then(|end| rest.get(end..)) else {
                rest = rest.get(usize::from(name.length)..).unwrap_or_default();
                break Run::AtValue(name.field);
            };
            rest = behind;
            match behind {
                [b',', name @ ..] if name.first() == Some(&b'"') => rest = name,
                [b'}', ..] => break Run::Closed,
                _ => break Run::Behind,
            }
        };
        names.last = last;
        names.found += values.read;
        self.unread += values.unread as u64;
        reader.go(source.len() - rest.len());
        if let Run::Closed = run {
            reader.leave();
        }
        run
    }
}

/// The name that stands here, and its place: the guessed one, or another that was seen before.
#[inline(always)]
fn next_name<'l>(
    layout: &'l Layout,
    (block, here): (Option<&[u8; BLOCK]>, &[u8]),
    last: u16,
    guess: u16,
) -> Option<(u16, &'l Name)> {
    match (layout.name(guess), block) {
        (Some(name), Some(block)) if name.is_here(block) => Some((guess, name)),
        (_, _) => {
            let place = layout.look_up(block, here, last)?;
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
    /// The slots that are read, one bit each.
    wanted: u64,
    /// How many were put there, and how many nobody reads.
    read: usize,
    unread: usize,
}

impl Values<'_, '_> {
    /// Takes a value that is closed within the window; gives where it ends. The window begins with the name of the value; so many bytes
    /// are `left` of the source from there on. Absent: it has to be looked at.
    #[inline(always)]
    fn take_near(&mut self, name: &Name, window: &[u8; WINDOW], left: usize) -> Option<usize> {
        // Longer names are never found here; that no index is too large is known when this is compiled.
        let begin = usize::from(name.length) & (BLOCK - 1);
        let value = window.get(begin..)?;
        let (b'"', inside) = value.split_first()? else {
            return self.take_word(name, value, (begin, left));
        };
        let length = first_special(inside.first_chunk()?)? & (BLOCK - 1);
        if *inside.get(length)? != b'"' {
            return None;
        }
        match name.field {
            None => self.unread += 1,
            Some(field) => {
                let start = self.source.len() - left + begin + 1;
                self.put_wanted(name.takes, field, (start, length)).then_some(())?;
                self.read += 1;
            }
        }
        Some(begin + length + 2)
    }

    /// Fills the cell of a text without escapes, if it is read; false: it has to be looked at.
    #[inline(always)]
    fn put_wanted(&mut self, takes: Takes, field: &Field, place: (usize, usize)) -> bool {
        match is_wanted(self.wanted, field.slot) {
            true => self.put_sent(takes, field, place),
            false => self.put_unread(field),
        }
    }

    fn put_unread(&mut self, field: &Field) -> bool {
        let cell = self.cells.get_mut(usize::from(field.slot));
        cell.is_some_and(|cell| put(cell, Slot::Unread))
    }

    /// Fills the cell of a text without escapes; false: it has to be looked at.
    #[inline(always)]
    fn put_sent(&mut self, takes: Takes, field: &Field, (start, length): (usize, usize)) -> bool {
        match (takes, self.cells.get_mut(usize::from(field.slot))) {
            (Takes::Text(most), Some(cell @ Slot::Missing)) if length <= most as usize => {
                *cell = Slot::Text(range(start, start + length));
                true
            }
            (Takes::Decimal(scale), Some(cell @ Slot::Missing)) => {
                decode::put_decimal(cell, self.source, (start, length), scale)
                    || self.put_other(field, range(start, start + length))
            }
            (_, _) => self.put_other(field, range(start, start + length)),
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
        if word as u32 == u32::from_le_bytes(*b"null") {
            match name.field {
                None => self.unread += 1,
                Some(field) => {
                    field.nullable.then_some(())?;
                    put(self.cells.get_mut(usize::from(field.slot))?, Slot::Null).then_some(())?;
                    self.read += 1;
                }
            }
            return Some(begin + 4);
        }
        let digits = leading_digits(word);
        if digits == 0 || (digits > 1 && value.first() == Some(&b'0')) || !matches!(value.get(digits)?, b',' | b'}') {
            return None;
        }
        match name.field {
            None => self.unread += 1,
            Some(field) => {
                let start = self.source.len() - left + begin;
                self.put_digits(name.takes, field, range(start, start + digits), word)
                    .then_some(())?;
                self.read += 1;
            }
        }
        Some(begin + digits)
    }

    /// Fills the cell of a number that is the digits a word begins with.
    #[inline(always)]
    fn put_digits(&mut self, takes: Takes, field: &Field, range: Text, word: u64) -> bool {
        let Some(cell @ Slot::Missing) = self.cells.get_mut(usize::from(field.slot)) else {
            return false;
        };
        let slot = match takes {
            Takes::Key => Some(Slot::Key(range)),
            Takes::Int if range.length < 8 => Some(Slot::Int(decode::few_digits(word, range.length as usize))),
            Takes::Nothing | Takes::Text(_) | Takes::Decimal(_) | Takes::Int | Takes::Other => {
                decode::simple(field, self.wire, Token::Number(range), self.source)
            }
        };
        slot.map(|slot| *cell = slot).is_some()
    }

    /// The same where the text ends within the window: zeros stand behind it, which no field holds.
    #[inline(never)]
    fn take_at_end(&mut self, name: &Name, here: &[u8]) -> Option<usize> {
        let mut window = [0; WINDOW];
        window.get_mut(..here.len())?.copy_from_slice(here);
        match self.take_near(name, &window, here.len()) {
            Some(end) => Some(end),
            None => self.take(name, here),
        }
    }

    /// The same for a value of any length.
    #[inline(never)]
    fn take(&mut self, name: &Name, here: &[u8]) -> Option<usize> {
        let begin = usize::from(name.length);
        let value = here.get(begin..)?;
        let [b'"', inside @ ..] = value else {
            return self.take_short(name, value).map(|length| begin + length);
        };
        let length = plain_length(inside);
        if inside.get(length) != Some(&b'"') {
            return None;
        }
        match name.field {
            None => self.unread += 1,
            Some(field) => {
                let start = self.source.len() - inside.len();
                self.put_wanted(name.takes, field, (start, length)).then_some(())?;
                self.read += 1;
            }
        }
        Some(begin + length + 2)
    }

    /// The same for what is no text.
    fn take_short(&mut self, name: &Name, here: &[u8]) -> Option<usize> {
        let (token, behind) = short(here, self.source.len())?;
        match name.field {
            None => self.unread += 1,
            Some(field) => {
                let slot = decode::simple(field, self.wire, token, self.source)?;
                put(self.cells.get_mut(usize::from(field.slot))?, slot).then_some(())?;
                self.read += 1;
            }
        }
        Some(here.len() - behind.len())
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
