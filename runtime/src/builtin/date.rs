//! Dates and instants: formats, zones, epochs. Formats are those of `strftime`.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::present;
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
