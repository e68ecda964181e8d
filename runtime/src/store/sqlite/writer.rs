//! The thread that owns the writing connection. It takes what waits, up to [`GROUP`] pieces of work or [`GROUP_TIME`],
//! runs each so that it can be undone by itself and commits once: that is the group commit.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::store::StoreError;

use super::error::unavailable;
use super::time::Time;

/// How long a write waits for other processes.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept per connection.
const STATEMENTS: usize = 256;
const GROUP: usize = 50;
const GROUP_TIME: Duration = Duration::from_millis(10);
/// After this long without work the write-ahead log is emptied.
const IDLE: Duration = Duration::from_secs(2);

/// Where a piece of work stands in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Before everything that has not begun.
    First,
    /// After all that waits.
    Normal,
}

/// One piece of work: it runs in a transaction and is answered after the commit.
trait Piece: Send {
    /// Whether its writes are to stay.
    fn run(&mut self, transaction: &Transaction<'_>) -> Writes;
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writes {
    Stay,
    Undo,
}

struct Typed<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send, F> Piece for Typed<T, F>
where
    F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, transaction: &Transaction<'_>) -> Writes {
        let Some(work) = self.work.take() else {
            return Writes::Undo;
        };
        // A panic of the work must not end the thread that all others need.
        self.result = catch_unwind(AssertUnwindSafe(|| work(transaction))).ok();
        if matches!(self.result, Some(Ok(_))) {
            Writes::Stay
        } else {
            Writes::Undo
        }
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (self.result, committed) {
            (Some(Err(error)), _) | (Some(Ok(_)), Err(error)) => Some(Err(error)),
            (Some(Ok(value)), Ok(())) => Some(Ok(value)),
            // It never ran.
            (None, Err(error)) if self.work.is_some() => Some(Err(error)),
            // It panicked: the one who waits sees a closed channel.
            (None, Ok(()) | Err(_)) => None,
        };
        if let Some(answer) = answer {
            // Nobody waits any more where the caller was dropped; the commit stands.
            let _ = self.reply.send(answer);
        }
    }
}

#[derive(Default)]
struct Waiting {
    first: VecDeque<Box<dyn Piece>>,
    normal: VecDeque<Box<dyn Piece>>,
    closed: bool,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, turn: Turn, piece: Box<dyn Piece>) {
        let mut waiting = self.lock();
        match turn {
            Turn::First => waiting.first.push_back(piece),
            Turn::Normal => waiting.normal.push_back(piece),
        }
        drop(waiting);
        self.changed.notify_one();
    }

    /// The next piece, if one waits now.
    fn next(&self) -> Option<Box<dyn Piece>> {
        let mut waiting = self.lock();
        waiting.first.pop_front().or_else(|| waiting.normal.pop_front())
    }

    /// The next piece, however long it takes, or that there is none for [`IDLE`].
    fn wait(&self, checkpoint: Checkpoint) -> Wait {
        let mut waiting = self.lock();
        loop {
            if let Some(piece) = waiting.first.pop_front().or_else(|| waiting.normal.pop_front()) {
                return Wait::Piece(piece);
            }
            if waiting.closed {
                return Wait::Closed;
            }
            waiting = match checkpoint {
                Checkpoint::Done => self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                Checkpoint::Owed => {
                    let (waiting, time) = self
                        .changed
                        .wait_timeout(waiting, IDLE)
                        .unwrap_or_else(PoisonError::into_inner);
                    if time.timed_out() {
                        return Wait::Idle;
                    }
                    waiting
                }
            };
        }
    }
}

/// Whether there were writes since the write-ahead log was emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Checkpoint {
    Owed,
    Done,
}

enum Wait {
    Piece(Box<dyn Piece>),
    Idle,
    Closed,
}

/// The door to the writer thread; dropping it lets the thread finish what waits and end.
pub(super) struct Writer {
    name: String,
    queue: Arc<Queue>,
}

impl Writer {
    pub(super) fn start(name: String, mut connection: Connection, time: Time) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::default());
        let (thread_queue, thread_name) = (Arc::clone(&queue), name.clone());
        std::thread::Builder::new()
            .name("sqlite writer".to_owned())
            .spawn(move || run_thread(&thread_name, &mut connection, &time, &thread_queue))
            .map_err(|error| StoreError::Unavailable {
                name: name.clone(),
                reason: error.to_string(),
            })?;
        Ok(Self { name, queue })
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue.push(
            turn,
            Box::new(Typed {
                work: Some(work),
                result: None,
                reply,
            }),
        );
        answer.await.unwrap_or_else(|_| {
            let reason = "a write stopped with a defect of the program; what it wrote is undone".to_owned();
            Err(StoreError::Unavailable {
                name: self.name.clone(),
                reason,
            })
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.changed.notify_one();
    }
}

fn run_thread(name: &str, connection: &mut Connection, time: &Time, queue: &Queue) {
    let mut checkpoint = Checkpoint::Done;
    loop {
        match queue.wait(checkpoint) {
            Wait::Piece(piece) => {
                commit_group(name, connection, time, queue, piece);
                checkpoint = Checkpoint::Owed;
            }
            Wait::Idle => {
                if let Err(error) = empty_log(connection) {
                    tracing::warn!(database = %name, %error, "the write-ahead log could not be emptied");
                }
                checkpoint = Checkpoint::Done;
            }
            Wait::Closed => return,
        }
    }
}

/// Empties the write-ahead log, unless someone reads from it: nobody is made to wait for that.
fn empty_log(connection: &Connection) -> Result<(), rusqlite::Error> {
    let patience: i64 = connection.query_row("pragma busy_timeout", [], |row| row.get(0))?;
    connection.busy_timeout(Duration::ZERO)?;
    let emptied = connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()));
    connection.busy_timeout(Duration::from_millis(patience.unsigned_abs()))?;
    emptied
}

fn commit_group(name: &str, connection: &mut Connection, time: &Time, queue: &Queue, first: Box<dyn Piece>) {
    let mut done = Vec::new();
    let committed = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Err(error) => {
            done.push(first);
            Err(unavailable(name, &error))
        }
        Ok(transaction) => run_group(name, transaction, time, queue, first, &mut done),
    };
    for piece in done {
        piece.answer(committed.clone());
    }
}

/// Runs pieces one after another and commits. The first has no savepoint: SQLite keeps aside what each open one would bring
/// back, so a savepoint around a hundred plans that have their own makes each of those dearer. Where the first is not to
/// stay, the transaction ends with it and the others wait for the next.
fn run_group(
    name: &str,
    transaction: Transaction<'_>,
    time: &Time,
    queue: &Queue,
    mut first: Box<dyn Piece>,
    done: &mut Vec<Box<dyn Piece>>,
) -> Result<(), StoreError> {
    let begun = Instant::now();
    time.look();
    let writes = first.run(&transaction);
    done.push(first);
    still_open(name, &transaction)?;
    if writes == Writes::Undo {
        return transaction.rollback().map_err(|error| unavailable(name, &error));
    }
    while done.len() < GROUP
        && begun.elapsed() < GROUP_TIME
        && let Some(mut piece) = queue.next()
    {
        time.look();
        let ran = run_piece(name, &transaction, piece.as_mut());
        done.push(piece);
        ran?;
    }
    fail::fail_point!("store::commit");
    transaction.commit().map_err(|error| unavailable(name, &error))
}

/// Runs a piece beside others under a savepoint of its own. An error concerns the whole transaction and all pieces in it.
fn run_piece(name: &str, transaction: &Transaction<'_>, piece: &mut dyn Piece) -> Result<(), StoreError> {
    let step = |statement| step(transaction, statement).map_err(|error| unavailable(name, &error));
    step("savepoint piece")?;
    let writes = piece.run(transaction);
    still_open(name, transaction)?;
    match writes {
        Writes::Stay => {}
        Writes::Undo => step("rollback to piece")?,
    }
    step("release piece")
}

/// A full disk, for one, makes SQLite roll back all of the transaction by itself.
fn still_open(name: &str, transaction: &Transaction<'_>) -> Result<(), StoreError> {
    if transaction.is_autocommit() {
        return Err(StoreError::Busy(format!(
            "{name}: a write beside this one made it give up the transaction"
        )));
    }
    Ok(())
}

/// Runs a function under a savepoint: an error of it undoes what it wrote and leaves the transaction usable.
pub(crate) fn savepoint<T, E: From<rusqlite::Error>>(
    transaction: &Transaction<'_>,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    step(transaction, "savepoint step")?;
    let answer = work();
    if answer.is_err() {
        step(transaction, "rollback to step")?;
    }
    step(transaction, "release step")?;
    answer
}

/// A step of a transaction; one is taken for every plan, so it is prepared once.
fn step(transaction: &Transaction<'_>, statement: &str) -> Result<(), rusqlite::Error> {
    transaction.prepare_cached(statement)?.execute([]).map(|_| ())
}

/// Settings of the writing connection.
pub(super) fn prepare(connection: &Connection, lock_timeout: Duration) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(lock_timeout)?;
    // In memory the mode stays `memory`, which is right.
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    // Each plan has a savepoint, and what a savepoint would bring back is kept aside: in a file that is half the work of an import.
    connection.pragma_update(None, "temp_store", "memory")?;
    keep_statements(connection)
}

/// Statements are prepared once. Without the guarantee SQLite looks at bound values where an index is partial, as those of
/// the living are, and prepares a statement again for every new value.
pub(super) fn keep_statements(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    //! What a piece of work leaves behind when it fails, alone and beside others.
    use rusqlite::Connection;

    use super::*;
    use crate::queue::clock::Clock;

    fn writer() -> Result<Writer, StoreError> {
        let broken = |error: rusqlite::Error| unavailable("memory", &error);
        let connection = Connection::open_in_memory().map_err(broken)?;
        prepare(&connection, BUSY_TIMEOUT).map_err(broken)?;
        connection
            .execute_batch("create table word (word text) strict")
            .map_err(broken)?;
        let time = Time::tell(&connection, Clock::System).map_err(broken)?;
        Writer::start("memory".to_owned(), connection, time)
    }

    fn add(transaction: &Transaction<'_>, word: &str) -> Result<(), StoreError> {
        transaction
            .execute("insert into word values (?1)", [word])
            .map(|_| ())
            .map_err(|error| unavailable("memory", &error))
    }

    async fn words(writer: &Writer) -> Result<String, StoreError> {
        let all = "select coalesce(group_concat(word, ' ' order by word), '') from word";
        let read = |transaction: &Transaction<'_>| {
            transaction
                .query_row(all, [], |row| row.get(0))
                .map_err(|error| unavailable("memory", &error))
        };
        writer.run(Turn::Normal, read).await
    }

    fn refused() -> StoreError {
        StoreError::Busy("refused".to_owned())
    }

    #[tokio::test]
    async fn a_piece_that_fails_leaves_nothing() -> Result<(), StoreError> {
        let writer = writer()?;
        let failed = writer.run(Turn::Normal, |transaction| {
            add(transaction, "lost")?;
            Err::<(), _>(refused())
        });
        assert!(failed.await.is_err(), "it says that it failed");
        writer.run(Turn::Normal, |transaction| add(transaction, "kept")).await?;
        assert_eq!(words(&writer).await?, "kept");
        Ok(())
    }

    /// The pieces wait while the first runs, so that they are one group.
    #[tokio::test]
    async fn a_piece_that_fails_beside_others_leaves_theirs() -> Result<(), StoreError> {
        let writer = writer()?;
        let (begin, begun) = std::sync::mpsc::channel::<()>();
        let first = writer.run(Turn::Normal, move |transaction| {
            begun.recv().map_err(|_| refused())?;
            add(transaction, "first")
        });
        let second = writer.run(Turn::Normal, |transaction| {
            add(transaction, "second")?;
            Err::<(), _>(refused())
        });
        let third = writer.run(Turn::Normal, |transaction| add(transaction, "third"));
        let release = async {
            tokio::task::yield_now().await;
            begin.send(()).map_err(|_| refused())
        };
        let (first, second, third, released) = tokio::join!(first, second, third, release);
        assert!(second.is_err(), "it says that it failed");
        first.and(third).and(released)?;
        assert_eq!(words(&writer).await?, "first third");
        Ok(())
    }
}
