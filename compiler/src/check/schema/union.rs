//! One of several records: what tells them apart.

use super::written::{Written, WrittenBase, scalar};
use crate::resolve::Items;
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

/// The same type, its union as one of several records.
pub(super) fn written(ty: &Type) -> Written<'_> {
    let base = match &ty.kind {
        TypeKind::List(element) => WrittenBase::List(Box::new(written(element))),
        TypeKind::Map(value) => WrittenBase::Map(Box::new(written(value))),
        TypeKind::Union(parts) => WrittenBase::OneOf(parts.iter().filter_map(record_name).collect()),
        TypeKind::Named(_)
        | TypeKind::Word(_)
        | TypeKind::Decimal { .. }
        | TypeKind::Null
        | TypeKind::Record(_)
        | TypeKind::Ref(_)
        | TypeKind::Ext(_) => WrittenBase::Wrong,
    };
    let nullable = matches!(&ty.kind, TypeKind::Union(parts) if parts.iter().any(|part| part.kind == TypeKind::Null));
    Written {
        base,
        nullable,
        span: ty.span,
    }
}

/// The fields of all records that tell records apart somewhere: record, field.
pub(super) fn telling<'a>(items: &Items<'a>) -> HashSet<(String, &'a str)> {
    let fields = items.externals.values().flat_map(|declared| &declared.item.fields);
    let mut telling = HashSet::new();
    for (names, _) in fields.filter_map(|field| of_records(&field.ty)) {
        let records = names.iter().filter_map(|name| items.externals.get(name.value.as_str()));
        let records: Vec<&External> = records.map(|declared| declared.item).collect();
        if let Some(by) = told_apart_by(&records) {
            telling.extend(records.iter().map(|record| (record.name.value.clone(), by)));
        }
    }
    telling
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
