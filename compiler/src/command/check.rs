//! `tenon check`: are these mapping files right?

use super::format::{github, json};
use super::{Ended, style};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use tenon_compiler::folder::{self, FolderError};
use tenon_dsl::report::{Report, Severity, render};

/// Arguments of `tenon check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Folders and files of one program
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How mistakes are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How mistakes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Excerpts with arrows, for people
    Human,
    /// One JSON object per mistake and line, for tools
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// Checks, prints to standard output, counts on standard error.
pub(crate) fn run(check: &Check) -> Result<Ended, FolderError> {
    let paths: Vec<&Path> = check.paths.iter().map(PathBuf::as_path).collect();
    let found = folder::read_all(&paths)?;
    let reports = tenon_compiler::analyze(&found.sources).reports;
    let text = match check.format {
        Format::Human if reports.is_empty() => String::new(),
        Format::Human => render(&reports, &found.sources, style(&std::io::stdout())),
        Format::Json => json(&reports, &found.sources),
        Format::Github => github(&reports, &found.sources),
    };
    print!("{text}");
    let (errors, warnings) = count(&reports);
    if check.format == Format::Human {
        eprintln!("{}", summary(errors, warnings, found.sources.len()));
    }
    Ok(match errors {
        0 => Ended::Clean,
        _ => Ended::Mistakes,
    })
}

fn count(reports: &[Report]) -> (usize, usize) {
    let errors = reports
        .iter()
        .filter(|report| report.severity == Severity::Error)
        .count();
    (errors, reports.len() - errors)
}

fn summary(errors: usize, warnings: usize, files: usize) -> String {
    format!(
        "{}, {} in {}",
        counted(errors, "error"),
        counted(warnings, "warning"),
        counted(files, "file")
    )
}

fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
