//! Where keys lead, and which keys lead to a record.

use std::collections::BTreeSet;

use rusqlite::types::{ToSql, ValueRef};
use rusqlite::{Connection, Row};

use crate::connector::{Binding, ExternalType};
use crate::model::ModelField;
use crate::store::sql::statement::{self, BoundBy};
use crate::store::sql::table::Holds;
use crate::store::sql::{Dialect, fit};
use crate::store::{Bound, StoreError};
use crate::value::{Key, RecordId, Stored};

use super::super::store_error;
use super::super::value::{count, searched, stored};

const DIALECT: Dialect = Dialect::Sqlite;
/// Columns of a row before the extra fields: position, key, record, parent, revision.
const FIRST: usize = 5;

/// One query for all keys.
pub(super) fn by_key(
    connection: &Connection,
    external: &'static ExternalType,
    instance: &str,
    keys: &[Key],
) -> Result<Vec<Option<Bound>>, StoreError> {
    let binding = binding_of(external)?;
    let mut found: Vec<Option<Bound>> = keys.iter().map(|_| None).collect();
    let list = serde_json::to_string(keys).map_err(|error| refused(external, &error.to_string()))?;
    let text = statement::bound(DIALECT, &fit(binding.table), &borrowed(&columns(binding)));
    for (position, bound) in rows(connection, external, binding, &text, &[&list, &instance])? {
        match found.get_mut(position) {
            Some(place @ None) => *place = Some(bound),
            Some(Some(_)) => {
                let scope = binding.scope.join(", ");
                let reason = format!(
                    "the key {} of {instance} is bound more than once: say which {scope} is meant",
                    bound.key
                );
                return Err(refused(external, &reason));
            }
            None => return Err(refused(external, "the database answered for a key that was not asked")),
        }
    }
    Ok(found)
}

/// One query for all values of an extra field.
pub(super) fn with(
    connection: &Connection,
    external: &'static ExternalType,
    instance: &str,
    name: &str,
    values: &[Stored],
) -> Result<Vec<Vec<Bound>>, StoreError> {
    let binding = binding_of(external)?;
    let field = binding.fields.iter().find(|field| field.name == name);
    let Some((field, holds)) = field.and_then(|field| Some((field, Holds::of(field.kind)?))) else {
        return Err(refused(external, &format!("the binding has no field {name}")));
    };
    let list = values.iter().map(searched);
    let list = list
        .collect::<Result<Vec<_>, _>>()
        .map_err(|reason| refused(external, &format!("{name}: {reason}")))?;
    let list = serde_json::Value::Array(list).to_string();
    let (table, columns) = (fit(binding.table), columns(binding));
    let text = statement::bound_with(DIALECT, &table, &borrowed(&columns), &field.column(), holds);
    let mut found: Vec<Vec<Bound>> = values.iter().map(|_| Vec::new()).collect();
    for (position, bound) in rows(connection, external, binding, &text, &[&list, &instance])? {
        if let Some(list) = found.get_mut(position) {
            list.push(bound);
        }
    }
    Ok(found)
}

/// Living bindings that lead to several records, or to what they enclose, by key.
pub(super) fn by_records(
    connection: &Connection,
    external: &'static ExternalType,
    instance: &str,
    ids: &[RecordId],
    by: BoundBy,
) -> Result<Vec<Bound>, StoreError> {
    let binding = binding_of(external)?;
    let ids: BTreeSet<i64> = ids.iter().map(|id| id.0).collect();
    let list = serde_json::to_string(&ids).map_err(|error| refused(external, &error.to_string()))?;
    let text = statement::bound_by(DIALECT, &fit(binding.table), &borrowed(&columns(binding)), by);
    let rows = rows(connection, external, binding, &text, &[&list, &instance])?;
    let mut found: Vec<Bound> = rows.into_iter().map(|(_, bound)| bound).collect();
    found.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(found)
}

/// Living bindings by key, a page of them.
pub(super) fn after(
    connection: &Connection,
    external: &'static ExternalType,
    instance: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Bound>, StoreError> {
    let binding = binding_of(external)?;
    let text = statement::bound_after(DIALECT, &fit(binding.table), &borrowed(&columns(binding)));
    let rows = rows(connection, external, binding, &text, &[&instance, &after, &limit])?;
    Ok(rows.into_iter().map(|(_, bound)| bound).collect())
}

fn binding_of(external: &'static ExternalType) -> Result<&'static Binding, StoreError> {
    external
        .binding
        .as_ref()
        .ok_or_else(|| refused(external, "it is embedded in other records and has no bindings"))
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

fn columns(binding: &Binding) -> Vec<String> {
    binding.fields.iter().map(ModelField::column).collect()
}

fn rows(
    connection: &Connection,
    external: &ExternalType,
    binding: &'static Binding,
    text: &str,
    parameters: &[&dyn ToSql],
) -> Result<Vec<(usize, Bound)>, StoreError> {
    let failed = |error: rusqlite::Error| store_error(external.name, &error);
    let mut statement = connection.prepare_cached(text).map_err(failed)?;
    let mut rows = statement.query(parameters).map_err(failed)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let (position, mut bound) = of_row(row).map_err(failed)?;
        for (number, field) in (FIRST..).zip(binding.fields) {
            let value = row.get_ref(number).map_err(failed)?;
            bound.fields.push((
                field.name,
                read_field(field, value).map_err(|reason| refused(external, &reason))?,
            ));
        }
        found.push((position, bound));
    }
    Ok(found)
}

fn of_row(row: &Row<'_>) -> Result<(usize, Bound), rusqlite::Error> {
    let bound = Bound {
        key: Key(row.get(1)?),
        id: RecordId(row.get(2)?),
        parent: row.get::<_, Option<i64>>(3)?.map(RecordId),
        revision: row.get(4)?,
        fields: Vec::new(),
    };
    Ok((count(row, 0)?, bound))
}

fn read_field(field: &ModelField, value: ValueRef<'_>) -> Result<Stored, String> {
    let holds = Holds::of(field.kind).ok_or_else(|| format!("{} has no column", field.name))?;
    stored(holds, value).map_err(|reason| format!("{}: {reason}", field.name))
}

fn refused(external: &ExternalType, reason: &str) -> StoreError {
    StoreError::Refused {
        what: format!("bindings of {}.{}", external.connector, external.name),
        reason: reason.to_owned(),
    }
}
