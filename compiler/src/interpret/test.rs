//! Tests of mapping files: run, and compared with what they expect.

use super::constant::{of_json, wire};
use super::given::GivenExterns;
use super::shown::Shown;
use super::symbol::written;
use super::trial::{Halt, Problem, Trial, Tried, trial};
use super::{Interpreted, Version};
use crate::ir::mapping::SourceId;
use crate::ir::test::{Constant, Ending, Expect, Given, GivenValue, Test};
use tenon_runtime::generated::Timestamp;

/// What became of one test.
#[derive(Clone, Debug)]
pub struct Tested {
    /// `magento 1.7`
    pub version: String,
    /// What it shows.
    pub name: &'static str,
    /// File and line.
    pub place: &'static str,
    /// What is not as expected, a line each; none: it passes.
    pub differences: Vec<String>,
}

/// Reads a file that a test names: the mapping file, the name.
pub type ReadFile<'r> = dyn Fn(&str, &str) -> Result<Vec<u8>, String> + 'r;

/// Runs the tests whose name or file holds a text.
pub fn run_tests(
    interpreted: &Interpreted,
    externs: &GivenExterns,
    only: Option<&str>,
    read_file: &ReadFile<'_>,
) -> Vec<Tested> {
    let mut results = Vec::new();
    let versions = interpreted.versions.iter();
    for version in versions.flat_map(|version| std::iter::once(version).chain(version.parts.as_deref())) {
        let wanted =
            |test: &&'static Test| only.is_none_or(|only| test.name.contains(only) || test.place.text().contains(only));
        for test in version.connector.tests.iter().filter(wanted) {
            let differences = match run_test(version, externs, test, read_file) {
                Ok(trial) => differences(test, &trial),
                Err(message) => vec![message],
            };
            results.push(Tested {
                version: crate::ir::outline::display_name(version.connector),
                name: &test.name,
                place: test.place.text(),
                differences,
            });
        }
    }
    results
}

fn run_test(
    version: &Version,
    externs: &GivenExterns,
    test: &'static Test,
    read_file: &ReadFile<'_>,
) -> Result<Trial, String> {
    let file = |name: &str| json_file(name, read_file(file_of(test.place.text()), name)?);
    let sources = &version.connector.mappings[test.mapping.0].sources;
    let is_stored = |source: SourceId| {
        let external = sources.get(source.0).map(|source| source.external);
        external.is_some_and(|external| version.connector.externals[external.0].stored.is_some())
    };
    let (records, wire_data): (Vec<&'static Given>, Vec<&'static Given>) =
        test.given.iter().partition(|given| is_stored(given.source));
    let stored = records.into_iter().map(|given| {
        let fields = match &given.value {
            GivenValue::Inline(constant) => stored_values(constant)?,
            GivenValue::File(name) => {
                let constant = serde_json::from_slice(&file(name)?).map_err(|error| error.to_string())?;
                // Like the tests around it, it is needed until the command ends.
                stored_values(Box::leak(Box::new(of_json(&constant)))).map_err(|why| format!("\"{name}\": {why}"))?
            }
        };
        Ok((given.source, fields))
    });
    let given = wire_data.iter().map(|given| {
        let bytes = match &given.value {
            GivenValue::Inline(constant) => wire(constant).into_bytes(),
            GivenValue::File(name) => file(name)?,
        };
        Ok((given.source, bytes))
    });
    let tried = Tried {
        mapper: version.mappers[test.mapping.0],
        given: given.collect::<Result<_, String>>()?,
        stored: stored.collect::<Result<_, String>>()?,
        params: &test.params,
        context: &test.context,
        current: test.current.as_ref(),
        changed: &test.changed,
        now: Timestamp::UNIX_EPOCH,
    };
    Ok(trial(version, externs, &tried))
}

/// The fields of the record that an export is given.
fn stored_values(constant: &'static Constant) -> Result<&'static [(String, Constant)], String> {
    match constant {
        Constant::Record(fields) => Ok(fields),
        Constant::Literal(_) | Constant::List(_) | Constant::Reference { .. } => Err(
            "an export is given one stored record: { \"name\": .. }, its fields as the model declares them".to_owned(),
        ),
    }
}

/// The bytes of a file that a test gives, if they are JSON at all.
fn json_file(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let Err(error) = serde_json::from_slice::<serde_json::Value>(&bytes) else {
        return Ok(bytes);
    };
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    Err(match first == Some(&b'<') {
        true => format!(
            "\"{name}\" is XML; a test is given the JSON of its elements: {{ \"id\": \"1\", \"@lang\": \"fr\", \"#text\": \"..\" }}"
        ),
        false => format!("\"{name}\" is no JSON: {error}"),
    })
}

/// `partner.tenon` of `partner.tenon:62`
fn file_of(place: &str) -> &str {
    place.rsplit_once(':').map_or(place, |(file, _)| file)
}

fn differences(test: &Test, trial: &Trial) -> Vec<String> {
    let mut lines: Vec<String> = trial
        .notes
        .iter()
        .filter(|note| note.starts_with("context"))
        .cloned()
        .collect();
    match &test.expect {
        Some(Expect::Error { kind, at }) => lines.extend(expected_error(kind, at.as_deref(), trial)),
        Some(Expect::Stop { ending, because }) => lines.extend(expected_stop(*ending, because.as_deref(), trial)),
        Some(Expect::Fields { .. }) if trial.stopped.is_some() => lines.extend(instead(trial)),
        Some(Expect::Fields { fields, exactly }) => {
            lines.extend(trial.errors.iter().map(|error| format!("error: {}", said(error))));
            for (name, value) in fields {
                compare(name, value, trial.open.field(name), trial, &mut lines);
            }
            if *exactly {
                lines.extend(unexpected(fields, trial));
            }
        }
        None => lines.extend(trial.errors.iter().map(|error| format!("error: {}", said(error)))),
    }
    lines
}

fn expected_error(kind: &str, at: Option<&str>, trial: &Trial) -> Option<String> {
    let fits = |problem: &&Problem| {
        problem.kind == kind && at.is_none_or(|at| problem.targets.iter().any(|target| target == at))
    };
    if trial.errors.iter().any(|problem| fits(&problem)) {
        return None;
    }
    let wanted = at.map_or(kind.to_owned(), |at| format!("{kind} at {at}"));
    let others = instead(trial);
    Some(match others.is_empty() {
        true => format!("expected an error: {wanted}; there is none"),
        false => format!("expected an error: {wanted}; there is\n    {}", others.join("\n    ")),
    })
}

fn expected_stop(ending: Ending, because: Option<&str>, trial: &Trial) -> Option<String> {
    let fits = |halt: &&Halt| halt.ending == ending && because.is_none_or(|because| halt.reason == because);
    if trial.stopped.iter().any(|halt| fits(&halt)) {
        return None;
    }
    let because = because.map_or_else(String::new, |because| format!(" because \"{because}\""));
    let wanted = format!("expected {}{because}", ending.word());
    let others = instead(trial);
    Some(match others.is_empty() {
        true => format!("{wanted}; its rules ran without an error"),
        false => format!("{wanted}; there is\n    {}", others.join("\n    ")),
    })
}

/// What became of a record that is not what was expected: that it was stopped, or its errors.
fn instead(trial: &Trial) -> Vec<String> {
    let halted = trial.stopped.iter().map(|halt| format!("the record: {}", halt.words));
    halted
        .chain(trial.errors.iter().chain(&trial.unknown).map(said))
        .collect()
}

/// Where an expected value is not what came out, down to the field.
fn compare(path: &str, expected: &Constant, actual: &Shown, trial: &Trial, lines: &mut Vec<String>) {
    if let Some(unknown) = trial
        .unknown
        .iter()
        .find(|one| one.targets.iter().any(|target| target == path))
    {
        lines.push(format!("{path}: {}", said(unknown)));
        return;
    }
    match (expected, actual) {
        (Constant::Record(fields), Shown::Record(_)) => {
            for (name, value) in fields {
                compare(&format!("{path}.{name}"), value, actual.field(name), trial, lines);
            }
        }
        (Constant::List(items), Shown::List(elements)) => compare_lists(path, (items, elements), trial, lines),
        (expected, actual) if actual.is(expected) => {}
        (expected, actual) => lines.push(difference(path, &written(expected), actual, trial)),
    }
}

/// The elements that differ. What both lists begin and end with is left out, so that of an element that is one too many, or is not
/// there, nothing is told of those behind it.
fn compare_lists(path: &str, (items, elements): (&[Constant], &[Shown]), trial: &Trial, lines: &mut Vec<String>) {
    let is_same = |(item, element): &(&Constant, &Shown)| {
        let mut told = Vec::new();
        compare(path, item, element, trial, &mut told);
        told.is_empty()
    };
    let first = items.iter().zip(elements).take_while(is_same).count();
    let left = items.len().min(elements.len()) - first;
    let ends = items.iter().rev().zip(elements.iter().rev()).take(left);
    let last = ends.take_while(is_same).count();
    if items.len() != elements.len() {
        let (expected, got) = (counted(items.len()), counted(elements.len()));
        lines.push(told(path, &rule_of(path, trial), &expected, &got));
    }
    let (items, elements) = (
        &items[first..items.len() - last],
        &elements[first..elements.len() - last],
    );
    for position in 0..items.len().max(elements.len()) {
        let path = format!("{path}[{}]", first + position);
        match (items.get(position), elements.get(position)) {
            (Some(item), Some(element)) => compare(&path, item, element, trial, lines),
            (Some(item), None) => lines.push(told(&path, "", &written(item), "nothing")),
            (None, Some(element)) => lines.push(difference(&path, "nothing", element, trial)),
            (None, None) => {}
        }
    }
}

fn counted(elements: usize) -> String {
    match elements {
        1 => "1 element".to_owned(),
        _ => format!("{elements} elements"),
    }
}

fn difference(path: &str, expected: &str, actual: &Shown, trial: &Trial) -> String {
    let got = match masked(path, &trial.result) {
        true => Shown::Masked.to_string(),
        false => actual.to_string(),
    };
    told(path, &rule_of(path, trial), expected, &got)
}

/// Where the rule stands that has made a value.
fn rule_of(path: &str, trial: &Trial) -> String {
    let rule = trial.made.iter().find(|made| made.path == path);
    rule.map(|made| format!("  ({})", made.place)).unwrap_or_default()
}

fn told(path: &str, rule: &str, expected: &str, got: &str) -> String {
    let from = common(expected, got);
    format!(
        "{path}{rule}\n    expected {}\n    got      {}",
        part(expected, from),
        part(got, from)
    )
}

/// Letters of a value that are printed.
const MOST_LETTERS: usize = 240;
/// Letters before the first difference of long values.
const BEFORE: usize = 40;

/// Letters that two values begin with, where one of them is too long to be printed.
fn common(expected: &str, got: &str) -> usize {
    let is_long = [expected, got].iter().any(|text| text.chars().count() > MOST_LETTERS);
    match is_long {
        true => expected
            .chars()
            .zip(got.chars())
            .take_while(|(one, other)| one == other)
            .count(),
        false => 0,
    }
}

/// A value from a little before the first difference on, cut to what people read.
fn part(text: &str, same: usize) -> String {
    let from = same.saturating_sub(BEFORE);
    let before = if from > 0 { ".." } else { "" };
    let shown: String = text.chars().skip(from).take(MOST_LETTERS).collect();
    let left = text.chars().count().saturating_sub(from + MOST_LETTERS);
    match left {
        0 => format!("{before}{shown}"),
        _ => format!("{before}{shown}.. ({left} more letters)"),
    }
}

/// Whether a value must not be printed.
fn masked(path: &str, result: &Shown) -> bool {
    let name = path.split(['.', '[']).next().unwrap_or(path);
    [path, name].iter().any(|name| *result.field(name) == Shown::Masked)
}

/// Fields that `expect exactly` does not name.
fn unexpected(expected: &[(String, Constant)], trial: &Trial) -> Vec<String> {
    let Shown::Record(fields) = &trial.open else {
        return Vec::new();
    };
    let others = fields
        .iter()
        .filter(|(name, _)| !expected.iter().any(|(known, _)| known == name));
    others
        .map(|(name, value)| difference(name, "nothing", value, trial))
        .collect()
}

/// A problem on one line.
fn said(problem: &Problem) -> String {
    let targets = problem.targets.join(", ");
    let targets = if targets.is_empty() {
        String::new()
    } else {
        format!("{targets}: ")
    };
    let place = match problem.place.is_empty() {
        true => String::new(),
        false => format!(", {}", problem.place),
    };
    format!("{targets}{} ({}{place})", problem.message, problem.kind)
}
