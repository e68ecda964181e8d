//! Makes the tables of the models in the database and adds to them later. What is more than an addition is refused.

use std::borrow::Cow;

use crate::fold::fold;
use crate::store::StoreError;
use crate::store::catalog::Catalog;
use crate::store::database::{Database, Row};
use crate::store::fixed::Fixed;
use crate::store::sql::change::{Step, additions};
use crate::store::sql::table::{Column, Schema};
use crate::store::sql::{definition, statement};

const WHAT: &str = "the tables of the models";
/// Rows whose texts are folded between two reads.
const AT_ONCE: i64 = 1000;

/// Brings the tables to what is wanted, inside the caller's transaction: of several processes one does it.
pub(super) async fn bring_up_to_date<D: Database>(database: &D, wanted: &Catalog) -> Result<(), StoreError> {
    if is_up_to_date(database, wanted).await? {
        return Ok(());
    }
    let present = tables(database).await?;
    let change = additions(&present, wanted.schema()).map_err(|reasons| refused(does_not_fit(&reasons)))?;
    for step in &change.steps {
        add(database, step).await?;
    }
    for (table, column) in change.steps.iter().flat_map(columns) {
        if let Some(text) = definition::foreign_key(D::DIALECT, table, column) {
            database.define(WHAT, &text).await?;
        }
    }
    if change.result != present {
        keep(database, &change.result).await?;
    }
    Ok(())
}

/// Whether the database has exactly these tables.
pub(super) async fn is_up_to_date<D: Database>(database: &D, wanted: &Catalog) -> Result<bool, StoreError> {
    let text = Fixed::SchemaFingerprint.text(D::DIALECT);
    Ok(first_text(database, text).await?.as_deref() == Some(wanted.fingerprint()))
}

/// The tables that the database has.
pub(super) async fn tables<D: Database>(database: &D) -> Result<Schema, StoreError> {
    match first_text(database, Fixed::SchemaPresent.text(D::DIALECT)).await? {
        None => Ok(Schema::default()),
        Some(text) => serde_json::from_str(&text).map_err(|error| {
            refused(format!(
                "what the database says of its own tables cannot be read: {error}"
            ))
        }),
    }
}

/// The same, read only where a newer program has added to what this one knows.
pub(super) async fn tables_beside<'a, D: Database>(
    database: &D,
    known: &'a Catalog,
) -> Result<Cow<'a, Schema>, StoreError> {
    match is_up_to_date(database, known).await? {
        true => Ok(Cow::Borrowed(known.schema())),
        false => tables(database).await.map(Cow::Owned),
    }
}

async fn first_text<D: Database>(database: &D, text: &str) -> Result<Option<String>, StoreError> {
    let rows = database.rows(WHAT, text, &[]).await?;
    rows.into_iter().next().map(|mut row| row.text(0)).transpose()
}

fn does_not_fit(reasons: &[String]) -> String {
    format!(
        "they are not those that this program needs, and the difference is more than an addition: {}. \
         Nothing was changed. Keep the field as it was and add another one, or start with a new database",
        reasons.join("; ")
    )
}

async fn keep<D: Database>(database: &D, schema: &Schema) -> Result<(), StoreError> {
    let text = serde_json::to_string(schema).map_err(|error| refused(error.to_string()))?;
    let fingerprint = schema.fingerprint().map_err(|error| refused(error.to_string()))?;
    database
        .execute(WHAT, Fixed::SchemaForget.text(D::DIALECT), &[])
        .await?;
    let kept = [(&fingerprint).into(), (&text).into()];
    let keep = Fixed::SchemaKeep.text(D::DIALECT);
    database.execute(WHAT, keep, &kept).await.map(|_| ())
}

async fn add<D: Database>(database: &D, step: &Step) -> Result<(), StoreError> {
    match step {
        Step::Table(table) => {
            database
                .define(WHAT, &definition::create_table(D::DIALECT, table))
                .await?;
            for index in &table.indexes {
                database
                    .define(WHAT, &definition::create_index(&table.name, index))
                    .await?;
            }
            Ok(())
        }
        Step::Column(table, column) => {
            database
                .define(WHAT, &definition::add_column(D::DIALECT, table, column))
                .await?;
            fill_shadow(database, table, column).await
        }
        Step::Shadow(table, column) => fill_shadow(database, table, column).await,
        Step::Index(table, index) => database.define(WHAT, &definition::create_index(table, index)).await,
    }
}

/// Columns that a step makes.
fn columns(step: &Step) -> Vec<(&str, &Column)> {
    match step {
        Step::Table(table) => {
            let columns = table.columns.iter();
            columns.map(|column| (table.name.as_str(), column)).collect()
        }
        Step::Column(table, column) => vec![(table, column)],
        Step::Shadow(..) | Step::Index(..) => Vec::new(),
    }
}

/// A shadow that is new or stale gets the folded texts of the rows that are there.
async fn fill_shadow<D: Database>(database: &D, table: &str, column: &Column) -> Result<(), StoreError> {
    let Some(source) = &column.folds else { return Ok(()) };
    database
        .execute(WHAT, &statement::empty_shadow(table, &column.name), &[])
        .await?;
    let write = statement::write_shadow(D::DIALECT, table, &column.name);
    let unfolded = statement::unfolded(D::DIALECT, table, source);
    let mut after = i64::MIN;
    loop {
        let rows = database.rows(WHAT, &unfolded, &[after.into(), AT_ONCE.into()]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for mut row in rows {
            let (id, text) = (row.int(0)?, row.text(1)?);
            database
                .execute(WHAT, &write, &[(&fold(&text)).into(), id.into()])
                .await?;
            after = id;
        }
    }
}

fn refused(reason: String) -> StoreError {
    StoreError::Refused {
        what: WHAT.to_owned(),
        reason,
    }
}
