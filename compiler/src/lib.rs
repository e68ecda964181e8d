//! Syntax trees of Tenon to checked programs, to Rust.

pub mod builtin;
mod check;
pub mod emit;
mod error;
mod flow;
pub mod folder;
pub mod generate;
mod ident;
pub mod ir;
mod place;
mod resolve;
pub mod slots;
mod suggest;
mod types;
pub mod walk;

use error::Reports;
use place::Places;
use tenon_dsl::ast::Document;
use tenon_dsl::report::Report;
use tenon_dsl::source::Source;

/// A program, and what the author should know of it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Absent where a report is an error.
    pub program: Option<ir::Program>,
    /// By file name and place; each mistake once.
    pub reports: Vec<Report>,
}

/// Checks the files of one compilation together: names, types, absence, failure, completeness.
pub fn check(documents: &[Document], sources: &[Source]) -> Checked {
    let places = Places::new(sources);
    let mut reports = Reports::default();
    let names = resolve::resolve(documents, &places, &mut reports);
    let program = check::program(&names, &places, &mut reports);
    Checked {
        program,
        reports: reports.into_sorted(&places),
    }
}
