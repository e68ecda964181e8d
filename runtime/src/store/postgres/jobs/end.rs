//! How attempts end: by their worker, by the reaper, by a person. Jobs are read under their locks, `transition` decides,
//! identities are taken in one flush, all changes are written at once.

use std::collections::HashMap;

use crate::plan::RunEntry;
use crate::queue::seam::{Guard, Point, Seams};
use crate::queue::transition::{Event, superseded};
use crate::queue::{Fence, JobId, JobState, NewJob};
use crate::store::{Completed, Completion, Enqueued, Reaped, StoreError};

use super::super::PostgresStore;
use super::super::error::Failure;
use super::super::pool::Leased;
use super::super::records::{apply_one, hand_over, lock_all};
use super::enqueue::{Wish, flush};
use super::write::{Change, Found, found, write};

/// Reaped in one transaction.
const REAPED_AT_ONCE: usize = 500;

pub(super) async fn complete(store: &PostgresStore, completions: &[Completion]) -> Result<Vec<Completed>, Failure> {
    let mut session = store.sessions().session().await?;
    session.begin().await?;
    let keys: Vec<_> = completions
        .iter()
        .map(|completion| (completion.job, completion.fence))
        .collect();
    let mut held = lock_held(&session, &keys).await?;
    let ours = keys.iter().zip(completions).filter(|(key, _)| held.contains_key(*key));
    lock_all(&session, store, ours.map(|(_, completion)| &completion.plan)).await?;
    let (mut answers, mut steps) = (Vec::new(), Vec::new());
    for completion in completions {
        let found = held.remove(&(completion.job, completion.fence));
        let change = found.and_then(|found| Change::of(found, Event::Ended(&completion.outcome)));
        let answer = match (&change, malformed(completion)) {
            (None, _) => Completed::Lost,
            (Some(_), Some(reason)) => Completed::Refused(reason),
            (Some(_), None) => apply_one(&session, store, &completion.plan).await?,
        };
        if let (Some(change), Completed::Applied(_)) = (change, &answer) {
            let (jobs, entries) = (&completion.plan.jobs[..], &completion.plan.entries[..]);
            steps.push(Step { change, jobs, entries });
        }
        answers.push(answer);
    }
    finish(session, store.seams(), steps).await?;
    Ok(answers)
}

fn malformed(completion: &Completion) -> Option<String> {
    completion
        .plan
        .jobs
        .iter()
        .find_map(NewJob::malformed)
        .map(|reason| format!("a job: {reason}"))
}

pub(super) async fn give_back(store: &PostgresStore, held: &[(JobId, Fence)]) -> Result<u64, Failure> {
    let mut session = store.sessions().session().await?;
    session.begin().await?;
    let mut found = lock_held(&session, held).await?;
    let steps: Vec<_> = held
        .iter()
        .filter_map(|key| Change::of(found.remove(key)?, Event::GivenBack))
        .map(Step::alone)
        .collect();
    let returned = u64::try_from(steps.len()).unwrap_or(u64::MAX);
    finish(session, store.seams(), steps).await?;
    Ok(returned)
}

/// Jobs without identity together, those with one each in a transaction of its own: taking an identity back may wait
/// for an enqueue that is not committed.
pub(super) async fn reap(store: &PostgresStore) -> Result<Reaped, StoreError> {
    let mut total = Reaped::default();
    loop {
        let states = store.sessions().retried(|| reap_without_identity(store)).await?;
        states.iter().for_each(|state| tally(&mut total, *state));
        if states.len() < REAPED_AT_ONCE {
            break;
        }
    }
    let mut after = Expired {
        job: JobId(0),
        lease: "-infinity".to_owned(),
    };
    loop {
        let found = store.sessions().retried(|| find_expired_keyed(store, &after)).await?;
        for expired in &found {
            match store
                .sessions()
                .retried(|| reap_with_identity(store, expired.job))
                .await
            {
                Ok(states) => states.iter().for_each(|state| tally(&mut total, *state)),
                // Someone enqueues its identity right now: the next reap has it.
                Err(StoreError::Busy(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let is_last = found.len() < REAPED_AT_ONCE;
        match found.into_iter().last() {
            Some(last) if !is_last => after = last,
            Some(_) | None => return Ok(total),
        }
    }
}

fn tally(total: &mut Reaped, state: JobState) {
    match state {
        JobState::Failed => total.poisoned += 1,
        JobState::Done => total.superseded += 1,
        JobState::Cancelled => total.cancelled += 1,
        JobState::WaitingDeps | JobState::Scheduled | JobState::Ready | JobState::Running => total.freed += 1,
    }
}

async fn reap_without_identity(store: &PostgresStore) -> Result<Vec<JobState>, Failure> {
    let mut session = store.sessions().session().await?;
    session.begin().await?;
    let rows = session.query(include_str!("../lock_expired.sql"), &[]).await?;
    let found = rows.iter().map(found).collect::<Result<Vec<_>, _>>()?;
    finish(session, store.seams(), free(found)).await
}

/// A job whose lease ran out, and when, as the server writes it.
struct Expired {
    job: JobId,
    lease: String,
}

async fn find_expired_keyed(store: &PostgresStore, after: &Expired) -> Result<Vec<Expired>, Failure> {
    let session = store.sessions().session().await?;
    let rows = session
        .query(include_str!("../find_expired_keyed.sql"), &[&after.lease, &after.job.0])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Expired {
                job: JobId(row.try_get(0)?),
                lease: row.try_get(1)?,
            })
        })
        .collect()
}

/// Looks again under the lock: it may have been completed, or renewed, since it was found.
async fn reap_with_identity(store: &PostgresStore, job: JobId) -> Result<Vec<JobState>, Failure> {
    let mut session = store.sessions().session().await?;
    session.begin().await?;
    let rows = session
        .query(include_str!("../lock_expired_keyed.sql"), &[&job.0])
        .await?;
    let found = rows.iter().map(found).collect::<Result<Vec<_>, _>>()?;
    finish(session, store.seams(), free(found)).await
}

fn free(found: Vec<Found>) -> Vec<Step<'static>> {
    let changes = found
        .into_iter()
        .filter_map(|found| Change::of(found, Event::LeaseRanOut));
    changes.map(Step::alone).collect()
}

/// A person's wish; whether the job is now as wished.
pub(super) async fn by_person(store: &PostgresStore, job: JobId, event: Event<'_>) -> Result<bool, Failure> {
    let mut session = store.sessions().session().await?;
    session.begin().await?;
    let rows = session.query(include_str!("../lock_job.sql"), &[&job.0]).await?;
    let found = rows.first().map(found).transpose()?;
    let Some(change) = found.and_then(|found| Change::of(found, event)) else {
        return Ok(false);
    };
    if let (Some(key), true, false) = (
        change.found.key,
        change.found.standing.state.is_waiting(),
        change.next.state.is_waiting(),
    ) {
        session
            .execute(include_str!("../release_identity.sql"), &[&&key.0[..], &job.0])
            .await?;
    }
    let states = finish(session, store.seams(), vec![Step::alone(change)]).await?;
    Ok(!states.contains(&JobState::Done))
}

async fn lock_held(session: &Leased, held: &[(JobId, Fence)]) -> Result<HashMap<(JobId, Fence), Found>, Failure> {
    let (ids, fences): (Vec<i64>, Vec<i64>) = held.iter().map(|(job, fence)| (job.0, fence.0)).unzip();
    let rows = session
        .query(include_str!("../lock_held.sql"), &[&ids, &fences])
        .await?;
    rows.iter()
        .map(|row| found(row).map(|found| ((found.id, found.fence), found)))
        .collect()
}

/// What becomes of one job, the jobs that it enqueues with that, and what it says of records that they have.
struct Step<'a> {
    change: Change,
    jobs: &'a [NewJob],
    entries: &'a [RunEntry],
}

impl Step<'_> {
    fn alone(change: Change) -> Self {
        Self {
            change,
            jobs: &[],
            entries: &[],
        }
    }
}

/// Takes the identities of all that will wait, ends those whose identity a newer job has, writes, and commits.
async fn finish(session: Leased, seams: &Seams, steps: Vec<Step<'_>>) -> Result<Vec<JobState>, Failure> {
    let mut wishes = Vec::new();
    let mut waits_again = Vec::new();
    let mut firsts = Vec::new();
    for step in &steps {
        let Change { found, next, .. } = &step.change;
        let again = !found.standing.state.is_waiting() && next.state.is_waiting();
        let key = found.key.filter(|_| again && seams.guards.twin_check == Guard::On);
        waits_again.push(key.map(|_| wishes.len()));
        wishes.extend(key.map(|key| {
            Wish::Again(
                key,
                Enqueued {
                    id: found.id,
                    uuid: found.uuid,
                    joined: false,
                },
            )
        }));
        firsts.push(wishes.len());
        wishes.extend(step.jobs.iter().map(Wish::New));
    }
    let flushed = flush(&session, seams, &wishes).await?;
    for (step, first) in steps.iter().zip(firsts) {
        let own = flushed.answers.get(first..first + step.jobs.len());
        hand_over(&session, step.entries, own.unwrap_or_default()).await?;
    }
    let mut changes: Vec<_> = steps.into_iter().map(|step| step.change).collect();
    for (change, position) in changes.iter_mut().zip(waits_again) {
        let twin = position
            .and_then(|position| flushed.answers.get(position))
            .filter(|answer| answer.joined);
        if let Some(twin) = twin {
            change.next = superseded(change.next.clone(), twin.uuid);
        }
    }
    write(&session, &changes).await?;
    flushed.change_joined(&session).await?;
    seams.reach(Point::Completed);
    fail::fail_point!("store::commit");
    session.commit().await?;
    Ok(changes.iter().map(|change| change.next.state).collect())
}
