//! 15: records that were kept, beside what is declared.

use super::counted;
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// Paths that one report lists.
const MOST_PATHS: usize = 8;

/// W1501
pub(crate) fn unknown_fields(span: Span, file: &str, record: &str, paths: &[String]) -> Report {
    let shown = paths.iter().take(MOST_PATHS).cloned().collect::<Vec<_>>().join(", ");
    let more = match paths.len().saturating_sub(MOST_PATHS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let fields = counted(paths.len(), "field");
    Report::warning(
        "W1501",
        format!("`{file}` holds {fields} that {record} does not declare"),
    )
    .label(span, format!("unknown: {shown}{more}"))
    .help("declare those that matter; if the rest may be left: # allow W1501 because \"..\"")
}

/// W1503
pub(crate) fn no_such_file(span: Span, file: &str) -> Report {
    Report::warning("W1503", format!("there is no file `{file}`"))
        .label(span, "looked for beside this mapping file; the test fails without it")
        .help("correct the name: it begins at the folder of the mapping file; or add the file")
}

/// W1503
pub(crate) fn no_record(span: Span, file: &str, problem: &str) -> Report {
    Report::warning("W1503", format!("`{file}` holds {problem}"))
        .label(span, "the test fails with this file")
        .help("correct the file: one record, or for a source of several a list of them")
}
