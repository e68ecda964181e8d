//! `tenon try`: what a mapping makes of one record, without rustc, store or network.

use super::{Ended, Output};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tenon_compiler::folder::{self, FolderError, Found};
use tenon_compiler::interpret::trial::{Problem, Trial, Tried, line_at, title, trial};
use tenon_compiler::interpret::{By, Externs, GivenExterns, Interpreted, Interpreter, Version, interpret};
use tenon_compiler::ir::mapping::{Direction, SourceId};
use tenon_compiler::ir::outline::display_name;
use tenon_compiler::ir::test::{Context, Test};
use tenon_dsl::source::{FileId, Source};
use tenon_runtime::generated::{Mapper as _, Timestamp};

/// Arguments of `tenon try`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenon try Customer --record customer.json --with book=addresses.json\n  tenon try \"import res.partner from Customer\" --connector \"magento 1.7\" --record customer.json"
)]
pub(crate) struct Try {
    /// The mapping: `import res.partner from Customer`, or the external type alone
    mapping: String,
    /// One record as it comes over the wire, as JSON
    #[arg(long, value_name = "FILE")]
    record: PathBuf,
    /// Records of a source beside it, as a list in JSON: `book=addresses.json`; the record around it by its alias, too
    #[arg(long = "with", value_name = "ALIAS=FILE")]
    with: Vec<String>,
    /// What lookups, settings and functions answer: a `context { .. }` as in a test
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// The version, where several have the mapping: `magento 1.7`
    #[arg(long)]
    connector: Option<String>,
    /// The folder of mapping files, or one file
    #[arg(long, value_name = "FOLDER", default_value_os_t = folder::usual())]
    folder: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// Name of the test that a context is read as.
const NAME: &str = "tenon try";

/// Tries the record, prints what comes out.
pub(crate) fn run(arguments: &Try) -> Result<Ended, FolderError> {
    let mut found = folder::read(&arguments.folder)?;
    let checked = found.analyze();
    let Some(program) = checked.program else {
        return Ok(arguments.output.complain(&checked.reports, &found));
    };
    let externs = Arc::new(GivenExterns::default());
    let shared: Arc<dyn Externs> = Arc::<GivenExterns>::clone(&externs);
    let mut interpreted = match interpret(program, &shared) {
        Ok(interpreted) => interpreted,
        Err(error) => return Ok(refused(error)),
    };
    let mut context: &'static [Context] = &[];
    if let Some(path) = &arguments.context {
        let mapper = match find(&interpreted, arguments) {
            Ok((version, mapper)) => preamble(version, mapper),
            Err(message) => return Ok(refused(message)),
        };
        add_context(&mut found, path, &mapper)?;
        let checked = found.analyze();
        let Some(program) = checked.program else {
            return Ok(arguments.output.complain(&checked.reports, &found));
        };
        interpreted = match interpret(program, &shared) {
            Ok(interpreted) => interpreted,
            Err(error) => return Ok(refused(error)),
        };
        let mut tests = interpreted.versions.iter().flat_map(|version| &version.connector.tests);
        context = tests
            .find(|test| is_ours(test))
            .map_or(context, |test| test.context.as_slice());
    }
    let (version, mapper) = match find(&interpreted, arguments) {
        Ok(found) => found,
        Err(message) => return Ok(refused(message)),
    };
    let given = match given(arguments, mapper)? {
        Ok(given) => given,
        Err(message) => return Ok(refused(message)),
    };
    let tried = Tried {
        mapper,
        given,
        stored: &[],
        context,
        current: None,
        changed: &[],
        now: Timestamp::now(),
    };
    let made = trial(version, &externs, &tried);
    print(&made, version, mapper);
    Ok(match made.errors.is_empty() {
        true => Ended::Clean,
        false => Ended::Mistakes,
    })
}

fn refused(message: impl std::fmt::Display) -> Ended {
    eprintln!("tenon: {message}");
    Ended::Refused
}

/// The mapping that the arguments name.
fn find<'i>(interpreted: &'i Interpreted, arguments: &Try) -> Result<(&'i Version, &'static Interpreter), String> {
    let wanted = arguments.mapping.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut candidates = Vec::new();
    for version in &interpreted.versions {
        let name = display_name(version.connector);
        if arguments.connector.as_ref().is_some_and(|connector| *connector != name) {
            continue;
        }
        for mapper in version.mappers.iter().copied() {
            let info = mapper.info();
            let is_import = mapper.mapping().direction == Direction::Import;
            if is_import && (title(info) == wanted || info.external.name == wanted) {
                candidates.push((version, mapper));
            }
        }
    }
    match candidates.as_slice() {
        [one] => Ok(*one),
        [] => Err(format!(
            "there is no mapping `{wanted}`; there is\n{}",
            all(interpreted)
        )),
        several => {
            let names = several
                .iter()
                .map(|(version, mapper)| format!("  {}: {}", display_name(version.connector), title(mapper.info())));
            let names = names.collect::<Vec<_>>().join("\n");
            Err(format!(
                "several mappings are called so; name the whole mapping, and its version with --connector:\n{names}"
            ))
        }
    }
}

fn all(interpreted: &Interpreted) -> String {
    let versions = interpreted.versions.iter();
    let lines = versions.flat_map(|version| {
        let name = display_name(version.connector);
        let mappers = version.mappers.iter();
        mappers.map(move |mapper| format!("  {name}: {}", title(mapper.info())))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What stands above a context, so that it is read and checked as that of a test.
fn preamble(version: &Version, mapper: &Interpreter) -> String {
    let connector = version.connector;
    let number = connector.version.as_ref();
    let number = number.map(|version| format!(" \"{version}\"")).unwrap_or_default();
    format!(
        "connector {}{number}\ntest \"{NAME}\" {} {{\n",
        connector.name.text,
        title(mapper.info())
    )
}

fn add_context(found: &mut Found, path: &Path, preamble: &str) -> Result<(), FolderError> {
    let text = folder::read_file(path)?;
    let text = String::from_utf8(text).map_err(|_| FolderError::NotUtf8 { path: path.to_owned() })?;
    let block = match text.trim_start().starts_with("context") {
        true => text,
        false => format!("context {text}"),
    };
    let number = FileId(u32::try_from(found.sources.len()).unwrap_or(u32::MAX));
    // Last by name as well, so that it changes the place of nothing else.
    let name = format!("{} (below two lines of tenon try)", path.display());
    found
        .sources
        .push(Source::new(number, name, format!("{preamble}{block}\n}}\n")));
    Ok(())
}

fn is_ours(test: &Test) -> bool {
    test.name == NAME && test.expect.is_none()
}

type Records = Vec<(SourceId, Vec<u8>)>;

/// The payloads by source.
fn given(arguments: &Try, mapper: &'static Interpreter) -> Result<Result<Records, String>, FolderError> {
    let mut given = vec![(SourceId(0), folder::read_file(&arguments.record)?)];
    for joined in &arguments.with {
        let sources = &mapper.mapping().sources;
        let named = joined.split_once('=').and_then(|(alias, path)| {
            let source = sources.iter().position(|source| source.alias.text == alias)?;
            Some((SourceId(source), path))
        });
        let Some((source, path)) = named else {
            let aliases: Vec<&str> = sources
                .iter()
                .skip(1)
                .map(|source| source.alias.text.as_str())
                .collect();
            return Ok(Err(format!(
                "--with takes ALIAS=FILE; the aliases are: {}",
                aliases.join(", ")
            )));
        };
        given.push((source, folder::read_file(Path::new(path))?));
    }
    Ok(Ok(given))
}

fn print(trial: &Trial, version: &Version, mapper: &Interpreter) {
    let info = mapper.info();
    println!(
        "{} of {} ({})",
        title(info),
        display_name(version.connector),
        info.place
    );
    println!("{}", trial.result.json());
    let width = trial.made.iter().map(|made| made.path.len()).max().unwrap_or(0);
    section(
        "made by",
        trial.made.iter().map(|made| {
            let line = line_at(version.program, made.place).unwrap_or_default();
            format!("{:width$}  {}  {}", made.path, made.place, single(line))
        }),
    );
    section(
        "lookups",
        trial.lookups.iter().map(|one| {
            let by = match one.by {
                By::Context => "from the context",
                By::Symbol => "a name, nobody was asked",
            };
            format!("{} {} = {}  ({by})", one.stratum, one.question, one.answer)
        }),
    );
    section("unknown", trial.unknown.iter().map(|one| told(one, "")));
    section("errors: the record would not be stored", trial.errors.iter().map(said));
    section("warnings", trial.warnings.iter().map(|one| told(one, "")));
    section("notes", trial.notes.iter().cloned());
}

fn section(title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        println!("\n{title}");
        lines.iter().for_each(|line| println!("  {line}"));
    }
}

/// A line without the spaces that align it.
fn single(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn said(problem: &Problem) -> String {
    told(problem, &format!(" ({})", problem.kind))
}

fn told(problem: &Problem, kind: &str) -> String {
    let targets = problem.targets.join(", ");
    let targets = match targets.is_empty() {
        true => String::new(),
        false => format!("{targets}: "),
    };
    format!("{targets}{}{kind}  {}", problem.message, problem.place)
        .trim_end()
        .to_owned()
}
