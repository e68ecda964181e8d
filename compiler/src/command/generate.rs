//! `tenon gen`: generated code for teams that keep it in their repository, alone or with the crate around it.

use super::{Ended, Output};
use clap::Args;
use std::path::{Path, PathBuf};
use tenon_compiler::Compiled;
use tenon_compiler::emit::{File, Form};
use tenon_compiler::folder::{self, Changes, FolderError, Found};
use tenon_compiler::starter;

/// Arguments of `tenon gen`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenon gen --out src/connectors\n  tenon gen --out src/connectors --check\n  tenon gen --crate ../shop-connectors --runtime ../tenon/runtime"
)]
pub(crate) struct Generate {
    /// The folder of mapping files
    #[arg(default_value_os_t = folder::usual())]
    path: PathBuf,
    #[command(flatten)]
    target: Target,
    /// With --crate: the folder of the crate tenon-runtime, as seen from the new crate; else its published version
    #[arg(long, conflicts_with = "out")]
    runtime: Option<String>,
    /// Write nothing; end with 1 if something is out of date
    #[arg(long)]
    check: bool,
    /// Say also what is as it should be
    #[arg(long, short)]
    verbose: bool,
    #[command(flatten)]
    output: Output,
}

/// Where to.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// The folder of Rust files, a module of your crate: `src/connectors`
    #[arg(long)]
    out: Option<PathBuf>,
    /// The folder of a whole crate: Cargo.toml and src/lib.rs are written once and yours from then on, src/connectors is kept up to date
    #[arg(long = "crate", value_name = "DIR")]
    crate_folder: Option<PathBuf>,
}

/// Writes what changed, removes what is ours and not generated any more.
pub(crate) fn run(generate: &Generate) -> Result<Ended, FolderError> {
    let Target { out, crate_folder } = &generate.target;
    let found = match crate_folder {
        Some(crate_folder) => folder::read_for(&generate.path, crate_folder)?,
        None => folder::read(&generate.path)?,
    };
    let compiled = found.compile(Form::Folder);
    let ended = generate.output.complain(&compiled.reports, &found);
    let Some(files) = &compiled.files else {
        return Ok(ended);
    };
    let mut is_up_to_date = true;
    if let Some(folder) = out {
        is_up_to_date &= bring_up_to_date(generate, files, folder)?;
    }
    if let Some(folder) = crate_folder {
        let Some(name) = name_of(folder) else {
            eprintln!(
                "no name of a crate is in {}: name the folder with letters, digits, - and _",
                folder.display()
            );
            return Ok(Ended::Refused);
        };
        let files_of_author = starter::files(&name, generate.runtime.as_deref(), &compiled.wanted);
        is_up_to_date &= begin(generate, &files_of_author, folder)?;
        is_up_to_date &= bring_up_to_date(generate, files, &folder.join(starter::GENERATED))?;
        is_up_to_date &= nothing_wanted(&compiled, &found);
    }
    Ok(match is_up_to_date || !generate.check {
        true => ended,
        false => Ended::Mistakes,
    })
}

/// Makes the folder of generated code hold just this, or says what differs; whether nothing did.
fn bring_up_to_date(generate: &Generate, files: &[File], folder: &Path) -> Result<bool, FolderError> {
    let changes = match generate.check {
        true => folder::compare(files, folder)?,
        false => folder::write(files, folder)?,
    };
    let Changes { written, removed } = &changes;
    let (written_as, removed_as) = match generate.check {
        true => ("out of date:", "not generated any more:"),
        false => ("wrote", "removed"),
    };
    written.iter().for_each(|name| println!("{written_as} {name}"));
    removed.iter().for_each(|name| println!("{removed_as} {name}"));
    if generate.verbose {
        let untouched = files.iter().filter(|file| !written.contains(&file.name));
        untouched.for_each(|file| println!("unchanged {}", file.name));
    }
    Ok(changes.is_empty())
}

/// Writes the files that are the author's from then on, where they are not there yet; whether they all were.
fn begin(generate: &Generate, files: &[File], folder: &Path) -> Result<bool, FolderError> {
    let missing = folder::missing(files, folder);
    let said = match generate.check {
        true => "missing:",
        false => "wrote",
    };
    if !generate.check {
        folder::add(&missing, folder)?;
    }
    missing.iter().for_each(|file| println!("{said} {}", file.name));
    Ok(missing.is_empty())
}

/// Names the functions whose module the crate does not have yet; whether there are none. Of a module that it has, E1301 names what is wrong.
fn nothing_wanted(compiled: &Compiled, found: &Found) -> bool {
    let missing = starter::without_module(&compiled.wanted, &found.project);
    for function in &missing {
        println!("yours to write in {}: {}", function.module, function.line);
    }
    missing.is_empty()
}

/// The name of the folder, made one of a crate.
fn name_of(folder: &Path) -> Option<String> {
    let absolute = std::path::absolute(folder).ok()?;
    starter::crate_name(&absolute.file_name()?.to_string_lossy())
}
