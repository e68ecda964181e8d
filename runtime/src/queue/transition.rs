//! The state machine: what becomes of a job when something happens to it. Both stores write what this says.
//!
//! Two budgets are apart. *Errors* are attempts that ended with a counted error; `max_attempts` bounds them.
//! *Crashes* are attempts whose worker vanished; after the first in a row the job runs alone until it ends an attempt,
//! and only crashes while alone count toward [`CRASHES_ALONE`], since before that another job may be to blame.

use std::time::Duration;

use uuid::Uuid;

use super::retry::{RetryPattern, after_crash, spread};
use super::{JobState, Outcome};

/// So many crashes in a row while alone, and the job is failed as `crashed`.
pub const CRASHES_ALONE: u32 = 3;
/// So often in a row `busy` is not counted as an error.
pub const BUSY_UNCOUNTED: u32 = 20;
/// The kind under which a job shows what it waits for.
pub const WAITS: &str = "waits";
const BUSY_DELAY: Duration = Duration::from_secs(5);

/// What a store knows of a job when something happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub state: JobState,
    /// Claims that were not taken back.
    pub attempt: u32,
    /// Attempts that ended with a counted error.
    pub errors: u32,
    /// Errors allowed; 0: endless.
    pub max_attempts: u32,
    /// Crashes in a row.
    pub crashes: u32,
    /// Uncounted `busy` in a row.
    pub busy: u32,
    /// Whether a person asked to stop it while it runs.
    pub cancel_asked: bool,
}

/// What happens to a job.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The last job it waited for is done.
    ParentsDone,
    /// Its time has come.
    Due,
    /// A worker takes it.
    Claimed,
    /// Its attempt ended.
    Ended(&'a Outcome),
    /// Its worker hands it back untouched.
    GivenBack,
    /// Its worker has not been heard of for longer than the lease.
    LeaseRanOut,
    /// A person stops it.
    Cancelled,
    /// A person runs it again.
    Requeued,
}

/// What the store writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// Where it stands from now on.
    pub state: JobState,
    /// As in [`Standing`].
    pub attempt: u32,
    /// As in [`Standing`].
    pub errors: u32,
    /// As in [`Standing`].
    pub crashes: u32,
    /// As in [`Standing`].
    pub busy: u32,
    /// As in [`Standing`].
    pub cancel_asked: bool,
    /// Not before this long from now; absent: its time stays, and with it its place in the order.
    pub delay: Option<Duration>,
    /// What is shown as its last error.
    pub error: LastError,
    /// A message to show.
    pub message: Option<String>,
    /// What the next attempt is given; absent: the same again.
    pub payload: Option<Vec<u8>>,
    /// What the list of attempts says; absent: no row, because the attempt does not count or was a first-try success.
    pub recorded: Option<AttemptEnd>,
}

impl Next {
    /// Whether the job is at its end, so that failed ones of the same identity are no news any more.
    pub fn closes_failed(&self) -> bool {
        match self.state {
            JobState::Done | JobState::Failed => true,
            JobState::WaitingDeps | JobState::Scheduled | JobState::Ready | JobState::Running | JobState::Cancelled => {
                false
            }
        }
    }
}

/// What is shown as the last error of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LastError {
    /// What was shown before.
    Stays,
    /// None.
    Cleared,
    /// This one.
    Is {
        /// `data`, `network`, `crashed`, ..
        kind: String,
        /// For people.
        text: String,
    },
}

impl LastError {
    fn is(kind: &str, text: impl Into<String>) -> Self {
        Self::Is {
            kind: kind.to_owned(),
            text: text.into(),
        }
    }
}

/// How a counted attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttemptEnd {
    /// Done, after earlier attempts.
    Done,
    /// With an error, to be tried again.
    Retry,
    /// With an error, for good.
    Failed,
    /// Stopped by a person.
    Cancelled,
    /// Its worker vanished.
    Crashed,
}

impl AttemptEnd {
    const ALL: [Self; 5] = [Self::Done, Self::Retry, Self::Failed, Self::Cancelled, Self::Crashed];

    /// How databases store it.
    pub const fn code(self) -> i16 {
        match self {
            Self::Done => 0,
            Self::Retry => 1,
            Self::Failed => 2,
            Self::Cancelled => 3,
            Self::Crashed => 4,
        }
    }

    /// The end of a stored code.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.code() == code)
    }
}

/// The event cannot happen to a job that stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a job that is {state:?} cannot do that")]
pub struct Illegal {
    /// Where it stands.
    pub state: JobState,
}

/// What becomes of a job. `jitter` in `0.0..1.0` spreads the delays.
pub fn transition(standing: &Standing, event: Event<'_>, jitter: f64) -> Result<Next, Illegal> {
    use JobState::{Cancelled, Done, Failed, Ready, Running, Scheduled, WaitingDeps};
    match (standing.state, event) {
        (WaitingDeps, Event::ParentsDone) => Ok(unchanged(standing, Scheduled)),
        (Scheduled, Event::Due) => Ok(unchanged(standing, Ready)),
        (Ready, Event::Claimed) => Ok(Next {
            attempt: standing.attempt + 1,
            ..unchanged(standing, Running)
        }),
        (WaitingDeps | Scheduled | Ready, Event::Cancelled) => Ok(unchanged(standing, Cancelled)),
        (Running, Event::Cancelled) => Ok(Next {
            cancel_asked: true,
            ..unchanged(standing, Running)
        }),
        (Running, Event::Ended(outcome)) => Ok(ended(standing, outcome, jitter)),
        (Running, Event::GivenBack) => Ok(given_back(standing)),
        (Running, Event::LeaseRanOut) => Ok(crashed(standing, jitter)),
        (Done | Failed | Cancelled, Event::Requeued) => Ok(requeued()),
        (
            WaitingDeps | Scheduled | Ready | Running | Done | Failed | Cancelled,
            Event::ParentsDone
            | Event::Due
            | Event::Claimed
            | Event::Ended(_)
            | Event::GivenBack
            | Event::LeaseRanOut
            | Event::Cancelled
            | Event::Requeued,
        ) => Err(Illegal { state: standing.state }),
    }
}

/// A job that would wait again while a newer one with its identity waits already: that one does its work.
pub fn superseded(next: Next, by: Uuid) -> Next {
    Next {
        state: JobState::Done,
        delay: None,
        message: Some(format!("superseded by {by}")),
        cancel_asked: false,
        ..next
    }
}

fn unchanged(standing: &Standing, state: JobState) -> Next {
    Next {
        state,
        attempt: standing.attempt,
        errors: standing.errors,
        crashes: standing.crashes,
        busy: standing.busy,
        cancel_asked: standing.cancel_asked,
        delay: None,
        error: LastError::Stays,
        message: None,
        payload: None,
        recorded: None,
    }
}

/// An attempt that its worker ended itself: whatever the outcome, it did not crash.
fn ended(standing: &Standing, outcome: &Outcome, jitter: f64) -> Next {
    let calm = Standing {
        crashes: 0,
        ..standing.clone()
    };
    let next = match outcome {
        Outcome::Done(message) => Next {
            error: LastError::Cleared,
            message: message.clone(),
            recorded: (standing.attempt > 1).then_some(AttemptEnd::Done),
            ..final_state(&calm, JobState::Done)
        },
        Outcome::Cancelled => Next {
            recorded: Some(AttemptEnd::Cancelled),
            ..final_state(&calm, JobState::Cancelled)
        },
        Outcome::Failed { kind, error } => failed(&calm, kind, error),
        Outcome::Retry { after, kind, error } => retried(&calm, *after, kind, error, jitter),
        Outcome::Busy { error } => busy(&calm, error, jitter),
        Outcome::Snooze(delay) => Next {
            busy: 0,
            delay: Some(*delay),
            ..uncounted(&calm, waiting(*delay))
        },
        Outcome::Waits { after, reason, payload } => Next {
            busy: 0,
            delay: Some(*after),
            error: LastError::is(WAITS, reason),
            payload: payload.clone(),
            ..uncounted(&calm, waiting(*after))
        },
    };
    stop_if_asked(standing, next)
}

fn retried(standing: &Standing, after: Option<Duration>, kind: &str, error: &str, jitter: f64) -> Next {
    let errors = standing.errors + 1;
    if standing.max_attempts > 0 && errors >= standing.max_attempts {
        return failed(standing, kind, error);
    }
    let delay = after.unwrap_or_else(|| RetryPattern::standard().delay(errors, jitter));
    Next {
        errors,
        busy: 0,
        delay: Some(delay),
        error: LastError::is(kind, error),
        recorded: Some(AttemptEnd::Retry),
        ..unchanged(standing, waiting(delay))
    }
}

fn failed(standing: &Standing, kind: &str, error: &str) -> Next {
    Next {
        errors: standing.errors + 1,
        error: LastError::is(kind, error),
        recorded: Some(AttemptEnd::Failed),
        ..final_state(standing, JobState::Failed)
    }
}

fn busy(standing: &Standing, error: &str, jitter: f64) -> Next {
    if standing.busy >= BUSY_UNCOUNTED {
        return retried(standing, None, "busy", error, jitter);
    }
    let delay = spread(BUSY_DELAY, jitter);
    Next {
        busy: standing.busy + 1,
        delay: Some(delay),
        error: LastError::is("busy", error),
        ..uncounted(standing, waiting(delay))
    }
}

fn given_back(standing: &Standing) -> Next {
    stop_if_asked(standing, uncounted(standing, JobState::Ready))
}

fn crashed(standing: &Standing, jitter: f64) -> Next {
    let crashes = standing.crashes + 1;
    let recorded = Some(AttemptEnd::Crashed);
    // The first crash in a row was in company; those after it were alone.
    if crashes > CRASHES_ALONE {
        let text = format!("its worker vanished {crashes} times in a row, {CRASHES_ALONE} of them with this job alone");
        return Next {
            crashes,
            error: LastError::is("crashed", text),
            recorded,
            ..final_state(standing, JobState::Failed)
        };
    }
    let delay = after_crash(crashes, jitter);
    let next = Next {
        crashes,
        delay: (!delay.is_zero()).then_some(delay),
        error: LastError::is(
            "crashed",
            "its worker vanished: no heartbeat came before the lease ran out",
        ),
        recorded,
        ..unchanged(standing, waiting(delay))
    };
    stop_if_asked(standing, next)
}

fn requeued() -> Next {
    Next {
        state: JobState::Ready,
        attempt: 0,
        errors: 0,
        crashes: 0,
        busy: 0,
        cancel_asked: false,
        delay: Some(Duration::ZERO),
        error: LastError::Cleared,
        message: None,
        payload: None,
        recorded: None,
    }
}

/// A job that a person asked to stop does not wait for another attempt.
fn stop_if_asked(standing: &Standing, next: Next) -> Next {
    if !standing.cancel_asked || next.state.is_final() {
        return next;
    }
    let recorded = Some(AttemptEnd::Cancelled);
    Next {
        state: JobState::Cancelled,
        cancel_asked: false,
        delay: None,
        recorded,
        ..next
    }
}

fn final_state(standing: &Standing, state: JobState) -> Next {
    Next {
        busy: 0,
        cancel_asked: false,
        ..unchanged(standing, state)
    }
}

fn uncounted(standing: &Standing, state: JobState) -> Next {
    Next {
        attempt: standing.attempt.saturating_sub(1),
        ..unchanged(standing, state)
    }
}

fn waiting(delay: Duration) -> JobState {
    if delay.is_zero() {
        JobState::Ready
    } else {
        JobState::Scheduled
    }
}

#[cfg(test)]
mod tests;
