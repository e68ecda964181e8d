//! Which fields of a record must be there.

use super::{Scanner, Stop, element, empty_list};
use crate::decode;
use crate::scan::path::Path;
use crate::scan::{Slot, Text};
use crate::shape::{Field, Kind, Shape, Wire};

impl Scanner<'_, '_> {
    /// What was not sent: its default, or a mistake if it is needed.
    pub(super) fn complete(&mut self, shape: &'static Shape, first: u32, path: &Path<'_>) -> Result<(), Stop> {
        for field in shape.fields {
            let cell = first + u32::from(field.slot);
            if !self.is_missing(cell) {
                continue;
            }
            let path = path.field(field.name, field.sensitive);
            match (field.default, field.kind, shape.wire) {
                (Some(literal), _, _) => match decode::constant(field, literal) {
                    Ok(slot) => self.put(cell, slot),
                    Err(problem) => self.wrong(&path, field.place, problem, None)?,
                },
                _ if field.optional && !self.is_needed(field, first) => {}
                (None, _, Wire::Xml) if field.nullable => self.put(cell, Slot::Null),
                (None, Kind::Text, Wire::Xml) if field.name == element::TEXT => {
                    self.put(cell, Slot::Text(Text::default()))
                }
                (None, Kind::List(shape), Wire::Xml) => self.put(cell, empty_list(shape)),
                (None, _, _) => self.wrong(&path, field.place, String::from("the field is missing"), None)?,
            }
        }
        Ok(())
    }

    /// Whether the record whose leaves begin at this cell says that it is one that has the field.
    pub(super) fn is_needed(&self, field: &Field, first: u32) -> bool {
        let Some(needed) = field.needed else { return false };
        if let Slot::Text(word) = self.cell(first + u32::from(needed.by)) {
            return needed.words.contains(&self.plain(word).as_ref());
        }
        false
    }
}
