//! `tenon check`: are these mapping files right?

use super::{Ended, Format, Output, ended};
use clap::Args;
use std::path::{Path, PathBuf};
use tenon_compiler::folder::{self, FolderError};
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::Source;

/// Arguments of `tenon check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenon check\n  tenon check connectors/magento --format json")]
pub(crate) struct Check {
    /// Folders and files of one program
    #[arg(default_values_os_t = [folder::usual()])]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Checks, prints to standard output, counts on standard error.
pub(crate) fn run(check: &Check) -> Result<Ended, FolderError> {
    let paths: Vec<&Path> = check.paths.iter().map(PathBuf::as_path).collect();
    let found = folder::read_all(&paths)?;
    let mut reports = found.analyze().reports;
    if let [file] = paths.as_slice()
        && !file.is_dir()
    {
        name_neighbors(file, &found.sources, &mut reports);
    }
    print!("{}", check.output.written(&reports, &found, &std::io::stdout()));
    let (errors, warnings) = count(&reports);
    if check.output.format == Format::Human {
        eprintln!("{}", summary(errors, warnings, found.sources.len()));
    }
    Ok(ended(&reports))
}

/// A file that is checked alone may lack what its neighbors declare: then they, not a new declaration, are what helps.
/// Of the folders around it the nearest one that declares most of what is missing is named.
pub(super) fn name_neighbors(file: &Path, sources: &[Source], reports: &mut [Report]) {
    let is_unknown = |report: &Report| report.code.starts_with("E01") && report.severity == Severity::Error;
    if !reports.iter().any(is_unknown) {
        return;
    }
    let mut best: (Vec<usize>, String) = (Vec::new(), String::new());
    for folder in folder::around(file) {
        let Ok(all) = folder::read_all(&[&folder]) else {
            continue;
        };
        let left = tenon_compiler::analyze(&all.sources).reports;
        let left: Vec<_> = left.iter().map(|report| identity(report, &all.sources)).collect();
        let unknown = reports.iter().enumerate().filter(|(_, report)| is_unknown(report));
        let declared = unknown.filter(|(_, report)| !left.contains(&identity(report, sources)));
        let declared: Vec<usize> = declared.map(|(at, _)| at).collect();
        if declared.len() > best.0.len() {
            best = (declared, folder.display().to_string());
        }
    }
    let (declared, folder) = best;
    for at in declared {
        reports[at].help = Some(format!("a file beside this one declares it: tenon check {folder}"));
        // It is spelled right.
        reports[at].edits.clear();
    }
}

/// What tells reports of two runs apart: code, words, file and place.
fn identity<'r>(report: &'r Report, sources: &'r [Source]) -> (&'r str, &'r str, Option<(&'r str, u32)>) {
    let place = report.span().and_then(|span| {
        let source = sources.iter().find(|source| source.id == span.file)?;
        Some((source.name.trim_start_matches("./"), span.start))
    });
    (report.code, &report.message, place)
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

pub(super) fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
