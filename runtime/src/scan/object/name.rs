//! Names of fields to fields: guessed first, then looked up.

use super::Scanner;
use crate::json::reader::Syntax;
use crate::scan::Text;
use crate::scan::memory::Layout;
use crate::shape::{Field, Mark, Shape};

/// How far the names of an object are read.
#[derive(Debug)]
pub(super) struct Names {
    shape: &'static Shape,
    /// Where the memory knows the shape: its layout there and the place of the next name.
    known: Option<(usize, usize)>,
    /// The field that is expected next where it does not.
    expected: usize,
    /// One bit per mark of a field; absent until a name has to be looked up.
    marks: Option<u64>,
    /// What the memory will be given.
    learned: Option<Layout>,
}

impl Scanner<'_, '_> {
    /// Before the first name of an object.
    pub(super) fn names(&self, shape: &'static Shape) -> Names {
        let known = self.memory.as_ref().and_then(|memory| memory.of(shape));
        let learns = self.memory.is_some() && known.is_none();
        Names {
            shape,
            known: known.map(|layout| (layout, 0)),
            expected: 0,
            marks: None,
            learned: learns.then(|| Layout::new(shape)),
        }
    }

    /// The field of the next name; absent for one that nobody reads. Goes past its colon.
    pub(super) fn next_field(&mut self, names: &mut Names) -> Result<Option<&'static Field>, Syntax> {
        if let (Some((layout, place)), Some(memory)) = (&mut names.known, &self.memory) {
            if let Some((name, field)) = memory.key(*layout, *place)
                && self.reader.takes(name)
            {
                *place += 1;
                return Ok(field.and_then(|field| names.shape.fields.get(field)));
            }
        } else if names.learned.is_none()
            && let Some(field) = names.shape.fields.get(names.expected)
            && field.mark.is_plain()
            && self.reader.takes_name(field.name)
        {
            names.expected += 1;
            return Ok(Some(field));
        }
        self.unexpected(names)
    }

    /// The same for a name that was not expected.
    fn unexpected(&mut self, names: &mut Names) -> Result<Option<&'static Field>, Syntax> {
        let name = self.reader.name()?;
        let found = self.find(names, name);
        self.learn(names, name, found);
        let Some(position) = found else { return Ok(None) };
        names.expected = position + 1;
        if let (Some((layout, place)), Some(memory)) = (&mut names.known, &self.memory) {
            *place = memory.behind(*layout, position).unwrap_or(*place);
        }
        Ok(names.shape.fields.get(position))
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

    fn learn(&self, names: &mut Names, name: Text, found: Option<usize>) {
        let Some(learned) = &mut names.learned else { return };
        let text = self.plain(name);
        if name.escaped || !learned.add(&text, found) {
            names.learned = None;
        }
    }

    /// Behind the last name of an object.
    pub(super) fn keep(&mut self, names: Names) {
        if let (Some(learned), Some(memory)) = (names.learned, &mut self.memory) {
            memory.keep(learned);
        }
    }
}
