//! Takes the list out of an answer that wraps it.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::Payload;
use super::error::Cause;

/// The field of the answer, digits and order untouched.
pub(super) fn take(json: &[u8], field: &str) -> Result<Payload, Cause> {
    let wrong = |what: String| Cause::Malformed {
        what,
        place: String::from("at its top"),
        cut_off: false,
    };
    let record: HashMap<String, &RawValue> = serde_json::from_slice(json)
        .map_err(|_| wrong(format!("it is no record, but the operation says `items {field}`")))?;
    match record.get(field) {
        Some(value) => Ok(Payload(value.get().as_bytes().to_vec())),
        None => Err(wrong(format!("it has no field `{field}`, which should hold the list"))),
    }
}
