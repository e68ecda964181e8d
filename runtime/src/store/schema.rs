//! Makes the tables of the models in the database and adds to them later. What is more than an addition is refused here and
//! done by a migration that a person has agreed to.

use std::borrow::Cow;

use crate::fold::fold;
use crate::store::StoreError;
use crate::store::catalog::Catalog;
use crate::store::database::{Database, Row};
use crate::store::fixed::Fixed;
use crate::store::sql::change::{Asking, Change, Step, compare};
use crate::store::sql::table::{Column, Schema};
use crate::store::sql::{definition, reshape, statement};

/// What statements about tables are about, for messages.
pub(super) const WHAT: &str = "the tables of the models";
/// Rows whose texts are folded between two reads.
const AT_ONCE: i64 = 1000;

/// What the database says of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// No program has run on it since.
    Newest,
    /// A newer one has added to the tables.
    Older,
    /// The tables became others since: it must not write.
    Retired,
    /// It never ran here.
    Unknown,
}

/// Brings the tables to what is wanted, inside the caller's transaction: of several processes one does it.
pub(super) async fn bring_up_to_date<D: Database>(database: &D, wanted: &Catalog) -> Result<(), StoreError> {
    if is_up_to_date(database, wanted).await? {
        return Ok(());
    }
    let present = tables(database).await?;
    let standing = standing(database, wanted).await?;
    let asking = match standing {
        Standing::Retired => return Err(refused(RETIRED.to_owned())),
        Standing::Newest | Standing::Older => Asking::Known,
        Standing::Unknown => Asking::New,
    };
    let change = compare(&present, wanted.schema(), wanted.hints(), asking);
    let reasons = change.more_than_additions();
    if !reasons.is_empty() {
        return Err(refused(does_not_fit(&reasons)));
    }
    carry_out(database, &change).await?;
    if change.result != present {
        keep(database, &change.result).await?;
    }
    match standing {
        Standing::Unknown => make_newest(database, wanted).await,
        Standing::Newest | Standing::Older | Standing::Retired => Ok(()),
    }
}

/// Whether the database has exactly these tables.
pub(super) async fn is_up_to_date<D: Database>(database: &D, wanted: &Catalog) -> Result<bool, StoreError> {
    let text = Fixed::SchemaFingerprint.text(D::DIALECT);
    Ok(first_text(database, text).await?.as_deref() == Some(wanted.fingerprint()))
}

/// What the database says of the program that brings these models.
pub(super) async fn standing<D: Database>(database: &D, wanted: &Catalog) -> Result<Standing, StoreError> {
    let text = Fixed::SchemaPrograms.text(D::DIALECT);
    let mut standing = Standing::Unknown;
    for mut row in database.rows(WHAT, text, &[]).await? {
        let (fingerprint, is_retired) = (row.text(0)?, row.int(1)? != 0);
        standing = match (fingerprint == wanted.fingerprint(), standing) {
            (true, _) if is_retired => Standing::Retired,
            (true, _) => Standing::Newest,
            (false, Standing::Newest) => Standing::Older,
            (false, Standing::Older | Standing::Retired | Standing::Unknown) => standing,
        };
    }
    Ok(standing)
}

/// From now on this program is the one that the tables are for.
pub(super) async fn make_newest<D: Database>(database: &D, program: &Catalog) -> Result<(), StoreError> {
    let text = Fixed::SchemaProgram.text(D::DIALECT);
    database
        .execute(WHAT, text, &[program.fingerprint().into()])
        .await
        .map(|_| ())
}

/// No program of before may write any more.
pub(super) async fn retire_all<D: Database>(database: &D) -> Result<(), StoreError> {
    let text = Fixed::SchemaRetire.text(D::DIALECT);
    database.execute(WHAT, text, &[]).await.map(|_| ())
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

/// What the database says as its fingerprint; absent: it has no tables of models.
pub(super) async fn fingerprint<D: Database>(database: &D) -> Result<Option<String>, StoreError> {
    first_text(database, Fixed::SchemaFingerprint.text(D::DIALECT)).await
}

async fn first_text<D: Database>(database: &D, text: &str) -> Result<Option<String>, StoreError> {
    let rows = database.rows(WHAT, text, &[]).await?;
    rows.into_iter().next().map(|mut row| row.text(0)).transpose()
}

const RETIRED: &str = "this program is older than the database: its tables became those of a newer program, and values that this one \
     writes would be in the wrong place. Nothing was changed. Run the newer program; `db plan` of this one shows what \
     the way back would be";

fn does_not_fit(reasons: &[String]) -> String {
    format!(
        "they are not those that this program needs, and the difference is more than an addition: {}. \
         Nothing was changed. `db plan` shows what is to be done and what it costs, `db migrate` does it",
        reasons.join("; ")
    )
}

/// Writes down which tables the database has from now on.
pub(super) async fn keep<D: Database>(database: &D, schema: &Schema) -> Result<(), StoreError> {
    let text = serde_json::to_string(schema).map_err(|error| refused(error.to_string()))?;
    let fingerprint = schema.fingerprint().map_err(|error| refused(error.to_string()))?;
    database
        .execute(WHAT, Fixed::SchemaForget.text(D::DIALECT), &[])
        .await?;
    let kept = [(&fingerprint).into(), (&text).into()];
    let keep = Fixed::SchemaKeep.text(D::DIALECT);
    database.execute(WHAT, keep, &kept).await?;
    fail::fail_point!("migration::step");
    Ok(())
}

/// Runs all steps.
pub(super) async fn carry_out<D: Database>(database: &D, change: &Change) -> Result<(), StoreError> {
    for step in &change.steps {
        for text in statements::<D>(step) {
            define(database, &text).await?;
        }
        if let Step::Column(table, column) | Step::Shadow(table, column) = step {
            fill_shadow(database, table, column).await?;
        }
    }
    for text in foreign_keys::<D>(change) {
        define(database, &text).await?;
    }
    Ok(())
}

async fn define<D: Database>(database: &D, text: &str) -> Result<(), StoreError> {
    database.define(WHAT, text).await?;
    // Tests end the process here.
    fail::fail_point!("migration::step");
    Ok(())
}

/// All statements of a change; what has none is said as a comment.
pub(super) fn all_statements<D: Database>(change: &Change) -> Vec<String> {
    let steps = change.steps.iter().flat_map(|step| {
        let mut all = statements::<D>(step);
        if let Step::Column(table, column) | Step::Shadow(table, column) = step
            && let Some(source) = &column.folds
        {
            let words = format!(
                "-- {table}.{} gets the texts of {source} without case and accents",
                column.name
            );
            all.push(words);
        }
        all
    });
    steps.chain(foreign_keys::<D>(change)).collect()
}

fn statements<D: Database>(step: &Step) -> Vec<String> {
    match step {
        Step::Table(table) => {
            let indexes = table.indexes.iter();
            let indexes = indexes.map(|index| definition::create_index(&table.name, index));
            std::iter::once(definition::create_table(D::DIALECT, table))
                .chain(indexes)
                .collect()
        }
        Step::Column(table, column) => vec![definition::add_column(D::DIALECT, table, column)],
        Step::Shadow(..) => Vec::new(),
        Step::Index(table, index) => vec![definition::create_index(table, index)],
        Step::Reshape(reshape) => reshape::statements(D::DIALECT, reshape),
        Step::DropTables(tables) => reshape::drop_tables(D::DIALECT, tables),
    }
}

fn foreign_keys<D: Database>(change: &Change) -> impl Iterator<Item = String> {
    let columns = change.steps.iter().flat_map(columns);
    columns.filter_map(|(table, column)| definition::foreign_key(D::DIALECT, table, column))
}

/// Columns that an addition makes.
fn columns(step: &Step) -> Vec<(&str, &Column)> {
    match step {
        Step::Table(table) => {
            let columns = table.columns.iter();
            columns.map(|column| (table.name.as_str(), column)).collect()
        }
        Step::Column(table, column) => vec![(table, column)],
        Step::Shadow(..) | Step::Index(..) | Step::Reshape(_) | Step::DropTables(_) => Vec::new(),
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

/// The tables are refused.
pub(super) fn refused(reason: String) -> StoreError {
    StoreError::Refused {
        what: WHAT.to_owned(),
        reason,
    }
}
