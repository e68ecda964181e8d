//! Numbers: rounding, size, sums.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Lambda, present};
use crate::builtin::logic::{add, negate, order};
use crate::builtin::text::amount;
use crate::fault::{Fault, quoted};
use crate::value::{Out, Val};

/// Rounded to so many digits after the point. Modes: `half_up` (away from zero, the default), `half_even`, `up` (away from zero), `down` (toward zero).
pub fn round<'s>(value: Val<'s>, digits: Val<'_>, mode: Val<'_>) -> Out<'s> {
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
