//! `tenon show`: what holds for each connector version.

use super::{Ended, complain};
use clap::Args;
use std::path::PathBuf;
use tenon_compiler::folder::{self, FolderError};
use tenon_compiler::outline::outline;

/// Arguments of `tenon show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The folder of mapping files, or one file
    path: PathBuf,
    /// Only this connector: `magento 1.7`
    #[arg(long)]
    connector: Option<String>,
}

/// Prints the outline of the checked program.
pub(crate) fn run(show: &Show) -> Result<Ended, FolderError> {
    let found = folder::read(&show.path)?;
    let checked = tenon_compiler::analyze(&found.sources);
    let ended = complain(&checked.reports, &found);
    if let Some(program) = &checked.program {
        print!("{}", outline(program, show.connector.as_deref()));
    }
    Ok(ended)
}
