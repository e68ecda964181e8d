//! What a trial would change of the record that is there already.

use super::shown::Shown;
use super::symbol::written;
use super::trial::Trial;
use crate::ir::test::Constant;

/// A field that would be written with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `name`
    pub field: String,
    /// What is there.
    pub before: String,
    /// What would be.
    pub after: String,
}

/// The written fields that differ from what is there, and how many are the same.
pub fn against(trial: &Trial, current: &Constant) -> (Vec<Difference>, usize) {
    let (Shown::Record(fields), Constant::Record(held)) = (&trial.open, current) else {
        return (Vec::new(), 0);
    };
    let mut differ = Vec::new();
    let mut same = 0;
    for (name, value) in fields.iter().filter(|(_, value)| *value != Shown::Missing) {
        let before = held.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        if before.is_some_and(|before| value.is(before)) || (before.is_none() && *value == Shown::Null) {
            same += 1;
            continue;
        }
        let is_masked = *trial.result.field(name) == Shown::Masked;
        let masked = |text: String| if is_masked { Shown::Masked.to_string() } else { text };
        differ.push(Difference {
            field: name.clone(),
            before: masked(before.map_or_else(|| "null".to_owned(), written)),
            after: masked(value.to_string()),
        });
    }
    (differ, same)
}
