//! Functions that are not as they are declared.
pub mod names;
