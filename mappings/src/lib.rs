//! (skeleton)

pub mod demo;
