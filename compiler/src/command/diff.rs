//! `tenon diff`: what differs between two versions of a connector.

use super::{Ended, Output};
use clap::Args;
use std::path::PathBuf;
use tenon_compiler::diff::{Change, diff};
use tenon_compiler::folder::{self, FolderError};
use tenon_compiler::ir::outline::display_name;
use tenon_compiler::ir::{Connector, Place};

/// Arguments of `tenon diff`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenon diff magento 1.7 2.0\n  tenon diff \"magento 1.7\" \"acme_shop\" --json")]
pub(crate) struct Diff {
    /// Two connectors (`"magento 1.7" "magento 2.0"`), or a family and two of its versions (`magento 1.7 2.0`)
    #[arg(num_args = 2..=3, required = true, value_name = "CONNECTOR")]
    names: Vec<String>,
    /// The folder of mapping files, or one file
    #[arg(long = "in", value_name = "PATH", default_value_os_t = folder::usual())]
    path: PathBuf,
    /// One JSON object, for tools
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    output: Output,
}

/// Prints what differs.
pub(crate) fn run(arguments: &Diff) -> Result<Ended, FolderError> {
    let found = folder::read(&arguments.path)?;
    let checked = found.analyze();
    let ended = arguments.output.complain(&checked.reports, &found);
    let Some(program) = &checked.program else {
        return Ok(ended);
    };
    let titles = match &arguments.names[..] {
        [family, before, after] => [format!("{family} {before}"), format!("{family} {after}")],
        [before, after] => [before.clone(), after.clone()],
        _ => return Ok(Ended::Refused),
    };
    let find = |title: &String| program.connectors.iter().find(|one| display_name(one) == *title);
    let (before, after) = match (find(&titles[0]), find(&titles[1])) {
        (Some(before), Some(after)) => (before, after),
        (None, _) => return Ok(unknown(&titles[0], &program.connectors)),
        (Some(_), None) => return Ok(unknown(&titles[1], &program.connectors)),
    };
    let made = diff(program, before, after);
    match arguments.json {
        true => println!("{}", json(&made)),
        false => print!("{}", text(&made)),
    }
    Ok(ended)
}

fn unknown(title: &str, connectors: &[Connector]) -> Ended {
    let known: Vec<String> = connectors.iter().map(display_name).collect();
    eprintln!(
        "tenon: no connector is called `{title}`; there are: {}",
        known.join(", ")
    );
    Ended::Refused
}

fn class(change: &Change) -> &'static str {
    change.class.map_or("-", |class| class.word())
}

fn text(diff: &tenon_compiler::diff::Diff) -> String {
    let count = |word: &str| diff.changes.iter().filter(|change| class(change) == word).count();
    let mut text = format!(
        "{} -> {}: {} breaking, {} value-changing, {} wire-only\n",
        diff.from,
        diff.to,
        count("breaking"),
        count("value-changing"),
        count("wire-only")
    );
    let mut of = "";
    for change in &diff.changes {
        if change.of != of {
            of = &change.of;
            text.push_str(&format!("\n{of}\n"));
        }
        let (class, how) = (class(change), change.how.word());
        let line = format!("  {class:<14}  {how:<10}  {}", change.name);
        let why = if change.why.is_empty() {
            String::new()
        } else {
            format!(": {}", change.why)
        };
        text.push_str(&format!("{line}{why}{}\n", places(change)));
    }
    text
}

fn places(change: &Change) -> String {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) if before.text() == after.text() => format!("  ({})", before.text()),
        (Some(before), Some(after)) => format!("  ({} -> {})", before.text(), after.text()),
        (Some(one), None) | (None, Some(one)) => format!("  ({})", one.text()),
        (None, None) => String::new(),
    }
}

fn json(diff: &tenon_compiler::diff::Diff) -> serde_json::Value {
    let place = |place: &Option<Place>| place.as_ref().map(|place| place.text().to_string());
    let change = |change: &Change| {
        serde_json::json!({
            "of": change.of,
            "name": change.name,
            "how": change.how.word(),
            "class": change.class.map(|class| class.word()),
            "why": change.why,
            "before": place(&change.before),
            "after": place(&change.after),
        })
    };
    let changes: Vec<serde_json::Value> = diff.changes.iter().map(change).collect();
    serde_json::json!({ "from": diff.from, "to": diff.to, "changes": changes })
}
