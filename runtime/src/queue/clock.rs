//! The clock of a store that has none of its own. PostgreSQL uses the server's; SQLite is given one when it is opened.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time in microseconds since 1970. Clones of a manual clock are moved together.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// Moved by hand, for tests.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at this time until [`Clock::advance`].
    pub fn manual(start_us: i64) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start_us)))
    }

    /// Microseconds since 1970.
    pub fn now_us(&self) -> i64 {
        match self {
            Self::System => match SystemTime::now().duration_since(UNIX_EPOCH) {
                Ok(since) => micros(since),
                Err(before) => -micros(before.duration()),
            },
            Self::Manual(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock forward; the machine's clock is left alone.
    pub fn advance(&self, by: Duration) {
        match self {
            Self::System => {}
            Self::Manual(now) => {
                now.fetch_add(micros(by), Ordering::SeqCst);
            }
        }
    }
}

/// A duration as the databases store it. More than fits, 292 000 years, is cut to the longest that does.
pub fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
