//! `work`: runs jobs until stopped.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use miette::IntoDiagnostic;

use super::OK;
use super::context::Context;
use super::output::{self, Format};
use crate::queue::JobState;
use crate::queue::worker::{Stop, Until, Worker, WorkerOptions};
use crate::store::JobFilter;

/// How to work.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Stop when no job can run now.
    #[arg(long)]
    until_idle: bool,
    /// How long a job may go without a sign of life, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    lease: u64,
}

/// Runs the command.
///
/// # Errors
/// The store fails for good.
pub async fn run(context: &Context, arguments: &Arguments) -> miette::Result<u8> {
    let options = WorkerOptions {
        lease: Duration::from_secs(arguments.lease),
        ..WorkerOptions::default()
    };
    let worker = Worker::new(
        Arc::clone(&context.sync.store),
        context.sync.handlers().into_diagnostic()?,
        options,
    );
    let stop = Stop::new();
    let told = stop.clone();
    let signals = tokio::spawn(async move {
        if stopped().await.is_ok() {
            output::note("stopping: unfinished jobs are handed back");
            told.stop();
        }
    });
    let done = worker
        .run(
            if arguments.until_idle {
                Until::Idle
            } else {
                Until::Stopped
            },
            &stop,
        )
        .await;
    signals.abort();
    let worked = done.into_diagnostic()?;
    let waiting = scheduled(context).await?;
    output::print(&match context.format {
        Format::Text => format!(
            "{} attempts ended, {} jobs handed back{}",
            worked.ended,
            worked.given_back,
            waits(&waiting)
        ),
        Format::Json => serde_json::json!({
            "ended": worked.ended, "lost": worked.lost, "replanned": worked.replanned, "given_back": worked.given_back,
            "waiting": waiting.0, "next_us": waiting.1,
        })
        .to_string(),
    });
    Ok(OK)
}

/// How many jobs wait for their time, and the first of these times.
async fn scheduled(context: &Context) -> miette::Result<(u64, Option<i64>)> {
    let mut filter = JobFilter {
        states: vec![JobState::Scheduled],
        ..JobFilter::default()
    };
    let (mut count, mut next) = (0, None);
    loop {
        let jobs = context.sync.store.jobs(&filter).await.into_diagnostic()?;
        let Some(last) = jobs.last() else {
            return Ok((count, next));
        };
        filter.after = Some(last.id);
        count += jobs.len() as u64;
        next = jobs.iter().map(|job| job.eta_us).chain(next).min();
    }
}

fn waits((count, next): &(u64, Option<i64>)) -> String {
    let time = next.map(|next| output::clock(next, Timestamp::now()));
    match (count, time) {
        (1, Some(time)) => format!("; 1 job waits until {time}"),
        (count, Some(time)) => format!("; {count} jobs wait, the first until {time}"),
        (_, None) => String::new(),
    }
}

/// Returns when the process is asked to stop.
async fn stopped() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
