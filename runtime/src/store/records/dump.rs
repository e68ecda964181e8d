//! The whole inside as text, in a fixed order and without stamps: two databases that say the same hold the same.

use std::fmt::Write as _;

use crate::store::database::{Database, Row};
use crate::store::sql::statement::everything;
use crate::store::sql::table::{Column, Holds, Role, Schema, Table};
use crate::store::{StoreError, schema};
use crate::value::Stored;

/// Reads what the database says of its own tables, so that it needs no models.
pub(crate) async fn dump<D: Database>(database: &D) -> Result<String, StoreError> {
    let Schema { tables } = schema::tables(database).await?;
    let mut text = String::new();
    for table in tables.values() {
        let _ = writeln!(text, "== {}", table.of);
        dump_table(database, table, &mut text).await?;
    }
    Ok(text)
}

async fn dump_table<D: Database>(database: &D, table: &Table, text: &mut String) -> Result<(), StoreError> {
    let (first, order): (&[&str], &[&str]) = match table.role {
        Role::Records => (&["id"], &["id"]),
        Role::Links => (&["a", "b"], &["a", "position", "b"]),
        Role::Languages => (&["record_id", "lang"], &["record_id", "lang"]),
        Role::Bindings => (
            &["instance", "key", "internal_id", "parent_id", "revision", "buried_at"],
            &["instance", "key", "buried_at", "id"],
        ),
    };
    let shown = |column: &&Column| column.folds.is_none() && !first.contains(&column.name.as_str());
    let fields: Vec<&Column> = table.columns.iter().filter(shown).collect();
    let columns: Vec<&str> = first
        .iter()
        .copied()
        .chain(fields.iter().map(|column| column.name.as_str()))
        .collect();
    let statement = everything(&table.name, &columns, order);
    for mut row in database.rows(&table.of, &statement, &[]).await? {
        text.push_str(&head(table.role, &mut row)?);
        for (number, column) in (first.len()..).zip(&fields) {
            let value = row.take(number, column.holds).map_err(|reason| StoreError::Refused {
                what: format!("{}.{}", table.of, column.name),
                reason,
            })?;
            let _ = write!(text, " {}={}", column.name, whole(&value));
        }
        text.push('\n');
    }
    Ok(())
}

fn head(role: Role, row: &mut impl Row) -> Result<String, StoreError> {
    Ok(match role {
        Role::Records => row.int(0)?.to_string(),
        Role::Links => format!("{} -> {}", row.int(0)?, row.int(1)?),
        Role::Languages => format!("{} {}", row.int(0)?, row.text(1)?),
        Role::Bindings => binding_head(row)?,
    })
}

fn binding_head(row: &mut impl Row) -> Result<String, StoreError> {
    let (instance, key) = (row.text(0)?, row.text(1)?);
    let (record, parent) = (row.maybe_int(2)?, row.maybe_int(3)?);
    let revision = row.maybe_text(4)?;
    let buried = row.take(5, Holds::DateTime).map_err(|reason| StoreError::Refused {
        what: format!("the binding {key} of {instance}"),
        reason,
    })?;
    let mut text = format!("{instance} {key:?}");
    match (record, buried == Stored::Null) {
        (_, false) => text.push_str(" buried"),
        (Some(record), true) => {
            let _ = write!(text, " -> {record}");
        }
        (None, true) => text.push_str(" -> nothing"),
    }
    if let Some(parent) = parent {
        let _ = write!(text, " below {parent}");
    }
    if let Some(revision) = revision {
        let _ = write!(text, " at {revision:?}");
    }
    Ok(text)
}

/// A value in full.
pub(crate) fn whole(value: &Stored) -> String {
    match value {
        Stored::Text(text) | Stored::Json(text) => format!("{text:?}"),
        Stored::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Stored::Ref(id) => id.0.to_string(),
        Stored::Null
        | Stored::Int(_)
        | Stored::Decimal(_)
        | Stored::Bool(_)
        | Stored::Date(_)
        | Stored::Time(_)
        | Stored::Duration(_)
        | Stored::DateTime(_)
        | Stored::Uuid(_)
        | Stored::New(_)
        | Stored::Refs(_) => crate::store::check::shown(value),
    }
}
