//! The expressions directly below an expression, to change them. The reading counterpart is `walk`.

use super::expr::{Expr, ExprKind};

/// Calls `change` for each.
pub(crate) fn parts_mut(expr: &mut Expr, change: &mut dyn FnMut(&mut Expr)) {
    match &mut expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Source(_)
        | ExprKind::Let(_)
        | ExprKind::Param(_)
        | ExprKind::Local(_)
        | ExprKind::Setting(_)
        | ExprKind::Out(_) => {}
        ExprKind::Field { of, .. } | ExprKind::StoredField { of, .. } | ExprKind::RecordField { of, .. } => change(of),
        ExprKind::Lambda(one)
        | ExprKind::OrMissing(one)
        | ExprKind::Not(one)
        | ExprKind::Negate(one)
        | ExprKind::Is(one, _) => change(one),
        ExprKind::Table { value, table: _ } => change(value),
        ExprKind::Index { of, index } => [of, index].into_iter().for_each(|part| change(part)),
        ExprKind::List(items) | ExprKind::Interpolate(items) => items.iter_mut().for_each(change),
        ExprKind::Record(fields) => fields.iter_mut().for_each(|(_, value)| change(value)),
        ExprKind::Builtin { args, name: _ }
        | ExprKind::Extern { args, function: _ }
        | ExprKind::Lookup { args, lookup: _ } => args.iter_mut().for_each(change),
        ExprKind::Catch(a, b)
        | ExprKind::Default(a, b)
        | ExprKind::And(a, b)
        | ExprKind::Or(a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::Arithmetic(_, a, b)
        | ExprKind::In(a, b) => [a, b].into_iter().for_each(|part| change(part)),
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            change(condition);
            change(then);
            otherwise.iter_mut().for_each(|part| change(part));
        }
        ExprKind::Match { subject, arms, rest } => {
            change(subject);
            arms.iter_mut().for_each(|(_, value)| change(value));
            rest.iter_mut().for_each(|part| change(part));
        }
    }
}

/// Puts an expression into more lambdas: the parameters of those around it are that much further out.
pub(crate) fn deepen(expr: &mut Expr, by: usize) {
    fn below(expr: &mut Expr, by: usize, own: usize) {
        if let ExprKind::Local(outwards) = &mut expr.kind {
            if *outwards >= own {
                *outwards += by;
            }
        }
        let own = own + usize::from(matches!(expr.kind, ExprKind::Lambda(_)));
        parts_mut(expr, &mut |part| below(part, by, own));
    }
    if by > 0 {
        below(expr, by, 0);
    }
}
