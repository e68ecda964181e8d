//! What reports offer, written into the files: only where the files are better for it. A plain function from texts to texts.

use crate::project::Project;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use tenon_dsl::edit::{Edit, Edited, edited};
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::{FileId, Source, Span};

/// What was changed.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The files that changed, with their new text.
    pub files: Vec<Source>,
    /// The changes, in the order in which they were made.
    pub changes: Vec<Change>,
    /// What is still to be said afterwards.
    pub left: Vec<Report>,
}

/// One change; its place is that in the file as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The code of the report that offered it.
    pub code: &'static str,
    /// The name of the file.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What stood there.
    pub old: String,
    /// What stands there now.
    pub new: String,
}

/// Writes what the reports of these files offer, and what is offered afterwards, until nothing more helps.
///
/// An offer is left out where it
/// - changes a place that an earlier one changes in another way: perhaps it comes with the next turn,
/// - does not answer its own report, or leaves its line with a new error that offers nothing,
/// - leaves the files with more mistakes than before when everything that it brings to light is mended, too.
pub fn fix(sources: &[Source], project: &Project, reports: &[Report]) -> Fixed {
    let mut run = Run {
        state: State {
            sources: sources.to_vec(),
            reports: reports.to_vec(),
        },
        project,
        changes: Vec::new(),
        refused: HashSet::new(),
    };
    for _ in 0..MOST_TURNS {
        if !run.turn() {
            break;
        }
    }
    let is_new = |source: &Source| sources.iter().all(|before| before != source);
    Fixed {
        files: run
            .state
            .sources
            .iter()
            .filter(|source| is_new(source))
            .cloned()
            .collect(),
        changes: run.changes,
        left: run.state.reports,
    }
}

/// Turns of one run.
const MOST_TURNS: usize = 50;

/// Turns that one offer may need to be worth its while.
const DEEPEST: usize = 8;

/// The files as they become better.
struct Run<'p> {
    state: State,
    project: &'p Project,
    changes: Vec<Change>,
    /// What helped nothing.
    refused: HashSet<(&'static str, String)>,
}

/// Files and what is said about them.
#[derive(Clone)]
struct State {
    sources: Vec<Source>,
    reports: Vec<Report>,
}

/// Files that are better, and what made them so.
type Better = (State, Vec<Change>);

impl Run<'_> {
    /// Takes what is offered now; whether anything was.
    fn turn(&mut self) -> bool {
        let offers = self.state.offers(&self.refused);
        let all = (offers.len() > 1).then(|| self.outcome(&offers)).flatten();
        let mut refused = HashSet::new();
        let better = all.or_else(|| {
            offers.iter().find_map(|offer| {
                let better = self.outcome(&[*offer]);
                if better.is_none() {
                    refused.insert((offer.code, offer.message.clone()));
                }
                better
            })
        });
        self.refused.extend(refused);
        let Some((state, changes)) = better else {
            return false;
        };
        self.state = state;
        self.changes.extend(changes);
        true
    }

    /// What becomes of the files with these offers and those that follow from them; nothing where that is no better.
    fn outcome(&self, offers: &[&Report]) -> Option<Better> {
        let start = self.state.mistakes();
        let (mut state, mut changes) = self.taken(&self.state, offers)?;
        let mut best = None;
        for _ in 0..DEEPEST {
            if state.mistakes() <= start {
                best = Some((state.clone(), changes.clone()));
            }
            let next = state.offers(&self.refused);
            let Some((after, more)) = self.most(&state, &next) else {
                break;
            };
            state = after;
            changes.extend(more);
        }
        best
    }

    /// All of these offers, or as many as go together.
    fn most(&self, state: &State, offers: &[&Report]) -> Option<Better> {
        if offers.is_empty() {
            return None;
        }
        if let Some(all) = self.taken(state, offers) {
            return Some(all);
        }
        let (mut kept, mut best): (Vec<&Report>, Option<Better>) = (Vec::new(), None);
        for offer in offers {
            kept.push(offer);
            match self.taken(state, &kept) {
                Some(better) => best = Some(better),
                None => {
                    kept.pop();
                }
            }
        }
        best
    }

    /// The files with these offers taken; nothing where one does not answer its report, or spoils its line.
    fn taken(&self, state: &State, offers: &[&Report]) -> Option<Better> {
        let edits: Vec<Edit> = offers.iter().flat_map(|offer| offer.edits.iter().cloned()).collect();
        let all = state.sources.iter().map(|source| edited(source, &edits));
        let all: Vec<Edited> = all.collect::<Option<_>>()?;
        let sources: Vec<Source> = state
            .sources
            .iter()
            .zip(&all)
            .map(|(source, made)| Source::new(source.id, source.name.as_str(), made.text.as_str()))
            .collect();
        let reports = crate::analyze_under(&sources, self.project).reports;
        let after = State { sources, reports };
        after
            .answers(state, offers, &all)
            .then(|| (after, state.changes(offers)))
    }
}

/// How bad it is: what cannot be read counts more than any error, an error more than any warning.
type Mistakes = (usize, usize, usize);

/// What makes two reports of different texts the same.
type Said<'r> = (&'static str, &'r str);

fn said(report: &Report) -> Said<'_> {
    (report.code, &report.message)
}

impl State {
    fn mistakes(&self) -> Mistakes {
        let unread = self.sources.iter().map(|source| tenon_dsl::parse(source).errors.len());
        let is_error = |report: &&Report| report.severity == Severity::Error;
        let errors = self.reports.iter().filter(is_error).count();
        (unread.sum(), errors, self.reports.len() - errors)
    }

    /// The offers that can stand together, in the order of the reports.
    fn offers(&self, refused: &HashSet<(&'static str, String)>) -> Vec<&Report> {
        let mut offers: Vec<&Report> = Vec::new();
        for report in self.reports.iter().filter(|report| !report.edits.is_empty()) {
            let known = || offers.iter().flat_map(|offer| &offer.edits);
            let collides = |edit: &Edit| known().any(|other| other.collides_with(edit));
            let is_open = |edit: &Edit| self.sources.iter().any(|source| source.id == edit.span.file);
            let is_refused = refused.contains(&(report.code, report.message.clone()));
            if !is_refused && report.edits.iter().all(is_open) && !report.edits.iter().any(collides) {
                offers.push(report);
            }
        }
        offers
    }

    /// How often each mistake is said.
    fn counts(&self) -> HashMap<Said<'_>, usize> {
        let mut counts = HashMap::new();
        for report in &self.reports {
            *counts.entry(said(report)).or_default() += 1;
        }
        counts
    }

    /// Whether each of the offers mends what it was offered for, and no line that was touched has an error that it did not have and that offers nothing.
    fn answers(&self, before: &State, offers: &[&Report], made: &[Edited]) -> bool {
        let (was, is) = (before.counts(), self.counts());
        let count =
            |counts: &HashMap<Said<'_>, usize>, report: &Report| counts.get(&said(report)).copied().unwrap_or(0);
        let written = |span: Span| {
            let files = self
                .sources
                .iter()
                .zip(made)
                .filter(move |(source, _)| source.id == span.file);
            files.flat_map(|(source, made)| made.places.iter().map(|place| (source.text.as_str(), place.clone())))
        };
        let touched =
            |span: Span| written(span).any(|(text, place)| line(text, &place).contains(&(span.start as usize)));
        let mended = |span: Span| written(span).any(|(_, place)| place.contains(&(span.start as usize)));
        let is_same = |report: &Report| offers.iter().any(|offer| said(offer) == said(report));
        let unanswered = |report: &Report| is_same(report) && report.span().is_some_and(mended);
        let spoiled = |report: &Report| {
            report.severity == Severity::Error
                && report.edits.is_empty()
                && count(&is, report) > count(&was, report)
                && report.labels.iter().any(|label| touched(label.span))
        };
        !self.reports.iter().any(|report| unanswered(report) || spoiled(report))
    }

    /// What these offers change, in the order of files and places.
    fn changes(&self, offers: &[&Report]) -> Vec<Change> {
        let mut edits: Vec<(&'static str, &Edit)> = Vec::new();
        for (code, edit) in offers
            .iter()
            .flat_map(|offer| offer.edits.iter().map(|edit| (offer.code, edit)))
        {
            if edits.iter().all(|(_, known)| *known != edit) {
                edits.push((code, edit));
            }
        }
        let rank = |file: FileId| self.sources.iter().position(|source| source.id == file);
        edits.sort_by_key(|(_, edit)| (rank(edit.span.file), edit.span.start));
        edits
            .into_iter()
            .filter_map(|(code, edit)| self.change(code, edit))
            .collect()
    }

    fn change(&self, code: &'static str, edit: &Edit) -> Option<Change> {
        let source = self.sources.iter().find(|source| source.id == edit.span.file)?;
        let before = source.text.get(..edit.span.start as usize)?;
        Some(Change {
            code,
            file: source.name.clone(),
            line: source.line(edit.span),
            column: before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1,
            old: edit.old.clone(),
            new: edit.new.clone(),
        })
    }
}

/// The whole lines around a place.
fn line(text: &str, place: &Range<usize>) -> Range<usize> {
    let start = text[..place.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[place.end..]
        .find('\n')
        .map_or(text.len() + 1, |newline| place.end + newline + 1);
    start..end
}
