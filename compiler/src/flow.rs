//! What is read: leaves of the sources, by mapping and by rule. In which order lookups must be answered.

mod reads;
mod strata;

pub(crate) use reads::{fill_reads, leaves_of_rule};
pub(crate) use strata::{Lookups, child_strata};
