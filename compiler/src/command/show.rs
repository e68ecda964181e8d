//! `tenon show`: what holds for each connector version, all it inherits included.

use super::{Ended, Output};
use clap::Args;
use std::path::PathBuf;
use tenon_compiler::folder::{self, FolderError};
use tenon_compiler::ir::outline::outline_of;

/// Arguments of `tenon show`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenon show Customer\n  tenon show \"magento 1.7\" --in connectors")]
pub(crate) struct Show {
    /// Only what is called so: a connector (`magento`, `"magento 1.7"`), a model or a record with all that maps it
    name: Option<String>,
    /// The folder of mapping files, or one file
    #[arg(long = "in", value_name = "PATH", default_value_os_t = folder::usual())]
    path: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// Prints the outline of the checked program.
pub(crate) fn run(show: &Show) -> Result<Ended, FolderError> {
    let found = folder::read(&show.path)?;
    let checked = found.analyze();
    let ended = show.output.complain(&checked.reports, &found);
    let Some(program) = &checked.program else {
        return Ok(ended);
    };
    match outline_of(program, show.name.as_deref()) {
        Some(outline) => print!("{outline}"),
        None => {
            let name = show.name.as_deref().unwrap_or_default();
            eprintln!("tenon: no connector, model or record is called `{name}`");
            return Ok(Ended::Mistakes);
        }
    }
    Ok(ended)
}
