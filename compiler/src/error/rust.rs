//! 13: the author's Rust.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// Where a function is not as declared.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    /// The part of the declaration.
    pub(crate) at: Span,
    /// What it becomes in Rust.
    pub(crate) generated: String,
    /// What the function has instead.
    pub(crate) found: String,
}

/// E1301
pub(crate) fn another_signature(difference: &Difference, at: Span, line: &str, generated: Option<&str>) -> Report {
    let result = generated
        .map(|generated| format!("  ({generated})"))
        .unwrap_or_default();
    Report::error("E1301", "the Rust function does not have the declared signature")
        .label(difference.at, difference.generated.clone())
        .label(at, difference.found.clone())
        .help(format!("write {line}{result}, or declare what it is"))
}

/// E1301: there is no such function.
pub(crate) fn no_function((span, name): (Span, &str), module: &str, place: &str, line: &str) -> Report {
    Report::error("E1301", format!("`{module}` has no function `{name}`"))
        .label(span, format!("not in {place}"))
        .help(format!("add it there: {line}"))
}

/// E1301: there is no such module.
pub(crate) fn no_module((span, name): (Span, &str), path: &str, file: &str, elsewhere: Option<&str>) -> Report {
    let help = match elsewhere {
        Some(elsewhere) => format!("the function is in {elsewhere}: write in {elsewhere}"),
        None => format!("write pub mod {name} there, or name the module that has the function"),
    };
    Report::error("E1301", format!("there is no module `{path}`"))
        .label(span, format!("{file} has no module `{name}`"))
        .help(help)
}

/// `1 argument`
pub(crate) fn arguments(count: usize) -> String {
    super::counted(count, "argument")
}
