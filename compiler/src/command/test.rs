//! `tenon test`: do the tests of mapping files pass?

use super::{Ended, complain};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tenon_compiler::folder::{self, FolderError};
use tenon_compiler::interpret::laws::{RuleTried, Tried, try_laws};
use tenon_compiler::interpret::test::{Tested, run_tests};
use tenon_compiler::interpret::{Externs, GivenExterns, interpret};

/// Arguments of `tenon test`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The folder of mapping files, or one file
    #[arg(default_value_os_t = folder::usual())]
    folder: PathBuf,
    /// Only tests whose name or place holds this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Tries the laws of two-way mappings on random records, too: what goes out comes in again as it was
    #[arg(long)]
    laws: bool,
    /// How many random records each two-way mapping is tried on
    #[arg(long, value_name = "NUMBER", default_value_t = 200, requires = "laws")]
    records: u32,
    /// Decides the random records
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "laws")]
    seed: u64,
}

/// Runs the tests, prints one line for each and what differs.
pub(crate) fn run(arguments: &Run) -> Result<Ended, FolderError> {
    let found = folder::read(&arguments.folder)?;
    let checked = tenon_compiler::analyze(&found.sources);
    let Some(program) = checked.program else {
        return Ok(complain(&checked.reports, &found));
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
        folder::read_file(&root.join(folder).join(name)).map_err(|error| error.to_string())
    };
    let results = run_tests(&interpreted, &externs, arguments.only.as_deref(), &read);
    results.iter().for_each(print);
    let failed = results.iter().filter(|tested| !tested.differences.is_empty()).count();
    println!("{} passed, {failed} failed", results.len() - failed);
    let broken = match arguments.laws {
        true => laws(&try_laws(&interpreted, arguments.records, arguments.seed)),
        false => 0,
    };
    Ok(match failed + broken {
        0 => Ended::Clean,
        _ => Ended::Mistakes,
    })
}

/// Prints what the laws say; how many rules break them.
fn laws(tried: &[Tried]) -> usize {
    for sync in tried {
        println!("{}: {} ({})", sync.version, sync.sync, sync.place);
        sync.rules.iter().for_each(|rule| println!("{}", said(rule)));
    }
    let rules = || tried.iter().flat_map(|sync| &sync.rules);
    let broken = rules().filter(|rule| rule.counterexample.is_some()).count();
    let held = rules().filter(|rule| rule.holds()).count();
    let untried = rules().count() - broken - held;
    println!("{held} rules lead back, {broken} do not, {untried} could not be tried");
    broken
}

fn said(rule: &RuleTried) -> String {
    let RuleTried {
        place,
        line,
        exact,
        outside,
        inside,
        counterexample,
        unknown,
    } = rule;
    match (counterexample, unknown) {
        (Some(how), _) => format!("FAIL {line} ({place})\n  {how}"),
        (None, Some(why)) => format!("?    {line} ({place})\n  {why}"),
        (None, None) if outside + inside == 0 => {
            format!("?    {line} ({place})\n  no random record went through it")
        }
        (None, None) if *exact => {
            format!("ok   {line} ({place}): {outside} in and out and in again, {inside} out and in again")
        }
        (None, None) => format!("ok   {line} ({place}): {outside} in and out and in again"),
    }
}

fn print(tested: &Tested) {
    let word = match tested.differences.is_empty() {
        true => "ok  ",
        false => "FAIL",
    };
    println!("{word} {}: {} ({})", tested.version, tested.name, tested.place);
    for line in tested.differences.iter().flat_map(|difference| difference.lines()) {
        println!("  {line}");
    }
}
