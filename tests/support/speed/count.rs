//! Counts the statements of a store as they run, by the text they were prepared from.

use std::collections::BTreeMap;
use std::sync::Mutex;

use tenon_runtime::queue::seam::{Listener, Side};

/// How often each statement ran.
#[derive(Debug, Default)]
pub(super) struct Counter {
    counts: Mutex<BTreeMap<(Side, String), u64>>,
}

impl Listener for Counter {
    fn runs(&self, side: Side, statement: &str) {
        let mut counts = self.counts.lock().unwrap();
        match counts.get_mut(&(side, statement.to_owned())) {
            Some(count) => *count += 1,
            None => {
                counts.insert((side, statement.to_owned()), 1);
            }
        }
    }
}

impl Counter {
    /// Forgets what ran so far.
    pub(super) fn forget(&self) {
        self.counts.lock().unwrap().clear();
    }

    /// How often statements of one side ran that name a table.
    pub(super) fn naming(&self, side: Side, table: &str) -> u64 {
        let name = format!("\"{table}\"");
        let counts = self.counts.lock().unwrap();
        let matching = counts
            .iter()
            .filter(|((of, statement), _)| *of == side && statement.contains(&name));
        matching.map(|(_, count)| count).sum()
    }

    /// How often statements of one side ran.
    pub(super) fn all(&self, side: Side) -> u64 {
        let counts = self.counts.lock().unwrap();
        let matching = counts.iter().filter(|((of, _), _)| *of == side);
        matching.map(|(_, count)| count).sum()
    }

    /// The statements that ran most often.
    pub(super) fn most(&self, side: Side, how_many: usize) -> Vec<(u64, String)> {
        let counts = self.counts.lock().unwrap();
        let mut all: Vec<(u64, String)> = counts
            .iter()
            .filter(|((of, _), _)| *of == side)
            .map(|((_, statement), count)| (*count, statement.split_whitespace().collect::<Vec<_>>().join(" ")))
            .collect();
        all.sort_by(|left, right| right.cmp(left));
        all.truncate(how_many);
        all
    }
}
