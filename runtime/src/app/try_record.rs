//! `try INSTANCE TYPE --id ID`: the record as it was read, what the mapping makes of it, and the plan. Writes nothing.

use clap::Args;
use jiff::Timestamp;
use miette::{IntoDiagnostic, miette};

use super::context::Context;
use super::output::{self, Format};
use super::{OK, PROBLEMS};
use crate::sync::End;
use crate::sync::import::{Tried, try_import};
use crate::sync::payload::ImportRecord;
use crate::value::Key;

/// Which record.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The instance, as tenon.toml names it.
    instance: String,
    /// The external record type: Customer.
    #[arg(value_name = "TYPE")]
    external: String,
    /// The key of the record.
    #[arg(long, value_name = "ID")]
    id: String,
}

/// Runs the command.
///
/// # Errors
/// There is no such instance or type, or the store fails.
pub async fn run(context: &Context, arguments: &Arguments) -> miette::Result<u8> {
    let env = context
        .sync
        .environment(&arguments.instance, Timestamp::now())
        .ok_or_else(|| {
            let there_is: Vec<&str> = context.sync.instances.keys().map(String::as_str).collect();
            miette!(
                help = format!("there is: {}", there_is.join(", ")),
                "there is no instance `{}`",
                arguments.instance
            )
        })?;
    let record = ImportRecord::by_key(&arguments.external, Key(arguments.id.clone()));
    let tried = try_import(&env, record).await.into_diagnostic()?;
    output::print(&match context.format {
        Format::Text => text(&tried)?,
        Format::Json => json(&tried).to_string(),
    });
    let (word, _) = end_words(&tried.end);
    Ok(if matches!(word, "failed" | "review" | "retry") {
        PROBLEMS
    } else {
        OK
    })
}

fn text(tried: &Tried) -> miette::Result<String> {
    let mut text = String::new();
    for (alias, payload) in &tried.payloads {
        text.push_str(&format!("read {alias}\n{payload}\n\n"));
    }
    if let Some(mapped) = &tried.mapped {
        text.push_str(&format!("mapped\n{}\n\n", mapped.trim_end()));
    }
    for (link, end) in &tried.first {
        let (word, reason) = end_words(end);
        text.push_str(&format!(
            "first: {} {} would be {}\n",
            link.external,
            link.key,
            join(word, &reason)
        ));
    }
    if !tried.first.is_empty() {
        text.push_str("(a record that would be created first has a number below zero here)\n\n");
    }
    let plan = serde_json::to_string_pretty(&tried.plan).into_diagnostic()?;
    let (word, reason) = end_words(&tried.end);
    text.push_str(&format!("plan\n{plan}\n\nwould be {}", join(word, &reason)));
    Ok(text)
}

fn json(tried: &Tried) -> serde_json::Value {
    let (word, reason) = end_words(&tried.end);
    let read: serde_json::Map<String, serde_json::Value> = tried
        .payloads
        .iter()
        .map(|(alias, payload)| (alias.clone(), payload.clone().into()))
        .collect();
    let first: Vec<serde_json::Value> = tried
        .first
        .iter()
        .map(|(link, end)| serde_json::json!({"type": link.external, "key": link.key, "outcome": end_words(end).0}))
        .collect();
    serde_json::json!({
        "read": read, "mapped": tried.mapped, "first": first, "plan": tried.plan, "outcome": word, "reason": reason,
    })
}

/// An end in a word, and its reason; a record that would be tried again, or waits, has no outcome yet.
pub(super) fn end_words(end: &End) -> (&'static str, String) {
    if let End::Retry { reason, .. } | End::Busy(reason) = end {
        return ("retry", reason.clone());
    }
    if let End::Waits { after, reason } = end {
        return (
            "waits",
            format!("{reason} (looked at again every {})", output::duration(*after)),
        );
    }
    let outcome = end.sync_outcome();
    let (word, reason) = outcome.as_ref().map_or(("retry", ""), output::outcome_words);
    (word, reason.to_owned())
}

pub(super) fn join(word: &str, reason: &str) -> String {
    if reason.is_empty() {
        word.to_owned()
    } else {
        format!("{word}: {reason}")
    }
}
