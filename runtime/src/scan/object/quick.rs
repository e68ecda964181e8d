//! Fields in one step: a name that was seen before and a value that stands there as most do, closed and without escapes.

use super::Scanner;
use super::name::Names;
use crate::decode;
use crate::json::plain::plain_length;
use crate::json::reader::{Token, range};
use crate::scan::Slot;
use crate::scan::memory::Takes;
use crate::shape::Field;

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
        let source = reader.source();
        let length = source.len();
        let mut rest = source.as_bytes().get(reader.offset()..).unwrap_or_default();
        let mut unread = 0;
        let (mut last, mut guess) = (names.last, layout.guess(names.last));
        let run = loop {
            let name = match (layout.name(guess), rest.first_chunk()) {
                (Some(name), Some(here)) if name.is_here(here) => {
                    last = guess;
                    name
                }
                (_, _) => {
                    let found = layout.look_up(rest, last);
                    let Some((place, name)) = found.and_then(|place| Some((place, layout.name(place)?))) else {
                        break Run::AtName;
                    };
                    last = place;
                    name
                }
            };
            guess = name.guess();
            let Some(value) = rest.get(usize::from(name.length)..) else {
                break Run::AtName;
            };
            rest = value;
            let behind = if let [b'"', inside @ ..] = value {
                let (text, behind) = inside.split_at(plain_length(inside).min(inside.len()));
                let [b'"', behind @ ..] = behind else {
                    break Run::AtValue(name.field);
                };
                if let Some(field) = name.field {
                    let Some(cell @ Slot::Missing) = cells.get_mut(usize::from(field.slot)) else {
                        break Run::AtValue(name.field);
                    };
                    let start = length - inside.len();
                    let range = range(start, start + text.len());
                    *cell = match name.takes {
                        Takes::Text(most) if range.length <= most => Slot::Text(range),
                        _ => match decode::simple_text(field, names.shape.wire, range, source) {
                            Some(slot) => slot,
                            None => break Run::AtValue(name.field),
                        },
                    };
                    names.found += 1;
                }
                behind
            } else if let Some((token, behind)) = short(value, length) {
                if let Some(field) = name.field {
                    let Some(cell @ Slot::Missing) = cells.get_mut(usize::from(field.slot)) else {
                        break Run::AtValue(name.field);
                    };
                    let Some(slot) = decode::simple(field, names.shape.wire, token, source) else {
                        break Run::AtValue(name.field);
                    };
                    *cell = slot;
                    names.found += 1;
                }
                behind
            } else {
                break Run::AtValue(name.field);
            };
            unread += u64::from(name.field.is_none());
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
        self.unread += unread;
        names.last = last;
        reader.go(length - rest.len());
        if let Run::Closed = run {
            reader.leave();
        }
        run
    }
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
