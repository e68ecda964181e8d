//! Random programs, compiled, and the same for the interpreter.

pub mod author;

use tenon_runtime::registry::Registry;

/// A random program, in both engines.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// What it was made of.
    pub seed: u64,
    /// Its mapping files, one for each version: name and text.
    pub files: &'static [(&'static str, &'static str)],
    /// Makes its Rust known.
    pub register: fn(&Registry),
}

impl Program {
    /// All of its files.
    pub fn text(&self) -> String {
        let files = self.files.iter().map(|(name, text)| format!("# {name}\n{text}"));
        files.collect()
    }
}

/// Programs that no person wrote: rustc judges them, not the taste of clippy.
#[allow(clippy::all, reason = "random values are compared with themselves, and worse")]
pub mod programs {
    use super::Program;
    include!(concat!(env!("OUT_DIR"), "/programs.rs"));
}

pub use programs::{LEFT_OUT, LINES, PROGRAMS};
