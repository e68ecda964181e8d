//! `export INSTANCE TYPE`: sends records of the inside, or shows the exact requests without sending them.

use clap::Args;
use jiff::Timestamp;
use miette::IntoDiagnostic;

use super::context::Context;
use super::drive;
use super::import::{code, text};
use super::output::{self, Format};
use super::try_record::{end_words, verdict};
use super::{OK, PROBLEMS, asked};
use crate::sync::export::start::{self, ExportSelection, Found};
use crate::sync::export::{TriedExport, try_export};
use crate::sync::payload::ExportRecord;
use crate::value::{Key, RecordId};

/// What to export.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The instance, as tenon.toml names it.
    instance: String,
    /// The external record type: StockItem.
    #[arg(value_name = "TYPE")]
    external: String,
    /// Only the record of the inside with this number.
    #[arg(long, value_name = "NUMBER", required_unless_present = "all")]
    id: Option<i64>,
    /// All records of the model.
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// Show what would be sent; send and write nothing.
    #[arg(long, requires = "id")]
    dry_run: bool,
    /// Only enqueue; `work` runs the jobs.
    #[arg(long, conflicts_with = "dry_run")]
    enqueue_only: bool,
    /// A create whose answer was lost has made the record with this key.
    #[arg(long, value_name = "KEY", requires = "id", conflicts_with_all = ["dry_run", "not_made"])]
    made: Option<String>,
    /// A create whose answer was lost has made nothing: it may be sent again.
    #[arg(long, requires = "id", conflicts_with = "dry_run")]
    not_made: bool,
}

/// Runs the command.
///
/// # Errors
/// There is no such instance or mapping, or the store fails.
pub async fn run(context: &Context, arguments: &Arguments) -> miette::Result<u8> {
    let (instance, external) = (arguments.instance.as_str(), arguments.external.as_str());
    asked::exported(&asked::environment(context, instance, Timestamp::now())?, external)?;
    let selection = match arguments.id {
        Some(id) => ExportSelection::Id(RecordId(id)),
        None => ExportSelection::All,
    };
    if let (ExportSelection::Id(id), true) = (&selection, arguments.dry_run) {
        return dry_run(context, arguments, *id).await;
    }
    let found = match (&arguments.made, arguments.not_made) {
        (Some(key), _) => Some(Found::Made(Key(key.clone()))),
        (None, true) => Some(Found::NotMade),
        (None, false) => None,
    };
    if let (ExportSelection::Id(id), Some(found)) = (&selection, found) {
        start::settle(&context.sync, instance, external, *id, &found)
            .await
            .into_diagnostic()?;
    }
    let run = start::export(&context.sync, instance, external, selection)
        .await
        .into_diagnostic()?;
    if arguments.enqueue_only {
        output::print(&match context.format {
            Format::Text => format!("run {run} is enqueued; `work` runs its jobs"),
            Format::Json => serde_json::json!({ "run": run }).to_string(),
        });
        return Ok(OK);
    }
    let ran = drive::until_idle(&context.sync, run, external, context.format).await?;
    output::print(&match context.format {
        Format::Text => text(run, &ran),
        Format::Json => output::run_json(&ran.counts, &ran.problems).to_string(),
    });
    code(&ran)
}

async fn dry_run(context: &Context, arguments: &Arguments, id: RecordId) -> miette::Result<u8> {
    let env = asked::environment(context, &arguments.instance, Timestamp::now())?;
    let record = ExportRecord::whole(&arguments.external, id);
    let tried = try_export(&env, record).await.into_diagnostic()?;
    let (word, reason) = end_words(&tried.end);
    output::print(&match context.format {
        Format::Text => text_of(&tried, word, &reason)?,
        Format::Json => serde_json::json!({
            "stored": tried.stored, "requests": tried.requests, "plan": tried.plan, "outcome": word, "reason": reason,
        })
        .to_string(),
    });
    Ok(if matches!(word, "failed" | "review" | "retry") {
        PROBLEMS
    } else {
        OK
    })
}

fn text_of(tried: &TriedExport, word: &str, reason: &str) -> miette::Result<String> {
    let stored = serde_json::to_string_pretty(&tried.stored).into_diagnostic()?;
    let mut text = format!("stored\n{stored}\n\n");
    for request in &tried.requests {
        text.push_str(&format!("would send\n{request}\n\n"));
    }
    text.push_str(&verdict(word, reason));
    Ok(text)
}
