//! 12: what operations send, and what they leave out.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// W1207: the key of the record is not among the arguments.
pub(crate) fn names_no_record(span: Span, operation: &str, record: &str, help: &str) -> Report {
    Report::warning("W1207", format!("this `{operation}` does not say which {record}"))
        .label(span, "sends no `id`")
        .help(help)
}

/// W1207: an argument that callers give is not sent.
pub(crate) fn unused_argument(span: Span, argument: &str) -> Report {
    Report::warning("W1207", format!("the argument `{argument}` is never sent"))
        .label(span, format!("nothing here names `{argument}`"))
        .help(format!("send `{argument}`, or take it out of the parentheses"))
}

/// W1207: `items keys` of a field that is not the key.
pub(crate) fn no_key(span: Span, field: &str, near: &str) -> Report {
    Report::warning("W1207", format!("`items keys` takes `{field}` for the key"))
        .label(span, format!("`{field}` is not the key of the record"))
        .help(format!("write items keys {near}"))
}

/// W1208
pub(crate) fn never_sent(rule: Span, field: &str, operation: Span) -> Report {
    Report::warning("W1208", format!("`{field}` is written, and nothing sends it"))
        .label(rule, "goes nowhere")
        .label(operation, format!("does not name `{field}`"))
        .help(format!(
            "add `{field}` or `record` to what the operation sends, or remove the rule"
        ))
}

/// W1209
pub(crate) fn slip(span: Span, found: &str, usual: &str, other: Span) -> Report {
    Report::warning("W1209", format!("`{found}` is nearly `{usual}`"))
        .label(span, "only here")
        .label(other, "called here")
        .help(format!(
            "if it is a slip, write {usual}; the other system alone knows its procedures"
        ))
}

/// W1210
pub(crate) fn never_called(span: Span, operation: &str, record: &str, meant: Option<&str>) -> Report {
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("call it in a join: with {record} as x from {operation}(..); or remove it"),
    };
    Report::warning("W1210", format!("nothing calls the operation `{operation}`"))
        .label(
            span,
            "the runtime calls list, read, create, write, delete and search by name",
        )
        .help(help)
}

/// E1203: the protocol has no such request.
pub(crate) fn other_protocol(span: Span, protocol: &str, does: &str, help: String) -> Report {
    Report::error("E1203", format!("`{protocol}` has no such request"))
        .label(span, format!("{protocol} {does}"))
        .help(help)
}
