//! Exact decimals whose digits fit into one register: what amounts are. The shortcuts give what the general way gives, digit for digit.

use rust_decimal::Decimal;

/// Powers of ten that 64 bits hold.
const POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// The eight digits of a number below 10^8 as bytes from 0 to 9, the first digit in the lowest byte.
pub(crate) const fn eight_digits_of(number: u32) -> u64 {
    // Two numbers below 10^4, then four below 100, then eight digits, side by side in one register.
    let fours = (number / 10_000) as u64 | ((number % 10_000) as u64) << 32;
    let hundreds = (fours * 10_486) >> 20 & 0x0000_007f_0000_007f;
    let pairs = ((fours - 100 * hundreds) << 16) + hundreds;
    let tens = (pairs * 103) >> 10 & 0x000f_000f_000f_000f;
    ((pairs - 10 * tens) << 8) + tens
}

/// A whole number as text, at the begin of eight bytes, and how long it is.
pub(crate) const fn short_text_of(number: u32) -> ([u8; 8], usize) {
    let digits = eight_digits_of(number);
    // The last digit is written even if it is 0.
    let zeros = ((digits | 1 << 56).trailing_zeros() / 8) as usize;
    let text = (digits | 0x3030_3030_3030_3030) >> (zeros * 8);
    (text.to_le_bytes(), 8 - zeros)
}

/// The digits of a decimal as a whole number, and how many of them stand behind the point; absent where 63 bits are too few, and for
/// a zero with a minus sign.
pub(crate) fn small(number: Decimal) -> Option<(i64, usize)> {
    let parts = number.unpack();
    let bits = u64::from(parts.mid) << 32 | u64::from(parts.lo);
    let mantissa = i64::try_from(bits).ok().filter(|_| parts.hi == 0)?;
    match parts.negative {
        false => Some((mantissa, parts.scale as usize)),
        true => (mantissa != 0).then_some((-mantissa, parts.scale as usize)),
    }
}

/// Ten to this power, where 64 bits hold it.
pub(crate) fn power(exponent: usize) -> Option<i64> {
    POWERS.get(exponent).copied()
}

fn made(mantissa: i64, scale: usize) -> Option<Decimal> {
    let scale = u32::try_from(scale).ok().filter(|scale| *scale <= Decimal::MAX_SCALE)?;
    Some(of_parts(mantissa, scale))
}

/// A decimal out of few digits, at most 28 of them behind the point.
#[inline(always)]
pub(crate) const fn of_parts(mantissa: i64, scale: u32) -> Decimal {
    let size = mantissa.unsigned_abs();
    Decimal::from_parts(size as u32, (size >> 32) as u32, 0, mantissa < 0, scale)
}

/// A decimal with exactly so many digits behind the point, half away from zero; absent where the general way has to be gone.
pub(crate) fn rounded_half_up(number: Decimal, digits: usize) -> Option<Decimal> {
    let (mantissa, scale) = small(number)?;
    if scale == digits {
        return Some(number);
    }
    if scale < digits {
        return made(mantissa.checked_mul(power(digits - scale)?)?, digits);
    }
    let unit = power(scale - digits)?.unsigned_abs();
    let size = mantissa.unsigned_abs();
    let (whole, rest) = (size / unit, size % unit);
    let rounded = (whole + u64::from(rest >= unit - rest)).cast_signed();
    match mantissa < 0 {
        false => made(rounded, digits),
        // A negative number that becomes zero keeps its sign in the general way.
        true => made(-rounded, digits).filter(|_| rounded != 0),
    }
}

/// A quotient. What does not come out even is written without zeros at its end; absent where it is too large.
pub(crate) fn divided(number: Decimal, divisor: Decimal) -> Option<Decimal> {
    divided_by_power(number, divisor).or_else(|| divided_by_any(number, divisor))
}

/// The general way. The library leaves some zeros at the end: a tenth is `0.10`.
fn divided_by_any(number: Decimal, divisor: Decimal) -> Option<Decimal> {
    let mut quotient = number.checked_div(divisor)?;
    let least = number.scale().saturating_sub(divisor.scale());
    if quotient.scale() > least {
        quotient = quotient.normalize();
        if quotient.scale() < least {
            quotient.rescale(least);
        }
    }
    Some(quotient)
}

/// A quotient by a power of ten: the digits stay, the point moves.
fn divided_by_power(number: Decimal, divisor: Decimal) -> Option<Decimal> {
    let ((mut mantissa, scale), (divisor, 0)) = (small(number)?, small(divisor)?) else {
        return None;
    };
    let moved = POWERS.iter().position(|power| *power == divisor)?;
    if mantissa == 0 || scale + moved > Decimal::MAX_SCALE as usize {
        return None;
    }
    if mantissa % divisor == 0 {
        return made(mantissa / divisor, scale);
    }
    // What does not come out even is written without zeros at its end.
    let mut scale = scale + moved;
    while mantissa % 10 == 0 && scale > 0 {
        mantissa /= 10;
        scale -= 1;
    }
    made(mantissa, scale)
}

#[cfg(test)]
mod tests {
    use super::{divided_by_any, divided_by_power, rounded_half_up, short_text_of, small};
    use rust_decimal::{Decimal, RoundingStrategy};

    /// Numbers of every length, with zeros at their end and without, around halves.
    fn numbers() -> Vec<Decimal> {
        let mantissas = [
            0,
            1,
            4,
            5,
            6,
            9,
            10,
            49,
            50,
            51,
            100,
            995,
            1005,
            12_300,
            99_999,
            123_456_789,
            5_000_000_000,
        ];
        let signed = mantissas.into_iter().flat_map(|number: i64| [number, -number]);
        let long = [i64::MAX, i64::MIN + 1, 999_999_999_999_999_999];
        let all: Vec<i64> = signed.chain(long).collect();
        let scaled = all
            .iter()
            .flat_map(|number| [0, 1, 2, 3, 4, 6, 19, 28].map(|scale| Decimal::new(*number, scale)));
        let mut numbers: Vec<Decimal> = scaled.collect();
        numbers.extend([Decimal::MAX, Decimal::MIN, -Decimal::new(0, 2)]);
        numbers
    }

    #[test]
    fn short_texts_are_those_of_the_library() {
        let steps = (0..10_000u32)
            .chain((0..100_000_000).step_by(9_973))
            .chain([99_999_999]);
        for number in steps {
            let (text, length) = short_text_of(number);
            assert_eq!(std::str::from_utf8(&text[..length]).unwrap(), number.to_string());
        }
    }

    #[test]
    fn shortcuts_agree_with_the_library() {
        for number in numbers() {
            for digits in [0, 1, 2, 4] {
                if let Some(short) = rounded_half_up(number, digits as usize) {
                    let mut long = number.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
                    long.rescale(digits);
                    assert_eq!(short.unpack(), long.unpack(), "{number} rounded to {digits}");
                }
            }
            for divisor in [1, 10, 100, 1000, 7, 1_000_000_000] {
                let divisor = Decimal::from(divisor);
                if let Some(short) = divided_by_power(number, divisor) {
                    let long = divided_by_any(number, divisor).unwrap();
                    assert_eq!(short.unpack(), long.unpack(), "{number} by {divisor}");
                }
            }
        }
        assert_eq!(small(Decimal::new(-125, 2)), Some((-125, 2)));
        assert_eq!(small(Decimal::MAX), None);
    }
}
