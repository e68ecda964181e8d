//! Reads for people and for the worker's alarm clock.

use std::time::Duration;

use rusqlite::{Connection, Row, params};

use crate::queue::transition::AttemptEnd;
use crate::queue::{Fence, JobId, JobState};
use crate::store::{AttemptRow, JobFilter, JobRow, StoreError};

use super::enqueue::uuid;
use super::job_error;

pub(super) fn next_due(connection: &Connection, units: &[String]) -> Result<Option<Duration>, StoreError> {
    let units = serde_json::json!(units).to_string();
    let due: Option<i64> = connection
        .prepare_cached(include_str!("../next_due.sql"))
        .and_then(|mut statement| statement.query_row([units], |row| row.get(0)))
        .map_err(|error| job_error(&error))?;
    Ok(due.map(|microseconds| Duration::from_micros(microseconds.unsigned_abs())))
}

pub(super) fn jobs(connection: &Connection, filter: &JobFilter) -> Result<Vec<JobRow>, StoreError> {
    let states: Vec<i16> = filter.states.iter().map(|state| state.code()).collect();
    let after = filter.after.map_or(0, |job| job.0);
    let limit = if filter.limit == 0 { 1000 } else { filter.limit };
    let list = || {
        connection
            .prepare_cached(include_str!("../list_jobs.sql"))?
            .query_map(
                params![
                    after,
                    serde_json::json!(states).to_string(),
                    filter.instance,
                    filter.run,
                    limit
                ],
                job,
            )?
            .collect::<Result<_, rusqlite::Error>>()
    };
    list().map_err(|error| job_error(&error))
}

pub(super) fn attempts(connection: &Connection, job: JobId) -> Result<Vec<AttemptRow>, StoreError> {
    let list = || {
        connection
            .prepare_cached(include_str!("../list_attempts.sql"))?
            .query_map([job.0], attempt)?
            .collect::<Result<_, rusqlite::Error>>()
    };
    list().map_err(|error| job_error(&error))
}

pub(super) fn job_counts(connection: &Connection) -> Result<Vec<(JobState, u64)>, StoreError> {
    let list = || {
        connection
            .prepare_cached(include_str!("../count_jobs.sql"))?
            .query_map([], |row| Ok((state(row, 0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
            .collect::<Result<_, rusqlite::Error>>()
    };
    list().map_err(|error| job_error(&error))
}

pub(super) fn instance_counts(connection: &Connection) -> Result<Vec<(String, JobState, u64)>, StoreError> {
    let list = || {
        connection
            .prepare_cached(include_str!("../count_jobs_of_instances.sql"))?
            .query_map([], |row| {
                Ok((row.get(0)?, state(row, 1)?, row.get::<_, i64>(2)?.unsigned_abs()))
            })?
            .collect::<Result<_, rusqlite::Error>>()
    };
    list().map_err(|error| job_error(&error))
}

fn job(row: &Row<'_>) -> Result<JobRow, rusqlite::Error> {
    Ok(JobRow {
        id: JobId(row.get(0)?),
        uuid: uuid(row, 1)?,
        state: state(row, 2)?,
        unit: row.get(3)?,
        instance: row.get(4)?,
        priority: row.get(5)?,
        attempt: row.get(6)?,
        max_attempts: row.get(7)?,
        description: row.get(8)?,
        eta_us: row.get(9)?,
        created_at_us: row.get(10)?,
        finished_at_us: row.get(11)?,
        error: error(row, 12)?,
        payload: row.get(14)?,
        errors: row.get(15)?,
        crashes: row.get(16)?,
        message: row.get(17)?,
    })
}

fn attempt(row: &Row<'_>) -> Result<AttemptRow, rusqlite::Error> {
    let code: i16 = row.get(5)?;
    Ok(AttemptRow {
        attempt: row.get(0)?,
        fence: Fence(row.get(1)?),
        worker: uuid(row, 2)?,
        started_at_us: row.get(3)?,
        ended_at_us: row.get(4)?,
        end: AttemptEnd::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(5, i64::from(code)))?,
        error: error(row, 6)?,
    })
}

fn state(row: &Row<'_>, column: usize) -> Result<JobState, rusqlite::Error> {
    let code: i16 = row.get(column)?;
    JobState::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, i64::from(code)))
}

/// Kind and text of an error, in two columns.
fn error(row: &Row<'_>, column: usize) -> Result<Option<(String, String)>, rusqlite::Error> {
    let kind: Option<String> = row.get(column)?;
    let text: Option<String> = row.get(column + 1)?;
    Ok(kind.zip(text))
}
