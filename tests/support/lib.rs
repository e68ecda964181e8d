//! The only place where tests call the crates: a change of an API changes this folder alone.

#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "postgres")]
pub mod store;
