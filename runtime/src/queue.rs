//! Jobs: what the kernel of the queue decides and carries. Does no I/O; stores write what they are told.
//!
//! What the kernel promises, on every store:
//! - A job is the property of one *owner* at a time: the fence it was claimed with. The fence grows at every claim and
//!   whenever a job is taken away, and every write of an owner names it, so that a worker which was thought dead and
//!   comes back can change nothing.
//! - An *identity* belongs to at most one job that waits. It is a row of its own, deleted by the claim, so that a job
//!   that runs does not block a new one with the same identity: a change made during the run is not lost. A job that
//!   would wait again (error, crash, hand-back, a person) and finds its identity taken ends as done, "superseded by".
//! - The database's clock alone decides what is due and whose lease ran out.
//! - The next state is decided here ([`transition`]) and nowhere else; crashes and errors have budgets of their own.

pub mod clock;
pub mod retry;
#[doc(hidden)]
pub mod seam;
pub mod transition;
pub mod worker;

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

impl JobState {
    /// All, in the order of their codes.
    pub const ALL: [Self; 7] = [
        Self::WaitingDeps,
        Self::Scheduled,
        Self::Ready,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
    ];

    /// How databases store it.
    pub const fn code(self) -> i16 {
        match self {
            Self::WaitingDeps => 0,
            Self::Scheduled => 1,
            Self::Ready => 2,
            Self::Running => 3,
            Self::Done => 4,
            Self::Failed => 5,
            Self::Cancelled => 6,
        }
    }

    /// The state of a stored code.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether only a person makes it run again.
    pub const fn is_final(self) -> bool {
        match self {
            Self::WaitingDeps | Self::Scheduled | Self::Ready | Self::Running => false,
            Self::Done | Self::Failed | Self::Cancelled => true,
        }
    }

    /// Whether it waits and therefore holds its identity.
    pub const fn is_waiting(self) -> bool {
        match self {
            Self::WaitingDeps | Self::Scheduled | Self::Ready => true,
            Self::Running | Self::Done | Self::Failed | Self::Cancelled => false,
        }
    }
}

/// Longer delays than this are cut to it by outcomes and refused by enqueue.
pub const LONGEST_DELAY: Duration = Duration::from_secs(100 * 366 * 24 * 3600);

impl NewJob {
    /// Why no store would take it; `None`: it is well formed.
    pub fn malformed(&self) -> Option<String> {
        let Self {
            unit,
            instance,
            delay,
            max_attempts,
            ..
        } = self;
        for (what, name) in [("unit", unit), ("instance", instance)] {
            if name.contains('\0') {
                return Some(format!(
                    "its {what} {name:?} contains the character U+0000; choose another name"
                ));
            }
        }
        if *delay > LONGEST_DELAY {
            return Some(format!(
                "its delay of {} s is longer than a century; choose a shorter one",
                delay.as_secs()
            ));
        }
        if i32::try_from(*max_attempts).is_err() {
            return Some(format!(
                "max_attempts {max_attempts} is above {}; 0 means endless",
                i32::MAX
            ));
        }
        None
    }

    /// What its identity is stored as; absent without one.
    pub fn identity_key(&self) -> Option<IdentityKey> {
        self.identity.as_deref().map(IdentityKey::of)
    }
}

/// An identity as databases store and sort it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentityKey(pub [u8; 16]);

impl IdentityKey {
    /// The first half of the text's BLAKE3 hash: the same in every version and on every machine.
    pub fn of(identity: &str) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&blake3::hash(identity.as_bytes()).as_bytes()[..16]);
        Self(key)
    }
}

/// A text for people as every database can store it: U+0000 becomes its visible sign.
pub fn visible(text: &str) -> String {
    text.replace('\0', "\u{2400}")
}

/// Who owns a claimed job: the fence grows with every change of owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Errors allowed; 0: endless.
    pub max_attempts: u32,
    /// Attempts so far that ended with a counted error; what [`Self::max_attempts`] bounds.
    pub errors: u32,
    /// Crashes in a row before this attempt; above 0 it must run alone.
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
    /// What it needs is not there yet: again after this long, not counted, however often.
    Waits {
        /// How long.
        after: Duration,
        /// What it waits for, for people.
        reason: String,
        /// What the next attempt is given; absent: the same again.
        payload: Option<Vec<u8>>,
    },
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
