//! What came of the demo, told to people and machines, and whether it is what the shop's books say.

use tenon_runtime::app::drive::Ran;
use tenon_runtime::app::output::{self, Format, Problem};
use tenon_runtime::app::{BROKEN, OK, import};
use tenon_runtime::plan::SyncOutcome;
use tenon_runtime::store::RunCounts;

use super::{Arguments, types};
use crate::demo::Running;
use crate::demo::ledger::Fate;

/// Tells it; the exit code says whether it is right.
pub(super) fn report(shop: &Running, runs: &[Ran], arguments: &Arguments, format: Format) -> miette::Result<u8> {
    // A type that others only needed has a line of its own run; here each type stands once.
    let counts: Vec<RunCounts> = runs
        .iter()
        .flat_map(|ran| ran.counts.iter().filter(|count| count.read > 0).cloned())
        .collect();
    let problems: Vec<Problem> = runs
        .iter()
        .flat_map(|ran| ran.problems.iter().cloned())
        .filter(|(_, _, outcome)| matches!(outcome, SyncOutcome::Failed(_) | SyncOutcome::Review(_)))
        .collect();
    for ran in runs {
        import::code(ran)?;
    }
    match format {
        Format::Text => output::print(&text(&counts, &problems, arguments)),
        Format::Json => output::print(&json(shop, &counts, &problems).to_string()),
    }
    let differences = differences(shop, &counts, &problems);
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
    let held: serde_json::Map<String, serde_json::Value> = types(shop)
        .iter()
        .map(|(external, count)| ((*external).to_owned(), (*count).into()))
        .collect();
    json["shop"] = held.into();
    json
}

/// What was imported, against what the shop holds and says of it.
fn differences(shop: &Running, counts: &[RunCounts], problems: &[Problem]) -> Vec<String> {
    let mut differences = Vec::new();
    let types = types(shop);
    for (external, held) in &types {
        let read = counts
            .iter()
            .find(|count| count.external == *external)
            .map_or(0, |count| count.read);
        if read != *held {
            differences.push(format!("{external}: the shop holds {held}, {read} were read"));
        }
    }
    let broken: Vec<(&str, String, String)> = shop
        .shop
        .broken()
        .into_iter()
        .filter(|(external, _, _)| types.iter().any(|(imported, _)| imported == external))
        .collect();
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
    let waits = shop
        .shop
        .ledger()
        .iter()
        .filter(|order| order.fate == Fate::Waits)
        .count() as u64;
    let pending: u64 = counts
        .iter()
        .filter(|count| count.external == "Order")
        .map(|count| count.pending)
        .sum();
    let orders_are_imported = types.iter().any(|(external, _)| *external == "Order");
    if orders_are_imported && pending > waits {
        differences.push(format!("{pending} orders wait, {waits} of them for their payment"));
    }
    differences
}

fn text(counts: &[RunCounts], problems: &[Problem], arguments: &Arguments) -> String {
    let store = arguments.store.display();
    format!(
        "{}\n\n{} records are broken on purpose:\n{}\n\nLook further: run this again (nothing changes), change a rule in mappings/connectors/magento/1.7/partner.tenon and run it\n\
         again (only the records it feeds change), or open {store} with any SQLite tool.",
        output::counts_table(counts),
        problems.len(),
        output::problems_text(problems),
    )
}
