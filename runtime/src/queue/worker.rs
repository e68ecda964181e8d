//! The worker: claims jobs, runs them, keeps them alive and writes how they ended. Knows nothing of what jobs do.
//!
//! Any number of workers in any number of processes may share a store: whoever loses a job to another one writes nothing of it.

mod claim;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use crate::queue::{ClaimedJob, Fence, JobId, Outcome};
use crate::store::{ClaimRequest, Completion, Held, Store, StoreError};
use claim::work;

/// How often in a row a worker that is to end by itself bears a store that cannot be used.
const TROUBLES: u32 = 5;
/// What is due at once may be somebody else's already.
const SHORTEST_NAP: Duration = Duration::from_millis(5);

/// Runs the jobs of some units.
#[async_trait]
pub trait JobHandler: Send + Sync + std::fmt::Debug {
    /// The units it runs.
    fn units(&self) -> Vec<String>;
    /// Plans jobs of one (instance, unit): one completion for each, in any order. Changes nothing of them itself.
    async fn run(&self, jobs: &[ClaimedJob]) -> Vec<Completion>;
    /// The completion of a job that ends without a plan of its own: refused by the database, stopped by a person, crashed.
    fn end(&self, job: &ClaimedJob, outcome: Outcome) -> Completion;
}

/// How a worker works.
#[derive(Clone, Debug)]
pub struct WorkerOptions {
    /// How long a job may go without a heartbeat before others take it.
    pub lease: Duration,
    /// How long to sleep when nothing is due and nobody says so.
    pub poll: Duration,
    /// Jobs taken at a time, of one unit; at most 100.
    pub claim: u32,
    /// Claims worked on at a time.
    pub concurrency: usize,
    /// How long running claims may still take after a stop.
    pub grace: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            claim: 100,
            concurrency: 2,
            grace: Duration::from_secs(5),
        }
    }
}

/// When a worker ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Nothing is ready and nothing runs here; what is due later stays.
    Idle,
    /// Only when told to.
    Stopped,
}

/// Tells workers to stop. Copies tell the same workers.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<Signal>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    Run,
    Stop,
}

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Signal::Run)))
    }
}

impl Stop {
    /// Nothing stopped yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops all who listen: no new jobs, those that run may end, the rest is handed back.
    pub fn stop(&self) {
        self.0.send_replace(Signal::Stop);
    }

    /// Whether it was told.
    pub fn stopped(&self) -> bool {
        *self.0.borrow() == Signal::Stop
    }

    /// Waits until it is told.
    pub async fn wait(&self) {
        let mut signal = self.0.subscribe();
        // The sender lives in `self`, so the wait ends only by a signal.
        let _ = signal.wait_for(|signal| *signal == Signal::Stop).await;
    }
}

/// What a worker found when it looked for work.
enum Turn {
    /// Nothing more is ready; how long to sleep.
    Idle(Duration),
    /// All hands are busy; how long until the next look.
    Full(Duration),
}

/// What a worker did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Attempts that ended.
    pub ended: u64,
    /// Attempts whose job had been taken over: nothing of them was written.
    pub lost: u64,
    /// Plans made again because the data under them had changed.
    pub replanned: u64,
    /// Jobs handed back at the stop.
    pub given_back: u64,
}

impl Worked {
    fn add(&mut self, other: Self) {
        self.ended += other.ended;
        self.lost += other.lost;
        self.replanned += other.replanned;
        self.given_back += other.given_back;
    }
}

/// A worker of this process.
#[derive(Debug)]
pub struct Worker {
    shared: Arc<Shared>,
    options: WorkerOptions,
    units: Vec<String>,
}

#[derive(Debug)]
struct Shared {
    store: Arc<dyn Store>,
    handlers: BTreeMap<String, Arc<dyn JobHandler>>,
    // Fresh for every start: the name of a process that died is never taken over by its successor.
    id: Uuid,
    held: Mutex<BTreeMap<JobId, Hold>>,
    /// Changes with every heartbeat.
    beats: watch::Sender<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Hold {
    fence: Fence,
    state: Held,
}

impl Worker {
    /// A worker for the units of these handlers.
    pub fn new(store: Arc<dyn Store>, handlers: Vec<Arc<dyn JobHandler>>, options: WorkerOptions) -> Self {
        let mut by_unit = BTreeMap::new();
        for handler in handlers {
            for unit in handler.units() {
                by_unit.insert(unit, Arc::clone(&handler));
            }
        }
        let units = by_unit.keys().cloned().collect();
        let shared = Shared {
            store,
            handlers: by_unit,
            id: Uuid::now_v7(),
            held: Mutex::default(),
            beats: watch::Sender::new(0),
        };
        Self {
            shared: Arc::new(shared),
            options,
            units,
        }
    }

    /// Works until told to stop, or until there is nothing left to do.
    ///
    /// # Errors
    /// The store cannot be used; whatever was claimed comes back by itself when its lease runs out.
    pub async fn run(&self, until: Until, stop: &Stop) -> Result<Worked, StoreError> {
        // Sets end their tasks when they are dropped: whoever drops this future is left with nothing that holds jobs.
        let (mut heart, mut running) = (JoinSet::new(), JoinSet::new());
        heart.spawn(beat(Arc::clone(&self.shared), self.options.lease));
        let worked = self.serve(until, stop, &mut running).await;
        let ended = self.wind_down(&mut running).await;
        heart.shutdown().await;
        let given_back = self.give_back().await;
        let mut worked = worked?;
        worked.add(ended);
        worked.given_back += given_back?;
        Ok(worked)
    }

    async fn serve(&self, until: Until, stop: &Stop, running: &mut JoinSet<Worked>) -> Result<Worked, StoreError> {
        let mut worked = Worked::default();
        let mut next_reap = Instant::now();
        let mut troubles = 0;
        while !stop.stopped() {
            let nap = match self.turn(&mut next_reap, running).await {
                Ok(Turn::Idle(_)) if running.is_empty() && until == Until::Idle => break,
                Ok(Turn::Idle(nap) | Turn::Full(nap)) => {
                    troubles = 0;
                    nap
                }
                Err(error) if troubles < TROUBLES || until == Until::Stopped => {
                    troubles += 1;
                    tracing::warn!(%error, troubles, "the store cannot be used, trying again");
                    self.options.poll * troubles.min(TROUBLES)
                }
                Err(error) => return Err(error),
            };
            tokio::select! {
                Some(ended) = running.join_next() => worked.add(ended.unwrap_or_default()),
                () = tokio::time::sleep(nap) => {}
                () = stop.wait() => {}
            }
        }
        Ok(worked)
    }

    /// Reaps where it is time, claims what there is room for, and says how long to sleep.
    async fn turn(&self, next_reap: &mut Instant, running: &mut JoinSet<Worked>) -> Result<Turn, StoreError> {
        if Instant::now() >= *next_reap {
            let reaped = self.shared.store.reap().await?;
            if reaped.freed + reaped.poisoned > 0 {
                tracing::warn!(
                    freed = reaped.freed,
                    poisoned = reaped.poisoned,
                    "jobs of a worker that died"
                );
            }
            *next_reap = Instant::now() + jittered(self.options.lease / 6);
        }
        while running.len() < self.options.concurrency.max(1) {
            let request = ClaimRequest {
                worker: self.shared.id,
                units: self.units.clone(),
                limit: self.options.claim.clamp(1, 100),
                lease: self.options.lease,
            };
            let jobs = self.shared.store.claim(&request).await?;
            if jobs.is_empty() {
                return Ok(Turn::Idle(self.nap().await?));
            }
            self.shared.hold(&jobs);
            running.spawn(work(Arc::clone(&self.shared), jobs));
        }
        Ok(Turn::Full(self.options.lease / 6))
    }

    /// Another process may enqueue at any time, so a sleep is never longer than the poll interval.
    async fn nap(&self) -> Result<Duration, StoreError> {
        let due = self.shared.store.next_due(&self.units).await?;
        Ok(due.map_or(self.options.poll, |due| due.clamp(SHORTEST_NAP, self.options.poll)))
    }

    async fn wind_down(&self, running: &mut JoinSet<Worked>) -> Worked {
        let mut worked = Worked::default();
        let deadline = Instant::now() + self.options.grace;
        while let Ok(Some(ended)) = tokio::time::timeout_at(deadline, running.join_next()).await {
            worked.add(ended.unwrap_or_default());
        }
        running.shutdown().await;
        worked
    }

    async fn give_back(&self) -> Result<u64, StoreError> {
        let held = self.shared.in_hand();
        self.shared.holds().clear();
        if held.is_empty() {
            Ok(0)
        } else {
            self.shared.store.give_back(&held).await
        }
    }
}

impl Shared {
    fn holds(&self) -> MutexGuard<'_, BTreeMap<JobId, Hold>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hold(&self, jobs: &[ClaimedJob]) {
        self.holds().extend(jobs.iter().map(|job| {
            (
                job.id,
                Hold {
                    fence: job.fence,
                    state: Held::Ours,
                },
            )
        }));
    }

    fn release(&self, jobs: &[JobId]) {
        let mut held = self.holds();
        for job in jobs {
            held.remove(job);
        }
    }

    fn in_hand(&self) -> Vec<(JobId, Fence)> {
        self.holds().iter().map(|(id, hold)| (*id, hold.fence)).collect()
    }

    /// Keeps what a heartbeat said, and wakes those whose work may be in vain.
    fn note(&self, held: &[(JobId, Fence)], states: &[Held]) {
        let mut holds = self.holds();
        for ((id, fence), state) in held.iter().zip(states) {
            match holds.get_mut(id) {
                Some(hold) if hold.fence == *fence => hold.state = *state,
                // Ended, or claimed anew, while the answer was on its way.
                Some(_) | None => {}
            }
        }
        drop(holds);
        self.beats.send_modify(|beat| *beat += 1);
    }

    fn state(&self, job: JobId) -> Held {
        self.holds().get(&job).map_or(Held::Lost, |hold| hold.state)
    }
}

/// Renews the leases of all jobs in hand, three times a lease.
async fn beat(shared: Arc<Shared>, lease: Duration) {
    loop {
        tokio::time::sleep(lease / 3).await;
        let held = shared.in_hand();
        if held.is_empty() {
            continue;
        }
        match shared.store.heartbeat(shared.id, &held, lease).await {
            Ok(states) => shared.note(&held, &states),
            // The fence keeps us from writing if the lease runs out before the store is back.
            Err(error) => tracing::warn!(%error, "no heartbeat"),
        }
    }
}

/// This long, give or take a fifth: workers that started together do not act together for ever.
fn jittered(time: Duration) -> Duration {
    time.mul_f64(0.8 + 0.4 * fastrand::f64())
}
