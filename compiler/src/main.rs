//! The author's command, `tenon`: reads arguments, calls the library, prints. Decides nothing about mappings.

/// As in the standard library, but a stream that nobody reads any more (`| head`) is no panic.
macro_rules! print {
    ($($text:tt)*) => {{
        let _closed = std::io::Write::write_fmt(&mut std::io::stdout().lock(), format_args!($($text)*));
    }};
}
macro_rules! println {
    ($($text:tt)*) => { print!("{}\n", format_args!($($text)*)) };
}
macro_rules! eprint {
    ($($text:tt)*) => {{
        let _closed = std::io::Write::write_fmt(&mut std::io::stderr().lock(), format_args!($($text)*));
    }};
}
macro_rules! eprintln {
    ($($text:tt)*) => { eprint!("{}\n", format_args!($($text)*)) };
}

mod command;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Mapping files to Rust.
///
/// Exit codes: 0 nothing to complain about (warnings may be said), 1 mistakes in mapping files, failing tests, records that would not be stored (or, with --check, files that would be written),
/// 2 wrong arguments, files that cannot be read or written, or a tenon.toml that says what it cannot say.
#[derive(Debug, Parser)]
#[command(
    name = "tenon",
    version,
    after_help = "Examples:\n  tenon check\n  tenon explain E0601\n  tenon show Customer"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check mapping files
    Check(command::check::Check),
    /// Say where the value of a field comes from: rules, source fields, lookups, tables
    Lineage(command::lineage::Lineage),
    /// Say what differs between two versions of a connector, target by target
    Diff(command::diff::Diff),
    /// Write mapping files in the other form
    Convert(command::convert::Convert),
    /// Say what a code means, with a wrong example and the repaired one
    Explain(command::explain::Explain),
    /// Print the Rust that mapping files become
    Expand(command::expand::Expand),
    /// Write into mapping files what the help of a report offers, where only one thing can have been meant
    Fix(command::fix::Fix),
    /// Format mapping files
    Fmt(command::fmt::Fmt),
    /// Write the Rust that mapping files become, to keep it in a repository
    Gen(command::generate::Generate),
    /// Write the schema of records out of samples of them
    Infer(command::infer::Infer),
    /// Print the JSON Schema of mapping files in YAML, for editors
    Schema,
    /// Show what holds for each connector version, all it inherits included
    Show(command::show::Show),
    /// Run the tests of mapping files
    Test(command::test::Run),
    /// Show what a mapping makes of one record
    Try(command::try_record::Try),
}

fn main() -> ExitCode {
    let ended = match Arguments::parse().command {
        Command::Check(arguments) => command::check::run(&arguments),
        Command::Lineage(arguments) => command::lineage::run(&arguments),
        Command::Diff(arguments) => command::diff::run(&arguments),
        Command::Convert(arguments) => command::convert::run(&arguments),
        Command::Explain(arguments) => Ok(command::explain::run(&arguments)),
        Command::Expand(arguments) => command::expand::run(&arguments),
        Command::Fix(arguments) => command::fix::run(&arguments),
        Command::Fmt(arguments) => command::fmt::run(&arguments),
        Command::Gen(arguments) => command::generate::run(&arguments),
        Command::Infer(arguments) => command::infer::run(&arguments),
        Command::Schema => Ok(command::schema::run()),
        Command::Show(arguments) => command::show::run(&arguments),
        Command::Test(arguments) => command::test::run(&arguments),
        Command::Try(arguments) => command::try_record::run(&arguments),
    };
    match ended {
        Ok(ended) => ended.into(),
        Err(error) => {
            eprintln!("tenon: {error}");
            ExitCode::from(2)
        }
    }
}
