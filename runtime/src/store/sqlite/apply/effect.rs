//! Effects (`after f`) inside the transaction of their plan: the author's functions read and write records through [`Tx`].

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::effect::{Effects, Records, Tx, TxError};
use crate::model::Model;
use crate::plan::EffectCall;
use crate::store::StoreError;
use crate::value::{RecordId, Stored, StoredRecord};

use super::super::records::find::{self, Search, Unkeyed};
use super::super::records::read;
use super::{Applying, PlanRefused, refused};

impl Applying<'_> {
    /// Calls the effects of a plan, in order. What one refuses, or breaks off at, undoes the whole plan.
    pub(super) fn run_effects(
        &mut self,
        calls: &[EffectCall],
        effects: Option<&dyn Effects>,
    ) -> Result<(), PlanRefused> {
        for call in calls {
            let name = &call.function;
            let effect = effects.and_then(|effects| effects.effect(name));
            let effect = effect.ok_or_else(|| {
                refused(format!(
                    "the function {name} of this plan is not known; a newer program may have made the plan"
                ))
            })?;
            let Stored::Ref(id) = self.resolved(&call.record)? else {
                return Err(refused(format!("{name} is called for no record")));
            };
            let mut records = InPlan {
                applying: self,
                broken: None,
            };
            let ran = catch_unwind(AssertUnwindSafe(|| {
                (effect.call)(&mut Tx::new(&mut records, call.now), id)
            }));
            if let Some(error) = records.broken {
                return Err(PlanRefused::Store(error));
            }
            let who = format!("{name} ({} {})", effect.model.name, id.0);
            match ran {
                Ok(Ok(())) => {}
                Ok(Err(fail)) => return Err(refused(format!("{who}: {}", fail.message))),
                Err(_) => {
                    return Err(refused(format!(
                        "{who} broke off with a defect; what it wrote is undone"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// The records as a plan on its way sees them.
struct InPlan<'p, 'a> {
    applying: &'p mut Applying<'a>,
    /// The database failed: the whole transaction is given up, whatever the function makes of it.
    broken: Option<StoreError>,
}

impl InPlan<'_, '_> {
    fn said(&mut self, error: PlanRefused) -> TxError {
        match error {
            PlanRefused::Stale(words) | PlanRefused::Refused(words) => TxError::Refused(words),
            PlanRefused::Store(error) => {
                let words = error.to_string();
                self.broken.get_or_insert(error);
                TxError::Refused(words)
            }
        }
    }

    fn version(&mut self, model: &'static Model, id: RecordId) -> Result<i64, TxError> {
        let present = self.applying.present_version(&model.table_name(), id);
        let present = present.map_err(|error| self.said(error))?;
        present.ok_or(TxError::NoRecord { model: model.name, id })
    }
}

impl Records for InPlan<'_, '_> {
    fn read(&mut self, model: &'static Model, id: RecordId, fields: &[&str]) -> Result<Option<StoredRecord>, TxError> {
        let unknown = |name: &str| TxError::Refused(format!("{} has no field {name}", model.name));
        let fields = fields
            .iter()
            .map(|name| model.field(name).map(|field| field.name).ok_or_else(|| unknown(name)))
            .collect::<Result<Vec<&'static str>, TxError>>()?;
        let found = read::read(self.applying.transaction, model, &[id], &fields);
        let found = found.map_err(|error| self.said(error.into()))?;
        Ok(found.into_iter().flatten().next())
    }

    fn find(&mut self, model: &'static Model, by: &[(&str, Stored)]) -> Result<Vec<RecordId>, TxError> {
        let is_null = |pair: &&(&str, Stored)| pair.1 == Stored::Null;
        let nulls: Vec<&str> = by.iter().filter(is_null).map(|(name, _)| *name).collect();
        let given: Vec<&(&str, Stored)> = by.iter().filter(|pair| !is_null(pair)).collect();
        let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
        let values: Vec<Stored> = given.iter().map(|(_, value)| value.clone()).collect();
        let search = Search {
            model,
            by: &names,
            fold: false,
            unkeyed: Unkeyed::Exact,
            filter: None,
            planned: None,
            nulls: &nulls,
            values: std::slice::from_ref(&values),
        };
        let prepared = find::prepare(&search);
        let prepared = prepared.map_err(|words| TxError::Refused(format!("{}: {words}", model.name)))?;
        let found = find::run(self.applying.transaction, &prepared);
        let found = found.map_err(|error| self.said(error.into()))?;
        Ok(found.into_iter().flatten().collect())
    }

    fn create(&mut self, model: &'static Model, values: &BTreeMap<String, Stored>) -> Result<RecordId, TxError> {
        let made = self.applying.create(model, values);
        made.map_err(|error| self.said(error))
    }

    fn update(
        &mut self,
        model: &'static Model,
        id: RecordId,
        values: &BTreeMap<String, Stored>,
    ) -> Result<(), TxError> {
        let version = self.version(model, id)?;
        let written = self.applying.update(model, id, version, values);
        written.map_err(|error| self.said(error))
    }

    fn delete(&mut self, model: &'static Model, id: RecordId) -> Result<(), TxError> {
        let version = self.version(model, id)?;
        let gone = self.applying.delete(model, id, version);
        gone.map_err(|error| self.said(error))
    }

    fn model(&self, name: &str) -> Option<&'static Model> {
        self.applying.catalog.model(name).ok()
    }
}
