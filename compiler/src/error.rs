//! Every mistake that resolving and checking can find, in the author's words: one function per mistake, one file per first two digits.
//!
//! A function takes places and words and makes the report. Nothing here decides whether something is a mistake.

pub(crate) mod absence;
pub(crate) mod adapter;
pub(crate) mod completeness;
pub(crate) mod failure;
pub(crate) mod join;
pub(crate) mod lookup;
pub(crate) mod loss;
pub(crate) mod name;
pub(crate) mod output;
pub(crate) mod typing;
pub(crate) mod unbuilt;
pub(crate) mod version;
pub(crate) mod wire;
pub(crate) mod yaml;

use crate::place::Places;
use tenon_dsl::report::{Label, Report, Severity};

/// The reports of one run.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    list: Vec<Report>,
}

impl Reports {
    /// Adds one. What an inherited line does wrong in several versions is one mistake, and so is one unknown name used in several places.
    pub(crate) fn push(&mut self, report: Report) {
        let same = |other: &&mut Report| {
            let same_name = is_name(report.code) && other.message == report.message;
            same_name || (other.code == report.code && other.span() == report.span())
        };
        match self.list.iter_mut().find(same) {
            None => self.list.push(report),
            Some(first) => {
                let again = report
                    .span()
                    .filter(|span| first.labels.iter().all(|label| label.span != *span));
                if let Some(span) = again.filter(|_| first.labels.len() < MOST_PLACES) {
                    first.labels.push(Label {
                        span,
                        text: "and here".to_owned(),
                        primary: false,
                    });
                }
            }
        }
    }

    /// Whether there is an error among them.
    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(|report| report.severity == Severity::Error)
    }

    /// All of them, by file name and place.
    pub(crate) fn into_sorted(mut self, places: &Places<'_>) -> Vec<Report> {
        self.list
            .sort_by_key(|report| (report.span().map(|span| places.rank(span)), report.code));
        self.list
    }
}

/// Places that one report points at.
const MOST_PLACES: usize = 4;

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
