//! Dates and instants: formats, zones, epochs. Formats are those of `strftime`.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::present;
use crate::decode::pattern;
use crate::fault::{Fault, quoted};
use crate::value::{Out, Val};

/// A text as a day: `parse_date!('%d.%m.%Y')`.
pub fn parse_date<'s>(value: Val<'s>, format: Val<'_>) -> Out<'s> {
    let text = present!(value).into_text()?;
    let format = format.into_text()?;
    let date = Date::strptime(format.as_bytes(), text.as_bytes());
    date.map(Val::Date)
        .map_err(|_| Fault::data(format!("{} is no date as `{format}`", quoted(&text))))
}

/// A day as a text.
pub fn format_date<'s>(value: Val<'s>, format: Val<'_>) -> Out<'s> {
    let date = present!(value).into_date()?;
    let format = format.into_text()?;
    strtime::format(format.as_bytes(), date)
        .map(Val::made)
        .map_err(|_| no_format(&format))
}

/// A text as an instant: `parse_datetime!('%Y-%m-%d %H:%M', "Europe/Berlin")`. A local time that a change of clocks leaves out or has twice
/// fails. Where the format reads an offset, the offset counts and not the zone.
pub fn parse_datetime<'s>(value: Val<'s>, format: Val<'_>, zone: Val<'_>) -> Out<'s> {
    let text = present!(value).into_text()?;
    let (format, zone) = (format.into_text()?, zone_named(&zone.into_text()?)?);
    crate::decode::moment::formatted(&text, &format, &zone).map(Val::DateTime)
}

/// An instant as a text, in a zone.
pub fn format_datetime<'s>(value: Val<'s>, format: Val<'_>, zone: Val<'_>) -> Out<'s> {
    let instant = present!(value).into_datetime()?;
    let (format, zone) = (format.into_text()?, zone_named(&zone.into_text()?)?);
    if let Some(text) = pattern::written(zone.to_datetime(instant), &format) {
        return Ok(Val::made(text));
    }
    strtime::format(format.as_bytes(), &instant.to_zoned(zone))
        .map(Val::made)
        .map_err(|_| no_format(&format))
}

/// The day of an instant, in a zone.
pub fn date_of<'s>(value: Val<'s>, zone: Val<'_>) -> Out<'s> {
    let instant = present!(value).into_datetime()?;
    let local: DateTime = zone_named(&zone.into_text()?)?.to_datetime(instant);
    Ok(Val::Date(local.date()))
}

/// Seconds since 1970; what is finer is cut.
pub fn epoch(value: Val<'_>) -> Out<'_> {
    Ok(Val::Int(present!(value).into_datetime()?.as_second()))
}

/// The instant so many seconds after the begin of 1970.
pub fn from_epoch(value: Val<'_>) -> Out<'_> {
    let seconds = present!(value).into_int()?;
    Timestamp::from_second(seconds)
        .map(Val::DateTime)
        .map_err(|_| Fault::data("the instant is out of range"))
}

/// The seconds of a length of time.
pub fn seconds(value: Val<'_>) -> Out<'_> {
    let lasting = present!(value).into_duration()?;
    Ok(Val::Decimal(crate::decode::seconds_of(lasting)))
}

/// The length of time of so many seconds.
pub fn from_seconds(value: Val<'_>) -> Out<'_> {
    let seconds = present!(value).into_decimal()?;
    crate::decode::of_seconds(seconds)
        .map(Val::Duration)
        .map_err(Fault::data)
}

/// `a + b` of an instant and a length of time, or of two lengths; absent for anything else.
pub(super) fn moved<'s>(left: &Val<'_>, right: &Val<'_>) -> Option<Out<'s>> {
    Some(match (left, right) {
        (Val::DateTime(instant), Val::Duration(lasting)) | (Val::Duration(lasting), Val::DateTime(instant)) => {
            at(instant.checked_add(*lasting).ok())
        }
        (Val::Duration(left), Val::Duration(right)) => lasting(left.checked_add(*right)),
        _ => return None,
    })
}

/// `a - b` of an instant and a length of time, of two instants, or of two lengths; absent for anything else.
pub(super) fn moved_back<'s>(left: &Val<'_>, right: &Val<'_>) -> Option<Out<'s>> {
    Some(match (left, right) {
        (Val::DateTime(instant), Val::Duration(lasting)) => at(instant.checked_sub(*lasting).ok()),
        (Val::DateTime(left), Val::DateTime(right)) => Ok(Val::Duration(left.duration_since(*right))),
        (Val::Duration(left), Val::Duration(right)) => lasting(left.checked_sub(*right)),
        _ => return None,
    })
}

fn at<'s>(instant: Option<Timestamp>) -> Out<'s> {
    let out_of_range = || Fault::data("the instant is out of range");
    instant.map(Val::DateTime).ok_or_else(out_of_range)
}

fn lasting<'s>(lasting: Option<SignedDuration>) -> Out<'s> {
    let too_long = || Fault::data("longer than the longest duration that can be kept");
    lasting.map(Val::Duration).ok_or_else(too_long)
}

/// A zone by its IANA name.
pub(crate) fn zone_named(name: &str) -> Result<TimeZone, Fault> {
    match name {
        "UTC" => Ok(TimeZone::UTC),
        other => TimeZone::get(other).map_err(|_| Fault::data(format!("{} is no time zone", quoted(other)))),
    }
}

fn no_format(format: &str) -> Fault {
    Fault::data(format!("`{format}` is no format for this value"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::examples::{holds, v};

    #[test]
    fn days() {
        holds! {
            parse_date(v("'27.06.2017'"), v("'%d.%m.%Y'")) => "'2017-06-27'",
            parse_date(v("'2017-06-27 10:00:00'"), v("'%Y-%m-%d %H:%M:%S'")) => "'2017-06-27'",
            parse_date(v("'31.02.2017'"), v("'%d.%m.%Y'")) => "! '31.02.2017' is no date as `%d.%m.%Y`",
            format_date(v("@2017-06-27"), v("'%d.%m.%Y'")) => "'27.06.2017'",
            format_date(v("@2017-06-27"), v("'%A'")) => "'Tuesday'",
            format_date(v("null"), v("'%A'")) => "null",
            date_of(v("@2017-06-27T23:30:00Z"), v("'Europe/Berlin'")) => "'2017-06-28'",
            date_of(v("@2017-06-27T23:30:00Z"), v("'UTC'")) => "'2017-06-27'",
            date_of(v("@2017-06-27T23:30:00Z"), v("'Europe/Atlantis'")) => "! 'Europe/Atlantis' is no time zone",
        }
    }

    #[test]
    fn instants() {
        holds! {
            parse_datetime(v("'2017-06-27 17:13'"), v("'%Y-%m-%d %H:%M'"), v("'Europe/Berlin'")) => "'2017-06-27T15:13:00Z'",
            parse_datetime(v("'2017-06-27 17:13 -0300'"), v("'%Y-%m-%d %H:%M %z'"), v("'UTC'")) => "'2017-06-27T20:13:00Z'",
            parse_datetime(v("'2017-06-27'"), v("'%Y-%m-%d'"), v("'UTC'")) => "'2017-06-27T00:00:00Z'",
            parse_datetime(v("'2017-03-26 02:30'"), v("'%Y-%m-%d %H:%M'"), v("'Europe/Berlin'"))
                => "! the local time '2017-03-26T02:30:00' is left out, or comes twice, when clocks change",
            parse_datetime(v("'2017-10-29 02:30'"), v("'%Y-%m-%d %H:%M'"), v("'Europe/Berlin'"))
                => "! the local time '2017-10-29T02:30:00' is left out, or comes twice, when clocks change",
            parse_datetime(v("'x'"), v("'%Y'"), v("'UTC'")) => "! 'x' is no datetime as `%Y`",
            format_datetime(v("@2017-06-27T15:13:08Z"), v("'%Y-%m-%d %H:%M:%S'"), v("'UTC'")) => "'2017-06-27 15:13:08'",
            format_datetime(v("@2017-06-27T15:13:08Z"), v("'%H:%M %z'"), v("'Europe/Berlin'")) => "'17:13 +0200'",
            format_datetime(v("missing"), v("'%H'"), v("'UTC'")) => "missing",
            epoch(v("@1970-01-01T00:01:00Z")) => "60",
            epoch(v("@2017-06-27T15:13:08.9Z")) => "1498576388",
            epoch(v("null")) => "null",
            from_epoch(v("60")) => "'1970-01-01T00:01:00Z'",
            from_epoch(v("-1")) => "'1969-12-31T23:59:59Z'",
            from_epoch(v("9223372036854775807")) => "! the instant is out of range",
        }
    }
}
