//! The values that are sent most often, read in one step: what JSON writes without escapes and the field takes as it stands.
//!
//! A shortcut of [`super::scalar()`], never a rule of its own: whatever is not decided here is decided there, and what is decided here
//! would be decided there alike.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::{moment, pattern};
use crate::exact::{of_parts, power};
use crate::json::plain::leading_digits;
use crate::json::reader::Token;
use crate::scan::{Slot, Text};
use crate::shape::{Codec, Field, KeyKind, Kind, Wire};

/// Digits that 64 bits hold for certain.
const DIGITS: usize = 18;

/// The slot of a value; absent where wire and codec have to be asked.
pub(crate) fn simple(field: &Field, wire: Wire, token: Token, source: &str) -> Option<Slot> {
    match token {
        Token::Text(text) if !text.escaped => simple_text(field, wire, text, source),
        Token::Number(text) if wire == Wire::Json => of_number(field, text, source),
        Token::Null if field.nullable => Some(Slot::Null),
        Token::Bool(flag) if wire == Wire::Json && matches!((field.kind, field.codec), (Kind::Bool, Codec::Wire)) => {
            Some(Slot::Bool(flag))
        }
        Token::Text(_) | Token::Number(_) | Token::Null | Token::Bool(_) | Token::Array { .. } | Token::Object => None,
    }
}

/// The same for a text without escapes.
pub(crate) fn simple_text(field: &Field, wire: Wire, text: Text, source: &str) -> Option<Slot> {
    if wire != Wire::Json || !field.null_texts.is_empty() {
        return None;
    }
    match (field.kind, field.codec) {
        (Kind::Text, Codec::Wire) => fits(field, text).then_some(Slot::Text(text)),
        (Kind::Key(KeyKind::Text), Codec::Wire) => fits(field, text).then_some(Slot::Key(text)),
        (Kind::Bool, Codec::Flag) => match inside(text, source) {
            b"1" => Some(Slot::Bool(true)),
            b"0" => Some(Slot::Bool(false)),
            _ => None,
        },
        (_, Codec::Text) => digits(field, text, source),
        (Kind::Date, Codec::Format(format)) => {
            let date = pattern::date(written(text, source)?, format)?;
            Some(Slot::Date(date))
        }
        (Kind::DateTime, Codec::Wire) if field.zone.is_none() => {
            let text = written(text, source)?;
            moment::datetime(text, &TimeZone::UTC).ok().map(Slot::DateTime)
        }
        (_, _) => None,
    }
}

fn of_number(field: &Field, text: Text, source: &str) -> Option<Slot> {
    match field.codec {
        Codec::Wire | Codec::Number => digits(field, text, source),
        Codec::Text | Codec::Format(_) | Codec::Epoch | Codec::Flag | Codec::TextOrNumber => None,
    }
}

fn digits(field: &Field, text: Text, source: &str) -> Option<Slot> {
    if let Kind::Decimal(scale) = field.kind {
        let scale = scale.map_or(u32::MAX, u32::from);
        let number = short_decimal(text, source, scale).or_else(|| decimal(inside(text, source), scale));
        return number.map(Slot::Decimal);
    }
    if let Kind::Int = field.kind {
        return short_int(text, source)
            .or_else(|| int(inside(text, source)))
            .map(Slot::Int);
    }
    if let Kind::Key(KeyKind::Int) = field.kind {
        // No leading zeros and no minus zero: the digits are the canonical key.
        return short_int(text, source)
            .or_else(|| int(inside(text, source)))
            .filter(|_| field.max.is_none())
            .map(|_| Slot::Key(text));
    }
    None
}

/// A text has at most as many characters as bytes.
fn fits(field: &Field, text: Text) -> bool {
    field.max.is_none_or(|max| text.length <= max)
}

fn written(text: Text, source: &str) -> Option<&str> {
    let first = text.offset as usize;
    source.get(first..first + text.length as usize)
}

fn inside(text: Text, source: &str) -> &[u8] {
    let first = text.offset as usize;
    source
        .as_bytes()
        .get(first..first + text.length as usize)
        .unwrap_or_default()
}

/// A whole number as JSON writes it.
pub(crate) fn int(text: &[u8]) -> Option<i64> {
    let (digits, negative) = unsigned(text);
    let number = whole(digits)?;
    match negative {
        false => Some(number),
        true => (number != 0).then_some(-number),
    }
}

/// A decimal as JSON writes it, without exponent and with no more digits behind the point than this.
pub(crate) fn decimal(text: &[u8], scale: u32) -> Option<Decimal> {
    let (digits, negative) = unsigned(text);
    if digits.len() > DIGITS {
        return None;
    }
    let mut rest = digits.iter();
    let (mut number, mut point): (u64, _) = (0, false);
    for byte in rest.by_ref() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            point = *byte == b'.';
            if !point {
                return None;
            }
            break;
        }
        number = number * 10 + u64::from(digit);
    }
    // What is left stands behind the point, or there is none.
    let fraction = rest.len();
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    let whole = digits.len() - fraction - usize::from(point);
    let begins_well = whole == 1 || (whole > 1 && digits.first() != Some(&b'0'));
    let ends_well = fraction > 0 || !point;
    let fits = begins_well && ends_well && fraction <= scale as usize && !(negative && number == 0);
    let fraction = u32::try_from(fraction).ok().filter(|_| fits)?;
    let number = i64::try_from(number).ok()?;
    Some(Decimal::new(if negative { -number } else { number }, fraction))
}

/// The same for one of few digits that lies in a longer text.
#[inline(always)]
fn short_decimal(text: Text, source: &str, scale: u32) -> Option<Decimal> {
    let mut cell = Slot::Missing;
    put_decimal(&mut cell, source, (text.offset as usize, text.length as usize), scale);
    if let Slot::Decimal(number) = cell {
        Some(number)
    } else {
        None
    }
}

/// The same into its cell: digits are read eight at a time. False: it has to be looked at.
#[inline(never)]
pub(crate) fn put_decimal(cell: &mut Slot, source: &str, (start, length): (usize, usize), scale: u32) -> bool {
    let made = source
        .as_bytes()
        .get(start..)
        .and_then(|here| few_decimal(here, length, scale));
    if let Some(number) = made {
        *cell = Slot::Decimal(number);
    }
    made.is_some()
}

#[inline(always)]
fn few_decimal(here: &[u8], length: usize, scale: u32) -> Option<Decimal> {
    let here = here.first_chunk::<24>()?;
    let negative = usize::from(here.first() == Some(&b'-'));
    let digits = here.get(negative..)?;
    let word = u64::from_le_bytes(*digits.first_chunk()?);
    let whole = leading_digits(word);
    if !(1..=7).contains(&whole) || (whole > 1 && digits.first() == Some(&b'0')) {
        return None;
    }
    let (mut number, mut fraction) = (eight_digits(word << (64 - whole * 8)), 0);
    if negative + whole != length {
        fraction = length.checked_sub(negative + whole + 1)?;
        let word = u64::from_le_bytes(*digits.get(whole + 1..)?.first_chunk()?);
        let is_fraction = digits.get(whole) == Some(&b'.') && (1..=8).contains(&fraction);
        if !is_fraction || fraction > scale as usize || leading_digits(word) < fraction {
            return None;
        }
        number = number * power(fraction)? + eight_digits(word << (64 - fraction * 8));
    }
    let number = match negative {
        0 => number,
        _ => Some(-number).filter(|number| *number != 0)?,
    };
    Some(of_parts(number, fraction as u32))
}

/// A whole number of so many digits, from 1 to 7, with which a word begins.
#[inline(always)]
pub(crate) fn few_digits(word: u64, digits: usize) -> i64 {
    eight_digits(word << ((64 - digits * 8) & 63))
}

/// A whole number of at most seven digits that lies in a longer text, without a sign.
fn short_int(text: Text, source: &str) -> Option<i64> {
    let here = source.as_bytes().get(text.offset as usize..)?.first_chunk::<8>()?;
    let (word, length) = (u64::from_le_bytes(*here), text.length as usize);
    let is_short = (1..=7).contains(&length) && leading_digits(word) >= length;
    (is_short && (length == 1 || here.first() != Some(&b'0'))).then(|| few_digits(word, length))
}

/// Eight digits as a number, the first one in the lowest byte; bytes that are 0 count as the digit 0.
fn eight_digits(word: u64) -> i64 {
    let pairs = (word & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(10 << 8 | 1) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(100 << 16 | 1) >> 16;
    ((fours & 0x0000_ffff_0000_ffff).wrapping_mul(10_000 << 32 | 1) >> 32).cast_signed()
}

fn unsigned(text: &[u8]) -> (&[u8], bool) {
    match text {
        [b'-', digits @ ..] => (digits, true),
        digits => (digits, false),
    }
}

/// Digits without leading zeros.
fn whole(digits: &[u8]) -> Option<i64> {
    match digits {
        [] => return None,
        [b'0', _, ..] => return None,
        more if more.len() > DIGITS => return None,
        _ => {}
    }
    let mut number = 0;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + i64::from(digit);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::{decimal, int, short_decimal, short_int};
    use crate::scan::Text;

    #[test]
    fn shortcuts_agree_with_the_rules() {
        let texts = [
            "0",
            "-0",
            "7",
            "-7",
            "007",
            "1.50",
            "-1.50",
            "0.00",
            "-0.00",
            "00.5",
            "1.",
            ".5",
            "",
            "-",
            "1e3",
            "+1",
            "12a",
            "999999999999999999",
            "1234567890123456789",
            "0.123456789012345678",
            "12345678901234567.8",
            "1.2.3",
            "1234567.8901",
            "-0.0001",
            "12345.67890",
            "123.45678",
            "1234567.8",
            "01.5",
            "1.2345x",
            "1234.5678",
            "123456.7",
            "7.",
            "7.5",
            "-7.25",
            "99999999.9",
            "1 ",
        ];
        for text in texts {
            if let Some(short) = int(text.as_bytes()) {
                assert_eq!(crate::decode::int(text).ok(), Some(short), "{text}");
            }
            let longer = format!("x{text}\"9.999999999999999999999999");
            let place = Text {
                offset: 1,
                length: text.len() as u32,
                escaped: false,
            };
            if let Some(shorter) = short_int(place, &longer) {
                assert_eq!(Some(shorter), int(text.as_bytes()), "{text}");
            }
            for scale in [0, 4, 28] {
                if let Some(shorter) = short_decimal(place, &longer, scale) {
                    let short = decimal(text.as_bytes(), scale).map(|number| number.unpack());
                    assert_eq!(Some(shorter.unpack()), short, "{text}");
                }
            }
            if let Some(short) = decimal(text.as_bytes(), 28) {
                let long = crate::decode::decimal(text).map(|number| number.to_string());
                assert_eq!(long.ok(), Some(short.to_string()), "{text}");
            }
        }
        assert_eq!(int(b"-7"), Some(-7));
        assert_eq!(
            decimal(b"-1.50", 2).map(|number| number.to_string()).as_deref(),
            Some("-1.50")
        );
        assert_eq!(decimal(b"1.505", 2), None);
    }
}
