//! Written values against stored ones.

use std::collections::BTreeMap;

use crate::compound;
use crate::mapper::{Assigned, How};
use crate::store::Bound;
use crate::value::{Stored, StoredRecord};

/// A written value that is not what is stored; added references join those that are stored.
pub(super) fn differing(current: &StoredRecord, assigned: Assigned) -> Option<(String, Stored)> {
    let stored = current.get(assigned.field);
    let value = match (assigned.how, stored, assigned.value) {
        (How::Add, Some(Stored::Refs(known)), Stored::Refs(added)) => {
            let new = added.into_iter().filter(|id| !known.contains(id));
            Stored::Refs(known.iter().copied().chain(new).collect())
        }
        (How::Add, Some(Stored::Json(known)), Stored::Json(added)) => {
            Stored::Json(compound::union(known, &added).unwrap_or(added))
        }
        (How::Add | How::Replace, _, value) => value,
    };
    (stored != Some(&value)).then(|| (assigned.field.to_owned(), value))
}

/// Extra fields of a binding that are not what is stored.
pub(super) fn differing_fields(bound: Option<&Bound>, fields: Vec<Assigned>) -> BTreeMap<String, Stored> {
    let stored = |name: &str| {
        bound?
            .fields
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    };
    let new = fields
        .into_iter()
        .filter(|assigned| stored(assigned.field) != Some(&assigned.value));
    new.map(|assigned| (assigned.field.to_owned(), assigned.value))
        .collect()
}
