//! Digits -> exact numbers. Nothing goes through a float.

use rust_decimal::Decimal;

use crate::fault::{Fault, quoted};
use crate::json::reader::is_number;

/// Significant digits that a decimal holds.
const DIGITS: usize = 28;

/// An exponent beyond this is as good as this: texts are at most 4 GB long, so that no digits bring it back into range.
const FARTHEST: i64 = 1 << 40;

/// A whole number of 64 bits, written as JSON writes them: no leading zeros, no plus sign.
pub fn int(text: &str) -> Result<i64, Fault> {
    if let Some(number) = super::simple::int(text.as_bytes()) {
        return Ok(number);
    }
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
    // An exponent of more digits than this is out of range either way; far from the ends of 64 bits nothing below overflows.
    let exponent: i64 = match exponent.parse() {
        Ok(exponent) => i64::clamp(exponent, -FARTHEST, FARTHEST),
        Err(_) if exponent.starts_with('-') => -FARTHEST,
        Err(_) => FARTHEST,
    };
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

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn no_exponent_is_too_far_to_be_judged() {
        let shown = |text: &str| decimal(text).map_or_else(|fault| fault.to_string(), |number| number.to_string());
        let too_long = |text: &str| format!("\"{text}\" has more than 28 digits");
        for text in [
            "1e9223372036854775807",
            "1.5e-9223372036854775808",
            "1e-9223372036854775808",
            "10000000000000000000000000000000e9223372036854775807",
            "1e99999999999999999999",
            "1e-99999999999999999999",
        ] {
            assert_eq!(shown(text), too_long(text));
        }
        assert_eq!(shown("0e-9223372036854775808"), "0.0000000000000000000000000000");
        assert_eq!(shown("0.0e9223372036854775807"), "0");
        assert_eq!(shown("1.50e1"), "15.0");
    }
}
