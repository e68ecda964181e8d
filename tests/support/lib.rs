//! (skeleton)

pub mod fake;
pub mod mapper;
pub mod scan;
