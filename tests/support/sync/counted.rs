//! A store that counts what it is asked while records are imported.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tenon_runtime::connector::ExternalType;
use tenon_runtime::model::Model;
use tenon_runtime::plan::{Plan, SyncOutcome};
use tenon_runtime::queue::worker::{Stop, Until, Worker, WorkerOptions};
use tenon_runtime::queue::{ClaimedJob, Fence, JobId, JobState, NewJob};
use tenon_runtime::store::{
    AttemptRow, Bound, ClaimRequest, Completed, Completion, Enqueued, Find, Held, JobFilter, JobRow, JobStore, Known,
    Reaped, RecordStore, RunCounts, Store, StoreError, Translation,
};
use tenon_runtime::sync::handler::Synchronizers;
use tenon_runtime::value::{Key, RecordId, StoredRecord};
use uuid::Uuid;

use super::World;

/// A store that counts searches, reads of records and of bindings.
#[derive(Debug)]
pub struct Counted {
    inner: Arc<dyn Store>,
    asked: Mutex<BTreeMap<String, u32>>,
}

impl Counted {
    fn count(&self, what: String) {
        *self.asked.lock().unwrap().entry(what).or_default() += 1;
    }

    fn told(&self) -> String {
        let mut text = String::new();
        for (what, count) in self.asked.lock().unwrap().iter() {
            writeln!(text, "{count} {what}").unwrap();
        }
        text
    }
}

impl World {
    /// Works until nothing is ready, in claims of at most so many records; what the store was asked, one line a question.
    pub async fn work_counting(&self, claim: u32) -> String {
        let counted = Arc::new(Counted {
            inner: Arc::clone(&self.store),
            asked: Mutex::default(),
        });
        let sync = Synchronizers {
            store: Arc::clone(&counted) as _,
            ..self.sync.clone()
        };
        let options = WorkerOptions {
            poll: Duration::from_millis(10),
            claim,
            ..WorkerOptions::default()
        };
        let worker = Worker::new(Arc::clone(&self.store) as _, sync.handlers().unwrap(), options);
        worker.run(Until::Idle, &Stop::new()).await.unwrap();
        counted.told()
    }
}

#[async_trait]
impl JobStore for Counted {
    async fn enqueue(&self, jobs: &[NewJob]) -> Result<Vec<Enqueued>, StoreError> {
        self.inner.enqueue(jobs).await
    }
    async fn claim(&self, request: &ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        self.inner.claim(request).await
    }
    async fn heartbeat(&self, worker: Uuid, held: &[(JobId, Fence)], lease: Duration) -> Result<Vec<Held>, StoreError> {
        self.inner.heartbeat(worker, held, lease).await
    }
    async fn complete(&self, completions: &[Completion]) -> Result<Vec<Completed>, StoreError> {
        self.inner.complete(completions).await
    }
    async fn give_back(&self, held: &[(JobId, Fence)]) -> Result<u64, StoreError> {
        self.inner.give_back(held).await
    }
    async fn reap(&self) -> Result<Reaped, StoreError> {
        self.inner.reap().await
    }
    async fn next_due(&self, units: &[String]) -> Result<Option<Duration>, StoreError> {
        self.inner.next_due(units).await
    }
    async fn jobs(&self, filter: &JobFilter) -> Result<Vec<JobRow>, StoreError> {
        self.inner.jobs(filter).await
    }
    async fn attempts(&self, job: JobId) -> Result<Vec<AttemptRow>, StoreError> {
        self.inner.attempts(job).await
    }
    async fn job_counts(&self) -> Result<Vec<(JobState, u64)>, StoreError> {
        self.inner.job_counts().await
    }
    async fn instance_counts(&self) -> Result<Vec<(String, JobState, u64)>, StoreError> {
        self.inner.instance_counts().await
    }
    async fn requeue(&self, job: JobId) -> Result<bool, StoreError> {
        self.inner.requeue(job).await
    }
    async fn cancel(&self, job: JobId) -> Result<bool, StoreError> {
        self.inner.cancel(job).await
    }
}

#[async_trait]
impl RecordStore for Counted {
    async fn prepare(&self, models: &[&'static Model], externals: &[&'static ExternalType]) -> Result<(), StoreError> {
        self.inner.prepare(models, externals).await
    }
    async fn bound(
        &self,
        external: &'static ExternalType,
        instance: &str,
        keys: &[Key],
    ) -> Result<Vec<Option<Bound>>, StoreError> {
        self.count(format!("bound {}", external.name));
        self.inner.bound(external, instance, keys).await
    }
    async fn bindings_of(
        &self,
        external: &'static ExternalType,
        instance: &str,
        id: RecordId,
    ) -> Result<Vec<Bound>, StoreError> {
        self.inner.bindings_of(external, instance, id).await
    }
    async fn bindings_of_all(
        &self,
        external: &'static ExternalType,
        instance: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError> {
        self.count(format!("bindings of {}", external.name));
        self.inner.bindings_of_all(external, instance, ids).await
    }
    async fn bound_children(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parent: RecordId,
    ) -> Result<Vec<Bound>, StoreError> {
        self.inner.bound_children(external, instance, parent).await
    }
    async fn bound_under(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parents: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError> {
        self.inner.bound_under(external, instance, parents).await
    }
    async fn bound_after(
        &self,
        external: &'static ExternalType,
        instance: &str,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<Bound>, StoreError> {
        self.inner.bound_after(external, instance, after, limit).await
    }
    async fn translations(&self, model: &'static Model, ids: &[RecordId]) -> Result<Vec<Vec<Translation>>, StoreError> {
        self.count(format!("texts of {}", model.name));
        self.inner.translations(model, ids).await
    }
    async fn find(&self, find: &Find) -> Result<Vec<Vec<RecordId>>, StoreError> {
        self.count(format!("find {} by {}", find.model.name, find.by.join(", ")));
        self.inner.find(find).await
    }
    async fn read(
        &self,
        model: &'static Model,
        ids: &[RecordId],
        fields: &[&'static str],
    ) -> Result<Vec<Option<StoredRecord>>, StoreError> {
        self.count(format!("read {}", model.name));
        self.inner.read(model, ids, fields).await
    }
    async fn apply(&self, plan: &Plan) -> Result<Completed, StoreError> {
        self.inner.apply(plan).await
    }
    async fn start_run(&self, instance: &str, what: &str) -> Result<i64, StoreError> {
        self.inner.start_run(instance, what).await
    }
    async fn run_counts(&self, run: i64) -> Result<Vec<RunCounts>, StoreError> {
        self.inner.run_counts(run).await
    }
    async fn run_problems(&self, run: i64) -> Result<Vec<(String, Key, SyncOutcome)>, StoreError> {
        self.inner.run_problems(run).await
    }
    async fn cursor(&self, instance: &str, external: &str, partition: &str) -> Result<Option<String>, StoreError> {
        self.inner.cursor(instance, external, partition).await
    }
    async fn exported(&self, external: &str, instance: &str, ids: &[RecordId]) -> Result<Vec<Known>, StoreError> {
        self.inner.exported(external, instance, ids).await
    }
    async fn ids_after(
        &self,
        model: &'static Model,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<RecordId>, StoreError> {
        self.inner.ids_after(model, after, limit).await
    }
    async fn dump(&self) -> Result<String, StoreError> {
        self.inner.dump().await
    }
}
