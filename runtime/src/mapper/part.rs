//! What is read of a record of which only some fields changed.

use crate::mapper::{Changed, MapperInfo};

/// The slots that the rules of a mapping read. Made once for many records.
#[derive(Clone, Debug)]
pub struct RuleReads {
    /// Those of each rule; absent where not only the rules read the record, or it has more than 64 slots.
    rules: Option<Vec<u64>>,
    /// Those that say whether a nested record is there.
    nested: u64,
}

impl RuleReads {
    /// What the rules of a mapping read.
    pub fn of(info: &MapperInfo) -> Self {
        let asks = !(info.lookups.is_empty() && info.stops.is_empty() && info.checks.is_empty());
        let [source] = info.sources else {
            return Self { rules: None, nested: 0 };
        };
        // One of several records says by a field which others it has.
        let varies = source.shape.fields.iter().any(|field| field.needed.is_some());
        let is_plain = !asks && !varies && source.shape.slots <= 64;
        let words = info.rules.iter().map(|rule| rule.bits.0.first().copied().unwrap_or(0));
        let nested = source.shape.fields.iter().filter(|field| field.kind.nested().is_some());
        Self {
            rules: is_plain.then(|| words.collect()),
            nested: nested.fold(0, |read, field| read | 1 << (field.slot & 63)),
        }
    }

    /// The slots that the rules read which depend on these, one bit each; all bits where nobody can tell.
    pub fn where_changed(&self, changed: &Changed) -> u64 {
        let (Some(rules), [changed]) = (&self.rules, changed.0.as_slice()) else {
            return u64::MAX;
        };
        let read = rules.iter().filter(|read| **read & changed != 0);
        read.fold(self.nested, |all, read| all | read)
    }
}
