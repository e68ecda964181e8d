//! Functions on days and instants.

use super::{Builtin, Class, Kind, Param, ResultRule};

/// `parse_date`
pub(super) static PARSE_DATE: Builtin = Builtin {
    name: "parse_date",
    params: &[Param::new("text", Kind::Text), Param::new("format", Kind::Format)],
    gives: "date",
    result: ResultRule::Date,
    fails: Some("the text does not have this format"),
    class: Class::Canonical,
    inverse: Some("format_date"),
    path: Some("::tenon_runtime::builtin::date::parse_date"),
    accepts_absence: false,
    doc: "A text as a date.",
    examples: [
        "(\"24.12.2020\" | parse_date!('%d.%m.%Y')) == day",
        "(\"x\" | parse_date?('%Y-%m-%d')) is missing",
        "(\"2020-12-24\" | parse_date!('%Y-%m-%d')) == day",
    ],
};

/// `format_date`
pub(super) static FORMAT_DATE: Builtin = Builtin {
    name: "format_date",
    params: &[Param::new("date", Kind::Date), Param::new("format", Kind::Format)],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Exact,
    inverse: Some("parse_date"),
    path: Some("::tenon_runtime::builtin::date::format_date"),
    accepts_absence: false,
    doc: "A date as text.",
    examples: [
        "(day | format_date('%d.%m.%Y')) == \"24.12.2020\"",
        "(day | format_date('%Y')) == \"2020\"",
        "format_date(day, '%m/%d') == \"12/24\"",
    ],
};

/// `parse_datetime`
pub(super) static PARSE_DATETIME: Builtin = Builtin {
    name: "parse_datetime",
    params: &[
        Param::new("text", Kind::Text),
        Param::new("format", Kind::Format),
        Param::new("zone", Kind::Text),
    ],
    gives: "datetime",
    result: ResultRule::DateTime,
    fails: Some("the text does not have this format, or the clock of the zone jumps there"),
    class: Class::Canonical,
    inverse: Some("format_datetime"),
    path: Some("::tenon_runtime::builtin::date::parse_datetime"),
    accepts_absence: false,
    doc: "A local time of a zone as an instant.",
    examples: [
        "(\"2020-06-01 12:30\" | parse_datetime!('%Y-%m-%d %H:%M', \"UTC\")) == at",
        "(\"2020-03-29 02:30\" | parse_datetime?('%Y-%m-%d %H:%M', \"Europe/Paris\")) is missing",
        "(\"2020-10-25 02:30\" | parse_datetime?('%Y-%m-%d %H:%M', \"Europe/Paris\")) is missing",
    ],
};

/// `format_datetime`
pub(super) static FORMAT_DATETIME: Builtin = Builtin {
    name: "format_datetime",
    params: &[
        Param::new("datetime", Kind::DateTime),
        Param::new("format", Kind::Format),
        Param::new("zone", Kind::Text),
    ],
    gives: "text",
    result: ResultRule::Text,
    fails: None,
    class: Class::Canonical,
    inverse: Some("parse_datetime"),
    path: Some("::tenon_runtime::builtin::date::format_datetime"),
    accepts_absence: false,
    doc: "An instant as the local time of a zone.",
    examples: [
        "(at | format_datetime('%H:%M', \"UTC\")) == \"12:30\"",
        "(at | format_datetime('%H:%M', \"Europe/Paris\")) == \"14:30\"",
        "format_datetime(at, '%Y', zone = \"UTC\") == \"2020\"",
    ],
};

/// `date_of`
pub(super) static DATE_OF: Builtin = Builtin {
    name: "date_of",
    params: &[Param::new("datetime", Kind::DateTime), Param::new("zone", Kind::Text)],
    gives: "date",
    result: ResultRule::Date,
    fails: None,
    class: Class::Lossy,
    inverse: None,
    path: Some("::tenon_runtime::builtin::date::date_of"),
    accepts_absence: false,
    doc: "The day that an instant is in a zone.",
    examples: [
        "(at | date_of(\"UTC\") | text) == \"2020-06-01\"",
        "(midnight | date_of(\"UTC\")) == day",
        "((midnight | date_of(\"America/New_York\")) | text) == \"2020-12-23\"",
    ],
};

/// `epoch`
pub(super) static EPOCH: Builtin = Builtin {
    name: "epoch",
    params: &[Param::new("datetime", Kind::DateTime)],
    gives: "int",
    result: ResultRule::Int,
    fails: None,
    class: Class::Canonical,
    inverse: Some("from_epoch"),
    path: Some("::tenon_runtime::builtin::date::epoch"),
    accepts_absence: false,
    doc: "Seconds since 1970.",
    examples: [
        "(at | epoch) == 1591014600",
        "epoch(later) == 1591018200",
        "(0 | from_epoch | epoch) == 0",
    ],
};

/// `from_epoch`
pub(super) static FROM_EPOCH: Builtin = Builtin {
    name: "from_epoch",
    params: &[Param::new("seconds", Kind::Int)],
    gives: "datetime",
    result: ResultRule::DateTime,
    fails: None,
    class: Class::Canonical,
    inverse: Some("epoch"),
    path: Some("::tenon_runtime::builtin::date::from_epoch"),
    accepts_absence: false,
    doc: "An instant of seconds since 1970.",
    examples: [
        "(1591014600 | from_epoch) == at",
        "from_epoch(1591018200) == later",
        "(0 | from_epoch | epoch) == 0",
    ],
};

/// `seconds`
pub(super) static SECONDS: Builtin = Builtin {
    name: "seconds",
    params: &[Param::new("duration", Kind::Duration)],
    gives: "decimal",
    result: ResultRule::Decimal,
    fails: None,
    class: Class::Canonical,
    inverse: Some("from_seconds"),
    path: Some("::tenon_runtime::builtin::date::seconds"),
    accepts_absence: false,
    doc: "The seconds of a duration.",
    examples: [
        "(lasting | seconds) == 5400",
        "seconds(later - at) == 3600",
        "(1.5 | from_seconds! | seconds) == 1.5",
    ],
};

/// `from_seconds`
pub(super) static FROM_SECONDS: Builtin = Builtin {
    name: "from_seconds",
    params: &[Param::new("seconds", Kind::Decimal)],
    gives: "duration",
    result: ResultRule::Duration,
    fails: Some("it is longer than can be kept, or has more than nine digits after the point"),
    class: Class::Canonical,
    inverse: Some("seconds"),
    path: Some("::tenon_runtime::builtin::date::from_seconds"),
    accepts_absence: false,
    doc: "A duration of so many seconds.",
    examples: [
        "(5400 | from_seconds!) == lasting",
        "from_seconds!(3600) == later - at",
        "(at + from_seconds!(3600)) == later",
    ],
};

/// `now`
pub(super) static NOW: Builtin = Builtin {
    name: "now",
    params: &[],
    gives: "datetime",
    result: ResultRule::DateTime,
    fails: None,
    class: Class::NoConversion,
    inverse: None,
    path: Some("::tenon_runtime::builtin::date::now"),
    accepts_absence: false,
    doc: "The clock of the job.",
    examples: [
        "now() == now()",
        "(now() | epoch) >= 0",
        "(now() | date_of(\"UTC\")) == date_of(now(), \"UTC\")",
    ],
};
