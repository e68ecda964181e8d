//! A checked program as text for readers: goldens of tests and `tenon show`. Says everything that later stages rely on.

mod connector;
mod expr;
mod mapping;
mod model;

pub use expr::Names;

use crate::ir::mapping::{Mapping, Rule, Source};
use crate::ir::{Connector, Place, Program};
use std::fmt::Write as _;

/// The whole program, without places.
pub fn outline(program: &Program) -> String {
    let mut out = Lines::new(Places::Left);
    for at in 0..program.models.len() {
        model::model(program, at, &mut out);
    }
    for connector in &program.connectors {
        connector::connector(program, connector, &mut out);
    }
    out.text
}

/// The same with the place of each declaration and rule; with a name, only what is called so: a connector (`magento 1.7`,
/// or `magento` for all versions), a model or a record with all that maps it. Nothing where nothing has this name.
pub fn outline_of(program: &Program, name: Option<&str>) -> Option<String> {
    let mut out = Lines::new(Places::Shown);
    let is_wanted = |known: &str| name.is_none_or(|name| name == known);
    for (at, _) in program
        .models
        .iter()
        .enumerate()
        .filter(|(_, model)| is_wanted(&model.name.text))
    {
        model::model(program, at, &mut out);
    }
    for connector in &program.connectors {
        match (
            name,
            is_wanted(&connector.name.text) || is_wanted(&display_name(connector)),
        ) {
            (Some(name), false) => connector::part_of(program, connector, name, &mut out),
            (None, _) | (Some(_), true) => connector::connector(program, connector, &mut out),
        }
    }
    (name.is_none() || !out.text.is_empty()).then_some(out.text)
}

/// A rule with all that it is made of, `let`s and questions to the store included, in the names of another version.
pub fn whole_rule(program: &Program, connector: &Connector, mapping: &Mapping, rule: &Rule, names: &Names) -> String {
    mapping::rule_line(&whole(program, connector, mapping, names), rule)
}

/// The same for where the records of a source come from.
pub fn whole_source(
    program: &Program,
    connector: &Connector,
    mapping: &Mapping,
    source: &Source,
    names: &Names,
) -> String {
    mapping::source_line(&whole(program, connector, mapping, names), source)
}

/// The same for what a mapping does besides its rules: `adopt`, `skip`, `retry`, `check`, `after`.
pub fn whole_rest(program: &Program, connector: &Connector, mapping: &Mapping, names: &Names) -> Vec<String> {
    mapping::rest(&whole(program, connector, mapping, names))
}

/// The name of a target in another version.
pub fn whole_target(program: &Program, connector: &Connector, mapping: &Mapping, at: usize, names: &Names) -> String {
    whole(program, connector, mapping, names).target(&mapping.targets[at])
}

fn whole<'p>(
    program: &'p Program,
    connector: &'p Connector,
    mapping: &'p Mapping,
    names: &'p Names,
) -> expr::Printer<'p> {
    expr::Printer {
        program,
        connector,
        mapping,
        whole: Some(names),
    }
}

/// `magento 1.7`
pub fn display_name(connector: &Connector) -> String {
    titled(&connector.name.text, connector.version.as_deref())
}

/// `magento 1.7`, `magento`
fn titled(family: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("{family} {version}"),
        None => family.to_owned(),
    }
}

/// Whether lines say where they were written.
#[derive(Clone, Copy, Debug)]
enum Places {
    /// `(partner.tenon:62)`
    Shown,
    /// In goldens, which stand beside their file.
    Left,
}

/// Lines, each with its depth.
#[derive(Debug)]
struct Lines {
    text: String,
    places: Places,
}

impl Lines {
    const fn new(places: Places) -> Self {
        Self {
            text: String::new(),
            places,
        }
    }

    fn line(&mut self, depth: usize, line: impl AsRef<str>) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "{}{}", "  ".repeat(depth), line.as_ref().trim_end());
    }

    fn placed(&mut self, depth: usize, line: impl AsRef<str>, place: &Place) {
        let line = line.as_ref();
        match self.places {
            Places::Shown => self.line(depth, format!("{}  ({})", line.trim_end(), place.text())),
            Places::Left => self.line(depth, line),
        }
    }
}

/// Words that are there, in a row.
fn words<const N: usize>(words: [Option<String>; N]) -> String {
    let there: Vec<String> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
    there.join(" ")
}

/// A word, if it holds.
fn flag(holds: bool, word: &str) -> Option<String> {
    holds.then(|| word.to_owned())
}
