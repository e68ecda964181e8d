//! The job kernel on SQLite. Every call is one piece of work of the writer thread, or one read.

mod claim;
mod end;
mod enqueue;
mod list;

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::queue::seam::Point;
use crate::queue::transition::Event;
use crate::queue::{ClaimedJob, Fence, JobId, JobState, NewJob};
use crate::store::{
    AttemptRow, ClaimRequest, Completed, Completion, Enqueued, Held, JobFilter, JobRow, JobStore, Reaped, StoreError,
};

use super::{SqliteStore, store_error};

pub(crate) use enqueue::enqueue_in;

/// Runs a statement of a `.sql` file whose errors are about jobs.
fn job_error(error: &rusqlite::Error) -> StoreError {
    store_error("a job", error)
}

#[async_trait]
impl JobStore for SqliteStore {
    async fn enqueue(&self, jobs: &[NewJob]) -> Result<Vec<Enqueued>, StoreError> {
        enqueue::enqueue(self, jobs.to_vec()).await
    }

    async fn claim(&self, request: &ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        let request = request.clone();
        self.write(move |transaction| claim::claim(transaction, &request)).await
    }

    async fn heartbeat(
        &self,
        _worker: Uuid,
        held: &[(JobId, Fence)],
        lease: Duration,
    ) -> Result<Vec<Held>, StoreError> {
        let held = held.to_vec();
        self.write_first(move |transaction| claim::heartbeat(transaction, &held, lease))
            .await
    }

    async fn complete(&self, completions: &[Completion]) -> Result<Vec<Completed>, StoreError> {
        let (store, completions) = (self.clone(), completions.to_vec());
        self.write(move |transaction| {
            let answers = end::complete(transaction, &store, &completions)?;
            store.seams().reach(Point::Completed);
            Ok(answers)
        })
        .await
    }

    async fn give_back(&self, held: &[(JobId, Fence)]) -> Result<u64, StoreError> {
        let (guards, held) = (self.seams().guards, held.to_vec());
        self.write(move |transaction| end::give_back(transaction, guards, &held))
            .await
    }

    async fn reap(&self) -> Result<Reaped, StoreError> {
        end::reap(self).await
    }

    async fn next_due(&self, units: &[String]) -> Result<Option<Duration>, StoreError> {
        let units = units.to_vec();
        self.read(move |connection| list::next_due(connection, &units)).await
    }

    async fn jobs(&self, filter: &JobFilter) -> Result<Vec<JobRow>, StoreError> {
        let filter = filter.clone();
        self.read(move |connection| list::jobs(connection, &filter)).await
    }

    async fn attempts(&self, job: JobId) -> Result<Vec<AttemptRow>, StoreError> {
        self.read(move |connection| list::attempts(connection, job)).await
    }

    async fn job_counts(&self) -> Result<Vec<(JobState, u64)>, StoreError> {
        self.read(list::job_counts).await
    }

    async fn instance_counts(&self) -> Result<Vec<(String, JobState, u64)>, StoreError> {
        self.read(list::instance_counts).await
    }

    async fn requeue(&self, job: JobId) -> Result<bool, StoreError> {
        let guards = self.seams().guards;
        self.write(move |transaction| end::by_person(transaction, guards, job, Event::Requeued))
            .await
    }

    async fn cancel(&self, job: JobId) -> Result<bool, StoreError> {
        let guards = self.seams().guards;
        self.write(move |transaction| end::by_person(transaction, guards, job, Event::Cancelled))
            .await
    }
}
