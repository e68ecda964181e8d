//! Names of fields to fields: guessed first, then looked up.

use super::part::is_wanted;
use super::{Scanner, Stop};
use crate::json::reader::Syntax;
use crate::scan::Text;
use crate::scan::memory::NOWHERE;
use crate::scan::path::Path;
use crate::shape::{Field, Mark, Shape};

/// How far the names of an object are read.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) shape: &'static Shape,
    /// The layout of the shape in the memory.
    pub(super) layout: Option<usize>,
    /// The place of the last name there.
    pub(super) last: u16,
    /// The field that is expected next where there is no memory.
    expected: usize,
    /// One bit per mark of a field; absent until a name has to be looked up.
    marks: Option<u64>,
    /// How many of its fields were found.
    pub(super) found: usize,
    /// The slots that are read, one bit each.
    pub(super) wanted: u64,
}

impl Scanner<'_, '_> {
    /// Before the first name of an object.
    pub(super) fn names(&mut self, shape: &'static Shape, wanted: u64) -> Names {
        Names {
            shape,
            layout: self.memory.as_mut().and_then(|memory| memory.of(shape)),
            last: NOWHERE,
            expected: 0,
            marks: None,
            found: 0,
            wanted,
        }
    }

    /// The field of the next name; absent for one that nobody reads. Goes past its colon.
    pub(super) fn next_field(&mut self, names: &mut Names) -> Result<Option<&'static Field>, Syntax> {
        if names.layout.is_none()
            && let Some(field) = names.shape.fields.get(names.expected)
            && field.mark.is_plain()
            && self.reader.takes_name(field.name)
        {
            names.expected += 1;
            return Ok(Some(field));
        }
        let name = self.reader.name()?;
        let found = self.find(names, name);
        let field = found.and_then(|position| names.shape.fields.get(position));
        self.learn(names, name, field);
        names.expected = found.map_or(names.expected, |position| position + 1);
        Ok(field)
    }

    /// The value behind a name.
    pub(super) fn named(
        &mut self,
        names: &mut Names,
        field: Option<&'static Field>,
        first: u32,
        path: &Path<'_>,
    ) -> Result<(), Stop> {
        match field {
            Some(field) if !is_wanted(names.wanted, field.slot) => {
                names.found += 1;
                self.pass(field, first, path)
            }
            Some(field) => {
                names.found += 1;
                self.field(field, names.shape.wire, first, path)
            }
            None => {
                self.unread += 1;
                Ok(self.reader.skip()?)
            }
        }
    }

    /// The position of a field by name.
    fn find(&self, names: &mut Names, name: Text) -> Option<usize> {
        let text = self.plain(name);
        let mark = Mark::sent(text.as_bytes());
        let fields = names.shape.fields;
        let marks = names
            .marks
            .get_or_insert_with(|| fields.iter().fold(0, |marks, field| marks | field.mark.bit()));
        if *marks & mark.bit() == 0 {
            return None;
        }
        let mut fields = fields.iter();
        fields.position(|field| field.mark.may_be(mark) && field.name == text)
    }

    fn learn(&mut self, names: &mut Names, name: Text, field: Option<&'static Field>) {
        if name.escaped {
            return;
        }
        let text = self.plain(name);
        let memory = self.memory.as_mut();
        let layout = memory.and_then(|memory| memory.layout_mut(names.layout?));
        if let Some(layout) = layout {
            names.last = layout.learn(&text, field, names.last);
        }
    }
}
