//! Do two-way mappings lead back? Random records through every accepted one; wrong inverses are caught.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here is a failed test"
)]

use std::path::Path;
use std::sync::Arc;

use support::compile::{files, program_of};
use support::engines::externs;
use tenon_compiler::interpret::laws::{RuleTried, Tried, try_laws};
use tenon_compiler::interpret::{ExternTable, Externs, interpret};
use tenon_compiler::ir::expr::{Base, Expr, ExprKind};
use tenon_compiler::ir::mapping::{Direction, RuleKind};
use tenon_compiler::ir::{Literal, Program, Scalar};
use tenon_runtime::generated::{Out, Val};

/// Random records per two-way mapping.
const RECORDS: u32 = 120;
const SEED: u64 = 20;

fn tried(program: Program, externs: &Arc<dyn Externs>) -> Vec<Tried> {
    try_laws(&interpret(program, externs).expect("it is interpreted"), RECORDS, SEED)
}

fn case(name: &str) -> Program {
    program_of(&files(&Path::new("cases/accept/sync").join(name)))
}

fn broken(tried: &[Tried]) -> Vec<String> {
    let rules = tried.iter().flat_map(|sync| &sync.rules);
    let said = |rule: &RuleTried| rule.counterexample.as_ref().map(|how| format!("{}: {how}", rule.line));
    rules.filter_map(said).collect()
}

#[test]
fn every_accepted_two_way_rule_leads_back_on_random_records() {
    let mut rules = 0;
    for entry in std::fs::read_dir("cases/accept/sync").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "tenon") {
            continue;
        }
        let tried = tried(program_of(&files(&path)), &externs::of_cases());
        assert_eq!(broken(&tried), [""; 0], "{}", path.display());
        for rule in tried.iter().flat_map(|sync| &sync.rules) {
            if rule.line.contains(" via ") {
                let why = rule.unknown.as_deref().expect("a list is tried by tests of its own");
                assert!(why.contains("mappings of their own"), "{why}");
                continue;
            }
            println!("{}: {} out, {} in", rule.line, rule.outside, rule.inside);
            assert!(
                rule.outside > 20 && rule.inside > 20,
                "too few records go through: {rule:?}"
            );
            rules += 1;
        }
    }
    assert!(rules >= 25, "{rules}");
}

#[test]
fn a_wrong_inverse_of_the_author_is_caught() {
    fn all_blue<'s>(_: &[Val<'s>]) -> Out<'s> {
        Ok(Val::made("blue".to_owned()))
    }
    fn number<'s>(args: &[Val<'s>]) -> Out<'s> {
        let name = args[0].clone().into_text()?;
        Ok(Val::Int(crate_number(&name)))
    }
    let wrong: Arc<dyn Externs> = Arc::new(ExternTable(&[
        ("trello_color", number),
        ("trello_color_name", all_blue),
    ]));
    let found = broken(&tried(case("board.tenon"), &wrong));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("trello_color"), "{found:?}");
    assert!(
        found[0].contains("prefs.color") || found[0].contains("color ="),
        "{found:?}"
    );
}

fn crate_number(name: &str) -> i64 {
    i64::try_from(name.len()).unwrap()
}

#[test]
fn a_wrong_inverse_in_the_table_of_functions_is_caught_for_each_of_them() {
    let mut caught = 0;
    for (at, right) in exported_calls(&case("steps.tenon")).into_iter().enumerate() {
        let mut program = case("steps.tenon");
        let mut number = 0;
        on_exported_calls(&mut program, &mut |call| {
            if number == at {
                *call = wrong(call);
            }
            number += 1;
        });
        let tried = tried(program, &externs::of_cases());
        // Broken, or nothing goes through any more: then the rule is told as one that could not be tried.
        let is_caught = |rule: &&RuleTried| !rule.holds();
        let caught_in = tried.iter().flat_map(|sync| &sync.rules).find(is_caught);
        let rule = caught_in.unwrap_or_else(|| panic!("a wrong `{right}` on the way back is not caught"));
        println!("{right}: {} {:?}", rule.line, rule.counterexample);
        caught += 1;
    }
    assert!(caught >= 10, "{caught}");
}

/// What a wrong row of the table would make of it: something is done to the value on its way back, or nothing where something is due.
fn wrong(call: &Expr) -> Expr {
    let ExprKind::Builtin { args, .. } = &call.kind else {
        return call.clone();
    };
    let (name, args) = match call.ty.base {
        Base::Scalar(Scalar::Text, _) => ("add_prefix", vec![call.clone(), text_literal(call)]),
        Base::Scalar(Scalar::Int | Scalar::Decimal(_), _) => ("abs", vec![call.clone()]),
        Base::Scalar(Scalar::Bool, _) => ("not", vec![call.clone()]),
        Base::Scalar(..)
        | Base::Ext(_)
        | Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Record(_)
        | Base::List(_)
        | Base::Map(_)
        | Base::Nothing
        | Base::Wrong => return args[0].clone(),
    };
    Expr {
        kind: ExprKind::Builtin { name, args },
        ..call.clone()
    }
}

fn text_literal(like: &Expr) -> Expr {
    Expr {
        kind: ExprKind::Literal(Literal::Text("?".to_owned())),
        ..like.clone()
    }
}

/// The functions that lead back, one for each rule of an export.
fn exported_calls(program: &Program) -> Vec<&'static str> {
    let mut names = Vec::new();
    on_exported_calls(&mut program.clone(), &mut |call| {
        if let ExprKind::Builtin { name, .. } = &call.kind {
            names.push(*name);
        }
    });
    names
}

/// Visits each call of a built-in function that is the whole value of an exported two-way rule.
fn on_exported_calls(program: &mut Program, visit: &mut dyn FnMut(&mut Expr)) {
    for connector in &mut program.connectors {
        let two_way: Vec<_> = connector.two_way.iter().map(|rule| rule.place.span).collect();
        let exports = connector
            .mappings
            .iter_mut()
            .filter(|mapping| mapping.direction == Direction::Export);
        for rule in exports.flat_map(|mapping| &mut mapping.rules) {
            if let RuleKind::Set { value, .. } = &mut rule.kind
                && two_way.contains(&rule.place.span)
                && matches!(value.kind, ExprKind::Builtin { .. })
            {
                visit(value);
            }
        }
    }
}
