//! `tenon fix` as a test sees it: a text in; the changes and the new text out.

use std::path::Path;
use tenon_compiler::fix::{Change, fix};
use tenon_compiler::project::Project;
use tenon_dsl::report::Severity;
use tenon_dsl::source::{FileId, Source};

/// What was made of a file.
#[derive(Clone, Debug)]
pub struct Mended {
    /// `4:9 E0101 emial -> email`, a line each.
    pub changes: Vec<String>,
    /// The text afterwards.
    pub text: String,
    /// Mistakes in the writing, errors and warnings: before and afterwards, where something changed.
    pub mistakes: [(usize, usize, usize); 2],
}

/// Fixes a file that is a whole program; the name says whether it is YAML.
pub fn mended(name: &str, text: &str) -> Mended {
    let source = Source::new(FileId(0), name, text);
    let sources = std::slice::from_ref(&source);
    let reports = tenon_compiler::analyze(sources).reports;
    let fixed = fix(sources, &Project::default(), &reports);
    let text = fixed.files.first().map_or(text, |file| &file.text).to_owned();
    Mended {
        changes: fixed.changes.iter().map(line).collect(),
        mistakes: match fixed.changes.is_empty() {
            true => [(0, 0, 0); 2],
            false => [mistakes(name, &source.text), mistakes(name, &text)],
        },
        text,
    }
}

/// The same for a file on disk.
///
/// # Panics
/// Where the file cannot be read.
pub fn mended_file(path: &Path) -> Mended {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    mended(&name, &std::fs::read_to_string(path).expect("a case is readable"))
}

fn line(change: &Change) -> String {
    let Change { code, line, column, .. } = change;
    format!("{line}:{column} {code} {:?} -> {:?}", change.old, change.new)
}

fn mistakes(name: &str, text: &str) -> (usize, usize, usize) {
    let source = Source::new(FileId(0), name, text);
    let unread = tenon_dsl::parse(&source).errors.len();
    let reports = tenon_compiler::analyze(&[source]).reports;
    let errors = reports
        .iter()
        .filter(|report| report.severity == Severity::Error)
        .count();
    (unread, errors, reports.len() - errors)
}
