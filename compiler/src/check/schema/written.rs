//! A type as written, sorted: scalars apart from names, null apart from the rest.

use crate::error::{Reports, name, stored_type, typing};
use crate::ir::Scalar;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use tenon_dsl::ast::{Field, Type, TypeKind};
use tenon_dsl::source::{Name, Span};

/// A type as written.
#[derive(Clone, Debug)]
pub(crate) struct Written<'a> {
    /// Without null.
    pub(crate) base: WrittenBase<'a>,
    /// `| null`
    pub(crate) nullable: bool,
    /// Where.
    pub(crate) span: Span,
}

/// A type as written, without null.
#[derive(Clone, Debug)]
pub(crate) enum WrittenBase<'a> {
    /// A type without parts.
    Scalar(Scalar),
    /// `ref M`
    Ref(&'a Name),
    /// `ext X`
    Ext(&'a Name),
    /// Name of a record or model.
    Named(&'a Name),
    /// `[T]`
    List(Box<Written<'a>>),
    /// `{text: T}`
    Map(Box<Written<'a>>),
    /// `{ a: int }`
    Record(&'a [Field]),
    /// `A | B`, in external records: one of several records.
    OneOf(Vec<&'a Name>),
    /// `text | int`, in external records.
    TextOrNumber,
    /// Reported already.
    Wrong,
}

/// The scalars that have a name.
pub(crate) const SCALARS: [&str; 12] = [
    "text", "int", "decimal", "float", "bool", "date", "time", "datetime", "duration", "uuid", "bytes", "json",
];

/// Sorts a type.
pub(crate) fn written<'a>(ty: &'a Type, reports: &mut Reports) -> Written<'a> {
    let base = match &ty.kind {
        TypeKind::Named(name) => named(name),
        TypeKind::Decimal { scale } => match u8::try_from(scale.value) {
            Ok(digits) if digits <= 28 => WrittenBase::Scalar(Scalar::Decimal(Some(digits))),
            Ok(_) | Err(_) => {
                let decimal = Name::new(format!("decimal({})", scale.value), scale.span);
                reports.push(name::unknown_type(
                    &decimal,
                    "type",
                    &[],
                    "a decimal has at most 28 digits",
                ));
                WrittenBase::Wrong
            }
        },
        TypeKind::Word(word) => WrittenBase::Scalar(Scalar::Enum {
            words: vec![word.value.clone()],
            open: false,
        }),
        TypeKind::Null => {
            reports.push(stored_type::null_alone(ty.span));
            WrittenBase::Wrong
        }
        TypeKind::List(element) => WrittenBase::List(Box::new(written(element, reports))),
        TypeKind::Map(value) => WrittenBase::Map(Box::new(written(value, reports))),
        TypeKind::Record(fields) => WrittenBase::Record(fields),
        TypeKind::Ref(name) => WrittenBase::Ref(name),
        TypeKind::Ext(name) => WrittenBase::Ext(name),
        TypeKind::Union(parts) => return union(parts, ty.span, reports),
    };
    Written {
        base,
        nullable: false,
        span: ty.span,
    }
}

fn named(name: &Name) -> WrittenBase<'_> {
    match scalar(&name.value) {
        Some(scalar) => WrittenBase::Scalar(scalar),
        None => WrittenBase::Named(name),
    }
}

/// The scalar of this name.
pub(crate) fn scalar(name: &str) -> Option<Scalar> {
    Some(match name {
        "text" => Scalar::Text,
        "int" => Scalar::Int,
        "decimal" => Scalar::Decimal(None),
        "float" => Scalar::Float,
        "bool" => Scalar::Bool,
        "date" => Scalar::Date,
        "time" => Scalar::Time,
        "duration" => Scalar::Duration,
        "datetime" => Scalar::DateTime,
        "uuid" => Scalar::Uuid,
        "bytes" => Scalar::Bytes,
        "json" => Scalar::Json,
        _ => return None,
    })
}

/// `"a" | "b" | text | null`
fn union<'a>(parts: &'a [Type], span: Span, reports: &mut Reports) -> Written<'a> {
    let nullable = parts.iter().any(|part| matches!(part.kind, TypeKind::Null));
    let words: Vec<&Name> = parts.iter().filter_map(word).collect();
    let rest: Vec<&Type> = parts
        .iter()
        .filter(|part| !matches!(part.kind, TypeKind::Null | TypeKind::Word(_)))
        .collect();
    let base = match (words.is_empty(), rest.as_slice()) {
        (false, []) => enumeration(&words, false, reports),
        (false, [open]) if is_text(open) => enumeration(&words, true, reports),
        (true, [only]) => written(only, reports).base,
        (true | false, _) if rest.iter().all(|part| is_text(part) || bare_word(part).is_some()) => {
            let bare: Vec<&str> = parts
                .iter()
                .filter_map(|part| bare_word(part).or_else(|| Some(word(part)?.value.as_str())))
                .collect();
            reports.push(name::words_without_quotes(span, &bare, "type"));
            WrittenBase::Wrong
        }
        (true, [one, other]) if text_or_number(one, other) => WrittenBase::TextOrNumber,
        (true | false, _) => {
            reports.push(typing::mixed_union(span));
            WrittenBase::Wrong
        }
    };
    Written { base, nullable, span }
}

/// `text | int`, `decimal(2) | text`
fn text_or_number(one: &Type, other: &Type) -> bool {
    let number = |part: &Type| match &part.kind {
        TypeKind::Decimal { .. } => true,
        TypeKind::Named(name) => matches!(scalar(&name.value), Some(Scalar::Int | Scalar::Decimal(_))),
        TypeKind::Word(_)
        | TypeKind::Null
        | TypeKind::List(_)
        | TypeKind::Map(_)
        | TypeKind::Record(_)
        | TypeKind::Ref(_)
        | TypeKind::Ext(_)
        | TypeKind::Union(_) => false,
    };
    (is_text(one) && number(other)) || (number(one) && is_text(other))
}

/// Whether a type, or what a list or map of it holds, is a text that may be written as a number.
pub(super) fn holds_text_or_number(ty: &Written<'_>) -> bool {
    match &ty.base {
        WrittenBase::TextOrNumber => true,
        WrittenBase::List(element) | WrittenBase::Map(element) => holds_text_or_number(element),
        WrittenBase::Scalar(_)
        | WrittenBase::Ref(_)
        | WrittenBase::Ext(_)
        | WrittenBase::Named(_)
        | WrittenBase::Record(_)
        | WrittenBase::OneOf(_)
        | WrittenBase::Wrong => false,
    }
}

/// A name that may be a value of an enum which lacks its quotes.
fn bare_word(part: &Type) -> Option<&str> {
    let TypeKind::Named(name) = &part.kind else { return None };
    (scalar(&name.value).is_none() && !name.value.contains('.')).then_some(&name.value)
}

fn word(part: &Type) -> Option<&Name> {
    let TypeKind::Word(word) = &part.kind else { return None };
    Some(word)
}

fn is_text(ty: &Type) -> bool {
    matches!(&ty.kind, TypeKind::Named(name) if name.value == "text")
}

fn enumeration<'a>(words: &[&Name], open: bool, reports: &mut Reports) -> WrittenBase<'a> {
    // Where each word stands first; said once however often it comes again.
    let mut known: HashMap<&str, Option<Span>> = HashMap::new();
    for word in words {
        match known.entry(&word.value) {
            Entry::Vacant(free) => {
                free.insert(Some(word.span));
            }
            Entry::Occupied(mut taken) => {
                if let Some(first) = taken.get_mut().take() {
                    reports.push(name::declared_twice(first, word.span, "the value", &word.value));
                }
            }
        }
    }
    WrittenBase::Scalar(Scalar::Enum {
        words: words.iter().map(|word| word.value.clone()).collect(),
        open,
    })
}
