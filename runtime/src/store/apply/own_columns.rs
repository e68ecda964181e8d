//! Bindings that are kept in columns of the record, too.

use crate::model::{Model, ModelKind};
use crate::store::database::{Database, Value};
use crate::store::sql::own_columns;
use crate::value::{Key, RecordId};

use super::{Applying, PlanRefused, refused};

impl<D: Database> Applying<'_, D> {
    /// Writes the key of a record and the time of the exchange beside it.
    pub(super) async fn keep_in_columns(
        &self,
        model: &'static Model,
        binding: &crate::connector::Binding,
        key: &Key,
        id: RecordId,
    ) -> Result<(), PlanRefused> {
        let Some(columns) = &binding.columns else { return Ok(()) };
        let statement = own_columns::keep(D::DIALECT, &model.table_name(), columns);
        self.execute(&statement, &[as_column(model, columns.key, key)?, id.into()])
            .await?;
        Ok(())
    }

    /// Takes the key away from the record that it led to.
    pub(super) async fn clear_columns(
        &self,
        model: &'static Model,
        binding: &crate::connector::Binding,
        key: &Key,
        id: RecordId,
    ) -> Result<(), PlanRefused> {
        let Some(columns) = &binding.columns else { return Ok(()) };
        let statement = own_columns::clear(D::DIALECT, &model.table_name(), columns);
        self.execute(&statement, &[id.into(), as_column(model, columns.key, key)?])
            .await?;
        Ok(())
    }
}

/// A key as its column holds it.
fn as_column<'k>(model: &Model, column: &str, key: &'k Key) -> Result<Value<'k>, PlanRefused> {
    match model.field(column).map(|field| field.kind) {
        Some(ModelKind::Int) => {
            let number = key.0.parse::<i64>();
            number.map(Value::Int).map_err(|_| {
                refused(format!(
                    "the key {key} is no whole number, which {}.{column} holds",
                    model.name
                ))
            })
        }
        Some(_) => Ok((&key.0).into()),
        None => Err(refused(format!("{} has no field {column} for its key", model.name))),
    }
}
