//! Does a wrong rule show? One rule of the Magento 1.7 mappings is changed in memory, the recordings are imported through the interpreter,
//! and a fact that was reproduced before differs.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a helper that cannot go on stops the test; a test that is skipped says so, one that ran says what differs"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use support::engines::{externs, interpreted_of};
use support::recorded::replay::{Actual, replay};
use support::recorded::{self, Fact};

type Files = Vec<(String, String)>;

/// Facts by the recordings they are about.
type Scenarios = BTreeMap<Vec<String>, Vec<Fact>>;

fn scenarios(folder: &Path) -> Scenarios {
    let mut scenarios = Scenarios::new();
    let facts = recorded::facts(folder).into_iter();
    for fact in facts.filter(|fact| fact.system == "magento1") {
        scenarios.entry(fact.input.clone()).or_default().push(fact);
    }
    scenarios
}

/// The facts that mapping files reproduce, by what they are about: `magento.res.partner 136 name`.
async fn reproduced(folder: &Path, files: &Files) -> BTreeMap<String, bool> {
    let program = interpreted_of(files, externs::of_connectors());
    let aliases = recorded::aliases();
    let mut reproduced = BTreeMap::new();
    for facts in scenarios(folder).values() {
        let actual = replay(folder, facts, &aliases, |registry| program.register(registry)).await;
        for (fact, actual) in facts.iter().zip(actual) {
            let same = matches!(&actual, Actual::Value(value) if recorded::same(&fact.expected, value));
            let about = format!("{} {} {} {}", fact.id, fact.model, fact.record, fact.field);
            reproduced.insert(about, same);
        }
    }
    reproduced
}

/// The shipped files with one line changed.
fn changed(files: &Files, name: &str, from: &str, to: &str) -> Files {
    let mut changed = files.clone();
    let (_, text) = changed.iter_mut().find(|(known, _)| known.ends_with(name)).unwrap();
    assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {name}");
    *text = text.replace(from, to);
    changed
}

fn recordings() -> Option<PathBuf> {
    let folder = recorded::folder();
    if folder.is_none() {
        println!("skipped: no recordings; set TENON_RECORDINGS to their folder");
    }
    folder
}

/// What was reproduced and is no more.
fn lost<'f>(before: &'f BTreeMap<String, bool>, after: &BTreeMap<String, bool>) -> Vec<&'f str> {
    let lost = before
        .iter()
        .filter(|(about, same)| **same && after.get(*about) == Some(&false));
    lost.map(|(about, _)| about.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_broken_on_purpose_turns_a_reproduced_fact_into_one_that_differs() {
    let Some(folder) = recordings() else { return };
    let files = support::compile::files(Path::new("../mappings/connectors"));
    let before = reproduced(&folder, &files).await;
    let count = before.values().filter(|same| **same).count();
    assert!(
        count >= 40,
        "the interpreter reproduces what generated code does: {count}"
    );
    let broken = [
        (
            "magento/1.7/group.tenon",
            ("name = customer_group_code", "name = customer_group_code | upper"),
            ("magento.res.partner.category", "name"),
        ),
        (
            "magento/1.7/partner.tenon",
            ("firm?.company ?? resident ?? person", "firm?.company ?? person"),
            ("magento.res.partner", "name"),
        ),
        (
            "magento/1.7/partner.tenon",
            ("{ \"invoice\" }", "{ \"delivery\" }"),
            ("magento.res.partner", "child_ids[0].type"),
        ),
    ];
    for (file, (from, to), (model, field)) in broken {
        let after = reproduced(&folder, &changed(&files, file, from, to)).await;
        let lost = lost(&before, &after);
        println!("`{to}`: {}", lost.join("; "));
        let named = |about: &&&str| {
            let mut words = about.split(' ').skip(1);
            words.next() == Some(model) && words.nth(1) == Some(field)
        };
        assert!(
            lost.iter().any(|about| named(&about)),
            "`{to}` changes no {model} {field}: {lost:?}"
        );
    }
}
