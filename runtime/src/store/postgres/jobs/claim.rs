//! Claims and heartbeats: how jobs get an owner and keep it.

use std::collections::HashMap;
use std::time::Duration;

use tokio_postgres::Row;

use crate::queue::clock::micros;
use crate::queue::{ClaimedJob, Fence, JobId};
use crate::store::{ClaimRequest, Held};

use super::super::PostgresStore;
use super::super::error::Failure;
use super::super::pool::Leased;
use super::write::count;

/// A claimed job and what it is sorted by.
type Taken = ((i16, i64, i64), ClaimedJob);

pub(super) async fn claim(store: &PostgresStore, request: &ClaimRequest) -> Result<Vec<ClaimedJob>, Failure> {
    if request.limit == 0 {
        return Ok(Vec::new());
    }
    let mut session = store.sessions().session().await?;
    // A transaction of its own: other claims pass over what is being promoted, so it must be visible at once.
    session
        .execute(include_str!("../promote.sql"), &[&request.units])
        .await?;
    session.begin().await?;
    let mut taken = claim_best(&session, request).await?;
    if !taken.is_empty() {
        let ids: Vec<i64> = taken.iter().map(|(_, job)| job.id.0).collect();
        session
            .execute(include_str!("../release_identities.sql"), &[&ids])
            .await?;
    }
    session.commit().await?;
    taken.sort_by_key(|(order, _)| *order);
    Ok(taken.into_iter().map(|(_, job)| job).collect())
}

/// The best pair that is not all in other hands; where its best job must run alone, that one or nothing.
async fn claim_best(session: &Leased, request: &ClaimRequest) -> Result<Vec<Taken>, Failure> {
    let held = session
        .query(include_str!("../count_in_flight.sql"), &[&request.worker])
        .await?;
    let held = held.first().map_or(Ok((0, 0)), |row| {
        Ok::<(i64, i64), Failure>((row.try_get(0)?, row.try_get(1)?))
    })?;
    let (in_flight, alone) = held;
    if alone > 0 {
        return Ok(Vec::new());
    }
    for pair in session
        .query(include_str!("../claim_pairs.sql"), &[&request.units])
        .await?
    {
        let crashes: i32 = pair.try_get(3)?;
        let taken = match (crashes > 0, in_flight > 0) {
            (true, true) => return Ok(Vec::new()),
            (true, false) => take_alone(session, request, pair.try_get(2)?).await?,
            (false, true | false) => Vec::new(),
        };
        if !taken.is_empty() {
            return Ok(taken);
        }
        let taken = take_group(session, request, pair.try_get(0)?, pair.try_get(1)?).await?;
        if !taken.is_empty() {
            return Ok(taken);
        }
    }
    Ok(Vec::new())
}

async fn take_alone(session: &Leased, request: &ClaimRequest, job: i64) -> Result<Vec<Taken>, Failure> {
    let lease = micros(request.lease);
    let rows = session
        .query(include_str!("../claim_alone.sql"), &[&job, &request.worker, &lease])
        .await?;
    rows.iter().map(claimed).collect()
}

async fn take_group(
    session: &Leased,
    request: &ClaimRequest,
    unit: &str,
    instance: &str,
) -> Result<Vec<Taken>, Failure> {
    let sql = include_str!("../claim.sql").replace("limit 100", &format!("limit {}", request.limit.min(100)));
    let lease = micros(request.lease);
    let rows = session
        .query(&sql, &[&unit, &instance, &request.worker, &lease])
        .await?;
    rows.iter().map(claimed).collect()
}

fn claimed(row: &Row) -> Result<Taken, Failure> {
    let job = ClaimedJob {
        id: JobId(row.try_get(0)?),
        uuid: row.try_get(1)?,
        fence: Fence(row.try_get(2)?),
        attempt: count(row, 3)?,
        max_attempts: count(row, 4)?,
        errors: count(row, 13)?,
        crashes: count(row, 5)?,
        unit: row.try_get(6)?,
        instance: row.try_get(7)?,
        payload: row.try_get(8)?,
        run: row.try_get(9)?,
        created_at_us: row.try_get(10)?,
    };
    Ok(((row.try_get(11)?, row.try_get(12)?, job.id.0), job))
}

/// Renews what it can without waiting. What it did not get is read again: locked by someone and still ours, or lost.
pub(super) async fn heartbeat(
    store: &PostgresStore,
    held: &[(JobId, Fence)],
    lease: Duration,
) -> Result<Vec<Held>, Failure> {
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let session = store.heartbeats().session().await?;
    let (ids, fences): (Vec<i64>, Vec<i64>) = held.iter().map(|(job, fence)| (job.0, fence.0)).unzip();
    let mut rows = session
        .query(include_str!("../heartbeat.sql"), &[&ids, &fences, &micros(lease)])
        .await?;
    if rows.len() < held.len() {
        rows.extend(
            session
                .query(include_str!("../read_held.sql"), &[&ids, &fences])
                .await?,
        );
    }
    let mut ours = HashMap::new();
    for row in &rows {
        ours.insert(
            (row.try_get::<_, i64>(0)?, row.try_get::<_, i64>(1)?),
            row.try_get::<_, bool>(2)?,
        );
    }
    Ok(held
        .iter()
        .map(|(job, fence)| match ours.get(&(job.0, fence.0)) {
            Some(true) => Held::CancelAsked,
            Some(false) => Held::Ours,
            None => Held::Lost,
        })
        .collect())
}
