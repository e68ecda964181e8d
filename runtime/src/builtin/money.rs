//! Amounts: percentages, taxes, parts of a total. Nothing goes through a float but [`from_float`].

use rust_decimal::{Decimal, RoundingStrategy};

use super::present;
use crate::builtin::number::rounded;
use crate::builtin::text::amount;
use crate::fault::Fault;
use crate::value::{Out, Val};

/// What part of another number this is, in percent: `percent(5, of = 20)` is 25. Of zero it fails.
pub fn percent<'s>(value: Val<'s>, of: Val<'_>) -> Out<'s> {
    let part = present!(value).into_decimal()?;
    let whole = of.into_decimal()?;
    super::exact::percent(part, whole).map(Val::Decimal)
}

/// An amount without the tax it contains; the rate in percent: `net_of(119.00, rate = 19)` is 100. A rate of -100 or less fails.
pub fn net_of<'s>(gross: Val<'s>, rate: Val<'_>) -> Out<'s> {
    let gross = present!(gross).into_decimal()?;
    let rate = rate.into_decimal()?;
    let with_tax = Decimal::ONE_HUNDRED.checked_add(rate).ok_or_else(too_large)?;
    if with_tax <= Decimal::ZERO {
        return Err(Fault::data("a rate of -100 percent or less leaves no net amount"));
    }
    let product = gross
        .checked_mul(Decimal::ONE_HUNDRED)
        .and_then(|product| product.checked_div(with_tax));
    product.map(Val::Decimal).ok_or_else(too_large)
}

/// An amount in parts that stand to each other like the weights. Each part has the digits of the amount, and their sum is the amount:
/// what rounding down leaves goes, unit by unit, to the parts that lost most, earlier ones first. No weights, a negative one, or all zero fails.
pub fn allocate<'s>(value: Val<'s>, weights: Val<'_>) -> Out<'s> {
    let total = present!(value).into_decimal()?;
    let weights: Vec<Decimal> = weights
        .into_list()?
        .into_iter()
        .map(Val::into_decimal)
        .collect::<Result<_, _>>()?;
    let sum = weights
        .iter()
        .try_fold(Decimal::ZERO, |sum, weight| sum.checked_add(*weight));
    let sum = sum.ok_or_else(too_large)?;
    if sum.is_zero() || weights.iter().any(|weight| *weight < Decimal::ZERO) {
        return Err(Fault::data("weights are zero or more, and not all zero"));
    }
    let mut parts = Vec::with_capacity(weights.len());
    for weight in &weights {
        let exact = total.checked_mul(*weight).and_then(|product| product.checked_div(sum));
        let exact = exact.ok_or_else(too_large)?;
        let cut = rounded(exact, total.scale(), RoundingStrategy::ToZero);
        parts.push((cut, (exact - cut).abs()));
    }
    hand_out(total, &mut parts)?;
    Ok(Val::List(
        parts.into_iter().map(|(part, _)| Val::Decimal(part)).collect(),
    ))
}

/// Gives what is left to the parts that lost most. Fewer units are left than there are parts.
fn hand_out(total: Decimal, parts: &mut [(Decimal, Decimal)]) -> Result<(), Fault> {
    let unit = Decimal::new(1, total.scale());
    let unit = if total.is_sign_negative() { -unit } else { unit };
    let given = parts
        .iter()
        .try_fold(Decimal::ZERO, |sum, (part, _)| sum.checked_add(*part));
    let mut left = total - given.ok_or_else(too_large)?;
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|left, right| {
        parts
            .get(*right)
            .map(|part| part.1)
            .cmp(&parts.get(*left).map(|part| part.1))
    });
    for position in order {
        if left.is_zero() {
            break;
        }
        if let Some((part, _)) = parts.get_mut(position) {
            *part += unit;
            left -= unit;
        }
    }
    match left.is_zero() {
        true => Ok(()),
        false => Err(Fault::data("the amount has too many digits to be allocated exactly")),
    }
}

/// A float as an exact decimal with so many digits after the point, rounded half away from zero. Infinity and what has more than 28 digits fail.
pub fn from_float<'s>(value: Val<'s>, digits: Val<'_>) -> Out<'s> {
    let number = present!(value).into_float()?;
    let digits = u32::try_from(amount(digits)?)
        .ok()
        .filter(|digits| *digits <= Decimal::MAX_SCALE);
    let digits = digits.ok_or_else(|| Fault::data("a decimal has at most 28 digits after the point"))?;
    // The shortest text that gives the same float: 0.1 is 0.1, not the 55 digits behind it.
    let exact = crate::decode::decimal(&number.to_string());
    let exact = exact.map_err(|_| Fault::data("the float has no decimal of 28 digits"))?;
    Ok(Val::Decimal(rounded(
        exact,
        digits,
        RoundingStrategy::MidpointAwayFromZero,
    )))
}

fn too_large() -> Fault {
    Fault::data("the result has more than 28 digits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::examples::{holds, v};

    #[test]
    fn percentages() {
        holds! {
            percent(v("5"), v("20")) => "25",
            percent(v("1.00"), v("3.00")) => "33.333333333333333333333333333",
            percent(v("1"), v("0")) => "! there is no percentage of zero",
            percent(v("null"), v("0")) => "null",
            net_of(v("119.00"), v("19")) => "100.00",
            net_of(v("10.70"), v("7.0")) => "10.0",
            net_of(v("1"), v("-100")) => "! a rate of -100 percent or less leaves no net amount",
        }
    }

    #[test]
    fn no_cent_is_lost() {
        holds! {
            allocate(v("10.00"), v("[1,1,1]")) => "[3.34,3.33,3.33]",
            allocate(v("-0.05"), v("[1,1]")) => "[-0.03,-0.02]",
            allocate(v("0.01"), v("[0,0,5]")) => "[0.00,0.00,0.01]",
            allocate(v("10.00"), v("[]")) => "! weights are zero or more, and not all zero",
            allocate(v("10.00"), v("[3,-1]")) => "! weights are zero or more, and not all zero",
        }
    }

    #[test]
    fn floats_by_their_shortest_text() {
        holds! {
            from_float(Val::Float(0.1), v("2")) => "0.10",
            from_float(Val::Float(1e22), v("0")) => "10000000000000000000000",
            from_float(Val::Float(f64::NAN), v("2")) => "! the float has no decimal of 28 digits",
            from_float(Val::Float(1e30), v("2")) => "! the float has no decimal of 28 digits",
        }
    }

    #[test]
    fn parts_add_up() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..2_000 {
            let total = Decimal::new(random.i64(-1_000_000..1_000_000), random.u32(0..4));
            let weights: Vec<i64> = (0..random.usize(1..9)).map(|_| random.i64(0..50)).collect();
            let made = allocate(
                Val::Decimal(total),
                Val::List(weights.iter().copied().map(Val::Int).collect()),
            );
            let Ok(Val::List(parts)) = made else { continue };
            let parts: Vec<Decimal> = parts.into_iter().map(|part| part.into_decimal().unwrap()).collect();
            assert_eq!(parts.iter().sum::<Decimal>(), total, "{weights:?}");
        }
    }
}
