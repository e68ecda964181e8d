//! Runs and what they say of each record, cursors, checkpoints. Counters are counts of rows, so they always add up.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::plan::{CursorWrite, NewCheckpoint, RunEntry, Settled, SyncOutcome};
use crate::store::{Enqueued, RunCounts, Waiting};
use crate::value::Key;

use super::PlanRefused;
use super::value::count;

/// A new run.
pub(super) fn start(transaction: &Transaction<'_>, instance: &str, what: &str) -> Result<i64, rusqlite::Error> {
    transaction
        .prepare_cached(include_str!("run_start.sql"))?
        .query_row([instance, what], |row| row.get(0))
}

/// Writes what a plan says of the records of its runs.
pub(super) fn write_entries(transaction: &Transaction<'_>, entries: &[RunEntry]) -> Result<(), PlanRefused> {
    let mut known = None;
    for entry in entries {
        if known != Some(entry.run) {
            check_run(transaction, entry.run)?;
            known = Some(entry.run);
        }
        write_entry(transaction, entry)?;
    }
    Ok(())
}

fn check_run(transaction: &Transaction<'_>, run: i64) -> Result<(), PlanRefused> {
    let mut statement = transaction.prepare_cached(include_str!("run_exists.sql"))?;
    if statement.query_row([run], |row| row.get(0))? {
        Ok(())
    } else {
        Err(PlanRefused::Refused(format!(
            "there is no run {run} to count records of"
        )))
    }
}

fn write_entry(transaction: &Transaction<'_>, entry: &RunEntry) -> Result<(), rusqlite::Error> {
    let RunEntry {
        run,
        external,
        key,
        outcome,
        dependency,
        job: _,
    } = entry;
    let statement = match (outcome, dependency) {
        (None, false) => include_str!("run_entry_enumerated.sql"),
        (None, true) => include_str!("run_entry_needed.sql"),
        (Some(_), _) => include_str!("run_entry_ended.sql"),
    };
    let mut statement = transaction.prepare_cached(statement)?;
    match outcome {
        None => statement.execute(params![run, external, key.0])?,
        Some(outcome) => {
            let (state, reason) = words(outcome);
            statement.execute(params![run, external, key.0, state, reason, dependency])?
        }
    };
    Ok(())
}

/// Says of pending records which job has them; called when the jobs of their plan are enqueued.
pub(super) fn hand_over(
    transaction: &Transaction<'_>,
    entries: &[RunEntry],
    enqueued: &[Enqueued],
) -> Result<(), PlanRefused> {
    for entry in entries.iter().filter(|entry| entry.outcome.is_none()) {
        let Some(job) = entry.job else { continue };
        let (run, external, key) = (entry.run, &entry.external, &entry.key);
        let Some(enqueued) = enqueued.get(job as usize) else {
            return Err(PlanRefused::Refused(format!(
                "{external} {key} is to be handed to job {job} of a plan that has none"
            )));
        };
        let mut statement = transaction.prepare_cached(include_str!("run_entry_job.sql"))?;
        statement.execute(params![run, external, key.0, enqueued.id.0])?;
    }
    Ok(())
}

/// Where a run stands, per type.
pub(super) fn counts(connection: &Connection, run: i64) -> Result<Vec<RunCounts>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(include_str!("run_counts.sql"))?;
    statement.query_map([run], counts_of)?.collect()
}

fn counts_of(row: &Row<'_>) -> Result<RunCounts, rusqlite::Error> {
    Ok(RunCounts {
        external: row.get(0)?,
        read: count(row, 1)?,
        created: count(row, 2)?,
        updated: count(row, 3)?,
        unchanged: count(row, 4)?,
        deleted: count(row, 5)?,
        skipped: count(row, 6)?,
        failed: count(row, 7)?,
        review: count(row, 8)?,
        cancelled: count(row, 9)?,
        joined: count(row, 10)?,
        pending: count(row, 11)?,
        dependencies: count(row, 12)?,
        repeats: count(row, 13)?,
    })
}

/// Records of a run that a person should look at.
pub(super) fn problems(connection: &Connection, run: i64) -> Result<Vec<(String, Key, SyncOutcome)>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(include_str!("run_problems.sql"))?;
    let rows = statement.query_map([run], |row| {
        let (state, reason): (String, String) = (row.get(2)?, row.get(3)?);
        let outcome = match state.as_str() {
            "failed" => SyncOutcome::Failed(reason),
            "review" => SyncOutcome::Review(reason),
            _ => SyncOutcome::Skipped(reason),
        };
        Ok((row.get(0)?, Key(row.get(1)?), outcome))
    })?;
    rows.collect()
}

/// Records of a run that wait because their mapping says so.
pub(super) fn waits(connection: &Connection, run: i64) -> Result<Vec<Waiting>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(include_str!("run_waits.sql"))?;
    let rows = statement.query_map([run], |row| {
        Ok(Waiting {
            external: row.get(0)?,
            key: Key(row.get(1)?),
            reason: row.get(2)?,
            eta_us: row.get(3)?,
        })
    })?;
    rows.collect()
}

/// An outcome as it is kept.
fn words(outcome: &SyncOutcome) -> (&'static str, Option<&str>) {
    match outcome {
        SyncOutcome::Created => ("created", None),
        SyncOutcome::Updated => ("updated", None),
        SyncOutcome::Unchanged => ("unchanged", None),
        SyncOutcome::Deleted => ("deleted", None),
        SyncOutcome::Skipped(reason) => ("skipped", Some(reason)),
        SyncOutcome::Failed(reason) => ("failed", Some(reason)),
        SyncOutcome::Review(reason) => ("review", Some(reason)),
        SyncOutcome::Cancelled => ("cancelled", None),
        SyncOutcome::Joined => ("joined", None),
    }
}

/// A record waits for a person.
pub(super) fn open_checkpoint(
    transaction: &Transaction<'_>,
    checkpoint: &NewCheckpoint,
) -> Result<(), rusqlite::Error> {
    let NewCheckpoint {
        instance,
        external,
        key,
        reason,
    } = checkpoint;
    let mut statement = transaction.prepare_cached(include_str!("checkpoint_open.sql"))?;
    statement
        .execute(params![instance, external, key.0, reason])
        .map(|_| ())
}

/// A record no longer waits for a person.
pub(super) fn close_checkpoint(transaction: &Transaction<'_>, settled: &Settled) -> Result<(), rusqlite::Error> {
    let Settled {
        instance,
        external,
        key,
        outcome,
    } = settled;
    let mut statement = transaction.prepare_cached(include_str!("checkpoint_close.sql"))?;
    statement
        .execute(params![instance, external, key.0, words(outcome).0])
        .map(|_| ())
}

/// A cursor moves.
pub(super) fn move_cursor(transaction: &Transaction<'_>, cursor: &CursorWrite) -> Result<(), rusqlite::Error> {
    let CursorWrite {
        instance,
        external,
        partition,
        value,
    } = cursor;
    let mut statement = transaction.prepare_cached(include_str!("cursor_move.sql"))?;
    statement
        .execute(params![instance, external, partition, value])
        .map(|_| ())
}

/// Where a cursor stands.
pub(super) fn cursor(
    connection: &Connection,
    instance: &str,
    external: &str,
    partition: &str,
) -> Result<Option<String>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(include_str!("cursor_at.sql"))?;
    statement
        .query_row([instance, external, partition], |row| row.get(0))
        .optional()
}
