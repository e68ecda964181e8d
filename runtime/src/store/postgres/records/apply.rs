//! Plans inside the transaction of a group: locks first, each plan under its own savepoint, jobs at the end.
//!
//! Constraints are checked before a plan's savepoint is released, so that one that breaks a rule is refused by itself and
//! the others of its group stay.

use std::collections::BTreeSet;

use crate::plan::{Plan, RunEntry};
use crate::queue::NewJob;
use crate::queue::seam::Guard;
use crate::store::apply::{apply_plan, lock};
use crate::store::database::Database;
use crate::store::{Completed, Enqueued, StoreError, runs};

use super::super::PostgresStore;
use super::super::database::Work;
use super::super::error::Failure;
use super::super::jobs::{Wish, flush};
use super::super::pool::Leased;

/// Applies a plan that no job ends with.
pub(super) async fn apply(store: &PostgresStore, plan: &Plan) -> Result<Completed, Failure> {
    if let Some(reason) = plan.jobs.iter().find_map(NewJob::malformed) {
        return Ok(Completed::Refused(format!("a job: {reason}")));
    }
    let mut session = store.sessions().session().await?;
    session.begin().await?;
    lock_all(&session, store, [plan]).await?;
    let completed = apply_one(&session, store, plan).await?;
    match completed {
        Completed::Applied(_) => {
            let wishes: Vec<_> = plan.jobs.iter().map(Wish::New).collect();
            let flushed = flush(&session, store.seams(), &wishes).await?;
            flushed.change_joined(&session).await?;
            hand_over(&session, &plan.entries, &flushed.answers).await?;
            fail::fail_point!("store::commit");
            session.commit().await?;
        }
        Completed::Lost | Completed::Stale(_) | Completed::Refused(_) => {}
    }
    Ok(completed)
}

/// Takes what the plans of a group must have to themselves, sorted, until the end of the transaction.
pub(crate) async fn lock_all<'p>(
    session: &Leased,
    store: &PostgresStore,
    plans: impl IntoIterator<Item = &'p Plan>,
) -> Result<(), Failure> {
    let locks = plans.into_iter().flat_map(|plan| lock::locks(store.schema(), plan));
    let locks: Vec<i64> = locks.collect::<BTreeSet<i64>>().into_iter().collect();
    if !locks.is_empty() && store.seams().guards.key_locks == Guard::On {
        session.query(include_str!("../lock_keys.sql"), &[&locks]).await?;
    }
    Ok(())
}

/// Applies everything of a plan but its jobs, or nothing.
pub(crate) async fn apply_one(session: &Leased, store: &PostgresStore, plan: &Plan) -> Result<Completed, Failure> {
    let Some(what) = plan.unsupported_without_records() else {
        return Ok(Completed::Applied(Vec::new()));
    };
    let catalog = store.catalog().ok_or_else(|| StoreError::Unsupported {
        store: "postgres",
        what: format!("{what} before its models are prepared"),
    })?;
    let effects = store.effects();
    session.batch("savepoint plan").await?;
    let work = Work::new(session);
    let mut applied = apply_plan(&work, &catalog, effects.as_deref(), plan).await;
    if applied.is_ok() {
        let settled = work.define("a plan", include_str!("../settle_plan.sql")).await;
        applied = settled.map_err(Into::into).and(applied);
    }
    match applied {
        Ok(applied) => Ok(Completed::Applied(applied.created)),
        Err(refused) => {
            let completed = refused.completed();
            let completed = completed.map_err(|error| work.failure(error))?;
            session
                .batch("rollback to savepoint plan; release savepoint plan")
                .await?;
            Ok(completed)
        }
    }
}

/// Says of pending records which job has them.
pub(crate) async fn hand_over(session: &Leased, entries: &[RunEntry], enqueued: &[Enqueued]) -> Result<(), Failure> {
    let work = Work::new(session);
    let handed = runs::hand_over(&work, entries, enqueued).await;
    work.said(handed)
}
