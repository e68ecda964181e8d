//! Records that `find_or_new` would make in a trial.

use super::constant::Misfit;
use super::shown::Shown;
use super::symbol::Symbol;
use super::world::{Answered, World};
use std::collections::BTreeMap;
use tenon_runtime::generated::{Model, RecordId};
use tenon_runtime::value::Stored;

/// A record that `find_or_new` would make: made only where something that is written names it.
#[derive(Debug)]
pub(super) struct NewRecord {
    /// Position of its question in [`World::answered`].
    pub(super) asked: usize,
    /// The record.
    pub(super) id: RecordId,
    /// Records that it refers to itself.
    pub(super) names: Vec<RecordId>,
}

impl World<'_> {
    /// Nothing is found: the record that would be made.
    pub(super) fn would_make(&mut self, model: &Model, values: &[Stored], new: &BTreeMap<String, Stored>) -> RecordId {
        let id = self.symbols.id(model.name, &self.listed(values));
        let names = new.values().chain(values).flat_map(references);
        self.news.push(NewRecord {
            asked: self.answered.len(),
            id,
            names: names.copied().collect(),
        });
        id
    }

    /// The questions answered. A new record that nothing written names is not made, as in the store.
    pub(super) fn told(mut self, written: &Shown) -> (Vec<Answered>, Vec<Misfit>) {
        let mut made = Vec::new();
        written.references(&mut made);
        let mut open: Vec<&NewRecord> = self.news.iter().collect();
        let is_named = |new: &NewRecord, made: &[Symbol]| made.contains(&self.symbols.symbol(new.id));
        while let Some(at) = open.iter().position(|new| is_named(new, &made)) {
            let names = open.remove(at).names.iter().map(|id| self.symbols.symbol(*id));
            made.extend(names);
        }
        for new in open {
            if let Some(answered) = self.answered.get_mut(new.asked) {
                "null, and not created: nothing that is written names it".clone_into(&mut answered.answer);
            }
        }
        (self.answered, self.misfits)
    }
}

fn references(value: &Stored) -> &[RecordId] {
    if let Stored::Ref(id) = value {
        std::slice::from_ref(id)
    } else if let Stored::Refs(ids) = value {
        ids
    } else {
        &[]
    }
}
