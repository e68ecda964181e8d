//! 06: rules that are missing or too many.

use super::{WithHelp, counted};
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0601
pub(crate) fn written_twice(first: Span, second: Span, target: &str, preference: Option<String>) -> Report {
    Report::error("E0601", format!("`{target}` is written by two rules"))
        .label(second, "second rule: which one should win?")
        .label(first, "first rule")
        .maybe_help(preference)
}

/// The same with the places of the first declarations that it is about.
pub(crate) fn declared_as<'n>(report: Report, declared: impl Iterator<Item = (&'n str, Span)>, why: &str) -> Report {
    let first = declared.take(MOST_DECLARATIONS);
    first.fold(report, |report, (field, span)| {
        report.label(span, format!("`{field}` {why}"))
    })
}

/// Declarations that one report points at.
const MOST_DECLARATIONS: usize = 2;

/// E0602; `missing` are the fields with their types.
pub(crate) fn never_written(span: Span, model: &str, missing: &[String], help: &str) -> Report {
    let message = match missing.len() {
        1 => format!("a field that `{model}` requires on create is never written"),
        count => format!("{count} fields that `{model}` requires on create are never written"),
    };
    Report::error("E0602", message)
        .label(span, format!("missing: {}", missing.join(", ")))
        .help(help)
}

/// W0603
pub(crate) fn never_used(span: Span, unused: &[String], example: &str) -> Report {
    let message = match unused.len() {
        1 => "a source field is neither used nor ignored".to_owned(),
        count => format!("{} are neither used nor ignored", counted(count, "source field")),
    };
    Report::warning("W0603", message)
        .label(span, format!("unused: {}", unused.join(", ")))
        .help(format!(
            "map {}, or say why not: ignore {example} because \"not kept inside\"",
            if unused.len() == 1 { "it" } else { "them" }
        ))
}

/// W0603 of fields that a version adds to the record of an inherited mapping.
pub(crate) fn never_used_by_inherited(span: Span, unused: &[String], mapping: &str) -> Report {
    let message = match unused.len() {
        1 => "a source field is neither used nor ignored".to_owned(),
        count => format!("{} are neither used nor ignored", counted(count, "source field")),
    };
    Report::warning("W0603", message)
        .label(
            span,
            format!("unused by the inherited `{mapping}`: {}", unused.join(", ")),
        )
        .help(format!(
            "amend the mapping: map them, or say why not: ignore {} because \"not kept inside\"",
            unused.join(", ")
        ))
}

/// E0604
pub(crate) fn ignored_but_read(ignored: Span, field: &str, read: Span) -> Report {
    Report::error("E0604", format!("`{field}` is ignored, but a rule reads it"))
        .label(ignored, "ignored here")
        .label(read, "read here")
        .help(format!("remove `{field}` from the `ignore`"))
}

/// E0604
pub(crate) fn ignored_unknown(span: Span, field: &str, record: &str, near: Option<&str>) -> Report {
    Report::error(
        "E0604",
        format!("`ignore` of `{field}`, which is not a field of {record}"),
    )
    .label(span, "nothing to ignore")
    .help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "remove it".to_owned(),
    })
}
