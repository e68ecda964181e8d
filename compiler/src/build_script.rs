//! What a `build.rs` calls: mapping files below a folder to Rust in `OUT_DIR`. Speaks to cargo on standard output.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "cargo reads what a build script prints, and names the output folder in the environment"
)]

use crate::emit::{File, Form};
use crate::folder::{self, Changes, FolderError, Found};
use std::path::{Path, PathBuf};
use std::process;
use tenon_dsl::report::{Report, Severity, Style, render};
use tenon_dsl::source::Source;

/// Columns after which messages wrap below cargo's own prefix.
const WIDTH: usize = 110;

/// Compiles every mapping file below `folder` into `OUT_DIR`, from where `tenon_runtime::include_connectors!()` takes it.
///
/// What cargo is told:
/// - `rerun-if-changed` of each mapping file, each folder of them (a new file is noticed), `tenon.toml`, fixtures of tests, and the
///   Rust modules that an `extern fn` names; nothing else makes it run again;
/// - each mistake as `cargo::error`, after which the build script ends with code 1; each warning as `cargo::warning`;
/// - with `-vv`, which files were written, removed and left alone. A file that would come out the same is not written again, so rustc
///   sees no change.
///
/// ```no_run
/// // build.rs
/// tenon_compiler::build("connectors");
/// ```
pub fn build(folder: impl AsRef<Path>) {
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from);
    if let Err(lines) = run(folder.as_ref(), out.as_deref()) {
        lines.iter().for_each(|line| println!("cargo::error={line}"));
        process::exit(1);
    }
}

fn run(folder: &Path, out: Option<&Path>) -> Result<(), Vec<String>> {
    let found = folder::read(folder).map_err(|error| {
        println!("cargo::rerun-if-changed={}", folder.display());
        one_line(error)
    })?;
    // Said before anything can fail, so that a repaired file is noticed.
    for path in &found.paths {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let out = out.ok_or_else(|| vec!["OUT_DIR is not set: this runs in a build.rs".to_owned()])?;
    written(&found, out)?.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// Brings a folder up to date; what was done, a line for each file that was.
fn written(found: &Found, out: &Path) -> Result<Vec<String>, Vec<String>> {
    let files = compiled(found)?;
    let changes = folder::write(&files, out).map_err(one_line)?;
    Ok(told(&files, &changes))
}

/// What was done, for `cargo build -vv`: lines that cargo does not take for itself.
fn told(files: &[File], changes: &Changes) -> Vec<String> {
    let mut lines: Vec<String> = changes
        .written
        .iter()
        .map(|name| format!("tenon wrote {name}"))
        .collect();
    lines.extend(changes.removed.iter().map(|name| format!("tenon removed {name}")));
    lines.push(format!(
        "tenon left {} of {} files as they were",
        files.len() - changes.written.len(),
        files.len()
    ));
    lines
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::time::SystemTime;

    fn stamps(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
        let files = ["connectors.rs", "connectors/models.rs", "connectors/shop.rs"];
        let files = files.map(|name| folder.join(name));
        let stamps = files.map(|file| {
            let stamp = fs::metadata(&file).and_then(|data| data.modified()).unwrap();
            (file, stamp)
        });
        stamps.into()
    }

    fn ran(folder: &Path) -> Vec<String> {
        let found = folder::read(&folder.join("connectors")).unwrap();
        written(&found, &folder.join("out")).unwrap()
    }

    #[test]
    fn a_second_run_writes_nothing_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("connectors/shop.tenon");
        fs::create_dir(folder.path().join("connectors")).unwrap();
        fs::write(&source, "connector shop\n\ninternal a { name: text }\n").unwrap();
        let wrote = [
            "tenon wrote connectors.rs",
            "tenon wrote connectors/models.rs",
            "tenon wrote connectors/shop.rs",
        ];
        assert_eq!(ran(folder.path())[..3], wrote);
        let before = stamps(&folder.path().join("out"));
        assert_eq!(ran(folder.path()), ["tenon left 3 of 3 files as they were"]);
        // A comment changes no code.
        fs::write(&source, "connector shop\n\ninternal a { name: text }\n# Later more.\n").unwrap();
        assert_eq!(ran(folder.path()), ["tenon left 3 of 3 files as they were"]);
        assert_eq!(before, stamps(&folder.path().join("out")));
        fs::write(&source, "connector shop\n\ninternal a { name: text | null }\n").unwrap();
        let again = [
            "tenon wrote connectors/models.rs",
            "tenon left 2 of 3 files as they were",
        ];
        assert_eq!(ran(folder.path()), again);
    }
}
