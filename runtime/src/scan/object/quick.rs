//! Fields in one step: a name that was seen before and a value that stands there as most do, closed and without escapes.

use super::Scanner;
use super::name::Names;
use crate::decode;
use crate::json::plain::end_of_plain;
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
        let bytes = source.as_bytes();
        let (mut at, mut last) = (reader.offset(), names.last);
        let run = loop {
            let Some((place, name)) = layout.name_at(bytes, at, last) else {
                break Run::AtName;
            };
            last = place;
            at += usize::from(name.length);
            let (token, end) = match bytes.get(at) {
                Some(b'"') => {
                    let end = end_of_plain(bytes, at + 1);
                    if bytes.get(end) != Some(&b'"') {
                        break Run::AtValue(name.field);
                    }
                    (Token::Text(range(at + 1, end)), end + 1)
                }
                _ => match short(bytes, at) {
                    Some(found) => found,
                    None => break Run::AtValue(name.field),
                },
            };
            if let Some(field) = name.field {
                let Some(cell @ Slot::Missing) = cells.get_mut(usize::from(field.slot)) else {
                    break Run::AtValue(name.field);
                };
                *cell = match (token, name.takes) {
                    (Token::Text(text), Takes::Text(most)) if text.length <= most => Slot::Text(text),
                    (token, _) => match decode::simple(field, names.shape.wire, token, source) {
                        Some(slot) => slot,
                        None => break Run::AtValue(name.field),
                    },
                };
                names.found += 1;
            } else {
                self.unread += 1;
            }
            at = end;
            match bytes.get(at..at + 2) {
                Some([b',', b'"']) => at += 1,
                Some([b'}', _]) => break Run::Closed,
                Some(_) | None => break Run::Behind,
            }
        };
        names.last = last;
        reader.go(at);
        if let Run::Closed = run {
            reader.leave();
        }
        run
    }
}

/// Null, true, false, or a whole number; absent for any other value.
fn short(bytes: &[u8], at: usize) -> Option<(Token, usize)> {
    let word = bytes.get(at..)?.first_chunk::<4>()?;
    match word {
        b"null" => return Some((Token::Null, at + 4)),
        b"true" => return Some((Token::Bool(true), at + 4)),
        b"fals" if bytes.get(at + 4) == Some(&b'e') => return Some((Token::Bool(false), at + 5)),
        [b'0', b'0'..=b'9', ..] => return None,
        [b'0'..=b'9', ..] => {}
        _ => return None,
    }
    let mut end = at + 1;
    while let Some(b'0'..=b'9') = bytes.get(end) {
        end += 1;
    }
    match bytes.get(end) {
        Some(b',' | b'}') => Some((Token::Number(range(at, end)), end)),
        Some(_) | None => None,
    }
}
