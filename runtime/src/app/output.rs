//! Counts, tables and problems to text for a terminal, plain lines for a file, JSON for machines.

use std::io::{IsTerminal, Write};

use comfy_table::{Table, presets};
use serde_json::{Value, json};

use crate::plan::SyncOutcome;
use crate::store::RunCounts;
use crate::value::Key;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For machines: one JSON document on standard output, nothing else there.
    Json,
}

/// A record of a run that a person should look at.
pub type Problem = (String, Key, SyncOutcome);

/// Writes to standard output; a closed pipe is not an error worth a message.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _closed = writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush());
}

/// Writes to standard error.
pub fn note(text: &str) {
    let mut out = std::io::stderr().lock();
    let _closed = writeln!(out, "{}", text.trim_end());
}

/// Whether people look at standard error: progress bars only then.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// The table of counts, one line per type, and their sum; below it what was imported only because others refer to it.
pub fn counts_table(counts: &[RunCounts]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "type",
        "read",
        "created",
        "updated",
        "unchanged",
        "skipped",
        "failed",
        "review",
        "joined",
        "pending",
    ]);
    let mut total = RunCounts {
        external: "total".to_owned(),
        ..RunCounts::default()
    };
    let listed: Vec<&RunCounts> = counts.iter().filter(|count| count.read > 0).collect();
    for count in &listed {
        add(&mut total, count);
        table.add_row(cells(count));
    }
    if listed.len() > 1 {
        table.add_row(cells(&total));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    let mut text = trimmed(&table);
    for count in counts.iter().filter(|count| count.dependencies > 0) {
        text.push_str(&format!(
            "\n and {} {} that they refer to",
            count.dependencies, count.external
        ));
    }
    text
}

/// A table without borders and without blanks at line ends.
pub fn trimmed(table: &Table) -> String {
    table
        .to_string()
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

fn cells(count: &RunCounts) -> Vec<String> {
    let numbers = [
        count.read,
        count.created,
        count.updated,
        count.unchanged,
        count.skipped + count.deleted,
        count.failed,
        count.review,
        count.joined + count.cancelled,
        count.pending,
    ];
    std::iter::once(count.external.clone())
        .chain(numbers.iter().map(u64::to_string))
        .collect()
}

fn add(total: &mut RunCounts, count: &RunCounts) {
    total.read += count.read;
    total.created += count.created;
    total.updated += count.updated;
    total.unchanged += count.unchanged;
    total.deleted += count.deleted;
    total.skipped += count.skipped;
    total.failed += count.failed;
    total.review += count.review;
    total.cancelled += count.cancelled;
    total.joined += count.joined;
    total.pending += count.pending;
    total.dependencies += count.dependencies;
}

/// Whether every record that was read is accounted for.
pub fn adds_up(count: &RunCounts) -> bool {
    let states = [
        count.created,
        count.updated,
        count.unchanged,
        count.deleted,
        count.skipped,
        count.failed,
        count.review,
        count.cancelled,
        count.joined,
        count.pending,
    ];
    count.read == states.iter().sum::<u64>()
}

/// Problems, one paragraph each.
pub fn problems_text(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|(external, key, outcome)| {
        let (word, reason) = outcome_words(outcome);
        format!("  {word}  {external} {key}: {}", reason.replace('\n', "\n      "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Counts and problems for machines.
pub fn run_json(counts: &[RunCounts], problems: &[Problem]) -> Value {
    let problems: Vec<Value> = problems
        .iter()
        .map(|(external, key, outcome)| {
            let (word, reason) = outcome_words(outcome);
            json!({"type": external, "key": key, "outcome": word, "reason": reason})
        })
        .collect();
    json!({"counts": counts, "problems": problems})
}

/// An outcome in a word, and its reason.
pub fn outcome_words(outcome: &SyncOutcome) -> (&'static str, &str) {
    match outcome {
        SyncOutcome::Created => ("created", ""),
        SyncOutcome::Updated => ("updated", ""),
        SyncOutcome::Unchanged => ("unchanged", ""),
        SyncOutcome::Deleted => ("deleted", ""),
        SyncOutcome::Skipped(reason) => ("skipped", reason),
        SyncOutcome::Failed(reason) => ("failed", reason),
        SyncOutcome::Review(reason) => ("review", reason),
        SyncOutcome::Cancelled => ("cancelled", ""),
        SyncOutcome::Joined => ("joined", ""),
    }
}
