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

use crate::analyze_parsed;
#[cfg(doc)]
use crate::analyze_under;
use crate::project::Project;
use neighbors::{Neighbors, Seen};
use std::collections::{BTreeMap, HashMap};
use tenon_dsl::Parsed;
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::{FileId, Source};

/// Files as they were checked last, and what was said of them.
#[derive(Debug, Default)]
pub struct Session {
    sources: Vec<Source>,
    /// Where each file stands among them.
    positions: HashMap<FileId, usize>,
    /// Absent as long as nothing was checked, and where what was said can only be renewed as a whole.
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
        let parsed: Vec<Parsed> = sources.iter().map(tenon_dsl::parse).collect();
        let seen = sources.iter().zip(&parsed).map(|(source, file)| Seen::of(source, file));
        let neighbors = seen.collect::<Option<Vec<Seen>>>().map(Neighbors::new);
        self.reports = analyze_parsed(parsed, sources, project).reports;
        self.neighbors = neighbors.filter(|_| !self.reports.iter().any(needs_all));
        self.positions = sources.iter().zip(0..).map(|(file, at)| (file.id, at)).collect();
        self.sources = sources.to_vec();
        self.checked = sources.len();
    }

    /// Checks changed files with their surroundings. False: that does not suffice, and all have to be checked.
    fn check_around(&mut self, changed: &[usize], sources: &[Source], project: &Project) -> bool {
        let Some(neighbors) = self.neighbors.as_mut() else {
            return false;
        };
        let (mut read, mut seen) = (BTreeMap::new(), Vec::new());
        for at in changed.iter().copied() {
            let parsed = tenon_dsl::parse(&sources[at]);
            let Some(new) = Seen::of(&sources[at], &parsed) else {
                return false;
            };
            seen.push((at, new));
            read.insert(at, parsed);
        }
        let Some(around) = neighbors.around(seen) else {
            return false;
        };
        let part: Vec<Source> = around.all().map(|at| sources[at].clone()).collect();
        let parsed = around
            .all()
            .map(|at| read.remove(&at).unwrap_or_else(|| tenon_dsl::parse(&sources[at])));
        let said = analyze_parsed(parsed.collect(), &part, project).reports;
        if said.iter().any(needs_all) {
            return false;
        }
        let positions = &self.positions;
        let position = |report: &Report| report.span().and_then(|span| positions.get(&span.file).copied());
        let is_settled = |report: &Report| position(report).is_some_and(|at| around.is_settled(at));
        self.reports.retain(|report| !is_settled(report));
        self.reports.extend(said.into_iter().filter(is_settled));
        let name = |report: &Report| position(report).map(|at| sources[at].name.as_str());
        self.reports
            .sort_by_key(|report| (name(report), report.span().map(|span| span.start), report.code));
        for at in changed.iter().copied() {
            self.sources[at].clone_from(&sources[at]);
        }
        self.checked = part.len();
        true
    }
}

/// Whether a report may be another one, or missing, where not all files are there.
fn needs_all(report: &Report) -> bool {
    // W1209 compares with every procedure of a family.
    report.severity == Severity::Error || report.span().is_none() || report.code == "W1209"
}
