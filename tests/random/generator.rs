//! Random programs: models, records, tables, functions, and mappings of every construct that makes a value out of others.
//!
//! Values are typed while they are made; what the compiler has more to say about (a step that cannot fail, a branch that is never
//! taken) it refuses, and [`settle`](crate::settle) puts the line's plain form in its place.

mod both;
mod choice;
mod export;
mod expr;
mod import;
mod number;
mod scope;
mod version;
mod world;

use fastrand::Rng;
use scope::Scope;
use world::{Ty, World};

/// One line of a program.
#[derive(Clone, Debug)]
pub struct Line {
    /// The file it stands in: one for each version.
    pub file: usize,
    /// As it stands there.
    pub text: String,
    /// What takes its place where it is refused: nothing, or something that cannot be.
    pub plain: Option<String>,
    /// Whether it may be replaced at all.
    pub is_fixed: bool,
}

/// Makes the programs of a seed.
#[derive(Debug)]
pub struct Generator {
    rng: Rng,
    world: World,
    scope: Scope,
    /// The version that is written.
    file: usize,
    /// Whether there is an export to amend.
    sends: bool,
    /// Values with a name in the import of the record itself.
    named: Vec<(String, Ty, bool)>,
    /// Rules that go both ways: their number, what may stand in them, whether what they write must be sent.
    both: Vec<(usize, Vec<String>, bool)>,
    lines: Vec<Line>,
    names: usize,
}

/// The program of a seed, a line each; functions of the author are in this module.
pub fn program(seed: u64, author: &str) -> Vec<Line> {
    let mut rng = Rng::with_seed(seed);
    let world = World::new(&mut rng);
    let mut generator = Generator {
        rng,
        world,
        scope: Scope::default(),
        file: 0,
        sends: false,
        named: Vec::new(),
        both: Vec::new(),
        lines: Vec::new(),
        names: 0,
    };
    generator.declarations(author);
    generator.imports();
    generator.exports();
    generator.outputs();
    generator.both_ways();
    generator.versions();
    generator.lines
}

impl Generator {
    /// A line that must stand as it is.
    fn fixed(&mut self, text: impl Into<String>) {
        self.lines.push(Line {
            file: self.file,
            text: text.into(),
            plain: None,
            is_fixed: true,
        });
    }

    /// A block of lines that must stand as they are.
    fn block(&mut self, head: &str, lines: &[&str]) {
        self.fixed(format!("{head} {{"));
        lines.iter().for_each(|line| self.fixed(format!("  {line}")));
        self.fixed("}");
    }

    /// A line that may go.
    fn line(&mut self, text: impl Into<String>) {
        self.lines.push(Line {
            file: self.file,
            text: text.into(),
            plain: None,
            is_fixed: false,
        });
    }

    /// A line that something plain stands for where it is refused.
    fn line_or(&mut self, text: impl Into<String>, plain: impl Into<String>) {
        self.lines.push(Line {
            file: self.file,
            text: text.into(),
            plain: Some(plain.into()),
            is_fixed: false,
        });
    }

    /// A name that nothing else has.
    fn fresh(&mut self, letter: &str) -> String {
        self.names += 1;
        format!("{letter}{}", self.names)
    }

    fn below(&mut self, end: usize) -> usize {
        self.rng.usize(..end)
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.rng.usize(..all.len())]
    }
}
