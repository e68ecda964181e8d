//! Rules that go both ways: what became of a line `a <-> x` of a `sync` in its import and its export.

use super::{MappingId, Place};

/// A rule that stands in both halves of a two-way mapping.
#[derive(Clone, Debug)]
pub struct TwoWay {
    /// The half that reads.
    pub import: MappingId,
    /// The half that writes.
    pub export: MappingId,
    /// The field of the model.
    pub inside: String,
    /// The path of the field of the external record.
    pub outside: Vec<String>,
    /// Whether every step is one-to-one; else a value comes back as its normal form.
    pub exact: bool,
    /// The line.
    pub place: Place,
}
