//! `tenon fmt`: mapping files in the one canonical layout.

use super::{Ended, Output};
use clap::Args;
use std::path::{Path, PathBuf};
use tenon_compiler::folder::{self, FolderError};
use tenon_dsl::print::{FormatError, format};
use tenon_dsl::report::Report;

/// Arguments of `tenon fmt`.
#[derive(Debug, Args)]
#[command(
    after_help = "Text files as a whole; of YAML files the leaves, everything else stays byte for byte.\n\n\
                  Exit codes: 0 all files are formatted, 1 one holds a mistake (with --check: or differs), 2 as everywhere.\n\n\
                  Examples:\n  tenon fmt --check\n  tenon fmt connectors/shop.tenon"
)]
pub(crate) struct Fmt {
    /// Folders and files
    #[arg(default_values_os_t = [folder::usual()])]
    paths: Vec<PathBuf>,
    /// Write nothing; list the files that differ, and end with 1 if there are any
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    output: Output,
}

/// Formats each file by itself: one that holds mistakes is reported and left alone.
pub(crate) fn run(fmt: &Fmt) -> Result<Ended, FolderError> {
    let paths: Vec<&Path> = fmt.paths.iter().map(PathBuf::as_path).collect();
    let found = folder::read_all(&paths)?;
    let mut reports: Vec<Report> = Vec::new();
    let (mut differ, mut refused) = (0, 0);
    for source in &found.sources {
        match format(source) {
            Ok(text) if text == source.text => {}
            Ok(text) => {
                differ += 1;
                println!("{}", source.name);
                if !fmt.check {
                    folder::replace(Path::new(&source.name), &text)?;
                }
            }
            Err(FormatError::Mistakes(mistakes)) => reports.extend(mistakes.iter().map(|mistake| mistake.report())),
            Err(error @ (FormatError::Changed { .. } | FormatError::NotSayable { .. })) => {
                refused += 1;
                eprintln!("tenon: {}: {error}", source.name);
            }
        }
    }
    let mistakes = fmt.output.complain(&reports, &found);
    Ok(
        match mistakes == Ended::Mistakes || refused > 0 || (fmt.check && differ > 0) {
            true => Ended::Mistakes,
            false => Ended::Clean,
        },
    )
}
