//! One of several records: which of its fields must be there.

use super::Scanner;
use crate::scan::Slot;
use crate::shape::Field;

impl Scanner<'_, '_> {
    /// Whether the record whose leaves begin at this cell says that it is one that has the field.
    pub(super) fn is_needed(&self, field: &Field, first: u32) -> bool {
        let Some(needed) = field.needed else { return false };
        if let Slot::Text(word) = self.cell(first + u32::from(needed.by)) {
            return needed.words.contains(&self.plain(word).as_ref());
        }
        false
    }
}
