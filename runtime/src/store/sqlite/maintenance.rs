//! What a person does with a SQLite file: plans, migrations, checks, copies. Migrations have a connection of their own, without
//! foreign keys: SQLite would take a table that is written anew for one whose rows are deleted.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rusqlite::Connection;

use crate::connector::ExternalType;
use crate::model::Model;
use crate::queue::seam::Guard;
use crate::store::StoreError;
use crate::store::catalog::Catalog;
use crate::store::database::ready;
use crate::store::migration::{Finding, Maintenance, Migrated, MigrationPlan, Purpose};
use crate::store::new_file::NewFile;
use crate::store::sql::Dialect;
use crate::store::{agreed, integrity};

use super::error::unavailable;
use super::time::Time;
use super::{SqliteStore, writer};

#[async_trait]
impl Maintenance for SqliteStore {
    async fn plan(
        &self,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
        purpose: Purpose,
    ) -> Result<MigrationPlan, StoreError> {
        let wanted = Catalog::of(Dialect::Sqlite, models, externals)?;
        self.read(move |connection| ready(agreed::plan(connection, &wanted, purpose)))
            .await
    }

    async fn migrate(
        &self,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
        purpose: Purpose,
        hash: &str,
    ) -> Result<Migrated, StoreError> {
        let wanted = Catalog::of(Dialect::Sqlite, models, externals)?;
        let (hash, guard) = (hash.to_owned(), self.seams().guards.migration);
        self.alone(move |connection, name| {
            let said = |error: &rusqlite::Error| unavailable(name, error);
            connection
                .pragma_update(None, "foreign_keys", false)
                .map_err(|error| said(&error))?;
            if guard == Guard::On {
                connection
                    .execute_batch("begin immediate")
                    .map_err(|error| said(&error))?;
            }
            let done = ready(agreed::carry_out(connection, &wanted, purpose, &hash))?;
            if let Some(table) = dangling(connection).map_err(|error| said(&error))?.into_iter().next() {
                return Err(StoreError::Refused {
                    what: format!("the migration of {name}"),
                    reason: format!("{table}; nothing was changed"),
                });
            }
            if guard == Guard::On {
                connection.execute_batch("commit").map_err(|error| said(&error))?;
            }
            Ok(done)
        })
        .await
    }

    async fn check(
        &self,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
    ) -> Result<Vec<Finding>, StoreError> {
        let wanted = Catalog::of(Dialect::Sqlite, models, externals)?;
        let name = self.name().to_owned();
        self.read(move |connection| {
            let mut findings = ready(integrity::findings(connection, &wanted))?;
            let problems = pages(connection).and_then(|mut problems| {
                problems.extend(dangling(connection)?);
                Ok(problems)
            });
            findings.push(Finding {
                what: "file".to_owned(),
                problems: problems.map_err(|error| unavailable(&name, &error))?,
                note: Some("integrity_check and foreign_key_check of SQLite".to_owned()),
            });
            Ok(findings)
        })
        .await
    }

    async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        let file = file.to_owned();
        self.alone(move |connection, _| copy(connection, &file)).await
    }

    fn place_of_backup(&self, hash: &str) -> PathBuf {
        PathBuf::from(format!("{}.before-{hash}", self.name()))
    }
}

impl SqliteStore {
    /// Runs work on a connection of its own, off the threads that answer others. What it leaves open is rolled back.
    async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (name, clock, timeout) = (self.name().to_owned(), self.clock().clone(), self.seams().lock_timeout);
        let path = self.inner.readers.as_ref().map(|readers| readers.path().to_owned());
        let Some(path) = path else {
            return Err(StoreError::Unsupported {
                store: "sqlite",
                what: "this for a database in memory".to_owned(),
            });
        };
        let done = tokio::task::spawn_blocking(move || {
            let said = |error: &rusqlite::Error| unavailable(&name, error);
            let connection = Connection::open(&path).map_err(|error| said(&error))?;
            writer::prepare(&connection, timeout).map_err(|error| said(&error))?;
            let time = Time::tell(&connection, clock).map_err(|error| said(&error))?;
            time.look();
            work(&connection, &name)
        });
        done.await.map_err(|_| StoreError::Unavailable {
            name: self.name().to_owned(),
            reason: "its work ended in the middle; nothing was changed".to_owned(),
        })?
    }
}

fn copy(connection: &Connection, file: &Path) -> Result<(), StoreError> {
    let new = NewFile::at(file)?;
    let said = |error: &rusqlite::Error| unavailable(&file.display().to_string(), error);
    connection
        .execute("vacuum into ?1", [new.part().display().to_string()])
        .map_err(|error| said(&error))?;
    let found = Connection::open(new.part()).and_then(|copied| pages(&copied));
    match found.map_err(|error| said(&error))?.as_slice() {
        [] => new.keep(),
        [first, ..] => Err(new.refused(format!("the copy is damaged: {first}"))),
    }
}

/// What SQLite finds wrong with its file.
fn pages(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = connection.prepare("pragma integrity_check")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// References that lead nowhere, by table.
fn dangling(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = connection
        .prepare("select \"table\", parent, count(*) from pragma_foreign_key_check group by 1, 2 order by 1, 2")?;
    let lines = statement.query_map([], |row| {
        let (table, parent, rows): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!(
            "{rows} references of the table {table} lead to no row of {parent}"
        ))
    })?;
    lines.collect()
}
