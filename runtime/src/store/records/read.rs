//! Records by number, with columns and lists.

use crate::model::{Model, ModelKind};
use crate::store::StoreError;
use crate::store::database::{Database, Row};
use crate::store::sql::table::Holds;
use crate::store::sql::{link_table, statement};
use crate::value::{RecordId, Stored, StoredRecord};

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
pub(crate) async fn read<D: Database>(
    database: &D,
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
    read_columns(database, model, &list, &fields, &mut records).await?;
    for (number, field) in fields.iter().enumerate() {
        if let Field::List { table, .. } = field {
            read_links(database, model, &list, table, number, &mut records).await?;
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

async fn read_columns<D: Database>(
    database: &D,
    model: &'static Model,
    list: &str,
    fields: &[Field],
    records: &mut [Option<StoredRecord>],
) -> Result<(), StoreError> {
    let columns: Vec<&str> = fields.iter().filter_map(column).collect();
    let text = statement::read(D::DIALECT, &model.table_name(), &columns);
    for mut row in database.rows(model.name, &text, &[list.into()]).await? {
        let mut values = Vec::with_capacity(fields.len());
        let mut next = FIRST;
        for field in fields {
            values.push(match field {
                Field::List { name, .. } => (*name, Stored::Refs(Vec::new())),
                Field::Column { name, holds, .. } => {
                    let value = row.take(next, *holds);
                    next += 1;
                    (
                        *name,
                        value.map_err(|reason| refused(model, format!("{name}: {reason}")))?,
                    )
                }
            });
        }
        let position: usize = row.count(0)?;
        let (id, version) = (RecordId(row.int(1)?), row.int(2)?);
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

async fn read_links<D: Database>(
    database: &D,
    model: &Model,
    list: &str,
    table: &str,
    number: usize,
    records: &mut [Option<StoredRecord>],
) -> Result<(), StoreError> {
    let text = statement::read_links(D::DIALECT, table);
    for mut row in database.rows(model.name, &text, &[list.into()]).await? {
        let (position, listed): (usize, i64) = (row.count(0)?, row.int(1)?);
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
