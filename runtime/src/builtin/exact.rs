//! Steps between values of one type that is known when a mapping is compiled: what generated code calls where no value can be absent.
//!
//! Each gives what the step of the same name for any value gives; those of [`super::logic`] and [`super::number`] end here.

use std::borrow::Cow;
use std::sync::Arc;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::builtin::logic::too_large;
use crate::builtin::number::rounded;
use crate::builtin::text::lower_of;
use crate::exact::divided;
use crate::fault::Fault;
use crate::mapper::Rec;
use crate::value::Val;

/// Records of a payload. A list that is used several times is made once.
pub type Records<'s> = Arc<[Rec<'s>]>;

/// A condition on a record: `i => i.qty > 0`.
pub type Test<'l, 's> = &'l dyn Fn(Rec<'s>) -> Result<bool, Fault>;

/// An amount of a record: `i => i.price * i.qty`.
pub type Amount<'l, 's> = &'l dyn Fn(Rec<'s>) -> Result<Decimal, Fault>;

/// `a + b`
pub fn add(left: Decimal, right: Decimal) -> Result<Decimal, Fault> {
    left.checked_add(right).ok_or_else(too_large)
}

/// `a - b`
pub fn subtract(left: Decimal, right: Decimal) -> Result<Decimal, Fault> {
    left.checked_sub(right).ok_or_else(too_large)
}

/// `a * b`
pub fn multiply(left: Decimal, right: Decimal) -> Result<Decimal, Fault> {
    left.checked_mul(right).ok_or_else(too_large)
}

/// `a / b`
pub fn divide(left: Decimal, right: Decimal) -> Result<Decimal, Fault> {
    if right.is_zero() {
        return Err(Fault::data("division by zero"));
    }
    divided(left, right).ok_or_else(too_large)
}

/// What part of another number this is, in percent.
pub fn percent(part: Decimal, whole: Decimal) -> Result<Decimal, Fault> {
    if whole.is_zero() {
        return Err(Fault::data("there is no percentage of zero"));
    }
    // The product comes first: 1 of 3 is 33.33.., not 0.33.. with two digits lost. Where it has too many digits, the quotient does.
    let product = part
        .checked_mul(Decimal::ONE_HUNDRED)
        .and_then(|product| product.checked_div(whole));
    let quotient = || part.checked_div(whole)?.checked_mul(Decimal::ONE_HUNDRED);
    let percent = product.or_else(quotient);
    percent.ok_or_else(|| Fault::data("the result has more than 28 digits"))
}

/// `a + b` of whole numbers.
pub fn add_whole(left: i64, right: i64) -> Result<i64, Fault> {
    left.checked_add(right).ok_or_else(too_large)
}

/// `a - b` of whole numbers.
pub fn subtract_whole(left: i64, right: i64) -> Result<i64, Fault> {
    left.checked_sub(right).ok_or_else(too_large)
}

/// `a * b` of whole numbers.
pub fn multiply_whole(left: i64, right: i64) -> Result<i64, Fault> {
    left.checked_mul(right).ok_or_else(too_large)
}

/// Texts in a row.
pub fn joined<'s>(parts: &[&str]) -> Cow<'s, str> {
    Cow::Owned(parts.concat())
}

/// A text in lower case.
pub fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    lower_of(text)
}

/// Rounded to so many digits after the point, at most 28, half away from zero.
pub fn round(number: Decimal, digits: u32) -> Decimal {
    rounded(number, digits, RoundingStrategy::MidpointAwayFromZero)
}

/// The records for which a condition holds.
pub fn filter<'s>(records: &[Rec<'s>], holds: Test<'_, 's>) -> Result<Records<'s>, Fault> {
    let mut kept = Vec::with_capacity(records.len());
    for record in records {
        if holds(*record)? {
            kept.push(*record);
        }
    }
    Ok(kept.into())
}

/// The records for which a condition does not hold.
pub fn reject<'s>(records: &[Rec<'s>], holds: Test<'_, 's>) -> Result<Records<'s>, Fault> {
    filter(records, &|record| holds(record).map(|holds| !holds))
}

/// The sum of what a function gives for each record; that of none is 0.
pub fn sum_by<'s>(records: &[Rec<'s>], amount: Amount<'_, 's>) -> Result<Decimal, Fault> {
    let mut total = Decimal::ZERO;
    for record in records {
        total = add(total, amount(*record)?)?;
    }
    Ok(total)
}

/// Records as a value.
pub fn list<'s>(records: &[Rec<'s>]) -> Val<'s> {
    Val::List(records.iter().copied().map(Val::Rec).collect())
}

/// How many records there are.
pub fn length(records: &[Rec<'_>]) -> i64 {
    i64::try_from(records.len()).unwrap_or(i64::MAX)
}
