//! Texts of records in other languages than the base, and what a reader of a language sees.

use crate::value::{Stored, StoredRecord};

/// The texts of one record in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Translation {
    /// `de_DE`
    pub language: String,
    /// All fields per language in the order of the model; null: no text, the base stands.
    pub texts: Vec<(&'static str, Stored)>,
}

impl StoredRecord {
    /// The record in a language, and the fields per language that have no text there.
    pub fn in_language(mut self, texts: &[Translation], language: &str) -> (Self, Vec<&'static str>) {
        let texts = texts.iter().find(|texts| texts.language == language);
        let mut base = Vec::new();
        for (name, value) in &mut self.fields {
            if !self.model.field(name).is_some_and(|field| field.per_language) {
                continue;
            }
            let text = texts.and_then(|texts| texts.texts.iter().find(|(known, _)| known == name));
            match text {
                Some((_, text)) if *text != Stored::Null => *value = text.clone(),
                Some(_) | None => base.push(*name),
            }
        }
        (self, base)
    }
}
