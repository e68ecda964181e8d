//! A job as it is read under its lock, and what [`transition`] decided written back, many at once.

use tokio_postgres::Row;
use uuid::Uuid;

use crate::queue::clock::micros;
use crate::queue::transition::{Event, LastError, Next, Standing, transition};
use crate::queue::{Fence, IdentityKey, JobId, JobState, LONGEST_DELAY, visible};
use crate::store::StoreError;

use super::super::error::Failure;
use super::super::pool::Leased;
use super::enqueue::key;

/// A job as it is read before it is changed.
pub(super) struct Found {
    pub(super) id: JobId,
    pub(super) uuid: Uuid,
    pub(super) fence: Fence,
    pub(super) standing: Standing,
    pub(super) key: Option<IdentityKey>,
    worker: Option<Uuid>,
}

/// A job and what becomes of it.
pub(super) struct Change {
    pub(super) found: Found,
    pub(super) next: Next,
    next_fence: Fence,
    closes_failed: bool,
}

impl Change {
    /// What an event does to a job; `None`: it cannot happen to one that stands there.
    pub(super) fn of(found: Found, event: Event<'_>) -> Option<Self> {
        let next = transition(&found.standing, event, fastrand::f64()).ok()?;
        // Who takes a job away from its owner, or brings it back from its end, makes all earlier fences void.
        let grows = match event {
            Event::LeaseRanOut | Event::Requeued => 1,
            Event::ParentsDone
            | Event::Due
            | Event::Claimed
            | Event::Ended(_)
            | Event::GivenBack
            | Event::Cancelled => 0,
        };
        let next_fence = Fence(found.fence.0 + grows);
        Some(Self {
            found,
            closes_failed: next.closes_failed(),
            next,
            next_fence,
        })
    }
}

pub(super) fn found(row: &Row) -> Result<Found, Failure> {
    let key_bytes: Option<&[u8]> = row.try_get(10)?;
    Ok(Found {
        id: JobId(row.try_get(0)?),
        uuid: row.try_get(1)?,
        fence: Fence(row.try_get(2)?),
        standing: Standing {
            state: state(row, 3)?,
            attempt: count(row, 4)?,
            errors: count(row, 5)?,
            max_attempts: count(row, 6)?,
            crashes: count(row, 7)?,
            busy: count(row, 8)?,
            cancel_asked: row.try_get(9)?,
        },
        key: key_bytes.map(key),
        worker: row.try_get(11)?,
    })
}

/// Writes changes and the list of attempts.
pub(super) async fn write(session: &Leased, changes: &[Change]) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let errors: Vec<_> = changes.iter().map(|change| error_columns(&change.next.error)).collect();
    session
        .execute(
            include_str!("../write_next.sql"),
            &[
                &column(changes, |change| change.found.id.0),
                &column(changes, |change| change.found.fence.0),
                &column(changes, |change| change.found.standing.state.code()),
                &column(changes, |change| change.next_fence.0),
                &column(changes, |change| change.next.state.code()),
                &column(changes, |change| stored(change.next.attempt)),
                &column(changes, |change| stored(change.next.errors)),
                &column(changes, |change| stored(change.next.crashes)),
                &column(changes, |change| stored(change.next.busy)),
                &column(changes, |change| change.next.cancel_asked),
                &column(changes, |change| {
                    change.next.delay.map(|delay| micros(delay.min(LONGEST_DELAY)))
                }),
                &errors.iter().map(|(change, ..)| *change).collect::<Vec<_>>(),
                &errors.iter().map(|(_, kind, _)| kind.clone()).collect::<Vec<_>>(),
                &errors.iter().map(|(.., text)| text.clone()).collect::<Vec<_>>(),
                &column(changes, |change| change.next.message.as_deref().map(visible)),
                &column(changes, |change| change.next.payload.clone()),
            ],
        )
        .await?;
    record_attempts(session, changes).await?;
    close_failed(session, changes).await
}

/// Closes the failed jobs of the same identities: a person looks at the newest end only.
async fn close_failed(session: &Leased, changes: &[Change]) -> Result<(), Failure> {
    let closing: Vec<i64> = changes
        .iter()
        .filter(|change| change.closes_failed && change.found.key.is_some())
        .map(|change| change.found.id.0)
        .collect();
    if closing.is_empty() {
        return Ok(());
    }
    session
        .execute(include_str!("../close_failed.sql"), &[&closing])
        .await?;
    Ok(())
}

async fn record_attempts(session: &Leased, changes: &[Change]) -> Result<(), Failure> {
    let recorded: Vec<_> = changes
        .iter()
        .filter_map(|change| {
            Some((
                &change.found,
                change.next.recorded?,
                change.found.worker?,
                &change.next.error,
            ))
        })
        .collect();
    if recorded.is_empty() {
        return Ok(());
    }
    let errors: Vec<_> = recorded.iter().map(|(.., error)| error_columns(error)).collect();
    session
        .execute(
            include_str!("../record_attempt.sql"),
            &[
                &recorded.iter().map(|(found, ..)| found.id.0).collect::<Vec<_>>(),
                &recorded.iter().map(|(found, ..)| found.fence.0).collect::<Vec<_>>(),
                &recorded
                    .iter()
                    .map(|(found, ..)| stored(found.standing.attempt))
                    .collect::<Vec<_>>(),
                &recorded.iter().map(|(_, _, worker, _)| *worker).collect::<Vec<_>>(),
                &recorded.iter().map(|(_, end, ..)| end.code()).collect::<Vec<_>>(),
                &errors.iter().map(|(_, kind, _)| kind.clone()).collect::<Vec<_>>(),
                &errors.iter().map(|(.., text)| text.clone()).collect::<Vec<_>>(),
            ],
        )
        .await?;
    Ok(())
}

fn column<T>(changes: &[Change], value: impl Fn(&Change) -> T) -> Vec<T> {
    changes.iter().map(value).collect()
}

/// What happens to the error columns, and their values.
fn error_columns(error: &LastError) -> (i16, Option<String>, Option<String>) {
    match error {
        LastError::Stays => (0, None, None),
        LastError::Cleared => (1, None, None),
        LastError::Is { kind, text } => (2, Some(visible(kind)), Some(visible(text))),
    }
}

/// A small number as the column holds it.
fn stored(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A small number of a column.
pub(super) fn count(row: &Row, column: usize) -> Result<u32, Failure> {
    Ok(row.try_get::<_, i32>(column)?.unsigned_abs())
}

/// The state in a column.
pub(super) fn state(row: &Row, column: usize) -> Result<JobState, Failure> {
    let code: i16 = row.try_get(column)?;
    JobState::from_code(code).ok_or_else(|| {
        let reason = format!("its state {code} is unknown; a newer program may have written it");
        StoreError::Refused {
            what: "a job".to_owned(),
            reason,
        }
        .into()
    })
}
