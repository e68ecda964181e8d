//! What the parameters of built-in functions take.

use crate::builtin::Kind;
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::{Literal, Scalar};
use crate::types;

/// What a parameter needs, where the value is something else.
pub(super) fn needed(kind: Kind, value: &Expr, first: Option<&Expr>) -> Option<&'static str> {
    let base = &value.ty.base;
    let is_literal_text = matches!(&value.kind, ExprKind::Literal(Literal::Text(_)));
    let (fits, needed) = match kind {
        Kind::Text => (is_text(base), "text"),
        Kind::TextOrList => (is_text(base) || matches!(base, Base::List(_)), "text or list"),
        Kind::Int => (matches!(base, Base::Scalar(Scalar::Int, _)), "int"),
        Kind::Digits => (digits(value).is_some(), "whole number, written here"),
        Kind::Number => (is_number(base), "number"),
        Kind::Decimal => (is_number(base), "decimal"),
        Kind::Float => (matches!(base, Base::Scalar(Scalar::Float, _)), "float"),
        Kind::Bool => (matches!(base, Base::Scalar(Scalar::Bool, _)), "bool"),
        Kind::Date => (matches!(base, Base::Scalar(Scalar::Date, _)), "date"),
        Kind::DateTime => (matches!(base, Base::Scalar(Scalar::DateTime, _)), "datetime"),
        Kind::Duration => (matches!(base, Base::Scalar(Scalar::Duration, _)), "duration"),
        Kind::Plain => (is_plain(base), "int, decimal, bool, date, duration, uuid or key"),
        Kind::Any | Kind::Same => (true, "value"),
        Kind::Format => (is_literal_text, "text, written here"),
        Kind::Word(words) => (is_word(value, words), "word that it knows, written here"),
        Kind::List | Kind::GappyList | Kind::NumberList => (matches!(base, Base::List(_)), "list"),
        Kind::TextList => (is_list_of(base, is_text), "list of texts"),
        Kind::DecimalList => (is_list_of(base, is_number), "list of numbers"),
        Kind::Part => (is_part(base, first), "part of it"),
        Kind::Map => (matches!(base, Base::Map(_)), "map"),
        Kind::Key
        | Kind::KeyList
        | Kind::Model
        | Kind::Function
        | Kind::Predicate
        | Kind::Order
        | Kind::NumberFunction => (true, "value"),
    };
    (!fits).then_some(needed)
}

fn is_text(base: &Base) -> bool {
    match base {
        Base::Scalar(Scalar::Text | Scalar::Enum { .. }, _) | Base::Ext(_) | Base::Nothing => true,
        Base::Scalar(..)
        | Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Record(_)
        | Base::List(_)
        | Base::Map(_)
        | Base::Wrong => false,
    }
}

pub(super) fn is_number(base: &Base) -> bool {
    matches!(base, Base::Scalar(Scalar::Int | Scalar::Decimal(_), _) | Base::Nothing)
}

fn is_plain(base: &Base) -> bool {
    match base {
        Base::Scalar(scalar, _) => match scalar {
            Scalar::Int | Scalar::Decimal(_) | Scalar::Bool | Scalar::Date | Scalar::Duration | Scalar::Uuid => true,
            Scalar::Text
            | Scalar::Float
            | Scalar::Time
            | Scalar::DateTime
            | Scalar::Bytes
            | Scalar::Json
            | Scalar::Enum { .. } => false,
        },
        Base::Ext(_) => true,
        Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Record(_)
        | Base::List(_)
        | Base::Map(_)
        | Base::Nothing
        | Base::Wrong => false,
    }
}

fn is_list_of(base: &Base, of: fn(&Base) -> bool) -> bool {
    matches!(base, Base::List(element) if of(&element.base))
}

fn is_part(part: &Base, whole: Option<&Expr>) -> bool {
    match whole.map(|whole| &whole.ty.base) {
        Some(Base::List(element)) => {
            types::join(&types::present(part.clone()), &types::certain(element), &[]).is_some()
        }
        Some(_) => is_text(part),
        None => true,
    }
}

fn is_word(value: &Expr, words: &[&str]) -> bool {
    matches!(&value.kind, ExprKind::Literal(Literal::Text(text)) if words.contains(&text.as_str()))
}

/// The number that is written in the rule.
pub(super) fn digits(value: &Expr) -> Option<u32> {
    let ExprKind::Literal(Literal::Int(number)) = &value.kind else {
        return None;
    };
    u32::try_from(*number).ok()
}

/// The text type as long as another at most.
pub(super) fn text_as(first: &Type) -> Type {
    types::present(Base::Scalar(Scalar::Text, types::most_letters(first)))
}
