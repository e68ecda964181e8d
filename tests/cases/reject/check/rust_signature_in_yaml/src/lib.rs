//! An effect that forgets the transaction, and a function of a smaller number.

use tenon_runtime::{Fail, value::RecordId};

pub fn confirm(order: RecordId) -> Result<(), Fail> {
    match order {
        _ => Ok(()),
    }
}

pub fn rank(number: &str) -> i32 {
    i32::try_from(number.len()).unwrap_or(i32::MAX)
}
