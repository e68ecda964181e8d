//! What becomes of a plan inside a transaction.

use crate::store::{Completed, StoreError};
use crate::value::RecordId;

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

impl PlanRefused {
    /// What whoever handed in the plan is told; an error where the whole transaction is given up.
    pub(crate) fn completed(self) -> Result<Completed, StoreError> {
        match self {
            Self::Stale(reason) => Ok(Completed::Stale(reason)),
            Self::Refused(reason) => Ok(Completed::Refused(reason)),
            Self::Store(error) => Err(error),
        }
    }
}
