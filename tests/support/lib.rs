//! (skeleton)

pub mod fake;
pub mod recorded;
