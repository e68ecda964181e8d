//! 07: values that would lose something.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0701
pub(crate) fn digits_lost(target: (Span, u8), value: (Span, Option<u8>), text: &str) -> Report {
    let (span, holds) = target;
    let (at, gives) = value;
    let message = match gives {
        Some(gives) => format!("{} decimals do not fit into {}", number(gives), number(holds)),
        None => format!("28 digits do not fit into {} decimals", number(holds)),
    };
    let found = gives.map_or_else(
        || "decimal without a scale".to_owned(),
        |gives| format!("decimal({gives})"),
    );
    // A field of a record written in place has no place of its own.
    let report = match at == span {
        true => Report::error("E0701", message).label(at, format!("{found} into decimal({holds})")),
        false => Report::error("E0701", message)
            .label(at, found)
            .label(span, format!("decimal({holds})")),
    };
    report.help(format!(
        "say how to round: {text} | round({holds})  (half away from zero; the other modes: tenon explain E0701)"
    ))
}

/// W0702
pub(crate) fn text_cut(target: (Span, &str, u32), value: (Span, u32), text: &str) -> Report {
    let (span, name, holds) = target;
    let (at, gives) = value;
    Report::warning("W0702", format!("text may be cut: {gives} characters into {holds}"))
        .label(at, format!("max {gives}"))
        .label(span, format!("max {holds}"))
        .help(format!(
            "| truncate({holds})   or   check length({text}) <= {holds} else warn because \"{name} is too long\""
        ))
}

/// E0703; `rest` says why `_` is needed.
pub(crate) fn not_covered(subject: Span, name: &str, missing: &str, help: &str) -> Report {
    Report::error("E0703", format!("`{name}` has a value this match does not cover"))
        .label(subject, format!("{missing} not handled"))
        .help(help)
}

/// E0703: an arm that nothing reaches, because its value is handled above.
pub(crate) fn covered_twice(first: Span, second: Span, value: &str) -> Report {
    Report::error("E0703", format!("{value} has two arms"))
        .label(second, "never reached")
        .label(first, "handled here")
        .help("remove one of them")
}

/// E0704
pub(crate) fn row_twice(first: Span, second: Span, value: &str, towards: &str) -> Report {
    Report::error("E0704", format!("two rows say what {value} becomes {towards}"))
        .label(second, "second row")
        .label(first, "first row")
        .help("remove one of them, or make it serve the other direction only: `<-` or `->`")
}

fn number(digits: u8) -> String {
    let words = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    words
        .get(usize::from(digits))
        .map_or_else(|| digits.to_string(), |word| (*word).to_owned())
}
