//! E0803 of what a version drops as a whole: what still names it is not there by mistake, so the report begins at the drop.

use crate::resolve::{Changes, Gone, Owner};
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// A report of a name that means nothing, where a version dropped what it meant; any other as it is.
pub(crate) fn still_named(report: Report, changes: &Changes<'_>) -> Report {
    let Some((gone, use_of)) = report.span().and_then(|span| gone(&report, span, changes)) else {
        return report;
    };
    let Gone {
        name, noun, span, by, ..
    } = gone;
    let shown = match *noun {
        "mapping" => format!("`{name}`"),
        noun => format!("`{noun} {name}`"),
    };
    let uses = report.labels.iter().map(|label| label.span);
    let made = Report::error(
        "E0803",
        format!("{by} drops {shown}, but an inherited line still needs it"),
    );
    let made = made.label(*span, "dropped here");
    uses.fold(made, |made, span| made.label(span, use_of))
        .help("drop or override what needs it, too; or do not drop it")
}

/// What was dropped, and what the place does with it.
fn gone<'c>(report: &Report, span: Span, changes: &'c Changes<'_>) -> Option<(&'c Gone, &'static str)> {
    let name = report.message.split('`').nth(1)?;
    match report.code {
        "E0103" if report.message.starts_with("there is no external record") => changes
            .gone(&Owner::Whole("external"), name, span)
            .map(|gone| (gone, "names it")),
        "E0103" => changes
            .gone(&Owner::Whole("mapping"), name, span)
            .map(|gone| (gone, "runs it")),
        "E0505" => changes
            .gone_import(name, span)
            .map(|gone| (gone, "leads to what it brings in")),
        _ => None,
    }
}
