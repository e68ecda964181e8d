//! (skeleton)

pub mod command;
pub mod fake;
pub mod recorded;
pub mod state;
