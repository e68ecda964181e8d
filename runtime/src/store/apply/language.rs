//! Texts of other languages: one row per record and language, gone with its last text.

use std::collections::BTreeMap;

use crate::model::{Model, ModelField};
use crate::plan::field_and_language;
use crate::store::check::fitting;
use crate::store::database::{Database, Value};
use crate::store::sql::{language, language_table};
use crate::value::{RecordId, Stored};

use super::{Applying, PlanRefused, refused};

/// Texts of one language by field.
type Texts<'v> = Vec<(&'static ModelField, &'v Stored)>;

/// The field and language that a write names, if the field has texts per language.
pub(super) fn translated<'n>(model: &'static Model, name: &'n str) -> Option<(&'static ModelField, &'n str)> {
    let (field, language) = field_and_language(name)?;
    let field = model.field(field).filter(|field| field.per_language)?;
    Some((field, language))
}

impl<D: Database> Applying<'_, D> {
    pub(super) async fn translate(
        &self,
        who: &str,
        model: &'static Model,
        id: RecordId,
        values: &BTreeMap<String, Stored>,
    ) -> Result<(), PlanRefused> {
        let mut languages: BTreeMap<&str, Texts<'_>> = BTreeMap::new();
        for (name, value) in values.iter().filter(|(name, _)| model.field(name).is_none()) {
            if let Some((field, language)) = translated(model, name) {
                languages.entry(language).or_default().push((field, value));
            }
        }
        for (language, texts) in languages {
            self.translate_one(who, model, id, (language, &texts)).await?;
        }
        Ok(())
    }

    async fn translate_one(
        &self,
        who: &str,
        model: &'static Model,
        id: RecordId,
        (language, texts): (&str, &Texts<'_>),
    ) -> Result<(), PlanRefused> {
        let table = language_table(model);
        let mut values = Vec::with_capacity(texts.len());
        for (field, text) in texts {
            // That the base may not be null says nothing of a language: without a text the base stands.
            values.push(match **text == Stored::Null {
                true => Stored::Null,
                false => fitting(field, text).map_err(|words| refused(format!("{who} in {language}: {words}")))?,
            });
        }
        let record = [id.into(), language.into()];
        let parameters: Vec<Value<'_>> = record.into_iter().chain(values.iter().map(Value::from)).collect();
        let columns: Vec<String> = texts.iter().map(|(field, _)| field.column()).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        self.execute(&language::translate(D::DIALECT, &table, &columns), &parameters)
            .await?;
        if texts.iter().any(|(_, text)| **text == Stored::Null) {
            let all = model.fields.iter().filter(|field| field.per_language);
            let all: Vec<String> = all.map(ModelField::column).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            self.execute(&language::forget(D::DIALECT, &table, &all), &record)
                .await?;
        }
        Ok(())
    }
}
