//! Bindings that are kept in columns of the record, too.

use crate::connector::{Binding, OwnColumns};
use crate::model::{Model, ModelKind};
use crate::store::database::{Database, Value};
use crate::store::sql::{Dialect, own_columns};
use crate::value::{Key, RecordId};

use super::{Applying, PlanRefused, refused};

impl<D: Database> Applying<'_, D> {
    /// Writes the key of a record and the time of the exchange beside it. Relies on the row of the binding, which is written before in the
    /// same transaction: who else would bind the key or the record waits for it.
    pub(super) async fn keep_in_columns(
        &self,
        model: &'static Model,
        binding: &Binding,
        key: &Key,
        id: RecordId,
    ) -> Result<(), PlanRefused> {
        self.in_columns(own_columns::keep, model, binding, (key, id)).await
    }

    /// Takes the key away from the record that it led to, if it still holds this one.
    pub(super) async fn clear_columns(
        &self,
        model: &'static Model,
        binding: &Binding,
        key: &Key,
        id: RecordId,
    ) -> Result<(), PlanRefused> {
        self.in_columns(own_columns::clear, model, binding, (key, id)).await
    }

    async fn in_columns(
        &self,
        statement: fn(Dialect, &str, &OwnColumns) -> String,
        model: &'static Model,
        binding: &Binding,
        (key, id): (&Key, RecordId),
    ) -> Result<(), PlanRefused> {
        if let Some(columns) = &binding.columns {
            let statement = statement(D::DIALECT, &model.table_name(), columns);
            let key = as_column(model, columns.key, key)?;
            self.execute(&statement, &[key, id.into()]).await?;
        }
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
