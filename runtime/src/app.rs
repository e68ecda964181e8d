//! The operator's command: what `connectors` and every other connector crate offer on a terminal.

pub mod config;
