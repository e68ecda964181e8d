//! `work`: runs jobs until stopped.

use std::time::Duration;

use clap::Args;
use miette::IntoDiagnostic;

use super::OK;
use super::context::Context;
use super::output;
use crate::queue::worker::{Until, Worker};

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
    let worker = Worker::new(context.sync.clone()).into_diagnostic()?.lease(Duration::from_secs(arguments.lease));
    let stop = worker.stop_handle();
    let signals = tokio::spawn(async move {
        if stopped().await.is_ok() {
            output::note("stopping: unfinished jobs are handed back");
            stop.stop();
        }
    });
    let done = worker.run(if arguments.until_idle { Until::Idle } else { Until::Stopped }).await;
    signals.abort();
    done.into_diagnostic()?;
    Ok(OK)
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
