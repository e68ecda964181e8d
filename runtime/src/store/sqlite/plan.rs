//! Where the job kernel and the records meet: `complete` hands each plan to whatever is installed here.
//!
//! The kernel knows jobs only. `prepare` of the records installs a function that knows the tables of the models.

use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Transaction;

use crate::plan::Plan;
use crate::store::StoreError;
use crate::store::plan::{PlanApplied, PlanRefused};

use super::error::store_error;
use super::jobs::enqueue_in;

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
