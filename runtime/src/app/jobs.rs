//! `jobs`: lists jobs, newest state of each.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use miette::IntoDiagnostic;

use super::OK;
use super::asked::unknown_instance;
use super::context::Context;
use super::output::{self, Format};
use crate::queue::JobState;
use crate::store::{JobFilter, JobRow};

/// Which jobs.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Only jobs in this state; may be repeated.
    #[arg(long, value_name = "STATE", value_enum)]
    state: Vec<State>,
    /// Only jobs of this instance.
    #[arg(long)]
    instance: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

/// A state as people type it.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    Waiting,
    Scheduled,
    Ready,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl State {
    fn job_state(self) -> JobState {
        match self {
            Self::Waiting => JobState::WaitingDeps,
            Self::Scheduled => JobState::Scheduled,
            Self::Ready => JobState::Ready,
            Self::Running => JobState::Running,
            Self::Done => JobState::Done,
            Self::Failed => JobState::Failed,
            Self::Cancelled => JobState::Cancelled,
        }
    }
}

/// A state in a word.
pub fn word(state: JobState) -> &'static str {
    match state {
        JobState::WaitingDeps => "waiting",
        JobState::Scheduled => "scheduled",
        JobState::Ready => "ready",
        JobState::Running => "running",
        JobState::Done => "done",
        JobState::Failed => "failed",
        JobState::Cancelled => "cancelled",
    }
}

/// Runs the command.
///
/// # Errors
/// The store fails.
pub async fn run(context: &Context, arguments: &Arguments) -> miette::Result<u8> {
    if let Some(instance) = &arguments.instance {
        known(context, instance).await?;
    }
    context.note_missing();
    let filter = JobFilter {
        states: arguments.state.iter().map(|state| state.job_state()).collect(),
        instance: arguments.instance.clone(),
        limit: arguments.limit,
        ..JobFilter::default()
    };
    let jobs = context.sync.store.jobs(&filter).await.into_diagnostic()?;
    output::print(&match context.format {
        Format::Text => table(&jobs, Timestamp::now()),
        Format::Json => serde_json::Value::from(jobs.iter().map(json).collect::<Vec<_>>()).to_string(),
    });
    Ok(OK)
}

/// Jobs of an instance that tenon.toml names no more can be listed as long as there are some.
async fn known(context: &Context, instance: &str) -> miette::Result<()> {
    let counts = context.sync.store.instance_counts().await.into_diagnostic()?;
    let mut known: Vec<&str> = context.sync.instances.keys().map(String::as_str).collect();
    for (name, _, _) in &counts {
        if !known.contains(&name.as_str()) {
            known.push(name);
        }
    }
    match known.contains(&instance) {
        true => Ok(()),
        false => Err(unknown_instance(instance, &known).into()),
    }
}

fn table(jobs: &[JobRow], now: Timestamp) -> String {
    if jobs.is_empty() {
        return "no jobs".to_owned();
    }
    let header = ["job", "state", "instance", "what", "attempt", "priority"];
    // When the next attempt is stands there only where one is to come.
    let waits = jobs.iter().any(|job| job.state == JobState::Scheduled);
    let next = waits.then_some("next attempt");
    let mut table = output::table(header.into_iter().chain(next).chain(["error"]));
    for job in jobs {
        let attempt = match job.max_attempts {
            0 => job.attempt.to_string(),
            most => format!("{}/{most}", job.attempt),
        };
        let id = job.id.0.to_string();
        let priority = job.priority.to_string();
        let cells = [
            id,
            word(job.state).to_owned(),
            job.instance.clone(),
            job.description.clone(),
            attempt,
            priority,
        ];
        let next = match job.state {
            JobState::Scheduled => output::clock(job.eta_us, now),
            JobState::WaitingDeps
            | JobState::Ready
            | JobState::Running
            | JobState::Done
            | JobState::Failed
            | JobState::Cancelled => String::new(),
        };
        table.add_row(cells.into_iter().chain(waits.then_some(next)).chain([error(job)]));
    }
    output::trimmed(&table)
}

/// What went wrong; of a job that a newer one has closed only which one that is.
fn error(job: &JobRow) -> String {
    match (&job.error, &job.message, job.state) {
        (Some(_), Some(message), JobState::Done) => message.clone(),
        (Some((kind, text)), _, _) => format!("{kind}: {}", output::in_short(text)),
        (None, _, _) => String::new(),
    }
}

fn json(job: &JobRow) -> serde_json::Value {
    serde_json::json!({
        "id": job.id.0, "uuid": job.uuid, "state": word(job.state), "unit": job.unit, "instance": job.instance,
        "priority": job.priority, "attempt": job.attempt, "max_attempts": job.max_attempts,
        "description": job.description, "eta_us": job.eta_us, "created_at_us": job.created_at_us,
        "finished_at_us": job.finished_at_us, "message": job.message,
        "error": job.error.as_ref().map(|(kind, text)| serde_json::json!({"kind": kind, "text": text})),
    })
}
