//! 15: tests that cannot say what they mean to.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// W1502
pub(crate) fn lacks(span: Span, record: &str, field: (&str, Span)) -> Report {
    Report::warning(
        "W1502",
        format!("this {record} lacks `{}`, which the mapping reads", field.0),
    )
    .label(span, format!("no `{}`: the record cannot be decoded", field.0))
    .label(field.1, "declared without `?`: always there")
    .help(format!(
        "give it a value, or declare it `{}?` where it may be missing",
        field.0
    ))
}

/// E0307
pub(crate) fn wrong_arguments(span: Span, what: String, here: String, declared: Span) -> Report {
    Report::error("E0307", what)
        .label(span, here)
        .label(declared, "declared here")
        .help("give it the arguments that the mapping gives")
}

/// W1504
pub(crate) fn expects_nothing(span: Span) -> Report {
    Report::warning("W1504", "this test expects nothing")
        .label(span, "passes whatever the fields hold, as long as no rule fails")
        .help("say what must come out: expect { name: \"Ada\" }, expect error data at name, expect skip")
}
