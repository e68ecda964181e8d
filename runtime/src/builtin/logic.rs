//! Conditions, comparison, arithmetic, absence, failure: what operators of the language become.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::date;
use crate::fault::{Fault, FaultKind};
use crate::json::writer::json_text;
use crate::mapper::canonical_key;
use crate::value::{Out, Val};

/// The bool of a condition. There is no truthiness: an absent condition is a fault.
pub fn condition(value: Val<'_>) -> Result<bool, Fault> {
    match value.is_absent() {
        true => Err(Fault::data(format!("a condition is {}", value.noun()))),
        false => value.into_bool(),
    }
}

/// `x and false`: made for what it may fail of, and never true.
pub const fn never(_made: bool) -> bool {
    false
}

/// `not x`; absence passes through.
pub fn not(value: Val<'_>) -> Out<'_> {
    let value = super::present!(value);
    Ok(Val::Bool(!value.into_bool()?))
}

/// `a and b`: the right side is evaluated only where the left one holds.
pub fn and<'s>(left: Val<'s>, right: impl FnOnce() -> Out<'s>) -> Out<'s> {
    match condition(left)? {
        true => condition(right()?).map(Val::Bool),
        false => Ok(Val::Bool(false)),
    }
}

/// `a or b`: the right side is evaluated only where the left one does not hold.
pub fn or<'s>(left: Val<'s>, right: impl FnOnce() -> Out<'s>) -> Out<'s> {
    match condition(left)? {
        true => Ok(Val::Bool(true)),
        false => condition(right()?).map(Val::Bool),
    }
}

/// `x is present`
pub fn is_present<'s>(value: Val<'_>) -> Out<'s> {
    Ok(Val::Bool(value.is_present()))
}

/// `x is absent`
pub fn is_absent<'s>(value: Val<'_>) -> Out<'s> {
    Ok(Val::Bool(value.is_absent()))
}

/// `x is null`
pub fn is_null<'s>(value: Val<'_>) -> Out<'s> {
    Ok(Val::Bool(matches!(value, Val::Null)))
}

/// `x is missing`
pub fn is_missing<'s>(value: Val<'_>) -> Out<'s> {
    Ok(Val::Bool(value.is_absent() && !matches!(value, Val::Null)))
}

/// `a == b`: numbers by value, absent equals absent only.
pub fn equals<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    same(&left, &right).map(Val::Bool)
}

/// `a != b`
pub fn not_equals<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    same(&left, &right).map(|equal| Val::Bool(!equal))
}

/// `a < b`
pub fn less<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    order(&left, &right).map(|order| Val::Bool(order.is_lt()))
}

/// `a <= b`
pub fn less_or_equal<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    order(&left, &right).map(|order| Val::Bool(order.is_le()))
}

/// `a > b`
pub fn greater<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    order(&left, &right).map(|order| Val::Bool(order.is_gt()))
}

/// `a >= b`
pub fn greater_or_equal<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    order(&left, &right).map(|order| Val::Bool(order.is_ge()))
}

/// `x in [..]`; an absent list holds nothing.
pub fn in_list<'s>(value: Val<'_>, list: Val<'_>) -> Out<'s> {
    if list.is_absent() {
        return Ok(Val::Bool(false));
    }
    for element in list.into_list()? {
        if same(&value, &element)? {
            return Ok(Val::Bool(true));
        }
    }
    Ok(Val::Bool(false))
}

/// `a ?? b`: the right side is evaluated only where the left one is absent.
pub fn default<'s>(value: Val<'s>, otherwise: impl FnOnce() -> Out<'s>) -> Out<'s> {
    match value.is_absent() {
        true => otherwise(),
        false => Ok(value),
    }
}

/// `a catch b`: the right side is evaluated only where the left one failed. An answer that is not known yet is no failure.
pub fn catch<T>(value: Result<T, Fault>, otherwise: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    match value {
        Err(fault) if fault.kind != FaultKind::Busy => otherwise(),
        kept => kept,
    }
}

/// `f?`: a failure becomes missing. Several records where one was meant are no failure: a person decides.
pub fn or_missing(value: Out<'_>) -> Out<'_> {
    match value {
        Err(fault) if fault.kind == FaultKind::Ambiguous => Err(fault),
        value => catch(value, || Ok(Val::Missing)),
    }
}

/// `need!(message)`: the value, or a failure with the author's words where it is absent.
pub fn need<'s>(value: Val<'s>, message: Val<'_>) -> Out<'s> {
    match value.is_absent() {
        true => Err(Fault::data(message.into_text()?.into_owned())),
        false => Ok(value),
    }
}

/// `"a {b} c"`: the parts in a row. An absent part is a fault.
pub fn interpolate<'s>(parts: &[Val<'_>]) -> Out<'s> {
    let mut text = String::with_capacity(parts.len() * 16);
    for part in parts {
        if part.is_absent() {
            return Err(Fault::data(format!("a part of a text is {}", part.noun())));
        }
        if let Val::Text(part) = part {
            text.push_str(part);
        } else {
            text.push_str(&as_text(part)?);
        }
    }
    Ok(Val::made(text))
}

/// A field of `{ .. }`, of an extern's result, or of a stored record; missing where the record is absent or has no such field.
pub fn field<'s>(record: Val<'s>, name: &str) -> Val<'s> {
    if let Val::Stored(stored) = record {
        return stored.value(name).unwrap_or(Val::Missing);
    }
    let Val::Record(fields) = record else {
        return Val::Missing;
    };
    let found = fields.into_iter().find(|(known, _)| *known == name);
    found.map_or(Val::Missing, |(_, value)| value)
}

/// `a[0]`: past the end, or of an absent list: missing.
pub fn index<'s>(list: Val<'s>, position: Val<'_>) -> Out<'s> {
    if list.is_absent() {
        return Ok(Val::Missing);
    }
    let position = usize::try_from(position.into_int()?).ok();
    let mut elements = list.into_list()?;
    Ok(match position {
        Some(position) if position < elements.len() => elements.swap_remove(position),
        Some(_) | None => Val::Missing,
    })
}

/// `a + b`
pub fn add<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    if let Some(moved) = date::moved(&left, &right) {
        return moved;
    }
    calculate(left, right, i64::checked_add, Decimal::checked_add)
}

/// `a - b`
pub fn subtract<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    if let Some(moved) = date::moved_back(&left, &right) {
        return moved;
    }
    calculate(left, right, i64::checked_sub, Decimal::checked_sub)
}

/// `a * b`
pub fn multiply<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    calculate(left, right, i64::checked_mul, Decimal::checked_mul)
}

/// `a / b`: a decimal of up to 28 digits, of whole numbers too.
pub fn divide<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    let (left, right) = (left.into_decimal()?, right.into_decimal()?);
    super::exact::divide(left, right).map(Val::Decimal)
}

/// `a % b`: the remainder has the sign of `a`.
pub fn remainder<'s>(left: Val<'_>, right: Val<'_>) -> Out<'s> {
    if right.clone().into_decimal()?.is_zero() {
        return Err(Fault::data("division by zero"));
    }
    calculate(left, right, i64::checked_rem, Decimal::checked_rem)
}

/// `-x`
pub fn negate<'s>(value: Val<'_>) -> Out<'s> {
    if let Val::Int(number) = value {
        return number.checked_neg().map(Val::Int).ok_or_else(too_large);
    }
    Ok(Val::Decimal(-value.into_decimal()?))
}

/// Whole numbers stay whole; with a decimal the result is one.
fn calculate<'s>(
    left: Val<'_>,
    right: Val<'_>,
    whole: fn(i64, i64) -> Option<i64>,
    exact: fn(Decimal, Decimal) -> Option<Decimal>,
) -> Out<'s> {
    if let (Val::Int(left), Val::Int(right)) = (&left, &right) {
        return whole(*left, *right).map(Val::Int).ok_or_else(too_large);
    }
    exact(left.into_decimal()?, right.into_decimal()?)
        .map(Val::Decimal)
        .ok_or_else(too_large)
}

pub(super) fn too_large() -> Fault {
    Fault::data("the result is too large: 64 bits for whole numbers, 28 digits for decimals")
}

/// Whether two values are equal. Numbers by value, keys by their text, lists and records element by element.
pub fn same(left: &Val<'_>, right: &Val<'_>) -> Result<bool, Fault> {
    match (left, right) {
        _ if left.is_absent() || right.is_absent() => Ok(left.is_absent() && right.is_absent()),
        (Val::List(left), Val::List(right)) => same_lists(left, right),
        (Val::Record(_), Val::Record(_)) => Ok(json_text(left) == json_text(right)),
        (Val::Rec(left), Val::Rec(right)) => Ok(left.is(right)),
        (Val::Stored(left), Val::Stored(right)) => Ok(left.model == right.model && left.id == right.id),
        (Val::Json(left), Val::Json(right)) => Ok(left == right),
        (Val::Bytes(left), Val::Bytes(right)) => Ok(left == right),
        (Val::Ref(left), Val::Ref(right)) => Ok(left == right),
        (Val::Uuid(left), Val::Uuid(right)) => Ok(left == right),
        (Val::Key(key), other) | (other, Val::Key(key)) => match canonical_key(other) {
            Some(other) => Ok(other.0 == key.as_ref()),
            None => Err(incomparable(left, right)),
        },
        _ => order(left, right).map(Ordering::is_eq),
    }
}

fn same_lists(left: &[Val<'_>], right: &[Val<'_>]) -> Result<bool, Fault> {
    if left.len() != right.len() {
        return Ok(false);
    }
    for (left, right) in left.iter().zip(right) {
        if !same(left, right)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How two present values of one kind stand to each other. Texts by code point, false before true.
pub fn order(left: &Val<'_>, right: &Val<'_>) -> Result<Ordering, Fault> {
    match (left, right) {
        (Val::Int(left), Val::Int(right)) => Ok(left.cmp(right)),
        (Val::Int(_) | Val::Decimal(_), Val::Int(_) | Val::Decimal(_)) => {
            Ok(left.clone().into_decimal()?.cmp(&right.clone().into_decimal()?))
        }
        (Val::Float(left), Val::Float(right)) => left
            .partial_cmp(right)
            .ok_or_else(|| Fault::data("a float is not a number")),
        (Val::Text(left), Val::Text(right)) => Ok(left.cmp(right)),
        (Val::Key(left), Val::Key(right)) => Ok(order_of_keys(left, right)),
        (Val::Bool(left), Val::Bool(right)) => Ok(left.cmp(right)),
        (Val::Date(left), Val::Date(right)) => Ok(left.cmp(right)),
        (Val::Time(left), Val::Time(right)) => Ok(left.cmp(right)),
        (Val::Duration(left), Val::Duration(right)) => Ok(left.cmp(right)),
        (Val::DateTime(left), Val::DateTime(right)) => Ok(left.cmp(right)),
        (Val::Uuid(left), Val::Uuid(right)) => Ok(left.cmp(right)),
        _ => Err(incomparable(left, right)),
    }
}

/// The same, absent values first: for sorting.
pub fn order_absent_first(left: &Val<'_>, right: &Val<'_>) -> Result<Ordering, Fault> {
    match (left.is_present(), right.is_present()) {
        (true, true) => order(left, right),
        (left, right) => Ok(left.cmp(&right)),
    }
}

/// Keys of digits by number, others by code point.
fn order_of_keys(left: &str, right: &str) -> Ordering {
    match (left.parse::<i64>(), right.parse::<i64>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ => left.cmp(right),
    }
}

fn incomparable(left: &Val<'_>, right: &Val<'_>) -> Fault {
    Fault::data(format!("{} cannot be compared with {}", left.noun(), right.noun()))
}

/// A scalar as the text that `"{x}"` and [`super::text::text`] give.
pub(crate) fn as_text(value: &Val<'_>) -> Result<String, Fault> {
    match value {
        Val::Text(text) | Val::Key(text) | Val::Json(text) => Ok(text.clone().into_owned()),
        Val::Int(number) => Ok(number.to_string()),
        Val::Decimal(number) => Ok(number.to_string()),
        Val::Bool(flag) => Ok(flag.to_string()),
        Val::Date(date) => Ok(date.to_string()),
        Val::Time(time) => Ok(time.to_string()),
        Val::Duration(lasting) => Ok(lasting.to_string()),
        Val::DateTime(instant) => Ok(instant.to_string()),
        Val::Uuid(uuid) => Ok(uuid.to_string()),
        Val::Ref(id) => Ok(id.0.to_string()),
        Val::Missing
        | Val::Null
        | Val::Float(_)
        | Val::Bytes(_)
        | Val::List(_)
        | Val::Record(_)
        | Val::Rec(_)
        | Val::Stored(_) => Err(Fault::data(format!("{} has no text", value.noun()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::examples::{holds, v};

    fn never() -> Out<'static> {
        Err(Fault::data("evaluated"))
    }

    #[test]
    fn conditions() {
        holds! {
            not(v("true")) => "false",
            not(v("null")) => "null",
            not(v("1")) => "! a bool is needed here, this is a whole number: 1",
            and(v("false"), never) => "false",
            and(v("true"), || Ok(v("false"))) => "false",
            and(v("null"), never) => "! a condition is null",
            or(v("true"), never) => "true",
            or(v("false"), || Ok(v("true"))) => "true",
            or(v("false"), never) => "! evaluated",
            is_present(v("''")) => "true",
            is_present(v("null")) => "false",
            is_absent(v("missing")) => "true",
            is_null(v("missing")) => "false",
            is_missing(v("missing")) => "true",
            is_missing(v("null")) => "false",
        }
    }

    #[test]
    fn comparison() {
        holds! {
            equals(v("1"), v("1.00")) => "true",
            equals(v("null"), v("missing")) => "true",
            equals(v("null"), v("''")) => "false",
            equals(Val::Key("7".into()), v("7")) => "true",
            equals(Val::Key("7".into()), v("7.5")) => "! an external key cannot be compared with a decimal",
            not_equals(v("'a'"), v("'A'")) => "true",
            less(v("1"), v("1.5")) => "true",
            less_or_equal(v("@2017-01-01"), v("@2017-01-01")) => "true",
            greater(v("'b'"), v("'a'")) => "true",
            greater_or_equal(v("1"), v("null")) => "! a whole number cannot be compared with null",
            in_list(v("'b'"), v("['a','b']")) => "true",
            in_list(v("null"), v("['a']")) => "false",
            in_list(v("1"), v("null")) => "false",
        }
    }

    #[test]
    fn absence_and_failure() {
        holds! {
            default(v("null"), || Ok(v("0"))) => "0",
            default(v("0"), never) => "0",
            default(v("missing"), never) => "! evaluated",
            catch(never(), || Ok(v("1"))) => "1",
            catch(Ok(v("null")), never) => "null",
            catch(Err(Fault::busy("later")), || Ok(v("1"))) => "! later",
            or_missing(never()) => "missing",
            or_missing(Ok(v("null"))) => "null",
            or_missing(Err(Fault::busy("later"))) => "! later",
            need(v("null"), v("'a guest has no customer'")) => "! a guest has no customer",
            need(v("0"), v("'no'")) => "0",
            need(v("missing"), v("'no'")) => "! no",
            interpolate(&[v("'#'"), v("7"), v("1.50")]) => "'#71.50'",
            interpolate(&[]) => "''",
            interpolate(&[v("null")]) => "! a part of a text is null",
            Ok(field(v("{'a':1}"), "a")) => "1",
            Ok(field(v("{'a':1}"), "b")) => "missing",
            Ok(field(v("null"), "a")) => "missing",
            index(v("[1,2]"), v("1")) => "2",
            index(v("[1]"), v("9")) => "missing",
            index(v("missing"), v("0")) => "missing",
        }
    }

    #[test]
    fn arithmetic() {
        holds! {
            add(v("1"), v("2")) => "3",
            add(v("1"), v("0.50")) => "1.50",
            add(v("9223372036854775807"), v("1")) => "! the result is too large: 64 bits for whole numbers, 28 digits for decimals",
            subtract(v("1.00"), v("1")) => "0.00",
            multiply(v("1.5"), v("3")) => "4.5",
            multiply(v("1"), v("null")) => "! a decimal is needed here, this is null",
            divide(v("1"), v("4")) => "0.25",
            divide(v("10.00"), v("3")) => "3.3333333333333333333333333333",
            divide(v("1"), v("0.00")) => "! division by zero",
            remainder(v("-7"), v("3")) => "-1",
            remainder(v("7.5"), v("2")) => "1.5",
            remainder(v("7"), v("0")) => "! division by zero",
            negate(v("2.50")) => "-2.50",
            negate(v("-3")) => "3",
            negate(v("-9223372036854775808")) => "! the result is too large: 64 bits for whole numbers, 28 digits for decimals",
        }
    }
}
