//! Synchronizers: what import and batch import share. A record's synchronization is planned without a transaction and applied in one.
//!
//! Every record ends with exactly one [`End`]; the table from there to runs and jobs is [`End::sync_outcome`] and [`End::job_outcome`].

pub mod batch;
pub mod export;
mod fetch;
pub mod follow;
pub mod handler;
mod identity;
pub mod import;
mod join;
mod loaded;
pub mod payload;
pub mod start;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::adapter::AdapterError;
use crate::connector::ExternalType;
use crate::environment::Environment;
use crate::mapper::Mapper;
use crate::plan::{Plan, SyncOutcome};
use crate::queue::Outcome;
use crate::store::StoreError;
use crate::sync::payload::{ImportBatch, ImportRecord};
use crate::value::Key;

/// Imports records of one external type. The one that Tenon brings along, [`import::MappingImporter`], does what the mapping says.
#[async_trait]
pub trait Importer: Send + Sync + std::fmt::Debug {
    /// The type.
    fn external(&self) -> &'static ExternalType;
    /// Plans the import of records: one answer for each, in the order given. The plans are applied together with the end of their jobs.
    async fn plan(&self, env: &Environment, records: &[Request]) -> Vec<Planned>;
}

/// Finds out which records there are to import. The one that Tenon brings along is [`batch::ListImporter`].
#[async_trait]
pub trait BatchImporter: Send + Sync + std::fmt::Debug {
    /// The type.
    fn external(&self) -> &'static ExternalType;
    /// Plans the jobs of the records, their entries in the run, and the move of the cursor.
    async fn plan(&self, env: &Environment, batch: &ImportBatch, run: Option<i64>) -> Result<Listed, End>;
}

/// A record to import, and who counts it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The record.
    pub record: ImportRecord,
    /// The run that counts it.
    pub run: Option<i64>,
    /// What `now()` says: the clock of its job.
    pub now: Timestamp,
    /// Records that were sent together with it: one that is needed first is not read again.
    pub claim: Arc<[ImportRecord]>,
}

/// What the import of one record changes, and how it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Applied together with the end of the job; the entry of the run is added to it.
    pub plan: Plan,
    /// How it ended, once the plan is applied.
    pub end: End,
}

impl Planned {
    /// An end that changes nothing.
    pub fn nothing(end: End) -> Self {
        Self {
            plan: Plan::default(),
            end,
        }
    }
}

/// What a batch found.
pub struct Listed {
    /// Jobs, entries and cursor, a page at a time; a page is made when the one before is stored. The last one is applied together
    /// with the end of the job.
    pub pages: Box<dyn Iterator<Item = Result<Plan, End>> + Send>,
    /// What was found, in words.
    pub message: String,
}

impl Listed {
    /// What was found in one page.
    pub fn one(plan: Plan, message: String) -> Self {
        Self {
            pages: Box::new(std::iter::once(Ok(plan))),
            message,
        }
    }
}

impl std::fmt::Debug for Listed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Listed")
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// Whether a mapping runs by itself: one with parameters or an enclosing record runs only where another mapping calls it.
pub fn runs_alone(mapper: &dyn Mapper) -> bool {
    let info = mapper.info();
    info.enclosing().is_none() && info.params.is_empty()
}

/// What is said of a record that the other side does not have and nothing is bound to.
pub(crate) fn absent(external: &str, key: &Key, instance: &str, why: &str) -> String {
    format!("{external} {key} does not exist at `{instance}` ({why})")
}

/// Whether that is what was said: who names the record made a mistake.
pub(crate) fn says_absent(external: &str, key: &Key, reason: &str) -> bool {
    reason.starts_with(&format!("{external} {key} does not exist at `"))
}

/// How an attempt to synchronize one record ended, in words for people.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// A new record.
    Created,
    /// An existing record was changed.
    Updated,
    /// Nothing differed; why that was known without looking, where it was.
    Unchanged(Option<String>),
    /// Left out, and why.
    Skipped(String),
    /// Cannot work until somebody changes something.
    Failed {
        /// `data`, `unbound`, `cycle`, `auth`, ..
        kind: String,
        /// All that is wrong, one a line.
        reason: String,
    },
    /// A person must decide, and why.
    Review(String),
    /// May work later without anyone changing anything.
    Retry {
        /// `network`, `timeout`, ..
        kind: String,
        /// How long the other side wants us to wait; absent: the retry pattern decides.
        after: Option<Duration>,
        /// What happened.
        reason: String,
    },
    /// The mapping says that it is too early (`retry every 30m when ..`): again after this long, however often.
    Waits {
        /// How long.
        after: Duration,
        /// What it waits for.
        reason: String,
    },
    /// The record that it is joined to is imported again, by a job of its own.
    Joined(String),
    /// The store was busy, or somebody else changed the same record.
    Busy(String),
    /// A person stopped it.
    Cancelled,
}

impl End {
    /// A failure that is due to the data.
    pub fn data(reason: impl Into<String>) -> Self {
        Self::Failed {
            kind: "data".to_owned(),
            reason: reason.into(),
        }
    }

    /// What a run says of the record; absent: it has not ended yet.
    pub fn sync_outcome(&self) -> Option<SyncOutcome> {
        match self {
            Self::Created => Some(SyncOutcome::Created),
            Self::Updated => Some(SyncOutcome::Updated),
            Self::Unchanged(_) => Some(SyncOutcome::Unchanged),
            Self::Skipped(reason) => Some(SyncOutcome::Skipped(reason.clone())),
            Self::Failed { kind: _, reason } => Some(SyncOutcome::Failed(reason.clone())),
            Self::Review(reason) => Some(SyncOutcome::Review(reason.clone())),
            Self::Cancelled => Some(SyncOutcome::Cancelled),
            Self::Joined(_) => Some(SyncOutcome::Joined),
            Self::Retry { .. } | Self::Waits { .. } | Self::Busy(_) => None,
        }
    }

    /// How the attempt of the job ended.
    pub fn job_outcome(&self) -> Outcome {
        match self {
            Self::Created => Outcome::Done(Some("created".to_owned())),
            Self::Updated => Outcome::Done(Some("updated".to_owned())),
            Self::Unchanged(None) => Outcome::Done(Some("unchanged".to_owned())),
            Self::Unchanged(Some(why)) => Outcome::Done(Some(format!("unchanged: {why}"))),
            Self::Skipped(reason) => Outcome::Done(Some(format!("skipped: {reason}"))),
            Self::Failed { kind, reason } => Outcome::Failed {
                kind: kind.clone(),
                error: reason.clone(),
            },
            Self::Review(reason) => Outcome::Failed {
                kind: "review".to_owned(),
                error: reason.clone(),
            },
            Self::Retry { kind, after, reason } => Outcome::Retry {
                after: *after,
                kind: kind.clone(),
                error: reason.clone(),
            },
            Self::Waits { after, reason } => Outcome::Waits {
                after: *after,
                reason: reason.clone(),
                payload: None,
            },
            Self::Joined(with) => Outcome::Done(Some(format!("joined: {with}"))),
            Self::Busy(reason) => Outcome::Busy { error: reason.clone() },
            Self::Cancelled => Outcome::Cancelled,
        }
    }

    /// What remains of a retry when no attempt is left.
    pub fn without_retry(self) -> Self {
        match self {
            Self::Retry { kind, after: _, reason } => Self::Failed { kind, reason },
            end @ (Self::Created
            | Self::Updated
            | Self::Unchanged(_)
            | Self::Skipped(_)
            | Self::Failed { .. }
            | Self::Review(_)
            | Self::Waits { .. }
            | Self::Joined(_)
            | Self::Busy(_)
            | Self::Cancelled) => end,
        }
    }

    /// The reason, where there is one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Skipped(reason)
            | Self::Failed { kind: _, reason }
            | Self::Review(reason)
            | Self::Retry {
                kind: _,
                after: _,
                reason,
            }
            | Self::Waits { after: _, reason }
            | Self::Joined(reason)
            | Self::Busy(reason) => Some(reason),
            Self::Unchanged(why) => why.as_deref(),
            Self::Created | Self::Updated | Self::Cancelled => None,
        }
    }
}

impl From<&AdapterError> for End {
    fn from(error: &AdapterError) -> Self {
        let kind = error.kind().to_owned();
        let reason = error.to_string();
        if error.retryable() {
            Self::Retry {
                kind,
                after: error.retry_after(),
                reason,
            }
        } else {
            Self::Failed { kind, reason }
        }
    }
}

impl From<&StoreError> for End {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } | StoreError::Busy(_) | StoreError::Unknown(_) => {
                Self::Busy(error.to_string())
            }
            StoreError::Refused { .. } => Self::data(error.to_string()),
            StoreError::Unsupported { .. } => Self::Failed {
                kind: "unsupported".to_owned(),
                reason: error.to_string(),
            },
        }
    }
}
