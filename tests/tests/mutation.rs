//! Does the checker find the mistakes of an author, and does it point at the line where they are?
//!
//! Every shipped mapping file, text and YAML, is spoiled by one change at a time:
//!
//! | operator | what |
//! |---|---|
//! | delete, duplicate, swap | of each token; swapped with the next token of its line |
//! | misspell | each name, by one letter that is left out, doubled, exchanged with the next or changed |
//! | replace | each name by one of a different type: a field by another of its record, an alias or `let` by another, a record or model by another, a type by another |
//! | bracket | each bracket is left out |
//! | class | each operator becomes one of another class: calculating, comparing, combining, flowing; setting, pointing |
//!
//! A text is one token. Comments, documentation and the names of tests are free text and no tokens.
//!
//! A mutant counts where a report, error or warning, has its own line (that of its first label, which `--format json` gives as `line`)
//! where the change is; how many point there with one of their labels is printed too. Or it counts where it is equivalent: nothing is
//! said, and the checked program is the same. Programs are compared as their whole `Debug` text (settings, records, operations, tables, mappings, tests,
//! documentation), without the `Place`s in it (file, line, text of the line, span).
//!
//! Here a sample is taken, the same on each run; `TENON_SEED` takes another. All mutants:
//! `TENON_MUTANTS=all cargo test -p tenon-tests --test mutation -- --nocapture` (five minutes).
//! `TENON_COMMAND=target/debug/tenon` compares a part of the sample with what the command prints.
#![expect(
    clippy::print_stdout,
    reason = "what fails here is a failed test, and the rates are to be read"
)]

use std::collections::BTreeMap;
use std::path::Path;
use support::mutation::{Mutant, Operator, Shipped, Verdict, said_by_command};

/// So many are tried where nothing else is said.
const SAMPLE: usize = 1000;
/// So many of them by the command too.
const BY_COMMAND: usize = 60;
/// So many are tried with all that is checked.
const AT_ONCE: usize = 250;
/// So many mistakes in a hundred have one report.
const SAID_ONCE: f64 = 90.0;
/// What the issue asks for, in hundredths.
const ENOUGH: f64 = 97.0;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn connectors() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../mappings/connectors")
}

/// The mutants of this run.
fn sample(shipped: &Shipped) -> Vec<(usize, Mutant)> {
    let seed = number("TENON_SEED").unwrap_or(1);
    let mut mutants = shipped.mutants(seed);
    if std::env::var("TENON_MUTANTS").as_deref() != Ok("all") {
        fastrand::Rng::with_seed(seed).shuffle(&mut mutants);
        mutants.truncate(SAMPLE);
    }
    println!("seed {seed}, {} mutants", mutants.len());
    mutants
}

/// How often each verdict was given.
#[derive(Default)]
struct Count {
    all: usize,
    reported: usize,
    shown: usize,
    equivalent: usize,
}

impl Count {
    fn add(&mut self, verdict: &Verdict) {
        self.all += 1;
        match verdict {
            Verdict::Reported => self.reported += 1,
            Verdict::Shown => self.shown += 1,
            Verdict::Equivalent => self.equivalent += 1,
            Verdict::Elsewhere(_) | Verdict::Silent => {}
        }
    }

    fn rate(&self) -> f64 {
        hundredths(self.reported + self.equivalent, self.all)
    }

    fn print(&self, what: &str) {
        println!(
            "{what:24} {:6} mutants: {:6.2} % ({:6.2} % with any label, {} equivalent)",
            self.all,
            self.rate(),
            hundredths(self.reported + self.shown + self.equivalent, self.all),
            self.equivalent
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of some thousands")]
fn hundredths(part: usize, all: usize) -> f64 {
    part as f64 * 100.0 / all.max(1) as f64
}

#[test]
fn mistakes_in_the_shipped_connectors_are_reported_where_they_are() {
    let mut shipped = Shipped::read(&connectors());
    let mut total = Count::default();
    let mut counts: BTreeMap<(Operator, bool), Count> = BTreeMap::new();
    for (at, mutant) in sample(&shipped) {
        let (verdict, _) = shipped.check(at, &mutant);
        let (file, is_yaml) = shipped.file(at);
        total.add(&verdict);
        counts.entry((mutant.operator, is_yaml)).or_default().add(&verdict);
        let what = match verdict {
            Verdict::Silent => "nothing is said".to_owned(),
            Verdict::Elsewhere(reports) => reports.join(", "),
            Verdict::Reported | Verdict::Shown | Verdict::Equivalent => continue,
        };
        let text = shipped.changed(at, &mutant);
        let line = text.lines().nth(mutant.line - 1).unwrap_or_default().trim();
        println!("{:?} {file}:{} {line}\n    {what}", mutant.operator, mutant.line);
    }
    for ((operator, is_yaml), count) in &counts {
        let form = if *is_yaml { "YAML" } else { "text" };
        count.print(&format!("{operator:?} in {form}"));
    }
    total.print("all");
    assert!(total.rate() >= ENOUGH, "{:.2} %", total.rate());
}

/// What cannot be read hides names from the rest of its program, so this is where one mistake could be said many times.
#[test]
fn one_mistake_is_said_once() {
    let shipped = Shipped::read(&connectors());
    let (mut tried, mut more) = (0, 0);
    let mutants = sample(&shipped);
    // Some of everywhere: of mistakes in declarations more is said than of those in rules.
    let every = mutants.len().div_ceil(AT_ONCE).max(1);
    for (at, mutant) in mutants.into_iter().step_by(every) {
        let places = shipped.said(at, &mutant);
        let said = places.iter().filter(|place| place.2).count();
        tried += usize::from(said > 0);
        if said > 1 {
            more += 1;
            let (file, _) = shipped.file(at);
            let text = shipped.changed(at, &mutant);
            let line = text.lines().nth(mutant.line - 1).unwrap_or_default().trim();
            println!("{:?} {file}:{} {line}\n    {places:?}", mutant.operator, mutant.line);
        }
    }
    let rate = hundredths(tried - more, tried);
    println!("{rate:.2} % of {tried} mistakes are said once");
    assert!(rate >= SAID_ONCE, "{rate:.2} %");
}

#[test]
fn the_command_says_the_same() {
    let Some(command) = std::env::var_os("TENON_COMMAND") else {
        println!("skipped: TENON_COMMAND names no command");
        return;
    };
    let shipped = Shipped::read(&connectors());
    for (at, mutant) in sample(&shipped).into_iter().take(BY_COMMAND) {
        let mut places = shipped.said(at, &mutant);
        let mut said = said_by_command(Path::new(&command), &shipped.all_changed(at, &mutant));
        places.sort();
        said.sort();
        assert_eq!(
            said,
            places,
            "{:?} {}:{}",
            mutant.operator,
            shipped.file(at).0,
            mutant.line
        );
    }
}
