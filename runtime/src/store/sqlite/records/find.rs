//! Records by equal fields. Null equals nothing; a value that no field could hold finds nothing.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::fold::fold;
use crate::model::{Filter, Model, ModelField};
use crate::plan::Condition;
use crate::store::catalog::column_of;
use crate::store::check::{fitting, is_of_kind, kind_name, shown};
use crate::store::sql::statement::Searched;
use crate::store::sql::table::Holds;
use crate::store::sql::{Dialect, filter, shadow, statement};
use crate::store::{Find, StoreError};
use crate::value::{RecordId, Stored};

use super::super::store_error;
use super::super::value::{count, parameter, searched};

const DIALECT: Dialect = Dialect::Sqlite;

/// A search; names may come from a plan.
pub(in super::super) struct Search<'a> {
    pub(in super::super) model: &'static Model,
    pub(in super::super) by: &'a [&'a str],
    pub(in super::super) fold: bool,
    /// What a folded search does with a text that no key folds.
    pub(in super::super) unkeyed: Unkeyed,
    pub(in super::super) filter: Option<&'a Filter>,
    /// The same from a plan; at most one of the two.
    pub(in super::super) planned: Option<&'a Condition>,
    /// Fields that must be null.
    pub(in super::super) nulls: &'a [&'a str],
    pub(in super::super) values: &'a [Vec<Stored>],
}

/// What a folded search does with a text that has no shadow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Unkeyed {
    /// It says what to declare.
    Refused,
    /// It compares the text as it stands: in an expectation it comes from the condition of a key.
    Exact,
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compared {
    /// As it stands.
    Exactly,
    /// As it stands, and by its shadow as well, which has the index.
    ExactlyWithShadow,
    /// By its shadow only.
    Folded,
}

/// A search as SQL.
pub(in super::super) struct Prepared {
    text: String,
    /// Values per row of the search, as JSON.
    list: String,
    rows: usize,
    filter: Vec<Value>,
}

/// One query for all rows of values.
pub(super) fn find(connection: &Connection, find: &Find) -> Result<Vec<Vec<RecordId>>, StoreError> {
    let Find {
        model,
        by,
        fold,
        filter,
        values,
    } = find;
    let search = Search {
        model,
        by,
        fold: *fold,
        unkeyed: Unkeyed::Refused,
        filter: filter.as_ref(),
        planned: None,
        nulls: &[],
        values,
    };
    let prepared = prepare(&search).map_err(|reason| StoreError::Refused {
        what: model.name.to_owned(),
        reason,
    })?;
    run(connection, &prepared).map_err(|error| store_error(model.name, &error))
}

/// The SQL of a search, or what is wrong with it.
pub(in super::super) fn prepare(search: &Search<'_>) -> Result<Prepared, String> {
    let Search {
        model,
        by,
        filter,
        values,
        ..
    } = search;
    if by.is_empty() {
        return Err("a search names at least one field".to_owned());
    }
    let fields = by
        .iter()
        .map(|name| compared(search, name))
        .collect::<Result<Vec<_>, _>>()?;
    let columns: Vec<Searched> = fields.iter().flat_map(|(field, how)| columns(field, *how)).collect();
    let list = values
        .iter()
        .map(|row| row_of(&fields, row))
        .collect::<Result<Vec<_>, _>>()?;
    let condition = match (filter, search.planned) {
        (Some(filter), _) => Some(filter::condition(DIALECT, model, filter, 2)?),
        (None, Some(planned)) => Some(filter::planned(DIALECT, model, planned, 2)?),
        (None, None) => None,
    };
    let nulls = search.nulls.iter().map(|name| filter::is_null(model, name));
    let mut conditions = nulls.collect::<Result<Vec<_>, _>>()?;
    conditions.extend(condition.as_ref().map(|condition| condition.text.clone()));
    let text = statement::find(DIALECT, &model.table_name(), &columns, &conditions);
    let filter = condition.map(|condition| condition.values).unwrap_or_default();
    let filter = filter
        .iter()
        .map(|(_, value)| parameter(value))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Prepared {
        text,
        list: serde_json::Value::Array(list).to_string(),
        rows: values.len(),
        filter,
    })
}

/// Records per row of values, lowest number first.
pub(in super::super) fn run(connection: &Connection, find: &Prepared) -> Result<Vec<Vec<RecordId>>, rusqlite::Error> {
    let mut found = vec![Vec::new(); find.rows];
    let mut statement = connection.prepare_cached(&find.text)?;
    let list = Value::Text(find.list.clone());
    let mut rows = statement.query(params_from_iter([&list].into_iter().chain(&find.filter)))?;
    while let Some(row) = rows.next()? {
        let (position, id): (usize, i64) = (count(row, 0)?, row.get(1)?);
        if let Some(ids) = found.get_mut(position) {
            ids.push(RecordId(id));
        }
    }
    Ok(found)
}

fn compared(search: &Search<'_>, name: &str) -> Result<(&'static ModelField, Compared), String> {
    let model = search.model;
    let field = column_of(model, name)?;
    let has_shadow = model.folded().contains(&field.name);
    let folded = search.fold && Holds::of(field.kind) == Some(Holds::Text);
    let how = match (folded, has_shadow) {
        (true, true) => Compared::Folded,
        (true, false) if search.unkeyed == Unkeyed::Refused => {
            return Err(format!(
                "{name} cannot be searched without case and accents: declare `key {name} fold` in {}",
                model.name
            ));
        }
        (false, true) => Compared::ExactlyWithShadow,
        (true | false, false) => Compared::Exactly,
    };
    Ok((field, how))
}

fn columns(field: &ModelField, how: Compared) -> Vec<Searched> {
    let holds = Holds::of(field.kind).unwrap_or(Holds::Text);
    let plain = Searched {
        column: field.column(),
        holds,
    };
    let folded = Searched {
        column: shadow(field.name),
        holds,
    };
    match how {
        Compared::Exactly => vec![plain],
        Compared::ExactlyWithShadow => vec![folded, plain],
        Compared::Folded => vec![folded],
    }
}

/// The searched values in the order of the columns; null where nothing can match.
fn row_of(fields: &[(&'static ModelField, Compared)], row: &[Stored]) -> Result<serde_json::Value, String> {
    if row.len() != fields.len() {
        return Err(format!("{} values are given for {} fields", row.len(), fields.len()));
    }
    let mut values = Vec::new();
    for ((field, how), value) in fields.iter().zip(row) {
        if *value == Stored::Null {
            return Ok(serde_json::Value::Null);
        }
        if !is_of_kind(field.kind, value) {
            return Err(format!(
                "{}: {} is not {}",
                field.name,
                shown(value),
                kind_name(field.kind)
            ));
        }
        let Some(comparable) = comparable(field, *how, value)? else {
            return Ok(serde_json::Value::Null);
        };
        values.extend(comparable);
    }
    Ok(serde_json::Value::Array(values))
}

/// What the columns of a field are compared with; `None`: the field can hold no such value.
fn comparable(field: &ModelField, how: Compared, value: &Stored) -> Result<Option<Vec<serde_json::Value>>, String> {
    if let (Compared::Folded, Stored::Text(text)) = (how, value) {
        return Ok((!text.contains('\0')).then(|| vec![fold(text).into()]));
    }
    let Ok(fitting) = fitting(field, value) else {
        return Ok(None);
    };
    let plain = searched(&fitting).map_err(|reason| format!("{}: {reason}", field.name))?;
    Ok(Some(match (how, &fitting) {
        (Compared::ExactlyWithShadow, Stored::Text(text)) => vec![fold(text).into(), plain],
        (_, _) => vec![plain],
    }))
}
