//! Whether a database is what it says of itself: its tables, their columns, and bindings that lead somewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::StoreError;
use crate::store::agreed::{count, plan};
use crate::store::catalog::Catalog;
use crate::store::database::{Database, Row};
use crate::store::fixed::Fixed;
use crate::store::migration::{Finding, Purpose, Size};
use crate::store::schema;
use crate::store::sql::definition::real_columns;
use crate::store::sql::orphan;
use crate::store::sql::table::{Role, Schema};

/// What all stores can say; each adds what only it knows.
pub(super) async fn findings<D: Database>(database: &D, wanted: &Catalog) -> Result<Vec<Finding>, StoreError> {
    let present = schema::tables(database).await?;
    Ok(vec![
        fingerprint(database, &present).await?,
        real_tables(database, &present).await?,
        program(database, wanted).await?,
        orphan_bindings(database, &present).await?,
    ])
}

fn finding(what: &str, problems: Vec<String>, note: Option<String>) -> Finding {
    Finding {
        what: what.to_owned(),
        problems,
        note,
    }
}

async fn fingerprint<D: Database>(database: &D, present: &Schema) -> Result<Finding, StoreError> {
    let written = schema::fingerprint(database).await?;
    let real = present
        .fingerprint()
        .map_err(|error| schema::refused(error.to_string()))?;
    let problem = match &written {
        Some(written) if *written != real => {
            vec!["the fingerprint is not that of the tables written down: restore a backup".to_owned()]
        }
        Some(_) | None => Vec::new(),
    };
    let note = written.map_or_else(
        || "no program has made tables here yet".to_owned(),
        |written| written.chars().take(16).collect(),
    );
    Ok(finding("fingerprint", problem, Some(note)))
}

/// Columns by table: name to type and whether null is refused.
type Columns = BTreeMap<String, BTreeMap<String, (String, bool)>>;

async fn real_tables<D: Database>(database: &D, present: &Schema) -> Result<Finding, StoreError> {
    let mut real = Columns::new();
    let text = Fixed::ColumnsPresent.text(D::DIALECT);
    for mut row in database.rows(schema::WHAT, text, &[]).await? {
        let (table, column, kind, required) = (row.text(0)?, row.text(1)?, row.text(2)?, row.int(3)? != 0);
        real.entry(table).or_default().insert(column, (kind, required));
    }
    let mut indexes = BTreeSet::new();
    for mut row in database
        .rows(schema::WHAT, Fixed::IndexesPresent.text(D::DIALECT), &[])
        .await?
    {
        indexes.insert(row.text(0)?);
    }
    let mut problems = Vec::new();
    for table in present.tables.values() {
        let missing = table.indexes.iter().filter(|index| !indexes.contains(&index.name));
        problems.extend(missing.map(|index| format!("the index {} of {} is missing", index.name, table.of)));
        let Some(columns) = real.get(&table.name) else {
            problems.push(format!("the table {} of {} is missing", table.name, table.of));
            continue;
        };
        let wanted = real_columns(D::DIALECT, table);
        for (name, kind, required) in &wanted {
            match columns.get(name) {
                None => problems.push(format!("{}.{name} is missing from the table {}", table.of, table.name)),
                Some((real, _)) if real != kind => {
                    problems.push(format!("{}.{name} is kept as {real} and should be {kind}", table.of));
                }
                Some((_, real)) if real != required => {
                    let word = if *real { "refuses" } else { "allows" };
                    problems.push(format!("{}.{name} {word} null, and should not", table.of));
                }
                Some(_) => {}
            }
        }
        let unknown = columns
            .keys()
            .filter(|name| !wanted.iter().any(|(known, ..)| known == *name));
        problems.extend(unknown.map(|name| format!("{} has a column {name} that no program made", table.name)));
    }
    let note = format!("{} tables", present.tables.len());
    Ok(finding("tables", problems, Some(note)))
}

async fn program<D: Database>(database: &D, wanted: &Catalog) -> Result<Finding, StoreError> {
    let plan = plan(database, wanted, Purpose::Migrate).await?;
    let (problems, note) = match plan.size {
        Size::Nothing => (Vec::new(), plan.warnings.into_iter().next()),
        Size::Additions => (Vec::new(), Some("the next start adds to the tables".to_owned())),
        Size::More => (vec!["this program needs other tables: see `db plan`".to_owned()], None),
    };
    Ok(finding("program", problems, note))
}

async fn orphan_bindings<D: Database>(database: &D, present: &Schema) -> Result<Finding, StoreError> {
    let (mut problems, mut tables) = (Vec::new(), 0);
    for table in present.tables.values().filter(|table| table.role == Role::Bindings) {
        tables += 1;
        let internal = table.columns.iter().find(|column| column.name == "internal_id");
        let Some(records) = internal.and_then(|column| column.refers.as_ref()) else {
            continue;
        };
        match count(database, &orphan::count_bindings(&table.name, &records.table)).await? {
            0 => {}
            rows => problems.push(format!("{rows} bindings of {} lead to no record", table.of)),
        }
    }
    Ok(finding("bindings", problems, Some(format!("{tables} types"))))
}
