//! Where keys lead, and which keys lead to a record.

use std::collections::BTreeSet;

use crate::connector::{Binding, ExternalType};
use crate::model::ModelField;
use crate::store::database::{Database, Row, Value};
use crate::store::sql::fit;
use crate::store::sql::searched::searched;
use crate::store::sql::statement::{self, BoundBy};
use crate::store::sql::table::Holds;
use crate::store::{Bound, StoreError};
use crate::value::{Key, RecordId, Stored};

/// Columns of a row before the extra fields: position, key, record, parent, revision.
const FIRST: usize = 5;

/// One query for all keys.
pub(crate) async fn by_key<D: Database>(
    database: &D,
    external: &'static ExternalType,
    instance: &str,
    keys: &[Key],
) -> Result<Vec<Option<Bound>>, StoreError> {
    let binding = binding_of(external)?;
    let mut found: Vec<Option<Bound>> = keys.iter().map(|_| None).collect();
    // No key holds the character that no database keeps: it leads nowhere.
    let kept = keys.iter().map(|key| Some(key).filter(|key| !key.0.contains('\0')));
    let kept: Vec<Option<&Key>> = kept.collect();
    let list = serde_json::to_string(&kept).map_err(|error| refused(external, &error.to_string()))?;
    let text = statement::bound(D::DIALECT, &fit(binding.table), &borrowed(&columns(binding)));
    for (position, bound) in rows(database, external, binding, &text, &[(&list).into(), instance.into()]).await? {
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
pub(crate) async fn with<D: Database>(
    database: &D,
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
    let list = values.iter().map(|value| searched(D::DIALECT, value));
    let list = list
        .collect::<Result<Vec<_>, _>>()
        .map_err(|reason| refused(external, &format!("{name}: {reason}")))?;
    let list = serde_json::Value::Array(list).to_string();
    let (table, columns) = (fit(binding.table), columns(binding));
    let text = statement::bound_with(D::DIALECT, &table, &borrowed(&columns), &field.column(), holds);
    let mut found: Vec<Vec<Bound>> = values.iter().map(|_| Vec::new()).collect();
    for (position, bound) in rows(database, external, binding, &text, &[(&list).into(), instance.into()]).await? {
        if let Some(list) = found.get_mut(position) {
            list.push(bound);
        }
    }
    Ok(found)
}

/// Living bindings that lead to several records, or to what they enclose, by key.
pub(crate) async fn by_records<D: Database>(
    database: &D,
    external: &'static ExternalType,
    instance: &str,
    ids: &[RecordId],
    by: BoundBy,
) -> Result<Vec<Bound>, StoreError> {
    let binding = binding_of(external)?;
    let ids: BTreeSet<i64> = ids.iter().map(|id| id.0).collect();
    let list = serde_json::to_string(&ids).map_err(|error| refused(external, &error.to_string()))?;
    let text = statement::bound_by(D::DIALECT, &fit(binding.table), &borrowed(&columns(binding)), by);
    let rows = rows(database, external, binding, &text, &[(&list).into(), instance.into()]).await?;
    let mut found: Vec<Bound> = rows.into_iter().map(|(_, bound)| bound).collect();
    found.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(found)
}

/// Living bindings by key, a page of them.
pub(crate) async fn after<D: Database>(
    database: &D,
    external: &'static ExternalType,
    instance: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Bound>, StoreError> {
    let binding = binding_of(external)?;
    let text = statement::bound_after(D::DIALECT, &fit(binding.table), &borrowed(&columns(binding)));
    let values = [instance.into(), after.into(), i64::from(limit).into()];
    let rows = rows(database, external, binding, &text, &values).await?;
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

async fn rows<D: Database>(
    database: &D,
    external: &ExternalType,
    binding: &'static Binding,
    text: &str,
    values: &[Value<'_>],
) -> Result<Vec<(usize, Bound)>, StoreError> {
    let rows = database.rows(external.name, text, values).await?;
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        let (position, mut bound) = of_row(&mut row)?;
        bound.fields.reserve_exact(binding.fields.len());
        for (number, field) in (FIRST..).zip(binding.fields) {
            let value = read_field(field, &mut row, number).map_err(|reason| refused(external, &reason))?;
            bound.fields.push((field.name, value));
        }
        found.push((position, bound));
    }
    Ok(found)
}

fn of_row(row: &mut impl Row) -> Result<(usize, Bound), StoreError> {
    let bound = Bound {
        key: Key(row.text(1)?),
        id: RecordId(row.int(2)?),
        parent: row.maybe_int(3)?.map(RecordId),
        revision: row.maybe_text(4)?,
        fields: Vec::new(),
    };
    Ok((row.count(0)?, bound))
}

fn read_field(field: &ModelField, row: &mut impl Row, column: usize) -> Result<Stored, String> {
    let holds = Holds::of(field.kind).ok_or_else(|| format!("{} has no column", field.name))?;
    row.take(column, holds)
        .map_err(|reason| format!("{}: {reason}", field.name))
}

fn refused(external: &ExternalType, reason: &str) -> StoreError {
    StoreError::Refused {
        what: format!("bindings of {}.{}", external.connector, external.name),
        reason: reason.to_owned(),
    }
}
