//! A program that the compiler accepts: a line that it refuses goes, or its plain form takes its place, until it refuses none.

use crate::generator::Line;
use tenon_compiler::emit::{File, Form};
use tenon_compiler::{Compiled, compile};
use tenon_dsl::report::{Report, Severity, Style, render};
use tenon_dsl::source::{FileId, Source};

/// A program that compiles.
#[derive(Debug)]
pub struct Settled {
    /// The mapping file.
    pub text: String,
    /// Its Rust.
    pub files: Vec<File>,
    /// Lines that may go, and how many of them stayed as they were made.
    pub kept: (usize, usize),
    /// What was refused: code, message and line.
    pub refused: Vec<String>,
}

/// Rounds after which a program is a mistake of the generator.
const ROUNDS: usize = 40;

/// What is left of a program.
///
/// # Errors
/// The compiler goes on refusing it, or refuses a line that must stand: the reports.
pub fn settle(mut lines: Vec<Line>) -> Result<Settled, String> {
    let all = lines.iter().filter(|line| !line.is_fixed).count();
    let mut refused = Vec::new();
    let mut lost = 0;
    for _ in 0..ROUNDS {
        let text: String = lines.iter().map(|line| format!("{}\n", line.text)).collect();
        let source = Source::new(FileId(0), "random.tenon", text.as_str());
        let Compiled { files, reports, .. } = compile(std::slice::from_ref(&source), Form::Folder);
        if let Some(files) = files {
            let kept = (all, all.saturating_sub(lost));
            return Ok(Settled {
                text,
                files,
                kept,
                refused,
            });
        }
        let mut seen = Vec::new();
        for report in reports.iter().filter(|report| report.severity == Severity::Error) {
            for at in blamed(report, &source, &lines) {
                // What else is said of a line may follow from the first.
                if seen.contains(&at) {
                    continue;
                }
                let Some(line) = lines.get_mut(at) else { continue };
                refused.push(format!("{} {}: {}", report.code, report.message, line.text.trim()));
                let plain = line.plain.take();
                lost += 1;
                line.text = plain.unwrap_or_default();
                seen.push(at);
            }
        }
        if seen.is_empty() {
            let errors: Vec<_> = reports
                .into_iter()
                .filter(|report| report.severity == Severity::Error)
                .collect();
            let shown = render(&errors, std::slice::from_ref(&source), Style::Plain { width: 160 });
            return Err(format!("{shown}\nrefused before:\n{}", refused.join("\n")));
        }
    }
    Err(format!("{ROUNDS} rounds are not enough:\n{}", refused.join("\n")))
}

/// The lines that a report is about and that may go: its own, or, where that must stand, as a declaration does that several
/// lines do not fit, the others it shows.
fn blamed(report: &Report, source: &Source, lines: &[Line]) -> Vec<usize> {
    let may_go = |at: &usize| {
        lines
            .get(*at)
            .is_some_and(|line| !line.is_fixed && !line.text.is_empty())
    };
    let own = report.span().map(|span| source.line(span) - 1).filter(may_go);
    match own {
        Some(own) => vec![own],
        None => {
            let shown = report.labels.iter().map(|label| source.line(label.span) - 1);
            shown.filter(may_go).collect()
        }
    }
}
