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
pub(crate) mod typing;
pub(crate) mod unbuilt;
pub(crate) mod version;
pub(crate) mod wire;
pub(crate) mod yaml;

use crate::place::Places;
use tenon_dsl::report::{Report, Severity};

/// The reports of one run.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    list: Vec<Report>,
}

impl Reports {
    /// Adds one. What an inherited line does wrong in several versions is one mistake.
    pub(crate) fn push(&mut self, report: Report) {
        let known = |other: &Report| other.code == report.code && other.span() == report.span();
        if !self.list.iter().any(known) {
            self.list.push(report);
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
