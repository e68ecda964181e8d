//! The operator's command: what `connectors` and every other connector crate offer on a terminal.
//!
//! An application flattens [`Command`] into its own commands and gives [`run`] the function that registers its connectors.

pub mod asked;
pub mod config;
pub mod context;
pub mod db;
pub mod drive;
pub mod export;
pub mod import;
pub mod jobs;
pub mod output;
pub mod status;
mod stores;
pub mod try_record;
pub mod units;
pub mod work;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::registry::Registry;
use context::{Context, Opening};
use output::Format;

/// Everything went well.
pub const OK: u8 = 0;
/// Something is wrong with the settings, the store or the other side; nothing half done.
pub const BROKEN: u8 = 1;
/// The arguments name what there is not.
pub const WRONG: u8 = 2;
/// It ran to its end, but records failed or wait for a person.
pub const PROBLEMS: u8 = 3;

/// An argument that means nothing: no such instance, no such type, no time. Ends with [`WRONG`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("{0}")]
pub struct WrongArgument(pub String);

/// What every command takes.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// The settings: instances and the store.
    #[arg(long, value_name = "FILE", default_value = "tenon.toml", global = true)]
    pub config: PathBuf,
    /// The store to work on, by its name in the settings; more than once for several, all without it.
    #[arg(long, value_name = "NAME", global = true)]
    pub store: Vec<String>,
    /// Results as JSON, for machines; one document for each store.
    #[arg(long, global = true)]
    pub json: bool,
}

impl Common {
    /// How results are written.
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { Format::Text }
    }
}

/// What every application can do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Import records of one type: all, the new ones, or one.
    Import(import::Arguments),
    /// Export records of one type: all, or one; `--dry-run` shows the requests.
    Export(export::Arguments),
    /// Run jobs until stopped (Ctrl-C or SIGTERM hands unfinished ones back).
    Work(work::Arguments),
    /// List jobs.
    Jobs(jobs::Arguments),
    /// Show instances, jobs and what waits for a person.
    Status,
    /// Show what an import of one record would do; writes nothing.
    Try(try_record::Arguments),
    /// List the instances and what they speak to.
    Backends,
    /// List the units of an instance: mappings, adapters, parts written by hand.
    Units(units::Units),
    /// Show which unit an instance is given for a model and a usage, and why.
    Explain(units::Explain),
    /// Ask an instance for something harmless: does it answer?
    Check(units::Check),
    /// See what a migration of the database would do and agree to it; check, copy, tidy the database.
    Db(db::Arguments),
}

impl Command {
    /// Commands that only look make no store.
    fn opening(&self) -> Opening {
        match self {
            Self::Import(_) | Self::Export(_) | Self::Work(_) => Opening::MakesStore,
            Self::Jobs(_)
            | Self::Status
            | Self::Try(_)
            | Self::Backends
            | Self::Units(_)
            | Self::Explain(_)
            | Self::Check(_)
            | Self::Db(_) => Opening::Looks,
        }
    }
}

/// Runs a command. The exit code is 0 when all went well, 1 when something is broken, 3 when records failed or wait for
/// a person; wrong arguments are 2.
pub async fn run(common: &Common, command: &Command, register: fn(&Registry)) -> ExitCode {
    finish(stores::run(common, command, register).await)
}

/// Starts the named points that `FAILPOINTS` sets; only in builds with the feature `failpoints`. Kept until the process ends.
#[cfg(feature = "failpoints")]
pub fn start_failpoints() {
    std::mem::forget(fail::FailScenario::setup());
}

/// Log lines to standard error, as `TENON_LOG` says (`info`, `tenon_runtime=debug`); warnings only where it says nothing.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TENON_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    // A second call in one process finds a log that works already.
    let _started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

async fn dispatch(context: &Context, command: &Command) -> miette::Result<u8> {
    match command {
        Command::Import(arguments) => import::run(context, arguments).await,
        Command::Export(arguments) => export::run(context, arguments).await,
        Command::Work(arguments) => work::run(context, arguments).await,
        Command::Jobs(arguments) => jobs::run(context, arguments).await,
        Command::Status => status::run(context).await,
        Command::Try(arguments) => try_record::run(context, arguments).await,
        Command::Backends => Ok(units::backends(context)),
        Command::Units(arguments) => units::units(context, arguments),
        Command::Explain(arguments) => units::explain(context, arguments),
        Command::Check(arguments) => units::check(context, arguments).await,
        Command::Db(_) => unreachable!("it runs without a context"),
    }
}

/// Writes an error where people see it and turns the end of a command into an exit code.
pub fn finish(done: miette::Result<u8>) -> ExitCode {
    ExitCode::from(said(done))
}

/// Writes an error where people see it; the exit code.
fn said(done: miette::Result<u8>) -> u8 {
    match done {
        Ok(code) => code,
        Err(report) => {
            output::note(&format!("{report:?}"));
            let is_wrong = report.downcast_ref::<WrongArgument>().is_some();
            if is_wrong { WRONG } else { BROKEN }
        }
    }
}
