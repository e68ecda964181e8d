//! What came of the demo, told to people and machines, and whether it is what the shop's books say.

use std::collections::HashSet;

use tenon_runtime::app::drive::Ran;
use tenon_runtime::app::output::{self, Format, Problem};
use tenon_runtime::app::{BROKEN, OK, import};
use tenon_runtime::plan::SyncOutcome;
use tenon_runtime::store::{RunCounts, Waiting};

use super::Arguments;
use crate::demo::Running;
use crate::demo::ledger::Fate;

/// Tells it; the exit code says whether it is right.
pub(super) fn report(shop: &Running, runs: &[Ran], arguments: &Arguments, format: Format) -> miette::Result<u8> {
    // A type that others only needed has a line of its own run; here each type stands once.
    let counts: Vec<RunCounts> = runs
        .iter()
        .flat_map(|ran| ran.counts.iter().filter(|count| count.read > 0).cloned())
        .collect();
    let mut problems: Vec<Problem> = runs
        .iter()
        .flat_map(|ran| ran.problems.iter().cloned())
        .filter(|(_, _, outcome)| matches!(outcome, SyncOutcome::Failed(_) | SyncOutcome::Review(_)))
        .collect();
    // Others may have needed a broken record, too: it is told once.
    let mut told = HashSet::new();
    problems.retain(|(external, key, _)| told.insert((external.clone(), key.clone())));
    let waits: Vec<Waiting> = runs.iter().flat_map(|ran| ran.waits.iter().cloned()).collect();
    for ran in runs {
        import::code(ran)?;
    }
    match format {
        Format::Text => output::print(&text(&counts, &problems, &waits, arguments)),
        Format::Json => {
            let mut json = json(shop, &counts, &problems);
            json["waits"] = serde_json::json!(waits);
            output::print(&json.to_string());
        }
    }
    let differences = differences(shop, &counts, &problems, &waits);
    if differences.is_empty() {
        return Ok(OK);
    }
    output::note(&format!(
        "this is not what the shop's books say:\n  {}",
        differences.join("\n  ")
    ));
    Ok(BROKEN)
}

fn json(shop: &Running, counts: &[RunCounts], problems: &[Problem]) -> serde_json::Value {
    let mut json = output::run_json(counts, problems);
    let held: serde_json::Map<String, serde_json::Value> = shop
        .shop
        .counts()
        .iter()
        .map(|(external, count)| ((*external).to_owned(), (*count).into()))
        .collect();
    json["shop"] = held.into();
    json
}

/// What was imported, against what the shop holds and says of it.
fn differences(shop: &Running, counts: &[RunCounts], problems: &[Problem], waits: &[Waiting]) -> Vec<String> {
    let mut differences = Vec::new();
    for (external, held) in &shop.shop.counts() {
        let read = counts
            .iter()
            .find(|count| count.external == *external)
            .map_or(0, |count| count.read);
        if read != *held {
            differences.push(format!("{external}: the shop holds {held}, {read} were read"));
        }
    }
    let broken = shop.shop.broken();
    for (external, key, why) in &broken {
        if !problems.iter().any(|(of, named, _)| of == external && named.0 == *key) {
            differences.push(format!("{external} {key} did not fail, though {why}"));
        }
    }
    for (external, key, _) in problems {
        if !broken.iter().any(|(of, named, _)| of == external && key.0 == *named) {
            differences.push(format!("{external} {key} is not broken on purpose"));
        }
    }
    for count in counts.iter().filter(|count| count.pending > 0) {
        let told = waits.iter().filter(|wait| wait.external == count.external).count() as u64;
        if told != count.pending {
            differences.push(format!(
                "{}: {} have not ended, {told} of them say why",
                count.external, count.pending
            ));
        }
    }
    for order in shop.shop.ledger() {
        let waiting = waits
            .iter()
            .any(|wait| wait.external == "Order" && wait.key.0 == order.number);
        if waiting && order.fate != Fate::Waits {
            differences.push(format!("Order {} waits, though it need not", order.number));
        }
    }
    differences
}

fn text(counts: &[RunCounts], problems: &[Problem], waits: &[Waiting], arguments: &Arguments) -> String {
    let look = super::settings::how_to_look(arguments);
    let mut text = format!(
        "{}\n\n{} records are broken on purpose:\n{}",
        output::counts_table(counts),
        problems.len(),
        output::problems_text(problems),
    );
    if !waits.is_empty() {
        text.push_str("\n\n");
        text.push_str(&output::waits_text(waits, jiff::Timestamp::now().as_microsecond()));
    }
    text.push_str(&format!(
        "\n\nLook further: run this again (nothing changes), change a rule in mappings/connectors/magento/1.7/partner.tenon and run it\n\
         again (only the records it feeds change), or {look}."
    ));
    text
}
