//! Records, bindings, runs and cursors in SQLite.

mod bound;
mod dump;
pub(super) mod find;
mod language;
pub(super) mod read;

use std::sync::{Arc, PoisonError};

use async_trait::async_trait;

use crate::connector::ExternalType;
use crate::effect::Effects;
use crate::model::Model;
use crate::plan::{Plan, SyncOutcome};
use crate::store::catalog::Catalog;
use crate::store::sql::Dialect;
use crate::store::sql::page;
use crate::store::sql::statement::BoundBy;
use crate::store::{Bound, Completed, Find, Known, RecordStore, RunCounts, StoreError, Translation, Waiting};
use crate::value::{Key, RecordId, Stored, StoredRecord};

use super::apply::apply_plan;
use super::jobs::enqueue_in;
use super::{PlanApplied, PlanRefused, SqliteStore, exports, runs, savepoint, schema, store_error};

#[async_trait]
impl RecordStore for SqliteStore {
    async fn prepare(&self, models: &[&'static Model], externals: &[&'static ExternalType]) -> Result<(), StoreError> {
        let catalog =
            Catalog::new(Dialect::Sqlite, models, externals).map_err(|mistakes| do_not_fit(&mistakes.join("; ")))?;
        let catalog = Arc::new(catalog);
        let wanted = Arc::clone(&catalog);
        self.write(move |transaction| schema::bring_up_to_date(transaction, &wanted))
            .await?;
        let effects = Arc::clone(self.effects());
        self.plans().install(move |transaction, plan| {
            let effects = effects.read().unwrap_or_else(PoisonError::into_inner).clone();
            let applied = apply_plan(transaction, &catalog, effects.as_deref(), plan)?;
            let enqueued = enqueue_in(transaction, &plan.jobs)?;
            runs::hand_over(transaction, &plan.entries, &enqueued)?;
            Ok(applied)
        });
        Ok(())
    }

    fn know_effects(&self, effects: Arc<dyn Effects>) {
        *self.effects().write().unwrap_or_else(PoisonError::into_inner) = Some(effects);
    }

    async fn bound(
        &self,
        external: &'static ExternalType,
        instance: &str,
        keys: &[Key],
    ) -> Result<Vec<Option<Bound>>, StoreError> {
        let (instance, keys) = (instance.to_owned(), keys.to_vec());
        self.read(move |connection| bound::by_key(connection, external, &instance, &keys))
            .await
    }

    async fn bindings_of(
        &self,
        external: &'static ExternalType,
        instance: &str,
        id: RecordId,
    ) -> Result<Vec<Bound>, StoreError> {
        let instance = instance.to_owned();
        self.read(move |connection| bound::by_records(connection, external, &instance, &[id], BoundBy::Record))
            .await
    }

    async fn bindings_of_all(
        &self,
        external: &'static ExternalType,
        instance: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError> {
        let (instance, ids) = (instance.to_owned(), ids.to_vec());
        self.read(move |connection| bound::by_records(connection, external, &instance, &ids, BoundBy::Record))
            .await
    }

    async fn bound_children(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parent: RecordId,
    ) -> Result<Vec<Bound>, StoreError> {
        let instance = instance.to_owned();
        self.read(move |connection| bound::by_records(connection, external, &instance, &[parent], BoundBy::Parent))
            .await
    }

    async fn bound_with(
        &self,
        external: &'static ExternalType,
        instance: &str,
        field: &'static str,
        values: &[Stored],
    ) -> Result<Vec<Vec<Bound>>, StoreError> {
        let (instance, values) = (instance.to_owned(), values.to_vec());
        self.read(move |connection| bound::with(connection, external, &instance, field, &values))
            .await
    }

    async fn bound_under(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parents: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError> {
        let (instance, parents) = (instance.to_owned(), parents.to_vec());
        self.read(move |connection| bound::by_records(connection, external, &instance, &parents, BoundBy::Parent))
            .await
    }

    async fn bound_after(
        &self,
        external: &'static ExternalType,
        instance: &str,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<Bound>, StoreError> {
        let (instance, after) = (instance.to_owned(), after.map(|key| key.0.clone()));
        self.read(move |connection| bound::after(connection, external, &instance, after.as_deref(), limit))
            .await
    }

    async fn find(&self, find: &Find) -> Result<Vec<Vec<RecordId>>, StoreError> {
        let find = find.clone();
        self.read(move |connection| find::find(connection, &find)).await
    }

    async fn read(
        &self,
        model: &'static Model,
        ids: &[RecordId],
        fields: &[&'static str],
    ) -> Result<Vec<Option<StoredRecord>>, StoreError> {
        let (ids, fields) = (ids.to_vec(), fields.to_vec());
        self.read(move |connection| read::read(connection, model, &ids, &fields))
            .await
    }

    async fn translations(&self, model: &'static Model, ids: &[RecordId]) -> Result<Vec<Vec<Translation>>, StoreError> {
        let ids = ids.to_vec();
        self.read(move |connection| language::read(connection, model, &ids))
            .await
    }

    async fn apply(&self, plan: &Plan) -> Result<Completed, StoreError> {
        let (store, plan) = (self.clone(), plan.clone());
        self.write(move |transaction| {
            let applied = savepoint(transaction, || store.plans().apply(transaction, &plan));
            match applied {
                Ok(PlanApplied { created }) => Ok(Completed::Applied(created)),
                Err(PlanRefused::Stale(reason)) => Ok(Completed::Stale(reason)),
                Err(PlanRefused::Refused(reason)) => Ok(Completed::Refused(reason)),
                Err(PlanRefused::Store(error)) => Err(error),
            }
        })
        .await
    }

    async fn start_run(&self, instance: &str, what: &str) -> Result<i64, StoreError> {
        let (instance, what) = (instance.to_owned(), what.to_owned());
        let start = move |transaction: &rusqlite::Transaction<'_>| runs::start(transaction, &instance, &what);
        self.write(move |transaction| start(transaction).map_err(|error| store_error("a run", &error)))
            .await
    }

    async fn run_counts(&self, run: i64) -> Result<Vec<RunCounts>, StoreError> {
        self.read(move |connection| runs::counts(connection, run).map_err(|error| store_error("a run", &error)))
            .await
    }

    async fn run_problems(&self, run: i64) -> Result<Vec<(String, Key, SyncOutcome)>, StoreError> {
        self.read(move |connection| runs::problems(connection, run).map_err(|error| store_error("a run", &error)))
            .await
    }

    async fn run_waits(&self, run: i64) -> Result<Vec<Waiting>, StoreError> {
        self.read(move |connection| runs::waits(connection, run).map_err(|error| store_error("a run", &error)))
            .await
    }

    async fn cursor(&self, instance: &str, external: &str, partition: &str) -> Result<Option<String>, StoreError> {
        let place = [instance, external, partition].map(str::to_owned);
        self.read(move |connection| {
            let [instance, external, partition] = &place;
            runs::cursor(connection, instance, external, partition).map_err(|error| store_error("a cursor", &error))
        })
        .await
    }

    async fn exported(&self, external: &str, instance: &str, ids: &[RecordId]) -> Result<Vec<Known>, StoreError> {
        let (external, instance, ids) = (external.to_owned(), instance.to_owned(), ids.to_vec());
        self.read(move |connection| {
            exports::known(connection, &external, &instance, &ids).map_err(|error| store_error("exports", &error))
        })
        .await
    }

    async fn ids_after(
        &self,
        model: &'static Model,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<RecordId>, StoreError> {
        self.read(move |connection| {
            let text = page::ids_after(Dialect::Sqlite, &model.table_name());
            let after = after.map_or(i64::MIN, |id| id.0);
            let ids = connection.prepare_cached(&text).and_then(|mut statement| {
                let rows = statement.query_map(rusqlite::params![after, limit], |row| row.get(0).map(RecordId))?;
                rows.collect()
            });
            ids.map_err(|error| store_error(model.name, &error))
        })
        .await
    }

    async fn dump(&self) -> Result<String, StoreError> {
        self.read(dump::dump).await
    }
}

fn do_not_fit(reason: &str) -> StoreError {
    StoreError::Refused {
        what: "the models".to_owned(),
        reason: reason.to_owned(),
    }
}
