//! Do the interpreter and the generated code make the same of every record? Tables, lookups, rows, faults, stored values, checks.
#![expect(
    clippy::print_stdout,
    reason = "a test that is skipped says so, one that ran says on how much"
)]

use std::path::{Path, PathBuf};

use support::engines::recorded::{self, Recorded};
use support::engines::{Given, Made, Pair, externs, interpreted, outcome, pairs, random, same_tables};

/// Cases with a record that holds itself, which the interpreter says it cannot read.
const HOLDS_ITSELF: [&str; 1] = ["child_diffs"];
/// Random records per mapping.
const RECORDS: u64 = 300;

fn compare(pair: &Pair, given: &Given) -> Made {
    let one = outcome(pair, pair.generated, given);
    let other = outcome(pair, pair.interpreted, given);
    assert_eq!(
        one.text,
        other.text,
        "generated (left) and interpreted (right) differ: {} seed {}\n{given:?}",
        pair.generated.info().place,
        given.seed
    );
    one
}

/// Random records of one mapping; how many were mapped.
fn compare_random(pair: &Pair) -> usize {
    same_tables(pair);
    let records = (0..RECORDS).map(|seed| compare(pair, &random::given(pair, seed)));
    records.filter(|made| made.mapped).count()
}

fn case_of(name: &str) -> PathBuf {
    let (noun, case) = name.split_once('_').unwrap();
    let file = Path::new("cases/accept").join(noun).join(format!("{case}.tenon"));
    match file.exists() {
        true => file,
        false => Path::new("cases/accept").join(noun).join(case),
    }
}

#[test]
fn random_records_of_every_accepted_case_are_mapped_alike() {
    let mut lines = Vec::new();
    for (name, register) in support::cases::ALL {
        if HOLDS_ITSELF.contains(name) {
            lines.push(format!("{name}: generated code alone reads a record that holds itself"));
            continue;
        }
        let program = interpreted(&case_of(name), externs::of_cases());
        for pair in pairs(*register, &program) {
            let mapped = compare_random(&pair);
            lines.push(format!("{name} {:?}: {mapped} of {RECORDS} mapped", pair.generated));
            assert!(
                mapped as u64 * 4 > RECORDS,
                "too few records are good: {}",
                lines.join("\n")
            );
        }
    }
    println!("{}", lines.join("\n"));
    assert!(lines.len() >= 12, "{}", lines.join("\n"));
}

#[test]
fn random_records_of_every_shipped_mapping_are_mapped_alike() {
    let program = interpreted(Path::new("../mappings/connectors"), externs::of_connectors());
    let pairs = pairs(tenon_mappings::register_all, &program);
    for pair in &pairs {
        let mapped = compare_random(pair);
        println!("{:?}: {mapped} of {RECORDS} mapped", pair.generated);
        assert!(
            mapped as u64 * 4 > RECORDS,
            "too few records are good: {:?} {mapped}",
            pair.generated
        );
    }
    assert!(pairs.len() >= 5, "{pairs:?}");
}

#[test]
fn every_recorded_payload_is_mapped_alike() {
    let Some(recorded) = Recorded::read("magento1") else {
        println!("skipped: no recordings; set TENON_RECORDINGS to their folder");
        return;
    };
    let program = interpreted(Path::new("../mappings/connectors"), externs::of_connectors());
    for pair in pairs(tenon_mappings::register_all, &program) {
        // An export reads what is stored, which no shop has recorded; random records go through it.
        if pair.interpreted.output().is_some() {
            continue;
        }
        let given = recorded::given(&recorded, &pair);
        let mapped = given.iter().filter(|given| compare(&pair, given).mapped).count();
        println!(
            "{:?}: {mapped} of {} recorded payloads mapped",
            pair.generated,
            given.len()
        );
        assert!(mapped > 0, "nothing recorded decodes as {:?}", pair.generated);
    }
}
