//! What queue, records, bindings and runs need from a database. One trait per concern; a store implements all.
//!
//! Every write names what it relies on: the fence of a job, the version of a record, the expected state of a binding.
//! No method keeps a transaction open while anything but the database is awaited.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod agreed;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod apply;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod catalog;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod check;
mod counts;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod database;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod exports;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod fixed;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod integrity;
pub mod migration;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod new_file;
mod plan;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod records;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod runs;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod schema;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod sql;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod translation;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

pub use counts::{RunCounts, Waiting};
pub use translation::Translation;

use crate::connector::ExternalType;
use crate::effect::Effects;
use crate::model::{Filter, Model};
use crate::plan::{Plan, SyncOutcome};
use crate::queue::transition::AttemptEnd;
use crate::queue::{ClaimedJob, Fence, JobId, JobState, NewJob, Outcome};
use crate::value::{Key, RecordId, Stored, StoredRecord};

/// Why the store did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, opened or written: nothing was changed.
    #[error("the database {name} cannot be used: {reason}")]
    Unavailable {
        /// File or address, without credentials.
        name: String,
        /// What it said.
        reason: String,
    },
    /// Locks or time ran out: nothing was changed, the same again may work.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The commit was sent and its answer lost: it may have happened.
    #[error("the answer to a commit was lost: {0}")]
    Unknown(String),
    /// The database refused data: a constraint, a value out of range.
    #[error("the database refused {what}: {reason}")]
    Refused {
        /// Table and field, or job.
        what: String,
        /// What it said.
        reason: String,
    },
    /// This store does not do that, by name.
    #[error("{store} does not support {what}")]
    Unsupported {
        /// The store.
        store: &'static str,
        /// What was asked.
        what: String,
    },
}

/// What became of an enqueue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enqueued {
    /// The job: new, or the one that waits already.
    pub id: JobId,
    /// Its public name.
    pub uuid: Uuid,
    /// Whether a job with the same identity waits already and was kept or changed.
    pub joined: bool,
}

/// What a worker asks for.
#[derive(Clone, Debug)]
pub struct ClaimRequest {
    /// Fresh for every start of a process.
    pub worker: Uuid,
    /// Units it knows; jobs of others are left alone. All jobs of one claim are of one (instance, unit).
    pub units: Vec<String>,
    /// At most 100.
    pub limit: u32,
    /// How long it may go without a heartbeat.
    pub lease: Duration,
}

/// What became of a claimed job at a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Still ours, lease renewed.
    Ours,
    /// Still ours, and a person asked to stop it.
    CancelAsked,
    /// Someone else's: stop, write nothing.
    Lost,
}

/// The end of an attempt and what it changes: applied together or not at all.
#[derive(Clone, Debug)]
pub struct Completion {
    /// The job.
    pub job: JobId,
    /// Its fence as claimed.
    pub fence: Fence,
    /// How the attempt ended.
    pub outcome: Outcome,
    /// What it changes.
    pub plan: Plan,
}

/// What became of a completion.
#[derive(Clone, Debug, PartialEq)]
pub enum Completed {
    /// Written. Ids of the records that `plan.writes` created, by position.
    Applied(Vec<(u32, RecordId)>),
    /// The job is someone else's: nothing was written.
    Lost,
    /// A version, key or binding is not what the plan was computed from: nothing was written, make the plan again.
    Stale(String),
    /// The data breaks a rule of the database: nothing was written.
    Refused(String),
}

/// What a reap found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reaped {
    /// Jobs whose lease ran out and that may run again.
    pub freed: u64,
    /// Jobs that crashed too often: failed.
    pub poisoned: u64,
    /// Jobs whose identity a newer one holds: ended as superseded.
    pub superseded: u64,
    /// Jobs that a person had asked to stop: cancelled.
    pub cancelled: u64,
}

/// A job as people see it.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// Its number.
    pub id: JobId,
    /// Its public name.
    pub uuid: Uuid,
    /// Where it stands.
    pub state: JobState,
    /// What runs it.
    pub unit: String,
    /// The instance.
    pub instance: String,
    /// Lower is earlier.
    pub priority: i16,
    /// Attempts so far.
    pub attempt: u32,
    /// Attempts allowed; 0: endless.
    pub max_attempts: u32,
    /// For people.
    pub description: String,
    /// Not before, microseconds since 1970.
    pub eta_us: i64,
    /// Microseconds since 1970.
    pub created_at_us: i64,
    /// Microseconds since 1970; absent unless final.
    pub finished_at_us: Option<i64>,
    /// Kind and text of the last error.
    pub error: Option<(String, String)>,
    /// As enqueued.
    pub payload: Vec<u8>,
    /// Attempts that ended with a counted error.
    pub errors: u32,
    /// Crashes in a row; above 0 the job runs alone.
    pub crashes: u32,
    /// What it said when it was done, or by which job it was superseded.
    pub message: Option<String>,
}

/// A counted attempt that was not a first-try success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    /// Which attempt, counted from 1.
    pub attempt: u32,
    /// Its fence.
    pub fence: Fence,
    /// Who had it.
    pub worker: Uuid,
    /// Microseconds since 1970.
    pub started_at_us: i64,
    /// Microseconds since 1970.
    pub ended_at_us: i64,
    /// How it ended.
    pub end: AttemptEnd,
    /// Kind and text of its error.
    pub error: Option<(String, String)>,
}

/// Which jobs a list shows; paged by number.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    /// Absent: all.
    pub states: Vec<JobState>,
    /// Absent: all.
    pub instance: Option<String>,
    /// Only jobs of this run; absent: all.
    pub run: Option<i64>,
    /// Only jobs with higher numbers.
    pub after: Option<JobId>,
    /// At most so many; 0: 1 000.
    pub limit: u32,
}

/// The job kernel. The same cases run against every implementation.
#[async_trait]
pub trait JobStore: Send + Sync + std::fmt::Debug {
    /// Stores jobs in one transaction, sorted by identity; answers in the order given.
    async fn enqueue(&self, jobs: &[NewJob]) -> Result<Vec<Enqueued>, StoreError>;
    /// Takes ready jobs of one (instance, unit), by priority, time, number; due ones are promoted first.
    ///
    /// A job that has crashed runs alone: it comes as the only one, once this worker holds nothing, and until it ends the
    /// worker gets no other. Where such a job is next and the worker holds something, the answer is empty.
    async fn claim(&self, request: &ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError>;
    /// Renews leases; answers in the order given.
    async fn heartbeat(&self, worker: Uuid, held: &[(JobId, Fence)], lease: Duration) -> Result<Vec<Held>, StoreError>;
    /// Applies plans and ends attempts, each whole or not at all; answers in the order given.
    async fn complete(&self, completions: &[Completion]) -> Result<Vec<Completed>, StoreError>;
    /// Hands claimed jobs back without counting the attempt; how many were still ours.
    async fn give_back(&self, held: &[(JobId, Fence)]) -> Result<u64, StoreError>;
    /// Frees jobs whose lease ran out.
    async fn reap(&self) -> Result<Reaped, StoreError>;
    /// When the next job is due, from now; absent: nothing waits.
    async fn next_due(&self, units: &[String]) -> Result<Option<Duration>, StoreError>;
    /// Jobs for people.
    async fn jobs(&self, filter: &JobFilter) -> Result<Vec<JobRow>, StoreError>;
    /// The counted attempts of a job other than a first-try success, oldest first.
    async fn attempts(&self, job: JobId) -> Result<Vec<AttemptRow>, StoreError>;
    /// How many jobs stand where; states without a job are left out.
    async fn job_counts(&self) -> Result<Vec<(JobState, u64)>, StoreError>;
    /// The same for each instance, by name.
    async fn instance_counts(&self) -> Result<Vec<(String, JobState, u64)>, StoreError>;
    /// A person runs a final job again: attempt 0, fence kept growing. False: there is no such job, it is not final, or
    /// another one with its identity waits, and this one ended as superseded by that.
    async fn requeue(&self, job: JobId) -> Result<bool, StoreError>;
    /// A person stops a job; a running one is asked to. False: there is no such job, or it is final.
    async fn cancel(&self, job: JobId) -> Result<bool, StoreError>;
}

/// What a key leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The key.
    pub key: Key,
    /// The record.
    pub id: RecordId,
    /// The record that encloses it, for keyed children.
    pub parent: Option<RecordId>,
    /// The remote's time of change, in canonical text: an instant as RFC 3339 in UTC.
    pub revision: Option<String>,
    /// Extra fields.
    pub fields: Vec<(&'static str, Stored)>,
}

/// What is known of a record on the other side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// What both sides hold: field and mark; empty: nothing was ever agreed on.
    pub agreed: BTreeMap<String, String>,
    /// A `create` whose outcome is not written down yet.
    pub intent: Option<Intent>,
}

/// A `create` that was about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// What was sent.
    pub request: String,
    /// The key in the answer; absent: no answer is known.
    pub key: Option<Key>,
    /// The job that sent it.
    pub job: JobId,
    /// What tells the other system that a repeat is one; empty: an older version of the program sent it.
    pub token: String,
    /// What was sent, for a repeat; empty: an older version of the program sent it.
    pub sent: String,
    /// Since it was sent first.
    pub age: Duration,
    /// Since it was sent last.
    pub idle: Duration,
}

/// A search by equality.
#[derive(Clone, Debug)]
pub struct Find {
    /// The model.
    pub model: &'static Model,
    /// The fields.
    pub by: Vec<&'static str>,
    /// Compared without case and accents.
    pub fold: bool,
    /// A further condition on stored fields.
    pub filter: Option<Filter>,
    /// One search per row of values, in the order of `by`.
    pub values: Vec<Vec<Stored>>,
}

/// Bindings read at once where a store cannot search them.
const PAGE: u32 = 1000;

/// Records, bindings, runs and cursors.
#[async_trait]
pub trait RecordStore: Send + Sync + std::fmt::Debug {
    /// Makes the tables of these models and bindings, or checks that they fit.
    async fn prepare(&self, models: &[&'static Model], externals: &[&'static ExternalType]) -> Result<(), StoreError>;
    /// From now on the effects of plans (`after f`) are found here. A store that knows none refuses plans that have some.
    fn know_effects(&self, _effects: Arc<dyn Effects>) {}
    /// What keys lead to; answers in the order given.
    async fn bound(
        &self,
        external: &'static ExternalType,
        instance: &str,
        keys: &[Key],
    ) -> Result<Vec<Option<Bound>>, StoreError>;
    /// Living bindings of a type that lead to one record.
    async fn bindings_of(
        &self,
        external: &'static ExternalType,
        instance: &str,
        id: RecordId,
    ) -> Result<Vec<Bound>, StoreError>;
    /// The same for several records at once, by key.
    async fn bindings_of_all(
        &self,
        external: &'static ExternalType,
        instance: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError>;
    /// Living bindings of a type whose enclosing record is this one, by key.
    async fn bound_children(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parent: RecordId,
    ) -> Result<Vec<Bound>, StoreError>;
    /// The same for several enclosing records at once, by key.
    async fn bound_under(
        &self,
        external: &'static ExternalType,
        instance: &str,
        parents: &[RecordId],
    ) -> Result<Vec<Bound>, StoreError>;
    /// Living bindings of a type by the value of one of their extra fields: one list per value, by key. Null leads nowhere.
    async fn bound_with(
        &self,
        external: &'static ExternalType,
        instance: &str,
        field: &'static str,
        values: &[Stored],
    ) -> Result<Vec<Vec<Bound>>, StoreError> {
        let mut found: Vec<Vec<Bound>> = vec![Vec::new(); values.len()];
        let mut after = None;
        loop {
            let page = self.bound_after(external, instance, after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(found) };
            after = Some(last.key.clone());
            for bound in page {
                let value = bound.fields.iter().find(|(name, _)| *name == field);
                let at = value.and_then(|(_, value)| values.iter().position(|wanted| wanted == value));
                if let Some(list) = at.and_then(|at| found.get_mut(at)) {
                    list.push(bound);
                }
            }
        }
    }
    /// Living bindings of a type, by key: at most `limit` whose keys come after this one.
    async fn bound_after(
        &self,
        external: &'static ExternalType,
        instance: &str,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<Bound>, StoreError>;
    /// Records by equal fields, one list per row of values, lowest number first; archived ones included.
    async fn find(&self, find: &Find) -> Result<Vec<Vec<RecordId>>, StoreError>;
    /// Records by number with these fields (columns and many-to-many); `None` where there is none.
    async fn read(
        &self,
        model: &'static Model,
        ids: &[RecordId],
        fields: &[&'static str],
    ) -> Result<Vec<Option<StoredRecord>>, StoreError>;
    /// The texts of records in other languages than the base, by language; answers in the order given.
    async fn translations(&self, model: &'static Model, ids: &[RecordId]) -> Result<Vec<Vec<Translation>>, StoreError>;
    /// The same as [`RecordStore::read`] in a language: a field per language without a text there has that of the base,
    /// and is named.
    async fn read_in(
        &self,
        model: &'static Model,
        ids: &[RecordId],
        fields: &[&'static str],
        language: &str,
    ) -> Result<Vec<Option<(StoredRecord, Vec<&'static str>)>>, StoreError> {
        let records = self.read(model, ids, fields).await?;
        let texts = self.translations(model, ids).await?;
        let both = records.into_iter().zip(texts);
        Ok(both
            .map(|(record, texts)| Some(record?.in_language(&texts, language)))
            .collect())
    }
    /// Applies a plan that no job ends with: whole or not at all.
    async fn apply(&self, plan: &Plan) -> Result<Completed, StoreError>;
    /// A new run.
    async fn start_run(&self, instance: &str, what: &str) -> Result<i64, StoreError>;
    /// Where a run stands, per type.
    async fn run_counts(&self, run: i64) -> Result<Vec<RunCounts>, StoreError>;
    /// Records of a run that ended so that a person should look: failed, review, skipped.
    async fn run_problems(&self, run: i64) -> Result<Vec<(String, Key, SyncOutcome)>, StoreError>;
    /// Records of a run that wait because their mapping says so (`retry every ..`).
    async fn run_waits(&self, _run: i64) -> Result<Vec<Waiting>, StoreError> {
        Ok(Vec::new())
    }
    /// Where a cursor stands.
    async fn cursor(&self, instance: &str, external: &str, partition: &str) -> Result<Option<String>, StoreError>;
    /// What is known of records of the inside on the other side; answers in the order given.
    async fn exported(&self, external: &str, instance: &str, ids: &[RecordId]) -> Result<Vec<Known>, StoreError>;
    /// Numbers of the records of a model, lowest first: at most `limit` after this one.
    async fn ids_after(
        &self,
        model: &'static Model,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<RecordId>, StoreError>;
    /// Everything as text, in a fixed order, without stamps: records, links, bindings. For comparisons.
    async fn dump(&self) -> Result<String, StoreError>;
}

/// A database that does all of it.
pub trait Store: JobStore + RecordStore {}
impl<S: JobStore + RecordStore> Store for S {}
