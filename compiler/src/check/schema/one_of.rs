//! `A | B`: several records as one that has the fields of all of them, those of some of them optional.

use crate::ir::expr::Base;
use crate::ir::{External, Field, FieldId, FieldType, OneOf, Scalar, Variant};
use crate::types;

/// A field that two of the records have in different ways: in which, and how.
#[derive(Debug)]
pub(super) struct Differs {
    pub(super) first: (String, Field),
    pub(super) second: (String, Field),
}

/// The fields of all of them, and what tells them apart; fields that differ are said and left as the first record has them.
pub(super) fn merged(records: &[&External], by: &str) -> (Vec<Field>, Option<OneOf>, Vec<Differs>) {
    let (mut fields, mut differing): (Vec<Field>, Vec<Differs>) = (Vec::new(), Vec::new());
    for record in records {
        for field in &record.fields {
            let Some(known) = fields.iter_mut().find(|known| known.name.text == field.name.text) else {
                fields.push(field.clone());
                continue;
            };
            match same_type(known, field) {
                Some(ty) => {
                    known.ty = ty;
                    known.max = known.max.zip(field.max).map(|(one, other)| one.max(other));
                    known.nullable |= field.nullable;
                    known.optional |= field.optional;
                    known.sensitive |= field.sensitive;
                    known.readonly |= field.readonly;
                    known.per_language |= field.per_language;
                }
                None => differing.push(Differs {
                    first: (owner(records, &field.name.text), known.clone()),
                    second: (record.name.text.clone(), field.clone()),
                }),
            }
        }
    }
    for field in &mut fields {
        field.optional |= !records.iter().all(|record| named(record, &field.name.text).is_some());
    }
    let one_of = told(records, by, &fields);
    (fields, one_of, differing)
}

fn owner(records: &[&External], field: &str) -> String {
    let owner = records.iter().find(|record| named(record, field).is_some());
    owner.map_or_else(String::new, |record| record.name.text.clone())
}

fn named<'e>(record: &'e External, field: &str) -> Option<&'e Field> {
    record.fields.iter().find(|known| known.name.text == field)
}

fn told(records: &[&External], by: &str, fields: &[Field]) -> Option<OneOf> {
    let position = |name: &str| fields.iter().position(|field| field.name.text == name).map(FieldId);
    let variant = |record: &&External| Variant {
        name: record.name.text.clone(),
        words: named(record, by).map_or_else(Vec::new, |field| words(&field.ty)),
        fields: record
            .fields
            .iter()
            .filter_map(|field| position(&field.name.text))
            .collect(),
        required: record
            .fields
            .iter()
            .filter(|field| !field.optional && field.default.is_none())
            .filter_map(|field| position(&field.name.text))
            .collect(),
    };
    Some(OneOf {
        by: position(by)?,
        records: records.iter().map(variant).collect(),
    })
}

fn words(ty: &FieldType) -> Vec<String> {
    match ty {
        FieldType::Scalar(Scalar::Enum { words, open: _ }) => words.clone(),
        FieldType::Scalar(_)
        | FieldType::Key { .. }
        | FieldType::Record(_)
        | FieldType::List(_)
        | FieldType::Map(_)
        | FieldType::Nullable(_)
        | FieldType::Ref(_) => Vec::new(),
    }
}

/// The one type of a field that two records have, if they write it in the same way.
fn same_type(one: &Field, other: &Field) -> Option<FieldType> {
    let alike = (&one.codec, &one.zone, &one.null_texts, &one.default)
        == (&other.codec, &other.zone, &other.null_texts, &other.default);
    if !alike {
        return None;
    }
    match (&one.ty, &other.ty) {
        (one, other) if one == other => Some(one.clone()),
        // The keys of two records are one number or text each.
        (
            FieldType::Key { scalar: one, .. } | FieldType::Scalar(one),
            FieldType::Key { scalar: other, .. } | FieldType::Scalar(other),
        ) => {
            let whole = |scalar: &Scalar| types::scalar(scalar.clone());
            let joined = types::join(&whole(one), &whole(other), &[])?;
            let Base::Scalar(scalar, _) = joined.base else {
                return None;
            };
            Some(FieldType::Scalar(scalar))
        }
        _ => None,
    }
}
