//! Which names a statement may mean: enough to tell which `let`s a half needs.

use tenon_dsl::ast::expr::{Arg, Expr, ExprKind, TextPart};
use tenon_dsl::ast::mapping::{Clause, Let, Statement};

/// The `let`s that statements use, be it through others.
pub(super) fn used_lets<'l>(statements: &[Statement], lets: &'l [Let]) -> Vec<&'l Let> {
    let mut names: Vec<String> = Vec::new();
    statements
        .iter()
        .for_each(|statement| of_statement(statement, &mut names));
    let mut used: Vec<&Let> = Vec::new();
    loop {
        let is_new =
            |one: &&Let| names.contains(&one.name.value) && !used.iter().any(|known| std::ptr::eq(*known, *one));
        let more: Vec<&Let> = lets.iter().filter(is_new).collect();
        if more.is_empty() {
            return used;
        }
        more.iter().for_each(|one| of_expr(&one.value, &mut names));
        used.extend(more);
    }
}

fn of_statement(statement: &Statement, names: &mut Vec<String>) {
    match statement {
        Statement::Rule(rule) => {
            of_expr(&rule.value, names);
            for clause in &rule.clauses {
                match clause {
                    Clause::When { condition, span: _ } => of_expr(condition, names),
                    Clause::Via { args, .. } => of_args(args, names),
                    Clause::KeyedBy { key, span: _ } => of_expr(key, names),
                    Clause::Only(_) | Clause::Orphans(_) => {}
                }
            }
        }
        Statement::Check(check) => {
            of_expr(&check.condition, names);
            of_expr(&check.because, names);
        }
        Statement::Skip(skip) => {
            of_expr(&skip.when, names);
            of_expr(&skip.because, names);
        }
        Statement::Retry(retry) => {
            of_expr(&retry.when, names);
            of_expr(&retry.because, names);
        }
        Statement::Adopt(_)
        | Statement::Batch(_)
        | Statement::After(_)
        | Statement::Let(_)
        | Statement::Copy(_)
        | Statement::Ignore(_) => {}
    }
}

fn of_args(args: &[Arg], names: &mut Vec<String>) {
    args.iter().for_each(|arg| of_expr(&arg.value, names));
}

fn of_expr(expr: &Expr, names: &mut Vec<String>) {
    use ExprKind as Kind;
    match &expr.kind {
        Kind::Name(name) => names.push(name.clone()),
        Kind::QuotedName(_)
        | Kind::Hole
        | Kind::Int(_)
        | Kind::Decimal(_)
        | Kind::RawText(_)
        | Kind::Bool(_)
        | Kind::Null
        | Kind::Missing => {}
        Kind::Field { of, .. } | Kind::Is { of, .. } => of_expr(of, names),
        Kind::Index { of: a, index: b }
        | Kind::Default { value: a, default: b }
        | Kind::Catch { value: a, fallback: b }
        | Kind::Binary { left: a, right: b, .. }
        | Kind::In { value: a, list: b } => {
            of_expr(a, names);
            of_expr(b, names);
        }
        Kind::Text(text) => {
            for part in &text.parts {
                if let TextPart::Value(value) = part {
                    of_expr(value, names);
                }
            }
        }
        Kind::List(items) => items.iter().for_each(|item| of_expr(item, names)),
        Kind::Record(fields) => fields.iter().for_each(|field| of_expr(&field.value, names)),
        Kind::Call(call) => of_args(&call.args, names),
        Kind::Pipe { input, step } => {
            of_expr(input, names);
            of_args(&step.args, names);
        }
        Kind::Lambda { param: _, body } => of_expr(body, names),
        Kind::Unary { op: _, operand } => of_expr(operand, names),
        Kind::If {
            condition,
            then,
            otherwise,
        } => {
            of_expr(condition, names);
            of_expr(then, names);
            otherwise.iter().for_each(|otherwise| of_expr(otherwise, names));
        }
        Kind::Match { subject, arms } => {
            of_expr(subject, names);
            arms.iter().for_each(|arm| of_expr(&arm.value, names));
        }
    }
}
