//! The worker: claims jobs, runs them, keeps them alive and writes how they ended. Knows nothing of what jobs do.
//!
//! Any number of workers in any number of processes may share a store: whoever loses a job to another one writes nothing of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use crate::plan::Plan;
use crate::queue::{ClaimedJob, Fence, JobId, Outcome};
use crate::store::{ClaimRequest, Completed, Completion, Held, Store, StoreError};

/// How often a plan is made again because the data under it changed.
const REPLANS: u32 = 3;
/// How often a completion is sent again to a store that is busy.
const RESENDS: u32 = 5;

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
        let heart = tokio::spawn(beat(Arc::clone(&self.shared), self.options.lease));
        let mut running = JoinSet::new();
        let worked = self.serve(until, stop, &mut running).await;
        let ended = self.wind_down(&mut running).await;
        heart.abort();
        let mut worked = worked?;
        worked.add(ended);
        worked.given_back += self.give_back().await?;
        Ok(worked)
    }

    async fn serve(&self, until: Until, stop: &Stop, running: &mut JoinSet<Worked>) -> Result<Worked, StoreError> {
        let mut worked = Worked::default();
        let mut next_reap = Instant::now();
        while !stop.stopped() {
            if Instant::now() >= next_reap {
                let _ = self.shared.store.reap().await?;
                next_reap = Instant::now() + jittered(self.options.lease / 6);
            }
            let nothing_ready = self.fill(running).await?;
            if running.is_empty() && nothing_ready && until == Until::Idle {
                break;
            }
            let nap = self.nap(nothing_ready).await?;
            tokio::select! {
                Some(ended) = running.join_next() => worked.add(ended.unwrap_or_default()),
                () = tokio::time::sleep(nap) => {}
                () = stop.wait() => {}
            }
        }
        Ok(worked)
    }

    /// Claims as long as there is room; tells whether the store had nothing more.
    async fn fill(&self, running: &mut JoinSet<Worked>) -> Result<bool, StoreError> {
        while running.len() < self.options.concurrency.max(1) {
            let request = ClaimRequest {
                worker: self.shared.id,
                units: self.units.clone(),
                limit: self.options.claim.clamp(1, 100),
                lease: self.options.lease,
            };
            let jobs = self.shared.store.claim(&request).await?;
            if jobs.is_empty() {
                return Ok(true);
            }
            self.shared.hold(&jobs);
            running.spawn(work(Arc::clone(&self.shared), jobs));
        }
        Ok(false)
    }

    async fn nap(&self, nothing_ready: bool) -> Result<Duration, StoreError> {
        if !nothing_ready {
            return Ok(self.options.lease);
        }
        let due = self.shared.store.next_due(&self.units).await?;
        // Another process may enqueue at any time, so a sleep is never longer than the poll interval.
        Ok(due.map_or(self.options.poll, |due| {
            due.clamp(Duration::from_millis(5), self.options.poll)
        }))
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
        let held: Vec<(JobId, Fence)> = self.shared.holds().iter().map(|(id, hold)| (*id, hold.fence)).collect();
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

    fn release(&self, jobs: &[ClaimedJob]) {
        let mut held = self.holds();
        for job in jobs {
            held.remove(&job.id);
        }
    }

    fn state(&self, job: JobId) -> Held {
        self.holds().get(&job).map_or(Held::Lost, |hold| hold.state)
    }
}

/// Renews the leases of all jobs in hand, three times a lease.
async fn beat(shared: Arc<Shared>, lease: Duration) {
    loop {
        tokio::time::sleep(lease / 3).await;
        let held: Vec<(JobId, Fence)> = shared.holds().iter().map(|(id, hold)| (*id, hold.fence)).collect();
        if held.is_empty() {
            continue;
        }
        match shared.store.heartbeat(shared.id, &held, lease).await {
            Ok(states) => {
                let mut holds = shared.holds();
                for ((id, fence), state) in held.iter().zip(states) {
                    match holds.get_mut(id) {
                        Some(hold) if hold.fence == *fence => hold.state = state,
                        // Ended, or claimed anew, while the answer was on its way.
                        Some(_) | None => {}
                    }
                }
            }
            // The fence keeps us from writing if the lease runs out before the store is back.
            Err(error) => tracing::warn!(%error, "no heartbeat"),
        }
    }
}

/// Runs a claim to its end.
async fn work(shared: Arc<Shared>, jobs: Vec<ClaimedJob>) -> Worked {
    let mut worked = Worked::default();
    let Some(handler) = jobs.first().and_then(|job| shared.handlers.get(&job.unit)).cloned() else {
        return worked;
    };
    let mut todo = jobs;
    for round in 0..=REPLANS {
        let completions = plan(&shared, &handler, &todo).await;
        let ended = finish(&shared, &handler, &todo, completions).await;
        worked.ended += ended.written;
        worked.lost += ended.lost;
        let (stale, done): (Vec<ClaimedJob>, Vec<ClaimedJob>) =
            todo.into_iter().partition(|job| ended.stale.contains_key(&job.id));
        shared.release(&done);
        if stale.is_empty() {
            break;
        }
        if round == REPLANS {
            worked.ended += give_up(&shared, &handler, &stale, &ended.stale).await;
            shared.release(&stale);
            break;
        }
        worked.replanned += stale.len() as u64;
        todo = stale;
    }
    worked
}

/// Plans in a task of its own, so that a panic costs one job: the jobs of a claim that crashed run one by one.
async fn plan(shared: &Arc<Shared>, handler: &Arc<dyn JobHandler>, jobs: &[ClaimedJob]) -> Vec<Completion> {
    let ours: Vec<ClaimedJob> = jobs
        .iter()
        .filter(|job| shared.state(job.id) != Held::Lost)
        .cloned()
        .collect();
    match guarded(handler, &ours).await {
        Some(completions) => completions,
        None => {
            let mut completions = Vec::new();
            for job in &ours {
                let alone = guarded(handler, std::slice::from_ref(job)).await;
                completions.extend(alone.unwrap_or_else(|| vec![handler.end(job, crashed())]));
            }
            completions
        }
    }
}

async fn guarded(handler: &Arc<dyn JobHandler>, jobs: &[ClaimedJob]) -> Option<Vec<Completion>> {
    let (task, jobs) = (Arc::clone(handler), jobs.to_vec());
    // The set ends its task when it is dropped, so that an aborted claim stops working at once.
    let mut set = JoinSet::new();
    set.spawn(async move { task.run(&jobs).await });
    set.join_next().await.and_then(Result::ok)
}

fn crashed() -> Outcome {
    let error =
        "the program broke off while it worked on this record; this is a mistake of the program, please report it";
    Outcome::Failed {
        kind: "crashed".to_owned(),
        error: error.to_owned(),
    }
}

#[derive(Default)]
struct Finished {
    written: u64,
    lost: u64,
    stale: BTreeMap<JobId, String>,
}

/// Writes how jobs ended; those that were taken over meanwhile are left out.
async fn finish(
    shared: &Arc<Shared>,
    handler: &Arc<dyn JobHandler>,
    jobs: &[ClaimedJob],
    completions: Vec<Completion>,
) -> Finished {
    let mut finished = Finished::default();
    let mut send = Vec::new();
    for job in jobs {
        let own = completions.iter().find(|completion| completion.job == job.id);
        match (shared.state(job.id), own) {
            (Held::Lost, _) => finished.lost += 1,
            (Held::CancelAsked, _) => send.push(handler.end(job, Outcome::Cancelled)),
            (Held::Ours, Some(completion)) => send.push(last_attempt(handler, job, completion.clone())),
            // A handler that forgot a job: better failed than lost.
            (Held::Ours, None) => send.push(handler.end(job, crashed())),
        }
    }
    let mut refused = Vec::new();
    for (completion, completed) in send.iter().zip(complete(shared, &send).await) {
        match completed {
            Completed::Applied(_) => finished.written += 1,
            Completed::Lost => finished.lost += 1,
            Completed::Stale(why) => {
                finished.stale.insert(completion.job, why);
            }
            Completed::Refused(reason) => {
                let outcome = Outcome::Failed {
                    kind: "data".to_owned(),
                    error: reason,
                };
                let job = jobs.iter().find(|job| job.id == completion.job);
                refused.extend(job.map(|job| handler.end(job, outcome)));
            }
        }
    }
    finished.written += complete(shared, &refused).await.len() as u64;
    finished
}

/// A job without attempts left does not wait for another one: its record ends as failed, with the same reason.
fn last_attempt(handler: &Arc<dyn JobHandler>, job: &ClaimedJob, completion: Completion) -> Completion {
    match completion.outcome {
        Outcome::Retry { after: _, kind, error } if job.max_attempts > 0 && job.attempt >= job.max_attempts => {
            let error = format!("given up after {} attempts: {error}", job.attempt);
            handler.end(job, Outcome::Failed { kind, error })
        }
        outcome @ (Outcome::Done(_)
        | Outcome::Retry { .. }
        | Outcome::Busy { .. }
        | Outcome::Snooze(_)
        | Outcome::Failed { .. }
        | Outcome::Cancelled) => Completion { outcome, ..completion },
    }
}

/// Writes completions; a busy store is asked again, and what cannot be written comes back when the lease runs out.
async fn complete(shared: &Arc<Shared>, completions: &[Completion]) -> Vec<Completed> {
    if completions.is_empty() {
        return Vec::new();
    }
    for round in 1..=RESENDS {
        match shared.store.complete(completions).await {
            Ok(completed) => return completed,
            Err(StoreError::Busy(reason)) if round < RESENDS => {
                tracing::debug!(%reason, "store busy, writing again");
                tokio::time::sleep(jittered(Duration::from_millis(50) * round)).await;
            }
            // After a lost answer the plan may be in: sending it again is safe, because the fence refuses it then.
            Err(StoreError::Unknown(reason)) if round < RESENDS => {
                tracing::warn!(%reason, "answer lost, writing again")
            }
            Err(error) => {
                tracing::error!(%error, jobs = completions.len(), "cannot write how jobs ended");
                break;
            }
        }
    }
    completions.iter().map(|_| Completed::Lost).collect()
}

async fn give_up(
    shared: &Arc<Shared>,
    handler: &Arc<dyn JobHandler>,
    jobs: &[ClaimedJob],
    why: &BTreeMap<JobId, String>,
) -> u64 {
    let busy = |job: &ClaimedJob| {
        let reason = why.get(&job.id).map_or("", String::as_str);
        let error = format!(
            "the record changed each of {} times while it was worked on: {reason}",
            REPLANS + 1
        );
        Completion {
            plan: Plan::default(),
            ..handler.end(job, Outcome::Busy { error })
        }
    };
    let completions: Vec<Completion> = jobs.iter().map(busy).collect();
    complete(shared, &completions).await.len() as u64
}

/// This long, give or take a fifth: workers that started together do not act together for ever.
fn jittered(time: Duration) -> Duration {
    time.mul_f64(0.8 + 0.4 * fastrand::f64())
}
