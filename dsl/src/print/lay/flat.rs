//! What may stand on one line, and the parts of what may not.

use super::sequence::Part;
use crate::ast::expr::{Arg, Call, Expr, ExprKind, RecordField};
use crate::print::Printer;
use crate::print::expr::Level;
use crate::print::word::{any_name, field_name};
use crate::source::Span;

/// A `match` with more arms stands on several lines.
const FEW_ARMS: usize = 2;

impl<'p> Printer<'p> {
    /// An expression on one line; nothing where that would lose a comment or hide a long `match`.
    pub(in crate::print) fn flat(&self, expr: &Expr, least: Level) -> Option<String> {
        (!self.has_comments(expr.span) && !has_many_arms(expr)).then(|| self.expr_at(expr, least))
    }

    pub(in crate::print) fn part<'e>(&'e self, expr: &'e Expr) -> Part<'e> {
        Part {
            span: expr.span,
            flat: self.flat(expr, Level::Full),
            opens: opens(expr),
            lay: Box::new(move |laying, place| laying.expr(expr, Level::Full, place)),
        }
    }

    pub(super) fn arg_part<'e>(&'e self, arg: &'e Arg) -> Part<'e> {
        let head = arg.name.as_ref().map(|name| format!("{} = ", any_name(&name.value)));
        let span = arg
            .name
            .as_ref()
            .map_or(arg.value.span, |name| name.span.to(arg.value.span));
        self.headed(head.unwrap_or_default(), span, &arg.value)
    }

    pub(super) fn field_part<'e>(&'e self, field: &'e RecordField) -> Part<'e> {
        let head = format!("{}: ", field_name(&field.name.value));
        self.headed(head, field.name.span.to(field.value.span), &field.value)
    }

    pub(in crate::print) fn headed<'e>(&'e self, head: String, span: Span, value: &'e Expr) -> Part<'e> {
        let flat = self.flat(value, Level::Full).filter(|_| !self.has_comments(span));
        Part {
            span,
            flat: flat.map(|flat| format!("{head}{flat}")),
            opens: opens(value),
            lay: Box::new(move |laying, place| {
                laying.push(&head);
                laying.expr(value, Level::Full, place);
            }),
        }
    }
}

pub(super) fn opens(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Record(_)
            | ExprKind::List(_)
            | ExprKind::Lambda { .. }
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
    )
}

/// Whether an expression holds a `match` that is too long for one line.
pub(super) fn has_many_arms(expr: &Expr) -> bool {
    let args = |call: &Call| call.args.iter().any(|arg| has_many_arms(&arg.value));
    match &expr.kind {
        ExprKind::Match { subject, arms } => {
            arms.len() > FEW_ARMS || has_many_arms(subject) || arms.iter().any(|arm| has_many_arms(&arm.value))
        }
        ExprKind::Field { of, .. } | ExprKind::Is { of, .. } | ExprKind::Unary { operand: of, .. } => has_many_arms(of),
        ExprKind::Lambda { body, .. } => has_many_arms(body),
        ExprKind::Index { of: a, index: b }
        | ExprKind::Default { value: a, default: b }
        | ExprKind::Catch { value: a, fallback: b }
        | ExprKind::Binary { left: a, right: b, .. }
        | ExprKind::In { value: a, list: b } => has_many_arms(a) || has_many_arms(b),
        ExprKind::List(items) => items.iter().any(has_many_arms),
        ExprKind::Record(fields) => fields.iter().any(|field| has_many_arms(&field.value)),
        ExprKind::Call(call) => args(call),
        ExprKind::Pipe { input, step } => has_many_arms(input) || args(step),
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => has_many_arms(condition) || has_many_arms(then) || otherwise.as_deref().is_some_and(has_many_arms),
        ExprKind::Name(_)
        | ExprKind::QuotedName(_)
        | ExprKind::Hole
        | ExprKind::Int(_)
        | ExprKind::Decimal(_)
        | ExprKind::Text(_)
        | ExprKind::RawText(_)
        | ExprKind::Bool(_)
        | ExprKind::Null
        | ExprKind::Missing => false,
    }
}
