//! 02: how values are written by the other side.

use crate::check::moment::Wrong;
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0205; `does` is what the codec reads and writes.
pub(crate) fn codec_does_not_fit(
    codec: (Span, &str),
    does: &str,
    field: &str,
    ty: (Span, &str),
    right: &str,
) -> Report {
    Report::error("E0205", format!("`{}` does not fit {}", codec.1, with_article(ty.1)))
        .label(codec.0, format!("reads and writes {does}"))
        .label(ty.0, ty.1)
        .help(format!("declare the type: {field}: {right} {}", codec.1))
}

/// E0205: a modifier that this kind of declaration does not know.
pub(crate) fn modifier_does_not_fit(span: Span, modifier: &str, why: &str, help: &str) -> Report {
    Report::error("E0205", format!("`{modifier}` does not fit here"))
        .label(span, why)
        .help(help)
}

/// E0205
pub(crate) fn wrong_format(span: Span, format: &str, wrong: Wrong) -> Report {
    Report::error("E0205", format!("`{format}` is no format"))
        .label(span, wrong.why)
        .help(wrong.help)
}

/// E0205
pub(crate) fn wrong_zone(span: Span, zone: &str, wrong: Wrong) -> Report {
    Report::error("E0205", format!("there is no time zone `{zone}`"))
        .label(span, wrong.why)
        .help(wrong.help)
}

/// W0205
pub(crate) fn closed_enum(span: Span) -> Report {
    Report::warning(
        "W0205",
        "this enum is closed, so a value it does not know refuses the record",
    )
    .label(span, "any other text is a data error")
    .help("add `| text`, unless the other side guarantees the list")
}

/// E0207: a record with more fields than a row has places for.
pub(crate) fn too_many_fields(mapping: Span, record: &str, declared: Span) -> Report {
    Report::error("E0207", format!("more than 65,534 fields of {record} are read"))
        .label(mapping, "its rules read them, those of the records in it included")
        .label(
            declared,
            "a record counts with all that is read of it, as often as it stands here",
        )
        .help("declare what is copied whole as json, or what stands in it many times as a list or a map")
}

/// `a text`, `an int`, `"new"`
pub(crate) fn with_article(noun: &str) -> String {
    let article = match noun.chars().next() {
        Some('a' | 'e' | 'i' | 'o' | 'u') => "an ",
        Some(first) if first.is_alphabetic() => "a ",
        Some(_) | None => "",
    };
    format!("{article}{noun}")
}
