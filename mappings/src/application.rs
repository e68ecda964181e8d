//! Arguments to commands: what every connector application offers, and `demo`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tenon_runtime::app::{self, Common};

use crate::demo_run;

/// Keeps the same records in an ERP and in the shops around it.
#[derive(Debug, Parser)]
#[command(name = "connectors", version)]
#[command(
    after_help = "Exit codes: 0 all went well, 1 something is broken, 2 wrong arguments, 3 records failed or wait for a person."
)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a small Magento shop on loopback and import all of it; needs no tenon.toml.
    Demo(demo_run::Arguments),
    #[command(flatten)]
    App(app::Command),
}

/// Runs the application on the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    app::start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return app::finish(Err(miette::miette!("cannot start: {error}"))),
    };
    runtime.block_on(async {
        match &arguments.command {
            Command::Demo(demo) => app::finish(demo_run::run(&arguments.common, demo).await),
            Command::App(command) => app::run(&arguments.common, command, crate::register_all).await,
        }
    })
}
