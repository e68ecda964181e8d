//! The only place where tests call the crates: a change of an API changes this folder alone.

pub mod command;
pub mod fake;
pub mod mapper;
pub mod recorded;
pub mod records;
pub mod scan;
pub mod state;
pub mod sync;
