//! Syntax trees of Tenon to checked programs, to Rust.

pub mod builtin;
pub mod ir;
