//! Records, bindings, runs and cursors in SQLite: what is written once for all stores, on its connections.

use std::sync::{Arc, PoisonError};

use async_trait::async_trait;

use crate::connector::ExternalType;
use crate::effect::Effects;
use crate::model::Model;
use crate::plan::{Plan, SyncOutcome};
use crate::store::apply::apply_plan;
use crate::store::catalog::Catalog;
use crate::store::database::ready;
use crate::store::plan::{PlanApplied, PlanRefused};
use crate::store::records::{self, bound, dump, find, language, read};
use crate::store::sql::Dialect;
use crate::store::sql::statement::BoundBy;
use crate::store::{
    Bound, Completed, Find, Known, RecordStore, RunCounts, StoreError, Translation, Waiting, exports, runs, schema,
};
use crate::value::{Key, RecordId, Stored, StoredRecord};

use super::jobs::enqueue_in;
use super::{SqliteStore, savepoint};

#[async_trait]
impl RecordStore for SqliteStore {
    async fn prepare(&self, models: &[&'static Model], externals: &[&'static ExternalType]) -> Result<(), StoreError> {
        let catalog = Arc::new(Catalog::of(Dialect::Sqlite, models, externals)?);
        let wanted = Arc::clone(&catalog);
        self.write(move |transaction| ready(schema::bring_up_to_date(&**transaction, &wanted)))
            .await?;
        let effects = Arc::clone(self.effects());
        self.plans().install(move |transaction, plan| {
            let effects = effects.read().unwrap_or_else(PoisonError::into_inner).clone();
            let connection: &rusqlite::Connection = transaction;
            let applied = ready(apply_plan(connection, &catalog, effects.as_deref(), plan))?;
            let enqueued = enqueue_in(transaction, &plan.jobs)?;
            ready(runs::hand_over(connection, &plan.entries, &enqueued))?;
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
        self.read(move |connection| ready(bound::by_key(connection, external, &instance, &keys)))
            .await
    }

    async fn bindings_of(
        &self,
        external: &'static ExternalType,
        instance: &str,
        id: RecordId,
    ) -> Result<Vec<Bound>, StoreError> {
        let instance = instance.to_owned();
        self.read(move |connection| {
            ready(bound::by_records(
                connection,
                external,
                &instance,
                &[id],
                BoundBy::Record,
            ))
        })
        .await
    }

    async fn bindings_of_all(
        &self,
        external: &'static ExternalType,
        instance: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError> {
        let (instance, ids) = (instance.to_owned(), ids.to_vec());
        self.read(move |connection| {
            ready(bound::by_records(
                connection,
                external,
                &instance,
                &ids,
                BoundBy::Record,
            ))
        })
        .await
    }

    async fn bound_children(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parent: RecordId,
    ) -> Result<Vec<Bound>, StoreError> {
        let instance = instance.to_owned();
        self.read(move |connection| {
            ready(bound::by_records(
                connection,
                external,
                &instance,
                &[parent],
                BoundBy::Parent,
            ))
        })
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
        self.read(move |connection| ready(bound::with(connection, external, &instance, field, &values)))
            .await
    }

    async fn bound_under(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parents: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError> {
        let (instance, parents) = (instance.to_owned(), parents.to_vec());
        self.read(move |connection| {
            ready(bound::by_records(
                connection,
                external,
                &instance,
                &parents,
                BoundBy::Parent,
            ))
        })
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
        self.read(move |connection| ready(bound::after(connection, external, &instance, after.as_deref(), limit)))
            .await
    }

    async fn find(&self, find: &Find) -> Result<Vec<Vec<RecordId>>, StoreError> {
        let find = find.clone();
        self.read(move |connection| ready(find::find(connection, &find))).await
    }

    async fn read(
        &self,
        model: &'static Model,
        ids: &[RecordId],
        fields: &[&'static str],
    ) -> Result<Vec<Option<StoredRecord>>, StoreError> {
        let (ids, fields) = (ids.to_vec(), fields.to_vec());
        self.read(move |connection| ready(read::read(connection, model, &ids, &fields)))
            .await
    }

    async fn translations(&self, model: &'static Model, ids: &[RecordId]) -> Result<Vec<Vec<Translation>>, StoreError> {
        let ids = ids.to_vec();
        self.read(move |connection| ready(language::read(connection, model, &ids)))
            .await
    }

    async fn apply(&self, plan: &Plan) -> Result<Completed, StoreError> {
        let (store, plan) = (self.clone(), plan.clone());
        self.write(move |transaction| {
            let applied = savepoint(transaction, || store.plans().apply(transaction, &plan));
            match applied {
                Ok(PlanApplied { created }) => Ok(Completed::Applied(created)),
                Err(refused) => PlanRefused::completed(refused),
            }
        })
        .await
    }

    async fn start_run(&self, instance: &str, what: &str) -> Result<i64, StoreError> {
        let (instance, what) = (instance.to_owned(), what.to_owned());
        self.write(move |transaction| ready(runs::start(&**transaction, &instance, &what)))
            .await
    }

    async fn run_counts(&self, run: i64) -> Result<Vec<RunCounts>, StoreError> {
        self.read(move |connection| ready(runs::counts(connection, run))).await
    }

    async fn run_problems(&self, run: i64) -> Result<Vec<(String, Key, SyncOutcome)>, StoreError> {
        self.read(move |connection| ready(runs::problems(connection, run)))
            .await
    }

    async fn run_waits(&self, run: i64) -> Result<Vec<Waiting>, StoreError> {
        self.read(move |connection| ready(runs::waits(connection, run))).await
    }

    async fn cursor(&self, instance: &str, external: &str, partition: &str) -> Result<Option<String>, StoreError> {
        let place = [instance, external, partition].map(str::to_owned);
        self.read(move |connection| {
            let [instance, external, partition] = &place;
            ready(runs::cursor(connection, instance, external, partition))
        })
        .await
    }

    async fn exported(&self, external: &str, instance: &str, ids: &[RecordId]) -> Result<Vec<Known>, StoreError> {
        let (external, instance, ids) = (external.to_owned(), instance.to_owned(), ids.to_vec());
        self.read(move |connection| ready(exports::known(connection, &external, &instance, &ids)))
            .await
    }

    async fn ids_after(
        &self,
        model: &'static Model,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<RecordId>, StoreError> {
        self.read(move |connection| ready(records::ids_after(connection, model, after, limit)))
            .await
    }

    async fn dump(&self) -> Result<String, StoreError> {
        self.read(|connection| ready(dump::dump(connection))).await
    }
}
