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

/// E1301: two generated types of one name.
pub(crate) fn two_types(name: &str, second: (Span, &str), first: Option<(Span, &str)>) -> Report {
    let function = second.1;
    let report = Report::error("E1301", format!("two types of Rust would be called `{name}`"));
    let report = match first {
        Some((span, other)) if span != second.0 => report
            .label(second.0, format!("a record of `{function}` becomes the struct {name}"))
            .label(span, format!("as does one of `{other}`")),
        Some(_) => report.label(
            second.0,
            format!("two records of `{function}` become the struct {name}"),
        ),
        None => report.label(
            second.0,
            format!("a record of `{function}` would hide {name}, which its code needs"),
        ),
    };
    report.help(format!("give `{function}` another name, or its parameter or field"))
}

/// E1302: an effect with a result.
pub(crate) fn effect_gives(span: Span, name: &str) -> Report {
    Report::error("E1302", "an `extern effect fn` gives nothing back")
        .label(
            span,
            "it runs when the record is stored: no rule is left that could read this",
        )
        .help(format!(
            "remove it; what `{name}` finds out it writes: tx.update(..); a value for a rule is an `extern fn`"
        ))
}

/// E1302: an effect with more than its record.
pub(crate) fn effect_takes_more(span: Span, more: &str, record: &str) -> Report {
    Report::error("E1302", "an `extern effect fn` takes one record and nothing else")
        .label(
            span,
            "it runs after the rules, in the transaction: the values that came in are gone by then",
        )
        .help(format!(
            "remove `{more}`: what is stored is read there, tx.read(.., {record}, ..); what is not, a rule stores in a field"
        ))
}

/// E1302: an effect without a record.
pub(crate) fn effect_of_no_record(span: Span, name: &str) -> Report {
    Report::error("E1302", format!("`{name}` is an effect of no record"))
        .label(
            span,
            "it runs when a record is created or changed, and takes that record",
        )
        .help("write the record as its one parameter: (order: ref sale.order)")
}

/// `1 argument`
pub(crate) fn arguments(count: usize) -> String {
    super::counted(count, "argument")
}
