//! 08: versions that inherit from each other.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0801 of a declaration.
pub(crate) fn declared_by_parent(span: Span, what: &str, name: &str, parent: (Span, &str)) -> Report {
    Report::error("E0801", format!("{what} `{name}` is already declared by {}", parent.1))
        .label(span, "declared again")
        .label(parent.0, format!("declared in {}", parent.1))
        .help("remove it, or give it another name: everything of the parent is inherited")
}

/// E0805
pub(crate) fn circle(span: Span, circle: &[String]) -> Report {
    Report::error("E0805", "versions extend each other")
        .label(span, format!("the circle: {}", circle.join(" -> ")))
        .help("one of them must be the root: leave out its `extends`")
}
