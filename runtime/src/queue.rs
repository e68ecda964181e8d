//! Jobs: what the kernel of the queue decides and carries. Does no I/O; stores write what they are told.

pub mod clock;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A job to be enqueued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewJob {
    /// What runs it: `import magento Customer`; jobs of one unit are claimed together.
    pub unit: String,
    /// The backend instance: `shop`.
    pub instance: String,
    /// Lower is earlier.
    pub priority: i16,
    /// Not before this long from now.
    pub delay: Duration,
    /// Attempts; 0: endless.
    pub max_attempts: u32,
    /// At most one job that waits has this key; absent: no limit.
    pub identity: Option<String>,
    /// What becomes of the payload when the identity is taken.
    pub on_conflict: OnConflict,
    /// What to do, JSON as bytes.
    pub payload: Vec<u8>,
    /// For people.
    pub description: String,
    /// The run that counts it; absent for jobs outside a run.
    pub run: Option<i64>,
}

/// What happens when a job with the same identity already waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// The waiting job stays as it is.
    Keep,
    /// The waiting job gets the new payload.
    Replace,
    /// The waiting job gets the earlier of the two times.
    Earliest,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for other jobs.
    WaitingDeps,
    /// Waits for its time.
    Scheduled,
    /// May be claimed.
    Ready,
    /// A worker has it.
    Running,
    /// Done.
    Done,
    /// Dead letter: a person must look.
    Failed,
    /// Stopped by a person.
    Cancelled,
}

/// Who owns a claimed job: the fence grows with every change of owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fence(pub i64);

/// Number of a job in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobId(pub i64);

/// A job that this worker has claimed.
#[derive(Clone, Debug)]
pub struct ClaimedJob {
    /// Its number.
    pub id: JobId,
    /// Its public name.
    pub uuid: Uuid,
    /// Valid as long as no one else claims it.
    pub fence: Fence,
    /// This attempt, counted from 1.
    pub attempt: u32,
    /// Attempts allowed; 0: endless.
    pub max_attempts: u32,
    /// Crashes in a row before this attempt.
    pub crashes: u32,
    /// As enqueued.
    pub unit: String,
    /// As enqueued.
    pub instance: String,
    /// As enqueued.
    pub payload: Vec<u8>,
    /// As enqueued.
    pub run: Option<i64>,
    /// When it was enqueued, microseconds since 1970 by the database's clock.
    pub created_at_us: i64,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Done; a message for people.
    Done(Option<String>),
    /// Failed in a way that may pass: again after this long, or as the pattern says.
    Retry {
        /// Absent: the retry pattern decides.
        after: Option<Duration>,
        /// `data`, `network`, ..
        kind: String,
        /// For people.
        error: String,
    },
    /// The store was busy or a lock was taken: again soon, not counted.
    Busy {
        /// For people.
        error: String,
    },
    /// Not yet: again after this long, not counted.
    Snooze(Duration),
    /// Failed for good.
    Failed {
        /// `data`, `review`, ..
        kind: String,
        /// For people.
        error: String,
    },
    /// Stopped by a person.
    Cancelled,
}
