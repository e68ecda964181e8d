//! What generated connectors and applications call: units, registry, store, queue, adapters.

pub mod adapter;
pub mod app;
pub mod binder;
pub mod connector;
pub mod environment;
pub mod mapper;
pub mod model;
pub mod plan;
pub mod queue;
pub mod registry;
pub mod settings;
pub mod shape;
pub mod store;
pub mod sync;
pub mod unit;
pub mod value;
