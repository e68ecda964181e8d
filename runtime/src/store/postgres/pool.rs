//! Sessions that are kept for the next use, and transactions on them. A session that was lost is replaced at its next use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Error, NoTls, Row, Statement};

use crate::store::StoreError;

use super::error::{Failure, words};

/// A query that takes longer has hung: it must not hold up a worker for ever.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// The server ends a transaction whose client is silent for this long, and with it its locks.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept per session.
const STATEMENTS: usize = 512;
/// How often a transaction is run again that the server gave up for another one's sake.
const COLLISIONS: u32 = 5;
/// How often it is run again on another session: one more than the pool keeps, all of which may be dead.
const LOST_SESSIONS: u32 = 9;

/// Parameters of a statement.
pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A few sessions; who finds none free waits.
pub(super) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    name: String,
    greeting: String,
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<Session>>,
}

/// A session and the statements prepared on it.
struct Session {
    client: Client,
    prepared: Mutex<HashMap<String, Statement>>,
}

impl Pool {
    pub(super) fn new(size: usize, mut config: Config, name: String, schema: &str, lock_timeout: Duration) -> Self {
        config
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_user_timeout(STATEMENT_TIMEOUT)
            .application_name(format!("tenon {schema}"));
        let greeting = format!(
            "set search_path to {schema}; set lock_timeout = {lock}; set statement_timeout = {statement}; \
             set idle_in_transaction_session_timeout = {idle}; set default_transaction_isolation = 'read committed'",
            schema = quoted(schema),
            lock = lock_timeout.as_millis(),
            statement = STATEMENT_TIMEOUT.as_millis(),
            idle = IDLE_TIMEOUT.as_millis(),
        );
        let (turns, idle) = (Arc::new(Semaphore::new(size)), Mutex::default());
        Self {
            shared: Arc::new(Shared {
                config,
                name,
                greeting,
                turns,
                idle,
            }),
        }
    }

    /// A session for statements that are transactions of their own.
    pub(super) async fn session(&self) -> Result<Leased, StoreError> {
        let shared = &self.shared;
        let closed = || StoreError::Unavailable {
            name: shared.name.clone(),
            reason: "the store is closed".to_owned(),
        };
        let turn = Arc::clone(&shared.turns).acquire_owned().await.map_err(|_| closed())?;
        let session = match shared.take() {
            Some(session) => session,
            None => shared.connect().await?,
        };
        Ok(Leased {
            session: Some(session),
            turn: Some(turn),
            shared: Arc::clone(shared),
            open: Open::Nothing,
        })
    }

    /// Runs a transaction, again if the server gave it up for another one's sake, or if its session was lost, as all are
    /// by a restart: it changes nothing until its commit, so that whatever it computed may be computed again.
    pub(super) async fn retried<T, F>(&self, mut run: impl FnMut() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let (mut collisions, mut lost) = (0, 0);
        loop {
            match run().await {
                Err(failure) if failure.is_collision() && collisions < COLLISIONS => collisions += 1,
                Err(failure) if failure.is_lost_session() && lost < LOST_SESSIONS => lost += 1,
                Err(failure) => return Err(failure.named(&self.shared.name)),
                Ok(answer) => return Ok(answer),
            }
        }
    }
}

impl Shared {
    /// A session that still lives.
    fn take(&self) -> Option<Session> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|session| !session.client.is_closed());
        idle.pop()
    }

    fn put(&self, session: Session) {
        if !session.client.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        }
    }

    async fn connect(&self) -> Result<Session, StoreError> {
        let refused = |error: &Error| StoreError::Unavailable {
            name: self.name.clone(),
            reason: words(error),
        };
        let (client, connection) = self.config.connect(NoTls).await.map_err(|error| refused(&error))?;
        let name = self.name.clone();
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(database = %name, reason = %words(&error), "a database session was lost");
            }
        });
        client
            .batch_execute(&self.greeting)
            .await
            .map_err(|error| refused(&error))?;
        Ok(Session {
            client,
            prepared: Mutex::default(),
        })
    }
}

/// Whether a transaction is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    Transaction,
}

/// A session that is ours until it is dropped. A transaction that was not committed is then rolled back.
pub(super) struct Leased {
    /// Present until dropped.
    session: Option<Session>,
    turn: Option<OwnedSemaphorePermit>,
    shared: Arc<Shared>,
    open: Open,
}

impl Leased {
    pub(super) async fn begin(&mut self) -> Result<(), Failure> {
        self.open = Open::Transaction;
        self.client()?.batch_execute("begin").await?;
        Ok(())
    }

    /// Begins a transaction that only reads, and sees one moment.
    pub(super) async fn begin_reading(&mut self) -> Result<(), Failure> {
        self.open = Open::Transaction;
        let begin = "begin isolation level repeatable read, read only";
        self.client()?.batch_execute(begin).await?;
        Ok(())
    }

    /// Ends what [`Leased::begin_reading`] began, if it did.
    pub(super) async fn looked(mut self) -> Result<(), Failure> {
        if self.open == Open::Transaction {
            self.client()?.batch_execute("commit").await?;
            self.open = Open::Nothing;
        }
        Ok(())
    }

    /// Where it is, for messages.
    pub(super) fn name(&self) -> &str {
        &self.shared.name
    }

    pub(super) async fn commit(mut self) -> Result<(), Failure> {
        self.client()?.batch_execute("commit").await.map_err(Failure::Commit)?;
        self.open = Open::Nothing;
        Ok(())
    }

    pub(super) async fn query(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, Failure> {
        let statement = self.prepare(sql).await?;
        Ok(self.client()?.query(&statement, parameters).await?)
    }

    pub(super) async fn execute(&self, sql: &str, parameters: Parameters<'_>) -> Result<u64, Failure> {
        let statement = self.prepare(sql).await?;
        Ok(self.client()?.execute(&statement, parameters).await?)
    }

    /// Statements without parameters, several at once.
    pub(super) async fn batch(&self, sql: &str) -> Result<(), Failure> {
        Ok(self.client()?.batch_execute(sql).await?)
    }

    async fn prepare(&self, sql: &str) -> Result<Statement, Failure> {
        let session = self.session()?;
        if let Some(statement) = session.prepared.lock().unwrap_or_else(PoisonError::into_inner).get(sql) {
            return Ok(statement.clone());
        }
        let statement = session.client.prepare(sql).await?;
        let mut prepared = session.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        // Statements on records are as many as there are sets of fields that change together.
        if prepared.len() >= STATEMENTS {
            prepared.clear();
        }
        prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn client(&self) -> Result<&Client, Failure> {
        self.session().map(|session| &session.client)
    }

    fn session(&self) -> Result<&Session, Failure> {
        self.session.as_ref().ok_or_else(|| {
            let (name, reason) = (self.shared.name.clone(), "its session is gone".to_owned());
            Failure::Store(StoreError::Unavailable { name, reason })
        })
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else { return };
        let (shared, turn) = (Arc::clone(&self.shared), self.turn.take());
        match (self.open, tokio::runtime::Handle::try_current()) {
            (Open::Nothing, _) => shared.put(session),
            (Open::Transaction, Ok(runtime)) => {
                runtime.spawn(async move {
                    if session.client.batch_execute("rollback").await.is_ok() {
                        shared.put(session);
                    }
                    drop(turn);
                });
            }
            // Closing the session rolls back too.
            (Open::Transaction, Err(_)) => drop(session),
        }
    }
}

/// A name as SQL writes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
