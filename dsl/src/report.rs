//! One mistake, ready to be shown: what is wrong, where, why here, what to do. Every stage makes these; only this file draws them.

mod excerpt;

use crate::code;
use crate::edit::Edit;
use crate::source::{FileId, Source, Span};
use excerpt::Excerpts;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NarratableReportHandler};
use std::fmt;

/// Whether a report stops the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// The author should look.
    Warning,
}

/// A mistake in words, with the places it concerns. The places may lie in several files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// `E0601`; never reused.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Lower case, no final stop, names in backticks, words of the author.
    pub message: String,
    /// The primary label first where there is one; the file of the first label is shown first.
    pub labels: Vec<Label>,
    /// What to type.
    pub help: Option<String>,
    /// The same as changes of files, all of which belong together; none where more than one thing may have been meant.
    pub edits: Vec<Edit>,
}

/// A place and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where. Only its first line is underlined.
    pub span: Span,
    /// Why here; may be empty.
    pub text: String,
    /// Whether the line and column of the heading are those of this label.
    pub primary: bool,
}

/// How [`render`] draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Lines and arrows, no colors: for goldens, files and logs.
    Plain {
        /// Columns after which messages wrap.
        width: usize,
    },
    /// Lines and arrows in colors: for a terminal.
    Colored {
        /// Columns after which messages wrap.
        width: usize,
    },
    /// Sentences: for screen readers.
    Narrated,
}

impl Report {
    /// An error without labels.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            edits: Vec::new(),
        }
    }

    /// A warning without labels.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// The same with a label; the first one is the primary.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        let primary = self.labels.is_empty();
        self.labels.push(Label {
            span,
            text: text.into(),
            primary,
        });
        self
    }

    /// The same with this help.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The same with the change that its help offers, where there is one.
    #[must_use]
    pub fn edit(mut self, edit: Option<Edit>) -> Self {
        self.edits.extend(edit);
        self
    }

    /// What to do: the help of this report, else what helps with its code in general.
    pub fn advice(&self) -> Option<&str> {
        let general = || code::find(self.code).map(|code| code.help);
        self.help.as_deref().or_else(general)
    }

    /// The primary place; reports of one file are shown in its order.
    pub fn span(&self) -> Option<Span> {
        self.labels
            .iter()
            .find(|label| label.primary)
            .or_else(|| self.labels.first())
            .map(|label| label.span)
    }
}

/// Draws reports one after the other, a blank line between them; the same text for the same input everywhere.
///
/// ```
/// use tenon_dsl::report::{Report, Style, render};
/// use tenon_dsl::source::{FileId, Source, Span};
///
/// let file = Source::new(FileId(0), "partner.tenon", "email = c.emial\n");
/// let report = Report::error("E0101", "`Customer` has no field `emial`")
///     .label(Span::new(file.id, 10, 15), "not a field of the source record Customer")
///     .help("did you mean `email`?");
/// let drawn = render(&[report], &[file], Style::Plain { width: 100 });
/// assert!(drawn.contains("partner.tenon:1:11"));
/// ```
pub fn render(reports: &[Report], sources: &[Source], style: Style) -> String {
    let excerpts = Excerpts::new(sources);
    let drawn: Vec<String> = reports
        .iter()
        .map(|report| render_one(report, &excerpts, style))
        .collect();
    drawn.join("\n")
}

fn render_one(report: &Report, excerpts: &Excerpts<'_>, style: Style) -> String {
    let places = report.labels.iter().map(|label| (label, excerpts.too_wide(label.span)));
    let places: Vec<_> = places.collect();
    if places.iter().any(|(_, place)| place.is_some()) {
        let bare = Report {
            labels: Vec::new(),
            ..report.clone()
        };
        let wide = places.into_iter().filter_map(|(label, place)| Some((label, place?)));
        let wide = wide.map(|(label, place)| format!("  at {place}: {}\n", label.text));
        return render_one(&bare, excerpts, style) + &wide.collect::<String>();
    }
    let shown = Shown {
        report,
        excerpts: excerpts.starting_with(report.span().map(|span| span.file)),
    };
    let mut out = String::new();
    let drawn = match style {
        Style::Plain { width } => graphical(GraphicalTheme::unicode_nocolor(), width).render_report(&mut out, &shown),
        Style::Colored { width } => graphical(GraphicalTheme::unicode(), width).render_report(&mut out, &shown),
        Style::Narrated => NarratableReportHandler::new()
            .with_context_lines(1)
            .render_report(&mut out, &shown),
    };
    if drawn.is_err() {
        // A label that points outside every given file still has its words.
        out = format!("{shown}\n");
    }
    trim_line_ends(&out)
}

fn graphical(theme: GraphicalTheme, width: usize) -> GraphicalReportHandler {
    GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_links(false)
        .with_context_lines(1)
}

fn trim_line_ends(drawn: &str) -> String {
    let mut text: String = drawn.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A report beside the text it points into, as miette wants to see it.
struct Shown<'s> {
    report: &'s Report,
    excerpts: Excerpts<'s>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report.fmt(f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.report.code, self.report.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.report.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.report.advice().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.excerpts)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.report.labels.iter().filter_map(|label| {
            let place = self.excerpts.place(label.span)?;
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            Some(match label.primary {
                true => LabeledSpan::new_primary_with_span(text, place),
                false => LabeledSpan::new_with_span(text, place),
            })
        })))
    }
}

/// `partner.tenon:13`, for labels that name another place in words.
pub fn place_name(sources: &[Source], span: Span) -> String {
    match sources.iter().find(|source| source.id == span.file) {
        Some(source) => format!("{}:{}", source.name, source.line(span)),
        None => missing_file(span.file),
    }
}

fn missing_file(file: FileId) -> String {
    format!("{file:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_report_points_into_two_files() {
        let sources = [
            Source::new(
                FileId(0),
                "erp/partner.tenon",
                "internal res.partner {\n  birthday: date | null\n}\n",
            ),
            Source::new(FileId(1), "partner.tenon", "a = b\nbirthday = c.email\nx = y"),
        ];
        let report = Report::error("E0301", "`birthday` holds a date, but this gives text")
            .label(Span::new(FileId(1), 17, 24), "text")
            .label(Span::new(FileId(1), 6, 14), "holds a date")
            .label(Span::new(FileId(0), 25, 46), "declared as date")
            .help("declare the wire format on the field");
        let drawn = render(std::slice::from_ref(&report), &sources, Style::Plain { width: 80 });
        let expected = [
            "  × E0301 `birthday` holds a date, but this gives text",
            "   ╭─[partner.tenon:2:12]",
            " 1 │ a = b",
            " 2 │ birthday = c.email",
            "   · ────┬───   ───┬───",
            "   ·     │         ╰── text",
            "   ·     ╰── holds a date",
            " 3 │ x = y",
            "   ╰────",
            "   ╭─[erp/partner.tenon:2:3]",
            " 1 │ internal res.partner {",
            " 2 │   birthday: date | null",
            "   ·   ──────────┬──────────",
            "   ·             ╰── declared as date",
            " 3 │ }",
            "   ╰────",
            "  help: declare the wire format on the field",
            "",
        ];
        assert_eq!(drawn, expected.join("\n"));
        assert!(render(&[report], &sources, Style::Narrated).contains("Begin snippet for erp/partner.tenon"));
    }

    #[test]
    fn a_label_outside_every_file_keeps_the_words() {
        let report =
            Report::warning("W0403", "this default can never be used").label(Span::new(FileId(7), 3, 9), "never");
        let drawn = render(
            &[report],
            &[Source::new(FileId(0), "a.tenon", "")],
            Style::Plain { width: 80 },
        );
        let help = "  help: remove it, or declare the field optional: firstname?: text\n";
        assert_eq!(drawn, format!("  ⚠ W0403 this default can never be used\n{help}"));
    }

    #[test]
    fn only_the_first_line_of_a_place_is_underlined_and_the_end_of_the_file_is_a_place() {
        let source = Source::new(FileId(0), "a.tenon", "match ä {\n  x\n}");
        let report = Report::error("E0004", "this `{` is never closed")
            .label(Span::new(FileId(0), 9, 15), "opened here")
            .label(Span::new(FileId(0), 16, 99), "the file ends here");
        let drawn = render(&[report], &[source], Style::Plain { width: 80 });
        assert!(drawn.contains("a.tenon:1:9"), "{drawn}");
        assert!(drawn.contains("the file ends here"), "{drawn}");
    }
}
