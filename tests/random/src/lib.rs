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

/// Programs that no person wrote: rustc judges them, not the taste of clippy.
#[allow(clippy::all, reason = "random values are compared with themselves, and worse")]
pub mod programs {
    use super::Program;
    include!(concat!(env!("OUT_DIR"), "/programs.rs"));
}

pub use programs::{LINES, PROGRAMS};
