//! Syntax trees of Tenon to checked programs, to Rust.

mod build_script;
pub mod builtin;
pub mod emit;
pub mod folder;
pub mod generate;
pub mod ir;
pub mod outline;
pub mod slots;
pub mod walk;

pub use build_script::build;

use emit::{File, Form};
use ir::Program;
use tenon_dsl::report::Report;
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
    /// Errors and warnings, in the order of files and places.
    pub reports: Vec<Report>,
}

/// Mapping files to Rust: parse, check, generate, emit.
///
/// A pure function: the same files give the same bytes on every machine.
pub fn compile(sources: &[Source], form: Form) -> Compiled {
    let Checked { program, reports } = analyze(sources);
    let generated = program.as_ref().map(generate::generate);
    let files = generated.map(|rust| emit::emit(&rust.modules, &rust.root, form));
    Compiled { files, reports }
}

/// Mapping files to a checked program: parse, check.
pub fn analyze(sources: &[Source]) -> Checked {
    let parsed: Vec<tenon_dsl::Parsed> = sources.iter().map(tenon_dsl::parse).collect();
    let reports = parsed
        .iter()
        .flat_map(|file| &file.errors)
        .map(|error| error.report())
        .collect();
    Checked { program: None, reports }
}
