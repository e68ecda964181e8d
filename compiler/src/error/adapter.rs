//! 12: adapters and jobs.

use super::WithHelp;
use crate::suggest::meant;
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E1202
pub(crate) fn unknown_operation(span: Span, operation: &str, external: &str, known: &[String]) -> Report {
    let help = match known.is_empty() {
        true => format!("declare it: adapter {external} {{ {operation}(..) = .. }}"),
        false => format!("there are: {}", known.join(", ")),
    };
    Report::error(
        "E1202",
        format!("the adapter of {external} has no operation `{operation}`"),
    )
    .label(span, "unknown operation")
    .help(help)
}

/// E1202
pub(crate) fn wrong_operation_arguments(
    span: Span,
    operation: &str,
    here: &str,
    declared: (Span, &[String]),
) -> Report {
    let (declared, params) = declared;
    Report::error(
        "E1202",
        format!("`{operation}` is called with other arguments than it has"),
    )
    .label(span, here)
    .label(declared, "the operation")
    .help(match params {
        [] => format!("it has none: {operation}()"),
        params => format!(
            "arguments are given by name: {operation}({} = ..)",
            params.join(" = .., ")
        ),
    })
}

/// E1202: callers that disagree about the type of an argument.
pub(crate) fn callers_disagree(first: (Span, &str), second: (Span, &str), param: &str) -> Report {
    Report::error("E1202", format!("`{param}` is passed with two types"))
        .label(second.0, second.1)
        .label(first.0, first.1)
        .help("convert one of them: all callers of an operation pass the same type")
}

/// E1203
pub(crate) fn operation_missing(span: Span, external: &str, what: &str, line: &str) -> Report {
    let operation = line.split(" =").next().unwrap_or(line);
    Report::error("E1203", format!("the adapter of {external} has no `{operation}`"))
        .label(span, what)
        .help(format!("add to adapter {external}: {line}"))
}

/// E1203: an export to a type that nothing tells apart.
pub(crate) fn exports_keyless(span: Span, external: &str) -> Report {
    Report::error(
        "E1203",
        format!("{external} has no key, so nothing says which record an export means"),
    )
    .label(span, "exported, but embedded")
    .help(format!("say what identifies it: external {external} key FIELD"))
}

/// E1203: an answer whose record nothing tells from another.
pub(crate) fn returns_keyless(span: Span, external: &str) -> Report {
    Report::error(
        "E1203",
        format!("{external} has no key, so nothing says which record an answer means"),
    )
    .label(span, "the answer would be imported as this record")
    .help(format!("say what identifies it: external {external} key FIELD"))
}

/// E1203: the answer to a `create` says nothing of the record that it made.
pub(crate) fn returns_another(span: Span, external: &str, returned: &str) -> Report {
    Report::error(
        "E1203",
        format!("the `create` of {external} answers with a record of {returned}"),
    )
    .label(
        span,
        format!("so the key of the new {external} must be written by a rule"),
    )
    .help(format!(
        "write its key by a rule, or make `create` answer with it: returns {external}"
    ))
}

/// E1201
pub(crate) fn create_says_no_repeat(span: Span, external: &str) -> Report {
    Report::error(
        "E1201",
        format!("`create` of {external} does not say how a repeat is found"),
    )
    .label(span, "if its answer is lost, nobody knows whether the record was made")
    .help("add: once by review (a person decides), once by search FIELD after 30s, once by unique FIELD, or once by header NAME")
}

/// E1201: a repeat would be found by a field that is never sent.
pub(crate) fn repeat_by_nothing(span: Span, field: &str, declared: Span) -> Report {
    Report::error(
        "E1201",
        format!("a repeat of this `create` is found by `{field}`, which is not always sent"),
    )
    .label(span, format!("no rule always gives `{field}` a value"))
    .label(declared, "if the answer is lost, the record is looked for by it")
    .help(format!(
        "write a rule for `{field}` that always gives a value, or: once by review"
    ))
}

/// E1204
pub(crate) fn job_with_parameters(
    span: Span,
    model: &str,
    params: &[String],
    enclosing: Option<&str>,
    help: Option<String>,
) -> Report {
    let (message, needs) = match (params, enclosing) {
        ([], Some(record)) => (
            "a job cannot start a mapping that needs an enclosing record",
            format!("its {record}"),
        ),
        (params, _) => ("a job cannot start a mapping that needs parameters", params.join(", ")),
    };
    Report::error("E1204", message)
        .label(span, format!("{model} needs {needs}, which only `via` can give"))
        .maybe_help(help)
}

/// E1203: a clause of a request or of `backend` that nothing knows.
pub(crate) fn unknown_word(span: Span, what: &str, word: &str, known: &[&str]) -> Report {
    Report::error("E1203", format!("there is no {what} `{word}`"))
        .label(span, format!("unknown {what}"))
        .help(format!("there are: {}", known.join(", ")))
        .edit(meant(span, word, known.iter().copied()))
}

/// E1206
pub(crate) fn languages_from_nowhere(span: Span) -> Report {
    Report::error("E1206", "nothing says which languages there are")
        .label(span, "for each of which?")
        .help(
            "name what is sent, the records that stand for the languages, and the field of their model that names them: \
             per language view from StoreView by lang",
        )
}

/// E1206: an operation that is not called once per language.
pub(crate) fn not_per_language(span: Span, operation: &str, external: &str) -> Report {
    let (here, help) = match operation {
        "list" | "search" => (
            "says which records there are, which is the same in every language",
            format!("put it behind `read` of {external}: each record is then read once more in every language"),
        ),
        "create" | "write" | "delete" => (
            "an export sends the texts of the base language",
            "remove it; texts of other languages are read, not sent".to_owned(),
        ),
        _ => (
            "a join takes what it fetches in one language",
            format!("put it behind `read` of {external}, and let the records have an import of their own"),
        ),
    };
    Report::error(
        "E1206",
        format!("`{operation}` is not called once per language: only `read` is"),
    )
    .label(span, here)
    .help(help)
}

/// E1206
pub(crate) fn languages_of_several_models(span: Span, external: &str, models: &[String]) -> Report {
    Report::error("E1206", format!("{} models are imported from {external}", models.len()))
        .label(span, format!("leads to {}", models.join(" or to ")))
        .help("languages stand in one model: import them from a record of their own")
}

/// E1206
pub(crate) fn language_never_sent(span: Span, argument: &str) -> Report {
    Report::error("E1206", "every language would be asked for the same")
        .label(span, format!("`{argument}` is not sent"))
        .help(format!(
            "put `{argument}` into the request; it is the key of the record that stands for the language, and absent in the first call"
        ))
}

/// E1206
pub(crate) fn no_field_per_language(span: Span, external: &str) -> Report {
    Report::error("E1206", format!("no field of {external} has a value per language"))
        .label(span, "what is read would change nothing")
        .help("write `per language` behind the type of the fields that are translated, or remove it here")
}

/// E1211: a request that would compute.
pub(crate) fn computed_request(span: Span) -> Report {
    Report::error("E1211", "a request is made of literals, arguments and values of `backend`")
        .label(span, "an adapter sends what it is given and computes nothing")
        .help("take it as an argument, and make it where the operation is called: with .. from list(number = o.number + 1000)")
}
