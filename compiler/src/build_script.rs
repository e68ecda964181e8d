//! What a `build.rs` calls: mapping files below a folder to Rust in `OUT_DIR`. Speaks to cargo on standard output.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "cargo reads what a build script prints, and names the output folder in the environment"
)]

use crate::emit::{File, Form};
use crate::folder::{self, FolderError, Found};
use std::path::Path;
use std::process;
use tenon_dsl::report::{Report, Severity, Style, render};
use tenon_dsl::source::Source;

/// Columns after which messages wrap below cargo's own prefix.
const WIDTH: usize = 110;

/// Compiles every mapping file below `folder` into `OUT_DIR`, from where `tenon_runtime::include_connectors!()` takes it.
///
/// A mistake is shown through cargo and ends the build script with code 1.
///
/// ```no_run
/// // build.rs
/// tenon_compiler::build("connectors");
/// ```
pub fn build(folder: impl AsRef<Path>) {
    if let Err(lines) = run(folder.as_ref()) {
        lines.iter().for_each(|line| println!("cargo::error={line}"));
        process::exit(1);
    }
}

fn run(folder: &Path) -> Result<(), Vec<String>> {
    let found = folder::read(folder).map_err(|error| {
        println!("cargo::rerun-if-changed={}", folder.display());
        one_line(error)
    })?;
    // Said before anything can fail, so that a repaired file is noticed.
    for path in &found.paths {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let out =
        std::env::var_os("OUT_DIR").ok_or_else(|| vec!["OUT_DIR is not set: this runs in a build.rs".to_owned()])?;
    let files = compiled(&found)?;
    folder::write(&files, Path::new(&out)).map_err(one_line)?;
    Ok(())
}

fn compiled(found: &Found) -> Result<Vec<File>, Vec<String>> {
    let compiled = found.compile(Form::Included);
    let (errors, warnings): (Vec<Report>, Vec<Report>) = compiled
        .reports
        .into_iter()
        .partition(|report| report.severity == Severity::Error);
    let shown = found.shown();
    for line in lines(&warnings, &shown) {
        println!("cargo::warning={line}");
    }
    compiled.files.ok_or_else(|| lines(&errors, &shown))
}

/// A drawn report, line by line: cargo takes one line at a time.
fn lines(reports: &[Report], sources: &[Source]) -> Vec<String> {
    let drawn = match reports {
        [] => String::new(),
        some => render(some, sources, Style::Plain { width: WIDTH }),
    };
    drawn.lines().map(str::to_owned).collect()
}

fn one_line(error: FolderError) -> Vec<String> {
    vec![error.to_string()]
}
