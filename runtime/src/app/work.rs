//! `work`: runs jobs until stopped.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use miette::IntoDiagnostic;

use super::OK;
use super::context::Context;
use super::output::{self, Format};
use crate::queue::worker::{Stop, Until, Worker, WorkerOptions};

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
    output::print(&match context.format {
        Format::Text => format!(
            "{} attempts ended, {} jobs handed back",
            worked.ended, worked.given_back
        ),
        Format::Json => serde_json::json!({
            "ended": worked.ended, "lost": worked.lost, "replanned": worked.replanned, "given_back": worked.given_back,
        })
        .to_string(),
    });
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
