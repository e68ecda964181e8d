//! Fields in one step: a name that was seen before and a value that stands there as most do, closed and without escapes.

use super::Scanner;
use super::name::Names;
use crate::decode;
use crate::json::plain::plain_length;
use crate::json::reader::{Token, range};
use crate::scan::Slot;
use crate::scan::memory::{Layout, Name, Takes};
use crate::shape::{Field, Wire};

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
        let mut values = Values { cells, source, wire };
        let mut rest = source.as_bytes().get(reader.offset()..).unwrap_or_default();
        let (mut last, mut guess) = (names.last, layout.guess(names.last));
        let mut unread = 0;
        let run = loop {
            let Some((place, name)) = next_name(layout, rest, last, guess) else {
                break Run::AtName;
            };
            (last, guess) = (place, name.guess());
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
        names.last = last;
        self.unread += unread as u64;
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
}

impl Values<'_, '_> {
    /// Takes the value that stands here, unless nobody reads it; gives what stands behind. Absent: it has to be looked at.
    #[inline(always)]
    fn take<'v>(&mut self, name: &Name, here: &'v [u8]) -> Option<&'v [u8]> {
        let [b'"', inside @ ..] = here else {
            return self.take_short(name, here);
        };
        let (text, behind) = inside.split_at(plain_length(inside).min(inside.len()));
        let [b'"', behind @ ..] = behind else { return None };
        let Some(field) = name.field else { return Some(behind) };
        let cell = self.cells.get_mut(usize::from(field.slot))?;
        let start = self.source.len() - inside.len();
        let range = range(start, start + text.len());
        let slot = match name.takes {
            Takes::Text(most) if range.length <= most => Slot::Text(range),
            Takes::Text(_) | Takes::Other | Takes::Nothing => {
                decode::simple_text(field, self.wire, range, self.source)?
            }
        };
        put(cell, slot).then_some(behind)
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
