//! Creates and updates of records.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rusqlite::types::Value;

use crate::fold::fold;
use crate::model::{Model, ModelField, ModelKind};
use crate::store::catalog::{Catalog, FieldColumn};
use crate::store::check::{fitting, shown};
use crate::store::sql::{fit, statement};
use crate::value::{RecordId, Stored};

use super::super::value::parameter;
use super::language::translated;
use super::{Applying, DIALECT, Made, Needed, PlanRefused, not_unique, refused};

type Values = BTreeMap<String, Stored>;

/// Columns and what they get, in the same order.
#[derive(Debug, Default)]
pub(super) struct Columns<'c> {
    pub(super) names: Vec<&'c str>,
    pub(super) values: Vec<Value>,
}

impl<'a> Applying<'a> {
    pub(super) fn create(&mut self, model: &'static Model, values: &Values) -> Result<RecordId, PlanRefused> {
        let who = format!("a new {}", model.name);
        self.known(&who, model, values)?;
        let catalog: &'a Catalog = self.catalog;
        let table = catalog.records(model.name).map_err(refused)?;
        let columns = self.new_row(&who, &table.columns, values)?;
        let id = match self.first::<i64>(&table.insert, &columns.values) {
            Ok(Some(id)) => RecordId(id),
            Ok(None) => return Err(refused(format!("{who} got no number"))),
            Err(error) if not_unique(&error) => return Err(self.twin(&who, model, RecordId(0), &columns)?),
            Err(error) => return Err(error.into()),
        };
        self.link_all(&who, model, id, values)?;
        self.translate(&who, model, id, values)?;
        Ok(id)
    }

    /// All columns of a new row: what is given, or the defaults.
    pub(super) fn new_row<'c>(
        &mut self,
        who: &str,
        all: &'c [FieldColumn],
        values: &Values,
    ) -> Result<Columns<'c>, PlanRefused> {
        let mut columns = Columns::default();
        for column in all {
            let value = match values.get(column.field.name) {
                Some(value) => Cow::Owned(self.checked(who, column.field, value)?),
                None if column.field.required_on_create() => {
                    return Err(refused(format!("{who}: {} is required", column.field.name)));
                }
                None => Cow::Borrowed(&column.default),
            };
            columns.push(who, column, &value)?;
        }
        Ok(columns)
    }

    pub(super) fn update(
        &mut self,
        model: &'static Model,
        id: RecordId,
        planned: i64,
        values: &Values,
    ) -> Result<(), PlanRefused> {
        let present = self.version(model, id, planned)?;
        if values.is_empty() {
            return Ok(());
        }
        let who = format!("{} {}", model.name, id.0);
        self.known(&who, model, values)?;
        let catalog: &'a Catalog = self.catalog;
        let table = catalog.records(model.name).map_err(refused)?;
        let columns = self.given(&who, |name| table.column(name), values)?;
        let text = statement::update(DIALECT, &model.table_name(), &columns.names);
        let ends = [Value::Integer(id.0), Value::Integer(present)];
        let parameters: Vec<Value> = columns.values.iter().cloned().chain(ends).collect();
        match self.execute(&text, &parameters) {
            Ok(_) => {}
            Err(error) if not_unique(&error) => return Err(self.twin(&who, model, id, &columns)?),
            Err(error) => return Err(error.into()),
        }
        self.written.insert((model.table_name(), id), (planned, present + 1));
        self.link_all(&who, model, id, values)?;
        self.translate(&who, model, id, values)
    }

    /// The columns that are given, lists left out.
    pub(super) fn given<'c>(
        &mut self,
        who: &str,
        column: impl Fn(&str) -> Option<&'c FieldColumn>,
        values: &Values,
    ) -> Result<Columns<'c>, PlanRefused> {
        let mut columns = Columns::default();
        for (name, value) in values {
            if let Some(column) = column(name) {
                let value = self.checked(who, column.field, value)?;
                columns.push(who, column, &value)?;
            }
        }
        Ok(columns)
    }

    /// Whether the model has fields of these names that can be written.
    fn known(&self, who: &str, model: &'static Model, values: &Values) -> Result<(), PlanRefused> {
        for name in values.keys() {
            match model.field(name).map(|field| field.kind) {
                None if translated(model, name).is_some() => {}
                None => return Err(refused(format!("{who}: {} has no field {name}", model.name))),
                Some(ModelKind::OneToMany { model, by }) => {
                    let instead = format!("write {by} of the records of {model}");
                    return Err(refused(format!("{who}: {name} has no column: {instead}")));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// The value as its column holds it; a record that it leads to must be there in the end.
    pub(super) fn checked(&mut self, who: &str, field: &ModelField, value: &Stored) -> Result<Stored, PlanRefused> {
        let made = Made::of(value);
        let value = self.resolved(value)?;
        let value = fitting(field, &value).map_err(|words| refused(format!("{who}: {words}")))?;
        if let (ModelKind::Ref { model, .. }, Stored::Ref(id)) = (field.kind, &value) {
            let by = format!("{who}: {}", field.name);
            self.needed.push(Needed {
                model: self.model(model)?,
                id: *id,
                made,
                by,
            });
        }
        Ok(value)
    }

    /// Says which other record has the same values where they must be unique.
    fn twin(&self, who: &str, model: &Model, id: RecordId, columns: &Columns<'_>) -> Result<PlanRefused, PlanRefused> {
        for unique in model.unique {
            let names: Vec<String> = unique.iter().map(|name| fit(name)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let values = self.unique_values(model, id, &names, columns)?;
            let text = statement::twin(DIALECT, &model.table_name(), &names);
            let mut parameters = values.clone();
            parameters.push(Value::Integer(id.0));
            if let Some(other) = self.first::<i64>(&text, &parameters)? {
                let words = unique
                    .iter()
                    .zip(&values)
                    .map(|(name, value)| format!("{name} {}", shown_value(value)));
                let words = words.collect::<Vec<_>>().join(" and ");
                return Ok(refused(format!(
                    "{who}: {} {other} has {words} already, and that must be unique",
                    model.name
                )));
            }
        }
        Ok(refused(format!(
            "{who}: another record has the same values, and they must be unique"
        )))
    }

    /// The values the write would give, completed by those that are there.
    fn unique_values(
        &self,
        model: &Model,
        id: RecordId,
        names: &[&str],
        columns: &Columns<'_>,
    ) -> Result<Vec<Value>, PlanRefused> {
        let given = |name: &str| columns.names.iter().position(|other| *other == name);
        names
            .iter()
            .map(|name| match given(name) {
                Some(position) => Ok(columns.values[position].clone()),
                None => {
                    let text = statement::column(DIALECT, &model.table_name(), name);
                    Ok(self.first(&text, &[Value::Integer(id.0)])?.unwrap_or(Value::Null))
                }
            })
            .collect()
    }
}

impl<'c> Columns<'c> {
    /// Adds a field's column, and its shadow where a key of the model folds it.
    pub(super) fn push(&mut self, who: &str, column: &'c FieldColumn, value: &Stored) -> Result<(), PlanRefused> {
        let bound = parameter(value).map_err(|words| refused(format!("{who}: {}: {words}", column.field.name)))?;
        self.values.push(bound);
        if column.shadow.is_some() {
            self.values.push(match value {
                Stored::Text(text) => Value::Text(fold(text)),
                Stored::Null
                | Stored::Int(_)
                | Stored::Decimal(_)
                | Stored::Bool(_)
                | Stored::Date(_)
                | Stored::Time(_)
                | Stored::DateTime(_)
                | Stored::Uuid(_)
                | Stored::Bytes(_)
                | Stored::Json(_)
                | Stored::Ref(_)
                | Stored::New(_)
                | Stored::Refs(_) => Value::Null,
            });
        }
        self.names.extend(column.names());
        Ok(())
    }
}

pub(super) fn is_list(field: &ModelField) -> bool {
    matches!(field.kind, ModelKind::ManyToMany { .. })
}

fn shown_value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => shown(&Stored::Text(text.clone())),
        Value::Blob(bytes) => shown(&Stored::Bytes(bytes.clone())),
    }
}
