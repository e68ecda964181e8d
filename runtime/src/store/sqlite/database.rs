//! A connection of SQLite inside a transaction, for what is written once for all stores.

use rusqlite::types::Value as Held;
use rusqlite::{Connection, Error, params_from_iter};

use crate::store::StoreError;
use crate::store::database::{Answers, Database, Row, Value};
use crate::store::sql::Dialect;
use crate::store::sql::table::Holds;
use crate::value::Stored;

use super::error::store_error;
use super::value::{Bound, stored};

/// A row, out of the statement that answered it.
pub(crate) struct SqliteRow(Vec<Held>);

impl Row for SqliteRow {
    fn take(&mut self, column: usize, holds: Holds) -> Result<Stored, String> {
        let value = self.0.get_mut(column).map(|value| std::mem::replace(value, Held::Null));
        stored(holds, value.ok_or("there is no such column")?)
    }
}

impl Database for Connection {
    type Row = SqliteRow;
    const DIALECT: Dialect = Dialect::Sqlite;
    const ANSWERS: Answers = Answers::AtOnce;

    async fn execute(&self, about: &str, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let run = || self.prepare_cached(text)?.execute(bound(values));
        let written = run().map_err(|error| store_error(about, &error))?;
        Ok(u64::try_from(written).unwrap_or(u64::MAX))
    }

    async fn rows(&self, about: &str, text: &str, values: &[Value<'_>]) -> Result<Vec<SqliteRow>, StoreError> {
        all_rows(self, text, values).map_err(|error| store_error(about, &error))
    }

    async fn insert(&self, about: &str, text: &str, values: &[Value<'_>]) -> Result<Option<i64>, StoreError> {
        let run = || self.prepare_cached(text)?.query_row(bound(values), |row| row.get(0));
        unless_twin(about, run())
    }

    async fn update_unique(&self, about: &str, text: &str, values: &[Value<'_>]) -> Result<Option<u64>, StoreError> {
        let run = || self.prepare_cached(text)?.execute(bound(values));
        let written = run().map(|written| u64::try_from(written).unwrap_or(u64::MAX));
        unless_twin(about, written)
    }

    async fn define(&self, about: &str, text: &str) -> Result<(), StoreError> {
        self.execute_batch(text).map_err(|error| store_error(about, &error))
    }
}

fn bound<'v>(values: &'v [Value<'v>]) -> impl rusqlite::Params {
    params_from_iter(values.iter().map(|value| Bound(*value)))
}

fn all_rows(connection: &Connection, text: &str, values: &[Value<'_>]) -> Result<Vec<SqliteRow>, Error> {
    let mut statement = connection.prepare_cached(text)?;
    let columns = statement.column_count();
    let mut rows = statement.query(bound(values))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| row.get(column));
        all.push(SqliteRow(values.collect::<Result<_, _>>()?));
    }
    Ok(all)
}

/// A constraint undoes its statement only: the transaction goes on.
fn unless_twin<T>(about: &str, written: Result<T, Error>) -> Result<Option<T>, StoreError> {
    match written {
        Ok(written) => Ok(Some(written)),
        Err(error) if not_unique(&error) => Ok(None),
        Err(error) => Err(store_error(about, &error)),
    }
}

/// Whether a statement met a unique index.
fn not_unique(error: &Error) -> bool {
    const EXTENDED: [i32; 2] = [
        rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
        rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
    ];
    error
        .sqlite_error()
        .is_some_and(|error| EXTENDED.contains(&error.extended_code))
}
