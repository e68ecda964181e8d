//! Records, bindings, runs and cursors on PostgreSQL: what is written once for all stores, on its sessions.

mod apply;

use std::sync::Arc;

use async_trait::async_trait;

use crate::connector::ExternalType;
use crate::effect::Effects;
use crate::model::Model;
use crate::plan::{Plan, SyncOutcome};
use crate::store::catalog::Catalog;
use crate::store::records::{self, bound, dump, find, language, read};
use crate::store::sql::Dialect;
use crate::store::sql::statement::BoundBy;
use crate::store::{
    Bound, Completed, Find, Known, RecordStore, RunCounts, StoreError, Translation, Waiting, exports, runs, schema,
};
use crate::value::{Key, RecordId, Stored, StoredRecord};

use super::database::Work;
use super::error::Failure;
use super::pool::Leased;
use super::{PostgresStore, migrate};

pub(super) use apply::{apply_one, hand_over, lock_all};

/// How much of the database a read sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sees {
    /// One statement, which is of one moment anyway.
    Statement,
    /// Several statements of one moment.
    Moment,
}

/// Runs a read on a session of its own, again if the session was lost. A macro, because a closure that borrows the session
/// and is awaited on another thread has no type that the compiler can name.
macro_rules! reading {
    ($store:expr, $sees:expr, |$work:ident| $read:expr) => {
        $store
            .sessions()
            .retried(|| async {
                let session = $store.look($sees).await?;
                let work = Work::new(&session);
                let answer = {
                    let $work = &work;
                    $read.await
                };
                let answer = work.said(answer)?;
                drop(work);
                session.looked().await?;
                Ok(answer)
            })
            .await
    };
}

impl PostgresStore {
    /// A session to read on.
    async fn look(&self, sees: Sees) -> Result<Leased, Failure> {
        let mut session = self.sessions().session().await?;
        if sees == Sees::Moment {
            session.begin_reading().await?;
        }
        Ok(session)
    }

    /// Makes the tables or adds to them; of several processes one does it, the others wait.
    async fn make_tables(&self, catalog: &Catalog) -> Result<(), Failure> {
        let mut session = self.sessions().session().await?;
        migrate::begin_alone(&mut session, self.schema()).await?;
        let work = Work::new(&session);
        let made = schema::bring_up_to_date(&work, catalog).await;
        work.said(made)?;
        drop(work);
        session.commit().await
    }
}

impl PostgresStore {
    /// In a transaction, so that a lost answer is told from one that never came.
    async fn start_run_once(&self, instance: &str, what: &str) -> Result<i64, Failure> {
        let mut session = self.sessions().session().await?;
        session.begin().await?;
        let work = Work::new(&session);
        let run = runs::start(&work, instance, what).await;
        let run = work.said(run)?;
        drop(work);
        session.commit().await?;
        Ok(run)
    }
}

#[async_trait]
impl RecordStore for PostgresStore {
    async fn prepare(&self, models: &[&'static Model], externals: &[&'static ExternalType]) -> Result<(), StoreError> {
        let catalog = Arc::new(Catalog::of(Dialect::Postgres, models, externals)?);
        let is_up_to_date = reading!(self, Sees::Statement, |work| schema::is_up_to_date(work, &catalog))?;
        if !is_up_to_date {
            self.sessions().retried(|| self.make_tables(&catalog)).await?;
        }
        self.keep_catalog(catalog);
        Ok(())
    }

    fn know_effects(&self, effects: Arc<dyn Effects>) {
        self.keep_effects(effects);
    }

    async fn bound(
        &self,
        external: &'static ExternalType,
        instance: &str,
        keys: &[Key],
    ) -> Result<Vec<Option<Bound>>, StoreError> {
        reading!(self, Sees::Statement, |work| bound::by_key(
            work, external, instance, keys
        ))
    }

    async fn bindings_of(
        &self,
        external: &'static ExternalType,
        instance: &str,
        id: RecordId,
    ) -> Result<Vec<Bound>, StoreError> {
        self.bindings_of_all(external, instance, &[id]).await
    }

    async fn bindings_of_all(
        &self,
        external: &'static ExternalType,
        instance: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError> {
        reading!(self, Sees::Statement, |work| bound::by_records(
            work,
            external,
            instance,
            ids,
            BoundBy::Record
        ))
    }

    async fn bound_children(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parent: RecordId,
    ) -> Result<Vec<Bound>, StoreError> {
        self.bound_under(external, instance, &[parent]).await
    }

    async fn bound_with(
        &self,
        external: &'static ExternalType,
        instance: &str,
        field: &'static str,
        values: &[Stored],
    ) -> Result<Vec<Vec<Bound>>, StoreError> {
        reading!(self, Sees::Statement, |work| bound::with(
            work, external, instance, field, values
        ))
    }

    async fn bound_under(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parents: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError> {
        reading!(self, Sees::Statement, |work| bound::by_records(
            work,
            external,
            instance,
            parents,
            BoundBy::Parent
        ))
    }

    async fn bound_after(
        &self,
        external: &'static ExternalType,
        instance: &str,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<Bound>, StoreError> {
        let after = after.map(|key| key.0.as_str());
        reading!(self, Sees::Statement, |work| bound::after(
            work, external, instance, after, limit
        ))
    }

    async fn find(&self, find: &Find) -> Result<Vec<Vec<RecordId>>, StoreError> {
        reading!(self, Sees::Statement, |work| find::find(work, find))
    }

    async fn read(
        &self,
        model: &'static Model,
        ids: &[RecordId],
        fields: &[&'static str],
    ) -> Result<Vec<Option<StoredRecord>>, StoreError> {
        let is_list = |name: &&'static str| model.field(name).is_some_and(|field| !field.has_column());
        let sees = match fields.iter().any(is_list) {
            true => Sees::Moment,
            false => Sees::Statement,
        };
        reading!(self, sees, |work| read::read(work, model, ids, fields))
    }

    async fn translations(&self, model: &'static Model, ids: &[RecordId]) -> Result<Vec<Vec<Translation>>, StoreError> {
        reading!(self, Sees::Statement, |work| language::read(work, model, ids))
    }

    async fn apply(&self, plan: &Plan) -> Result<Completed, StoreError> {
        self.sessions().retried(|| apply::apply(self, plan)).await
    }

    async fn start_run(&self, instance: &str, what: &str) -> Result<i64, StoreError> {
        self.sessions().retried(|| self.start_run_once(instance, what)).await
    }

    async fn run_counts(&self, run: i64) -> Result<Vec<RunCounts>, StoreError> {
        reading!(self, Sees::Statement, |work| runs::counts(work, run))
    }

    async fn run_problems(&self, run: i64) -> Result<Vec<(String, Key, SyncOutcome)>, StoreError> {
        reading!(self, Sees::Statement, |work| runs::problems(work, run))
    }

    async fn run_waits(&self, run: i64) -> Result<Vec<Waiting>, StoreError> {
        reading!(self, Sees::Statement, |work| runs::waits(work, run))
    }

    async fn cursor(&self, instance: &str, external: &str, partition: &str) -> Result<Option<String>, StoreError> {
        reading!(self, Sees::Statement, |work| runs::cursor(
            work, instance, external, partition
        ))
    }

    async fn exported(&self, external: &str, instance: &str, ids: &[RecordId]) -> Result<Vec<Known>, StoreError> {
        reading!(self, Sees::Moment, |work| exports::known(work, external, instance, ids))
    }

    async fn ids_after(
        &self,
        model: &'static Model,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<RecordId>, StoreError> {
        reading!(self, Sees::Statement, |work| records::ids_after(
            work, model, after, limit
        ))
    }

    async fn dump(&self) -> Result<String, StoreError> {
        reading!(self, Sees::Moment, |work| dump::dump(work))
    }
}
