//! What the store suites say and see: a store, its clock, and a short vocabulary. The suites know no store by name.
#![expect(clippy::expect_used, reason = "a test that cannot have its database stops")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tenon_runtime::queue::clock::Clock;
use tenon_runtime::queue::seam::Seams;
use tenon_runtime::store::postgres::PostgresStore;
use tenon_runtime::store::sqlite::SqliteStore;
use uuid::Uuid;

pub use tenon_runtime::plan::{NewCheckpoint, Plan};
pub use tenon_runtime::queue::seam::{Guard, Guards, Point, Probe};
pub use tenon_runtime::queue::transition::{AttemptEnd, Event, Standing, transition};
pub use tenon_runtime::queue::{ClaimedJob, Fence, JobId, JobState, NewJob, OnConflict, Outcome};
pub use tenon_runtime::store::{
    AttemptRow, ClaimRequest, Completed, Completion, Enqueued, Held, JobFilter, JobRow, JobStore, Reaped, StoreError,
};
pub use tenon_runtime::value::Key;

use crate::postgres;

/// The stores that the suite runs against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, which other processes may open too.
    SqliteFile,
    /// One connection, no file.
    SqliteMemory,
    /// A schema of a server.
    Postgres,
}

/// Moves the time of a store.
#[derive(Clone, Debug)]
pub enum TestClock {
    /// SQLite has its clock from us.
    Manual(Clock),
    /// PostgreSQL has its own; moving all its times back is the same as moving the clock forward.
    Rows {
        /// The server.
        url: String,
        /// The schema.
        schema: String,
    },
}

impl TestClock {
    /// Lets so much time pass.
    pub async fn advance(&self, by: Duration) {
        match self {
            Self::Manual(clock) => clock.advance(by),
            Self::Rows { url, schema } => {
                let back = format!("interval '{} microseconds'", by.as_micros());
                let times = ["eta", "lease_until", "created_at", "started_at", "finished_at"];
                let times = times.map(|column| format!("{column} = {column} - {back}")).join(", ");
                postgres::execute(url, schema, &format!("update job set {times}")).await;
            }
        }
    }
}

/// A fresh store and what a case needs around it.
#[derive(Clone, Debug)]
pub struct Bench {
    /// Which store it is.
    pub kind: Kind,
    /// The store.
    pub store: Arc<dyn JobStore>,
    /// Its clock.
    pub clock: TestClock,
    /// The worker that claims where a case names none.
    pub worker: Uuid,
    place: Arc<Place>,
}

/// Where the store keeps its data, for as long as the bench lives.
#[derive(Debug)]
enum Place {
    Memory,
    Folder(tempfile::TempDir),
    Schema { url: String, schema: String },
}

/// The time between a claim and the end of its lease.
pub const LEASE: Duration = Duration::from_secs(30);
/// Units that a bench's worker knows.
pub const UNITS: [&str; 3] = ["import order", "import product", "import customer"];

impl Bench {
    /// A fresh store; `None`: there is no such database here.
    pub async fn new(kind: Kind) -> Option<Self> {
        let manual = TestClock::Manual(Clock::manual(1_700_000_000_000_000));
        let (clock, place) = match kind {
            Kind::SqliteFile => (manual, Place::Folder(tempfile::tempdir().expect("a folder"))),
            Kind::SqliteMemory => (manual, Place::Memory),
            Kind::Postgres => {
                let (url, schema) = (postgres::url()?, postgres::fresh_schema());
                (
                    TestClock::Rows {
                        url: url.clone(),
                        schema: schema.clone(),
                    },
                    Place::Schema { url, schema },
                )
            }
        };
        let place = Arc::new(place);
        let seams = Seams::none(Duration::from_secs(5));
        let store = open(&place, &clock, seams).await;
        Some(Self {
            kind,
            store,
            clock,
            worker: Uuid::now_v7(),
            place,
        })
    }

    /// The same data through a store of its own, as another process has it, with some of it changed for the test.
    pub async fn another(&self, change: impl FnOnce(&mut Seams)) -> Self {
        let mut seams = Seams::none(Duration::from_secs(5));
        change(&mut seams);
        let store = open(&self.place, &self.clock, seams).await;
        Self {
            store,
            worker: Uuid::now_v7(),
            ..self.clone()
        }
    }

    /// Identities whose job does not wait, and waiting jobs without their identity; 0 in memory, where nobody can look.
    pub async fn identities_out_of_place(&self) -> i64 {
        let query = "select (select count(*) from job_identity i join job j on j.id = i.job_id where j.state > 2) \
                     + (select count(*) from job j where j.state < 3 and j.identity_key is not null \
                        and not exists (select 1 from job_identity i where i.key = j.identity_key and i.job_id = j.id))";
        match &*self.place {
            Place::Memory => 0,
            Place::Folder(folder) => {
                let file = rusqlite::Connection::open(folder.path().join("tenon.db")).expect("the file");
                file.query_row(query, [], |row| row.get(0)).expect("the test's query")
            }
            Place::Schema { url, schema } => postgres::number(url, schema, query).await,
        }
    }

    /// Where the data is, for a process that is given no more than this; `None`: in memory.
    pub fn address(&self) -> Option<String> {
        match &*self.place {
            Place::Memory => None,
            Place::Folder(folder) => Some(format!("sqlite {}", folder.path().join("tenon.db").display())),
            Place::Schema { url, schema } => Some(format!("postgres {schema} {url}")),
        }
    }

    /// The same as another worker, through the same store.
    pub fn other_worker(&self) -> Self {
        Self {
            worker: Uuid::now_v7(),
            ..self.clone()
        }
    }

    /// Takes away what the case has made.
    pub async fn clean(&self) {
        if let Place::Schema { url, schema } = &*self.place {
            postgres::execute(url, schema, &format!("drop schema {schema} cascade")).await;
        }
    }

    /// Ends all sessions of the stores of this server, as a restart does.
    pub async fn end_sessions(&self) {
        if let Place::Schema { url, schema } = &*self.place {
            let end = format!(
                "select pg_terminate_backend(pid) from pg_stat_activity \
                 where application_name = 'tenon {schema}' and pid <> pg_backend_pid()"
            );
            postgres::execute(url, schema, &end).await;
        }
    }

    /// Returns when a session of these stores waits for a lock.
    pub async fn someone_waits_for_a_lock(&self) {
        if let Place::Schema { url, schema } = &*self.place {
            let waits = format!(
                "do $$ begin loop \
                 exit when exists (select 1 from pg_stat_activity \
                 where application_name = 'tenon {schema}' and wait_event_type = 'Lock'); \
                 perform pg_stat_clear_snapshot(); end loop; end $$"
            );
            postgres::execute(url, schema, &waits).await;
        }
    }

    /// Stores jobs; answers in the order given.
    pub async fn enqueue(&self, jobs: &[NewJob]) -> Vec<Enqueued> {
        self.store.enqueue(jobs).await.expect("jobs are enqueued")
    }

    /// Stores one job.
    pub async fn enqueue_one(&self, job: NewJob) -> Enqueued {
        self.enqueue(&[job]).await.remove(0)
    }

    /// Claims jobs of all units.
    pub async fn claim(&self, limit: u32) -> Vec<ClaimedJob> {
        self.claim_units(&UNITS, limit).await
    }

    /// Claims jobs of some units.
    pub async fn claim_units(&self, units: &[&str], limit: u32) -> Vec<ClaimedJob> {
        let units = units.iter().map(|&unit| unit.to_owned()).collect();
        let request = ClaimRequest {
            worker: self.worker,
            units,
            limit,
            lease: LEASE,
        };
        self.store.claim(&request).await.expect("a claim")
    }

    /// Claims until nothing is left, in the order of the claims.
    pub async fn claim_all(&self) -> Vec<ClaimedJob> {
        let mut all = Vec::new();
        loop {
            let claimed = self.claim(100).await;
            if claimed.is_empty() {
                return all;
            }
            all.extend(claimed);
        }
    }

    /// Claims exactly one job.
    pub async fn claim_one(&self) -> ClaimedJob {
        let mut claimed = self.claim(1).await;
        assert_eq!(claimed.len(), 1, "one job is claimed");
        claimed.remove(0)
    }

    /// Ends an attempt without other changes.
    pub async fn end(&self, job: &ClaimedJob, outcome: Outcome) -> Completed {
        self.end_with(job, outcome, Plan::default()).await
    }

    /// Ends an attempt and applies a plan.
    pub async fn end_with(&self, job: &ClaimedJob, outcome: Outcome, plan: Plan) -> Completed {
        let completion = Completion {
            job: job.id,
            fence: job.fence,
            outcome,
            plan,
        };
        self.store
            .complete(&[completion])
            .await
            .expect("a completion")
            .remove(0)
    }

    /// Ends an attempt well and insists that it was still ours.
    pub async fn done(&self, job: &ClaimedJob) {
        assert_eq!(self.end(job, Outcome::Done(None)).await, Completed::Applied(Vec::new()));
    }

    /// Renews leases.
    pub async fn heartbeat(&self, jobs: &[&ClaimedJob]) -> Vec<Held> {
        self.store
            .heartbeat(self.worker, &held(jobs), LEASE)
            .await
            .expect("a heartbeat")
    }

    /// Hands jobs back.
    pub async fn give_back(&self, jobs: &[&ClaimedJob]) -> u64 {
        self.store.give_back(&held(jobs)).await.expect("a hand-back")
    }

    /// Frees jobs whose lease ran out.
    pub async fn reap(&self) -> Reaped {
        self.store.reap().await.expect("a reap")
    }

    /// Lets leases run out and frees the jobs.
    pub async fn crash(&self) -> Reaped {
        self.clock.advance(LEASE + Duration::from_secs(1)).await;
        self.reap().await
    }

    /// A job as people see it.
    pub async fn row(&self, job: JobId) -> JobRow {
        let filter = JobFilter {
            after: Some(JobId(job.0 - 1)),
            limit: 1,
            ..JobFilter::default()
        };
        let row = self
            .store
            .jobs(&filter)
            .await
            .expect("a list")
            .into_iter()
            .find(|row| row.id == job);
        row.expect("the job is there")
    }

    /// Where a job stands.
    pub async fn state(&self, job: JobId) -> JobState {
        self.row(job).await.state
    }

    /// How many jobs stand there.
    pub async fn count(&self, state: JobState) -> u64 {
        let counts = self.store.job_counts().await.expect("counts");
        counts
            .into_iter()
            .find_map(|(one, count)| (one == state).then_some(count))
            .unwrap_or(0)
    }

    /// How many jobs wait.
    pub async fn waiting(&self) -> u64 {
        self.count(JobState::Scheduled).await + self.count(JobState::Ready).await
    }

    /// When the next job of a bench's units is due.
    pub async fn next_due(&self) -> Option<Duration> {
        self.store.next_due(&UNITS.map(str::to_owned)).await.expect("a time")
    }
}

async fn open(place: &Place, clock: &TestClock, seams: Seams) -> Arc<dyn JobStore> {
    let manual = match clock {
        TestClock::Manual(clock) => clock.clone(),
        TestClock::Rows { .. } => Clock::System,
    };
    match place {
        Place::Memory => Arc::new(SqliteStore::open_in_memory_with_clock(manual).expect("a store in memory")),
        Place::Folder(folder) => {
            let path = folder.path().join("tenon.db");
            Arc::new(SqliteStore::open_with_seams(path, manual, seams).expect("a file"))
        }
        Place::Schema { url, schema } => Arc::new(
            PostgresStore::open_with_seams(url, schema, seams)
                .await
                .expect("a schema"),
        ),
    }
}

/// A file of our choice as a store.
pub fn open_sqlite(path: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(path)
}

/// The store at a bench's address, by the machine's clock.
pub async fn open_address(address: &str) -> Arc<dyn JobStore> {
    match address.split_once(' ') {
        Some(("sqlite", path)) => Arc::new(SqliteStore::open(path).expect("a file")),
        Some(("postgres", rest)) => {
            let (schema, url) = rest.split_once(' ').expect("a schema and an address");
            Arc::new(PostgresStore::open(url, schema).await.expect("a schema"))
        }
        _ => unreachable!("not a bench's address: {address}"),
    }
}

/// An address of our choice as a store.
pub async fn open_postgres(url: &str, schema: &str) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(url, schema).await
}

fn held(jobs: &[&ClaimedJob]) -> Vec<(JobId, Fence)> {
    jobs.iter().map(|job| (job.id, job.fence)).collect()
}

/// A job that may run at once; `what` is its payload and description.
pub fn job(what: &str) -> NewJob {
    NewJob {
        unit: UNITS[0].to_owned(),
        instance: "shop".to_owned(),
        priority: 10,
        delay: Duration::ZERO,
        max_attempts: 5,
        identity: None,
        on_conflict: OnConflict::Keep,
        payload: what.as_bytes().to_vec(),
        description: what.to_owned(),
        run: None,
    }
}

/// The same with an identity of the same text.
pub fn keyed(what: &str) -> NewJob {
    NewJob {
        identity: Some(what.to_owned()),
        ..job(what)
    }
}

/// An error that may pass; the pattern decides when.
pub fn retry() -> Outcome {
    Outcome::Retry {
        after: None,
        kind: "network".to_owned(),
        error: "connection reset".to_owned(),
    }
}

/// An error that may pass, to be tried again at once.
pub fn retry_now() -> Outcome {
    Outcome::Retry {
        after: Some(Duration::ZERO),
        kind: "network".to_owned(),
        error: "connection reset".to_owned(),
    }
}

/// A plan that only enqueues.
pub fn enqueues(jobs: Vec<NewJob>) -> Plan {
    Plan {
        jobs,
        ..Plan::default()
    }
}

/// Payloads in order, as text.
pub fn payloads(jobs: &[ClaimedJob]) -> Vec<String> {
    jobs.iter()
        .map(|job| String::from_utf8_lossy(&job.payload).into_owned())
        .collect()
}
