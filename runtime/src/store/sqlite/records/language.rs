//! Texts of records in other languages than the base.

use rusqlite::Connection;

use crate::model::{Model, ModelField};
use crate::store::sql::table::Holds;
use crate::store::sql::{Dialect, language, language_table};
use crate::store::{StoreError, Translation};
use crate::value::RecordId;

use super::super::store_error;
use super::super::value::{count, stored};

const DIALECT: Dialect = Dialect::Sqlite;
/// Columns of a row before the texts: position, language.
const FIRST: usize = 2;

/// One query for all records.
pub(super) fn read(
    connection: &Connection,
    model: &'static Model,
    ids: &[RecordId],
) -> Result<Vec<Vec<Translation>>, StoreError> {
    let mut found: Vec<Vec<Translation>> = ids.iter().map(|_| Vec::new()).collect();
    let fields: Vec<&'static ModelField> = model.fields.iter().filter(|field| field.per_language).collect();
    if fields.is_empty() || ids.is_empty() {
        return Ok(found);
    }
    let refused = |reason: String| StoreError::Refused {
        what: format!("{} per language", model.name),
        reason,
    };
    let failed = |error: rusqlite::Error| store_error(model.name, &error);
    let columns: Vec<String> = fields.iter().map(|field| field.column()).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let text = language::read(DIALECT, &language_table(model), &columns);
    let list = serde_json::to_string(ids).map_err(|error| refused(error.to_string()))?;
    let mut statement = connection.prepare_cached(&text).map_err(failed)?;
    let mut rows = statement.query([list]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let (position, language): (usize, String) = (count(row, 0).map_err(failed)?, row.get(1).map_err(failed)?);
        let mut texts = Vec::with_capacity(fields.len());
        for (number, field) in (FIRST..).zip(&fields) {
            let value = stored(Holds::Text, row.get_ref(number).map_err(failed)?);
            texts.push((
                field.name,
                value.map_err(|reason| refused(format!("{}: {reason}", field.name)))?,
            ));
        }
        if let Some(record) = found.get_mut(position) {
            record.push(Translation { language, texts });
        }
    }
    Ok(found)
}
