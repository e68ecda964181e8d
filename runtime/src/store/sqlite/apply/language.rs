//! Texts of other languages: one row per record and language, gone with its last text.

use std::collections::BTreeMap;

use rusqlite::types::Value;

use crate::model::{Model, ModelField};
use crate::plan::field_and_language;
use crate::store::check::fitting;
use crate::store::sql::{language, language_table};
use crate::value::{RecordId, Stored};

use super::super::value::parameter;
use super::{Applying, DIALECT, PlanRefused, refused};

/// Texts of one language by field.
type Texts<'v> = Vec<(&'static ModelField, &'v Stored)>;

/// The field and language that a write names, if the field has texts per language.
pub(super) fn translated<'n>(model: &'static Model, name: &'n str) -> Option<(&'static ModelField, &'n str)> {
    let (field, language) = field_and_language(name)?;
    let field = model.field(field).filter(|field| field.per_language)?;
    Some((field, language))
}

impl Applying<'_> {
    pub(super) fn translate(
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
            self.translate_one(who, model, id, (language, &texts))?;
        }
        Ok(())
    }

    fn translate_one(
        &self,
        who: &str,
        model: &'static Model,
        id: RecordId,
        (language, texts): (&str, &Texts<'_>),
    ) -> Result<(), PlanRefused> {
        let table = language_table(model);
        let record = [Value::Integer(id.0), Value::Text(language.to_owned())];
        let mut parameters = record.to_vec();
        for (field, text) in texts {
            let wrong = |words: String| refused(format!("{who} in {language}: {words}"));
            // That the base may not be null says nothing of a language: without a text the base stands.
            let text = match **text == Stored::Null {
                true => Stored::Null,
                false => fitting(field, text).map_err(wrong)?,
            };
            parameters.push(parameter(&text).map_err(wrong)?);
        }
        let columns: Vec<String> = texts.iter().map(|(field, _)| field.column()).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        self.execute(&language::translate(DIALECT, &table, &columns), &parameters)?;
        if texts.iter().any(|(_, text)| **text == Stored::Null) {
            let all = model.fields.iter().filter(|field| field.per_language);
            let all: Vec<String> = all.map(ModelField::column).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            self.execute(&language::forget(DIALECT, &table, &all), &record)?;
        }
        Ok(())
    }
}
