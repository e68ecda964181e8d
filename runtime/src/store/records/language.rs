//! Texts of records in other languages than the base.

use crate::model::{Model, ModelField};
use crate::store::database::{Database, Row};
use crate::store::sql::table::Holds;
use crate::store::sql::{language, language_table};
use crate::store::{StoreError, Translation};
use crate::value::RecordId;

/// Columns of a row before the texts: position, language.
const FIRST: usize = 2;

/// One query for all records.
pub(crate) async fn read<D: Database>(
    database: &D,
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
    let columns: Vec<String> = fields.iter().map(|field| field.column()).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let text = language::read(D::DIALECT, &language_table(model), &columns);
    let list = serde_json::to_string(ids).map_err(|error| refused(error.to_string()))?;
    for mut row in database.rows(model.name, &text, &[(&list).into()]).await? {
        let (position, language): (usize, String) = (row.count(0)?, row.text(1)?);
        let mut texts = Vec::with_capacity(fields.len());
        for (number, field) in (FIRST..).zip(&fields) {
            let value = row.take(number, Holds::Text);
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
