//! `try INSTANCE TYPE --id ID`: the record as it was read, what the mapping makes of it, and the plan. Writes nothing.

use clap::Args;
use jiff::Timestamp;
use miette::IntoDiagnostic;

use super::context::Context;
use super::output::{self, Format};
use super::{OK, PROBLEMS, asked};
use crate::plan::Plan;
use crate::sync::import::{Tried, try_import};
use crate::sync::payload::ImportRecord;
use crate::sync::{End, says_absent};
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
    let env = asked::environment(context, &arguments.instance, Timestamp::now())?;
    asked::imported(&env, &arguments.external)?;
    context.note_missing();
    let key = Key(arguments.id.clone());
    let record = ImportRecord::by_key(&arguments.external, key.clone());
    let tried = try_import(&env, record).await.into_diagnostic()?;
    output::print(&match context.format {
        Format::Text => text(&tried)?,
        Format::Json => json(&tried).to_string(),
    });
    let (word, reason) = end_words(&tried.end);
    let is_absent = says_absent(&arguments.external, &key, &reason);
    Ok(if is_absent || matches!(word, "failed" | "review" | "retry") {
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
            "first: {} {} {}\n",
            link.external,
            link.key,
            verdict(word, &reason)
        ));
    }
    if !tried.first.is_empty() {
        text.push_str("(a record that would be created first has a number below zero here)\n\n");
    }
    let nothing = tried.plan == Plan::default();
    let plan = match nothing {
        true => "nothing".to_owned(),
        false => serde_json::to_string_pretty(&tried.plan).into_diagnostic()?,
    };
    // What was not even read has no plan.
    if !(nothing && tried.payloads.is_empty()) {
        text.push_str(&format!("plan\n{plan}\n\n"));
    }
    let (word, reason) = end_words(&tried.end);
    text.push_str(&verdict(word, &reason));
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

/// How it would end, in a sentence.
pub(super) fn verdict(word: &str, reason: &str) -> String {
    let would = match word {
        "failed" => "would fail".to_owned(),
        "review" => "would wait for a person".to_owned(),
        "retry" => "would be tried again".to_owned(),
        "waits" => "would wait".to_owned(),
        done => format!("would be {done}"),
    };
    match output::in_short(reason) {
        empty if empty.is_empty() => would,
        reason => format!("{would}: {reason}"),
    }
}
