//! How fast mapping files are checked, and with how much memory: one process measures itself.
//!
//! Without arguments: 1,000 generated files of 60 lines, as many of 25 fields, one of them changed in a session, and the shipped connectors; the bounds
//! are those of the project and hold for an optimized build. With a file as argument: that file, as `tenon check` would check and draw it; tests of
//! hostile input start it and read what it prints.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use tenon_compiler::project::Project;
use tenon_compiler::session::Session;
use tenon_compiler::{Checked, analyze, folder};
use tenon_dsl::report::{Style, render};
use tenon_dsl::source::{FileId, Source};

/// Generated files.
const FILES: usize = 1_000;
/// The most milliseconds of CPU for all of them.
const FILES_MS: f64 = 500.0;
/// Fields of the files that have fields alone.
const FIELDS: usize = 25;
/// The most milliseconds of CPU for all of those.
const FIELDS_MS: f64 = 250.0;
/// The most milliseconds of CPU for one of them that has changed.
const CHANGED_MS: f64 = 5.0;
/// Changes that are measured together.
const CHANGES: u16 = 50;
/// The most memory for them.
const MEMORY_MIB: u64 = 150;
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

/// One thing that is measured: what, milliseconds of CPU, and the most of them.
struct Measure {
    what: String,
    ms: f64,
    bound: f64,
}

fn all() -> ExitCode {
    let mut measures = vec![twenty_five_fields()];
    let memory = peak_memory_mib();
    measures.push(sixty_lines());
    measures.extend(shipped());
    measures.push(changed());
    let mut broken = false;
    for Measure { what, ms, bound } in &measures {
        println!("{what}: {ms:.1} ms of CPU, bound {bound:.0} ms{}", missed(ms >= bound));
        broken |= ms >= bound;
    }
    let is_too_much = memory >= MEMORY_MIB;
    println!(
        "peak of memory with {FIELDS} fields each: {memory} MiB, bound {MEMORY_MIB} MiB{}",
        missed(is_too_much)
    );
    match broken || is_too_much {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

fn missed(is_broken: bool) -> &'static str {
    if is_broken { ": NOT MET" } else { "" }
}

fn sixty_lines() -> Measure {
    let generated: Vec<Source> = (0..FILES).map(sixty).collect();
    Measure {
        what: format!(
            "{FILES} generated files of {} lines, checked",
            lines(&generated) / FILES
        ),
        ms: fastest(|| checked(&generated)),
        bound: FILES_MS,
    }
}

fn twenty_five_fields() -> Measure {
    let generated: Vec<Source> = (0..FILES).map(fields).collect();
    Measure {
        what: format!("{FILES} generated files of {FIELDS} fields, checked"),
        ms: fastest(|| checked(&generated)),
        bound: FIELDS_MS,
    }
}

/// The shipped connectors, all of them.
fn shipped() -> Vec<Measure> {
    let connectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mappings/connectors");
    let found = match folder::read(&connectors) {
        Ok(found) => found,
        Err(error) => {
            println!("{error}");
            return Vec::new();
        }
    };
    vec![Measure {
        what: format!("the shipped connectors, {} lines, checked", lines(&found.sources)),
        ms: fastest(|| checked(&found.sources)),
        bound: SHIPPED_MS,
    }]
}

/// One file of many has changed since they were checked.
///
/// # Panics
/// A file has a mistake, or all files were checked again.
fn changed() -> Measure {
    let mut generated: Vec<Source> = (0..FILES).map(fields).collect();
    let project = Project::default();
    let mut session = Session::new();
    assert!(
        session.check(&generated, &project).is_empty(),
        "generated files are right"
    );
    // The clock of the system counts in steps that are longer than one change takes.
    let all = fastest(|| {
        for _ in 0..CHANGES {
            generated[FILES / 2].text.push_str("# once more\n");
            let reports = session.check(&generated, &project);
            assert!(reports.is_empty(), "a comment is no mistake");
            assert_eq!(session.checked(), 1);
        }
    });
    let ms = all / f64::from(CHANGES);
    Measure {
        what: format!("one changed file of {FILES}, checked again"),
        ms,
        bound: CHANGED_MS,
    }
}

fn lines(sources: &[Source]) -> usize {
    sources.iter().map(|file| file.text.lines().count()).sum()
}

/// Checks files that have no mistake; a mistake would make it faster.
///
/// # Panics
/// A file has a mistake.
fn checked(sources: &[Source]) -> Checked {
    let checked = analyze(sources);
    let drawn = || render(&checked.reports[..1], sources, Style::Plain { width: WIDTH });
    assert!(checked.reports.is_empty(), "{}", drawn());
    checked
}

/// The least milliseconds of some runs.
fn fastest<T>(mut run: impl FnMut() -> T) -> f64 {
    let runs = (0..RUNS).map(|_| {
        let before = cpu_ms();
        let made = run();
        let took = cpu_ms() - before;
        drop(made);
        took
    });
    runs.fold(f64::INFINITY, f64::min)
}

/// How often the same is measured.
const RUNS: usize = 5;

/// A model, a record, and the import between them: 60 lines.
fn sixty(number: usize) -> Source {
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
    source(number, text)
}

/// The same with [`FIELDS`] fields, each mapped by a path.
fn fields(number: usize) -> Source {
    let mut text = format!("connector shop\n\ninternal model{number} {{\n");
    for field in 0..FIELDS {
        let _ = writeln!(text, "  field{field}: text | null");
    }
    let _ = write!(text, "}}\n\nexternal Record{number} key id {{\n  id: int\n");
    for field in 0..FIELDS {
        let _ = writeln!(text, "  field{field}?: text | null");
    }
    let _ = write!(
        text,
        "}}\n\nadapter Record{number} {{\n  read = call record{number}.info(id)\n}}\n\n"
    );
    let _ = writeln!(text, "import model{number} from Record{number} as r {{");
    for field in 0..FIELDS {
        let _ = writeln!(text, "  field{field} = r.field{field} | trim");
    }
    text.push_str("}\n");
    source(number, text)
}

fn source(number: usize, text: String) -> Source {
    let file = FileId(u32::try_from(number).unwrap_or(u32::MAX));
    Source::new(file, format!("file{number}.tenon"), text)
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
