//! Reads of records and bindings: few queries, however many are asked for. Each runs inside a transaction of the caller, so
//! that what it says is of one moment.

pub(crate) mod bound;
pub(crate) mod dump;
pub(crate) mod find;
pub(crate) mod language;
pub(crate) mod read;

use crate::model::Model;
use crate::store::StoreError;
use crate::store::database::{Database, Row};
use crate::store::sql::page;
use crate::value::RecordId;

/// Numbers of the records of a model, lowest first: at most `limit` after this one.
pub(crate) async fn ids_after<D: Database>(
    database: &D,
    model: &'static Model,
    after: Option<RecordId>,
    limit: u32,
) -> Result<Vec<RecordId>, StoreError> {
    let text = page::ids_after(D::DIALECT, &model.table_name());
    let after = after.map_or(i64::MIN, |id| id.0);
    let values = [after.into(), i64::from(limit).into()];
    let rows = database.rows(model.name, &text, &values).await?;
    rows.into_iter().map(|mut row| row.int(0).map(RecordId)).collect()
}
