//! The job kernel on PostgreSQL. Every call is one or a few short transactions at READ COMMITTED.
//!
//! Order of locks, so that no two transactions wait for each other: running jobs by number, what plans must have to
//! themselves by number, identities by key, waiting jobs by key. Records are locked in the order of their plan. Claims wait
//! for nobody. What remains is found by the server and run again ([`Pool::retried`]).
//!
//! [`Pool::retried`]: super::pool::Pool::retried

mod claim;
mod end;
mod enqueue;
mod list;
mod write;

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::queue::transition::Event;
use crate::queue::{ClaimedJob, Fence, JobId, JobState, NewJob};
use crate::store::{
    AttemptRow, ClaimRequest, Completed, Completion, Enqueued, Held, JobFilter, JobRow, JobStore, Reaped, StoreError,
};

use super::PostgresStore;

pub(in crate::store::postgres) use enqueue::{Wish, flush};

#[async_trait]
impl JobStore for PostgresStore {
    async fn enqueue(&self, jobs: &[NewJob]) -> Result<Vec<Enqueued>, StoreError> {
        self.sessions().retried(|| enqueue::enqueue(self, jobs)).await
    }

    async fn claim(&self, request: &ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        self.sessions().retried(|| claim::claim(self, request)).await
    }

    async fn heartbeat(
        &self,
        _worker: Uuid,
        held: &[(JobId, Fence)],
        lease: Duration,
    ) -> Result<Vec<Held>, StoreError> {
        self.heartbeats().retried(|| claim::heartbeat(self, held, lease)).await
    }

    async fn complete(&self, completions: &[Completion]) -> Result<Vec<Completed>, StoreError> {
        self.sessions().retried(|| end::complete(self, completions)).await
    }

    async fn give_back(&self, held: &[(JobId, Fence)]) -> Result<u64, StoreError> {
        self.sessions().retried(|| end::give_back(self, held)).await
    }

    async fn reap(&self) -> Result<Reaped, StoreError> {
        end::reap(self).await
    }

    async fn next_due(&self, units: &[String]) -> Result<Option<Duration>, StoreError> {
        self.sessions().retried(|| list::next_due(self, units)).await
    }

    async fn jobs(&self, filter: &JobFilter) -> Result<Vec<JobRow>, StoreError> {
        self.sessions().retried(|| list::jobs(self, filter)).await
    }

    async fn attempts(&self, job: JobId) -> Result<Vec<AttemptRow>, StoreError> {
        self.sessions().retried(|| list::attempts(self, job)).await
    }

    async fn job_counts(&self) -> Result<Vec<(JobState, u64)>, StoreError> {
        self.sessions().retried(|| list::job_counts(self)).await
    }

    async fn instance_counts(&self) -> Result<Vec<(String, JobState, u64)>, StoreError> {
        self.sessions().retried(|| list::instance_counts(self)).await
    }

    async fn requeue(&self, job: JobId) -> Result<bool, StoreError> {
        self.sessions()
            .retried(|| end::by_person(self, job, Event::Requeued))
            .await
    }

    async fn cancel(&self, job: JobId) -> Result<bool, StoreError> {
        self.sessions()
            .retried(|| end::by_person(self, job, Event::Cancelled))
            .await
    }
}
