//! The only place where tests call the crates: a change of an API changes this folder alone.

pub mod fake;
pub mod mapper;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod records;
pub mod scan;
#[cfg(feature = "postgres")]
pub mod store;
pub mod sync;
