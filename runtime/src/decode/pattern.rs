//! Formats of `strftime` that are digits in their places: `%d.%m.%Y`, `%Y-%m-%d %H:%M:%S`. Read and written without a general parser.
//!
//! A shortcut: what is not decided here is left to `jiff`, and what is decided here `jiff` decides alike.

use jiff::civil::{Date, DateTime, Time};

/// What a text in such a format says.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    hour: Option<i8>,
    minute: Option<i8>,
    second: Option<i8>,
}

/// A day in this format; absent where the general parser has to look.
pub(crate) fn date(text: &str, format: &str) -> Option<Date> {
    let parts = parts(text.as_bytes(), format.as_bytes())?;
    Date::new(parts.year?, parts.month?, parts.day?).ok()
}

/// A local time in this format; absent where the general parser has to look.
pub(crate) fn datetime(text: &str, format: &str) -> Option<DateTime> {
    let parts = parts(text.as_bytes(), format.as_bytes())?;
    let date = Date::new(parts.year?, parts.month?, parts.day?).ok()?;
    let time = Time::new(parts.hour?, parts.minute?, parts.second?, 0).ok()?;
    Some(date.to_datetime(time))
}

fn parts(mut text: &[u8], format: &[u8]) -> Option<Parts> {
    let mut parts = Parts::default();
    let mut letters = format.iter();
    while let Some(letter) = letters.next() {
        if *letter != b'%' {
            // White space and letters of other scripts mean more than themselves.
            text = text.strip_prefix(&[*letter])?;
            (letter.is_ascii_graphic() || *letter == b' ').then_some(())?;
            continue;
        }
        match letters.next()? {
            b'Y' => parts.year = Some(take::<4>(&mut text)?),
            b'm' => parts.month = Some(two(&mut text)?),
            b'd' => parts.day = Some(two(&mut text)?),
            b'H' => parts.hour = Some(two(&mut text)?),
            b'M' => parts.minute = Some(two(&mut text)?),
            // A leap second is for the general parser.
            b'S' => parts.second = Some(two(&mut text)?).filter(|second| *second < 60),
            _ => return None,
        }
    }
    text.is_empty().then_some(parts)
}

fn two(text: &mut &[u8]) -> Option<i8> {
    i8::try_from(take::<2>(text)?).ok()
}

/// Exactly so many digits, at most four.
fn take<const N: usize>(text: &mut &[u8]) -> Option<i16> {
    let (digits, rest) = text.split_first_chunk::<N>()?;
    let mut number = 0;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + i16::from(digit);
    }
    *text = rest;
    Some(number)
}

/// Longer texts are left to the general way.
const LONGEST: usize = 48;

/// A local time in this format; absent where it has other parts, or the year has not four digits.
pub(crate) fn written(local: DateTime, format: &str) -> Option<String> {
    let year = u16::try_from(local.year())
        .ok()
        .filter(|year| (1000..=9999).contains(year))?;
    if format == "%Y-%m-%d %H:%M:%S" {
        return in_order(local, year);
    }
    let (mut out, mut at) = ([0; LONGEST], 0);
    let mut letters = format.bytes();
    while let Some(letter) = letters.next() {
        if letter != b'%' {
            *out.get_mut(at)? = letter;
            at += 1;
            continue;
        }
        let number = match letters.next()? {
            b'Y' => {
                *two_from(&mut out, at)? = two_digits(year / 100);
                at += 2;
                year % 100
            }
            b'm' => u16::from(local.month().unsigned_abs()),
            b'd' => u16::from(local.day().unsigned_abs()),
            b'H' => u16::from(local.hour().unsigned_abs()),
            b'M' => u16::from(local.minute().unsigned_abs()),
            b'S' => u16::from(local.second().unsigned_abs()),
            _ => return None,
        };
        *two_from(&mut out, at)? = two_digits(number);
        at += 2;
    }
    let text = std::str::from_utf8(out.get(..at)?).ok()?;
    Some(text.to_owned())
}

/// The format that is asked for most.
fn in_order(local: DateTime, year: u16) -> Option<String> {
    let [m1, m2] = two_digits(u16::from(local.month().unsigned_abs()));
    let [d1, d2] = two_digits(u16::from(local.day().unsigned_abs()));
    let [h1, h2] = two_digits(u16::from(local.hour().unsigned_abs()));
    let [n1, n2] = two_digits(u16::from(local.minute().unsigned_abs()));
    let [s1, s2] = two_digits(u16::from(local.second().unsigned_abs()));
    let ([y1, y2], [y3, y4]) = (two_digits(year / 100), two_digits(year % 100));
    let text = [
        y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b' ', h1, h2, b':', n1, n2, b':', s1, s2,
    ];
    std::str::from_utf8(&text).ok().map(str::to_owned)
}

/// Two bytes at a place.
fn two_from(out: &mut [u8; LONGEST], at: usize) -> Option<&mut [u8; 2]> {
    out.get_mut(at..)?.first_chunk_mut()
}

/// The digits of a number below 100.
const fn two_digits(number: u16) -> [u8; 2] {
    [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
}

#[cfg(test)]
mod tests {
    use super::{date, datetime, written};
    use jiff::civil::{Date, DateTime};

    const FORMATS: [&str; 9] = [
        "%d/%m/%Y",
        "%Y-%m-%d",
        "%d.%m.%Y",
        "%Y%m%d",
        "%m/%d/%Y %H:%M:%S",
        "%Y-%m-%d %H:%M:%S",
        "%d %m %Y",
        "%Y",
        "%%%d",
    ];
    const TEXTS: [&str; 16] = [
        "24/12/2020",
        "2020-12-24",
        "24.12.2020",
        "20201224",
        "12/24/2020 23:59:59",
        "1999-01-31 07:08:59",
        "2020-12-24 23:59:60",
        "31/02/2020",
        "1/2/2020",
        "2020-1-2",
        "24/12/20",
        "24/12/2020 ",
        " 24/12/2020",
        "24  12 2020",
        "0000-00-00",
        "0999-01-01",
    ];

    #[test]
    fn shortcuts_agree_with_the_library() {
        let mut decided = 0;
        for format in FORMATS {
            for text in TEXTS {
                if let Some(short) = date(text, format) {
                    assert_eq!(Date::strptime(format, text).ok(), Some(short), "{text} {format}");
                    decided += 1;
                }
                if let Some(short) = datetime(text, format) {
                    assert_eq!(DateTime::strptime(format, text).ok(), Some(short), "{text} {format}");
                    assert_eq!(
                        short.strftime(format).to_string(),
                        written(short, format).unwrap_or_default()
                    );
                    decided += 1;
                }
            }
        }
        assert!(decided >= 9, "{decided}");
    }
}
