//! Connections that only read, kept for the next reader. Each read sees one state of the database.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::Semaphore;

use crate::queue::clock::Clock;
use crate::queue::seam::{Seams, Side};
use crate::store::StoreError;

use super::time::Time;
use super::{error, writer};

const CONNECTIONS: usize = 4;
/// A longer read keeps the write-ahead log from shrinking and is worth a warning.
const LONG: Duration = Duration::from_secs(1);

type Reader = (Connection, Time);

/// A small pool; readers above its size wait.
#[derive(Clone)]
pub(super) struct Readers {
    path: PathBuf,
    name: String,
    clock: Clock,
    seams: Seams,
    turns: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Reader>>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, name: String, clock: Clock, seams: Seams) -> Self {
        let turns = Arc::new(Semaphore::new(CONNECTIONS));
        Self {
            path,
            name,
            clock,
            seams,
            turns,
            idle: Arc::default(),
        }
    }

    /// The file.
    pub(super) fn path(&self) -> &std::path::Path {
        &self.path
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let stopped = || StoreError::Unavailable {
            name: self.name.clone(),
            reason: "its reader stopped".to_owned(),
        };
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| stopped())?;
        let readers = self.clone();
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            readers.run_blocking(work)
        })
        .await
        .map_err(|_| stopped())?
    }

    fn run_blocking<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let (mut connection, time) = self.take()?;
        time.look();
        let started = Instant::now();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .map_err(|error| error::unavailable(&self.name, &error))?;
        let answer = work(&transaction);
        drop(transaction);
        let took = started.elapsed();
        if took > LONG {
            tracing::warn!(database = %self.name, seconds = took.as_secs_f64(), "a read transaction was open for long");
        }
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((connection, time));
        answer
    }

    fn take(&self) -> Result<Reader, StoreError> {
        if let Some(reader) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(reader);
        }
        self.open().map_err(|error| error::unavailable(&self.name, &error))
    }

    fn open(&self) -> Result<Reader, rusqlite::Error> {
        let mut connection = Connection::open(&self.path)?;
        connection.busy_timeout(writer::BUSY_TIMEOUT)?;
        connection.pragma_update(None, "query_only", true)?;
        writer::keep_statements(&connection)?;
        let time = Time::tell(&connection, self.clock.clone())?;
        super::listen(&mut connection, &self.seams, Side::Reader)?;
        Ok((connection, time))
    }
}
