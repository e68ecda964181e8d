//! The static types and what converts to what. Decides only; what is said about it is `check`'s.

mod shown;

pub(crate) use shown::TypeNames;

use crate::ir::expr::{Base, Type};

pub(crate) use crate::ir::expr::Type as Ty;
use crate::ir::{ExternalId, FieldType, Literal, ModelField, ModelKind, Scalar};

/// A type that is never absent.
pub(crate) fn present(base: Base) -> Type {
    Type {
        base,
        nullable: false,
        optional: false,
    }
}

/// A scalar that is never absent.
pub(crate) fn scalar(scalar: Scalar) -> Type {
    present(Base::Scalar(scalar, None))
}

/// Text of any length.
pub(crate) fn text() -> Type {
    scalar(Scalar::Text)
}

/// A list that is never absent.
pub(crate) fn list(element: Type) -> Type {
    present(Base::List(Box::new(element)))
}

/// Follows from a mistake that is reported already.
pub(crate) fn wrong() -> Type {
    present(Base::Wrong)
}

/// The most letters of a text, where its type says so.
pub(crate) fn most_letters(ty: &Type) -> Option<u32> {
    if let Base::Scalar(_, max) = &ty.base {
        *max
    } else {
        None
    }
}

/// A literal that may stand in for an absent value of the type; `..` where none is plain.
pub(crate) fn stand_in(ty: &Type) -> &'static str {
    match &ty.base {
        Base::Scalar(Scalar::Text, _) => "\"\"",
        Base::Scalar(Scalar::Int | Scalar::Decimal(_), _) => "0",
        Base::Scalar(Scalar::Bool, _) => "false",
        Base::List(_) => "[]",
        Base::Scalar(..)
        | Base::Ext(_)
        | Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Record(_)
        | Base::Map(_)
        | Base::Nothing
        | Base::Wrong => "..",
    }
}

/// Whether the type follows from a mistake.
pub(crate) fn is_wrong(ty: &Type) -> bool {
    match &ty.base {
        Base::Wrong => true,
        Base::List(element) | Base::Map(element) => is_wrong(element),
        Base::Record(fields) => fields.iter().any(|(_, field)| is_wrong(field)),
        Base::Scalar(..) | Base::Ext(_) | Base::Ref(_) | Base::External(_) | Base::Internal(_) | Base::Nothing => false,
    }
}

/// Whether a value of the type may be absent.
pub(crate) fn may_be_absent(ty: &Type) -> bool {
    ty.nullable || ty.optional
}

/// The same without absence.
pub(crate) fn certain(ty: &Type) -> Type {
    present(ty.base.clone())
}

/// The same, absent wherever `other` is.
pub(crate) fn absent_as(ty: Type, other: &Type) -> Type {
    Type {
        nullable: ty.nullable || other.nullable,
        optional: ty.optional || other.optional,
        base: ty.base,
    }
}

/// The same, which may be missing.
pub(crate) fn or_missing(ty: Type) -> Type {
    Type { optional: true, ..ty }
}

/// The type of a literal.
pub(crate) fn of_literal(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type {
            nullable: true,
            ..present(Base::Nothing)
        },
        Literal::Missing => or_missing(present(Base::Nothing)),
        Literal::Text(text) => words(vec![text.clone()]),
        Literal::Int(_) => scalar(Scalar::Int),
        Literal::Decimal(digits) => scalar(Scalar::Decimal(Some(scale_of(digits)))),
        Literal::Bool(_) => scalar(Scalar::Bool),
    }
}

/// A closed enum of these words: what literals give.
pub(crate) fn words(words: Vec<String>) -> Type {
    let max = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    present(Base::Scalar(
        Scalar::Enum { words, open: false },
        u32::try_from(max).ok(),
    ))
}

fn scale_of(digits: &str) -> u8 {
    let scale = digits.split_once('.').map_or(0, |(_, behind)| behind.len());
    u8::try_from(scale).unwrap_or(28)
}

/// The type of a value that a field of an external record holds, without absence.
pub(crate) fn of_field(ty: &FieldType, max: Option<u32>) -> Base {
    match ty {
        FieldType::Scalar(scalar) => Base::Scalar(scalar.clone(), max.or_else(|| enum_max(scalar))),
        FieldType::Key { external, scalar: _ } => Base::Ext(*external),
        FieldType::Record(external) => Base::External(*external),
        FieldType::List(element) => Base::List(Box::new(of_element(element, max))),
        FieldType::Map(value) => Base::Map(Box::new(of_element(value, max))),
        FieldType::Nullable(value) => of_field(value, max),
        FieldType::Ref(model) => Base::Ref(*model),
    }
}

/// The type of an element of a list or map.
fn of_element(ty: &FieldType, max: Option<u32>) -> Type {
    Type {
        nullable: matches!(ty, FieldType::Nullable(_)),
        ..present(of_field(ty, max))
    }
}

/// The longest word of a closed enum.
fn enum_max(scalar: &Scalar) -> Option<u32> {
    let Scalar::Enum { words, open: false } = scalar else {
        return None;
    };
    let longest = words.iter().map(|word| word.chars().count()).max();
    longest.and_then(|max| u32::try_from(max).ok())
}

/// The type of a value that a stored field holds.
pub(crate) fn of_stored(field: &ModelField) -> Type {
    let base = match &field.kind {
        ModelKind::Scalar(scalar) => Base::Scalar(scalar.clone(), field.max.or_else(|| enum_max(scalar))),
        ModelKind::Ref { model, on_delete: _ } => Base::Ref(*model),
        ModelKind::OneToMany { model, by: _ } => Base::List(Box::new(present(Base::Internal(*model)))),
        ModelKind::ManyToMany { model } => Base::List(Box::new(present(Base::Ref(*model)))),
        ModelKind::Value(ty) => ty.base.clone(),
        ModelKind::Key { external } => Base::Ext(*external),
    };
    Type {
        nullable: field.nullable,
        ..present(base)
    }
}

/// Why a value does not fit, apart from absence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Misfit {
    /// Other types.
    Type,
    /// A float into an exact amount.
    Float,
    /// So many digits after the point into so many.
    Digits(Option<u8>, u8),
    /// So many characters into so many: a warning.
    Cut(u32, u32),
}

/// Whether a value of base `from` converts to `to` by itself.
pub(crate) fn fits(from: &Base, to: &Base, keys: &[crate::ir::External]) -> Result<(), Misfit> {
    match (from, to) {
        (Base::Wrong, _) | (_, Base::Wrong) | (Base::Nothing, _) => Ok(()),
        (Base::Scalar(from, from_max), Base::Scalar(to, to_max)) => scalar_fits((from, *from_max), (to, *to_max)),
        (Base::Ext(from), Base::Ext(to)) => equal(from == to),
        (Base::Ext(from), Base::Scalar(to, to_max)) => match key_scalar(*from, keys) {
            Some((scalar, max)) => scalar_fits((&scalar, max), (to, *to_max)),
            None => Err(Misfit::Type),
        },
        (Base::Ref(from), Base::Ref(to)) | (Base::Internal(from), Base::Internal(to)) => equal(from == to),
        (Base::External(from), Base::External(to)) => equal(from == to),
        (Base::List(from), Base::List(to)) => element_fits(from, to, keys),
        (Base::Map(from), Base::Map(to)) => element_fits(from, to, keys),
        (Base::Record(from), Base::Record(to)) => record_fits(from, to, keys),
        (Base::Record(from), Base::External(to)) => made_fits(from, *to, keys),
        (Base::Record(_) | Base::List(_), Base::Scalar(Scalar::Json, _)) => equal(is_plain(from)),
        (
            Base::Scalar(..)
            | Base::Ext(_)
            | Base::Ref(_)
            | Base::Internal(_)
            | Base::External(_)
            | Base::List(_)
            | Base::Map(_)
            | Base::Record(_),
            _,
        ) => Err(Misfit::Type),
    }
}

/// Whether JSON of it says all of it: values of a mapping do, records that were read do not.
fn is_plain(base: &Base) -> bool {
    match base {
        Base::Scalar(..) | Base::Ext(_) | Base::Nothing => true,
        Base::Record(fields) => fields.iter().all(|(_, ty)| is_plain(&ty.base)),
        Base::List(element) => is_plain(&element.base),
        Base::Map(_) | Base::Ref(_) | Base::Internal(_) | Base::External(_) | Base::Wrong => false,
    }
}

fn equal(same: bool) -> Result<(), Misfit> {
    match same {
        true => Ok(()),
        false => Err(Misfit::Type),
    }
}

fn element_fits(from: &Type, to: &Type, keys: &[crate::ir::External]) -> Result<(), Misfit> {
    equal((to.nullable || !from.nullable) && (to.optional || !from.optional))?;
    fits(&from.base, &to.base, keys)
}

fn record_fits(from: &[(String, Type)], to: &[(String, Type)], keys: &[crate::ir::External]) -> Result<(), Misfit> {
    for (name, wanted) in to {
        match from.iter().find(|(other, _)| other == name) {
            Some((_, given)) => element_fits(given, wanted, keys)?,
            None => equal(wanted.optional)?,
        }
    }
    equal(from.iter().all(|(name, _)| to.iter().any(|(other, _)| other == name)))
}

/// Whether a record that a mapping makes is one of an external type.
fn made_fits(from: &[(String, Type)], to: crate::ir::ExternalId, keys: &[crate::ir::External]) -> Result<(), Misfit> {
    let Some(wanted) = keys.get(to.0) else {
        return Err(Misfit::Type);
    };
    let fields = wanted.fields.iter().filter(|field| !field.readonly).map(|field| {
        let ty = Type {
            base: of_field(&field.ty, field.max),
            nullable: field.nullable,
            optional: field.optional || field.default.is_some(),
        };
        (field.name.text.clone(), ty)
    });
    record_fits(from, &fields.collect::<Vec<_>>(), keys)
}

fn scalar_fits(from: (&Scalar, Option<u32>), to: (&Scalar, Option<u32>)) -> Result<(), Misfit> {
    match (from.0, to.0) {
        (Scalar::Float, Scalar::Decimal(_) | Scalar::Int) => Err(Misfit::Float),
        (Scalar::Int, Scalar::Decimal(_)) => Ok(()),
        (Scalar::Decimal(from), Scalar::Decimal(to)) => decimal_fits(*from, *to),
        (Scalar::Text, Scalar::Text) => text_fits(from.1, to.1),
        (Scalar::Enum { open, .. }, Scalar::Text) => match open {
            true => Ok(()),
            false => text_fits(from.1, to.1),
        },
        (Scalar::Text, Scalar::Enum { open, .. }) => equal(*open),
        (
            Scalar::Enum { words: from, open },
            Scalar::Enum {
                words: to,
                open: to_open,
            },
        ) => equal(*to_open || (!open && from.iter().all(|word| to.contains(word)))),
        (from, to) => equal(from == to),
    }
}

fn text_fits(from: Option<u32>, to: Option<u32>) -> Result<(), Misfit> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(Misfit::Cut(from, to)),
        (None | Some(_), None | Some(_)) => Ok(()),
    }
}

fn decimal_fits(from: Option<u8>, to: Option<u8>) -> Result<(), Misfit> {
    match (from, to) {
        (_, None) => Ok(()),
        (Some(from), Some(to)) if from <= to => Ok(()),
        (from, Some(to)) => Err(Misfit::Digits(from, to)),
    }
}

/// What the key of an external record is written as, and its longest text.
pub(crate) fn key_scalar(external: ExternalId, externals: &[crate::ir::External]) -> Option<(Scalar, Option<u32>)> {
    let declared = externals.get(external.0)?;
    let [key] = declared.key[..] else { return None };
    let field = declared.fields.get(key.0)?;
    match &field.ty {
        FieldType::Key { scalar, external: _ } | FieldType::Scalar(scalar) => Some((scalar.clone(), field.max)),
        FieldType::Record(_) | FieldType::List(_) | FieldType::Map(_) | FieldType::Nullable(_) | FieldType::Ref(_) => {
            None
        }
    }
}

/// The smallest type that both convert to.
pub(crate) fn join(a: &Type, b: &Type, keys: &[crate::ir::External]) -> Option<Type> {
    Some(Type {
        base: join_base(&a.base, &b.base, keys)?,
        nullable: a.nullable || b.nullable,
        optional: a.optional || b.optional,
    })
}

fn join_base(a: &Base, b: &Base, keys: &[crate::ir::External]) -> Option<Base> {
    match (a, b) {
        (Base::Wrong, _) | (_, Base::Wrong) => Some(Base::Wrong),
        (Base::Nothing, other) | (other, Base::Nothing) => Some(other.clone()),
        (Base::Scalar(a, a_max), Base::Scalar(b, b_max)) => join_scalars((a, *a_max), (b, *b_max)),
        (Base::List(a), Base::List(b)) => join(a, b, keys).map(|element| Base::List(Box::new(element))),
        (Base::Map(a), Base::Map(b)) => join(a, b, keys).map(|element| Base::Map(Box::new(element))),
        (Base::Record(a), Base::Record(b)) => join_records(a, b, keys),
        _ if a == b => Some(a.clone()),
        _ if fits(a, b, keys).is_ok() => Some(b.clone()),
        _ if fits(b, a, keys).is_ok() => Some(a.clone()),
        _ => None,
    }
}

fn join_records(a: &[(String, Type)], b: &[(String, Type)], keys: &[crate::ir::External]) -> Option<Base> {
    let mut fields = Vec::new();
    for (name, ty) in a {
        let joined = match b.iter().find(|(other, _)| other == name) {
            Some((_, other)) => join(ty, other, keys)?,
            None => or_missing(ty.clone()),
        };
        fields.push((name.clone(), joined));
    }
    let rest = b.iter().filter(|(name, _)| !a.iter().any(|(other, _)| other == name));
    fields.extend(rest.map(|(name, ty)| (name.clone(), or_missing(ty.clone()))));
    Some(Base::Record(fields))
}

fn join_scalars(a: (&Scalar, Option<u32>), b: (&Scalar, Option<u32>)) -> Option<Base> {
    let longest = a.1.zip(b.1).map(|(a, b)| a.max(b));
    let joined = match (a.0, b.0) {
        (Scalar::Int, Scalar::Decimal(scale)) | (Scalar::Decimal(scale), Scalar::Int) => Scalar::Decimal(*scale),
        (Scalar::Decimal(a), Scalar::Decimal(b)) => Scalar::Decimal(a.zip(*b).map(|(a, b)| a.max(b))),
        (Scalar::Enum { words: a, open: a_open }, Scalar::Enum { words: b, open: b_open }) => {
            let mut words = a.clone();
            words.extend(b.iter().filter(|word| !a.contains(word)).cloned());
            let open = *a_open || *b_open;
            Scalar::Enum { words, open }
        }
        (Scalar::Enum { .. }, Scalar::Text) | (Scalar::Text, Scalar::Enum { .. }) => Scalar::Text,
        (a, b) if a == b => a.clone(),
        _ => return None,
    };
    Some(Base::Scalar(joined, longest))
}

/// A scalar in the author's words.
pub(crate) fn shown_scalar(scalar: &Scalar) -> String {
    shown::show_scalar(scalar)
}
