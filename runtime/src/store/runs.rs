//! Runs and what they say of each record, cursors, checkpoints. Counters are counts of rows, so they always add up.

use crate::plan::{CursorWrite, NewCheckpoint, Plan, RunEntry, Settled, SyncOutcome};
use crate::store::database::{Database, Row, Value};
use crate::store::fixed::Fixed;
use crate::store::plan::PlanRefused;
use crate::store::{Enqueued, RunCounts, StoreError, Waiting};
use crate::value::Key;

/// What statements are about, for messages.
const A_RUN: &str = "a run";
const A_CURSOR: &str = "a cursor";
const A_CHECKPOINT: &str = "a checkpoint";

/// A new run.
pub(super) async fn start<D: Database>(database: &D, instance: &str, what: &str) -> Result<i64, StoreError> {
    let text = Fixed::RunStart.text(D::DIALECT);
    let rows = database.rows(A_RUN, text, &[instance.into(), what.into()]).await?;
    let number = rows.into_iter().next().map(|mut row| row.int(0)).transpose()?;
    number.ok_or_else(|| StoreError::Refused {
        what: A_RUN.to_owned(),
        reason: "it got no number".to_owned(),
    })
}

/// Whether the pending records of a plan are handed to jobs that it has.
pub(super) fn check_handed(plan: &Plan) -> Result<(), PlanRefused> {
    for entry in handed(&plan.entries) {
        let job = entry.job.unwrap_or_default();
        if job as usize >= plan.jobs.len() {
            let (external, key) = (&entry.external, &entry.key);
            return Err(PlanRefused::Refused(format!(
                "{external} {key} is to be handed to job {job} of a plan that has none"
            )));
        }
    }
    Ok(())
}

/// Entries of records that a job has.
fn handed(entries: &[RunEntry]) -> impl Iterator<Item = &RunEntry> {
    entries
        .iter()
        .filter(|entry| entry.outcome.is_none() && entry.job.is_some())
}

/// Writes what a plan says of the records of its runs.
pub(super) async fn write_entries<D: Database>(database: &D, entries: &[RunEntry]) -> Result<(), PlanRefused> {
    let mut known = None;
    for entry in entries {
        if known != Some(entry.run) {
            check_run(database, entry.run).await?;
            known = Some(entry.run);
        }
        write_entry(database, entry).await?;
    }
    Ok(())
}

async fn check_run<D: Database>(database: &D, run: i64) -> Result<(), PlanRefused> {
    let found = database
        .rows(A_RUN, Fixed::RunExists.text(D::DIALECT), &[run.into()])
        .await?;
    match found.is_empty() {
        false => Ok(()),
        true => Err(PlanRefused::Refused(format!(
            "there is no run {run} to count records of"
        ))),
    }
}

async fn write_entry<D: Database>(database: &D, entry: &RunEntry) -> Result<(), StoreError> {
    let RunEntry {
        run,
        external,
        key,
        outcome,
        dependency,
        job: _,
    } = entry;
    let place = [Value::Int(*run), external.into(), (&key.0).into()];
    let Some(outcome) = outcome else {
        let statement = match dependency {
            false => Fixed::RunEntryEnumerated,
            true => Fixed::RunEntryNeeded,
        };
        database.execute(A_RUN, statement.text(D::DIALECT), &place).await?;
        return Ok(());
    };
    let (state, reason) = words(outcome);
    let [run, external, key] = place;
    let end = [
        run,
        external,
        key,
        state.into(),
        reason.into(),
        Value::Flag(*dependency),
    ];
    let text = Fixed::RunEntryEnded.text(D::DIALECT);
    database.execute(A_RUN, text, &end).await.map(|_| ())
}

/// Says of pending records which job has them; called when the jobs of their plan are enqueued.
pub(super) async fn hand_over<D: Database>(
    database: &D,
    entries: &[RunEntry],
    enqueued: &[Enqueued],
) -> Result<(), StoreError> {
    for entry in handed(entries) {
        let job = entry.job.and_then(|job| enqueued.get(job as usize));
        let Some(job) = job else { continue };
        let values = [
            entry.run.into(),
            (&entry.external).into(),
            (&entry.key.0).into(),
            job.id.0.into(),
        ];
        let text = Fixed::RunEntryJob.text(D::DIALECT);
        database.execute(A_RUN, text, &values).await?;
    }
    Ok(())
}

/// Where a run stands, per type.
pub(super) async fn counts<D: Database>(database: &D, run: i64) -> Result<Vec<RunCounts>, StoreError> {
    let text = Fixed::RunCounts.text(D::DIALECT);
    let rows = database.rows(A_RUN, text, &[run.into()]).await?;
    rows.into_iter().map(counts_of).collect()
}

fn counts_of(mut row: impl Row) -> Result<RunCounts, StoreError> {
    Ok(RunCounts {
        external: row.text(0)?,
        read: row.count(1)?,
        created: row.count(2)?,
        updated: row.count(3)?,
        unchanged: row.count(4)?,
        deleted: row.count(5)?,
        skipped: row.count(6)?,
        failed: row.count(7)?,
        review: row.count(8)?,
        cancelled: row.count(9)?,
        joined: row.count(10)?,
        pending: row.count(11)?,
        dependencies: row.count(12)?,
        repeats: row.count(13)?,
    })
}

/// Records of a run that a person should look at.
pub(super) async fn problems<D: Database>(
    database: &D,
    run: i64,
) -> Result<Vec<(String, Key, SyncOutcome)>, StoreError> {
    let text = Fixed::RunProblems.text(D::DIALECT);
    let rows = database.rows(A_RUN, text, &[run.into()]).await?;
    let problem = |mut row: D::Row| {
        let (state, reason) = (row.text(2)?, row.text(3)?);
        let outcome = match state.as_str() {
            "failed" => SyncOutcome::Failed(reason),
            "review" => SyncOutcome::Review(reason),
            _ => SyncOutcome::Skipped(reason),
        };
        Ok((row.text(0)?, Key(row.text(1)?), outcome))
    };
    rows.into_iter().map(problem).collect()
}

/// Records of a run that wait because their mapping says so.
pub(super) async fn waits<D: Database>(database: &D, run: i64) -> Result<Vec<Waiting>, StoreError> {
    let text = Fixed::RunWaits.text(D::DIALECT);
    let rows = database.rows(A_RUN, text, &[run.into()]).await?;
    let waiting = |mut row: D::Row| {
        Ok(Waiting {
            external: row.text(0)?,
            key: Key(row.text(1)?),
            reason: row.text(2)?,
            eta_us: row.int(3)?,
        })
    };
    rows.into_iter().map(waiting).collect()
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
pub(super) async fn open_checkpoint<D: Database>(database: &D, checkpoint: &NewCheckpoint) -> Result<(), StoreError> {
    let NewCheckpoint {
        instance,
        external,
        key,
        reason,
    } = checkpoint;
    let values = [instance.into(), external.into(), (&key.0).into(), reason.into()];
    let text = Fixed::CheckpointOpen.text(D::DIALECT);
    database.execute(A_CHECKPOINT, text, &values).await.map(|_| ())
}

/// A record no longer waits for a person.
pub(super) async fn close_checkpoint<D: Database>(database: &D, settled: &Settled) -> Result<(), StoreError> {
    let Settled {
        instance,
        external,
        key,
        outcome,
    } = settled;
    let values = [
        instance.into(),
        external.into(),
        (&key.0).into(),
        words(outcome).0.into(),
    ];
    let text = Fixed::CheckpointClose.text(D::DIALECT);
    database.execute(A_CHECKPOINT, text, &values).await.map(|_| ())
}

/// A cursor moves.
pub(super) async fn move_cursor<D: Database>(database: &D, cursor: &CursorWrite) -> Result<(), StoreError> {
    let CursorWrite {
        instance,
        external,
        partition,
        value,
    } = cursor;
    let values = [instance.into(), external.into(), partition.into(), value.into()];
    let text = Fixed::CursorMove.text(D::DIALECT);
    database.execute(A_CURSOR, text, &values).await.map(|_| ())
}

/// Where a cursor stands.
pub(super) async fn cursor<D: Database>(
    database: &D,
    instance: &str,
    external: &str,
    partition: &str,
) -> Result<Option<String>, StoreError> {
    let text = Fixed::CursorAt.text(D::DIALECT);
    let values = [instance.into(), external.into(), partition.into()];
    let rows = database.rows(A_CURSOR, text, &values).await?;
    rows.into_iter().next().map(|mut row| row.text(0)).transpose()
}
