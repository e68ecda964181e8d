//! Random programs, compiled, and the same for the interpreter.

pub mod author;

use tenon_runtime::registry::Registry;

/// A random program, in both engines.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// What it was made of.
    pub seed: u64,
    /// Its mapping file.
    pub text: &'static str,
    /// Makes its Rust known.
    pub register: fn(&Registry),
}

include!(concat!(env!("OUT_DIR"), "/programs.rs"));
