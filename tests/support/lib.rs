//! (skeleton)

pub mod fake;
pub mod mapper;
