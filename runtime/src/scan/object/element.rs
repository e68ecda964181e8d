//! What only XML has: an element with attributes beside its text, and a list that is one element.
//!
//! The canonical JSON of an element: its text where it has neither attributes nor elements, else an object of `@name` for each
//! attribute, the elements by name (several of one name as an array), and its text, if it is not white space alone, as `#text`.

use super::{Rows, Scanner, Stop, count, empty_list};
use crate::json::reader::{Position, Token};
use crate::scan::path::Path;
use crate::scan::{Slot, Text};
use crate::shape::{Field, Kind, Shape, Wire};

/// The text of an element of XML that has attributes or elements beside it.
pub(super) const TEXT: &str = "#text";

/// Whether a field holds the text of an element, and not what the element is made of.
pub(super) const fn holds_text(field: &Field) -> bool {
    field.kind.below().is_none() && !matches!(field.kind, Kind::Json)
}

impl Scanner<'_, '_> {
    /// The text of an element that has attributes, too: its `#text`; without one it is empty.
    pub(super) fn text_beside_attributes(&mut self, start: usize) -> Result<Token, Stop> {
        let mut found = Token::Text(Text {
            offset: count(start),
            ..Text::default()
        });
        self.reader.enter()?;
        let mut position = Position::First;
        while self.reader.another(b'}', position)? {
            position = Position::Later;
            let name = self.reader.name()?;
            match self.plain(name) == TEXT {
                true => found = self.reader.token()?,
                false => self.reader.skip()?,
            }
        }
        Ok(found)
    }

    /// An element of text alone where a record is declared that has its text as a field, `#text`: the same element without attributes.
    pub(super) fn text_alone(
        &mut self,
        shape: &'static Shape,
        token: Token,
        first: u32,
        path: &Path<'_>,
    ) -> Result<bool, Stop> {
        let Token::Text(text) = token else { return Ok(false) };
        let field = shape.fields.iter().find(|field| field.name == TEXT);
        let Some(field) = field.filter(|_| shape.wire == Wire::Xml) else {
            return Ok(false);
        };
        let (cell, path) = (first + u32::from(field.slot), path.field(field.name, field.sensitive));
        let start = (text.offset as usize).saturating_sub(1);
        if let Some(slot) = self.valued(field, shape.wire, (token, text), (cell, start), &path)? {
            self.put(cell, slot);
        }
        Ok(true)
    }

    /// A list that XML sends as its only element, or as nothing.
    pub(super) fn single(&mut self, shape: &'static Shape, field: &Field, path: &Path<'_>) -> Result<Slot, Stop> {
        if self.reader.peek() == b'n' {
            self.reader.token()?;
            return Ok(if field.nullable { Slot::Null } else { empty_list(shape) });
        }
        let mut rows = Rows::default();
        self.element(shape, &mut rows, Text::default(), &path.element(0))?;
        Ok(Slot::List {
            first: rows.first,
            count: rows.count,
            shape,
        })
    }
}
