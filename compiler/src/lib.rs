//! Syntax trees of Tenon to checked programs, to Rust.

pub mod builtin;
pub mod emit;
pub mod folder;
pub mod generate;
pub mod ir;
pub mod slots;
pub mod walk;
