//! Takes the records out of an answer that wraps them, or that is a tree of them.

use std::collections::{BTreeMap, HashMap};

use serde_json::value::RawValue;

use super::Payload;
use super::error::Cause;
use crate::connector::AnswerItems;

/// No tree of records is deeper; the readers of answers refuse deeper ones before.
const DEPTH: usize = 128;

/// The list, digits of its values untouched.
pub(super) fn take(json: &[u8], items: AnswerItems) -> Result<Payload, Cause> {
    match items {
        AnswerItems::Field(field) => field_of(json, field),
        AnswerItems::Nested(field) => flat(json, field),
        AnswerItems::Keys(field) => keys(json, field),
    }
}

fn field_of(json: &[u8], field: &str) -> Result<Payload, Cause> {
    let record: HashMap<String, &RawValue> = serde_json::from_slice(json)
        .map_err(|_| wrong(format!("it is no record, but the operation says `items {field}`")))?;
    match record.get(field) {
        Some(value) => Ok(Payload(value.get().as_bytes().to_vec())),
        None => Err(wrong(format!("it has no field `{field}`, which should hold the list"))),
    }
}

/// All records of a tree as one list, those above before those below them, each without those below it.
fn flat(json: &[u8], field: &str) -> Result<Payload, Cause> {
    let tree: &RawValue = serde_json::from_slice(json)
        .map_err(|_| wrong(format!("it is no tree, but the operation says `items nested {field}`")))?;
    let mut list = Vec::with_capacity(json.len());
    list.push(b'[');
    add(tree, field, DEPTH, &mut list)?;
    if list.len() > 1 {
        list.pop();
    }
    list.push(b']');
    Ok(Payload(list))
}

/// Adds a record or a list of records, and those below; each is followed by a comma.
fn add(tree: &RawValue, field: &str, depth: usize, list: &mut Vec<u8>) -> Result<(), Cause> {
    let text = tree.get();
    let Some(depth) = depth.checked_sub(1) else {
        return Err(wrong(format!("its `{field}` are nested deeper than {DEPTH} times")));
    };
    if let Ok(records) = serde_json::from_str::<Vec<&RawValue>>(text) {
        return records
            .into_iter()
            .try_for_each(|record| add(record, field, depth, list));
    }
    let record: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).map_err(|_| wrong(format!("what it holds in `{field}` is no record")))?;
    let shown = record.iter().filter(|(name, _)| *name != field);
    list.push(b'{');
    for (position, (name, value)) in shown.enumerate() {
        if position > 0 {
            list.push(b',');
        }
        let name = serde_json::to_string(name).map_err(|error| wrong(error.to_string()))?;
        list.extend([name.as_bytes(), b":", value.get().as_bytes()].concat());
    }
    list.extend(b"},");
    match record.get(field) {
        Some(below) if !is_nothing(below) => add(below, field, depth, list),
        Some(_) | None => Ok(()),
    }
}

/// The list of the keys of the elements. An element without one stays as it is: it is told as one that cannot be read.
fn keys(json: &[u8], field: &str) -> Result<Payload, Cause> {
    let listed: &RawValue = serde_json::from_slice(json)
        .map_err(|_| wrong(format!("it is no list, but the operation says `items keys {field}`")))?;
    if is_nothing(listed) {
        return Ok(Payload(json.to_vec()));
    }
    let elements: Vec<&RawValue> = serde_json::from_str(listed.get())
        .map_err(|_| wrong(format!("it is no list, but the operation says `items keys {field}`")))?;
    let key = |element: &&RawValue| -> String {
        let record: Option<HashMap<String, &RawValue>> = serde_json::from_str(element.get()).ok();
        let key = record.and_then(|record| record.get(field).copied());
        key.unwrap_or(element).get().to_owned()
    };
    let keys: Vec<String> = elements.iter().map(key).collect();
    Ok(Payload(format!("[{}]", keys.join(",")).into_bytes()))
}

/// What systems say instead of an empty list.
fn is_nothing(listed: &RawValue) -> bool {
    matches!(listed.get(), "null" | "false" | "\"\"" | "{}")
}

fn wrong(what: String) -> Cause {
    Cause::Malformed {
        what,
        place: String::from("at its top"),
        cut_off: false,
    }
}
