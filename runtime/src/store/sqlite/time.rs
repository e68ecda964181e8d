//! `now_us()` in SQL: the store's clock, looked at once per transaction or piece of work, as `now()` is on PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::queue::clock::Clock;

/// What `now_us()` of one connection says.
pub(super) struct Time {
    clock: Clock,
    now: Arc<AtomicI64>,
}

impl Time {
    /// Gives the connection its `now_us()`.
    pub(super) fn tell(connection: &Connection, clock: Clock) -> Result<Self, rusqlite::Error> {
        let now = Arc::new(AtomicI64::new(clock.now_us()));
        let told = Arc::clone(&now);
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
        connection.create_scalar_function("now_us", 0, flags, move |_| Ok(told.load(Ordering::Relaxed)))?;
        Ok(Self { clock, now })
    }

    /// Looks at the clock; until the next look the time stands still.
    pub(super) fn look(&self) {
        self.now.store(self.clock.now_us(), Ordering::Relaxed);
    }
}
