//! `jobs`: lists jobs, newest state of each.

use clap::{Args, ValueEnum};
use comfy_table::{Table, presets};
use miette::IntoDiagnostic;

use super::OK;
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
    let filter = JobFilter {
        states: arguments.state.iter().map(|state| state.job_state()).collect(),
        instance: arguments.instance.clone(),
        after: None,
        limit: arguments.limit,
    };
    let jobs = context.sync.store.jobs(&filter).await.into_diagnostic()?;
    output::print(&match context.format {
        Format::Text => table(&jobs),
        Format::Json => serde_json::Value::from(jobs.iter().map(json).collect::<Vec<_>>()).to_string(),
    });
    Ok(OK)
}

fn table(jobs: &[JobRow]) -> String {
    if jobs.is_empty() {
        return "no jobs".to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["job", "state", "instance", "what", "attempt", "priority", "error"]);
    for job in jobs {
        let error = job
            .error
            .as_ref()
            .map(|(kind, text)| format!("{kind}: {text}"))
            .unwrap_or_default();
        let attempt = match job.max_attempts {
            0 => job.attempt.to_string(),
            most => format!("{}/{most}", job.attempt),
        };
        let id = job.id.0.to_string();
        let priority = job.priority.to_string();
        table.add_row([
            id,
            word(job.state).to_owned(),
            job.instance.clone(),
            job.description.clone(),
            attempt,
            priority,
            error,
        ]);
    }
    output::trimmed(&table)
}

fn json(job: &JobRow) -> serde_json::Value {
    serde_json::json!({
        "id": job.id.0, "uuid": job.uuid, "state": word(job.state), "unit": job.unit, "instance": job.instance,
        "priority": job.priority, "attempt": job.attempt, "max_attempts": job.max_attempts,
        "description": job.description, "eta_us": job.eta_us, "created_at_us": job.created_at_us,
        "finished_at_us": job.finished_at_us,
        "error": job.error.as_ref().map(|(kind, text)| serde_json::json!({"kind": kind, "text": text})),
    })
}
