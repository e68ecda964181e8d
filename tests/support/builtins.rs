//! The table of built-in functions, called row by row: examples as a mapping, values at random, inverses.

pub mod value;

use std::fmt::Write as _;
use std::sync::Arc;

use tenon_compiler::builtin::{BUILTINS, Builtin, Class, Kind, Need, ResultRule};
use tenon_compiler::interpret::test::run_tests;
use tenon_compiler::interpret::{GivenExterns, call, interpret};
use tenon_runtime::value::{Out, Val};

use value::Values;

pub use tenon_compiler::builtin::{Builtin as Row, Class as RowClass};

/// Calls with random values per function.
const CALLS: usize = 2_000;

/// The whole table.
pub fn table() -> Vec<Builtin> {
    BUILTINS.iter().map(|row| **row).collect()
}

/// What the examples name, above them.
const HEAD: &str = include_str!("builtins/head.tenon");
/// What they are given, below them.
const GIVEN: &str = include_str!("builtins/given.tenon");

/// A mapping with a rule for each example, and a test that expects all of them to hold.
pub fn program() -> String {
    let (exports, imports): (Vec<_>, Vec<_>) = examples().into_iter().partition(|(name, _)| name.starts_with("ext_of"));
    let mut out = HEAD.to_owned();
    let fields = imports.iter().map(|(name, _)| format!("  {name}: bool | null\n"));
    let _ = write!(out, "\ninternal example.result {{\n{}}}\n", fields.collect::<String>());
    let rules = |all: &[(String, &str)]| {
        all.iter()
            .map(|(name, example)| format!("  {name} = {example}\n"))
            .collect::<String>()
    };
    let _ = write!(out, "\nimport example.result from Example {{\n{}}}\n", rules(&imports));
    let fields = exports.iter().map(|(name, _)| format!("  {name}: bool\n"));
    let _ = write!(
        out,
        "\nexternal Link key id {{\n  id: int\n{}}}\n",
        fields.collect::<String>()
    );
    let _ = write!(out, "\nexport example.link to Link {{\n{}}}\n", rules(&exports));
    let expected = imports.iter().map(|(name, _)| format!("    {name}: true\n"));
    let _ = write!(out, "\n{GIVEN}  expect {{\n{}  }}\n}}\n", expected.collect::<String>());
    out
}

fn examples() -> Vec<(String, &'static str)> {
    let rows = BUILTINS.iter().flat_map(|row| {
        let numbered = row.examples.iter().zip(1..);
        numbered.map(|(example, number)| (format!("{}_{number}", row.name), *example))
    });
    rows.collect()
}

/// Examples that do not hold, as the interpreter sees it.
///
/// # Panics
/// One of them does not compile.
pub fn examples_that_fail() -> Vec<String> {
    let program = crate::compile::program_of(&[("examples.tenon".to_owned(), program())]);
    let externs = Arc::new(GivenExterns::default());
    let shared: Arc<dyn tenon_compiler::interpret::Externs> = Arc::<GivenExterns>::clone(&externs);
    let interpreted = interpret(program, &shared).expect("the examples are interpreted");
    let tested = run_tests(&interpreted, &externs, None, &|_, name| Err(format!("no file {name}")));
    assert_eq!(tested.len(), 1, "{tested:?}");
    tested.into_iter().flat_map(|test| test.differences).collect()
}

/// Examples that ask the store nothing and are not `true` in compiled code.
///
/// # Panics
/// The compiled connector is not that of the table.
pub fn compiled_examples_that_fail() -> Vec<String> {
    let files = [("examples.tenon".to_owned(), program())];
    let program = crate::engines::interpreted_of(&files, Arc::new(GivenExterns::default()));
    let pairs = crate::engines::pairs(crate::connectors::examples::register_all, &program);
    let pair = pairs
        .iter()
        .find(|pair| pair.generated.info().external.name == "Example")
        .expect("the import");
    let given = crate::engines::Given {
        main: include_str!("builtins/given.json").to_owned(),
        joined: Vec::new(),
        seed: 1,
    };
    let made = crate::engines::outcome(pair, pair.generated, &given);
    let plain = BUILTINS.iter().filter(|row| !row.is_lookup());
    let names = plain.flat_map(|row| (1..=3).map(|number| format!("{}_{number}", row.name)));
    let fails = names.filter(|name| !made.text.contains(&format!("\"{name}\":true")));
    fails.collect()
}

/// Calls of a function whose result is not what the table declares.
pub fn outside_the_type(row: &Builtin) -> Vec<String> {
    let Some(path) = row.path.filter(|_| !row.is_of_record()) else {
        return Vec::new();
    };
    let mut values = Values::new(row.name);
    let mut good = 0;
    let mut wrong = Vec::new();
    for _ in 0..CALLS {
        let given = arguments(row, &mut values);
        let shown = format!("{}{given:?}", row.name);
        let lambda = |value: Val<'static>| value::lambda(row, value);
        let takes = row
            .params
            .iter()
            .any(|param| is_function(param.kind) && param.need == Need::Required);
        let made = match takes {
            true => call(path, given.clone(), Some(&lambda)),
            false => call(path, given.clone(), None),
        };
        if let Ok(value) = made.unwrap_or_else(|| panic!("{shown} cannot be called")) {
            good += 1;
            if let Err(why) = declared(row, &given, &value) {
                wrong.push(format!("{shown} gives {value:?}: {why}"));
            }
        }
    }
    // A generator whose values all fail would prove nothing.
    if good * 20 < CALLS {
        wrong.push(format!("{}: only {good} of {CALLS} calls succeed", row.name));
    }
    wrong
}

fn is_function(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Function | Kind::Predicate | Kind::Order | Kind::NumberFunction
    )
}

/// Values by position; a lambda has none.
fn arguments(row: &Builtin, values: &mut Values) -> Vec<Val<'static>> {
    let mut given: Vec<Val<'static>> = Vec::new();
    for param in row.params.iter().filter(|param| !is_function(param.kind)) {
        let value = match matches!(param.kind, Kind::Same | Kind::Part) {
            true => value::beside(&given[0], values),
            false => values.of(param.kind, row),
        };
        given.push(value);
        if param.need == Need::Rest && values.coin() {
            given.push(values.of(param.kind, row));
        }
    }
    if row.params.is_empty() || !values.one_in(12) {
        return given;
    }
    given[0] = match values.coin() {
        true => Val::Null,
        false => Val::Missing,
    };
    given
}

/// Whether a result is what the rule of the row says.
fn declared(row: &Builtin, given: &[Val<'static>], made: &Val<'_>) -> Result<(), String> {
    let first = given.first().unwrap_or(&Val::Missing);
    if first.is_absent() && !row.accepts_absence && value::same_absence(first, made).is_ok() {
        return Ok(());
    }
    let digits = |at: usize| match given.get(at) {
        Some(Val::Int(digits)) => usize::try_from(*digits).unwrap_or_default(),
        _ => usize::MAX,
    };
    match row.result {
        ResultRule::Text => value::is_text(made, usize::MAX),
        ResultRule::TextAsFirst => value::is_text(made, value::characters(first)),
        ResultRule::TextNotNull => value::is_text(made, value::characters(first)),
        ResultRule::TextMax(at) => value::is_text(made, digits(at)),
        ResultRule::Int => value::is(matches!(made, Val::Int(_)), "no int"),
        ResultRule::Bool => value::is(matches!(made, Val::Bool(_)), "no bool"),
        ResultRule::Decimal => value::is_decimal(made, 28),
        ResultRule::DecimalScale(at) => value::is_decimal(made, digits(at)),
        ResultRule::Date => value::is(matches!(made, Val::Date(_)), "no date"),
        ResultRule::DateTime => value::is(matches!(made, Val::DateTime(_)), "no datetime"),
        ResultRule::Duration => value::is(matches!(made, Val::Duration(_)), "no duration"),
        ResultRule::First => value::is_like(made, first),
        ResultRule::FirstPresent => value::is_like(made, first).and_then(|()| value::is(!made.is_absent(), "absent")),
        ResultRule::FirstOrNull => value::is_like_or_null(made, first),
        ResultRule::Common | ResultRule::CommonOfPair | ResultRule::CommonOfDated => {
            let parts: Vec<Val<'static>> = given.iter().flat_map(value::elements).cloned().collect();
            let of_lists = value::all(made, |one| value::is(value::has(&parts, one), "another element"));
            let known = value::has(given, made) || value::is_number(made) || of_lists.is_ok();
            value::is(known, "none of the values")
        }
        ResultRule::TextList => value::all(made, |one| value::is_text(one, usize::MAX)),
        ResultRule::WithoutGaps => value::all(made, |one| value::is(!one.is_absent(), "a gap")),
        ResultRule::ListOfFunction => value::is_list(made, value::length(first)),
        ResultRule::ListOfFirst => value::list_of_first(row, given, made),
        ResultRule::Element => value::is(value::has(value::elements(first), made), "no element"),
        ResultRule::Sum => value::is(value::is_number(made), "no number"),
        ResultRule::MapValue => value::is(
            matches!(made, Val::Missing) || value::is_number(made),
            "no value of the map",
        ),
        ResultRule::MapOfEntries => value::all(made, |one| value::is_list(one, 2)),
        ResultRule::Lookup => Ok(()),
    }
}

/// Rows whose inverse does not lead back: exactly for class E, after the first round for class C.
pub fn wrong_inverses(table: &[Builtin]) -> Vec<String> {
    table
        .iter()
        .filter(|row| !row.is_lookup())
        .filter_map(|row| inverse_fault(row, table))
        .collect()
}

fn inverse_fault(row: &Builtin, table: &[Builtin]) -> Option<String> {
    let name = row.inverse?;
    let Some(inverse) = table.iter().find(|other| other.name == name) else {
        return Some(format!("{}: there is no {name}", row.name));
    };
    let mut values = Values::new(row.name);
    let mut inverted = 0;
    for _ in 0..CALLS {
        let mut given = arguments(row, &mut values);
        // What the inverse makes of the results is what this function meets in a two-way rule.
        if values.coin() {
            let mut back = arguments(inverse, &mut values);
            back.truncate(1);
            back.extend(given.drain(1..));
            let Ok(start) = called(inverse, &back) else { continue };
            given = vec![start];
            given.extend(back.drain(1..));
        }
        if given[0].is_absent() {
            continue;
        }
        let Ok(made) = called(row, &given) else { continue };
        inverted += 1;
        if let Err(why) = leads_back(row, inverse, &given, &made) {
            return Some(format!("{} {given:?} gives {made:?}, and {name} {why}", row.name));
        }
    }
    (inverted * 20 < CALLS).then(|| format!("{}: only {inverted} of {CALLS} values were inverted", row.name))
}

fn leads_back(row: &Builtin, inverse: &Builtin, given: &[Val<'static>], made: &Val<'static>) -> Result<(), String> {
    let with = |value: &Val<'static>| {
        let mut all = vec![value.clone()];
        all.extend(given[1..].iter().cloned());
        all
    };
    let back = called(inverse, &with(made)).map_err(|fault| format!("fails: {fault}"))?;
    match row.class {
        Class::Exact => value::is(value::same(&back, &given[0]), &format!("gives {back:?}")),
        Class::Canonical => {
            let again = called(row, &with(&back)).map_err(|fault| format!("gives {back:?}, which fails: {fault}"))?;
            let end = called(inverse, &with(&again)).map_err(|fault| format!("fails: {fault}"))?;
            let settles = value::same(&again, made) && value::same(&end, &back);
            value::is(settles, &format!("gives {back:?}, then {again:?}, then {end:?}"))
        }
        Class::Lossy | Class::NoConversion => Err("is an inverse of what loses something".to_owned()),
    }
}

fn called(row: &Builtin, given: &[Val<'static>]) -> Out<'static> {
    let path = row.path.expect("a function that is called");
    call(path, given.to_vec(), None).expect("a function without lambda")
}
