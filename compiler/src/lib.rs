//! Syntax trees of Tenon to checked programs, to Rust.

mod build_script;
pub mod builtin;
mod cause;
mod check;
pub mod diff;
pub mod effective;
pub mod emit;
mod error;
pub mod fix;
mod flow;
pub mod folder;
pub mod generate;
mod ident;
#[cfg(feature = "interpret")]
pub mod infer;
#[cfg(feature = "interpret")]
pub mod interpret;
pub mod ir;
pub mod lineage;
pub mod lint;
mod lost;
mod place;
pub mod project;
mod resolve;
pub mod session;
pub mod slots;
pub mod starter;
mod suggest;
#[cfg(feature = "testing")]
pub mod testing;
mod twin;
mod types;
pub mod walk;

pub use build_script::build;

use emit::{File, Form};
use error::Reports;
use ir::Program;
use lost::Lost;
use place::Places;
use project::Project;
use starter::Wanted;
use tenon_dsl::Parsed;
use tenon_dsl::ast::Document;
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::Source;

/// A checked program, or none, and everything to say about it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Absent where there is an error.
    pub program: Option<Program>,
    /// Errors and warnings, in the order of files and places.
    pub reports: Vec<Report>,
}

/// Generated files, or none, and everything to say about their sources.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// Absent where there is an error.
    pub files: Option<Vec<File>>,
    /// The functions that they call and the author writes; empty where there is an error.
    pub wanted: Vec<Wanted>,
    /// Errors and warnings, in the order of files and places.
    pub reports: Vec<Report>,
}

/// Mapping files to Rust: parse, check, generate, emit.
///
/// A pure function: the same files give the same bytes on every machine.
pub fn compile(sources: &[Source], form: Form) -> Compiled {
    compile_under(sources, form, &Project::default())
}

/// The same as [`compile`], with what lies beside the mapping files: the author's Rust, fixtures, levels of warnings.
pub fn compile_under(sources: &[Source], form: Form, project: &Project) -> Compiled {
    let Checked { program, reports } = analyze_under(sources, project);
    let generated = program.as_ref().map(generate::generate);
    Compiled {
        files: generated.map(|rust| emit::emit(&rust.modules, &rust.root, form)),
        wanted: program.as_ref().map(starter::wanted).unwrap_or_default(),
        reports,
    }
}

/// Mapping files to a checked program: parse, check. What can be read is checked all the same; nothing is said that follows from what cannot.
pub fn analyze(sources: &[Source]) -> Checked {
    analyze_under(sources, &Project::default())
}

/// The same as [`analyze`], with what lies beside the mapping files: the author's Rust, fixtures, levels of warnings.
pub fn analyze_under(sources: &[Source], project: &Project) -> Checked {
    let parsed = sources.iter().map(tenon_dsl::parse).collect();
    analyze_parsed(parsed, sources, project)
}

/// The same for files that are parsed already.
fn analyze_parsed(parsed: Vec<Parsed>, sources: &[Source], project: &Project) -> Checked {
    let Checked { program, reports } = check_parsed(parsed, sources, project);
    let mut reports = lint::weigh(reports, sources, &project.lints);
    if reports.len() > MOST_REPORTS {
        let more = reports.len() - MOST_REPORTS;
        // Errors stay: whether there is one decides about everything else.
        reports.sort_by_key(|report| report.severity);
        reports.truncate(MOST_REPORTS);
        let rest = Report::error("E0010", format!("{more} more mistakes are not shown"));
        reports.push(rest.help("repair those that are, and check again"));
    }
    let has_errors = reports.iter().any(|report| report.severity == Severity::Error);
    Checked {
        program: program.filter(|_| !has_errors),
        reports,
    }
}

fn check_parsed(parsed: Vec<Parsed>, sources: &[Source], project: &Project) -> Checked {
    let mut reports: Vec<Report> = parsed
        .iter()
        .zip(sources)
        .flat_map(|(file, source)| file.errors.iter().map(|error| error.report_in(source)))
        .collect();
    let has_errors = reports.iter().any(|report| report.severity == Severity::Error);
    let is_readable = reports.len() < MOST_UNREAD;
    let Some(lost) = is_readable.then(|| Lost::new(&parsed, sources)).flatten() else {
        return Checked { program: None, reports };
    };
    let mut documents: Vec<Document> = parsed.into_iter().map(|file| file.document).collect();
    let twins = twin::without_twins(&mut documents, sources);
    let has_errors = has_errors || !twins.is_empty();
    reports.extend(twins);
    let mut checked = check(&documents, sources);
    if has_errors {
        checked.program = None;
        checked.reports = lost.unanswered(checked.reports);
        checked.reports.extend(reports);
        let places = Places::new(sources);
        checked
            .reports
            .sort_by_key(|report| report.span().map(|span| places.rank(span)));
        return checked;
    }
    checked.reports.splice(0..0, reports);
    if let Some(program) = &checked.program {
        let places = Places::new(sources);
        checked
            .reports
            .extend(check::rust::signatures(program, &documents, &project.modules));
        checked.reports.extend(check::fixture::unknown_fields(
            program,
            &documents,
            &project.fixtures,
            &places,
        ));
        checked
            .reports
            .extend(check::fixture::absent(&documents, &project.absent, &places));
        checked
            .reports
            .extend(check::fixture::unreadable(&documents, &project.fixtures, &places));
    }
    checked
}

/// Reports that are shown.
const MOST_REPORTS: usize = 1_000;

/// With so many mistakes in the writing nothing else is looked for.
const MOST_UNREAD: usize = 200;

/// Syntax trees to a checked program: names, types, absence, failure, completeness.
pub fn check(documents: &[Document], sources: &[Source]) -> Checked {
    let places = Places::new(sources);
    let mut reports = Reports::default();
    let room = resolve::Room::for_files(documents.len());
    let names = resolve::resolve(documents, &room, &places, &mut reports);
    let program = check::program(&names, &places, &mut reports);
    Checked {
        program,
        reports: reports.into_sorted(documents, &places),
    }
}
