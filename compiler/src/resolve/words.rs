//! Expressions as they were written: what stands in them, and the parent's value in place of `inherited`.

use tenon_dsl::ast::expr::{Expr, ExprKind, TextPart};
use tenon_dsl::ast::mapping::{Clause, Join, JoinSource, Mapping, Rule, Statement};
use tenon_dsl::source::Span;

/// The expressions directly below one, to read or to change them.
macro_rules! each_part {
    ($expr:expr, $see:ident, $iter:ident) => {
        match $expr {
            ExprKind::Name(_)
            | ExprKind::QuotedName(_)
            | ExprKind::Hole
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::RawText(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Missing => {}
            ExprKind::Field { of, .. } | ExprKind::Is { of, .. } => $see(of),
            ExprKind::Index { of, index } => {
                $see(of);
                $see(index);
            }
            ExprKind::Text(text) => {
                for part in text.parts.$iter() {
                    if let TextPart::Value(value) = part {
                        $see(value);
                    }
                }
            }
            ExprKind::List(items) => items.$iter().for_each($see),
            ExprKind::Record(fields) => {
                for field in fields.$iter() {
                    let tenon_dsl::ast::expr::RecordField { value, .. } = field;
                    $see(value);
                }
            }
            ExprKind::Call(call) => {
                for arg in call.args.$iter() {
                    let tenon_dsl::ast::expr::Arg { value, .. } = arg;
                    $see(value);
                }
            }
            ExprKind::Pipe { input, step } => {
                $see(input);
                for arg in step.args.$iter() {
                    let tenon_dsl::ast::expr::Arg { value, .. } = arg;
                    $see(value);
                }
            }
            ExprKind::Default { value: a, default: b }
            | ExprKind::Catch { value: a, fallback: b }
            | ExprKind::Binary { left: a, right: b, .. }
            | ExprKind::In { value: a, list: b } => {
                $see(a);
                $see(b);
            }
            ExprKind::Lambda { body, .. } => $see(body),
            ExprKind::Unary { operand, .. } => $see(operand),
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                $see(condition);
                $see(then);
                otherwise.$iter().for_each(|part| $see(part));
            }
            ExprKind::Match { subject, arms } => {
                $see(subject);
                for arm in arms.$iter() {
                    let tenon_dsl::ast::expr::MatchArm { value, .. } = arm;
                    $see(value);
                }
            }
        }
    };
}

/// Calls `see` for an expression and all that stands in it, outermost first.
pub(crate) fn deep(expr: &Expr, see: &mut dyn FnMut(&Expr)) {
    see(expr);
    let mut below = |part: &Expr| deep(part, see);
    each_part!(&expr.kind, below, iter);
}

/// Calls `change` for the expressions directly below one.
pub(crate) fn parts_mut(expr: &mut Expr, change: &mut dyn FnMut(&mut Expr)) {
    let mut below = |part: &mut Expr| change(part);
    each_part!(&mut expr.kind, below, iter_mut);
}

/// Puts `value` where `inherited` stands; gives the places of the word.
pub(super) fn put_inherited(expr: &mut Expr, value: Option<&Expr>) -> Vec<Span> {
    let mut found = Vec::new();
    put(expr, value, &mut found);
    found
}

fn put(expr: &mut Expr, value: Option<&Expr>, found: &mut Vec<Span>) {
    if matches!(&expr.kind, ExprKind::Name(word) if word == "inherited") {
        found.push(expr.span);
        if let Some(value) = value {
            *expr = value.clone();
        }
        return;
    }
    parts_mut(expr, &mut |part| put(part, value, found));
}

/// Every expression of a statement.
pub(crate) fn of_statement<'s>(statement: &'s Statement, see: &mut dyn FnMut(&'s Expr)) {
    match statement {
        Statement::Adopt(adopt) => adopt.filter.iter().for_each(see),
        Statement::Skip(skip) => [&skip.when, &skip.because].into_iter().for_each(see),
        Statement::Retry(retry) => [&retry.when, &retry.because].into_iter().for_each(see),
        Statement::Let(one) => see(&one.value),
        Statement::Rule(rule) => of_rule(rule, see),
        Statement::Check(check) => [&check.condition, &check.because].into_iter().for_each(see),
        Statement::Ignore(ignore) => ignore.paths.iter().for_each(see),
        Statement::Batch(_) | Statement::After(_) | Statement::Copy(_) => {}
    }
}

fn of_rule<'s>(rule: &'s Rule, see: &mut dyn FnMut(&'s Expr)) {
    see(&rule.value);
    for clause in &rule.clauses {
        match clause {
            Clause::When { condition, span: _ } => see(condition),
            Clause::Via { args, .. } => args.iter().for_each(|arg| see(&arg.value)),
            Clause::KeyedBy { key, span: _ } => see(key),
            Clause::Only(_) | Clause::Orphans(_) => {}
        }
    }
}

/// Every expression of a join.
pub(crate) fn of_join<'s>(join: &'s Join, see: &mut dyn FnMut(&'s Expr)) {
    match &join.source {
        Some(JoinSource::From { operation: _, args }) => args.iter().for_each(|arg| see(&arg.value)),
        Some(JoinSource::In(list)) => see(list),
        None => {}
    }
    join.filter.iter().chain(&join.latest_by).for_each(see);
}

/// What a mapping makes of the value at a place: the targets that its `let` or join feeds, none for a rule, which shows them;
/// and the line that would take the place of the one that it stands in.
pub(crate) fn feeds(mapping: &Mapping, span: Span) -> (Vec<String>, Option<String>) {
    let mut fed: Vec<String> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for join in &mapping.joins {
        if holds(&mut |see| of_join(join, see), span) || encloses(join.span, span) {
            names.push(join.alias.value.clone());
            let line = format!("override with {} as {} ..", join.external.value, join.alias.value);
            return (followed(mapping, names, fed), Some(line));
        }
    }
    for statement in &mapping.statements {
        if holds(&mut |see| of_statement(statement, see), span) {
            note(statement, &mut names, &mut fed);
            return match (names.first(), &fed[..]) {
                (Some(name), _) => {
                    let line = format!("override let {name} = ..");
                    (followed(mapping, names, fed), Some(line))
                }
                (None, targets) if matches!(statement, Statement::Rule(_)) => {
                    (Vec::new(), Some(format!("override {} = ..", targets.join(", "))))
                }
                (None, _) => (Vec::new(), None),
            };
        }
    }
    (fed, None)
}

fn encloses(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// The targets that names feed, through others.
fn followed(mapping: &Mapping, mut names: Vec<String>, mut fed: Vec<String>) -> Vec<String> {
    let mut at = 0;
    while at < names.len() {
        let name = names[at].clone();
        at += 1;
        for join in mapping.joins.iter().filter(|join| join.alias.value != name) {
            if mentions(&mut |see| of_join(join, see), &name) && !names.contains(&join.alias.value) {
                names.push(join.alias.value.clone());
            }
        }
        for statement in &mapping.statements {
            if mentions(&mut |see| of_statement(statement, see), &name) {
                note(statement, &mut names, &mut fed);
            }
        }
    }
    fed
}

/// Adds what a statement makes: a name or targets.
fn note(statement: &Statement, names: &mut Vec<String>, fed: &mut Vec<String>) {
    let add = |list: &mut Vec<String>, name: String| {
        if !list.contains(&name) {
            list.push(name);
        }
    };
    match statement {
        Statement::Let(one) => add(names, one.name.value.clone()),
        Statement::Rule(rule) => {
            for target in &rule.targets {
                let path: Vec<&str> = target.path.iter().map(|name| name.value.as_str()).collect();
                add(fed, path.join("."));
            }
        }
        Statement::Adopt(_) => add(fed, "adopt".to_owned()),
        Statement::Skip(_) => add(fed, "skip".to_owned()),
        Statement::Retry(_) => add(fed, "retry".to_owned()),
        Statement::Check(_) => add(fed, "check".to_owned()),
        Statement::Batch(_) | Statement::After(_) | Statement::Copy(_) | Statement::Ignore(_) => {}
    }
}

type Exprs<'e, 's> = dyn FnMut(&mut dyn FnMut(&'s Expr)) + 'e;

fn holds(exprs: &mut Exprs<'_, '_>, span: Span) -> bool {
    let mut found = false;
    exprs(&mut |expr| deep(expr, &mut |part| found |= within(part, span)));
    found
}

/// Whether a place is that of an expression, or of the field behind its dot.
fn within(expr: &Expr, span: Span) -> bool {
    let behind = if let ExprKind::Field { name, .. } = &expr.kind {
        name.span == span
    } else if let ExprKind::Call(call) | ExprKind::Pipe { step: call, .. } = &expr.kind {
        call.function.span == span
    } else {
        false
    };
    expr.span == span || behind
}

fn mentions(exprs: &mut Exprs<'_, '_>, name: &str) -> bool {
    let mut found = false;
    exprs(&mut |expr| {
        deep(expr, &mut |part| {
            found |= matches!(&part.kind, ExprKind::Name(word) if word == name);
        });
    });
    found
}
