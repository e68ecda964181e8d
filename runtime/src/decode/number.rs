//! Digits -> exact numbers. Nothing goes through a float.

use rust_decimal::Decimal;

use crate::fault::{Fault, quoted};
use crate::json::reader::is_number;

/// Significant digits that a decimal holds.
const DIGITS: usize = 28;

/// A whole number of 64 bits, written as JSON writes them: no leading zeros, no plus sign.
pub fn int(text: &str) -> Result<i64, Fault> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = is_number(text) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !whole {
        return Err(Fault::data(format!("{} is not a whole number", quoted(text))));
    }
    text.parse()
        .map_err(|_| Fault::data(format!("{} does not fit into 64 bits", quoted(text))))
}

/// An exact decimal, written as JSON writes numbers: digits after the point are kept as they are, zeros included, an exponent is worked out.
pub fn decimal(text: &str) -> Result<Decimal, Fault> {
    if !is_number(text) {
        return Err(Fault::data(format!("{} is not a number", quoted(text))));
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // An exponent of more digits than this is out of range either way.
    let exponent: i64 = exponent.parse().unwrap_or(if exponent.starts_with('-') {
        i64::MIN / 2
    } else {
        i64::MAX / 2
    });
    let (digits, negative) = match whole.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (whole, false),
    };
    let exact = exact(
        [digits, fraction].concat().trim_start_matches('0'),
        exponent - fraction.len() as i64,
    );
    let number = exact.ok_or_else(|| Fault::data(format!("{} has more than 28 digits", quoted(text))))?;
    Ok(if negative { -number } else { number })
}

/// `digits * 10^exponent`; absent where 28 digits do not hold it exactly.
fn exact(digits: &str, mut exponent: i64) -> Option<Decimal> {
    let mut digits = digits;
    while (digits.len() > DIGITS || exponent < -(DIGITS as i64)) && digits.ends_with('0') {
        digits = digits.get(..digits.len() - 1)?;
        exponent += 1;
    }
    if digits.is_empty() {
        // Zero has no significant digit; the digits after its point are kept as far as they go.
        let scale = u32::try_from((-exponent).clamp(0, DIGITS as i64)).ok()?;
        return Some(Decimal::new(0, scale));
    }
    if exponent > 0 {
        let zeros = usize::try_from(exponent)
            .ok()
            .filter(|zeros| digits.len() + zeros <= DIGITS)?;
        let written = format!("{digits}{}", "0".repeat(zeros));
        return Decimal::try_from_i128_with_scale(written.parse().ok()?, 0).ok();
    }
    if digits.len() > DIGITS {
        return None;
    }
    let scale = u32::try_from(-exponent).ok()?;
    Decimal::try_from_i128_with_scale(digits.parse().ok()?, scale).ok()
}
