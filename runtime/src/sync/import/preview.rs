//! Trying an import: the same code, nothing written. Records that would be imported first are pretended, under numbers below zero.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::connector::ExternalType;
use crate::environment::{Environment, EnvironmentError};
use crate::model::{Literal, Model, ModelField};
use crate::plan::{BindingWrite, Plan, Write};
use crate::sync::import::{Imported, Importing};
use crate::sync::payload::{ImportRecord, Link};
use crate::sync::{End, Planned, Request};
use crate::value::{Key, RecordId, Stored, StoredRecord};

/// What an import would do.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What was read: alias and JSON of the record and of what is joined to it.
    pub payloads: Vec<(String, String)>,
    /// What the rules write, for people; absent: it did not come to that.
    pub mapped: Option<String>,
    /// What would be changed.
    pub plan: Plan,
    /// How it would end.
    pub end: End,
    /// Records that would be imported first, in order, and how they would end.
    pub first: Vec<(Link, End)>,
}

/// Imports a record without writing anything. A record that is given is not read.
///
/// # Errors
/// There is no mapping of this type.
pub async fn try_import(env: &Environment, record: ImportRecord) -> Result<Tried, EnvironmentError> {
    let mapper = env.import_mapper(&record.external, None)?;
    let preview = Preview::default();
    let claim = std::iter::once(record.clone())
        .filter(|record| record.record.is_some())
        .collect();
    let request = Request {
        record,
        run: None,
        now: env.session.now,
        claim,
    };
    let requests = std::slice::from_ref(&request);
    let importing = Importing {
        env,
        mapper,
        requests,
        preview: Some(&preview),
    };
    let imported = importing.plan().await.pop();
    let Imported {
        planned: Planned { plan, end },
        payloads,
        mapped,
        wrote: _,
        to: _,
    } = imported.unwrap_or_else(|| Imported::nothing(End::data("nothing was planned")));
    let first = preview.state().first.clone();
    Ok(Tried {
        payloads,
        mapped,
        plan,
        end,
        first,
    })
}

/// Records that a preview pretends to have imported.
#[derive(Debug, Default)]
pub(crate) struct Preview {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    bound: BTreeMap<(String, Key), RecordId>,
    records: BTreeMap<RecordId, (String, BTreeMap<String, Stored>)>,
    first: Vec<(Link, End)>,
    /// How many numbers are given away.
    numbers: i64,
}

impl Preview {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record that a key would lead to.
    pub(crate) fn bound(&self, external: &'static ExternalType, key: &Key) -> Option<RecordId> {
        self.state()
            .bound
            .get(&(external.name.to_owned(), key.clone()))
            .copied()
    }

    /// A pretended record with these fields; what its plan does not write has its default.
    pub(crate) fn record(&self, model: &'static Model, id: RecordId, fields: &[&'static str]) -> Option<StoredRecord> {
        let state = self.state();
        let (_, written) = state.records.get(&id)?;
        let value = |name: &'static str| {
            let default = || model.field(name).map_or(Stored::Null, default_of);
            (name, written.get(name).cloned().unwrap_or_else(default))
        };
        Some(StoredRecord {
            model,
            id,
            version: 0,
            fields: fields.iter().map(|name| value(name)).collect(),
        })
    }

    /// Keeps what a dependency would write.
    pub(crate) fn pretend(&self, env: &Environment, record: &ImportRecord, planned: &Planned) -> End {
        let mut state = self.state();
        let before = state.numbers;
        state.numbers = before.saturating_add(i64::try_from(planned.plan.writes.len()).unwrap_or(i64::MAX));
        let number = |write: u32| RecordId(-(before + i64::from(write) + 1));
        for (write, at) in planned.plan.writes.iter().zip(0u32..) {
            if let Write::Create { model, values } = write {
                let values = values
                    .iter()
                    .map(|(name, value)| (name.clone(), numbered(value, &number)))
                    .collect();
                state.records.insert(number(at), (model.clone(), values));
            }
        }
        for binding in &planned.plan.bindings {
            if let BindingWrite::Bind { table, key, to, .. } = binding {
                let external = env
                    .registry
                    .externals()
                    .into_iter()
                    .find(|external| external.binding.as_ref().is_some_and(|binding| binding.table == table));
                if let (Some(external), Stored::Ref(id)) = (external, numbered(to, &number)) {
                    state.bound.insert((external.name.to_owned(), key.clone()), id);
                }
            }
        }
        state.first.push((record.link(), planned.end.clone()));
        planned.end.clone()
    }
}

/// The value, with numbers for records that the plan would create.
fn numbered(value: &Stored, number: &dyn Fn(u32) -> RecordId) -> Stored {
    if let Stored::New(write) = value {
        return Stored::Ref(number(*write));
    }
    let Stored::Refs(ids) = value else {
        return value.clone();
    };
    let ids = ids.iter().map(|id| id.write().map_or(*id, number));
    Stored::Refs(ids.collect())
}

fn default_of(field: &'static ModelField) -> Stored {
    match field.default {
        Some(Literal::Text(text)) => Stored::Text(text.to_owned()),
        Some(Literal::Int(number)) => Stored::Int(number),
        Some(Literal::Bool(flag)) => Stored::Bool(flag),
        Some(Literal::Decimal(digits)) => digits.parse().map_or(Stored::Null, Stored::Decimal),
        Some(Literal::Null) | None => field.empty().map_or(Stored::Null, |text| Stored::Json(text.to_owned())),
    }
}
