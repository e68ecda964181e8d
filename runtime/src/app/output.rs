//! Counts, tables and problems to text for a terminal, plain lines for a file, JSON for machines.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use comfy_table::{Row, Table, presets};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::adapter::error::DETAIL;
use crate::plan::SyncOutcome;
use crate::store::{RunCounts, Waiting};
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

/// A table without lines, its columns named.
pub fn table(header: impl Into<Row>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    table
}

/// The table of counts, one line per type, and their sum; below it what was imported only because others refer to it.
pub fn counts_table(counts: &[RunCounts]) -> String {
    let mut table = table([
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
        let reason = in_short(reason);
        // Most reasons name the record themselves.
        let record = format!("{external} {key}");
        match reason.starts_with(&record) {
            true => format!("  {word}  {}", indented(&reason)),
            false => format!("  {word}  {record}: {}", indented(&reason)),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n      ")
}

/// A reason without what only machines and developers read: see [`DETAIL`].
pub fn in_short(reason: &str) -> String {
    let lines = reason.lines().filter(|line| !line.trim_start().starts_with(DETAIL));
    lines.collect::<Vec<_>>().join("\n")
}

/// A time for people who read it now: the day only where it is far away.
pub fn clock(time_us: i64, now: Timestamp) -> String {
    let time = Timestamp::from_microsecond(time_us).unwrap_or(Timestamp::MAX);
    match time.duration_since(now).abs() < SignedDuration::from_hours(12) {
        true => time.strftime("%H:%M:%S UTC").to_string(),
        false => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    }
}

/// How many records that wait are listed; `jobs` has the others.
const LISTED: usize = 20;

/// Records that wait because their mapping says so, for people.
pub fn waits_text(waits: &[Waiting], now_us: i64) -> String {
    let mut text = format!("waits: {}", waits.len());
    for wait in waits.iter().take(LISTED) {
        let left = u64::try_from(wait.eta_us.saturating_sub(now_us)).unwrap_or(0);
        text.push_str(&format!(
            "\n  {} {}: {} (again in {})",
            wait.external,
            wait.key,
            wait.reason.replace('\n', "\n      "),
            duration(Duration::from_micros(left))
        ));
    }
    if let Some(more @ 1..) = waits.len().checked_sub(LISTED) {
        text.push_str(&format!("\n  and {more} more: jobs --state scheduled"));
    }
    text
}

/// `30 min`, for people.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..90 => format!("{seconds} s"),
        90..5400 => format!("{} min", (seconds + 30) / 60),
        5400..129_600 => format!("{} h", (seconds + 1800) / 3600),
        129_600.. => format!("{} d", (seconds + 43_200) / 86_400),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_records_are_counted_and_the_first_ones_listed() {
        let one = |number: i64| Waiting {
            external: "Order".to_owned(),
            key: Key(number.to_string()),
            reason: "not paid yet".to_owned(),
            eta_us: number * 1_000_000_000,
        };
        let waits: Vec<Waiting> = (0..22).map(one).collect();
        let text = waits_text(&waits, 200_000_000);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..3],
            [
                "waits: 22",
                "  Order 0: not paid yet (again in 0 s)",
                "  Order 1: not paid yet (again in 13 min)"
            ]
        );
        assert_eq!(lines[21..], ["  and 2 more: jobs --state scheduled"]);
    }

    #[test]
    fn what_only_machines_read_is_left_out() {
        let reason =
            "cannot read Customer 21 from https://shop.example: no\n  in detail: error sending request\nand more";
        assert_eq!(
            in_short(reason),
            "cannot read Customer 21 from https://shop.example: no\nand more"
        );
    }

    #[test]
    fn a_time_that_is_far_away_says_the_day() {
        let now: Timestamp = "2026-06-26T23:59:00Z".parse().unwrap();
        let at = |seconds: i64| clock(now.as_microsecond() + seconds * 1_000_000, now);
        assert_eq!(at(90), "00:00:30 UTC");
        assert_eq!(at(86_400), "2026-06-27 23:59:00 UTC");
        assert_eq!(clock(i64::MAX, now).len(), "9999-12-30 22:00:00 UTC".len());
    }

    #[test]
    fn durations_are_rounded_for_people() {
        let shown = [0, 89, 90, 1800, 5400, 86_400, 172_800].map(|seconds| duration(Duration::from_secs(seconds)));
        assert_eq!(shown, ["0 s", "89 s", "2 min", "30 min", "2 h", "24 h", "2 d"]);
    }
}
