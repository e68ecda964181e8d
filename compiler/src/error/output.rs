//! 11: the records that an export writes.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E1111
pub(crate) fn and_in_an_import(span: Span) -> Report {
    Report::error("E1111", "`and` stands in an import")
        .label(span, "only an export writes further records")
        .help("join further records that are read: with X as x from ..")
}

/// E1111; `example` is the header with a name.
pub(crate) fn without_name(span: Span, example: &str) -> Report {
    Report::error("E1111", "one of several records that an export writes has no name")
        .label(span, "targets could not say that they mean this record")
        .help(format!("give it one: {example}"))
}

/// E1111; `possible` are the targets that may be meant.
pub(crate) fn target_of_which(span: Span, target: &str, possible: &[String]) -> Report {
    Report::error("E1111", format!("`{target}` does not say which record it belongs to"))
        .label(span, "this export writes several records")
        .help(format!("write {}", possible.join(" or ")))
}

/// E1111
pub(crate) fn not_the_key(span: Span, path: &str, key: Option<&str>) -> Report {
    let report = Report::error("E1111", format!("`{path}` is not known while the next record is made"))
        .label(span, "of a record that was written before, only its key can be read");
    report.help(match key {
        Some(key) => format!("the key is {key}; give a value that both records need a name: let x = .."),
        None => "give a value that both records need a name: let x = ..".to_owned(),
    })
}

/// E1111
pub(crate) fn not_written_yet(span: Span, alias: &str) -> Report {
    Report::error("E1111", format!("the key of `{alias}` is not known yet"))
        .label(span, "records are written in the order of the header")
        .help("put the record that gives its key first")
}
