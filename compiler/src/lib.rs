//! Syntax trees of Tenon to checked programs, to Rust.

pub mod ir;
