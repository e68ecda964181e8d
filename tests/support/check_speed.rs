//! How fast mapping files are checked, and with how much memory: one process measures itself.
//!
//! Without arguments: 1,000 generated files of 60 lines, and the shipped connectors file by file beside all others; the bounds are those
//! of the project and hold for a release build. With a file as argument: that file, as `tenon check` would check and draw it; tests of
//! hostile input start it and read what it prints.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use tenon_compiler::{analyze, folder};
use tenon_dsl::report::{Style, render};
use tenon_dsl::source::{FileId, Source};

/// Generated files.
const FILES: usize = 1_000;
/// The most milliseconds of CPU for all of them.
const FILES_MS: f64 = 500.0;
/// The most milliseconds of CPU for the files of a shipped connector with the models that they need.
const SHIPPED_MS: f64 = 30.0;
/// Columns of drawn reports.
const WIDTH: usize = 110;

/// Measures, prints, and fails where a bound is broken.
pub fn main() -> ExitCode {
    match std::env::args().nth(1) {
        Some(file) => one(Path::new(&file)),
        None => all(),
    }
}

/// Checks and draws one file; prints the number of reports, milliseconds of CPU and the peak of memory in MiB.
fn one(file: &Path) -> ExitCode {
    let before = cpu_ms();
    let (count, drawn) = match folder::read_all(&[file]) {
        Ok(found) => {
            let reports = analyze(&found.sources).reports;
            let drawn = render(&reports, &found.sources, Style::Plain { width: WIDTH });
            (reports.len(), drawn)
        }
        Err(error) => (1, error.to_string()),
    };
    let first = drawn.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    println!(
        "{count}\t{:.0}\t{}\t{}\t{first}",
        cpu_ms() - before,
        peak_memory_mib(),
        drawn.len()
    );
    ExitCode::SUCCESS
}

fn all() -> ExitCode {
    let generated: Vec<Source> = (0..FILES).map(generated).collect();
    let lines: usize = generated.iter().map(|file| file.text.lines().count()).sum();
    let took = fastest(&generated);
    println!("{FILES} generated files, {lines} lines: {took:.0} ms of CPU, bound {FILES_MS:.0} ms");
    let mut broken = took >= FILES_MS;
    let connectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mappings/connectors");
    match folder::read(&connectors) {
        Ok(found) => {
            let lines: usize = found.sources.iter().map(|file| file.text.lines().count()).sum();
            let took = fastest(&found.sources);
            println!("the shipped connectors, {lines} lines: {took:.1} ms of CPU, bound {SHIPPED_MS:.0} ms");
            broken |= took >= SHIPPED_MS;
        }
        Err(error) => {
            println!("{error}");
            broken = true;
        }
    }
    match broken {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// The least milliseconds of some runs; a mistake would make it faster, so there is none.
///
/// # Panics
/// A file has a mistake.
fn fastest(sources: &[Source]) -> f64 {
    let runs = (0..RUNS).map(|_| {
        let before = cpu_ms();
        let checked = analyze(sources);
        let took = cpu_ms() - before;
        let drawn = || render(&checked.reports[..1], sources, Style::Plain { width: WIDTH });
        assert!(checked.reports.is_empty(), "{}", drawn());
        took
    });
    runs.fold(f64::INFINITY, f64::min)
}

/// How often the same is measured.
const RUNS: usize = 5;

/// A model, a record, and the import between them: 60 lines.
fn generated(number: usize) -> Source {
    const FIELDS: usize = 11;
    let mut text = format!("connector shop\n\n## Model {number}.\ninternal model{number} {{\n  name: text\n");
    for field in 0..FIELDS {
        let _ = writeln!(text, "  field{field}: text | null");
    }
    let _ = write!(
        text,
        "  amount: decimal(2)\n  next_id: ref model{number} | null\n  key name\n}}\n\n"
    );
    let _ = write!(
        text,
        "external Record{number} key id {{\n  id: int\n  name: text\n  amount: decimal(4)\n"
    );
    let _ = writeln!(text, "  next?: ext Record{number} | null");
    for field in 0..FIELDS {
        let _ = writeln!(text, "  field{field}?: text | null");
    }
    let _ = write!(
        text,
        "}}\n\nadapter Record{number} {{\n  read = call record{number}.info(id)\n}}\n\n"
    );
    let _ = writeln!(text, "import model{number} from Record{number} as r {{");
    let _ = write!(
        text,
        "  let title = [r.name, r.field0] | compact | join(\" \")\n\n  name = title | trim\n"
    );
    let _ = writeln!(text, "  amount = r.amount | round(2)\n  next_id = r.next | ref!");
    for field in 0..FIELDS {
        let value = match field % 4 {
            0 => format!("r.field{field}"),
            1 => format!("r.field{field} | trim | null_if_blank"),
            2 => format!("if r.amount > {field} {{ r.field{field} }} else {{ \"{{r.name}} {field}\" }}"),
            _ => format!("r.field{field} ?? r.name | truncate(20)  when r.id > {field}"),
        };
        let _ = writeln!(text, "  field{field} = {value}");
    }
    text.push_str("}\n");
    Source::new(
        FileId(u32::try_from(number).unwrap_or(u32::MAX)),
        format!("file{number}.tenon"),
        text,
    )
}

/// Milliseconds of CPU that this thread has used.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|number| number.parse::<f64>().ok());
    nanoseconds.unwrap_or_default() / 1e6
}

/// The most memory that this process has had, in MiB.
fn peak_memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}
