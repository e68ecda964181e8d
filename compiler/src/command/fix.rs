//! `tenon fix`: what reports offer, written into the files.

use super::check::{counted, name_neighbors};
use super::{Ended, Format, Output, ended};
use clap::Args;
use serde_json::json as object;
use std::path::{Path, PathBuf};
use tenon_compiler::fix::{Change, fix};
use tenon_compiler::folder::{self, FolderError};
use tenon_dsl::report::Severity;

/// Arguments of `tenon fix`.
#[derive(Debug, Args)]
#[command(
    after_help = "An offer is taken where only one thing can have been meant: one name is near, one sign is missing, an `# allow` silences nothing. \
                  The files are checked again before they are written; what would leave more mistakes is left out.\n\n\
                  Exit codes: 0 no error is left, 1 errors are left (with --check: something could be fixed), 2 as everywhere.\n\n\
                  Examples:\n  tenon fix --check\n  tenon fix connectors/magento"
)]
pub(crate) struct Fix {
    /// Folders and files of one program
    #[arg(default_values_os_t = [folder::usual()])]
    paths: Vec<PathBuf>,
    /// Write nothing; list what would be changed, and end with 1 if there is anything
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    output: Output,
}

/// Checks all files together, writes each that changed as a whole, lists the changes on standard output and counts on standard error.
pub(crate) fn run(arguments: &Fix) -> Result<Ended, FolderError> {
    let paths: Vec<&Path> = arguments.paths.iter().map(PathBuf::as_path).collect();
    let found = folder::read_all(&paths)?;
    let mut reports = found.analyze().reports;
    for file in paths.iter().filter(|path| !path.is_dir()) {
        name_neighbors(file, &found.sources, &mut reports);
    }
    let fixed = fix(&found.sources, &found.project, &reports);
    for change in &fixed.changes {
        println!("{}", written(change, arguments.output.format));
    }
    let changes = counted(fixed.changes.len(), "change");
    let files = counted(fixed.files.len(), "file");
    if arguments.check {
        eprintln!("{changes} to make in {files}");
        return Ok(if fixed.changes.is_empty() {
            Ended::Clean
        } else {
            Ended::Mistakes
        });
    }
    for file in &fixed.files {
        folder::replace(Path::new(&file.name), &file.text)?;
    }
    let errors = fixed
        .left
        .iter()
        .filter(|report| report.severity == Severity::Error)
        .count();
    let left = [counted(errors, "error"), counted(fixed.left.len() - errors, "warning")].join(", ");
    eprintln!("{changes} in {files}; {left} left");
    Ok(ended(&fixed.left))
}

/// A change as tools want it: one object or one annotation a line.
fn written(change: &Change, format: Format) -> String {
    let Change {
        code,
        file,
        line: at,
        column,
        old,
        new,
    } = change;
    match format {
        Format::Human => line(change),
        Format::Json => {
            object!({ "file": file, "line": at, "column": column, "code": code, "old": old, "new": new }).to_string()
        }
        Format::Github => format!(
            "::notice file={file},line={at},col={column},title={code}::{} -> {}",
            shown(old),
            shown(new)
        ),
    }
}

/// `shop.tenon:4:9 E0101 emial -> email`
fn line(change: &Change) -> String {
    let Change {
        code,
        file,
        line,
        column,
        ..
    } = change;
    format!(
        "{file}:{line}:{column} {code} {} -> {}",
        shown(&change.old),
        shown(&change.new)
    )
}

/// A part of a file on one line; blanks at its ends stand in quotes, as does nothing at all.
fn shown(text: &str) -> String {
    match text.is_empty() || text.trim() != text || text.contains('\n') {
        true => format!("{text:?}"),
        false => text.to_owned(),
    }
}
