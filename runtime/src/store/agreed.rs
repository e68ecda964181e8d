//! What it takes to make the tables of a database those of a program, counted and said before anything is done, and done
//! only as it was said.

use crate::store::StoreError;
use crate::store::catalog::Catalog;
use crate::store::database::{Database, Row};
use crate::store::migration::{Migrated, MigrationPlan, Purpose, Size, TablePlan, counted};
use crate::store::schema::{self, Standing};
use crate::store::sql::change::{Asking, Change, Step, compare, without_orphans};
use crate::store::sql::reshape;
use crate::store::sql::table::Schema;

/// Works a plan out.
pub(super) async fn plan<D: Database>(
    database: &D,
    wanted: &Catalog,
    purpose: Purpose,
) -> Result<MigrationPlan, StoreError> {
    work_out(database, wanted, purpose).await.map(|(plan, _)| plan)
}

/// Does what the plan of this hash says, inside the caller's transaction.
pub(super) async fn carry_out<D: Database>(
    database: &D,
    wanted: &Catalog,
    purpose: Purpose,
    hash: &str,
) -> Result<Migrated, StoreError> {
    let (plan, change) = work_out(database, wanted, purpose).await?;
    if plan.hash != hash {
        return Ok(Migrated::Changed(plan));
    }
    if !plan.hindrances.is_empty() {
        return Ok(Migrated::Hindered(plan));
    }
    schema::carry_out(database, &change).await?;
    schema::keep(database, &change.result).await?;
    if plan.size == Size::More {
        schema::retire_all(database).await?;
    }
    schema::make_newest(database, wanted).await?;
    Ok(Migrated::Done(plan))
}

async fn work_out<D: Database>(
    database: &D,
    wanted: &Catalog,
    purpose: Purpose,
) -> Result<(MigrationPlan, Change), StoreError> {
    let present = schema::tables(database).await?;
    let standing = schema::standing(database, wanted).await?;
    let (change, mut hindrances, warnings) = match purpose {
        Purpose::Migrate => {
            let (asking, warning) = asking(standing);
            let change = compare(&present, wanted.schema(), wanted.hints(), asking);
            (change, Vec::new(), warning)
        }
        Purpose::DropOrphans => (
            without_orphans(&present, wanted.schema()),
            not_newest(standing, &present, wanted),
            Vec::new(),
        ),
    };
    hindrances.extend(change.impossible.iter().cloned());
    hindrances.extend(hindering_rows(database, &change).await?);
    let lost = lost(database, &change).await?;
    let tables = tables(database, &present, &change).await?;
    let statements = schema::all_statements::<D>(&change);
    let size = match (
        change.result == present && statements.is_empty(),
        change.more_than_additions().is_empty(),
    ) {
        (_, false) => Size::More,
        (true, true) => Size::Nothing,
        (false, true) => Size::Additions,
    };
    let mut plan = MigrationPlan {
        size,
        tables,
        hindrances,
        lost,
        warnings,
        statements,
        hash: String::new(),
    };
    let before = schema::fingerprint(database).await?;
    plan.hash = hash(&plan, before.as_deref(), wanted.fingerprint());
    Ok((plan, change))
}

fn asking(standing: Standing) -> (Asking, Vec<String>) {
    match standing {
        Standing::Newest => (Asking::Known, Vec::new()),
        Standing::Older => {
            let text = "a newer program has added to the tables; this one runs beside it";
            (Asking::Known, vec![text.to_owned()])
        }
        Standing::Retired => {
            let text = "this program is older than the database: its plan goes back to tables of before, and the newer program must \
                        not run afterwards";
            (Asking::New, vec![text.to_owned()])
        }
        Standing::Unknown => (Asking::New, Vec::new()),
    }
}

/// What an older program does not name may be what a newer one needs.
fn not_newest(standing: Standing, present: &Schema, wanted: &Catalog) -> Vec<String> {
    let is_newest = standing == Standing::Newest || *present == *wanted.schema();
    let text = "this program is not the newest that has run on this database, and what it does not name may be what the newest needs: \
                use that one, or make this one the newest with `db plan` and `db migrate`";
    (!is_newest).then(|| text.to_owned()).into_iter().collect()
}

async fn hindering_rows<D: Database>(database: &D, change: &Change) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for step in &change.steps {
        let Step::Reshape(reshape) = step else { continue };
        for (condition, words) in &reshape.conditions {
            let text = reshape::count_hindering(D::DIALECT, reshape, condition);
            match count(database, &text).await? {
                0 => {}
                rows => found.push(format!(
                    "in {} of {}, {words}",
                    counted(rows, "row", "rows"),
                    reshape.old.of
                )),
            }
        }
    }
    Ok(found)
}

async fn lost<D: Database>(database: &D, change: &Change) -> Result<Vec<String>, StoreError> {
    let mut lost = Vec::new();
    for step in &change.steps {
        match step {
            Step::Reshape(reshape) => {
                for column in reshape.lost().into_iter().filter(|column| column.folds.is_none()) {
                    let text = reshape::count_values(&reshape.old.name, &column.name);
                    let values = count(database, &text).await?;
                    let values = counted(values, "value", "values");
                    lost.push(format!("{}.{}: {values}", reshape.old.of, column.name));
                }
            }
            Step::DropTables(tables) => {
                for table in tables {
                    let rows = count(database, &reshape::count(table)).await?;
                    lost.push(format!("the table {table}: {}", counted(rows, "row", "rows")));
                }
            }
            Step::Table(_) | Step::Column(..) | Step::Shadow(..) | Step::Index(..) => {}
        }
    }
    Ok(lost)
}

async fn tables<D: Database>(database: &D, present: &Schema, change: &Change) -> Result<Vec<TablePlan>, StoreError> {
    let mut tables: Vec<TablePlan> = Vec::new();
    for note in &change.notes {
        let text = match note.column.as_str() {
            "" => note.text.clone(),
            column => format!("{} {}", column.trim_start_matches(['.', ':', ' ']), note.text),
        };
        match tables.iter_mut().find(|table| table.of == note.of) {
            Some(table) => table.notes.push(text),
            None => {
                let of = present.tables.values().find(|table| table.of == note.of);
                let rows = match of {
                    Some(table) => Some(count(database, &reshape::count(&table.name)).await?),
                    None => None,
                };
                tables.push(TablePlan {
                    of: note.of.clone(),
                    rows,
                    notes: vec![text],
                });
            }
        }
    }
    Ok(tables)
}

pub(super) async fn count<D: Database>(database: &D, text: &str) -> Result<u64, StoreError> {
    let rows = database.rows(schema::WHAT, text, &[]).await?;
    rows.into_iter().next().map_or(Ok(0), |mut row| row.count(0))
}

/// Numbers of rows that only move are no part of it: a shop goes on selling while a person reads.
fn hash(plan: &MigrationPlan, before: Option<&str>, after: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&u64::try_from(text.len()).unwrap_or_default().to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(before.unwrap_or_default());
    add(after);
    for text in plan.statements.iter().chain(&plan.lost).chain(&plan.hindrances) {
        add(text);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}
