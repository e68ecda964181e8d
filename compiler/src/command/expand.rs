//! `tenon expand`: the Rust that mapping files become, to look at.

use super::{Ended, Output};
use clap::Args;
use std::path::PathBuf;
use tenon_compiler::emit::Form;
use tenon_compiler::folder::{self, FolderError};

/// Arguments of `tenon expand`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenon expand\n  tenon expand connectors --module magento_1_7")]
pub(crate) struct Expand {
    /// The folder of mapping files, or one file
    #[arg(default_value_os_t = folder::usual())]
    path: PathBuf,
    /// Only this module: `models`, `magento_1_7`
    #[arg(long)]
    module: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// Prints every generated file under its name.
pub(crate) fn run(expand: &Expand) -> Result<Ended, FolderError> {
    let found = folder::read(&expand.path)?;
    let compiled = found.compile(Form::Folder);
    let ended = expand.output.complain(&compiled.reports, &found);
    let files = compiled.files.unwrap_or_default();
    let wanted = expand.module.as_ref().map(|name| format!("{name}.rs"));
    for file in files
        .iter()
        .filter(|file| wanted.as_ref().is_none_or(|name| *name == file.name))
    {
        println!("// {}\n{}", file.name, file.text);
    }
    Ok(ended)
}
