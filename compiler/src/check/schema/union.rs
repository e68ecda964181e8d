//! One of several records: what tells them apart.

use super::written::scalar;
use std::collections::HashSet;
use tenon_dsl::ast::{External, Field, Type, TypeKind};
use tenon_dsl::source::{Name, Span};

/// The names of `A | B`, be it in a list or map, and where it stands.
pub(super) fn of_records(ty: &Type) -> Option<(Vec<&Name>, Span)> {
    match &ty.kind {
        TypeKind::List(element) | TypeKind::Map(element) => of_records(element),
        TypeKind::Union(parts) => {
            let parts: Vec<&Type> = parts.iter().filter(|part| part.kind != TypeKind::Null).collect();
            let names: Option<Vec<&Name>> = parts.iter().map(|part| record_name(part)).collect();
            names.filter(|names| names.len() > 1).map(|names| (names, ty.span))
        }
        TypeKind::Named(_)
        | TypeKind::Word(_)
        | TypeKind::Decimal { .. }
        | TypeKind::Null
        | TypeKind::Record(_)
        | TypeKind::Ref(_)
        | TypeKind::Ext(_) => None,
    }
}

fn record_name(part: &Type) -> Option<&Name> {
    let TypeKind::Named(name) = &part.kind else { return None };
    scalar(&name.value).is_none().then_some(name)
}

/// The field that every record has, always, as a closed enum, and no word of which two of them share.
pub(super) fn told_apart_by<'a>(records: &[&'a External]) -> Option<&'a str> {
    let (first, others) = records.split_first()?;
    let tells = |field: &&Field| {
        let mut seen = HashSet::new();
        let mut fresh = |field: &Field| {
            let words = words(&field.ty).filter(|_| !field.optional);
            words.is_some_and(|words| words.into_iter().all(|word| seen.insert(word.to_owned())))
        };
        fresh(field)
            && others.iter().all(|record| {
                let same = record.fields.iter().find(|other| other.name.value == field.name.value);
                same.is_some_and(&mut fresh)
            })
    };
    first.fields.iter().find(tells).map(|field| field.name.value.as_str())
}

/// The words of a closed enum.
fn words(ty: &Type) -> Option<Vec<&str>> {
    match &ty.kind {
        TypeKind::Word(word) => Some(vec![word.value.as_str()]),
        TypeKind::Union(parts) => {
            let words: Option<Vec<Vec<&str>>> = parts.iter().map(words).collect();
            words.map(|words| words.concat())
        }
        TypeKind::Named(_)
        | TypeKind::Decimal { .. }
        | TypeKind::Null
        | TypeKind::List(_)
        | TypeKind::Map(_)
        | TypeKind::Record(_)
        | TypeKind::Ref(_)
        | TypeKind::Ext(_) => None,
    }
}
