//! What a plan relies on: versions of records, and where keys lead.

use crate::plan::{BasedOn, Condition, Expected, Plan, Write};
use crate::queue::{Fence, JobId};
use crate::store::catalog::BindingTable;
use crate::store::check::shown;
use crate::store::database::{Database, Row, Value};
use crate::store::fixed::Fixed;
use crate::store::records::find::{self, Search, Unkeyed};
use crate::store::sql::lock::Lock;
use crate::store::sql::statement;
use crate::value::{Key, RecordId, Stored};

use super::{A_PLAN, Applying, Living, PlanRefused, refused, stale};

impl<D: Database> Applying<'_, D> {
    pub(super) async fn check_versions(&self, plan: &Plan) -> Result<(), PlanRefused> {
        for BasedOn { model, id, version } in &plan.based_on {
            let lock = match plan.writes.iter().any(|write| changes(write, model, *id)) {
                true => Lock::Written,
                false => Lock::Read,
            };
            self.version(self.model(model)?, *id, *version, lock).await?;
        }
        Ok(())
    }

    /// What was read of bindings on the way, by position.
    pub(super) async fn check_expected(&self, expects: &[Expected]) -> Result<Vec<Option<Living>>, PlanRefused> {
        let mut found = Vec::with_capacity(expects.len());
        for expected in expects {
            found.push(self.expect(expected).await?);
        }
        Ok(found)
    }

    /// Checks one expectation; what it read of a key.
    async fn expect(&self, expected: &Expected) -> Result<Option<Living>, PlanRefused> {
        let checked = match expected {
            Expected::Bound {
                table,
                instance,
                key,
                to,
            } => return self.expect_bound(table, instance, key, *to).await.map(Some),
            Expected::NoneFound {
                model,
                by,
                fold,
                filter,
            } => self.expect_none_found(model, by, *fold, filter.as_ref()).await,
            Expected::Revision {
                table,
                instance,
                key,
                revision,
            } => self.expect_revision(table, instance, key, revision.as_deref()).await,
            Expected::Unbound { table, instance, id } => self.expect_unbound(table, instance, *id).await,
            Expected::Held { job, fence } => self.expect_held(*job, *fence).await,
        };
        checked.map(|()| None)
    }

    async fn expect_bound(
        &self,
        table: &str,
        instance: &str,
        key: &Key,
        to: Option<RecordId>,
    ) -> Result<Living, PlanRefused> {
        let known = self.catalog.binding(table).map_err(refused)?;
        let (external, model) = (known.external, known.binding.model);
        let living = self.living_of(known, instance, key).await?;
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
    async fn expect_revision(
        &self,
        table: &str,
        instance: &str,
        key: &Key,
        revision: Option<&str>,
    ) -> Result<(), PlanRefused> {
        let known = self.catalog.binding(table).map_err(refused)?;
        let text = statement::revisions(D::DIALECT, &known.table_name());
        let rows = self
            .database
            .rows(A_PLAN, &text, &[instance.into(), (&key.0).into()])
            .await?;
        let living = rows.into_iter().map(|mut row| row.maybe_text(1));
        let living: Vec<Option<String>> = living.collect::<Result<_, _>>()?;
        if living.iter().any(|present| present.as_deref() == revision) {
            return Ok(());
        }
        let when = |revision: Option<&str>| revision.map_or_else(|| "no time".to_owned(), str::to_owned);
        let external = known.external.name;
        Err(stale(match living.first() {
            None => format!("{external} {key} of {instance} leads nowhere now"),
            Some(present) => format!(
                "{external} {key} of {instance} is as of {} now; the plan was made when it was as of {}",
                when(present.as_deref()),
                when(revision)
            ),
        }))
    }

    async fn expect_held(&self, job: JobId, fence: Fence) -> Result<(), PlanRefused> {
        let text = Fixed::JobHeld.text(D::DIALECT);
        match self.row(text, &[job.0.into(), fence.0.into()]).await? {
            Some(_) => Ok(()),
            None => Err(stale("the job was taken over by somebody else".to_owned())),
        }
    }

    async fn expect_unbound(&self, table: &str, instance: &str, id: RecordId) -> Result<(), PlanRefused> {
        let known = self.catalog.binding(table).map_err(refused)?;
        let (external, model) = (known.external, known.binding.model);
        match self.key_of(&known.table_name(), instance, id).await? {
            None => Ok(()),
            Some(key) => Err(stale(format!(
                "{} {key} of {instance} leads to {} {} now; the plan was made when none did",
                external.name, model, id.0
            ))),
        }
    }

    async fn expect_none_found(
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
        let prepared =
            find::prepare(D::DIALECT, &search).map_err(|words| refused(format!("{}: {words}", model.name)))?;
        let found = find::run(self.database, A_PLAN, &prepared).await?;
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
    pub(super) async fn living_of(
        &self,
        known: &BindingTable,
        instance: &str,
        key: &Key,
    ) -> Result<Living, PlanRefused> {
        self.living(&known.living, &[instance.into(), (&key.0).into()]).await
    }

    /// The same by a statement that names a scope.
    pub(super) async fn living(&self, text: &str, values: &[Value<'_>]) -> Result<Living, PlanRefused> {
        let rows = self.database.rows(A_PLAN, text, values).await?;
        let living = rows
            .into_iter()
            .map(|mut row| Ok((row.int(0)?, row.maybe_int(1)?.map(RecordId))));
        living.collect()
    }

    /// A key that leads to a record.
    pub(super) async fn key_of(
        &self,
        table: &str,
        instance: &str,
        id: RecordId,
    ) -> Result<Option<String>, PlanRefused> {
        let text = statement::key_of(D::DIALECT, table);
        let row = self.row(&text, &[instance.into(), id.into()]).await?;
        Ok(row.map(|mut row| row.text(0)).transpose()?)
    }
}

/// Whether a write is about this record.
fn changes(write: &Write, model: &str, id: RecordId) -> bool {
    match write {
        Write::Create { .. } => false,
        Write::Update {
            model: of, id: number, ..
        }
        | Write::Delete {
            model: of, id: number, ..
        } => *number == id && of == model,
    }
}

fn names_of<'a>(pairs: &[&'a (String, Stored)]) -> Vec<&'a str> {
    pairs.iter().map(|(name, _)| name.as_str()).collect()
}
