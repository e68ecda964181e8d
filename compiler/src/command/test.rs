//! `tenon test`: do the tests of mapping files pass?

use super::format::{test_annotation, test_object};
use super::{Ended, Format, Output, coverage, laws};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tenon_compiler::folder::{self, FolderError};
use tenon_compiler::interpret::coverage::covered;
use tenon_compiler::interpret::laws::try_laws;
use tenon_compiler::interpret::test::{Tested, run_tests};
use tenon_compiler::interpret::{Externs, GivenExterns, interpret};

/// Arguments of `tenon test`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenon test\n  tenon test connectors --only \"a private customer\"\n  tenon test --coverage\n  tenon test --laws --records 1000"
)]
pub(crate) struct Run {
    /// The folder of mapping files, or one file
    #[arg(default_value_os_t = folder::usual())]
    folder: PathBuf,
    /// Only tests whose name or place holds this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Says which rules, branches, rows of tables and absences no test reaches
    #[arg(long)]
    coverage: bool,
    /// Tries the laws of two-way mappings on random records, too: what goes out comes in again as it was
    #[arg(long)]
    laws: bool,
    /// How many random records each two-way mapping is tried on
    #[arg(long, value_name = "NUMBER", default_value_t = 200, requires = "laws")]
    records: u32,
    /// Decides the random records
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "laws")]
    seed: u64,
    #[command(flatten)]
    output: Output,
}

/// Runs the tests, prints one line for each and what differs.
pub(crate) fn run(arguments: &Run) -> Result<Ended, FolderError> {
    let found = folder::read(&arguments.folder)?;
    let checked = found.analyze();
    let Some(program) = checked.program else {
        return Ok(arguments.output.complain(&checked.reports, &found));
    };
    let externs = Arc::new(GivenExterns::default());
    let shared: Arc<dyn Externs> = Arc::<GivenExterns>::clone(&externs);
    let interpreted = match interpret(program, &shared) {
        Ok(interpreted) => interpreted,
        Err(error) => {
            eprintln!("tenon: {error}");
            return Ok(Ended::Refused);
        }
    };
    let root = match arguments.folder.is_dir() {
        true => arguments.folder.as_path(),
        false => arguments.folder.parent().unwrap_or(Path::new("")),
    };
    let read = |beside: &str, name: &str| {
        let folder = Path::new(beside).parent().unwrap_or(Path::new(""));
        folder::read_record(&root.join(folder).join(name)).map_err(|error| error.to_string())
    };
    let run = || run_tests(&interpreted, &externs, arguments.only.as_deref(), &read);
    let (results, reach) = match (arguments.coverage, interpreted.versions.first()) {
        (true, Some(version)) => covered(version.program, run),
        (true, None) | (false, _) => (run(), Vec::new()),
    };
    results.iter().for_each(|tested| print(tested, arguments.output.format));
    let failed = results.iter().filter(|tested| !tested.differences.is_empty()).count();
    if arguments.output.format == Format::Human {
        println!("{} passed, {failed} failed", results.len() - failed);
    }
    if arguments.coverage {
        coverage::print(&reach, arguments.output.format);
    }
    let broken = match arguments.laws {
        true => {
            let tried = try_laws(&interpreted, arguments.records, arguments.seed);
            laws::print(&tried, arguments.output.format)
        }
        false => 0,
    };
    Ok(match failed + broken {
        0 => Ended::Clean,
        _ => Ended::Mistakes,
    })
}

fn print(tested: &Tested, format: Format) {
    let passed = tested.differences.is_empty();
    match format {
        Format::Human => {
            let word = if passed { "ok  " } else { "FAIL" };
            println!("{word} {}: {} ({})", tested.version, tested.name, tested.place);
            for line in tested.differences.iter().flat_map(|difference| difference.lines()) {
                println!("  {line}");
            }
        }
        Format::Json => println!("{}", test_object(tested)),
        Format::Github if passed => {}
        Format::Github => print!("{}", test_annotation(tested)),
    }
}
