//! `try INSTANCE TYPE --id ID`: the record as it was read, what the mapping makes of it, and the plan. Writes nothing.

use clap::Args;
use jiff::Timestamp;
use miette::{IntoDiagnostic, miette};

use super::context::Context;
use super::output::{self, Format};
use super::{OK, PROBLEMS};
use crate::plan::SyncOutcome;
use crate::sync::try_import::{self, Tried};
use crate::value::Key;

/// Which record.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The instance, as tenon.toml names it.
    instance: String,
    /// The external record type: Customer.
    #[arg(value_name = "TYPE")]
    external: String,
    /// The key of the record.
    #[arg(long, value_name = "ID")]
    id: String,
}

/// Runs the command.
///
/// # Errors
/// There is no such instance or type, or the store fails.
pub async fn run(context: &Context, arguments: &Arguments) -> miette::Result<u8> {
    let env = context.sync.environment(&arguments.instance, Timestamp::now()).ok_or_else(|| {
        let there_is: Vec<&str> = context.sync.instances.keys().map(String::as_str).collect();
        miette!(help = format!("there is: {}", there_is.join(", ")), "there is no instance `{}`", arguments.instance)
    })?;
    let tried = try_import::try_import(&env, &arguments.external, Key(arguments.id.clone())).await.into_diagnostic()?;
    output::print(&match context.format {
        Format::Text => text(&tried)?,
        Format::Json => serde_json::to_string(&tried).into_diagnostic()?,
    });
    let good = matches!(tried.outcome, SyncOutcome::Created | SyncOutcome::Updated | SyncOutcome::Unchanged | SyncOutcome::Skipped(_));
    Ok(if good { OK } else { PROBLEMS })
}

fn text(tried: &Tried) -> miette::Result<String> {
    let (word, reason) = output::outcome_words(&tried.outcome);
    let plan = serde_json::to_string_pretty(&tried.plan).into_diagnostic()?;
    let colon = if reason.is_empty() { "" } else { ": " };
    Ok(format!("read\n{}\n\nmapped\n{}\n\nplan\n{plan}\n\nwould be {word}{colon}{reason}", tried.payload, tried.mapped))
}
