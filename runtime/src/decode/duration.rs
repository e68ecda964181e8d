//! ISO 8601 texts and numbers of seconds -> lengths of time, and back to seconds. Hours, minutes and seconds alone have a length that no
//! calendar decides; a day counts as 24 hours, a week as seven of them.

use jiff::SignedDuration;
use rust_decimal::Decimal;

const NANOS: i128 = 1_000_000_000;
/// Nanoseconds that 64 bits of microseconds hold: what both databases keep.
const LONGEST: i128 = i64::MAX as i128 * 1000;

/// `PT1H30M`, `-PT0.5S`, `P1DT2H`; why it is none.
pub fn duration(text: &str) -> Result<SignedDuration, String> {
    let (sign, rest) = match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    };
    let rest = rest.strip_prefix('P').ok_or_else(none)?;
    let (days, hours) = rest
        .split_once('T')
        .map_or((rest, None), |(days, hours)| (days, Some(hours)));
    if (days.is_empty() && hours.is_none()) || hours.is_some_and(str::is_empty) {
        return Err(none());
    }
    let mut nanos: i128 = 0;
    let halves = [
        (days, [('W', 604_800), ('D', 86_400), ('D', 86_400)], true),
        (hours.unwrap_or_default(), [('H', 3600), ('M', 60), ('S', 1)], false),
    ];
    for (mut half, units, is_date) in halves {
        let mut from = 0;
        while !half.is_empty() {
            let (digits, unit, behind) = part(half)?;
            let Some(at) = (from..units.len()).find(|at| units[*at].0 == unit) else {
                return Err(why_not(unit, is_date));
            };
            let part = nanoseconds(digits, units[at].1, unit, behind.is_empty())?;
            nanos = nanos
                .checked_add(part)
                .filter(|nanos| *nanos <= LONGEST)
                .ok_or_else(too_long)?;
            (from, half) = (at + 1, behind);
        }
    }
    Ok(made(sign * nanos))
}

/// `5400`, `0.5`: a number of seconds.
pub fn of_seconds(seconds: Decimal) -> Result<SignedDuration, String> {
    let plain = seconds.normalize();
    let missing = 9_u32.checked_sub(plain.scale());
    let missing = missing.ok_or_else(|| String::from("a duration has at most nine digits of a second"))?;
    let nanos = plain.mantissa().checked_mul(10_i128.pow(missing));
    let nanos = nanos.filter(|nanos| nanos.abs() <= LONGEST).ok_or_else(too_long)?;
    Ok(made(nanos))
}

/// Seconds, with the digits that are not zero.
pub fn seconds_of(lasting: SignedDuration) -> Decimal {
    Decimal::from_i128_with_scale(lasting.as_nanos(), 9).normalize()
}

fn made(nanos: i128) -> SignedDuration {
    let (seconds, rest) = (nanos / NANOS, nanos % NANOS);
    SignedDuration::new(seconds as i64, rest as i32)
}

/// Digits, the letter behind them, and what follows.
fn part(text: &str) -> Result<(&str, char, &str), String> {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != ',')
        .ok_or_else(none)?;
    let (digits, rest) = text.split_at(end);
    let unit = rest.chars().next().ok_or_else(none)?;
    Ok((digits, unit, &rest[unit.len_utf8()..]))
}

/// A fraction stands in the last part only.
fn nanoseconds(digits: &str, unit_seconds: i128, unit: char, is_last: bool) -> Result<i128, String> {
    let (whole, fraction) = digits
        .split_once(['.', ','])
        .map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || fraction.is_some_and(|fraction| !is_number(fraction)) {
        return Err(none());
    }
    let whole: i128 = whole.parse().map_err(|_| too_long())?;
    let whole = whole.checked_mul(unit_seconds * NANOS).ok_or_else(too_long)?;
    let Some(fraction) = fraction else { return Ok(whole) };
    if !is_last || unit == 'D' || unit == 'W' {
        return Err(format!(
            "a fraction stands in the last of hours, minutes and seconds, not before `{unit}`"
        ));
    }
    let fraction = fraction.trim_end_matches('0');
    let scale = u32::try_from(fraction.len()).ok().filter(|scale| *scale <= 15);
    let scale = scale.ok_or_else(|| String::from("a duration has at most nine digits of a second"))?;
    let digits: i128 = if fraction.is_empty() {
        0
    } else {
        fraction.parse().map_err(|_| too_long())?
    };
    let (parts, of) = (digits * unit_seconds * NANOS, 10_i128.pow(scale));
    match parts % of {
        0 => Ok(whole + parts / of),
        _ => Err(String::from("a duration has at most nine digits of a second")),
    }
}

fn why_not(unit: char, is_date: bool) -> String {
    match (unit, is_date) {
        ('Y', _) => String::from("years have no fixed length: a duration is of days, hours, minutes and seconds"),
        ('M', true) => String::from("months have no fixed length: a duration is of days, hours, minutes and seconds"),
        _ => none(),
    }
}

fn none() -> String {
    String::from("a duration as `PT1H30M` is expected")
}

fn too_long() -> String {
    String::from("longer than the longest duration that can be kept")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_what_they_are() {
        for (text, canonical) in [
            ("PT1H30M", "PT1H30M"),
            ("PT90M", "PT1H30M"),
            ("P1DT2H", "PT26H"),
            ("P2W", "PT336H"),
            ("P1W2D", "PT216H"),
            ("-PT0.5S", "-PT0.5S"),
            ("+PT0,25S", "PT0.25S"),
            ("PT1.5H", "PT1H30M"),
            ("PT0S", "PT0S"),
            ("PT36000S", "PT10H"),
        ] {
            assert_eq!(
                duration(text).map(|found| found.to_string()).as_deref(),
                Ok(canonical),
                "{text}"
            );
        }
    }

    #[test]
    fn texts_that_are_none() {
        let wrong = |text: &str| duration(text).unwrap_err();
        for text in [
            "", "P", "PT", "1H", "PT1", "PTH", "PT1S1H", "P1H", "PT1D", "PT1.S", "PT-1H", "pt1h", "PT1Hx", "PT1H2",
        ] {
            assert_eq!(wrong(text), "a duration as `PT1H30M` is expected", "{text}");
        }
        assert!(wrong("P1M").starts_with("months have no fixed length"));
        assert!(wrong("P1Y2M").starts_with("years have no fixed length"));
        assert!(wrong("P1MT1M").starts_with("months"));
        assert!(wrong("PT1.5H1M").starts_with("a fraction stands in the last"));
        assert!(wrong("P1.5D").starts_with("a fraction stands in the last"));
        assert!(wrong("PT0.0000000001S").starts_with("a duration has at most nine digits"));
        assert!(wrong("PT9223372036855S").starts_with("longer"));
        assert!(wrong("PT99999999999999999999999999999999999999999S").starts_with("longer"));
    }

    #[test]
    fn seconds_lead_back() {
        for digits in ["0", "5400", "0.5", "-1.25", "9223372036854.775807"] {
            let number = Decimal::from_str_exact(digits).unwrap();
            assert_eq!(seconds_of(of_seconds(number).unwrap()).to_string(), digits);
        }
        assert!(of_seconds(Decimal::MAX).is_err());
        assert!(of_seconds(Decimal::new(1, 10)).is_err());
    }
}
