//! 05: steps that can fail.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0501
pub(crate) fn not_handled(span: Span, function: &str, why: &str, target: Option<&str>) -> Report {
    let target = target.unwrap_or("the value");
    let must = match function {
        "ref" | "load" => "imports the record first",
        _ => "makes it an error of this rule",
    };
    Report::error(
        "E0501",
        format!("`{function}` can fail and the rule does not say what then"),
    )
    .label(span, why)
    .help(format!(
        "{function}! {must};  {function}? leaves {target} unchanged;  catch <value> uses another value"
    ))
}

/// W0502: `catch` behind something that cannot fail.
pub(crate) fn never_fails(value: Span, fallback: Span) -> Report {
    Report::warning("W0502", "nothing here can fail")
        .label(fallback, "never evaluated")
        .label(value, "infallible")
        .help("remove `catch`; for an absent value use `??`")
}

/// W0502: a mark behind something that cannot fail.
pub(crate) fn mark_never_needed(span: Span, function: &str, mark: &str) -> Report {
    Report::warning("W0502", "nothing here can fail")
        .label(span, format!("`{function}` always has a result"))
        .help(format!("remove the `{mark}`"))
}

/// E0503
pub(crate) fn several_models(span: Span, function: &str, external: &str, models: &[String]) -> Report {
    Report::error("E0503", format!("{} models are imported from {external}", models.len()))
        .label(span, format!("leads to {}", models.join(" or to ")))
        .help(format!(
            "name the model: {function}({})",
            models.first().map_or("", String::as_str)
        ))
}

/// E0503: a record of the inside that several external records stand for.
pub(crate) fn several_types(span: Span, model: &str, externals: &[String]) -> Report {
    Report::error("E0503", format!("{} types are bound to {model}", externals.len()))
        .label(span, format!("may be the key of {}", externals.join(" or of ")))
        .help(format!(
            "name the type: ext_of!({})",
            externals.first().map_or("", String::as_str)
        ))
}

/// E0505: a record of the inside that no external record stands for.
pub(crate) fn no_key(span: Span, model: &str, why: &str) -> Report {
    Report::error("E0505", format!("{model} has no such key of the outside"))
        .label(span, why)
        .help(format!(
            "import or export it: import {model} from TYPE, export {model} to TYPE"
        ))
}

/// E0505
pub(crate) fn never_bound(span: Span, external: &str, why: &str, search: Option<&str>) -> Report {
    Report::error(
        "E0505",
        format!("nothing imports `{external}`, so this reference can never be bound"),
    )
    .label(span, why)
    .help(match search {
        Some(search) => format!("add the mapping and `read`; or search the inside: {search}"),
        None => format!("add the mapping, import MODEL from {external}, and `read` to its adapter"),
    })
}
