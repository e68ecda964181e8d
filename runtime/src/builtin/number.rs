//! Numbers: rounding, size, sums.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Lambda, present};
use crate::builtin::logic::{add, negate, order};
use crate::builtin::text::amount;
use crate::exact::rounded_half_up;
use crate::fault::{Fault, quoted};
use crate::value::{Out, Val};

/// Rounded to so many digits after the point. Modes: `half_up` (away from zero, the default), `half_even`, `up` (away from zero), `down` (toward zero).
pub fn round<'s>(value: Val<'s>, digits: Val<'_>, mode: Val<'_>) -> Out<'s> {
    if let (Val::Decimal(number), Val::Int(digits @ 0..), Val::Text(mode)) = (&value, &digits, &mode)
        && mode == "half_up"
        && let Some(rounded) = rounded_half_up(*number, *digits as usize)
    {
        return Ok(Val::Decimal(rounded));
    }
    let number = present!(value).into_decimal()?;
    let digits = amount(digits)?;
    let mode = match mode.is_absent() {
        true => RoundingStrategy::MidpointAwayFromZero,
        false => strategy(&mode.into_text()?)?,
    };
    let digits = u32::try_from(digits)
        .ok()
        .filter(|digits| *digits <= Decimal::MAX_SCALE);
    let digits = digits.ok_or_else(|| Fault::data("a decimal has at most 28 digits after the point"))?;
    Ok(Val::Decimal(rounded(number, digits, mode)))
}

/// Rounded, and with exactly so many digits after the point where they fit.
pub(crate) fn rounded(number: Decimal, digits: u32, mode: RoundingStrategy) -> Decimal {
    if mode == RoundingStrategy::MidpointAwayFromZero
        && let Some(rounded) = rounded_half_up(number, digits as usize)
    {
        return rounded;
    }
    let mut rounded = number.round_dp_with_strategy(digits, mode);
    rounded.rescale(digits);
    rounded
}

fn strategy(mode: &str) -> Result<RoundingStrategy, Fault> {
    match mode {
        "half_up" => Ok(RoundingStrategy::MidpointAwayFromZero),
        "half_even" => Ok(RoundingStrategy::MidpointNearestEven),
        "up" => Ok(RoundingStrategy::AwayFromZero),
        "down" => Ok(RoundingStrategy::ToZero),
        other => Err(Fault::data(format!(
            "{} is no way to round: half_up, half_even, up, down",
            quoted(other)
        ))),
    }
}

/// Without sign.
pub fn abs(value: Val<'_>) -> Out<'_> {
    let value = present!(value);
    if let Val::Int(0..) = value {
        return Ok(value);
    }
    if let Val::Int(_) = value {
        return negate(value);
    }
    Ok(Val::Decimal(value.into_decimal()?.abs()))
}

/// The least of the present values; absent where none is.
pub fn min(values: Vec<Val<'_>>) -> Out<'_> {
    extreme(values, |candidate, best| Ok(order(candidate, best)?.is_lt()))
}

/// The greatest of the present values; absent where none is.
pub fn max(values: Vec<Val<'_>>) -> Out<'_> {
    extreme(values, |candidate, best| Ok(order(candidate, best)?.is_gt()))
}

fn extreme<'s>(values: Vec<Val<'s>>, better: impl Fn(&Val<'s>, &Val<'s>) -> Result<bool, Fault>) -> Out<'s> {
    let mut best = Val::Missing;
    for value in values {
        if value.is_present() && (best.is_absent() || better(&value, &best)?) {
            best = value;
        }
    }
    Ok(best)
}

/// The sum of numbers; that of none is 0. An absent element is a fault.
pub fn sum(value: Val<'_>) -> Out<'_> {
    let mut total = Val::Int(0);
    for element in present!(value).into_list()? {
        total = add(total, element)?;
    }
    Ok(total)
}

/// The sum of what a function gives for each element.
pub fn sum_by<'s>(value: Val<'s>, f: Lambda<'_, 's>) -> Out<'s> {
    let mut total = Val::Int(0);
    for element in present!(value).into_list()? {
        total = add(total, f(element)?)?;
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::examples::{holds, v};

    #[test]
    fn rounding() {
        holds! {
            round(v("2.345"), v("2"), v("missing")) => "2.35",
            round(v("-2.345"), v("2"), v("missing")) => "-2.35",
            round(v("2.345"), v("2"), v("'half_even'")) => "2.34",
            round(v("2.341"), v("2"), v("'up'")) => "2.35",
            round(v("2.349"), v("2"), v("'down'")) => "2.34",
            round(v("2"), v("2"), v("missing")) => "2.00",
            round(v("2.5"), v("0"), v("'ceiling'")) => "! 'ceiling' is no way to round: half_up, half_even, up, down",
            round(v("null"), v("2"), v("missing")) => "null",
        }
    }

    #[test]
    fn size_and_sum() {
        holds! {
            abs(v("-2.50")) => "2.50",
            abs(v("-3")) => "3",
            abs(v("missing")) => "missing",
            abs(Val::Int(i64::MIN)) => "! the result is too large: 64 bits for whole numbers, 28 digits for decimals",
            min(vec![v("2"), v("1.5"), v("3")]) => "1.5",
            min(vec![v("missing"), v("2")]) => "2",
            min(vec![]) => "missing",
            max(vec![v("'a'"), v("'b'")]) => "'b'",
            max(vec![v("2"), v("2.0")]) => "2",
            max(vec![v("1"), v("'a'")]) => "! a text cannot be compared with a whole number",
            sum(v("[1,2.50]")) => "3.50",
            sum(v("[]")) => "0",
            sum(v("[1,null]")) => "! a decimal is needed here, this is null",
            sum_by(v("[1,2]"), &|x| super::super::logic::multiply(x, Val::Int(10))) => "30",
            sum_by(v("[]"), &Ok) => "0",
            sum_by(v("missing"), &Ok) => "missing",
        }
    }
}
