//! The whole inside as text, in a fixed order and without stamps: two databases that say the same hold the same.

use std::fmt::Write as _;

use rusqlite::{Connection, Row};

use crate::store::StoreError;
use crate::store::sql::statement::everything;
use crate::store::sql::table::{Column, Role, Schema, Table};
use crate::value::Stored;

use super::super::value::stored;
use super::super::{schema, store_error};

/// Reads what the database says of its own tables, so that it needs no models.
pub(super) fn dump(connection: &Connection) -> Result<String, StoreError> {
    let Schema { tables } = schema::tables(connection)?;
    let mut text = String::new();
    for table in tables.values() {
        let _ = writeln!(text, "== {}", table.of);
        dump_table(connection, table, &mut text)?;
    }
    Ok(text)
}

fn dump_table(connection: &Connection, table: &Table, text: &mut String) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| store_error(&table.of, &error);
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
    let mut statement = connection
        .prepare(&everything(&table.name, &columns, order))
        .map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        text.push_str(&head(table.role, row).map_err(failed)?);
        for (number, column) in (first.len()..).zip(&fields) {
            let value =
                stored(column.holds, row.get_ref(number).map_err(failed)?).map_err(|reason| StoreError::Refused {
                    what: format!("{}.{}", table.of, column.name),
                    reason,
                })?;
            let _ = write!(text, " {}={}", column.name, whole(&value));
        }
        text.push('\n');
    }
    Ok(())
}

fn head(role: Role, row: &Row<'_>) -> Result<String, rusqlite::Error> {
    let number = |column: usize| row.get::<_, i64>(column);
    Ok(match role {
        Role::Records => number(0)?.to_string(),
        Role::Links => format!("{} -> {}", number(0)?, number(1)?),
        Role::Languages => format!("{} {}", number(0)?, row.get::<_, String>(1)?),
        Role::Bindings => binding_head(row)?,
    })
}

fn binding_head(row: &Row<'_>) -> Result<String, rusqlite::Error> {
    let (instance, key): (String, String) = (row.get(0)?, row.get(1)?);
    let (record, parent): (Option<i64>, Option<i64>) = (row.get(2)?, row.get(3)?);
    let (revision, buried): (Option<String>, Option<i64>) = (row.get(4)?, row.get(5)?);
    let mut text = format!("{instance} {key:?}");
    match (record, buried) {
        (_, Some(_)) => text.push_str(" buried"),
        (Some(record), None) => {
            let _ = write!(text, " -> {record}");
        }
        (None, None) => text.push_str(" -> nothing"),
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
fn whole(value: &Stored) -> String {
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
        | Stored::DateTime(_)
        | Stored::Uuid(_)
        | Stored::New(_)
        | Stored::Refs(_) => crate::store::check::shown(value),
    }
}
