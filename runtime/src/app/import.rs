//! `import INSTANCE TYPE`: starts a run, runs its jobs here, and accounts for every record.

use clap::Args;
use miette::{IntoDiagnostic, miette};

use super::context::Context;
use super::drive::{self, Ran};
use super::output::{self, Format};
use super::{OK, PROBLEMS};
use crate::sync::start::{self, Selection};
use crate::value::Key;

/// What to import.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The instance, as tenon.toml names it.
    instance: String,
    /// The external record type: Customer.
    #[arg(value_name = "TYPE")]
    external: String,
    /// Only the record with this key.
    #[arg(long, value_name = "ID", group = "selection")]
    id: Option<String>,
    /// Records that changed at this time or later, written as the other side writes times.
    #[arg(long, value_name = "TIME", group = "selection")]
    since: Option<String>,
    /// All records; without a choice: those that changed since the last import.
    #[arg(long, group = "selection")]
    all: bool,
    /// Only enqueue; `work` runs the jobs.
    #[arg(long)]
    enqueue_only: bool,
}

impl Arguments {
    fn selection(&self) -> Selection {
        match (&self.id, &self.since, self.all) {
            (Some(id), _, _) => Selection::Id(Key(id.clone())),
            (None, Some(since), _) => Selection::Since(since.clone()),
            (None, None, true) => Selection::All,
            (None, None, false) => Selection::New,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// There is no such instance or type, or the store fails.
pub async fn run(context: &Context, arguments: &Arguments) -> miette::Result<u8> {
    let (instance, external) = (&arguments.instance, &arguments.external);
    let run = start::import(&context.sync, instance, external, arguments.selection())
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
        Format::Json => {
            let mut json = output::run_json(&ran.counts, &ran.problems);
            json["waits"] = serde_json::json!(ran.waits);
            json.to_string()
        }
    });
    code(&ran)
}

/// The exit code of a run; counters that do not add up are our mistake and stop everything.
///
/// # Errors
/// Counters do not add up.
pub fn code(ran: &Ran) -> miette::Result<u8> {
    if let Some(count) = ran.counts.iter().find(|count| !output::adds_up(count)) {
        return Err(miette!("the counters of {} do not add up: {count:?}", count.external));
    }
    let troubled = ran.counts.iter().any(|count| count.failed + count.review > 0);
    // What waits as its mapping says is in order.
    Ok(if troubled || unfinished(ran) > 0 { PROBLEMS } else { OK })
}

/// Records that have not ended and do not wait because their mapping says so.
fn unfinished(ran: &Ran) -> u64 {
    let pending: u64 = ran.counts.iter().map(|count| count.pending).sum();
    pending.saturating_sub(ran.waits.len() as u64)
}

pub(super) fn text(run: i64, ran: &Ran) -> String {
    let mut text = output::counts_table(&ran.counts);
    if !ran.problems.is_empty() {
        text.push_str("\n\n");
        text.push_str(&output::problems_text(&ran.problems));
    }
    if !ran.waits.is_empty() {
        let now_us = jiff::Timestamp::now().as_microsecond();
        text.push_str("\n\n");
        text.push_str(&output::waits_text(&ran.waits, now_us));
    }
    let pending = unfinished(ran);
    if pending > 0 {
        text.push_str(&format!(
            "\n\n{pending} records of run {run} wait for their next attempt; `jobs` lists them, `work` runs them"
        ));
    }
    if ran.counts.is_empty() {
        text.push_str(&format!("\nrun {run} found no record yet; `jobs` says why"));
    }
    text
}
