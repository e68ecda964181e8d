//! `tenon show`: what holds for each connector version, all it inherits included.

use super::{Ended, Output};
use clap::Args;
use std::path::PathBuf;
use tenon_compiler::folder::{self, FolderError, Found};
use tenon_compiler::ir::outline::{display_name, outline_of};
use tenon_compiler::ir::{Connector, Program};
use tenon_compiler::lineage::flow;
use tenon_dsl::source::Span;

/// Arguments of `tenon show`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenon show Customer\n  tenon show \"magento 1.7\" --in connectors\n  tenon show --effective magento 2.0"
)]
pub(crate) struct Show {
    /// Only what is called so: a connector (`magento`, `"magento 1.7"`), a model or a record with all that maps it
    name: Option<String>,
    /// The version of the connector
    version: Option<String>,
    /// Every line that holds as it was written, and the version and place it comes from
    #[arg(long)]
    effective: bool,
    /// What each rule reads and writes
    #[arg(long, conflicts_with = "effective")]
    flow: bool,
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
    let name = match (&show.name, &show.version) {
        (Some(name), Some(version)) => Some(format!("{name} {version}")),
        (name, _) => name.clone(),
    };
    let shown = match (show.effective, show.flow) {
        (false, false) => outline_of(program, name.as_deref()),
        (true, _) => effective(&program.connectors, name.as_deref(), &found),
        (false, true) => flows(program, name.as_deref()),
    };
    match shown {
        Some(shown) => print!("{shown}"),
        None => {
            let what = if show.effective || show.flow {
                "connector"
            } else {
                "connector, model or record"
            };
            eprintln!("tenon: no {what} is called `{}`", name.unwrap_or_default());
            return Ok(Ended::Mistakes);
        }
    }
    Ok(ended)
}

/// What the rules of the connectors of a name read and write. Nothing where none has it.
fn flows(program: &Program, name: Option<&str>) -> Option<String> {
    let is_wanted =
        |connector: &&Connector| name.is_none_or(|name| name == display_name(connector) || name == connector.name.text);
    let connectors = program.connectors.iter().filter(is_wanted);
    let shown: Vec<String> = connectors.map(|connector| flow(program, connector)).collect();
    (name.is_none() || !shown.is_empty()).then(|| shown.join("\n"))
}

/// The lines of the connectors of a name, with the version and place of each. Nothing where none has it.
fn effective(connectors: &[Connector], name: Option<&str>, found: &Found) -> Option<String> {
    let is_wanted =
        |connector: &&Connector| name.is_none_or(|name| name == display_name(connector) || name == connector.name.text);
    let shown: Vec<String> = connectors
        .iter()
        .filter(is_wanted)
        .map(|connector| tenon_compiler::effective::effective(connector, &found.sources))
        .collect();
    (name.is_none() || !shown.is_empty()).then(|| shown.join("\n"))
}

/// What stands at a place on one line, and the place.
pub(crate) fn written(span: Span, found: &Found) -> (String, String) {
    tenon_compiler::effective::written(span, &found.sources)
}
