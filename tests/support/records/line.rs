//! Answers of a store as lines of text.

use tenon_runtime::store::{Bound, Completed, RunCounts};
use tenon_runtime::value::{Stored, StoredRecord};

pub(super) fn completed(done: &Completed) -> String {
    match done {
        Completed::Applied(ids) => {
            let made: String = ids.iter().map(|(write, id)| format!(" {write}={}", id.0)).collect();
            format!("applied{made}")
        }
        Completed::Lost => "lost".to_owned(),
        Completed::Stale(reason) => format!("stale: {reason}"),
        Completed::Refused(reason) => format!("refused: {reason}"),
    }
}

pub(super) fn record_line(record: Option<&StoredRecord>) -> String {
    let Some(record) = record else { return "-".to_owned() };
    let fields: String = record
        .fields
        .iter()
        .map(|(name, value)| format!(" {name}={}", text_of(value)))
        .collect();
    format!("{} v{}{fields}", record.id.0, record.version)
}

fn text_of(value: &Stored) -> String {
    match value {
        Stored::Null => "null".to_owned(),
        Stored::Text(text) | Stored::Json(text) => format!("{text:?}"),
        Stored::Ref(id) => id.0.to_string(),
        Stored::Refs(ids) => format!("{:?}", ids.iter().map(|id| id.0).collect::<Vec<_>>()),
        Stored::Decimal(number) => number.to_string(),
        Stored::Int(number) => number.to_string(),
        Stored::Bool(flag) => flag.to_string(),
        Stored::Date(_)
        | Stored::Time(_)
        | Stored::Duration(_)
        | Stored::DateTime(_)
        | Stored::Uuid(_)
        | Stored::Bytes(_)
        | Stored::New(_) => format!("{value:?}"),
    }
}

pub(super) fn bound_line(bound: &Bound) -> String {
    let mut line = format!("{:?} -> {}", bound.key.0, bound.id.0);
    if let Some(parent) = bound.parent {
        line.push_str(&format!(" below {}", parent.0));
    }
    if let Some(revision) = &bound.revision {
        line.push_str(&format!(" at {revision}"));
    }
    for (name, value) in &bound.fields {
        line.push_str(&format!(" {name}={}", text_of(value)));
    }
    line
}

pub(super) fn keys(found: &[Bound]) -> String {
    found
        .iter()
        .map(|bound| format!("{} -> {}", bound.key, bound.id.0))
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn counts_line(counts: &RunCounts) -> String {
    let parts = [
        ("created", counts.created),
        ("updated", counts.updated),
        ("unchanged", counts.unchanged),
        ("deleted", counts.deleted),
        ("skipped", counts.skipped),
        ("failed", counts.failed),
        ("review", counts.review),
        ("cancelled", counts.cancelled),
        ("joined", counts.joined),
        ("pending", counts.pending),
    ];
    assert_eq!(
        counts.read,
        parts.iter().map(|(_, count)| count).sum::<u64>(),
        "{counts:?} does not add up"
    );
    let some = parts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{name} {count}"));
    let some = some.collect::<Vec<_>>().join(" + ");
    format!(
        "{}: read {} = {some}; dependencies {}, repeats {}",
        counts.external, counts.read, counts.dependencies, counts.repeats
    )
}
