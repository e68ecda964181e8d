//! Where tests reach into a store: they stop it at a point, or take one of its guards away to see that the guard is needed.
//! Nothing here is for applications.

use std::sync::Arc;
use std::time::Duration;

/// A place in a store's work at which a test may hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Without [`Guards::share_lock`], SQLite only: identities were looked up, the write has not begun.
    LookedUp,
    /// Jobs were enqueued, the commit was not sent.
    Enqueued,
    /// Attempts were ended and plans applied, the commit was not sent.
    Completed,
}

/// Is told when a store reaches a point, and may block there.
pub trait Probe: Send + Sync {
    /// Returns when the store may go on.
    fn reached(&self, point: Point);
}

/// Whether a guard does its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// As in every application.
    On,
    /// Taken away, to show what it prevents.
    Off,
}

/// Which connection of a store runs a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// One that only reads.
    Reader,
    /// The one that writes.
    Writer,
}

/// Is told of each statement that runs; SQLite only.
pub trait Listener: Send + Sync {
    /// The statement as it was prepared, without the values.
    fn runs(&self, side: Side, statement: &str);
}

/// The guards that tests take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guards {
    /// An enqueue that joins a waiting job keeps it from being claimed until the enqueue is visible.
    pub share_lock: Guard,
    /// A job that would wait again looks whether a newer one with its identity waits.
    pub twin_check: Guard,
    /// Plans that would make the same missing thing are applied one after another, PostgreSQL only.
    pub key_locks: Guard,
    /// A migration is one transaction.
    pub migration: Guard,
}

/// What a test changes of a store.
#[derive(Clone)]
pub struct Seams {
    /// All on unless a test takes one away.
    pub guards: Guards,
    /// Absent: nothing is held.
    pub probe: Option<Arc<dyn Probe>>,
    /// Absent: nobody listens.
    pub listener: Option<Arc<dyn Listener>>,
    /// How long a write waits for other processes or transactions.
    pub lock_timeout: Duration,
}

impl Seams {
    /// What every application has.
    pub fn none(lock_timeout: Duration) -> Self {
        Self {
            guards: Guards {
                share_lock: Guard::On,
                twin_check: Guard::On,
                key_locks: Guard::On,
                migration: Guard::On,
            },
            probe: None,
            listener: None,
            lock_timeout,
        }
    }

    /// Holds the store here if a test wants it.
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres")),
        expect(dead_code, reason = "only stores reach points")
    )]
    pub(crate) fn reach(&self, point: Point) {
        if let Some(probe) = &self.probe {
            probe.reached(point);
        }
    }
}

impl std::fmt::Debug for Seams {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Seams")
            .field("guards", &self.guards)
            .finish_non_exhaustive()
    }
}
