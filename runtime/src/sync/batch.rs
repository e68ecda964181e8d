//! Batch import: asks the other side for a list and makes one job per record, a page of jobs at a time. Cursor, jobs and counters
//! of a page move together.
//!
//! An element that cannot be read becomes a job too, under its position: it fails with the reason, keeps what was sent, and can be
//! edited and run again. So the cursor never passes a record that nothing holds.

mod pages;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use async_trait::async_trait;

use crate::adapter::Argument;
use crate::connector::{ExternalType, Operation};
use crate::environment::Environment;
use crate::mapper::{Batch, Mapper};
use crate::scan::elements;
use crate::shape::Wire;
use crate::sync::identity::{bare_key, compare, identify, loose_key, since_argument};
use crate::sync::payload::{ImportBatch, ImportRecord, Since, priority_of};
use crate::sync::{BatchImporter, End, Listed, fetch};
use crate::value::Key;
use pages::Pages;

/// Lists records with the `list` operation of their type, from the cursor of the type on.
#[derive(Clone, Copy, Debug)]
pub struct ListImporter {
    external: &'static ExternalType,
    batch: Option<&'static Batch>,
}

impl ListImporter {
    /// For the records of this mapping.
    pub fn new(mapper: &'static dyn Mapper) -> Self {
        let info = mapper.info();
        Self::of(info.external, info.batch)
    }

    /// For records of this type, polled as a `batch` line says.
    pub fn of(external: &'static ExternalType, batch: Option<&'static Batch>) -> Self {
        Self { external, batch }
    }
}

#[async_trait]
impl BatchImporter for ListImporter {
    fn external(&self) -> &'static ExternalType {
        self.external
    }

    async fn plan(&self, env: &Environment, batch: &ImportBatch, run: Option<i64>) -> Result<Listed, End> {
        let external = self.external;
        let operation = fetch::operation(env, external, "list")?;
        let stored = env.store.cursor(&env.instance.name, external.name, "").await;
        let stored = stored.map_err(|error| End::from(&error))?;
        let overlap = self.batch.map_or(0, |batch| batch.overlap_ms);
        let args = arguments(
            env,
            external,
            operation,
            from_where(&batch.since, stored.as_deref(), overlap),
        )?;
        let bytes = fetch::call(env, external, operation, args).await?;
        let found = found(external, env.instance.connector.wire, &bytes)?;
        let (found, message) = counted(external, found);
        let cursors = match leaves_no_gap(&batch.since, stored.as_deref()) {
            true => pages::cursors(&found, stored.as_deref()),
            false => Vec::new(),
        };
        let pages = Pages {
            external,
            instance: env.instance.name.clone(),
            priority: priority_of(self.batch),
            run,
            list: bytes,
            found,
            cursors,
            made: 0,
        };
        Ok(Listed {
            pages: Box::new(pages),
            message,
        })
    }
}

/// Time and overlap to list from; absent: all.
fn from_where<'c>(since: &'c Since, cursor: Option<&'c str>, overlap_ms: u64) -> Option<(&'c str, u64)> {
    match since {
        Since::Cursor => cursor.map(|cursor| (cursor, overlap_ms)),
        Since::Time(time) => Some((time, 0)),
        Since::Start => None,
    }
}

/// Whether all that changed up to the end of this list has been listed: a list that begins after the cursor leaves out what lies between.
fn leaves_no_gap(since: &Since, cursor: Option<&str>) -> bool {
    match since {
        Since::Cursor | Since::Start => true,
        Since::Time(time) => cursor.is_some_and(|cursor| compare(time, cursor).is_le()),
    }
}

fn arguments(
    env: &Environment,
    external: &'static ExternalType,
    operation: &'static Operation,
    since: Option<(&str, u64)>,
) -> Result<Vec<Argument>, End> {
    let argument = match since {
        Some((time, overlap)) => {
            since_argument(external, env.instance.connector.wire, time, overlap).map_err(End::data)?
        }
        None => Argument::Absent,
    };
    let one = |param: &&str| {
        if *param == "since" {
            argument.clone()
        } else {
            Argument::Absent
        }
    };
    Ok(operation.params.iter().map(one).collect())
}

/// One element of a list.
struct Found {
    key: Key,
    revision: Option<String>,
    /// Where it stands in the list; absent: only the key was sent.
    record: Option<Range<usize>>,
    named: Named,
}

/// What the key of an element is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    /// As sent.
    ByKey,
    /// The position in the list, because the key cannot be read.
    ByPosition,
}

fn found(external: &'static ExternalType, wire: Wire, bytes: &[u8]) -> Result<Vec<Found>, End> {
    if is_empty_list(wire, bytes) {
        return Ok(Vec::new());
    }
    let ranges: Vec<Range<usize>> = elements(bytes).map_err(|error| End::Failed {
        kind: "malformed".to_owned(),
        reason: format!("the list of {} cannot be read: {error}", external.name),
    })?;
    let one = |(position, range): (usize, Range<usize>)| {
        let element = bytes.get(range.clone())?;
        Some(one(external, position, element, range))
    };
    Ok(ranges.into_iter().enumerate().filter_map(one).collect())
}

/// PHP writes an empty list in several ways.
pub(crate) fn is_empty_list(wire: Wire, bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii();
    text == b"null" || (wire == Wire::Php && matches!(text, b"false" | b"\"\"" | b"{}"))
}

fn one(external: &'static ExternalType, position: usize, element: &[u8], range: Range<usize>) -> Found {
    let by_position = || Found {
        key: ImportRecord::position_key(position),
        revision: None,
        record: Some(range.clone()),
        named: Named::ByPosition,
    };
    let by_key = |key, revision, record| Found {
        key,
        revision,
        record,
        named: Named::ByKey,
    };
    if element.first() != Some(&b'{') {
        return bare_key(external, element).map_or_else(by_position, |key| by_key(key, None, None));
    }
    match identify(external, element) {
        Ok(identity) => by_key(identity.key, identity.revision, Some(range.clone())),
        // Only the time of change cannot be read: the record keeps its key, and fails under it.
        Err(_) => loose_key(external, element).map_or_else(by_position, |key| by_key(key, None, Some(range.clone()))),
    }
}

/// Each key once, and what was found in words.
fn counted(external: &'static ExternalType, found: Vec<Found>) -> (Vec<Found>, String) {
    let total = found.len();
    let unreadable = found.iter().filter(|found| found.named == Named::ByPosition).count();
    let kept = once(found);
    let repeated = total - kept.len();
    let mut message = format!("{total} {} listed", external.name);
    for (count, what) in [(repeated, "listed twice"), (unreadable, "without a readable key")] {
        if count > 0 {
            // Writing to a text cannot fail.
            let _ = write!(message, ", {count} {what}");
        }
    }
    (kept, message)
}

/// Each key once, in the order listed; of several records with one key the latest stays.
fn once(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    for found in found {
        match places.get(&found.key).and_then(|place| kept.get_mut(*place)) {
            Some(known) if is_older(&found, known) => {}
            Some(known) => *known = found,
            None => {
                places.insert(found.key.clone(), kept.len());
                kept.push(found);
            }
        }
    }
    kept
}

fn is_older(found: &Found, known: &Found) -> bool {
    match (&found.revision, &known.revision) {
        (Some(found), Some(known)) => compare(found, known).is_lt(),
        (None, Some(_)) => true,
        (Some(_) | None, None) => false,
    }
}
