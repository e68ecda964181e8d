//! `tenon test --laws`: what the laws say of two-way mappings.

use super::Format;
use super::format::{test_annotation, test_object};
use tenon_compiler::interpret::laws::{RuleTried, Tried};
use tenon_compiler::interpret::test::Tested;

/// Prints it; how many rules break them.
pub(super) fn print(tried: &[Tried], format: Format) -> usize {
    for sync in tried {
        if format == Format::Human {
            println!("{}: {} ({})", sync.version, sync.sync, sync.place);
        }
        for rule in &sync.rules {
            let tested = as_test(sync, rule);
            match format {
                Format::Human => println!("{}", said(rule)),
                Format::Json => println!("{}", test_object(&tested)),
                Format::Github if tested.differences.is_empty() => {}
                Format::Github => print!("{}", test_annotation(&tested)),
            }
        }
    }
    let rules = || tried.iter().flat_map(|sync| &sync.rules);
    let broken = rules().filter(|rule| rule.counterexample.is_some()).count();
    if format == Format::Human {
        let held = rules().filter(|rule| rule.holds()).count();
        let untried = rules().count() - broken - held;
        println!("{held} rules lead back, {broken} do not, {untried} could not be tried");
    }
    broken
}

/// A rule is a test of its own: it passes where nothing breaks the laws.
fn as_test(sync: &Tried, rule: &RuleTried) -> Tested {
    Tested {
        version: sync.version.clone(),
        name: rule.line,
        place: rule.place,
        differences: rule.counterexample.iter().cloned().collect(),
    }
}

fn said(rule: &RuleTried) -> String {
    let RuleTried {
        place,
        line,
        exact,
        outside,
        inside,
        counterexample,
        unknown,
    } = rule;
    match (counterexample, unknown) {
        (Some(how), _) => format!("FAIL {line} ({place})\n  {how}"),
        (None, Some(why)) => format!("?    {line} ({place})\n  {why}"),
        (None, None) if outside + inside == 0 => {
            format!("?    {line} ({place})\n  no random record went through it")
        }
        (None, None) => {
            let how = if *exact { "as it was" } else { "in its normal form" };
            format!("ok   {line} ({place}): {outside} in and out and in again, {inside} out and in again {how}")
        }
    }
}
