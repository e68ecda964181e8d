//! 10: effects and questions to the store.

use tenon_dsl::report::Report;
use tenon_dsl::source::{Name, Span};

/// E1001
pub(crate) fn effect_in_mapping(span: Span, function: &str, declared: (Span, &str), search: Option<&str>) -> Report {
    let (declared, place) = declared;
    let instead = search.map(|search| {
        let search = search
            .replacen("find!", "find_or_new", 1)
            .replace("= _)", "= _, new = { .. })");
        format!("{search} describes the record and lets the importer create it in its transaction; other effects: ")
    });
    Report::error("E1001", "a mapping cannot have side effects")
        .label(span, format!("declared `extern effect fn` in {place}"))
        .label(declared, "declared here")
        .help(format!(
            "{}after {function}  calls it where the record is stored",
            instead.unwrap_or_default()
        ))
}

/// W1002
pub(crate) fn imports_need_each_other(span: Span, target: &str, model: &str, circle: &str) -> Report {
    Report::warning("W1002", "these imports need each other before they can start")
        .label(span, format!("{model} needs {target} (required): {circle}"))
        .help(format!("make {target} nullable: it is then written by a follow-up job"))
}

/// E1003
pub(crate) fn search_in_predicate(span: Span, function: &str, list: &str) -> Report {
    Report::error(
        "E1003",
        "a search inside this predicate would need its own answer first",
    )
    .label(span, "one search per element, before the list is known")
    .help(format!(
        "look up the list first: {list} | map(i => ..) | compact, then | {function}(..)"
    ))
}

/// E1003
pub(crate) fn search_in_join(span: Span, candidate: &str) -> Report {
    Report::error("E1003", "a search inside `where` would need its own answer first")
        .label(span, "one search per candidate, before the records are joined")
        .help(format!(
            "compare fields of `{candidate}` and of the records above; look up what the join gives in a rule"
        ))
}

/// E1004; `takes` is the model of the record that the function takes, where it is an effect.
pub(crate) fn no_effect_of_the_model(function: &Name, takes: Option<&str>, model: &str, declared: Span) -> Report {
    let here = match takes {
        Some(other) => format!("takes a {other}"),
        None => "has no effect: it is an `extern fn`".to_owned(),
    };
    Report::error("E1004", format!("`after` needs an effect on {model}"))
        .label(function.span, here)
        .label(declared, "declared here")
        .help(format!(
            "declare: extern effect fn {}(record: ref {model}) in crate::..",
            function.value
        ))
}

/// E1003: `skip` or `retry` of an element that is sent.
pub(crate) fn search_of_an_element(span: Span, word: &str) -> Report {
    Report::error(
        "E1003",
        format!("`{word}` of an element that is sent asks nothing of the store"),
    )
    .label(
        span,
        "one search per element, before it is known which elements there are",
    )
    .help("say it by what is stored of the element; or let a rule fail: field = reference | ext_of!")
}

/// E1003: an argument of the operation that a join calls.
pub(crate) fn search_for_a_join(span: Span) -> Report {
    Report::error("E1003", "a search inside an argument of a join would come too late")
        .label(
            span,
            "records are joined first, then all of them ask the store together",
        )
        .help("pass what the record holds: a field of it, of a record joined above, or `backend.x`")
}

/// E1005
pub(crate) fn made_by_an_export(span: Span, find: &str) -> Report {
    Report::error("E1005", "an export makes no record of the inside")
        .label(span, "makes one where there is none, and nothing is stored before the answer is there")
        .help(format!(
            "search only: {find}); what has to be there is made by an import, or by an `extern effect fn` behind `after`"
        ))
}
