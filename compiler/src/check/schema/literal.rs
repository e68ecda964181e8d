//! Expressions that must be literals: defaults, cells of tables, patterns.

use crate::error::typing;
use crate::ir::Literal;
pub(crate) use crate::ir::literal::show;
use tenon_dsl::ast::expr::{Expr, ExprKind, Text, TextPart, UnaryOp};
use tenon_dsl::report::Report;

/// The literal that an expression is, if it is one.
pub(crate) fn literal(expr: &Expr) -> Option<Literal> {
    match &expr.kind {
        ExprKind::Null => Some(Literal::Null),
        ExprKind::Missing => Some(Literal::Missing),
        ExprKind::Bool(value) => Some(Literal::Bool(*value)),
        ExprKind::Text(text) => constant_text(text).map(Literal::Text),
        ExprKind::RawText(text) => Some(Literal::Text(text.clone())),
        ExprKind::Int(digits) => digits.parse().ok().map(Literal::Int),
        ExprKind::Decimal(digits) => Some(Literal::Decimal(digits.clone())),
        ExprKind::Unary { op, operand } => match op.value {
            UnaryOp::Negate => negated(operand),
            UnaryOp::Not => None,
        },
        ExprKind::Name(_)
        | ExprKind::QuotedName(_)
        | ExprKind::Hole
        | ExprKind::Field { .. }
        | ExprKind::Index { .. }
        | ExprKind::List(_)
        | ExprKind::Record(_)
        | ExprKind::Call(_)
        | ExprKind::Pipe { .. }
        | ExprKind::Default { .. }
        | ExprKind::Catch { .. }
        | ExprKind::Lambda { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Is { .. }
        | ExprKind::In { .. }
        | ExprKind::If { .. }
        | ExprKind::Match { .. } => None,
    }
}

/// What is said of a whole number that no field can hold.
pub(crate) fn too_large(expr: &Expr) -> Option<Report> {
    let mut number = expr;
    if let ExprKind::Unary { op, operand } = &expr.kind
        && op.value == UnaryOp::Negate
    {
        number = operand;
    }
    let is_number = matches!(&number.kind, ExprKind::Int(_));
    let range = format!("whole numbers go from {} to {}", i64::MIN, i64::MAX);
    (is_number && literal(expr).is_none()).then(|| typing::out_of_range(expr.span, "this number", &range))
}

/// A text without braces.
pub(crate) fn constant_text(text: &Text) -> Option<String> {
    text.parts
        .iter()
        .map(|part| match part {
            TextPart::Literal(literal) => Some(literal.as_str()),
            TextPart::Value(_) => None,
        })
        .collect()
}

fn negated(operand: &Expr) -> Option<Literal> {
    // The smallest whole number has no positive counterpart.
    if let ExprKind::Int(digits) = &operand.kind {
        return format!("-{digits}").parse().ok().map(Literal::Int);
    }
    match literal(operand)? {
        Literal::Int(number) => number.checked_neg().map(Literal::Int),
        Literal::Decimal(digits) => Some(Literal::Decimal(format!("-{digits}"))),
        Literal::Null | Literal::Missing | Literal::Text(_) | Literal::Bool(_) => None,
    }
}
