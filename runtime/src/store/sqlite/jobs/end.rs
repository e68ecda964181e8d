//! How attempts end: by their worker, by the reaper, by a person. All of it is one read of the job as it stands, one
//! decision of [`transition`], one write that names fence and state.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::queue::clock::micros;
use crate::queue::seam::{Guard, Guards};
use crate::queue::transition::{Event, LastError, Next, Standing, superseded, transition};
use crate::queue::{Fence, IdentityKey, JobId, JobState, LONGEST_DELAY, visible};
use crate::store::plan::PlanRefused;
use crate::store::{Completed, Completion, Reaped, StoreError};

use super::super::{SqliteStore, savepoint};
use super::enqueue::find_waiting;
use super::job_error;

/// Reaped in one transaction.
const REAPED_AT_ONCE: usize = 500;

/// A job as it is read before it is changed.
struct Found {
    id: JobId,
    fence: Fence,
    standing: Standing,
    key: Option<IdentityKey>,
    worker: Option<[u8; 16]>,
    started_at_us: Option<i64>,
}

pub(super) fn complete(
    transaction: &Transaction<'_>,
    store: &SqliteStore,
    completions: &[Completion],
) -> Result<Vec<Completed>, StoreError> {
    completions
        .iter()
        .map(
            |completion| match savepoint(transaction, || complete_one(transaction, store, completion)) {
                Ok(completed) => Ok(completed),
                Err(refused) => PlanRefused::completed(refused),
            },
        )
        .collect()
}

fn complete_one(
    transaction: &Transaction<'_>,
    store: &SqliteStore,
    completion: &Completion,
) -> Result<Completed, PlanRefused> {
    let Some(found) = find_held(transaction, completion.job, completion.fence)? else {
        return Ok(Completed::Lost);
    };
    write(
        transaction,
        store.seams().guards,
        &found,
        Event::Ended(&completion.outcome),
        found.fence,
    )?;
    let applied = store.plans().apply(transaction, &completion.plan)?;
    Ok(Completed::Applied(applied.created))
}

pub(super) fn give_back(
    transaction: &Transaction<'_>,
    guards: Guards,
    held: &[(JobId, Fence)],
) -> Result<u64, StoreError> {
    let mut returned = 0;
    for (job, fence) in held {
        if let Some(found) = find_held(transaction, *job, *fence)? {
            write(transaction, guards, &found, Event::GivenBack, *fence)?;
            returned += 1;
        }
    }
    Ok(returned)
}

/// Frees expired jobs, so many per transaction, until none is left.
pub(super) async fn reap(store: &SqliteStore) -> Result<Reaped, StoreError> {
    let guards = store.seams().guards;
    let mut total = Reaped::default();
    loop {
        let (found, reaped) = store.write(move |transaction| reap_some(transaction, guards)).await?;
        total.freed += reaped.freed;
        total.poisoned += reaped.poisoned;
        total.superseded += reaped.superseded;
        total.cancelled += reaped.cancelled;
        if found < REAPED_AT_ONCE {
            return Ok(total);
        }
    }
}

fn reap_some(transaction: &Transaction<'_>, guards: Guards) -> Result<(usize, Reaped), StoreError> {
    let expired = find_expired(transaction).map_err(|error| job_error(&error))?;
    let mut reaped = Reaped::default();
    for found in &expired {
        let next_fence = Fence(found.fence.0 + 1);
        match write(transaction, guards, found, Event::LeaseRanOut, next_fence)? {
            Some(JobState::Failed) => reaped.poisoned += 1,
            Some(JobState::Done) => reaped.superseded += 1,
            Some(JobState::Cancelled) => reaped.cancelled += 1,
            Some(JobState::WaitingDeps | JobState::Scheduled | JobState::Ready | JobState::Running) => {
                reaped.freed += 1;
            }
            None => {}
        }
    }
    Ok((expired.len(), reaped))
}

/// A person's wish; whether the job is now as wished.
pub(super) fn by_person(
    transaction: &Transaction<'_>,
    guards: Guards,
    job: JobId,
    event: Event<'_>,
) -> Result<bool, StoreError> {
    let found = transaction
        .prepare_cached(include_str!("../lock_job.sql"))
        .and_then(|mut statement| statement.query_row([job.0], found).optional())
        .map_err(|error| job_error(&error))?;
    let Some(found) = found else { return Ok(false) };
    let next_fence = if found.standing.state.is_final() {
        Fence(found.fence.0 + 1)
    } else {
        found.fence
    };
    let state = write(transaction, guards, &found, event, next_fence)?;
    Ok(state.is_some_and(|state| state != JobState::Done))
}

/// Writes what becomes of a job; `None`: it cannot happen to one that stands there.
fn write(
    transaction: &Transaction<'_>,
    guards: Guards,
    found: &Found,
    event: Event<'_>,
    next_fence: Fence,
) -> Result<Option<JobState>, StoreError> {
    let Ok(next) = transition(&found.standing, event, fastrand::f64()) else {
        return Ok(None);
    };
    let closes = next.closes_failed();
    let written = hold_identity(transaction, guards, found, next).and_then(|next| {
        write_next(transaction, found, &next, next_fence)?;
        record_attempt(transaction, found, &next)?;
        if closes {
            close_failed(transaction, found)?;
        }
        Ok(next.state)
    });
    written.map(Some).map_err(|error| job_error(&error))
}

/// A job that will wait takes its identity, or ends because a newer one has it; a job that stops waiting lets it go.
fn hold_identity(
    transaction: &Transaction<'_>,
    guards: Guards,
    found: &Found,
    next: Next,
) -> Result<Next, rusqlite::Error> {
    let Some(key) = found.key else { return Ok(next) };
    match (found.standing.state.is_waiting(), next.state.is_waiting()) {
        (false, true) if guards.twin_check == Guard::On => {
            let took = transaction
                .prepare_cached(include_str!("../take_identity.sql"))?
                .execute(params![key.0, found.id.0])?;
            let twin = if took == 0 {
                find_waiting(transaction, key)?
            } else {
                None
            };
            Ok(twin.map_or(next.clone(), |twin| superseded(next, twin.uuid)))
        }
        (true, false) => {
            transaction
                .prepare_cached(include_str!("../release_identity.sql"))?
                .execute(params![key.0, found.id.0])?;
            Ok(next)
        }
        (false, true | false) | (true, true) => Ok(next),
    }
}

fn write_next(
    transaction: &Transaction<'_>,
    found: &Found,
    next: &Next,
    next_fence: Fence,
) -> Result<(), rusqlite::Error> {
    let (change, kind, text) = error_columns(&next.error);
    transaction
        .prepare_cached(include_str!("../write_next.sql"))?
        .execute(params![
            found.id.0,
            found.fence.0,
            found.standing.state.code(),
            next_fence.0,
            next.state.code(),
            next.attempt,
            next.errors,
            next.crashes,
            next.busy,
            next.cancel_asked,
            next.delay.map(|delay| micros(delay.min(LONGEST_DELAY))),
            change,
            kind,
            text,
            next.message.as_deref().map(visible),
            next.payload,
        ])?;
    Ok(())
}

/// Closes the failed jobs of the same identity: a person looks at the newest end only.
fn close_failed(transaction: &Transaction<'_>, found: &Found) -> Result<(), rusqlite::Error> {
    let Some(key) = found.key else { return Ok(()) };
    transaction
        .prepare_cached(include_str!("../close_failed.sql"))?
        .execute(params![key.0, found.id.0])?;
    Ok(())
}

fn record_attempt(transaction: &Transaction<'_>, found: &Found, next: &Next) -> Result<(), rusqlite::Error> {
    let (Some(end), Some(worker)) = (next.recorded, found.worker) else {
        return Ok(());
    };
    let (_, kind, text) = error_columns(&next.error);
    let (attempt, started_at) = (found.standing.attempt, found.started_at_us);
    transaction
        .prepare_cached(include_str!("../record_attempt.sql"))?
        .execute(params![
            found.id.0,
            found.fence.0,
            attempt,
            worker,
            started_at,
            end.code(),
            kind,
            text
        ])?;
    Ok(())
}

/// What happens to the error columns, and their values.
fn error_columns(error: &LastError) -> (u8, Option<String>, Option<String>) {
    match error {
        LastError::Stays => (0, None, None),
        LastError::Cleared => (1, None, None),
        LastError::Is { kind, text } => (2, Some(visible(kind)), Some(visible(text))),
    }
}

fn find_held(transaction: &Transaction<'_>, job: JobId, fence: Fence) -> Result<Option<Found>, StoreError> {
    transaction
        .prepare_cached(include_str!("../lock_held.sql"))
        .and_then(|mut statement| statement.query_row([job.0, fence.0], found).optional())
        .map_err(|error| job_error(&error))
}

fn find_expired(transaction: &Transaction<'_>) -> Result<Vec<Found>, rusqlite::Error> {
    transaction
        .prepare_cached(include_str!("../lock_expired.sql"))?
        .query_map([], found)?
        .collect()
}

fn found(row: &Row<'_>) -> Result<Found, rusqlite::Error> {
    let code: i16 = row.get(2)?;
    let state = JobState::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(2, i64::from(code)))?;
    Ok(Found {
        id: JobId(row.get(0)?),
        fence: Fence(row.get(1)?),
        standing: Standing {
            state,
            attempt: row.get(3)?,
            errors: row.get(4)?,
            max_attempts: row.get(5)?,
            crashes: row.get(6)?,
            busy: row.get(7)?,
            cancel_asked: row.get(8)?,
        },
        key: row.get::<_, Option<[u8; 16]>>(9)?.map(IdentityKey),
        worker: row.get(10)?,
        started_at_us: row.get(11)?,
    })
}
