//! What generated connectors and applications call: units, registry, store, queue, adapters.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Page;

pub mod adapter;
pub mod app;
pub mod binder;
pub mod blank;
pub mod builtin;
mod compound;
pub mod connector;
pub mod decode;
pub mod effect;
pub mod encode;
pub mod environment;
mod exact;
pub mod fault;
pub mod fold;
pub mod generated;
mod include;
pub mod json;
pub mod mapper;
pub mod model;
pub mod plan;
pub mod queue;
pub mod registry;
pub mod scan;
pub mod settings;
pub mod shape;
pub mod store;
pub mod sync;
pub mod table;
#[cfg(feature = "testing")]
pub mod testing;
pub mod unit;
pub mod value;

pub use effect::Tx;
pub use fault::Fail;
pub use jiff;
pub use rust_decimal::Decimal;
pub use uuid::Uuid;
