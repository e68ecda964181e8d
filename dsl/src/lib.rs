//! Tenon mapping files, text or YAML, to one syntax tree.

pub mod ast;
pub mod report;
pub mod source;
