//! Mapping files that are checked again and again, to reports: what a change cannot reach is not checked anew.
//!
//! The first time all is checked. After that a change is checked with its surroundings: files that name a record which the changed ones declare, or
//! declare one which they name, and so on. Models, tables, functions and backends are shared by many files, so they stand beside the surroundings
//! and lead no further, unless they have changed themselves. What was said of all other files still holds.
//!
//! A mistake is worded with regard to everything that is declared (`did you mean ..?`) and hides what follows from it, so as soon as there is one, or was one,
//! all is checked. The same holds for whatever has no bounds in files: versions, and names of procedures that are compared with all others.
//! So the outcome is that of [`analyze_under`] on all files, at every step.

mod neighbors;

use crate::analyze_under;
use crate::project::Project;
use neighbors::{Neighbors, Seen};
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::Source;

/// Files as they were checked last, and what was said of them.
#[derive(Debug, Default)]
pub struct Session {
    sources: Vec<Source>,
    /// Absent as long as nothing was checked, and where there was a mistake.
    neighbors: Option<Neighbors>,
    reports: Vec<Report>,
    checked: usize,
}

impl Session {
    /// One that has checked nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks files: the reports of [`analyze_under`] on all of them, in the same order.
    ///
    /// `project` is taken to be the same each time; begin another session where it is not.
    pub fn check(&mut self, sources: &[Source], project: &Project) -> &[Report] {
        match self.changed(sources) {
            Some(changed) if changed.is_empty() => self.checked = 0,
            Some(changed) if self.check_around(&changed, sources, project) => {}
            Some(_) | None => self.check_all(sources, project),
        }
        &self.reports
    }

    /// How many files the last check has looked into.
    pub fn checked(&self) -> usize {
        self.checked
    }

    /// The files whose text has changed, by position. Absent where files were added, removed or renamed, or nothing is known of them.
    fn changed(&self, sources: &[Source]) -> Option<Vec<usize>> {
        self.neighbors.as_ref()?;
        let is_same_file = |(new, old): (&Source, &Source)| new.id == old.id && new.name == old.name;
        let are_same_files = sources.len() == self.sources.len() && sources.iter().zip(&self.sources).all(is_same_file);
        are_same_files.then(|| {
            let pairs = sources.iter().zip(&self.sources).enumerate();
            let changed = pairs.filter(|(_, (new, old))| new.text != old.text);
            changed.map(|(at, _)| at).collect()
        })
    }

    fn check_all(&mut self, sources: &[Source], project: &Project) {
        self.reports = analyze_under(sources, project).reports;
        self.sources = sources.to_vec();
        self.checked = sources.len();
        let is_right = !self.reports.iter().any(is_error);
        self.neighbors = is_right.then(|| Neighbors::new(sources)).flatten();
    }

    /// Checks changed files with their surroundings. False: that does not suffice, and nothing is kept of it.
    fn check_around(&mut self, changed: &[usize], sources: &[Source], project: &Project) -> bool {
        let Some(neighbors) = self.neighbors.as_mut() else {
            return false;
        };
        let mut seen = Vec::new();
        for at in changed {
            let Some(new) = sources.get(*at).and_then(Seen::of) else {
                return false;
            };
            seen.push((*at, new));
        }
        let Some(around) = neighbors.around(seen) else {
            return false;
        };
        let part: Vec<Source> = around.all().filter_map(|at| sources.get(at)).cloned().collect();
        let said = analyze_under(&part, project).reports;
        if said.iter().chain(&self.reports).any(needs_all) {
            return false;
        }
        let is_settled = |report: &Report| {
            let at = report
                .span()
                .and_then(|span| sources.iter().position(|file| file.id == span.file));
            at.is_some_and(|at| around.is_settled(at))
        };
        self.reports.retain(|report| !is_settled(report));
        self.reports.extend(said.into_iter().filter(is_settled));
        let name = |report: &Report| {
            let file = report
                .span()
                .and_then(|span| sources.iter().find(|file| file.id == span.file));
            file.map(|file| file.name.as_str())
        };
        self.reports
            .sort_by_key(|report| (name(report), report.span().map(|span| span.start), report.code));
        for at in changed {
            if let (Some(kept), Some(new)) = (self.sources.get_mut(*at), sources.get(*at)) {
                kept.clone_from(new);
            }
        }
        self.checked = part.len();
        true
    }
}

/// Whether a report may be another one, or missing, where not all files are there.
fn needs_all(report: &Report) -> bool {
    // W1209 compares with every procedure of a family.
    is_error(report) || report.span().is_none() || report.code == "W1209"
}

fn is_error(report: &Report) -> bool {
    report.severity == Severity::Error
}
