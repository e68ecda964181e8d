//! A program that the compiler accepts: a line that it refuses goes, or its plain form takes its place, until it refuses none.

use crate::generator::Line;
use tenon_compiler::emit::{File, Form};
use tenon_compiler::{Compiled, compile};
use tenon_dsl::report::{Severity, Style, render};
use tenon_dsl::source::{FileId, Source};

/// A program that compiles.
#[derive(Debug)]
pub struct Settled {
    /// The mapping files: name and text.
    pub sources: Vec<(String, String)>,
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
        let sources = sources(&lines);
        let Compiled { files, reports, .. } = compile(&sources, Form::Folder);
        if let Some(files) = files {
            let kept = (all, all.saturating_sub(lost));
            return Ok(Settled {
                sources: sources.into_iter().map(|source| (source.name, source.text)).collect(),
                files,
                kept,
                refused,
            });
        }
        let mut seen = Vec::new();
        for report in reports.iter().filter(|report| report.severity == Severity::Error) {
            // The report's own line, or the first of its other lines that may go: a declaration that it blames must stand.
            let places = report.labels.iter().filter_map(|label| {
                let file = sources.iter().position(|source| source.id == label.span.file)?;
                let line = sources[file].line(label.span) - 1;
                (0..lines.len()).filter(|at| lines[*at].file == file).nth(line)
            });
            let may_go = |at: &usize| {
                lines
                    .get(*at)
                    .is_some_and(|line| !line.is_fixed && !line.text.is_empty())
            };
            let Some(at) = places.into_iter().find(may_go) else {
                continue;
            };
            // What else is said of a line may follow from the first.
            if seen.contains(&at) {
                continue;
            }
            let Some(line) = lines.get_mut(at).filter(|line| !line.is_fixed && !line.text.is_empty()) else {
                continue;
            };
            refused.push(format!("{} {}: {}", report.code, report.message, line.text.trim()));
            let plain = line.plain.take();
            lost += 1;
            line.text = plain.unwrap_or_default();
            seen.push(at);
        }
        if seen.is_empty() {
            let errors: Vec<_> = reports
                .into_iter()
                .filter(|report| report.severity == Severity::Error)
                .collect();
            let shown = render(&errors, &sources, Style::Plain { width: 160 });
            return Err(format!("{shown}\nrefused before:\n{}", refused.join("\n")));
        }
    }
    Err(format!("{ROUNDS} rounds are not enough:\n{}", refused.join("\n")))
}

/// The files that the lines stand in.
fn sources(lines: &[Line]) -> Vec<Source> {
    let files = lines.iter().map(|line| line.file + 1).max().unwrap_or(0);
    let sources = (0..files).map(|file| {
        let own = lines.iter().filter(|line| line.file == file);
        let text: String = own.map(|line| format!("{}\n", line.text)).collect();
        let id = FileId(u32::try_from(file).unwrap_or(u32::MAX));
        Source::new(id, format!("random_{}.tenon", file + 1), text)
    });
    sources.collect()
}
