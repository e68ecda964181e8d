//! The only place where tests call the crates: a change of an API changes this folder alone.

#![expect(clippy::expect_used, clippy::panic, reason = "what fails here is a failed test")]

pub mod author;
pub mod build_cost;
pub mod builtins;
pub mod check_speed;
pub mod codes;
pub mod command;
pub mod compile;
pub mod engines;
pub mod export;
pub mod fake;
pub mod fix;
pub mod format;
pub mod generated;
pub mod infer;
pub mod mapper;
pub mod mapping;
pub mod mutation;
pub mod orders;
pub mod place;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod program;
pub mod recorded;
#[cfg(feature = "postgres")]
pub mod records;
pub mod scan;
pub mod speed;
pub mod state;
#[cfg(feature = "postgres")]
pub mod store;
pub mod sync;
pub mod syntax;

/// Every accepted case as Rust, compiled.
#[expect(
    clippy::too_many_lines,
    reason = "cases of everything at once have mappings with many rules"
)]
pub mod cases {
    include!(concat!(env!("OUT_DIR"), "/cases.rs"));
}

/// Connectors of the tests as Rust, compiled.
#[expect(
    clippy::too_many_lines,
    clippy::module_inception,
    clippy::nonminimal_bool,
    reason = "the examples of all functions are one mapping of a connector `examples`, and some are about constants"
)]
pub mod connectors {
    include!(concat!(env!("OUT_DIR"), "/connectors.rs"));
}

/// The mappings of the measurement against other programs, compiled.
#[expect(
    clippy::module_inception,
    reason = "the mapping of a connector is named after its only file"
)]
pub mod workloads {
    include!(concat!(env!("OUT_DIR"), "/workloads.rs"));
}
