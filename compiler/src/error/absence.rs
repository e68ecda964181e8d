//! 04: values that may not be there.

use super::WithHelp;
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0401
pub(crate) fn absent_into_required(target: (Span, &str, &str), value: Span, why: &str, help: Option<String>) -> Report {
    let (span, name, model) = target;
    Report::error(
        "E0401",
        format!("`{name}` is required on create, but this value may be absent"),
    )
    .label(value, why)
    .label(span, format!("required by {model}"))
    .maybe_help(help)
}

/// E0401
pub(crate) fn absent_in_record(value: (Span, &str, &str), help: &str) -> Report {
    let (span, name, model) = value;
    let message = format!("`{name}` is required on create, but this value may be absent");
    Report::error("E0401", message)
        .label(span, format!("required by {model}"))
        .help(help)
}

/// E0404
pub(crate) fn null_in_record(value: (Span, &str, &str), help: &str) -> Report {
    let (span, name, model) = value;
    Report::error("E0404", format!("`{name}` cannot be null, but this value may be"))
        .label(span, format!("not nullable in {model}"))
        .help(help)
}

/// E0402; `origin` is the line that makes it absent.
pub(crate) fn absent_used(
    message: &str,
    at: Span,
    here: &str,
    origin: Option<(Span, &str)>,
    help: Option<String>,
) -> Report {
    let report = Report::error("E0402", message).label(at, here);
    let report = match origin {
        Some((span, why)) => report.label(span, why),
        None => report,
    };
    report.maybe_help(help)
}

/// W0403
pub(crate) fn default_never_used(value: (Span, &str), default: Span, help: &str) -> Report {
    Report::warning("W0403", "this default can never be used")
        .label(default, "never evaluated")
        .label(value.0, value.1)
        .help(help)
}

/// E0404
pub(crate) fn null_into_target(target: (Span, &str, &str), value: (Span, &str), help: &str) -> Report {
    let (span, name, model) = target;
    Report::error("E0404", format!("`{name}` cannot be null, but this value may be"))
        .label(value.0, value.1)
        .label(span, format!("not nullable in {model}"))
        .help(help)
}
