//! Reports for tools: JSON lines, annotations of GitHub Actions.

use serde_json::{Value, json as object};
use tenon_compiler::interpret::test::Tested;
use tenon_dsl::edit::Edit;
use tenon_dsl::report::{Label, Report, Severity};
use tenon_dsl::source::{Source, Span};

/// A place as tools count it: lines and characters from 1.
struct Position<'s> {
    file: &'s str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

fn position(span: Span, sources: &[Source]) -> Option<Position<'_>> {
    let source = sources.iter().find(|source| source.id == span.file)?;
    let (line, column) = line_and_column(&source.text, span.start as usize);
    let (end_line, end_column) = line_and_column(&source.text, span.end as usize);
    Some(Position {
        file: &source.name,
        line,
        column,
        end_line,
        end_column,
    })
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (line, column)
}

/// One object per line.
pub(crate) fn json(reports: &[Report], sources: &[Source]) -> String {
    reports
        .iter()
        .map(|report| format!("{}\n", report_object(report, sources)))
        .collect()
}

fn report_object(report: &Report, sources: &[Source]) -> Value {
    let severity = match report.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let labels: Vec<Value> = report
        .labels
        .iter()
        .filter_map(|label| label_object(label, sources))
        .collect();
    let edits: Vec<Value> = report
        .edits
        .iter()
        .filter_map(|edit| edit_object(edit, sources))
        .collect();
    let at = report.span().and_then(|span| position(span, sources));
    object!({
        "file": at.as_ref().map(|at| at.file),
        "line": at.as_ref().map(|at| at.line),
        "column": at.as_ref().map(|at| at.column),
        "end_line": at.as_ref().map(|at| at.end_line),
        "end_column": at.as_ref().map(|at| at.end_column),
        "code": report.code,
        "severity": severity,
        "message": report.message,
        "labels": labels,
        "help": report.advice(),
        "edits": edits,
    })
}

/// A change as an editor makes it; `start` and `end` are bytes.
fn edit_object(edit: &Edit, sources: &[Source]) -> Option<Value> {
    let at = position(edit.span, sources)?;
    Some(object!({
        "file": at.file,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
        "start": edit.span.start,
        "end": edit.span.end,
        "old": edit.old,
        "new": edit.new,
    }))
}

fn label_object(label: &Label, sources: &[Source]) -> Option<Value> {
    let at = position(label.span, sources)?;
    Some(object!({
        "file": at.file,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
        "text": label.text,
        "primary": label.primary,
    }))
}

/// One annotation per report.
pub(crate) fn github(reports: &[Report], sources: &[Source]) -> String {
    reports.iter().map(|report| annotation(report, sources)).collect()
}

fn annotation(report: &Report, sources: &[Source]) -> String {
    let severity = match report.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = report.span().and_then(|span| position(span, sources));
    let place = place.map(|at| {
        format!(
            "file={},line={},endLine={},col={},endColumn={},",
            property(at.file),
            at.line,
            at.end_line,
            at.column,
            at.end_column
        )
    });
    let labels = report
        .labels
        .iter()
        .find(|label| label.primary && !label.text.is_empty());
    let label = labels.map(|label| format!(": {}", label.text)).unwrap_or_default();
    let help = report
        .advice()
        .map(|help| format!("\nhelp: {help}"))
        .unwrap_or_default();
    let text = data(&format!("{}{label}{help}", report.message));
    format!(
        "::{severity} {}title={}::{text}\n",
        place.unwrap_or_default(),
        report.code
    )
}

/// What a test of mapping files came to.
pub(crate) fn test_object(tested: &Tested) -> Value {
    object!({
        "test": tested.name,
        "version": tested.version,
        "place": tested.place,
        "passed": tested.differences.is_empty(),
        "differences": tested.differences,
    })
}

/// An annotation for a test that failed.
pub(crate) fn test_annotation(tested: &Tested) -> String {
    let (file, line) = tested.place.rsplit_once(':').unwrap_or((tested.place, "1"));
    format!(
        "::error file={},line={line},title={}::{}\n",
        property(file),
        property(tested.name),
        data(&tested.differences.join("\n"))
    )
}

/// Characters that end a message are escaped as GitHub asks.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The same for a property, which ends at a colon or comma too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenon_dsl::source::FileId;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let source = Source::new(FileId(0), "a,b.tenon", "x\nä = emial\n");
        let report = Report::error("E0101", "100% wrong")
            .label(Span::new(FileId(0), 7, 12), "here")
            .help("a\nb");
        assert_eq!(
            github(&[report], &[source]),
            "::error file=a%2Cb.tenon,line=2,endLine=2,col=5,endColumn=10,title=E0101::100%25 wrong: here%0Ahelp: a%0Ab\n"
        );
    }
}
