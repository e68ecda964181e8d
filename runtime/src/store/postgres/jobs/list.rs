//! Reads for people and for the worker's alarm clock.

use std::time::Duration;

use tokio_postgres::Row;

use crate::queue::transition::AttemptEnd;
use crate::queue::{Fence, JobId, JobState};
use crate::store::{AttemptRow, JobFilter, JobRow, StoreError};

use super::super::PostgresStore;
use super::super::error::Failure;
use super::write::{count, state};

pub(super) async fn next_due(store: &PostgresStore, units: &[String]) -> Result<Option<Duration>, Failure> {
    let session = store.sessions().session().await?;
    let rows = session.query(include_str!("../next_due.sql"), &[&units]).await?;
    let due: Option<i64> = rows.first().map_or(Ok(None), |row| row.try_get(0))?;
    Ok(due.map(|microseconds| Duration::from_micros(microseconds.unsigned_abs())))
}

pub(super) async fn jobs(store: &PostgresStore, filter: &JobFilter) -> Result<Vec<JobRow>, Failure> {
    let session = store.sessions().session().await?;
    let states: Vec<i16> = filter.states.iter().map(|state| state.code()).collect();
    let after = filter.after.map_or(0, |job| job.0);
    let limit = i64::from(if filter.limit == 0 { 1000 } else { filter.limit });
    let rows = session
        .query(
            include_str!("../list_jobs.sql"),
            &[&after, &states, &filter.instance, &filter.run, &limit],
        )
        .await?;
    rows.iter().map(job).collect()
}

pub(super) async fn attempts(store: &PostgresStore, job: JobId) -> Result<Vec<AttemptRow>, Failure> {
    let session = store.sessions().session().await?;
    session
        .query(include_str!("../list_attempts.sql"), &[&job.0])
        .await?
        .iter()
        .map(attempt)
        .collect()
}

pub(super) async fn job_counts(store: &PostgresStore) -> Result<Vec<(JobState, u64)>, Failure> {
    let session = store.sessions().session().await?;
    let rows = session.query(include_str!("../count_jobs.sql"), &[]).await?;
    rows.iter()
        .map(|row| Ok((state(row, 0)?, row.try_get::<_, i64>(1)?.unsigned_abs())))
        .collect()
}

pub(super) async fn instance_counts(store: &PostgresStore) -> Result<Vec<(String, JobState, u64)>, Failure> {
    let session = store.sessions().session().await?;
    let rows = session
        .query(include_str!("../count_jobs_of_instances.sql"), &[])
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get(0)?,
                state(row, 1)?,
                row.try_get::<_, i64>(2)?.unsigned_abs(),
            ))
        })
        .collect()
}

fn job(row: &Row) -> Result<JobRow, Failure> {
    Ok(JobRow {
        id: JobId(row.try_get(0)?),
        uuid: row.try_get(1)?,
        state: state(row, 2)?,
        unit: row.try_get(3)?,
        instance: row.try_get(4)?,
        priority: row.try_get(5)?,
        attempt: count(row, 6)?,
        max_attempts: count(row, 7)?,
        description: row.try_get(8)?,
        eta_us: row.try_get(9)?,
        created_at_us: row.try_get(10)?,
        finished_at_us: row.try_get(11)?,
        error: error(row, 12)?,
        payload: row.try_get(14)?,
        errors: count(row, 15)?,
        crashes: count(row, 16)?,
        message: row.try_get(17)?,
    })
}

fn attempt(row: &Row) -> Result<AttemptRow, Failure> {
    let code: i16 = row.try_get(5)?;
    let end = AttemptEnd::from_code(code).ok_or_else(|| StoreError::Refused {
        what: "an attempt".to_owned(),
        reason: format!("its outcome {code} is unknown; a newer program may have written it"),
    })?;
    Ok(AttemptRow {
        attempt: count(row, 0)?,
        fence: Fence(row.try_get(1)?),
        worker: row.try_get(2)?,
        started_at_us: row.try_get(3)?,
        ended_at_us: row.try_get(4)?,
        end,
        error: error(row, 6)?,
    })
}

/// Kind and text of an error, in two columns.
fn error(row: &Row, column: usize) -> Result<Option<(String, String)>, Failure> {
    let kind: Option<String> = row.try_get(column)?;
    let text: Option<String> = row.try_get(column + 1)?;
    Ok(kind.zip(text))
}
