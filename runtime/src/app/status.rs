//! `status`: instances, jobs by state, and failed jobs a person must look at.

use miette::IntoDiagnostic;

use super::OK;
use super::context::Context;
use super::jobs::word;
use super::output::{self, Format};
use crate::queue::JobState;
use crate::queue::transition::WAITS;
use crate::store::JobFilter;

/// Runs the command.
///
/// # Errors
/// The store fails.
pub async fn run(context: &Context) -> miette::Result<u8> {
    let counts = context.sync.store.job_counts().await.into_diagnostic()?;
    let instances: Vec<(String, String)> = context
        .sync
        .instances
        .values()
        .map(|instance| (instance.name.clone(), connector_name(instance.connector)))
        .collect();
    output::print(&match context.format {
        Format::Text => text(&instances, &counts, waiting(context).await?),
        Format::Json => {
            let jobs: serde_json::Map<String, serde_json::Value> = counts
                .iter()
                .map(|(state, count)| (word(*state).to_owned(), (*count).into()))
                .collect();
            let instances: serde_json::Map<String, serde_json::Value> = instances
                .into_iter()
                .map(|(name, connector)| (name, connector.into()))
                .collect();
            serde_json::json!({ "instances": instances, "jobs": jobs }).to_string()
        }
    });
    Ok(OK)
}

fn connector_name(connector: &crate::connector::Connector) -> String {
    match connector.version {
        Some(version) => format!("{} {version}", connector.name),
        None => connector.name.to_owned(),
    }
}

/// How many scheduled jobs wait because their mapping says so.
async fn waiting(context: &Context) -> miette::Result<usize> {
    let mut filter = JobFilter {
        states: vec![JobState::Scheduled],
        ..JobFilter::default()
    };
    let mut waiting = 0;
    loop {
        let jobs = context.sync.store.jobs(&filter).await.into_diagnostic()?;
        let Some(last) = jobs.last() else { return Ok(waiting) };
        filter.after = Some(last.id);
        let waits = jobs.iter().filter_map(|job| job.error.as_ref());
        waiting += waits.filter(|(kind, _)| kind == WAITS).count();
    }
}

fn text(instances: &[(String, String)], counts: &[(JobState, u64)], waiting: usize) -> String {
    let mut lines: Vec<String> = instances
        .iter()
        .map(|(name, connector)| format!("instance {name}: {connector}"))
        .collect();
    if instances.is_empty() {
        lines.push("no instances: add one to tenon.toml, as [instance.NAME]".to_owned());
    }
    let count = |state: JobState| {
        counts
            .iter()
            .find(|(known, _)| *known == state)
            .map_or(0, |(_, count)| *count)
    };
    let states = [
        JobState::Ready,
        JobState::Scheduled,
        JobState::Running,
        JobState::Done,
        JobState::Failed,
    ];
    // Rare states stand there only where a job is in one.
    let rare = [JobState::WaitingDeps, JobState::Cancelled];
    let jobs: Vec<String> = states
        .iter()
        .chain(rare.iter().filter(|state| count(**state) > 0))
        .map(|state| format!("{} {}", count(*state), word(*state)))
        .collect();
    lines.push(format!("jobs: {}", jobs.join(", ")));
    if waiting > 0 {
        lines.push(format!(
            "{waiting} of the scheduled jobs wait because their mapping says so: jobs --state scheduled"
        ));
    }
    if count(JobState::Failed) > 0 {
        lines.push("failed jobs wait for a person: jobs --state failed".to_owned());
    }
    lines.join("\n")
}
