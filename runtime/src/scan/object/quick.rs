//! Values in one step: what stands in the payload as most values do, closed and without escapes, goes straight into its cell.

use super::Scanner;
use crate::decode;
use crate::json::reader::Token;
use crate::scan::Slot;
use crate::shape::{Field, Wire};

impl Scanner<'_, '_> {
    /// Reads the value of a field that was not read before; false: nothing was read, the rules of wire and codec have to be asked.
    pub(super) fn quick(&mut self, field: &'static Field, wire: Wire, cell: u32) -> bool {
        let Some(cell @ Slot::Missing) = self.cells.get_mut(cell as usize) else {
            return false;
        };
        let Some((token, end)) = self.reader.quick() else {
            return false;
        };
        let slot = match token {
            Token::Null if field.nullable => Slot::Null,
            Token::Null | Token::Bool(_) | Token::Array { .. } | Token::Object => return false,
            Token::Text(_) | Token::Number(_) => match decode::simple(field, wire, token, self.reader.source()) {
                Some(slot) => slot,
                None => return false,
            },
        };
        *cell = slot;
        self.reader.go(end);
        true
    }
}
