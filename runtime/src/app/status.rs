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
    context.note_missing();
    let counts = context.sync.store.job_counts().await.into_diagnostic()?;
    let instances = instances(context).await?;
    output::print(&match context.format {
        Format::Text => text(&instances, &counts, waiting(context).await?),
        Format::Json => json(&instances, &counts).to_string(),
    });
    Ok(OK)
}

/// An instance that tenon.toml names, or that the store has jobs of.
struct Shown {
    name: String,
    /// Absent: tenon.toml does not name it.
    connector: Option<String>,
    counts: Vec<(JobState, u64)>,
}

async fn instances(context: &Context) -> miette::Result<Vec<Shown>> {
    let mut shown: Vec<Shown> = context
        .sync
        .instances
        .values()
        .map(|instance| Shown {
            name: instance.name.clone(),
            connector: Some(connector_name(instance.connector)),
            counts: Vec::new(),
        })
        .collect();
    for (name, state, count) in context.sync.store.instance_counts().await.into_diagnostic()? {
        match shown.iter_mut().find(|known| known.name == name) {
            Some(known) => known.counts.push((state, count)),
            None => shown.push(Shown {
                name,
                connector: None,
                counts: vec![(state, count)],
            }),
        }
    }
    Ok(shown)
}

fn json(instances: &[Shown], counts: &[(JobState, u64)]) -> serde_json::Value {
    let by_state = |counts: &[(JobState, u64)]| -> serde_json::Map<String, serde_json::Value> {
        let counts = counts.iter();
        counts
            .map(|(state, count)| (word(*state).to_owned(), (*count).into()))
            .collect()
    };
    let instances: serde_json::Map<String, serde_json::Value> = instances
        .iter()
        .map(|shown| {
            let told = serde_json::json!({ "connector": shown.connector, "jobs": by_state(&shown.counts) });
            (shown.name.clone(), told)
        })
        .collect();
    serde_json::json!({ "instances": instances, "jobs": by_state(counts) })
}

pub(super) fn connector_name(connector: &crate::connector::Connector) -> String {
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

fn text(instances: &[Shown], counts: &[(JobState, u64)], waiting: usize) -> String {
    let mut lines: Vec<String> = instances.iter().map(line).collect();
    if instances.iter().all(|shown| shown.connector.is_none()) {
        lines.push("no instances: add one to tenon.toml, as [instance.NAME]".to_owned());
    }
    lines.push(format!("jobs: {}", by_state(counts)));
    if waiting > 0 {
        lines.push(format!(
            "{waiting} of the scheduled jobs wait because their mapping says so: jobs --state scheduled"
        ));
    }
    if count(counts, JobState::Failed) > 0 {
        lines.push("failed jobs wait for a person: jobs --state failed".to_owned());
    }
    lines.join("\n")
}

fn line(shown: &Shown) -> String {
    let Shown {
        name,
        connector,
        counts,
    } = shown;
    let connector = connector.as_deref().unwrap_or("not named in tenon.toml");
    match counts.as_slice() {
        [] => format!("instance {name}: {connector}"),
        counts => {
            let counts = counts.iter().map(|(state, count)| format!("{count} {}", word(*state)));
            let counts: Vec<String> = counts.collect();
            format!("instance {name}: {connector}; {}", counts.join(", "))
        }
    }
}

fn count(counts: &[(JobState, u64)], state: JobState) -> u64 {
    let known = counts.iter().find(|(known, _)| *known == state);
    known.map_or(0, |(_, count)| *count)
}

fn by_state(counts: &[(JobState, u64)]) -> String {
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
        .chain(rare.iter().filter(|state| count(counts, **state) > 0))
        .map(|state| format!("{} {}", count(counts, *state), word(*state)))
        .collect();
    jobs.join(", ")
}
