//! `tenon gen`: generated code for teams that keep it in their repository.

use super::{Ended, Output};
use clap::Args;
use std::path::PathBuf;
use tenon_compiler::emit::Form;
use tenon_compiler::folder::{self, Changes, FolderError};

/// Arguments of `tenon gen`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenon gen --out src/connectors\n  tenon gen --out src/connectors --check")]
pub(crate) struct Generate {
    /// The folder of mapping files
    #[arg(default_value_os_t = folder::usual())]
    path: PathBuf,
    /// The folder of Rust files, a module of the crate: `src/connectors`
    #[arg(long)]
    out: PathBuf,
    /// Write nothing; end with 1 if the folder is out of date
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    output: Output,
}

/// Writes what changed, removes what is ours and not generated any more.
pub(crate) fn run(generate: &Generate) -> Result<Ended, FolderError> {
    let found = folder::read(&generate.path)?;
    let compiled = found.compile(Form::Folder);
    let ended = generate.output.complain(&compiled.reports, &found);
    let Some(files) = compiled.files else {
        return Ok(ended);
    };
    if !generate.check {
        tell("wrote", "removed", &folder::write(&files, &generate.out)?);
        return Ok(ended);
    }
    let changes = folder::compare(&files, &generate.out)?;
    tell("out of date:", "not generated any more:", &changes);
    Ok(match changes.is_empty() {
        true => ended,
        false => Ended::Mistakes,
    })
}

fn tell(written: &str, removed: &str, changes: &Changes) {
    changes.written.iter().for_each(|name| println!("{written} {name}"));
    changes.removed.iter().for_each(|name| println!("{removed} {name}"));
}
