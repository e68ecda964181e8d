//! Runs jobs in this process until runs have ended, with a progress bar where somebody watches.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use miette::IntoDiagnostic;

use super::output::{self, Format, Problem};
use crate::queue::JobState;
use crate::queue::transition::WAITS;
use crate::queue::worker::{Stop, Until, Worker, WorkerOptions};
use crate::store::{JobFilter, JobRow, RunCounts, Store, Waiting};
use crate::sync::handler::Synchronizers;
use crate::sync::payload::is_batch_unit;

/// How often the bar is redrawn.
const REDRAW: Duration = Duration::from_millis(200);

/// How many jobs that are to be tried again a summary shows.
const LISTED: u32 = 20;

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    /// Per type.
    pub counts: Vec<RunCounts>,
    /// Records a person should look at.
    pub problems: Vec<Problem>,
    /// Records that wait because their mapping says so.
    pub waits: Vec<Waiting>,
    /// The job that was to find its records; absent for a run of one record.
    pub finding: Option<JobRow>,
    /// The first jobs of records that are to be tried again.
    pub retries: Vec<JobRow>,
}

impl Ran {
    /// The job that was to find its records and has not.
    pub fn unfound(&self) -> Option<&JobRow> {
        self.finding.as_ref().filter(|job| job.state != JobState::Done)
    }
}

/// Works until no job can run now, then says how the run stands.
///
/// # Errors
/// The store fails.
pub async fn until_idle(sync: &Synchronizers, run: i64, title: &str, format: Format) -> miette::Result<Ran> {
    let worker = Worker::new(
        Arc::clone(&sync.store),
        sync.handlers().into_diagnostic()?,
        WorkerOptions::default(),
    );
    let stop = Stop::new();
    let bar = (format == Format::Text && output::is_watched()).then(|| bar(title));
    let working = worker.run(Until::Idle, &stop);
    tokio::pin!(working);
    loop {
        tokio::select! {
            done = &mut working => {
                done.into_diagnostic()?;
                break;
            }
            () = tokio::time::sleep(REDRAW) => redraw(sync.store.as_ref(), run, bar.as_ref()).await,
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    of_run(sync.store.as_ref(), run).await
}

/// How a run stands.
///
/// # Errors
/// The store fails.
pub async fn of_run(store: &dyn Store, run: i64) -> miette::Result<Ran> {
    let counts = store.run_counts(run).await.into_diagnostic()?;
    let problems = store.run_problems(run).await.into_diagnostic()?;
    let waits = store.run_waits(run).await.into_diagnostic()?;
    // The first job of a run is the one that it was started with.
    let first = JobFilter {
        run: Some(run),
        limit: 1,
        ..JobFilter::default()
    };
    let first = store.jobs(&first).await.into_diagnostic()?;
    let finding = first.into_iter().find(|job| is_batch_unit(&job.unit));
    let scheduled = JobFilter {
        run: Some(run),
        states: vec![JobState::Scheduled],
        limit: LISTED,
        ..JobFilter::default()
    };
    let mut retries = store.jobs(&scheduled).await.into_diagnostic()?;
    retries.retain(|job| job.error.as_ref().is_some_and(|(kind, _)| kind != WAITS) && !is_batch_unit(&job.unit));
    Ok(Ran {
        counts,
        problems,
        waits,
        finding,
        retries,
    })
}

fn bar(title: &str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    // A template that does not parse is our mistake, and a plain bar will do.
    if let Ok(style) = ProgressStyle::with_template("{prefix:16} {bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(title.to_owned());
    bar
}

async fn redraw(store: &dyn Store, run: i64, bar: Option<&ProgressBar>) {
    let Some(bar) = bar else { return };
    // The bar is comfort: a store that cannot answer now is reported by the worker.
    let Ok(counts) = store.run_counts(run).await else {
        return;
    };
    let read: u64 = counts.iter().map(|count| count.read).sum();
    let pending: u64 = counts.iter().map(|count| count.pending).sum();
    let failed: u64 = counts.iter().map(|count| count.failed).sum();
    bar.set_length(read);
    bar.set_position(read.saturating_sub(pending));
    bar.set_message(if failed == 0 {
        String::new()
    } else {
        format!("{failed} failed")
    });
}
