//! (skeleton)
pub mod syntax;
