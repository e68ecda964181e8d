//! `tenon test --coverage`: what no test reaches.

use super::Format;
use serde_json::json;
use tenon_compiler::interpret::coverage::{Kind, Reach};

/// All that is counted, in the order in which it is told.
const KINDS: [Kind; 4] = [Kind::Rule, Kind::Branch, Kind::Row, Kind::Absence];

/// Prints how much is reached, and each line of which something is not.
pub(super) fn print(all: &[Reach], format: Format) {
    match format {
        Format::Human => print!("{}", human(all)),
        Format::Json => print!("{}", for_tools(all)),
        Format::Github => all.iter().filter(|reach| !reach.reached).for_each(|reach| {
            let (file, line) = reach.place.rsplit_once(':').unwrap_or((&reach.place, "1"));
            println!(
                "::notice file={file},line={line},title=coverage::no test reaches {}",
                reach.what
            );
        }),
    }
}

/// Of how many, and how many are reached.
fn counts(all: &[Reach], kind: Kind) -> (usize, usize) {
    let own = || all.iter().filter(|reach| reach.kind == kind);
    (own().filter(|reach| reach.reached).count(), own().count())
}

fn human(all: &[Reach]) -> String {
    let told = KINDS.map(|kind| {
        let (reached, many) = counts(all, kind);
        format!("{} {reached} of {many}", kind.words())
    });
    let mut out = format!("coverage: {}\n", told.join(", "));
    let mut missed: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for reach in all.iter().filter(|reach| !reach.reached) {
        match missed
            .iter_mut()
            .find(|(place, line, _)| *place == reach.place && *line == reach.line)
        {
            Some((_, _, whats)) => whats.push(&reach.what),
            None => missed.push((&reach.place, &reach.line, vec![&reach.what])),
        }
    }
    if !missed.is_empty() {
        out += "\nno test reaches\n";
    }
    for (place, line, mut whats) in missed {
        // A rule that never runs reaches nothing of its line.
        if whats.contains(&"the rule") {
            whats.retain(|what| *what == "the rule");
        }
        let mut told: Vec<String> = Vec::new();
        for what in &whats {
            let count = whats.iter().filter(|other| *other == what).count();
            let times = if count > 1 {
                format!(" ({count} times)")
            } else {
                String::new()
            };
            let words = format!("{what}{times}");
            if !told.contains(&words) {
                told.push(words);
            }
        }
        out += &format!("  {place}  {line}\n    {}\n", told.join(", "));
    }
    out
}

fn for_tools(all: &[Reach]) -> String {
    let totals = KINDS.map(|kind| {
        let (reached, many) = counts(all, kind);
        (kind.word().to_owned(), json!({ "reached": reached, "of": many }))
    });
    let totals: serde_json::Map<_, _> = totals.into_iter().collect();
    let mut out = format!("{}\n", json!({ "coverage": totals }));
    for reach in all {
        let object = json!({
            "kind": reach.kind.word(), "version": reach.version, "place": reach.place, "line": reach.line,
            "what": reach.what, "reached": reach.reached,
        });
        out += &format!("{object}\n");
    }
    out
}
