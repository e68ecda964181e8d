//! One claim from plans to ends: plans again what is stale, alone what crashed, and writes nothing of what was lost.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::{JobHandler, Shared, Worked, jittered};
use crate::plan::Plan;
use crate::queue::{ClaimedJob, JobId, Outcome};
use crate::store::{Completed, Completion, Held, StoreError};

/// How often a plan is made again because the data under it changed.
const REPLANS: u32 = 3;
/// How often a completion is sent again to a store that is busy.
const RESENDS: u32 = 5;

/// Runs a claim to its end.
pub(super) async fn work(shared: Arc<Shared>, jobs: Vec<ClaimedJob>) -> Worked {
    let mut worked = Worked::default();
    let Some(handler) = jobs.first().and_then(|job| shared.handlers.get(&job.unit)).cloned() else {
        return worked;
    };
    let _watch = Watch {
        shared: &shared,
        jobs: jobs.iter().map(|job| job.id).collect(),
    };
    let mut todo = jobs;
    for round in 0..=REPLANS {
        let completions = plan(&shared, &handler, &todo).await;
        let ended = finish(&shared, &handler, &todo, completions).await;
        worked.ended += ended.written;
        worked.lost += ended.lost;
        let (stale, done): (Vec<ClaimedJob>, Vec<ClaimedJob>) =
            todo.into_iter().partition(|job| ended.stale.contains_key(&job.id));
        shared.release(&ids(&done));
        if stale.is_empty() {
            break;
        }
        if round == REPLANS {
            let (written, lost) = give_up(&shared, &handler, &stale, &ended.stale).await;
            worked.ended += written;
            worked.lost += lost;
            shared.release(&ids(&stale));
            break;
        }
        worked.replanned += stale.len() as u64;
        todo = stale;
    }
    worked
}

fn ids(jobs: &[ClaimedJob]) -> Vec<JobId> {
    jobs.iter().map(|job| job.id).collect()
}

/// Lets go of the jobs of a claim that breaks off by a panic: kept in hand, they would be kept alive without anyone working on them.
/// Let go, they come back when their lease runs out. A claim that is stopped keeps them, so that they are handed back at once.
struct Watch<'s> {
    shared: &'s Shared,
    jobs: Vec<JobId>,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.shared.release(&self.jobs);
        }
    }
}

/// Plans in a task of its own, so that a panic costs one job: the jobs of a claim that crashed run one by one.
async fn plan(shared: &Arc<Shared>, handler: &Arc<dyn JobHandler>, jobs: &[ClaimedJob]) -> Vec<Completion> {
    let ours: Vec<ClaimedJob> = jobs
        .iter()
        .filter(|job| shared.state(job.id) != Held::Lost)
        .cloned()
        .collect();
    match guarded(shared, handler, &ours).await {
        Ran::Planned(completions) => completions,
        Ran::InVain => Vec::new(),
        Ran::Crashed => {
            let mut completions = Vec::new();
            for job in &ours {
                match guarded(shared, handler, std::slice::from_ref(job)).await {
                    Ran::Planned(planned) => completions.extend(planned),
                    Ran::InVain => {}
                    Ran::Crashed => completions.push(handler.end(job, crashed())),
                }
            }
            completions
        }
    }
}

/// How the work on some jobs went.
enum Ran {
    Planned(Vec<Completion>),
    /// None of the jobs is ours any more, or all are to be stopped: the work was broken off.
    InVain,
    Crashed,
}

async fn guarded(shared: &Arc<Shared>, handler: &Arc<dyn JobHandler>, jobs: &[ClaimedJob]) -> Ran {
    let mut beats = shared.beats.subscribe();
    let (task, given) = (Arc::clone(handler), jobs.to_vec());
    // The set ends its task when it is dropped, so that an aborted claim stops working at once.
    let mut set = JoinSet::new();
    set.spawn(async move { task.run(&given).await });
    loop {
        tokio::select! {
            ran = set.join_next() => {
                return ran.and_then(Result::ok).map_or(Ran::Crashed, Ran::Planned);
            }
            beat = beats.changed() => {
                if beat.is_err() || jobs.iter().all(|job| shared.state(job.id) != Held::Ours) {
                    return Ran::InVain;
                }
            }
        }
    }
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
    let (written, lost) = end_bare(shared, refused).await;
    finished.written += written;
    finished.lost += lost;
    finished
}

/// Ends jobs whose own plans were not taken; how many were written, and how many were not ours any more. Where even the little
/// that such an end says cannot be written, the job ends without it: it would run, crash and come back otherwise.
async fn end_bare(shared: &Arc<Shared>, ends: Vec<Completion>) -> (u64, u64) {
    let (mut written, mut lost) = (0, 0);
    let mut bare = Vec::new();
    let answers = complete(shared, &ends).await;
    for (end, completed) in ends.into_iter().zip(answers) {
        match completed {
            Completed::Applied(_) => written += 1,
            Completed::Lost => lost += 1,
            Completed::Stale(why) | Completed::Refused(why) => {
                tracing::error!(job = end.job.0, %why, "the end of a job is written without what it says of its record");
                bare.push(Completion {
                    plan: Plan::default(),
                    ..end
                });
            }
        }
    }
    for completed in complete(shared, &bare).await {
        match completed {
            Completed::Applied(_) => written += 1,
            Completed::Lost | Completed::Stale(_) | Completed::Refused(_) => lost += 1,
        }
    }
    (written, lost)
}

/// A job without attempts left does not wait for another one: its record ends as failed, with the same reason.
fn last_attempt(handler: &Arc<dyn JobHandler>, job: &ClaimedJob, completion: Completion) -> Completion {
    match completion.outcome {
        Outcome::Retry { after: _, kind, error } if job.max_attempts > 0 && job.errors + 1 >= job.max_attempts => {
            let error = format!("given up after {} attempts: {error}", job.errors + 1);
            handler.end(job, Outcome::Failed { kind, error })
        }
        outcome @ (Outcome::Done(_)
        | Outcome::Retry { .. }
        | Outcome::Busy { .. }
        | Outcome::Snooze(_)
        | Outcome::Waits { .. }
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
) -> (u64, u64) {
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
    end_bare(shared, jobs.iter().map(busy).collect()).await
}
