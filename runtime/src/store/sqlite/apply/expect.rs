//! What a plan relies on: versions of records, and where keys lead.

use rusqlite::types::Value;

use crate::plan::{BasedOn, Condition, Expected};
use crate::queue::{Fence, JobId};
use crate::store::catalog::BindingTable;
use crate::store::check::shown;
use crate::store::sql::statement;
use crate::value::{Key, RecordId, Stored};

use super::super::records::find::{self, Search, Unkeyed};
use super::{Applying, DIALECT, Living, PlanRefused, refused, stale};

impl Applying<'_> {
    pub(super) fn check_versions(&self, based_on: &[BasedOn]) -> Result<(), PlanRefused> {
        based_on
            .iter()
            .try_for_each(|BasedOn { model, id, version }| self.version(self.model(model)?, *id, *version).map(|_| ()))
    }

    /// What was read of bindings on the way, by position.
    pub(super) fn check_expected(&self, expects: &[Expected]) -> Result<Vec<Option<Living>>, PlanRefused> {
        let one = |expected: &Expected| match expected {
            Expected::Bound {
                table,
                instance,
                key,
                to,
            } => self.expect_bound(table, instance, key, *to).map(Some),
            Expected::NoneFound { .. }
            | Expected::Unbound { .. }
            | Expected::Revision { .. }
            | Expected::Held { .. } => self.expect(expected).map(|()| None),
        };
        expects.iter().map(one).collect()
    }

    fn expect(&self, expected: &Expected) -> Result<(), PlanRefused> {
        match expected {
            Expected::Bound {
                table,
                instance,
                key,
                to,
            } => self.expect_bound(table, instance, key, *to).map(|_| ()),
            Expected::NoneFound {
                model,
                by,
                fold,
                filter,
            } => self.expect_none_found(model, by, *fold, filter.as_ref()),
            Expected::Revision {
                table,
                instance,
                key,
                revision,
            } => self.expect_revision(table, instance, key, revision.as_deref()),
            Expected::Unbound { table, instance, id } => self.expect_unbound(table, instance, *id),
            Expected::Held { job, fence } => self.expect_held(*job, *fence),
        }
    }

    fn expect_bound(
        &self,
        table: &str,
        instance: &str,
        key: &Key,
        to: Option<RecordId>,
    ) -> Result<Living, PlanRefused> {
        let known = self.catalog.binding(table).map_err(refused)?;
        let (external, model) = (known.external, known.binding.model);
        let living = self.living_of(known, instance, key)?;
        let said = |leads: &str| {
            let wanted = to.map_or_else(|| "nowhere".to_owned(), |id| format!("to {} {}", model, id.0));
            stale(format!(
                "{} {key} of {instance} leads {leads} now; the plan was made when it led {wanted}",
                external.name
            ))
        };
        match (living.first(), to) {
            (None, None) => Ok(living),
            (None, Some(_)) => Err(said("nowhere")),
            (Some(_), Some(to)) if living.iter().any(|(_, id)| *id == Some(to)) => Ok(living),
            (Some((_, id)), _) => Err(said(&format!(
                "to {} {}",
                model,
                id.map_or_else(|| "?".to_owned(), |id| id.0.to_string())
            ))),
        }
    }

    /// Without scope any living binding of the key will do, as in [`Self::expect_bound`].
    fn expect_revision(
        &self,
        table: &str,
        instance: &str,
        key: &Key,
        revision: Option<&str>,
    ) -> Result<(), PlanRefused> {
        let known = self.catalog.binding(table).map_err(refused)?;
        let text = statement::revisions(DIALECT, &known.table_name());
        let parameters = [Value::Text(instance.to_owned()), Value::Text(key.0.clone())];
        let living: Vec<(i64, Option<String>)> = self.pairs(&text, &parameters)?;
        if living.iter().any(|(_, present)| present.as_deref() == revision) {
            return Ok(());
        }
        let when = |revision: Option<&str>| revision.map_or_else(|| "no time".to_owned(), str::to_owned);
        let external = known.external.name;
        Err(stale(match living.first() {
            None => format!("{external} {key} of {instance} leads nowhere now"),
            Some((_, present)) => format!(
                "{external} {key} of {instance} is as of {} now; the plan was made when it was as of {}",
                when(present.as_deref()),
                when(revision)
            ),
        }))
    }

    fn expect_held(&self, job: JobId, fence: Fence) -> Result<(), PlanRefused> {
        let parameters = [Value::Integer(job.0), Value::Integer(fence.0)];
        match self.first::<i64>(include_str!("../lock_held.sql"), &parameters)? {
            Some(_) => Ok(()),
            None => Err(stale("the job was taken over by somebody else".to_owned())),
        }
    }

    fn expect_unbound(&self, table: &str, instance: &str, id: RecordId) -> Result<(), PlanRefused> {
        let known = self.catalog.binding(table).map_err(refused)?;
        let (external, model) = (known.external, known.binding.model);
        match self.key_of(&known.table_name(), instance, id)? {
            None => Ok(()),
            Some(key) => Err(stale(format!(
                "{} {key} of {instance} leads to {} {} now; the plan was made when none did",
                external.name, model, id.0
            ))),
        }
    }

    fn expect_none_found(
        &self,
        model: &str,
        by: &[(String, Stored)],
        fold: bool,
        filter: Option<&Condition>,
    ) -> Result<(), PlanRefused> {
        let model = self.model(model)?;
        if by.iter().any(|(_, value)| matches!(value, Stored::New(_))) {
            return Ok(());
        }
        let (nulls, by): (Vec<_>, Vec<_>) = by.iter().partition(|(_, value)| *value == Stored::Null);
        let values: Vec<Stored> = by.iter().map(|(_, value)| value.clone()).collect();
        let search = Search {
            model,
            by: &names_of(&by),
            fold,
            unkeyed: Unkeyed::Exact,
            filter: None,
            planned: filter,
            nulls: &names_of(&nulls),
            values: std::slice::from_ref(&values),
        };
        let prepared = find::prepare(&search).map_err(|words| refused(format!("{}: {words}", model.name)))?;
        let found = find::run(self.transaction, &prepared)?;
        let Some(id) = found.first().and_then(|ids| ids.first()) else {
            return Ok(());
        };
        let pairs: Vec<String> = by
            .iter()
            .map(|(name, value)| format!("{name} {}", shown(value)))
            .collect();
        Err(stale(format!(
            "{} {} has {} by now; the plan was made when no record had",
            model.name,
            id.0,
            pairs.join(" and ")
        )))
    }

    /// Number and record of the living bindings of a key, in all scopes.
    pub(super) fn living_of(&self, known: &BindingTable, instance: &str, key: &Key) -> Result<Living, PlanRefused> {
        let mut statement = self.transaction.prepare_cached(&known.living)?;
        let rows = statement.query_map([instance, key.0.as_str()], |row| {
            Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(RecordId)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The same in one scope.
    pub(super) fn living(
        &self,
        table: &str,
        instance: &str,
        key: &Key,
        scope: &[&str],
        values: Vec<Value>,
    ) -> Result<Living, PlanRefused> {
        let text = statement::living(DIALECT, table, scope);
        let mut parameters = vec![Value::Text(instance.to_owned()), Value::Text(key.0.clone())];
        parameters.extend(values);
        let rows: Vec<(i64, Option<i64>)> = self.pairs(&text, &parameters)?;
        Ok(rows
            .into_iter()
            .map(|(id, record)| (id, record.map(RecordId)))
            .collect())
    }

    /// A key that leads to a record.
    pub(super) fn key_of(&self, table: &str, instance: &str, id: RecordId) -> Result<Option<String>, PlanRefused> {
        let text = statement::key_of(DIALECT, table);
        Ok(self.first(&text, &[Value::Text(instance.to_owned()), Value::Integer(id.0)])?)
    }
}

fn names_of<'a>(pairs: &[&'a (String, Stored)]) -> Vec<&'a str> {
    pairs.iter().map(|(name, _)| name.as_str()).collect()
}
