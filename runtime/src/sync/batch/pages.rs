//! What was found, a page at a time: jobs are made when their page is asked for, and let go of when it is stored.

use std::ops::Range;

use serde_json::value::RawValue;

use super::{Found, Named};
use crate::connector::ExternalType;
use crate::plan::{CursorWrite, Plan, RunEntry};
use crate::queue::NewJob;
use crate::sync::End;
use crate::sync::identity::{compare, later};
use crate::sync::payload::{ImportRecord, import_job};

/// Jobs of one page: their records are in memory twice while it is stored.
const PAGE: usize = 250;

/// A list on its way to jobs.
pub(super) struct Pages {
    pub(super) external: &'static ExternalType,
    pub(super) instance: String,
    pub(super) priority: i16,
    pub(super) run: Option<i64>,
    /// The whole list as sent.
    pub(super) list: Vec<u8>,
    /// What it holds, each key once.
    pub(super) found: Vec<Found>,
    /// Where the cursor may go once a page is stored, by page.
    pub(super) cursors: Vec<Option<String>>,
    /// How many pages were made.
    pub(super) made: usize,
}

impl Iterator for Pages {
    type Item = Result<Plan, End>;

    fn next(&mut self) -> Option<Self::Item> {
        let page = self.made;
        let range = range_of(page, self.found.len())?;
        self.made += 1;
        Some(self.page(page, range))
    }
}

impl Pages {
    fn page(&self, page: usize, range: Range<usize>) -> Result<Plan, End> {
        let mut plan = Plan::default();
        for (job, found) in (0..).zip(self.found.get(range).unwrap_or_default()) {
            plan.jobs.push(self.job_of(found)?);
            plan.entries.extend(self.run.map(|run| RunEntry {
                run,
                external: self.external.name.to_owned(),
                key: found.key.clone(),
                outcome: None,
                dependency: false,
                job: Some(job),
            }));
        }
        let cursor = self.cursors.get(page).cloned().flatten();
        plan.cursors.extend(cursor.map(|value| CursorWrite {
            instance: self.instance.clone(),
            external: self.external.name.to_owned(),
            partition: String::new(),
            value,
        }));
        Ok(plan)
    }

    fn job_of(&self, found: &Found) -> Result<NewJob, End> {
        let external = self.external;
        let unwritable = |error: serde_json::Error| End::data(format!("{} {}: {error}", external.name, found.key));
        let sent = found.record.clone().and_then(|range| self.list.get(range));
        let record: Option<Box<RawValue>> = sent.map(serde_json::from_slice).transpose().map_err(unwritable)?;
        let record = ImportRecord {
            record,
            revision: found.revision.clone(),
            ..ImportRecord::by_key(external.name, found.key.clone())
        };
        let mut job = import_job(external, &self.instance, &record, self.priority, self.run).map_err(unwritable)?;
        if found.named == Named::ByPosition {
            // Two records without a key are two records, whatever their positions were.
            job.identity = None;
        }
        Ok(job)
    }
}

fn range_of(page: usize, found: usize) -> Option<Range<usize>> {
    let start = page * PAGE;
    (start < found).then(|| start..found.min(start + PAGE))
}

/// Where the cursor may go after each page: to the latest time of change so far, where all that is still to be stored is known to
/// have changed later than that; never back behind where it stands.
pub(super) fn cursors(found: &[Found], stored: Option<&str>) -> Vec<Option<String>> {
    let pages = || found.chunks(PAGE);
    let mut to_come = Vec::new();
    let mut rest = Rest::Nothing;
    for page in pages().rev() {
        to_come.push(rest);
        rest = page
            .iter()
            .fold(rest, |rest, found| rest.and(found.revision.as_deref()));
    }
    let mut latest: Option<String> = None;
    pages()
        .zip(to_come.into_iter().rev())
        .map(|(page, rest)| {
            latest = page
                .iter()
                .fold(latest.take(), |latest, found| later(latest, found.revision.clone()));
            let moves_on = |time: &String| stored.is_none_or(|stored| compare(time, stored).is_gt());
            latest.clone().filter(|time| rest.is_after(time) && moves_on(time))
        })
        .collect()
}

/// What is known of the records that are still to be stored.
#[derive(Clone, Copy)]
enum Rest<'f> {
    Nothing,
    /// The earliest of their times of change.
    From(&'f str),
    /// One of them does not say when it changed.
    Unknown,
}

impl<'f> Rest<'f> {
    fn and(self, time: Option<&'f str>) -> Self {
        match (self, time) {
            (Self::Unknown, _) | (_, None) => Self::Unknown,
            (Self::Nothing, Some(time)) => Self::From(time),
            (Self::From(earliest), Some(time)) if compare(time, earliest).is_lt() => Self::From(time),
            (Self::From(earliest), Some(_)) => Self::From(earliest),
        }
    }

    fn is_after(self, time: &str) -> bool {
        match self {
            Self::Nothing => true,
            Self::From(earliest) => compare(time, earliest).is_lt(),
            Self::Unknown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Named, PAGE, cursors};
    use crate::value::Key;

    fn found(times: impl Iterator<Item = usize>) -> Vec<Found> {
        let one = |time: usize| Found {
            key: Key(time.to_string()),
            revision: Some(time.to_string()),
            record: None,
            named: Named::ByKey,
        };
        times.map(one).collect()
    }

    fn texts(cursors: &[Option<String>]) -> Vec<&str> {
        cursors.iter().map(|cursor| cursor.as_deref().unwrap_or("-")).collect()
    }

    #[test]
    fn the_cursor_follows_a_sorted_list_page_by_page_and_stays_where_it_is_further() {
        let found = found(1..=2 * PAGE + 1);
        let (first, second, third) = (PAGE.to_string(), (2 * PAGE).to_string(), (2 * PAGE + 1).to_string());
        assert_eq!(texts(&cursors(&found, None)), [&*first, &*second, &*third]);
        assert_eq!(texts(&cursors(&found, Some(&second))), ["-", "-", &*third]);
    }

    #[test]
    fn the_cursor_of_an_unsorted_list_waits_for_its_earliest_record() {
        let mut found = found(1..=3 * PAGE);
        found.reverse();
        let last = (3 * PAGE).to_string();
        assert_eq!(texts(&cursors(&found, None)), ["-", "-", &*last]);
    }

    #[test]
    fn records_of_the_same_moment_on_two_pages_hold_the_cursor_back() {
        let times = (1..=PAGE).chain(PAGE..=PAGE + 5);
        let last = (PAGE + 5).to_string();
        assert_eq!(texts(&cursors(&found(times), None)), ["-", &*last]);
    }

    #[test]
    fn a_record_that_does_not_say_when_it_changed_holds_the_cursor_back() {
        let mut found = found(1..=2 * PAGE);
        found[PAGE].revision = None;
        let last = (2 * PAGE).to_string();
        assert_eq!(texts(&cursors(&found, None)), ["-", &*last]);
    }

    #[test]
    fn what_has_no_time_of_change_moves_no_cursor() {
        let mut found = found(1..=PAGE + 1);
        found.iter_mut().for_each(|found| found.revision = None);
        assert_eq!(texts(&cursors(&found, None)), ["-", "-"]);
    }
}
