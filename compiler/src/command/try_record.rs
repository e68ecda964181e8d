//! `tenon try`: what a mapping makes of one record, without rustc, store or network.

use super::show::written;
use super::{Ended, Output, stored};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tenon_compiler::folder::{self, FolderError, Found};
use tenon_compiler::interpret::against::against;
use tenon_compiler::interpret::trial::{Problem, Trial, Tried, rule_at, title, trial};
use tenon_compiler::interpret::{By, Externs, GivenExterns, Interpreted, Interpreter, Version, interpret};
use tenon_compiler::ir::mapping::{Direction, SourceId};
use tenon_compiler::ir::outline::display_name;
use tenon_compiler::ir::test::{Constant, GivenValue, Test};
use tenon_dsl::source::{FileId, Source};
use tenon_runtime::generated::{Mapper as _, Timestamp};

/// Arguments of `tenon try`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tenon try Customer --record customer.json --with book=addresses.json\n  tenon try \"import res.partner from Customer\" --connector \"magento 1.7\" --record customer.json"
)]
pub(crate) struct Try {
    /// The mapping: `import res.partner from Customer`, `export res.partner to Customer`; for an import the external type alone will do
    mapping: String,
    /// One record as it comes over the wire, as JSON, or one element in a file `.xml`; for an export its stored values, as JSON
    #[arg(long, value_name = "FILE")]
    record: PathBuf,
    /// Records of a source beside it, as a list in JSON: `book=addresses.json`; the record around it by its alias, too
    #[arg(long = "with", value_name = "ALIAS=FILE")]
    with: Vec<String>,
    /// What lookups, settings and functions answer: a `context { .. }` as in a test
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// The record that is there already, as JSON: of an import the stored one, of an export what the other side holds. Says what would change
    #[arg(long, value_name = "FILE")]
    current: Option<PathBuf>,
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
    let (head, is_export) = match find(&interpreted, arguments) {
        Ok((version, mapper)) => (preamble(version, mapper), sends(mapper)),
        Err(message) => return Ok(refused(message)),
    };
    let mut ours: Option<&'static Test> = None;
    if arguments.context.is_some() || arguments.current.is_some() || is_export {
        let given = match blocks(arguments, is_export)? {
            Ok(given) => given,
            Err(message) => return Ok(refused(message)),
        };
        add_test(&mut found, arguments, &head, &given)?;
        let checked = found.analyze();
        let Some(program) = checked.program else {
            return Ok(arguments.output.complain(&checked.reports, &found));
        };
        interpreted = match interpret(program, &shared) {
            Ok(interpreted) => interpreted,
            Err(error) => return Ok(refused(error)),
        };
        let mut tests = interpreted.versions.iter().flat_map(|version| &version.connector.tests);
        ours = tests.find(|test| is_ours(test));
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
        stored: ours
            .map(|test| (SourceId(0), stored_values(test)))
            .into_iter()
            .collect(),
        params: &[],
        context: ours.map_or(&[], |test| &test.context),
        current: ours.and_then(|test| test.current.as_ref()),
        changed: &[],
        now: Timestamp::now(),
    };
    let made = trial(version, &externs, &tried);
    print(&made, version, mapper, &found);
    if let (Some(current), None) = (tried.current, &made.stopped) {
        print_against(&made, current);
    }
    Ok(match made.errors.is_empty() {
        true => Ended::Clean,
        false => Ended::Mistakes,
    })
}

/// What is given as stored values, as a test would write it: the record of an export, and the one that is there already.
fn blocks(arguments: &Try, is_export: bool) -> Result<Result<String, String>, FolderError> {
    let record = is_export.then_some(("given", &arguments.record));
    let current = arguments.current.as_ref().map(|path| ("current", path));
    let mut blocks = Vec::new();
    for (word, path) in record.into_iter().chain(current) {
        match stored::block(word, &folder::read_file(path)?) {
            Ok(block) => blocks.push(block),
            Err(problem) => return Ok(Err(format!("{}: {problem}", path.display()))),
        }
    }
    Ok(Ok(blocks.join("\n")))
}

fn refused(message: impl std::fmt::Display) -> Ended {
    eprintln!("tenon: {message}");
    Ended::Refused
}

/// Whether a mapping sends what it makes: it is given stored values.
fn sends(mapper: &Interpreter) -> bool {
    match mapper.mapping().direction {
        Direction::Export => true,
        Direction::Import => false,
    }
}

/// The stored values that an export is given.
fn stored_values(test: &'static Test) -> &'static [(String, Constant)] {
    let records = test.given.iter().filter_map(|given| match &given.value {
        GivenValue::Inline(Constant::Record(fields)) => Some(fields.as_slice()),
        GivenValue::Inline(Constant::Literal(_) | Constant::List(_) | Constant::Reference { .. })
        | GivenValue::File(_) => None,
    });
    records.into_iter().next().unwrap_or(&[])
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
            let by_type = !sends(mapper) && info.external.name == wanted;
            if by_type || title(info) == wanted || both_ways(mapper).is_some_and(|title| title == wanted) {
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
        several
            if several
                .iter()
                .any(|(_, mapper)| both_ways(mapper).as_ref() == Some(&wanted)) =>
        {
            let halves = several.iter().map(|(_, mapper)| format!("  {}", title(mapper.info())));
            let halves = halves.collect::<Vec<_>>().join("\n");
            Err(format!(
                "a `sync` is an import and an export; name one of them:\n{halves}"
            ))
        }
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

/// `sync M <-> X`, where a mapping is half of one: both halves stand in one place.
fn both_ways(mapper: &Interpreter) -> Option<String> {
    let info = mapper.info();
    let variant = info.variant.map(|name| format!(" as {name}")).unwrap_or_default();
    let name = format!("sync {}{variant} <-> {}", info.model.name, info.external.name);
    let own = mapper.mapping();
    let mut mappings = mapper.connector().mappings.iter();
    let is_half = mappings.any(|other| other.place == own.place && other.direction != own.direction);
    is_half.then_some(name)
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

/// Adds what is given and the context as a test, so that both are read and checked as those of one.
fn add_test(found: &mut Found, arguments: &Try, preamble: &str, given: &str) -> Result<(), FolderError> {
    let block = match &arguments.context {
        None => String::new(),
        Some(path) => {
            let text = folder::read_file(path)?;
            let text = String::from_utf8(text).map_err(|_| FolderError::NotUtf8 { path: path.to_owned() })?;
            match text.trim_start().starts_with("context") {
                true => text,
                false => format!("context {text}"),
            }
        }
    };
    let (given, lines) = match given {
        "" => (String::new(), "two"),
        given if given.contains('\n') => (format!("{given}\n"), "four"),
        given => (format!("{given}\n"), "three"),
    };
    let path = arguments.context.as_ref().unwrap_or(&arguments.record);
    let number = FileId(u32::try_from(found.sources.len()).unwrap_or(u32::MAX));
    // Last by name as well, so that it changes the place of nothing else.
    let name = format!("{} (below {lines} lines of tenon try)", path.display());
    let text = format!("{preamble}{given}{block}\n}}\n");
    found.sources.push(Source::new(number, name, text));
    Ok(())
}

fn is_ours(test: &Test) -> bool {
    test.name == NAME && test.expect.is_none()
}

type Records = Vec<(SourceId, Vec<u8>)>;

/// The payloads by source.
fn given(arguments: &Try, mapper: &'static Interpreter) -> Result<Result<Records, String>, FolderError> {
    let mut given = Vec::new();
    if !sends(mapper) {
        given.push((SourceId(0), folder::read_record(&arguments.record)?));
    }
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
        given.push((source, folder::read_record(Path::new(path))?));
    }
    Ok(Ok(given))
}

fn print(trial: &Trial, version: &Version, mapper: &Interpreter, found: &Found) {
    let info = mapper.info();
    println!(
        "{} of {} ({})",
        title(info),
        display_name(version.connector),
        info.place
    );
    match &trial.stopped {
        Some(halt) => println!("{}", halt.words),
        None => println!("{}", trial.result.json()),
    }
    let width = trial.made.iter().map(|made| made.path.len()).max().unwrap_or(0);
    section(
        "made by",
        trial.made.iter().map(|made| {
            let rule = rule_at(version.program, made.place).map(|span| written(span, found).0);
            format!("{:width$}  {}  {}", made.path, made.place, rule.unwrap_or_default())
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

/// What would change of the record that is there.
fn print_against(trial: &Trial, current: &Constant) {
    let (differ, same) = against(trial, current);
    let width = differ.iter().map(|one| one.field.len()).max().unwrap_or(0);
    section(
        "against the current record",
        differ
            .iter()
            .map(|one| format!("{:width$}  {} -> {}", one.field, one.before, one.after))
            .chain(std::iter::once(match (differ.len(), same) {
                (0, _) => "nothing would change".to_owned(),
                (_, same) => format!("{same} of the written fields stay as they are"),
            })),
    );
}

fn section(title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        println!("\n{title}");
        lines.iter().for_each(|line| println!("  {line}"));
    }
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
