//! 15: tests that cannot say what they mean to.

use crate::suggest::{meant, nearest};
use tenon_dsl::report::Report;
use tenon_dsl::source::{Name, Span};

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

/// E0301: a record of a test that lacks what its type always has.
pub(crate) fn part_is_missing(span: Span, part: &str) -> Report {
    Report::error("E0301", format!("this record lacks `{part}`"))
        .label(span, format!("no `{part}`, which its type always has"))
        .help(format!("give it: {part}: .."))
}

/// E0301: `expect` of something else than a record.
pub(crate) fn expects_no_record(span: Span, word: &str) -> Report {
    let help = match word.to_lowercase().as_str() {
        "skipped" | "skip" | "nothing" => "write  skip because \"the reason of the mapping\"",
        "retry" | "retried" | "waits" | "pending" => "write  retry because \"the reason of the mapping\"",
        "error" | "failed" | "fails" => "write  error KIND at TARGET, for example  error unbound at partner_id",
        "ok" | "success" | "created" | "updated" => "write the record that comes out: { name: \"Ada\" }",
        _ => "a record: { name: \"Ada\" }; all of it: exactly { .. }; or error KIND at TARGET",
    };
    Report::error("E0301", format!("`{word}` is not what a test can expect"))
        .label(span, "what comes out is a record")
        .help(help)
}

/// E1203: a question that a context does not answer by this word.
pub(crate) fn unknown_question(word: &Name, of: &str, instead: &str, known: &[&str]) -> Report {
    let (here, help) = match word.value.as_str() {
        "find_or_new" => (
            "`find` says what is there; `= null` lets it be made",
            format!("write  {instead}"),
        ),
        "find" => (
            "`find` is asked by fields",
            format!("write  find {of} {{ FIELD: VALUE }} = 7"),
        ),
        "refs" => (
            "each key is a question of its own",
            format!("write  ref {of} 1 = 7, ref {of} 2 = 8"),
        ),
        "ext_of" => (
            "the record that a key leads to is said by `ref`",
            format!("write  {instead}"),
        ),
        other => (
            "not a question to the store",
            match nearest(other, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}; and `backend.x = ..`, `fn f(..) = ..`", known.join(", ")),
            },
        ),
    };
    Report::error("E1203", format!("there is no question `{}` in a context", word.value))
        .label(word.span, here)
        .help(help)
        .edit(meant(word.span, &word.value, known.iter().copied()).filter(|_| word.value != "refs"))
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

/// E0011: a file in place of the value of a parameter.
pub(crate) fn parameter_in_a_file(span: Span) -> Report {
    Report::error("E0011", "a file holds a record, and this is a parameter")
        .label(span, "no value")
        .help("write the value: given unit = \"EUR\"")
}
