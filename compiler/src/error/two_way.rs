//! 09: mappings in both directions.

use super::WithHelp;
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0901: a step that nothing leads back from.
pub(crate) fn not_reversible(span: Span, why: &str, help: Option<String>) -> Report {
    Report::error("E0901", "a two-way rule needs every step to be reversible")
        .label(span, why)
        .maybe_help(help)
}

/// E0901: an `iso fn` that says no inverse, or an inverse of a function that is no `iso fn`.
pub(crate) fn half_an_iso(span: Span, why: &str, help: &str) -> Report {
    Report::error("E0901", "an `iso fn` and its `inverse` belong together")
        .label(span, why)
        .help(help)
}

/// E0901: an inverse that is declared with types that do not lead back.
pub(crate) fn no_inverse_of(declared: Span, iso: Span, (name, of): (&str, &str), needed: &str) -> Report {
    Report::error("E0901", format!("`{name}` does not lead back from `{of}`"))
        .label(declared, "takes or gives another type")
        .label(iso, "said to be its inverse")
        .help(format!(
            "declare it as {needed}, or leave the declaration out: it follows from `{of}`"
        ))
}

/// E0902
pub(crate) fn not_one_to_one(cell: Span, first: Span, (from, leads): (&str, [&str; 2]), one_way: &str) -> Report {
    Report::error("E0902", "this table is not one-to-one, so it cannot be used both ways")
        .label(cell, format!("{from} maps to {} and to {}", leads[0], leads[1]))
        .label(first, "here first")
        .help(format!("make one of them one-way: {one_way}"))
}

/// E0104: a field that no export writes, in a rule that would.
pub(crate) fn readonly(span: Span, field: &str, help: &str) -> Report {
    Report::error(
        "E0104",
        format!("`{field}` is never written, so no rule leads back to it"),
    )
    .label(span, "declared `readonly`")
    .help(help)
}

/// E0903
pub(crate) fn zone_without_way_back(rule: Span, zone: (Span, &str), help: &str) -> Report {
    Report::error("E0903", "this local time has no way back when clocks change")
        .label(rule, "goes both ways")
        .label(zone.0, format!("in `{}` an hour may come twice, or never", zone.1))
        .help(help)
}

/// E0102: a rule of a `sync` whose sides are exchanged.
pub(crate) fn turned_around(span: Span, (alias, record): (&str, &str), model: &str, written: &str) -> Report {
    Report::error("E0102", format!("`{model}` has no field `{alias}`"))
        .label(
            span,
            format!("a field of {record}: the outside stands right, the inside left"),
        )
        .help(format!("write  {written}"))
}

/// E0904: a statement of a `sync` that may belong to either direction.
pub(crate) fn which_way(span: Span, what: &str, help: &str) -> Report {
    Report::error("E0904", format!("{what} of a `sync` says which way it goes"))
        .label(span, "import or export?")
        .help(help)
}

/// E0904: a clause that holds in one direction and says nothing in the other.
pub(crate) fn unknown_on_the_way_back(span: Span, clause: &str, why: &str) -> Report {
    Report::error("E0904", format!("on the way back this `{clause}` says nothing"))
        .label(span, why)
        .help("let a rule without clauses send this field, too; or write two rules: import .. and export .., each with its own")
}

/// E0904: a two-way rule of a record that is written and not read.
pub(crate) fn read_from_nowhere(span: Span, (alias, external): (&str, &str)) -> Report {
    Report::error(
        "E0904",
        format!("`{alias}` is written and never read, so no rule of it goes both ways"),
    )
    .label(span, "nothing brings it in")
    .help(format!(
        "join it, too: with {external} as {alias}? from list(..); or only send it: export {alias}.FIELD = .."
    ))
}

/// E0904: a direction, or a two-way rule, in a mapping of one direction.
pub(crate) fn one_way_only(span: Span, mapping: Span, word: &str, help: &str) -> Report {
    Report::error("E0904", format!("this mapping goes one way: `{word}`"))
        .label(span, "goes its own way")
        .label(mapping, "the direction of all its rules")
        .help(help)
}

/// E0501 of a step that can fail only on the way back.
pub(crate) fn fails_on_the_way_back(span: Span, function: &str, back: &str, why: &str, target: &str) -> Report {
    Report::error(
        "E0501",
        format!("`{function}` can fail on the way back and the rule does not say what then"),
    )
    .label(span, format!("leads back by `{back}`: fails when {why}"))
    .help(format!(
        "{function}! makes it an error of this rule;  {function}? leaves {target} unchanged"
    ))
}
