//! Records by number, with columns and lists.

use rusqlite::Connection;

use crate::model::{Model, ModelKind};
use crate::store::StoreError;
use crate::store::sql::table::Holds;
use crate::store::sql::{Dialect, link_table, statement};
use crate::value::{RecordId, Stored, StoredRecord};

use super::super::store_error;
use super::super::value::{count, stored};

const DIALECT: Dialect = Dialect::Sqlite;
/// Columns of a row before the fields: position, number, version.
const FIRST: usize = 3;

enum Field {
    Column {
        name: &'static str,
        column: String,
        holds: Holds,
    },
    List {
        name: &'static str,
        table: String,
    },
}

/// One query for all records and one for each list.
pub(in super::super) fn read(
    connection: &Connection,
    model: &'static Model,
    ids: &[RecordId],
    fields: &[&'static str],
) -> Result<Vec<Option<StoredRecord>>, StoreError> {
    let fields = fields
        .iter()
        .map(|name| field(model, name))
        .collect::<Result<Vec<_>, _>>()?;
    let list = serde_json::to_string(ids).map_err(|error| refused(model, error.to_string()))?;
    let mut records: Vec<Option<StoredRecord>> = ids.iter().map(|_| None).collect();
    read_columns(connection, model, &list, &fields, &mut records)?;
    for (number, field) in fields.iter().enumerate() {
        if let Field::List { table, .. } = field {
            read_links(connection, model, &list, table, number, &mut records)?;
        }
    }
    Ok(records)
}

fn field(model: &'static Model, name: &str) -> Result<Field, StoreError> {
    let field = model
        .field(name)
        .ok_or_else(|| refused(model, format!("there is no field {name}")))?;
    match (Holds::of(field.kind), field.kind) {
        (Some(holds), _) => Ok(Field::Column {
            name: field.name,
            column: field.column(),
            holds,
        }),
        (None, ModelKind::ManyToMany { .. }) => Ok(Field::List {
            name: field.name,
            table: link_table(&model.table_name(), field.name),
        }),
        (None, _) => Err(refused(
            model,
            format!("{name} has no column: search the records that refer to this one"),
        )),
    }
}

fn read_columns(
    connection: &Connection,
    model: &'static Model,
    list: &str,
    fields: &[Field],
    records: &mut [Option<StoredRecord>],
) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| store_error(model.name, &error);
    let columns: Vec<&str> = fields.iter().filter_map(column).collect();
    let text = statement::read(DIALECT, &model.table_name(), &columns);
    let mut statement = connection.prepare_cached(&text).map_err(failed)?;
    let mut rows = statement.query([list]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let mut values = Vec::with_capacity(fields.len());
        let mut next = FIRST;
        for field in fields {
            values.push(match field {
                Field::List { name, .. } => (*name, Stored::Refs(Vec::new())),
                Field::Column { name, holds, .. } => {
                    let value = stored(*holds, row.get_ref(next).map_err(failed)?);
                    next += 1;
                    (
                        *name,
                        value.map_err(|reason| refused(model, format!("{name}: {reason}")))?,
                    )
                }
            });
        }
        let position: usize = count(row, 0).map_err(failed)?;
        let (id, version) = (RecordId(row.get(1).map_err(failed)?), row.get(2).map_err(failed)?);
        if let Some(place) = records.get_mut(position) {
            *place = Some(StoredRecord {
                model,
                id,
                version,
                fields: values,
            });
        }
    }
    Ok(())
}

fn column(field: &Field) -> Option<&str> {
    match field {
        Field::Column { column, .. } => Some(column),
        Field::List { .. } => None,
    }
}

fn read_links(
    connection: &Connection,
    model: &Model,
    list: &str,
    table: &str,
    number: usize,
    records: &mut [Option<StoredRecord>],
) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| store_error(model.name, &error);
    let mut statement = connection
        .prepare_cached(&statement::read_links(DIALECT, table))
        .map_err(failed)?;
    let mut rows = statement.query([list]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let (position, listed): (usize, i64) = (count(row, 0).map_err(failed)?, row.get(1).map_err(failed)?);
        let record = records.get_mut(position).and_then(Option::as_mut);
        if let Some((_, Stored::Refs(ids))) = record.and_then(|record| record.fields.get_mut(number)) {
            ids.push(RecordId(listed));
        }
    }
    Ok(())
}

fn refused(model: &Model, reason: String) -> StoreError {
    StoreError::Refused {
        what: model.name.to_owned(),
        reason,
    }
}
