//! The only place where tests call the crates: a change of an API changes this folder alone.

pub mod author;
pub mod fake;
pub mod generated;
pub mod mapper;
pub mod records;
pub mod scan;

/// Every accepted case as Rust, compiled.
pub mod cases {
    include!(concat!(env!("OUT_DIR"), "/cases.rs"));
}
