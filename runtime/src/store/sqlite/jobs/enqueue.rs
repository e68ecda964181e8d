//! New jobs: one row each, or joined to the one that waits with the same identity.
//!
//! The look-up and the insert are in one transaction of the only writer, so nobody can claim the waiting job between
//! them; that is the guard which PostgreSQL has as `for share`.

use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::queue::clock::micros;
use crate::queue::seam::{Guard, Point};
use crate::queue::{IdentityKey, JobId, JobState, NewJob, OnConflict, visible};
use crate::store::{Enqueued, StoreError};

use super::super::SqliteStore;
use super::job_error;

/// A job that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) id: JobId,
    pub(super) uuid: Uuid,
}

pub(super) async fn enqueue(store: &SqliteStore, jobs: Vec<NewJob>) -> Result<Vec<Enqueued>, StoreError> {
    let seams = store.seams().clone();
    let looked_up = match seams.guards.share_lock {
        Guard::On => Vec::new(),
        Guard::Off => look_up_before(store, jobs.clone()).await?,
    };
    store
        .write(move |transaction| {
            let answers = enqueue_knowing(transaction, &jobs, &looked_up)?;
            seams.reach(Point::Enqueued);
            Ok(answers)
        })
        .await
}

/// Enqueues in the caller's transaction; answers in the order given. A plan's jobs come through here too.
pub(crate) fn enqueue_in(transaction: &Transaction<'_>, jobs: &[NewJob]) -> Result<Vec<Enqueued>, StoreError> {
    enqueue_knowing(transaction, jobs, &[])
}

fn enqueue_knowing(
    transaction: &Transaction<'_>,
    jobs: &[NewJob],
    looked_up: &[Option<Waiting>],
) -> Result<Vec<Enqueued>, StoreError> {
    if let Some(reason) = jobs.iter().find_map(NewJob::malformed) {
        return Err(StoreError::Refused {
            what: "a job".to_owned(),
            reason,
        });
    }
    let known = looked_up.iter().copied().chain(std::iter::repeat(None));
    jobs.iter()
        .zip(known)
        .map(|(job, known)| enqueue_one(transaction, job, known))
        .collect()
}

fn enqueue_one(transaction: &Transaction<'_>, job: &NewJob, known: Option<Waiting>) -> Result<Enqueued, StoreError> {
    let key = job.identity_key();
    let waiting = match (known, key) {
        (Some(known), _) => Some(known),
        (None, Some(key)) => find_waiting(transaction, key).map_err(|error| job_error(&error))?,
        (None, None) => None,
    };
    match waiting {
        Some(waiting) => join(transaction, job, waiting),
        None => insert(transaction, job, key),
    }
    .map_err(|error| job_error(&error))
}

/// The job that holds an identity.
pub(super) fn find_waiting(
    connection: &rusqlite::Connection,
    key: IdentityKey,
) -> Result<Option<Waiting>, rusqlite::Error> {
    connection
        .prepare_cached(include_str!("../find_waiting.sql"))?
        .query_row([key.0], |row| {
            Ok(Waiting {
                id: JobId(row.get(0)?),
                uuid: uuid(row, 1)?,
            })
        })
        .optional()
}

fn join(transaction: &Transaction<'_>, job: &NewJob, waiting: Waiting) -> Result<Enqueued, rusqlite::Error> {
    let Waiting { id, uuid } = waiting;
    match job.on_conflict {
        OnConflict::Keep => {}
        OnConflict::Replace => {
            transaction
                .prepare_cached(include_str!("../replace_payload.sql"))?
                .execute(params![id.0, job.payload, visible(&job.description)])?;
        }
        OnConflict::Earliest => {
            transaction
                .prepare_cached(include_str!("../make_earlier.sql"))?
                .execute(params![id.0, micros(job.delay)])?;
        }
    }
    Ok(Enqueued { id, uuid, joined: true })
}

fn insert(transaction: &Transaction<'_>, job: &NewJob, key: Option<IdentityKey>) -> Result<Enqueued, rusqlite::Error> {
    let uuid = Uuid::now_v7();
    let state = if job.delay.is_zero() {
        JobState::Ready
    } else {
        JobState::Scheduled
    };
    let id = transaction
        .prepare_cached(include_str!("../enqueue_job.sql"))?
        .query_row(
            params![
                uuid.as_bytes(),
                job.unit,
                job.instance,
                state.code(),
                job.priority,
                micros(job.delay),
                job.max_attempts,
                key.map(|key| key.0),
                job.payload,
                visible(&job.description),
                job.run,
            ],
            |row| row.get(0),
        )?;
    if let Some(key) = key {
        transaction
            .prepare_cached(include_str!("../take_identity.sql"))?
            .execute(params![key.0, id])?;
    }
    Ok(Enqueued {
        id: JobId(id),
        uuid,
        joined: false,
    })
}

/// What an enqueue without its guard does: it looks, lets time pass, and writes what it saw.
async fn look_up_before(store: &SqliteStore, jobs: Vec<NewJob>) -> Result<Vec<Option<Waiting>>, StoreError> {
    let seams = store.seams().clone();
    store
        .read(move |connection| {
            let look = |job: &NewJob| job.identity_key().map_or(Ok(None), |key| find_waiting(connection, key));
            let found = jobs
                .iter()
                .map(look)
                .collect::<Result<_, _>>()
                .map_err(|error| job_error(&error))?;
            seams.reach(Point::LookedUp);
            Ok(found)
        })
        .await
}

/// A uuid as it is stored.
pub(super) fn uuid(row: &rusqlite::Row<'_>, column: usize) -> Result<Uuid, rusqlite::Error> {
    Ok(Uuid::from_bytes(row.get(column)?))
}
