//! Records by equal fields. Null equals nothing; a value that no field could hold finds nothing.

use crate::fold::fold;
use crate::model::{Filter, Model, ModelField};
use crate::plan::Condition;
use crate::store::catalog::column_of;
use crate::store::check::{fitting, is_of_kind, kind_name, shown};
use crate::store::database::{Database, Row, Value};
use crate::store::sql::searched::searched;
use crate::store::sql::statement::Searched;
use crate::store::sql::table::Holds;
use crate::store::sql::{Dialect, filter, shadow, statement};
use crate::store::{Find, StoreError};
use crate::value::{RecordId, Stored};

/// A search; names may come from a plan.
pub(crate) struct Search<'a> {
    pub(crate) model: &'static Model,
    pub(crate) by: &'a [&'a str],
    pub(crate) fold: bool,
    /// What a folded search does with a text that no key folds.
    pub(crate) unkeyed: Unkeyed,
    pub(crate) filter: Option<&'a Filter>,
    /// The same from a plan; at most one of the two.
    pub(crate) planned: Option<&'a Condition>,
    /// Fields that must be null.
    pub(crate) nulls: &'a [&'a str],
    pub(crate) values: &'a [Vec<Stored>],
}

/// What a folded search does with a text that has no shadow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unkeyed {
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
pub(crate) struct Prepared {
    text: String,
    /// Values per row of the search, as JSON.
    list: String,
    rows: usize,
    filter: Vec<Stored>,
}

/// One query for all rows of values.
pub(crate) async fn find<D: Database>(database: &D, find: &Find) -> Result<Vec<Vec<RecordId>>, StoreError> {
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
    let prepared = prepare(D::DIALECT, &search).map_err(|reason| StoreError::Refused {
        what: model.name.to_owned(),
        reason,
    })?;
    run(database, model.name, &prepared).await
}

/// The SQL of a search, or what is wrong with it.
pub(crate) fn prepare(dialect: Dialect, search: &Search<'_>) -> Result<Prepared, String> {
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
        .map(|row| row_of(dialect, &fields, row))
        .collect::<Result<Vec<_>, _>>()?;
    let condition = match (filter, search.planned) {
        (Some(filter), _) => Some(filter::condition(dialect, model, filter, 2)?),
        (None, Some(planned)) => Some(filter::planned(dialect, model, planned, 2)?),
        (None, None) => None,
    };
    let nulls = search.nulls.iter().map(|name| filter::is_null(model, name));
    let mut conditions = nulls.collect::<Result<Vec<_>, _>>()?;
    conditions.extend(condition.as_ref().map(|condition| condition.text.clone()));
    let text = statement::find(dialect, &model.table_name(), &columns, &conditions);
    let filter = condition.map(|condition| condition.values).unwrap_or_default();
    Ok(Prepared {
        text,
        list: serde_json::Value::Array(list).to_string(),
        rows: values.len(),
        filter,
    })
}

/// Records per row of values, lowest number first.
pub(crate) async fn run<D: Database>(
    database: &D,
    about: &str,
    find: &Prepared,
) -> Result<Vec<Vec<RecordId>>, StoreError> {
    let list = [Value::from(&find.list)];
    let values: Vec<Value<'_>> = list.into_iter().chain(find.filter.iter().map(Value::from)).collect();
    let mut found = vec![Vec::new(); find.rows];
    for mut row in database.rows(about, &find.text, &values).await? {
        let (position, id): (usize, i64) = (row.count(0)?, row.int(1)?);
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
fn row_of(
    dialect: Dialect,
    fields: &[(&'static ModelField, Compared)],
    row: &[Stored],
) -> Result<serde_json::Value, String> {
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
        let Some(comparable) = comparable(dialect, field, *how, value)? else {
            return Ok(serde_json::Value::Null);
        };
        values.extend(comparable);
    }
    Ok(serde_json::Value::Array(values))
}

/// What the columns of a field are compared with; `None`: the field can hold no such value.
fn comparable(
    dialect: Dialect,
    field: &ModelField,
    how: Compared,
    value: &Stored,
) -> Result<Option<Vec<serde_json::Value>>, String> {
    if let (Compared::Folded, Stored::Text(text)) = (how, value) {
        return Ok((!text.contains('\0')).then(|| vec![fold(text).into()]));
    }
    let Ok(fitting) = fitting(field, value) else {
        return Ok(None);
    };
    let plain = searched(dialect, &fitting).map_err(|reason| format!("{}: {reason}", field.name))?;
    Ok(Some(match (how, &fitting) {
        (Compared::ExactlyWithShadow, Stored::Text(text)) => vec![fold(text).into(), plain],
        (_, _) => vec![plain],
    }))
}
