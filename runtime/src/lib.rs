//! What generated connectors and applications call: units, registry, store, queue, adapters.

pub mod adapter;
pub mod connector;
pub mod mapper;
pub mod model;
pub mod plan;
pub mod queue;
pub mod shape;
pub mod store;
pub mod value;
