//! The ready connectors, all written as mapping files: `connectors/` becomes the module `connectors`, which `register_all` makes known.

pub mod application;
pub mod demo;
pub mod demo_run;
pub mod magento;

tenon_runtime::include_connectors!();

pub use connectors::register_all;
