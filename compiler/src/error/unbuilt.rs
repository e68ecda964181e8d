//! 00: parts of the language that the program behind it does not run yet.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0010: said aloud, so that nothing is left out in silence.
pub(crate) fn not_built(span: Span, what: &str) -> Report {
    Report::error("E0010", format!("{what} is not built yet"))
        .label(span, "part of the language, but nothing runs it so far")
        .help("leave it out for now")
}
