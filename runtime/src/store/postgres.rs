//! One schema of a PostgreSQL database as a store: sessions, transactions, errors. Knows no table of its own.
//!
//! Why a small pool of our own: a transaction needs a session to itself, so that one pipelined connection would run the
//! transactions of a process one after another. Eight sessions serve a process whose work is claimed and completed by the
//! hundred, and a pool library would add recycling rules and a second error type to what is a list and a semaphore here.
//! Heartbeats have a session of their own, so that a full pool or a long transaction never delays them.
//!
//! Connections are not encrypted; an address that demands it (`sslmode=require`) is refused when it is opened.

mod database;
mod error;
mod jobs;
mod maintenance;
mod migrate;
mod pool;
mod records;
mod value;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_postgres::Config;

use crate::effect::Effects;
use crate::queue::seam::Seams;
use crate::store::StoreError;
use crate::store::catalog::Catalog;

use pool::Pool;

const SESSIONS: usize = 8;
/// PostgreSQL cuts longer names.
const LONGEST_NAME: usize = 63;
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// A schema of a PostgreSQL database; clones share it.
#[derive(Clone)]
pub struct PostgresStore {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    schema: String,
    config: Config,
    sessions: Pool,
    heartbeats: Pool,
    /// Absent until the models are prepared.
    catalog: RwLock<Option<Arc<Catalog>>>,
    effects: RwLock<Option<Arc<dyn Effects>>>,
    seams: Seams,
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("PostgresStore")
            .field("name", &self.inner.name)
            .finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Connects, makes the schema if there is none, and brings its tables up to date.
    ///
    /// `url` is `postgres://user:password@host:port/database` or `host=.. user=.. dbname=..`.
    pub async fn open(url: &str, schema: &str) -> Result<Self, StoreError> {
        Self::open_with_seams(url, schema, Seams::none(LOCK_TIMEOUT)).await
    }

    /// The same for tests that reach inside.
    #[doc(hidden)]
    pub async fn open_with_seams(url: &str, schema: &str, seams: Seams) -> Result<Self, StoreError> {
        let config: Config = url
            .parse()
            .map_err(|error: tokio_postgres::Error| StoreError::Unavailable {
                name: "PostgreSQL".to_owned(),
                reason: format!(
                    "its address cannot be read: {error}; write postgres://user:password@host:port/database"
                ),
            })?;
        let name = address(&config, schema);
        if schema.is_empty() || schema.len() > LONGEST_NAME || schema.contains('\0') {
            let reason = format!("the schema {schema:?} needs a name of 1 to {LONGEST_NAME} bytes");
            return Err(StoreError::Unavailable { name, reason });
        }
        let pool = |size| Pool::new(size, config.clone(), name.clone(), schema, seams.lock_timeout);
        let (sessions, heartbeats) = (pool(SESSIONS), pool(1));
        migrate::bring_up_to_date(&sessions, schema).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                name,
                schema: schema.to_owned(),
                config: config.clone(),
                sessions,
                heartbeats,
                catalog: RwLock::default(),
                effects: RwLock::default(),
                seams,
            }),
        })
    }

    /// Sessions for everything but heartbeats.
    fn sessions(&self) -> &Pool {
        &self.inner.sessions
    }

    fn heartbeats(&self) -> &Pool {
        &self.inner.heartbeats
    }

    /// Its schema, which is all of the database that it uses.
    fn schema(&self) -> &str {
        &self.inner.schema
    }

    fn catalog(&self) -> Option<Arc<Catalog>> {
        let catalog = self.inner.catalog.read().unwrap_or_else(PoisonError::into_inner);
        catalog.clone()
    }

    fn keep_catalog(&self, catalog: Arc<Catalog>) {
        *self.inner.catalog.write().unwrap_or_else(PoisonError::into_inner) = Some(catalog);
    }

    /// Where effects of plans are found.
    fn effects(&self) -> Option<Arc<dyn Effects>> {
        let effects = self.inner.effects.read().unwrap_or_else(PoisonError::into_inner);
        effects.clone()
    }

    fn keep_effects(&self, effects: Arc<dyn Effects>) {
        *self.inner.effects.write().unwrap_or_else(PoisonError::into_inner) = Some(effects);
    }

    /// What tests changed of this store.
    fn seams(&self) -> &Seams {
        &self.inner.seams
    }
}

/// Where it is, without user and password.
fn address(config: &Config, schema: &str) -> String {
    use tokio_postgres::config::Host;
    let host = config.get_hosts().first().map_or_else(
        || "localhost".to_owned(),
        |host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(folder) => folder.display().to_string(),
        },
    );
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("{host}:{port}/{}.{schema}", config.get_dbname().unwrap_or_default())
}
