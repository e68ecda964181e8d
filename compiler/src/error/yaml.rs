//! 14: what YAML makes easy to get wrong.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E1401
pub(crate) fn value_is_an_expression(span: Span, word: &str, record: &str, key: &str) -> Report {
    Report::error("E1401", format!("`{word}` is not a field of {record}"))
        .label(span, "a YAML value is read as an expression")
        .help(format!("for the text itself write  {key}: {{text: {word}}}"))
}
