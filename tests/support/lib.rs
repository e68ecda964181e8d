//! (skeleton)

pub mod fake;
pub mod sync;
