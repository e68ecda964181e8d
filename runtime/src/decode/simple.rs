//! The values that are sent most often, read in one step: what JSON writes without escapes and the field takes as it stands.
//!
//! A shortcut of [`super::scalar()`], never a rule of its own: whatever is not decided here is decided there, and what is decided here
//! would be decided there alike.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::{moment, pattern};
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
        return decimal(inside(text, source), scale.map_or(u32::MAX, u32::from)).map(Slot::Decimal);
    }
    if let Kind::Int = field.kind {
        return int(inside(text, source)).map(Slot::Int);
    }
    if let Kind::Key(KeyKind::Int) = field.kind {
        // No leading zeros and no minus zero: the digits are the canonical key.
        return int(inside(text, source))
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
pub(super) fn int(text: &[u8]) -> Option<i64> {
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
    use super::{decimal, int};

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
            "1 ",
        ];
        for text in texts {
            if let Some(short) = int(text.as_bytes()) {
                assert_eq!(crate::decode::int(text).ok(), Some(short), "{text}");
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
