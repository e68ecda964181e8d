//! Mapping files of a case to text: what the compiler says, or what it understood.

use std::path::{Path, PathBuf};
use tenon_compiler::ir::outline::outline;
use tenon_compiler::project::{AbsentFile, Fixture, Project, RustModule, files_named};
use tenon_compiler::{Checked, analyze, analyze_under};
use tenon_dsl::report::{Style, render};
use tenon_dsl::source::{FileId, Source};

/// Columns of a rendered report.
const WIDTH: usize = 110;

/// The rendered reports of a case, warnings included; empty where nothing is wrong. A case is a file or a folder of files.
///
/// # Panics
/// Where a file cannot be read.
pub fn reports_of_case(path: &Path) -> String {
    if path.join("Cargo.toml").exists() {
        // With what lies beside: the author's Rust, fixtures, `tenon.toml`.
        let found = tenon_compiler::folder::read(path).expect("a readable case");
        return render(&found.analyze().reports, &found.shown(), Style::Plain { width: WIDTH });
    }
    let sources = sources(path);
    render(&analyze(&sources).reports, &sources, Style::Plain { width: WIDTH })
}

/// The outline of the checked program of a case; behind it the warnings.
///
/// # Panics
/// Where a file cannot be read, or the case has a mistake.
pub fn compile_case(path: &Path) -> String {
    let sources = sources(path);
    let Checked { program, reports } = analyze(&sources);
    let said = render(&reports, &sources, Style::Plain { width: WIDTH });
    match program {
        Some(program) => outline(&program) + &said,
        None => panic!("{} is not accepted:\n{said}", path.display()),
    }
}

fn sources(path: &Path) -> Vec<Source> {
    let mut files = Vec::new();
    gather(path, &mut files);
    let root = match path.is_dir() {
        true => path,
        false => path.parent().unwrap_or(path),
    };
    let numbered = files.iter().zip(0..).map(|(file, number)| {
        let name = file
            .strip_prefix(root)
            .unwrap_or(file)
            .to_string_lossy()
            .replace('\\', "/");
        Source::new(
            FileId(number),
            name,
            std::fs::read_to_string(file).expect("a readable case"),
        )
    });
    numbered.collect()
}

fn gather(path: &Path, files: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        files.push(path.to_owned());
        return;
    }
    let entries = std::fs::read_dir(path).expect("a readable folder");
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    entries.sort();
    let mappings = entries.iter().filter(|entry| {
        let name = entry.to_string_lossy();
        entry.is_dir() || name.ends_with(".tenon") || name.ends_with(".tenon.yaml")
    });
    mappings.for_each(|entry| gather(entry, files));
}

/// The files below a folder: name and text.
///
/// # Panics
/// Where a file cannot be read.
pub fn files(folder: &Path) -> Vec<(String, String)> {
    sources(folder)
        .into_iter()
        .map(|source| (source.name, source.text))
        .collect()
}

/// How many reports these files give, and all of them rendered.
pub fn reports_of(files: &[(String, String)]) -> (usize, String) {
    let numbered = files.iter().zip(0..);
    let sources: Vec<Source> = numbered
        .map(|((name, text), number)| Source::new(FileId(number), name.clone(), text.clone()))
        .collect();
    let reports = analyze(&sources).reports;
    (reports.len(), render(&reports, &sources, Style::Plain { width: WIDTH }))
}

/// The codes that these files give, and all reports rendered. Rust and JSON among them lie beside the mapping files.
pub fn reports_with_codes(files: &[(String, String)]) -> (Vec<String>, String) {
    let numbered = files.iter().zip(0..);
    let all: Vec<Source> = numbered
        .map(|((name, text), number)| Source::new(FileId(number), name.clone(), text.clone()))
        .collect();
    let (sources, beside): (Vec<Source>, Vec<Source>) =
        all.iter().cloned().partition(|source| source.name.contains(".tenon"));
    let mut project = Project::default();
    for source in beside {
        let module = source
            .name
            .strip_prefix("src/")
            .and_then(|name| name.strip_suffix(".rs"));
        match module {
            Some(module) => project.modules.push(RustModule {
                path: format!("crate::{module}"),
                inner: Vec::new(),
                source,
            }),
            None => {
                let beside = sources[0].name.clone();
                project.fixtures.push(Fixture::new(beside, source.name, &source.text));
            }
        }
    }
    for source in &sources {
        let is_there = |name: &&str| project.fixtures.iter().any(|fixture| fixture.name == *name);
        let absent = files_named(&source.text).into_iter().filter(|name| !is_there(name));
        project.absent.extend(absent.map(|name| AbsentFile {
            beside: source.name.clone(),
            name: name.to_owned(),
        }));
    }
    let reports = analyze_under(&sources, &project).reports;
    let codes = reports.iter().map(|report| report.code.to_owned()).collect();
    (codes, render(&reports, &all, Style::Plain { width: WIDTH }))
}

/// The checked program of these files.
///
/// # Panics
/// They have a mistake.
pub fn program_of(files: &[(String, String)]) -> tenon_compiler::ir::Program {
    let numbered = files.iter().zip(0..);
    let sources: Vec<Source> = numbered
        .map(|((name, text), number)| Source::new(FileId(number), name.clone(), text.clone()))
        .collect();
    let Checked { program, reports } = analyze(&sources);
    program.unwrap_or_else(|| panic!("{}", render(&reports, &sources, Style::Plain { width: WIDTH })))
}

/// A row of the language page for each built-in function: signature, sentence, an example.
pub fn functions() -> Vec<String> {
    tenon_compiler::builtin::BUILTINS
        .iter()
        .map(|function| {
            let cell = |text: &str| text.replace('|', "\\|");
            let fails = function
                .fails
                .map_or_else(String::new, |why| format!(" Fails where {why}."));
            format!(
                "| `{}` | {}{} | `{}` |",
                cell(&function.signature()),
                cell(function.doc),
                cell(&fails),
                cell(function.examples[0])
            )
        })
        .collect()
}

/// The line of each report, in order.
pub fn lines_of_reports(files: &[(String, String)]) -> Vec<usize> {
    let numbered = files.iter().zip(0..);
    let sources: Vec<Source> = numbered
        .map(|((name, text), number)| Source::new(FileId(number), name.clone(), text.clone()))
        .collect();
    let reports = analyze(&sources).reports;
    let spans = reports.iter().filter_map(tenon_dsl::report::Report::span);
    let lines = spans.filter_map(|span| {
        let source = sources.iter().find(|source| source.id == span.file)?;
        Some(source.text.get(..span.start as usize)?.matches('\n').count() + 1)
    });
    lines.collect()
}
