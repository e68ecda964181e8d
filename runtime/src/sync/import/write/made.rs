//! Records that `find_or_new` makes: created by the plan of the record that asked, before whoever refers to them.

use super::Planning;
use crate::mapper::Assigned;
use crate::plan::{Expected, Write};
use crate::value::{RecordId, Stored};

impl Planning<'_, '_> {
    /// Values as the plan carries them: what is going to be made is created by it, once.
    pub(super) fn planned(&mut self, values: Vec<Assigned>) -> Vec<Assigned> {
        let planned = values.into_iter().map(|assigned| Assigned {
            value: self.planned_value(assigned.value),
            ..assigned
        });
        planned.collect()
    }

    fn planned_value(&mut self, value: Stored) -> Stored {
        if let Stored::Ref(id) = value {
            return self.made(id).map_or(Stored::Ref(id), Stored::New);
        }
        let Stored::Refs(ids) = value else { return value };
        let ids = ids.into_iter().map(|id| self.made(id).map_or(id, RecordId::of_write));
        Stored::Refs(ids.collect())
    }

    /// The write that creates a record which is going to be made; absent: it exists.
    ///
    /// The plan relies on nobody having its values by then: whoever comes second plans again, and finds it.
    fn made(&mut self, id: RecordId) -> Option<u32> {
        if let Some(number) = self.made.get(&id) {
            return Some(*number);
        }
        let new = self.known.resolved.new_record(id)?.clone();
        let by = new
            .by
            .into_iter()
            .map(|(name, value)| (name, self.planned_value(value)));
        let expected = Expected::NoneFound {
            model: new.model.name.to_owned(),
            by: by.collect(),
            fold: new.fold,
            filter: None,
        };
        let values = new
            .values
            .into_iter()
            .map(|(name, value)| (name, self.planned_value(value)));
        let write = Write::Create {
            model: new.model.name.to_owned(),
            values: values.collect(),
        };
        let number = u32::try_from(self.plan.writes.len()).unwrap_or(u32::MAX);
        self.plan.writes.push(write);
        self.plan.expects.push(expected);
        self.made.insert(id, number);
        Some(number)
    }
}
