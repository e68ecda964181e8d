//! Records of which only some fields are read: those that the rules need for the fields that changed.

use std::borrow::Cow;

use super::{ALL, Scanner, Stop};
use crate::scan::Slot;
use crate::scan::path::Path;
use crate::shape::Field;

impl<'t> Scanner<'t, '_> {
    /// The slots that are read of the record in this cell, one bit each.
    pub(super) fn wanted(&mut self, cell: u32) -> u64 {
        let Some(part) = &self.part else { return ALL };
        let (record, names) = (u32::from(part.record), u32::from(part.names));
        let Slot::List { first, count, .. } = self.cell(names) else {
            return ALL;
        };
        if cell != record || count == 0 {
            return ALL;
        }
        let texts = self.texts(first, count);
        self.part.as_mut().map_or(ALL, |part| (part.slots)(&texts))
    }

    /// The elements of a list of texts.
    fn texts(&self, first: u32, count: u32) -> Vec<Cow<'t, str>> {
        let (mut at, mut texts) = (first, Vec::with_capacity(count as usize));
        while let Slot::Row { next, .. } = self.cell(at) {
            if let Slot::Text(text) = self.cell(at + 1) {
                texts.push(self.plain(text));
            }
            // The last row has none behind it.
            if next == 0 {
                break;
            }
            at = next;
        }
        texts
    }

    /// A field that is not read this time.
    pub(super) fn pass(&mut self, field: &Field, first: u32, path: &Path<'_>) -> Result<(), Stop> {
        self.reader.skip()?;
        let cell = first + u32::from(field.slot);
        if self.is_missing(cell) {
            self.put(cell, Slot::Unread);
            return Ok(());
        }
        let path = path.field(field.name, field.sensitive);
        self.wrong(&path, field.place, String::from("the field stands here twice"), None)
    }
}

/// Whether a slot is among those that are read. More than 64 are not told apart: then all are read.
#[inline(always)]
pub(super) const fn is_wanted(wanted: u64, slot: u16) -> bool {
    wanted >> (slot & 63) & 1 == 1
}
