//! A checked program as text for readers: goldens of tests, later `tenon show`. Says everything that later stages rely on.

mod connector;
mod expr;
mod mapping;
mod model;

use crate::ir::Program;
use std::fmt::Write as _;

/// The whole program.
pub fn outline(program: &Program) -> String {
    let mut out = Lines::default();
    for at in 0..program.models.len() {
        model::model(program, at, &mut out);
    }
    for connector in &program.connectors {
        connector::connector(program, connector, &mut out);
    }
    out.text
}

/// Lines, each with its depth.
#[derive(Debug, Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn line(&mut self, depth: usize, line: impl AsRef<str>) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "{}{}", "  ".repeat(depth), line.as_ref().trim_end());
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
