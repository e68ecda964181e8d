//! An application whose models are those of the pairs: what an operator meets who starts another version of a program.

use clap::Parser;
use tenon_runtime::app::{self, Command, Common};
use tenon_runtime::registry::Registry;

use super::pairs::{OLD, PAIRS};

/// The variable that says whose models it has: `old`, or the name of a pair.
pub const MODELS: &str = "TENON_TEST_MODELS";

#[derive(Debug, Parser)]
#[command(name = "connectors", version)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

fn register(registry: &Registry) {
    let name = std::env::var(MODELS).unwrap_or_default();
    let pair = PAIRS.iter().find(|pair| pair.name == name);
    for model in pair.map_or(OLD, |pair| pair.new) {
        registry.model(model);
    }
}

/// Runs it on the arguments of the process.
pub fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    app::start_log();
    let runtime = super::runtime();
    runtime.block_on(app::run(&arguments.common, &arguments.command, register))
}
