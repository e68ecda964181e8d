//! `import INSTANCE TYPE`: starts a run, runs its jobs here, and accounts for every record.

use clap::Args;
use jiff::Timestamp;
use miette::miette;
use serde_json::Value;

use super::context::Context;
use super::drive::{self, Ran};
use super::output::{self, Format};
use super::{OK, PROBLEMS, WrongArgument, asked};
use crate::queue::JobState;
use crate::store::JobRow;
use crate::sync::says_absent;
use crate::sync::start::{self, Selection, StartError};
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
    asked::imported(&asked::environment(context, instance, Timestamp::now())?, external)?;
    let run = start::import(&context.sync, instance, external, arguments.selection())
        .await
        .map_err(refused)?;
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
        Format::Json => json(external, &ran).to_string(),
    });
    match &arguments.id {
        Some(id) if is_absent(&ran, external, id) => Ok(PROBLEMS),
        Some(_) | None => code(&ran),
    }
}

/// A time that is none is a wrong argument.
fn refused(error: StartError) -> miette::Report {
    match error {
        StartError::Since(reason) => WrongArgument(reason).into(),
        StartError::UnknownInstance { .. }
        | StartError::Unit(_)
        | StartError::Payload(_)
        | StartError::Store(_)
        | StartError::NotStored(_) => miette!("{error}"),
    }
}

/// Whether the record that was asked for is not there: left out in a list, a mistake where somebody names it.
fn is_absent(ran: &Ran, external: &str, id: &str) -> bool {
    let key = Key(id.to_owned());
    ran.problems.iter().any(|(kind, named, outcome)| {
        let (_, reason) = output::outcome_words(outcome);
        kind == external && *named == key && says_absent(external, &key, reason)
    })
}

fn json(external: &str, ran: &Ran) -> Value {
    let mut json = output::run_json(&ran.counts, &ran.problems);
    json["waits"] = serde_json::json!(ran.waits);
    let unended = ran.unfound().into_iter().chain(&ran.retries);
    if let Some(problems) = json["problems"].as_array_mut() {
        problems.extend(unended.map(|job| {
            serde_json::json!({
                "type": external, "key": null, "outcome": unended_word(job), "reason": unended_reason(job),
                "job": job.id.0, "what": job.description,
            })
        }));
    }
    json
}

/// What became of a job that has not done its work.
fn unended_word(job: &JobRow) -> &'static str {
    match job.state {
        JobState::WaitingDeps | JobState::Scheduled | JobState::Ready | JobState::Running => "retry",
        JobState::Done | JobState::Failed => "failed",
        JobState::Cancelled => "cancelled",
    }
}

fn unended_reason(job: &JobRow) -> String {
    match (&job.error, job.state) {
        (Some((_, text)), _) => text.clone(),
        (None, JobState::Cancelled) => "somebody stopped it".to_owned(),
        (None, _) => "it has not run yet".to_owned(),
    }
}

fn unended_text(job: &JobRow) -> String {
    let mut text = format!(
        "  {}  {}: {}",
        unended_word(job),
        job.description,
        output::in_short(&unended_reason(job)).replace('\n', "\n      ")
    );
    if unended_word(job) == "retry" {
        let next = output::clock(job.eta_us, Timestamp::now());
        text.push_str(&format!(
            "\n      job {} is tried again at {next}; `work` does it",
            job.id.0
        ));
    }
    text
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
    let unfound = ran.unfound().is_some();
    Ok(if troubled || unfound || unfinished(ran) > 0 {
        PROBLEMS
    } else {
        OK
    })
}

/// Records that have not ended and do not wait because their mapping says so.
fn unfinished(ran: &Ran) -> u64 {
    let pending: u64 = ran.counts.iter().map(|count| count.pending).sum();
    pending.saturating_sub(ran.waits.len() as u64)
}

pub(super) fn text(run: i64, ran: &Ran) -> String {
    let mut parts = Vec::new();
    if !ran.counts.is_empty() {
        parts.push(output::counts_table(&ran.counts));
    }
    if !ran.problems.is_empty() {
        parts.push(output::problems_text(&ran.problems));
    }
    parts.extend(ran.unfound().into_iter().chain(&ran.retries).map(unended_text));
    if !ran.waits.is_empty() {
        parts.push(output::waits_text(&ran.waits, Timestamp::now().as_microsecond()));
    }
    let pending = unfinished(ran);
    if pending > ran.retries.len() as u64 {
        parts.push(format!(
            "{pending} records of run {run} wait for an attempt; `jobs` lists them, `work` runs them"
        ));
    }
    if parts.is_empty() {
        let said = ran.finding.as_ref().and_then(|job| job.message.as_deref());
        parts.push(format!(
            "run {run} found no record: {}",
            said.unwrap_or("none was listed")
        ));
    }
    parts.join("\n\n")
}
