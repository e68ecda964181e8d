//! (skeleton)

pub mod fake;
