//! Claims and heartbeats: how jobs get an owner and keep it.

use std::time::Duration;

use rusqlite::{OptionalExtension, Row, ToSql, Transaction, params};

use crate::queue::clock::micros;
use crate::queue::{ClaimedJob, Fence, JobId};
use crate::store::{ClaimRequest, Held, StoreError};

use super::enqueue::uuid;
use super::job_error;

/// A pair of (unit, instance) with ready jobs, and the best of them.
struct Pair {
    unit: String,
    instance: String,
    best: JobId,
    crashes: u32,
}

/// A claimed job and what it is sorted by.
type Taken = ((i16, i64, i64), ClaimedJob);

pub(super) fn claim(transaction: &Transaction<'_>, request: &ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
    claim_best(transaction, request).map_err(|error| job_error(&error))
}

fn claim_best(transaction: &Transaction<'_>, request: &ClaimRequest) -> Result<Vec<ClaimedJob>, rusqlite::Error> {
    if request.limit == 0 {
        return Ok(Vec::new());
    }
    for unit in &request.units {
        transaction
            .prepare_cached(include_str!("../promote.sql"))?
            .execute([unit])?;
    }
    let (in_flight, alone): (u32, u32) = transaction
        .prepare_cached(include_str!("../count_in_flight.sql"))?
        .query_row([request.worker.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(pair) = best_pair(transaction, &request.units)? else {
        return Ok(Vec::new());
    };
    let mut taken = match (alone > 0, pair.crashes > 0, in_flight > 0) {
        (true, _, _) | (false, true, true) => Vec::new(),
        (false, true, false) => take_alone(transaction, request, pair.best)?,
        (false, false, _) => take_group(transaction, request, &pair)?,
    };
    taken.sort_by_key(|(order, _)| *order);
    Ok(taken.into_iter().map(|(_, job)| job).collect())
}

fn best_pair(transaction: &Transaction<'_>, units: &[String]) -> Result<Option<Pair>, rusqlite::Error> {
    transaction
        .prepare_cached(include_str!("../claim_pairs.sql"))?
        .query_row([serde_json::json!(units).to_string()], |row| {
            Ok(Pair {
                unit: row.get(0)?,
                instance: row.get(1)?,
                best: JobId(row.get(2)?),
                crashes: row.get(3)?,
            })
        })
        .optional()
}

fn take_alone(
    transaction: &Transaction<'_>,
    request: &ClaimRequest,
    job: JobId,
) -> Result<Vec<Taken>, rusqlite::Error> {
    let (worker, lease) = (request.worker.as_bytes(), micros(request.lease));
    take(
        transaction,
        include_str!("../claim_alone.sql"),
        params![job.0, worker, lease],
    )
}

fn take_group(
    transaction: &Transaction<'_>,
    request: &ClaimRequest,
    pair: &Pair,
) -> Result<Vec<Taken>, rusqlite::Error> {
    let (worker, lease, limit) = (request.worker.as_bytes(), micros(request.lease), request.limit.min(100));
    take(
        transaction,
        include_str!("../claim.sql"),
        params![pair.unit, pair.instance, limit, worker, lease],
    )
}

/// Claims, and lets go of the identities: from now on an enqueue makes a new job.
fn take(
    transaction: &Transaction<'_>,
    statement: &str,
    parameters: &[&dyn ToSql],
) -> Result<Vec<Taken>, rusqlite::Error> {
    let mut statement = transaction.prepare_cached(statement)?;
    let rows = statement.query_map(parameters, |row| {
        Ok((claimed(row)?, row.get::<_, Option<[u8; 16]>>(13)?))
    })?;
    let mut release = transaction.prepare_cached(include_str!("../release_identity.sql"))?;
    let mut all = Vec::new();
    for row in rows.collect::<Result<Vec<_>, _>>()? {
        let (taken, key) = row;
        if let Some(key) = key {
            release.execute(params![key, taken.1.id.0])?;
        }
        all.push(taken);
    }
    Ok(all)
}

fn claimed(row: &Row<'_>) -> Result<Taken, rusqlite::Error> {
    let job = ClaimedJob {
        id: JobId(row.get(0)?),
        uuid: uuid(row, 1)?,
        fence: Fence(row.get(2)?),
        attempt: row.get(3)?,
        max_attempts: row.get(4)?,
        errors: row.get(14)?,
        crashes: row.get(5)?,
        unit: row.get(6)?,
        instance: row.get(7)?,
        payload: row.get(8)?,
        run: row.get(9)?,
        created_at_us: row.get(10)?,
    };
    Ok(((row.get(11)?, row.get(12)?, job.id.0), job))
}

pub(super) fn heartbeat(
    transaction: &Transaction<'_>,
    held: &[(JobId, Fence)],
    lease: Duration,
) -> Result<Vec<Held>, StoreError> {
    let renew = |(job, fence): &(JobId, Fence)| {
        transaction
            .prepare_cached(include_str!("../heartbeat.sql"))?
            .query_row(params![job.0, fence.0, micros(lease)], |row| row.get::<_, bool>(0))
            .optional()
    };
    held.iter()
        .map(|one| {
            renew(one)
                .map_err(|error| job_error(&error))
                .map(|answer| match answer {
                    Some(true) => Held::CancelAsked,
                    Some(false) => Held::Ours,
                    None => Held::Lost,
                })
        })
        .collect()
}
