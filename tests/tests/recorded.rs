//! What do we make of recordings that others made, compared with what their tests assert?
//!
//! Writes the actual value of each fact to `target/recorded.json`; the facts we reproduce are a golden, so that losing one fails.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a failure is a failed test, and the table of facts is for people"
)]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use support::recorded::replay::{Actual, replay};
use support::recorded::{self, Fact};

/// The facts and what we make of each, in order.
async fn all() -> Option<Vec<(Fact, Actual)>> {
    let Some(folder) = recorded::folder() else {
        assert!(
            std::env::var_os("REQUIRE_RECORDINGS").is_none(),
            "the recordings are not there: set TENON_RECORDINGS"
        );
        println!("skipped: no recordings; set TENON_RECORDINGS to their folder");
        return None;
    };
    let aliases = recorded::aliases();
    let exports = recorded::export::exports();
    let mut results = Vec::new();
    let mut scenarios: BTreeMap<(String, Vec<String>, Option<String>), Vec<Fact>> = BTreeMap::new();
    for fact in recorded::facts(&folder) {
        if exports.has(&fact) {
            let actual = exports
                .answer(&folder, &fact, &aliases, tenon_mappings::register_all)
                .await;
            results.push((fact, actual));
            continue;
        }
        // A condition needs a database of its own.
        let condition = recorded::given(&fact, &aliases).map(|_| fact.field.clone());
        scenarios
            .entry((fact.system.clone(), fact.input.clone(), condition))
            .or_default()
            .push(fact);
    }
    for facts in scenarios.values() {
        let actual = replay(&folder, facts, &aliases, tenon_mappings::register_all).await;
        results.extend(facts.iter().cloned().zip(actual));
    }
    results.sort_by(|(one, _), (other, _)| one.id.cmp(&other.id));
    Some(results)
}

fn write(results: &[(Fact, Actual)]) {
    let json: serde_json::Map<String, Value> = results
        .iter()
        .map(|(fact, actual)| {
            let value = match actual {
                Actual::Value(value) => json!({ "actual": value }),
                Actual::NotCovered(why) => json!({ "why": format!("not covered because {why}") }),
            };
            (fact.id.clone(), value)
        })
        .collect();
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        std::path::PathBuf::from,
    );
    std::fs::create_dir_all(&folder).expect("the target folder");
    let text = serde_json::to_string_pretty(&json).expect("JSON");
    std::fs::write(folder.join("recorded.json"), text + "\n").expect("target/recorded.json is writable");
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_of_other_connectors_are_reproduced() {
    let Some(results) = all().await else { return };
    write(&results);
    let mut reproduced = Vec::new();
    let mut systems: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut differing = Vec::new();
    for (fact, actual) in &results {
        let counts = systems.entry(&fact.system).or_default();
        match actual {
            Actual::Value(value) if recorded::same(&fact.expected, value) => {
                counts[0] += 1;
                reproduced.push(format!("{} {} {} {}", fact.id, fact.model, fact.record, fact.field));
            }
            Actual::Value(value) => {
                counts[1] += 1;
                differing.push(format!(
                    "{} {} {} {}: expected {}, actual {value}",
                    fact.id, fact.model, fact.record, fact.field, fact.expected
                ));
            }
            Actual::NotCovered(_) => counts[2] += 1,
        }
    }
    println!(
        "{:<12} {:>10} {:>8} {:>12}",
        "system", "reproduced", "differs", "not covered"
    );
    for (system, [same, differs, not]) in &systems {
        println!("{system:<12} {same:>10} {differs:>8} {not:>12}");
    }
    println!("{}", differing.join("\n"));
    insta::with_settings!({ snapshot_path => "../recorded", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("reproduced", reproduced.join("\n"));
        insta::assert_snapshot!("differing", differing.join("\n"));
    });
}
