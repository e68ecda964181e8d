//! The only place where tests call the crates: a change of an API changes this folder alone.

pub mod fake;
pub mod mapper;
pub mod records;
pub mod scan;
pub mod sync;
