//! Where the job kernel and the records meet: `complete` hands each plan to whatever is installed here.
//!
//! The kernel knows jobs only. `prepare` of the records installs a function that knows the tables of the models.

use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Transaction;

use crate::plan::Plan;
use crate::store::StoreError;
use crate::value::RecordId;

use super::error::store_error;
use super::jobs::enqueue_in;

/// What a plan made.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PlanApplied {
    /// Ids of the records that `plan.writes` created, by position.
    pub(crate) created: Vec<(u32, RecordId)>,
}

/// Why a plan was not applied; what it had written so far is rolled back by the caller's savepoint.
#[derive(Clone, Debug)]
pub(crate) enum PlanRefused {
    /// A version, key or binding is not what the plan was computed from.
    Stale(String),
    /// The data breaks a rule of the database.
    Refused(String),
    /// The database failed: the whole transaction is given up.
    Store(StoreError),
}

impl From<StoreError> for PlanRefused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused { what, reason } => Self::Refused(format!("{what}: {reason}")),
            StoreError::Unavailable { .. }
            | StoreError::Busy(_)
            | StoreError::Unknown(_)
            | StoreError::Unsupported { .. } => Self::Store(error),
        }
    }
}

impl From<rusqlite::Error> for PlanRefused {
    fn from(error: rusqlite::Error) -> Self {
        Self::from(store_error("a plan", &error))
    }
}

type Apply = dyn Fn(&Transaction<'_>, &Plan) -> Result<PlanApplied, PlanRefused> + Send + Sync;

/// Applies a whole plan, its jobs included (with `jobs::enqueue_in`), inside the savepoint of its completion.
#[derive(Clone, Default)]
pub(crate) struct PlanWriter {
    installed: Arc<RwLock<Option<Arc<Apply>>>>,
}

impl PlanWriter {
    /// From now on plans are applied by this function; it is called inside a savepoint of a write transaction.
    pub(crate) fn install(
        &self,
        apply: impl Fn(&Transaction<'_>, &Plan) -> Result<PlanApplied, PlanRefused> + Send + Sync + 'static,
    ) {
        *self.installed.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(apply));
    }

    /// Applies a plan. Without an installed function only plans that hold nothing but jobs are possible.
    pub(crate) fn apply(&self, transaction: &Transaction<'_>, plan: &Plan) -> Result<PlanApplied, PlanRefused> {
        let installed = self.installed.read().unwrap_or_else(PoisonError::into_inner).clone();
        match (installed, plan.unsupported_without_records()) {
            (Some(apply), _) => apply(transaction, plan),
            (None, None) => {
                enqueue_in(transaction, &plan.jobs)?;
                Ok(PlanApplied::default())
            }
            (None, Some(what)) => Err(PlanRefused::Store(StoreError::Unsupported {
                store: "sqlite",
                what: format!("{what} before its models are prepared"),
            })),
        }
    }
}
