//! One file per verb of the command, and what they share.

pub(crate) mod check;
pub(crate) mod convert;
mod coverage;
pub(crate) mod diff;
pub(crate) mod expand;
pub(crate) mod explain;
pub(crate) mod fix;
pub(crate) mod fmt;
pub(crate) mod format;
pub(crate) mod generate;
pub(crate) mod infer;
mod laws;
pub(crate) mod lineage;
pub(crate) mod schema;
pub(crate) mod show;
mod stored;
pub(crate) mod test;
pub(crate) mod try_record;

use clap::{Args, ValueEnum};
use std::io::IsTerminal;
use std::process::ExitCode;
use tenon_compiler::folder::Found;
use tenon_dsl::report::{Report, Severity, Style, render};

/// How a verb ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Nothing to complain about.
    Clean,
    /// Something to repair.
    Mistakes,
    /// The arguments ask for what there is not.
    Refused,
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Clean => ExitCode::SUCCESS,
            Ended::Mistakes => ExitCode::from(1),
            Ended::Refused => ExitCode::from(2),
        }
    }
}

/// Columns of the terminal, where nothing says how many there are.
const WIDTH: usize = 110;

/// Colors only for a terminal, and not where `NO_COLOR` is set.
#[expect(
    clippy::disallowed_methods,
    reason = "what is drawn depends on the terminal, what is generated does not"
)]
fn style(stream: &impl IsTerminal) -> Style {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.unwrap_or(WIDTH);
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match stream.is_terminal() && !plain {
        true => Style::Colored { width },
        false => Style::Plain { width },
    }
}

/// How mistakes are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Excerpts with arrows, for people
    #[default]
    Human,
    /// One JSON object per mistake and line, for tools
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// What every verb that reports takes.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Output {
    /// How mistakes are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

impl Output {
    /// Writes reports to standard error, because standard output is for what the verb makes, and says whether one of them is an error.
    pub(crate) fn complain(self, reports: &[Report], found: &Found) -> Ended {
        eprint!("{}", self.written(reports, found, &std::io::stderr()));
        ended(reports)
    }

    /// The reports as text; nothing where there are none.
    pub(crate) fn written(self, reports: &[Report], found: &Found, stream: &impl IsTerminal) -> String {
        match self.format {
            Format::Human if reports.is_empty() => String::new(),
            Format::Human => render(reports, &found.shown(), style(stream)),
            Format::Json => format::json(reports, &found.shown()),
            Format::Github => format::github(reports, &found.shown()),
        }
    }
}

/// Whether one of the reports is an error.
pub(crate) fn ended(reports: &[Report]) -> Ended {
    match reports.iter().any(|report| report.severity == Severity::Error) {
        true => Ended::Mistakes,
        false => Ended::Clean,
    }
}
