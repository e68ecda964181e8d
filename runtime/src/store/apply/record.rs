//! Creates and updates of records.

use std::collections::BTreeMap;

use crate::fold::fold;
use crate::model::{Model, ModelField, ModelKind};
use crate::store::catalog::{Catalog, FieldColumn};
use crate::store::check::{fitting, shown};
use crate::store::database::{Database, Row, Value};
use crate::store::sql::lock::Lock;
use crate::store::sql::statement;
use crate::store::sql::{fit, table::Holds};
use crate::value::{RecordId, Stored};

use super::language::translated;
use super::{A_PLAN, Applying, Made, Needed, PlanRefused, refused};

type Values = BTreeMap<String, Stored>;

/// Columns and what they get, in the same order.
#[derive(Debug, Default)]
pub(super) struct Columns<'c> {
    pub(super) names: Vec<&'c str>,
    pub(super) values: Vec<Stored>,
}

impl<'a, D: Database> Applying<'a, D> {
    pub(super) async fn create(&mut self, model: &'static Model, values: &Values) -> Result<RecordId, PlanRefused> {
        let who = format!("a new {}", model.name);
        self.known(&who, model, values)?;
        let catalog: &'a Catalog = self.catalog;
        let table = catalog.records(model.name).map_err(refused)?;
        let columns = self.new_row(&who, &table.columns, values)?;
        let row: Vec<Value<'_>> = columns.values.iter().map(Value::from).collect();
        let Some(id) = self.database.insert(A_PLAN, &table.insert, &row).await? else {
            return Err(self.twin(&who, model, RecordId(0), &columns).await?);
        };
        let id = RecordId(id);
        self.link_all(&who, model, id, values).await?;
        self.translate(&who, model, id, values).await?;
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
                Some(value) => self.checked(who, column.field, value)?,
                None if column.field.required_on_create() => {
                    return Err(refused(format!("{who}: {} is required", column.field.name)));
                }
                None => column.default.clone(),
            };
            columns.push(column, value);
        }
        Ok(columns)
    }

    pub(super) async fn update(
        &mut self,
        model: &'static Model,
        id: RecordId,
        planned: i64,
        values: &Values,
    ) -> Result<(), PlanRefused> {
        let present = self.version(model, id, planned, Lock::Written).await?;
        if values.is_empty() {
            return Ok(());
        }
        let who = format!("{} {}", model.name, id.0);
        self.known(&who, model, values)?;
        let catalog: &'a Catalog = self.catalog;
        let table = catalog.records(model.name).map_err(refused)?;
        let columns = self.given(&who, |name| table.column(name), values)?;
        let text = statement::update(D::DIALECT, &model.table_name(), &columns.names);
        if !self
            .write_over(model, &text, &columns, [id.into(), present.into()])
            .await?
        {
            return Err(self.twin(&who, model, id, &columns).await?);
        }
        self.written.insert((model.table_name(), id), (planned, present + 1));
        self.link_all(&who, model, id, values).await?;
        self.translate(&who, model, id, values).await
    }

    /// Writes over a record; false: another one has the same values where they must be unique.
    async fn write_over(
        &self,
        model: &Model,
        text: &str,
        columns: &Columns<'_>,
        ends: [Value<'_>; 2],
    ) -> Result<bool, PlanRefused> {
        let values: Vec<Value<'_>> = columns.values.iter().map(Value::from).chain(ends).collect();
        let unique: Vec<String> = model
            .unique
            .iter()
            .flat_map(|unique| unique.iter())
            .map(|name| fit(name))
            .collect();
        if columns
            .names
            .iter()
            .any(|name| unique.iter().any(|unique| unique == name))
        {
            return Ok(self.database.update_unique(A_PLAN, text, &values).await?.is_some());
        }
        self.execute(text, &values).await?;
        Ok(true)
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
                columns.push(column, self.checked(who, column.field, value)?);
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
    async fn twin(
        &self,
        who: &str,
        model: &Model,
        id: RecordId,
        columns: &Columns<'_>,
    ) -> Result<PlanRefused, PlanRefused> {
        for unique in model.unique {
            let names: Vec<String> = unique.iter().map(|name| fit(name)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let values = self.unique_values(model, id, unique, columns).await?;
            let text = statement::twin(D::DIALECT, &model.table_name(), &names);
            let number = [Value::from(id)];
            let parameters: Vec<Value<'_>> = values.iter().map(Value::from).chain(number).collect();
            if let Some(other) = self.first(&text, &parameters).await? {
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
    async fn unique_values(
        &self,
        model: &Model,
        id: RecordId,
        unique: &[&str],
        columns: &Columns<'_>,
    ) -> Result<Vec<Stored>, PlanRefused> {
        let mut values = Vec::with_capacity(unique.len());
        for name in unique {
            let column = fit(name);
            let given = columns.names.iter().position(|other| *other == column);
            values.push(match given {
                Some(position) => columns.values[position].clone(),
                None => {
                    let text = statement::column(D::DIALECT, &model.table_name(), &column);
                    let holds = model.field(name).and_then(|field| Holds::of(field.kind));
                    let row = self.row(&text, &[id.into()]).await?;
                    let value = row.map(|mut row| row.take(0, holds.unwrap_or(Holds::Text)));
                    let value = value
                        .transpose()
                        .map_err(|reason| refused(format!("{who}: {name}: {reason}", who = model.name)))?;
                    value.unwrap_or(Stored::Null)
                }
            });
        }
        Ok(values)
    }
}

impl<'c> Columns<'c> {
    /// Adds a field's column, and its shadow where a key of the model folds it.
    pub(super) fn push(&mut self, column: &'c FieldColumn, value: Stored) {
        let folded = column.shadow.is_some().then(|| match &value {
            Stored::Text(text) => Stored::Text(fold(text)),
            Stored::Null
            | Stored::Int(_)
            | Stored::Decimal(_)
            | Stored::Bool(_)
            | Stored::Date(_)
            | Stored::Time(_)
            | Stored::Duration(_)
            | Stored::DateTime(_)
            | Stored::Uuid(_)
            | Stored::Bytes(_)
            | Stored::Json(_)
            | Stored::Ref(_)
            | Stored::New(_)
            | Stored::Refs(_) => Stored::Null,
        });
        self.values.push(value);
        self.values.extend(folded);
        self.names.extend(column.names());
    }
}

pub(super) fn is_list(field: &ModelField) -> bool {
    matches!(field.kind, ModelKind::ManyToMany { .. })
}

/// A value as a column shows it: the number of a record stands alone.
fn shown_value(value: &Stored) -> String {
    match value {
        Stored::Ref(id) => id.0.to_string(),
        Stored::Null
        | Stored::Text(_)
        | Stored::Int(_)
        | Stored::Decimal(_)
        | Stored::Bool(_)
        | Stored::Date(_)
        | Stored::Time(_)
        | Stored::Duration(_)
        | Stored::DateTime(_)
        | Stored::Uuid(_)
        | Stored::Bytes(_)
        | Stored::Json(_)
        | Stored::New(_)
        | Stored::Refs(_) => shown(value),
    }
}
