//! Does `tenon diff` see every change? One place of a version is changed; where the program means something else, something differs.

use std::path::Path;

use support::mutation::{Shipped, behavior};
use tenon_compiler::diff::{Diff, How, diff_between};
use tenon_compiler::ir::outline::display_name;
use tenon_compiler::ir::{Connector, Program};

/// Cases with versions, and one whose records are two.
const CASES: [&str; 4] = [
    "version/amended",
    "version/exported",
    "sync/amended",
    "sync/together.tenon",
];
const SEED: u64 = 7;
/// Changes that are tried for each case; a new seed takes others.
const SAMPLE: usize = 4_000;

fn says_something(diff: &Diff) -> bool {
    diff.changes
        .iter()
        .any(|change| change.how != How::Same || change.class.is_some())
}

fn pairs<'p>(before: &'p Program, after: &'p Program) -> Vec<(&'p Connector, &'p Connector)> {
    let same = |one: &Connector| {
        after
            .connectors
            .iter()
            .find(|other| display_name(one) == display_name(other))
    };
    let pairs = before.connectors.iter().filter_map(|one| Some((one, same(one)?)));
    pairs.collect()
}

#[test]
fn a_change_of_what_a_version_does_is_never_the_same() {
    let (mut tried, mut missed) = (0, Vec::new());
    for case in CASES {
        let folder = Path::new("cases/accept").join(case);
        let mut shipped = Shipped::read(&folder);
        let before = shipped.program().clone();
        let mutants = shipped.mutants(SEED);
        let every = mutants.len().div_ceil(SAMPLE);
        for (at, mutant) in mutants.into_iter().step_by(every.max(1)) {
            let Some(after) = shipped.program_of(at, &mutant) else {
                continue;
            };
            for (one, other) in pairs(&before, &after) {
                if behavior(one) == behavior(other) {
                    continue;
                }
                tried += 1;
                if !says_something(&diff_between((&before, one), (&after, other))) {
                    let line = shipped.changed(at, &mutant);
                    let line = line.lines().nth(mutant.line - 1).unwrap_or_default().to_owned();
                    missed.push(format!("{case} {} line {}: {line}", display_name(one), mutant.line));
                }
            }
        }
    }
    println!("{tried} changes, {} missed", missed.len());
    assert!(tried > 100, "too few changes are tried: {tried}");
    assert!(missed.is_empty(), "not seen:\n{}", missed.join("\n"));
}

#[test]
fn a_version_is_the_same_as_itself() {
    let shipped = Shipped::read(Path::new("cases/accept/version/magento"));
    let program = shipped.program();
    let connector = program.connectors.last().expect("it has versions");
    assert!(!says_something(&diff_between(
        (program, connector),
        (program, connector)
    )));
}
