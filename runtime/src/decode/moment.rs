//! Texts -> days, times of day, instants.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::{Offset, TimeZone};

use crate::fault::{Fault, quoted};

/// `2017-06-27`
pub fn date(text: &str) -> Option<Date> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let whole = rest.is_empty() && year > 0;
    let date = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    date.ok().filter(|_| whole)
}

/// `17:13`, `17:13:08`, `17:13:08.25`
pub fn time(text: &str) -> Option<Time> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, fraction) = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 2)?,
        None if rest.is_empty() => (0, ""),
        None => return None,
    };
    let nanos = match fraction.strip_prefix('.') {
        Some(fraction) => nanoseconds(fraction)?,
        None if fraction.is_empty() => 0,
        None => return None,
    };
    let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
    Time::new(hour, minute, i8::try_from(second).ok()?, nanos).ok()
}

/// An instant: day and time divided by `T` or a blank, with an offset (`Z`, `+02:00`, `+0200`, `+02`). Without one it is a local time of the zone.
///
/// `wire php` reads both forms too: PHP sends `2017-06-27 15:13:08` in UTC, but real Magento 1.9 sends `2017-06-27T17:13:08+02:00` as well.
pub fn datetime(text: &str, zone: &TimeZone) -> Result<Timestamp, Fault> {
    let parts = parts(text).ok_or_else(|| Fault::data(format!("{} is no datetime", quoted(text))))?;
    let (local, offset) = parts;
    match offset {
        Some(offset) => offset
            .to_timestamp(local)
            .map_err(|_| Fault::data("the instant is out of range")),
        None => in_zone(local, zone),
    }
}

/// A text in a format of `strftime` as an instant. Where the format reads an offset it counts, else the text is a local time of the zone.
pub fn formatted(text: &str, format: &str, zone: &TimeZone) -> Result<Timestamp, Fault> {
    let wrong = || Fault::data(format!("{} is no datetime as `{format}`", quoted(text)));
    if let Some(local) = super::pattern::datetime(text, format) {
        return in_zone(local, zone);
    }
    let parsed = strtime::parse(format, text).map_err(|_| wrong())?;
    if parsed.offset().is_some() || format.contains("%s") {
        return parsed.to_timestamp().map_err(|_| wrong());
    }
    let date = parsed.to_date().map_err(|_| wrong())?;
    let time = match parsed.hour() {
        Some(_) => parsed.to_time().map_err(|_| wrong())?,
        None => Time::midnight(),
    };
    in_zone(date.to_datetime(time), zone)
}

/// Seconds since 1970, with up to nine digits after the point.
pub fn epoch(text: &str) -> Result<Timestamp, Fault> {
    let wrong = || Fault::data(format!("{} is no number of seconds since 1970", quoted(text)));
    let seconds = super::decimal(text).map_err(|_| wrong())?;
    let nanos = seconds
        .checked_mul(rust_decimal::Decimal::from(1_000_000_000))
        .ok_or_else(wrong)?;
    let nanos = (nanos.normalize().scale() == 0)
        .then(|| i128::try_from(nanos).ok())
        .flatten();
    Timestamp::from_nanosecond(nanos.ok_or_else(wrong)?).map_err(|_| wrong())
}

/// What PHP and MySQL write where there is no date.
pub fn is_zero_date(text: &str) -> bool {
    matches!(text, "0000-00-00" | "0000-00-00 00:00:00")
}

/// A local time of a zone; one that a change of clocks leaves out or has twice is none.
fn in_zone(local: DateTime, zone: &TimeZone) -> Result<Timestamp, Fault> {
    zone.to_ambiguous_timestamp(local).unambiguous().map_err(|_| {
        let shown = quoted(&local.to_string());
        Fault::data(format!(
            "the local time {shown} is left out, or comes twice, when clocks change"
        ))
    })
}

/// Local time and offset of an ISO 8601 text.
fn parts(text: &str) -> Option<(DateTime, Option<Offset>)> {
    parts_in_place(text.as_bytes()).or_else(|| parts_of_any(text))
}

/// `2017-06-27T17:13:08`, with `Z` or an offset of whole minutes, or without: what most send. Absent for anything else.
fn parts_in_place(text: &[u8]) -> Option<(DateTime, Option<Offset>)> {
    let (local, offset) = text.split_first_chunk::<19>()?;
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T' | b' ',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
    ] = *local
    else {
        return None;
    };
    let [century, year, month, day, hour, minute, second] =
        [[y1, y2], [y3, y4], [m1, m2], [d1, d2], [h1, h2], [n1, n2], [s1, s2]].map(two);
    let year = i16::from(century?) * 100 + i16::from(year?);
    let day = Date::new(year, month?, day?).ok().filter(|_| year > 0)?;
    let time = Time::new(hour?, minute?, second?, 0).ok()?;
    let offset = match *offset {
        [] => None,
        [b'Z'] => Some(Offset::UTC),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (two([h1, h2])?, two([m1, m2])?);
            // What is no offset of a clock is looked at again.
            let seconds = (hours < 24 && minutes < 60).then_some(i32::from(hours) * 3600 + i32::from(minutes) * 60)?;
            Some(Offset::from_seconds(if sign == b'-' { -seconds } else { seconds }).ok()?)
        }
        _ => return None,
    };
    Some((day.to_datetime(time), offset))
}

/// Two digits.
fn two([tens, ones]: [u8; 2]) -> Option<i8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| (tens * 10 + ones).cast_signed())
}

fn parts_of_any(text: &str) -> Option<(DateTime, Option<Offset>)> {
    let day = date(text.get(..10)?)?;
    let rest = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
    let end = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let time = time(rest.get(..end)?)?;
    let offset = match rest.get(end..)? {
        "" => None,
        "Z" | "z" => Some(Offset::UTC),
        signed => Some(offset(signed)?),
    };
    Some((day.to_datetime(time), offset))
}

/// `+02:00`, `+0200`, `+02`
fn offset(text: &str) -> Option<Offset> {
    let sign = match text.get(..1)? {
        "-" => -1,
        _ => 1,
    };
    let (hours, rest) = digits(text.get(1..)?, 2).filter(|(hours, _)| *hours < 24)?;
    let minutes = match rest.strip_prefix(':').unwrap_or(rest) {
        "" if rest.is_empty() => 0,
        minutes => {
            digits(minutes, 2)
                .filter(|(minutes, rest)| rest.is_empty() && *minutes < 60)?
                .0
        }
    };
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// Exactly so many digits, and what follows.
fn digits(text: &str, count: usize) -> Option<(i32, &str)> {
    let mut number = 0;
    for byte in text.as_bytes().get(..count)? {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + i32::from(digit);
    }
    Some((number, text.get(count..)?))
}

/// One to nine digits after the point.
fn nanoseconds(fraction: &str) -> Option<i32> {
    let short = (1..=9).contains(&fraction.len());
    let all = short && fraction.bytes().all(|byte| byte.is_ascii_digit());
    format!("{fraction:0<9}").parse().ok().filter(|_| all)
}
