//! Every mistake that resolving and checking can find, in the author's words: one function per mistake, one file per first two digits.
//!
//! A function takes places and words and makes the report. Nothing here decides whether something is a mistake.

pub(crate) mod absence;
pub(crate) mod adapter;
pub(crate) mod completeness;
pub(crate) mod data;
pub(crate) mod dropped;
pub(crate) mod failure;
pub(crate) mod join;
pub(crate) mod lookup;
pub(crate) mod loss;
pub(crate) mod name;
pub(crate) mod output;
pub(crate) mod rust;
pub(crate) mod sending;
pub(crate) mod stored_type;
pub(crate) mod testing;
pub(crate) mod two_way;
pub(crate) mod typing;
pub(crate) mod unbuilt;
pub(crate) mod version;
pub(crate) mod wire;
pub(crate) mod yaml;

use crate::cause::{Uses, settle, show_declarations};
use crate::place::Places;
use crate::resolve::Changes;
use std::collections::HashMap;
use tenon_dsl::ast::Document;
use tenon_dsl::edit::Edit;
use tenon_dsl::report::{Label, Report, Severity};
use tenon_dsl::source::Span;

/// The reports of one run.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    list: Vec<Report>,
    /// Reports by code and place.
    places: HashMap<(&'static str, Option<Span>), usize>,
    /// Reports about unknown names by what they say, and of names that a mapping gives itself by the mapping.
    names: HashMap<(String, Option<Span>), usize>,
    /// The mapping that is being checked.
    pub(crate) mapping: Option<Span>,
    /// The mapping of each report.
    mappings: Vec<Option<Span>>,
    /// Declarations of what is named in values.
    pub(crate) uses: Uses,
}

impl Reports {
    /// Adds one. What an inherited line does wrong in several versions is one mistake, and so is one unknown name used in several places.
    pub(crate) fn push(&mut self, report: Report) {
        let at_place = (report.code, report.span());
        let of_name = is_name(report.code).then(|| {
            let mapping = self.mapping.filter(|_| report.code == "E0104");
            (report.message.clone(), mapping)
        });
        let known = self.places.get(&at_place);
        let known = known.or_else(|| self.names.get(of_name.as_ref()?)).copied();
        match known.and_then(|at| self.list.get_mut(at)) {
            None => {
                self.places.insert(at_place, self.list.len());
                self.names.extend(of_name.map(|message| (message, self.list.len())));
                self.list.push(report);
                self.mappings.push(self.mapping);
            }
            // What is dropped is one mistake, however many lines still read it.
            Some(first) if report.code == "E0803" => {
                let others = report.labels.into_iter().filter(|label| !label.primary);
                let new: Vec<Label> = others
                    .filter(|label| first.labels.iter().all(|known| known.span != label.span))
                    .collect();
                let room = MOST_PLACES.saturating_sub(first.labels.len());
                first.labels.extend(new.into_iter().take(room));
            }
            Some(first) => {
                join_edits(first, &report.edits);
                for again in report
                    .labels
                    .iter()
                    .filter(|label| label.primary || label.text == AGAIN)
                {
                    let is_new = first.labels.iter().all(|label| label.span != again.span);
                    if is_new && first.labels.len() < MOST_SLIPS {
                        first.labels.push(Label {
                            span: again.span,
                            text: AGAIN.to_owned(),
                            primary: false,
                        });
                    }
                }
            }
        }
    }

    /// Takes over what was said about one version. A report about an inherited line also points to what the version changes there.
    pub(crate) fn take(&mut self, of_version: Reports, changes: &Changes<'_>, places: &Places<'_>, title: &str) {
        self.uses.extend(of_version.uses);
        for (report, mapping) in of_version.list.into_iter().zip(of_version.mappings) {
            self.mapping = mapping;
            let mut report = dropped::still_named(report, changes);
            if let Some(span) = report.span().filter(|span| !changes.is_own(*span)) {
                let place = places.place(span);
                let words = report.labels.iter().map(|label| label.text.as_str());
                let words: Vec<&str> = words.chain([place.line(), &report.message]).flat_map(split).collect();
                let cause = changes.cause(&words).filter(|_| report.code != "E0803");
                let is_new = |cause: &Span| report.labels.iter().all(|label| label.span != *cause);
                if let Some(span) = cause.filter(is_new) {
                    let text = format!("changed by {title}");
                    report.labels.push(Label {
                        span,
                        text,
                        primary: false,
                    });
                }
            }
            if !self.is_inherited(&report, changes) {
                self.push(report);
            }
        }
    }

    /// Whether a report about a whole mapping was made for a version above already: each amendment of the mapping would repeat it.
    fn is_inherited(&self, report: &Report, changes: &Changes<'_>) -> bool {
        let said = |report: &Report| report.labels.first().map(|label| label.text.clone());
        let above = |span: Span| changes.depth(span) > 0 && !changes.is_own(span);
        matches!(report.code, "E0602" | "W0603" | "E1203")
            && report.span().is_some_and(|span| changes.is_own(span))
            && self.list.iter().any(|first| {
                first.code == report.code
                    && first.message == report.message
                    && said(first) == said(report)
                    && first.span().is_some_and(above)
            })
    }

    /// How many errors there are.
    pub(crate) fn errors(&self) -> usize {
        let errors = self.list.iter().filter(|report| report.severity == Severity::Error);
        errors.count()
    }

    /// How many were said.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// How many errors were said when so many reports were there already.
    pub(crate) fn errors_since(&self, before: usize) -> usize {
        let since = self.list.iter().skip(before);
        since.filter(|report| report.severity == Severity::Error).count()
    }

    /// Whether there is one of this code.
    pub(crate) fn has(&self, code: &str) -> bool {
        self.list.iter().any(|report| report.code == code)
    }

    /// Whether there is an error among them.
    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(|report| report.severity == Severity::Error)
    }

    /// Whether an error points into a place.
    pub(crate) fn has_error_in(&self, place: Span) -> bool {
        let points_into = |span: Span| span.file == place.file && place.start <= span.start && span.end <= place.end;
        let mut errors = self.list.iter().filter(|report| report.severity == Severity::Error);
        errors.any(|report| report.labels.iter().any(|label| points_into(label.span)))
    }

    /// All of them, in the order in which they were said.
    pub(crate) fn into_list(self) -> Vec<Report> {
        self.list
    }

    /// All of them with the declarations behind them, by file name and place.
    pub(crate) fn into_sorted(mut self, documents: &[Document], places: &Places<'_>) -> Vec<Report> {
        for report in &mut self.list {
            self.uses.show(report, places);
        }
        show_declarations(&mut self.list, documents, &self.uses, places);
        settle(&mut self.list, documents, &self.uses, places);
        self.list = self.list.into_iter().flat_map(one_for_each_slip).collect();
        self.list
            .sort_by_key(|report| (report.span().map(|span| places.rank(span)), report.code));
        self.list
    }
}

/// One report for two takes the changes of both, unless the second one sees another way or none.
fn join_edits(first: &mut Report, others: &[Edit]) {
    let other_way = |edit: &Edit| first.edits.iter().any(|known| known.collides_with(edit));
    if others.is_empty() || others.iter().any(other_way) {
        first.edits.clear();
    } else if !first.edits.is_empty() {
        let new = others.iter().filter(|edit| !first.edits.contains(edit));
        let new: Vec<Edit> = new.cloned().collect();
        first.edits.extend(new);
    }
}

/// The words of a line.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

/// The words at the second place of a name, and at further ones.
const AGAIN: &str = "and here";

/// A name that is nowhere declared is one mistake. Where a similar one is, each place is a slip of its own.
fn one_for_each_slip(mut report: Report) -> Vec<Report> {
    let is_declared = report.labels.iter().skip(1).any(|label| label.text != AGAIN);
    if is_declared || !is_name(report.code) || !name::suggests(&report) {
        let mut places = 1;
        report.labels.retain(|label| {
            places += usize::from(label.text == AGAIN);
            label.text != AGAIN || places <= MOST_PLACES
        });
        return vec![report];
    }
    let text = report
        .labels
        .first()
        .map(|label| label.text.clone())
        .unwrap_or_default();
    let slips = std::mem::take(&mut report.labels).into_iter().map(|label| Report {
        edits: report
            .edits
            .iter()
            .filter(|edit| edit.span == label.span)
            .cloned()
            .collect(),
        labels: vec![Label {
            text: text.clone(),
            primary: true,
            ..label
        }],
        ..report.clone()
    });
    slips.collect()
}

/// Places that one report points at.
const MOST_PLACES: usize = 4;

/// Places of one name that are remembered.
const MOST_SLIPS: usize = 200;

/// Codes that say that a name is not declared.
fn is_name(code: &str) -> bool {
    matches!(code, "E0101" | "E0102" | "E0103" | "E0104" | "E0106")
}

/// Adds a help where there is one.
trait WithHelp {
    fn maybe_help(self, help: Option<String>) -> Self;
}

impl WithHelp for Report {
    fn maybe_help(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }
}

/// `1 field`, `2 fields`
fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
