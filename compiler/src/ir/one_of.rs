//! One of several records, told apart by the word in a field.

use super::FieldId;

/// Several records as one: every field of theirs, and the field that says which of them it is.
#[derive(Clone, Debug)]
pub struct OneOf {
    /// The field whose word tells.
    pub by: FieldId,
    /// The records, as written.
    pub records: Vec<Variant>,
}

/// One of the records.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// The words that it is told by.
    pub words: Vec<String>,
    /// The fields that it has.
    pub fields: Vec<FieldId>,
    /// Those of them that are always there.
    pub required: Vec<FieldId>,
}

impl OneOf {
    /// The words with which a field must be there.
    pub fn needed(&self, field: FieldId) -> Vec<&str> {
        let records = self.records.iter().filter(|record| record.required.contains(&field));
        records.flat_map(|record| &record.words).map(String::as_str).collect()
    }
}
