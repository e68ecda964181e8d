//! One SQLite file (or memory) as a store: connections, the writer thread, transactions, errors. Knows no table of its own.
//!
//! All writes of a process go through one thread that owns the writing connection, so that they queue in memory and not
//! at the file's lock, and so that writes that wait together share one commit (`writer.rs`). Reads have connections of
//! their own. In SQL, `now_us()` is the store's clock, fixed while one write runs, as `now()` is on PostgreSQL.

mod database;
mod error;
pub(crate) mod jobs;
mod maintenance;
mod migrate;
mod plan;
mod readers;
mod records;
mod time;
mod value;
mod writer;

use std::path::Path;
use std::sync::{Arc, RwLock};

use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, Transaction};

use crate::effect::Effects;
use crate::queue::clock::Clock;
use crate::queue::seam::{Seams, Side};
use crate::store::StoreError;

pub(crate) use error::store_error;
pub(crate) use plan::PlanWriter;
pub(crate) use writer::savepoint;

use readers::Readers;
use time::Time;
use writer::{Turn, Writer};

/// A SQLite database; clones share it.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    clock: Clock,
    writer: Writer,
    /// Absent in memory, where the writing connection is the only one.
    readers: Option<Readers>,
    plans: PlanWriter,
    effects: Arc<RwLock<Option<Arc<dyn Effects>>>>,
    seams: Seams,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SqliteStore")
            .field("name", &self.inner.name)
            .finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens a file, or makes it, and brings its tables up to date.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with_clock(path, Clock::System)
    }

    /// The same with a clock that tests move.
    pub fn open_with_clock(path: impl AsRef<Path>, clock: Clock) -> Result<Self, StoreError> {
        Self::open_with_seams(path, clock, Seams::none(writer::BUSY_TIMEOUT))
    }

    /// The same for tests that reach inside.
    #[doc(hidden)]
    pub fn open_with_seams(path: impl AsRef<Path>, clock: Clock, seams: Seams) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let connection = Connection::open(path).map_err(|error| error::unavailable(&name, &error))?;
        let readers = Readers::new(path.to_owned(), name.clone(), clock.clone(), seams.clone());
        Self::start(name, connection, Some(readers), clock, seams)
    }

    /// A database in memory, gone with its last clone.
    pub fn open_in_memory() -> Result<Self, StoreError> {
        Self::open_in_memory_with_clock(Clock::System)
    }

    /// The same with a clock that tests move.
    pub fn open_in_memory_with_clock(clock: Clock) -> Result<Self, StoreError> {
        let name = String::from(":memory:");
        let connection = Connection::open_in_memory().map_err(|error| error::unavailable(&name, &error))?;
        Self::start(name, connection, None, clock, Seams::none(writer::BUSY_TIMEOUT))
    }

    fn start(
        name: String,
        mut connection: Connection,
        readers: Option<Readers>,
        clock: Clock,
        seams: Seams,
    ) -> Result<Self, StoreError> {
        let opened = |error: &rusqlite::Error| error::unavailable(&name, error);
        writer::prepare(&connection, seams.lock_timeout).map_err(|error| opened(&error))?;
        let time = Time::tell(&connection, clock.clone()).map_err(|error| opened(&error))?;
        listen(&mut connection, &seams, Side::Writer).map_err(|error| opened(&error))?;
        migrate::bring_up_to_date(&mut connection).map_err(|error| opened(&error))?;
        let writer = Writer::start(name.clone(), connection, time)?;
        let plans = PlanWriter::default();
        Ok(Self {
            inner: Arc::new(Inner {
                name,
                clock,
                writer,
                readers,
                plans,
                effects: Arc::default(),
                seams,
            }),
        })
    }

    /// The clock that `now_us()` tells in SQL.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// File name, for messages.
    pub(crate) fn name(&self) -> &str {
        &self.inner.name
    }

    /// What tests changed of this store.
    pub(crate) fn seams(&self) -> &Seams {
        &self.inner.seams
    }

    /// What applies plans; see [`PlanWriter::install`].
    pub(crate) fn plans(&self) -> &PlanWriter {
        &self.inner.plans
    }

    /// Where effects of plans are found; see [`crate::store::RecordStore::know_effects`].
    pub(crate) fn effects(&self) -> &Arc<RwLock<Option<Arc<dyn Effects>>>> {
        &self.inner.effects
    }

    /// Runs a function in a write transaction on the writer thread and answers after its commit.
    ///
    /// An error undoes what the function wrote and nothing else: writes that wait together share a transaction, each
    /// under its own savepoint.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let answer = self.inner.writer.run(Turn::Normal, work).await;
        answer.map_err(|error| self.naming(error))
    }

    /// The same before all writes that wait: for heartbeats, which must not come too late behind a long queue.
    pub(crate) async fn write_first<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let answer = self.inner.writer.run(Turn::First, work).await;
        answer.map_err(|error| self.naming(error))
    }

    /// Runs a function in a read transaction: it sees one state of the database. It should take well under a second,
    /// since the write-ahead log cannot shrink meanwhile; long lists are read page by page.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let answer = match &self.inner.readers {
            Some(readers) => readers.run(work).await,
            None => {
                self.inner
                    .writer
                    .run(Turn::Normal, move |transaction| work(transaction))
                    .await
            }
        };
        answer.map_err(|error| self.naming(error))
    }

    /// A statement knows the table it was about; the database that cannot be used is this file.
    fn naming(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Unavailable { name: what, reason } if what != self.name() => StoreError::Unavailable {
                name: self.name().to_owned(),
                reason: format!("{what}: {reason}"),
            },
            StoreError::Unavailable { .. }
            | StoreError::Busy(_)
            | StoreError::Unknown(_)
            | StoreError::Refused { .. }
            | StoreError::Unsupported { .. } => error,
        }
    }
}

/// Tells the listener of a test, if there is one, of each statement of a connection.
fn listen(connection: &mut Connection, seams: &Seams, side: Side) -> Result<(), rusqlite::Error> {
    let Some(listener) = seams.listener.clone() else {
        return Ok(());
    };
    let tell = move |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(_, text) = event {
            listener.runs(side, text);
        }
    };
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(tell))
}
