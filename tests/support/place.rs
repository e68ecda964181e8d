//! Where a test keeps its records: a file, or a schema of the throw-away cluster; opened as a store, and looked into past it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tenon_runtime::queue::clock::Clock;
use tenon_runtime::store::Store;
use tenon_runtime::store::sqlite::SqliteStore;

/// Which store a test is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A schema of a throw-away cluster; a file where there is no PostgreSQL, which is said.
    Postgres,
}

impl Kind {
    /// What tests with one world run on: a file, unless `TENON_TEST_STORE=postgres`.
    pub fn of_process() -> Self {
        match std::env::var("TENON_TEST_STORE").is_ok_and(|kind| kind == "postgres") {
            true => Self::Postgres,
            false => Self::Sqlite,
        }
    }
}

/// Where the records are.
#[derive(Debug)]
pub enum Place {
    /// A database file; its folder goes with the place.
    File {
        /// The file.
        path: PathBuf,
        /// What holds it.
        _folder: tempfile::TempDir,
    },
    /// A schema of a server.
    #[cfg(feature = "postgres")]
    Schema {
        /// The server.
        url: String,
        /// The schema.
        schema: String,
    },
}

impl Place {
    /// A new one of a kind.
    pub fn new(kind: Kind) -> Self {
        #[cfg(feature = "postgres")]
        if kind == Kind::Postgres
            && let Some(url) = crate::postgres::url()
        {
            let schema = crate::postgres::fresh_schema();
            return Self::Schema { url, schema };
        }
        let _ = kind;
        let folder = tempfile::tempdir().unwrap();
        Self::File {
            path: folder.path().join("inside.db"),
            _folder: folder,
        }
    }

    /// A store of its own, as another process has it. Only files go by this clock.
    pub async fn open(&self, clock: &Clock) -> Arc<dyn Store> {
        match self {
            Self::File { path, .. } => Arc::new(SqliteStore::open_with_clock(path, clock.clone()).unwrap()),
            #[cfg(feature = "postgres")]
            Self::Schema { url, schema } => Arc::new(
                tenon_runtime::store::postgres::PostgresStore::open(url, schema)
                    .await
                    .unwrap(),
            ),
        }
    }

    /// What is said, or expected, by the kind.
    pub fn its<T>(&self, sqlite: T, postgres: T) -> T {
        let _ = &postgres;
        match self {
            Self::File { .. } => sqlite,
            #[cfg(feature = "postgres")]
            Self::Schema { .. } => postgres,
        }
    }

    /// Runs statements past the store.
    pub async fn sql(&self, statements: &str) {
        match self {
            Self::File { path, .. } => connect(path).execute_batch(statements).unwrap(),
            #[cfg(feature = "postgres")]
            Self::Schema { url, schema } => {
                crate::postgres::texts(url, schema, statements).await;
            }
        }
    }

    /// The first column of a query past the store.
    pub async fn texts(&self, query: &str) -> Vec<String> {
        match self {
            Self::File { path, .. } => {
                let connection = connect(path);
                let mut statement = connection.prepare(query).unwrap();
                let rows = statement.query_map([], |row| row.get(0)).unwrap();
                rows.map(|value| text_of(&value.unwrap())).collect()
            }
            #[cfg(feature = "postgres")]
            Self::Schema { url, schema } => crate::postgres::texts(url, schema, query).await,
        }
    }
}

/// The time of a store.
#[derive(Clone, Debug)]
pub struct Time {
    /// That of files.
    pub clock: Clock,
    /// PostgreSQL has its own; moving all its times back is the same as moving the clock forward.
    pub place: Arc<Place>,
}

impl Time {
    /// Lets so much time pass.
    pub async fn advance(&self, by: Duration) {
        match &*self.place {
            Place::File { .. } => self.clock.advance(by),
            #[cfg(feature = "postgres")]
            Place::Schema { .. } => {
                let back = format!("interval '{} microseconds'", by.as_micros());
                let times = ["eta", "lease_until", "created_at", "started_at", "finished_at"];
                let times = times.map(|column| format!("{column} = {column} - {back}")).join(", ");
                self.place.sql(&format!("update job set {times}")).await;
            }
        }
    }

    /// Microseconds since 1970.
    pub fn now_us(&self) -> i64 {
        self.place
            .its(self.clock.now_us(), jiff::Timestamp::now().as_microsecond())
    }
}

fn connect(path: &std::path::Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
}

fn text_of(value: &rusqlite::types::Value) -> String {
    match value {
        rusqlite::types::Value::Null => "null".to_owned(),
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Real(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text.clone(),
        rusqlite::types::Value::Blob(bytes) => format!("{bytes:?}"),
    }
}
