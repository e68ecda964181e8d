//! Makes the tables of the models in the database and adds to them later. What is more than an addition is refused.

use std::borrow::Cow;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, params};

use crate::fold::fold;
use crate::store::StoreError;
use crate::store::catalog::Catalog;
use crate::store::sql::change::{Step, additions};
use crate::store::sql::table::{Column, Schema};
use crate::store::sql::{Dialect, definition, statement};

use super::store_error;

const DIALECT: Dialect = Dialect::Sqlite;
const WHAT: &str = "the tables of the models";

/// Brings the tables to what is wanted, inside the caller's transaction: of several processes one does it.
pub(super) fn bring_up_to_date(transaction: &Transaction<'_>, wanted: &Catalog) -> Result<(), StoreError> {
    if fingerprint(transaction)?.as_deref() == Some(wanted.fingerprint()) {
        return Ok(());
    }
    let present = tables(transaction)?;
    let change = additions(&present, wanted.schema()).map_err(|reasons| refused(does_not_fit(&reasons)))?;
    for step in &change.steps {
        add(transaction, step).map_err(|error| store_error(WHAT, &error))?;
    }
    if change.result != present {
        keep(transaction, &change.result)?;
    }
    Ok(())
}

/// The tables that the database has.
pub(super) fn tables(connection: &Connection) -> Result<Schema, StoreError> {
    let mut statement = prepared(connection, include_str!("schema_present.sql"))?;
    let text = statement.query_row([], |row| row.get::<_, String>(0)).optional();
    match text.map_err(|error| store_error(WHAT, &error))? {
        None => Ok(Schema::default()),
        Some(text) => serde_json::from_str(&text).map_err(|error| {
            refused(format!(
                "what the database says of its own tables cannot be read: {error}"
            ))
        }),
    }
}

/// The same, read only where a newer program has added to what this one knows.
pub(super) fn tables_beside<'a>(connection: &Connection, known: &'a Catalog) -> Result<Cow<'a, Schema>, StoreError> {
    if fingerprint(connection)?.as_deref() == Some(known.fingerprint()) {
        Ok(Cow::Borrowed(known.schema()))
    } else {
        tables(connection).map(Cow::Owned)
    }
}

fn fingerprint(connection: &Connection) -> Result<Option<String>, StoreError> {
    let mut statement = prepared(connection, include_str!("schema_fingerprint.sql"))?;
    let fingerprint = statement.query_row([], |row| row.get(0)).optional();
    fingerprint.map_err(|error| store_error(WHAT, &error))
}

fn prepared<'a>(connection: &'a Connection, statement: &str) -> Result<CachedStatement<'a>, StoreError> {
    connection
        .prepare_cached(statement)
        .map_err(|error| store_error(WHAT, &error))
}

fn does_not_fit(reasons: &[String]) -> String {
    format!(
        "they are not those that this program needs, and the difference is more than an addition: {}. \
         Nothing was changed. Keep the field as it was and add another one, or start with a new database",
        reasons.join("; ")
    )
}

fn keep(transaction: &Transaction<'_>, schema: &Schema) -> Result<(), StoreError> {
    let text = serde_json::to_string(schema).map_err(|error| refused(error.to_string()))?;
    let fingerprint = schema.fingerprint().map_err(|error| refused(error.to_string()))?;
    let write = || {
        transaction.execute(include_str!("schema_forget.sql"), [])?;
        transaction.execute(include_str!("schema_keep.sql"), params![fingerprint, text])
    };
    write().map(|_| ()).map_err(|error| store_error(WHAT, &error))
}

fn add(transaction: &Transaction<'_>, step: &Step) -> Result<(), rusqlite::Error> {
    match step {
        Step::Table(table) => {
            transaction.execute_batch(&definition::create_table(DIALECT, table))?;
            let index = |index| transaction.execute_batch(&definition::create_index(&table.name, index));
            table.indexes.iter().try_for_each(index)
        }
        Step::Column(table, column) => {
            transaction.execute_batch(&definition::add_column(DIALECT, table, column))?;
            fill_shadow(transaction, table, column)
        }
        Step::Shadow(table, column) => fill_shadow(transaction, table, column),
        Step::Index(table, index) => transaction.execute_batch(&definition::create_index(table, index)),
    }
}

/// A shadow that is new or stale gets the folded texts of the rows that are there.
fn fill_shadow(transaction: &Transaction<'_>, table: &str, column: &Column) -> Result<(), rusqlite::Error> {
    let Some(source) = &column.folds else { return Ok(()) };
    transaction.execute(&statement::empty_shadow(table, &column.name), [])?;
    let mut read = transaction.prepare(&statement::unfolded(table, source))?;
    let mut write = transaction.prepare(&statement::write_shadow(DIALECT, table, &column.name))?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let (id, text): (i64, String) = (row.get(0)?, row.get(1)?);
        write.execute(params![fold(&text), id])?;
    }
    Ok(())
}

fn refused(reason: String) -> StoreError {
    StoreError::Refused {
        what: WHAT.to_owned(),
        reason,
    }
}
