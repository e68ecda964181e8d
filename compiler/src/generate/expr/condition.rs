//! Conditions to plain Rust bools: `&&`, `||`, `!` and calls that compare.

use super::{Scope, receiver, record, typed, val};
use crate::ir::Literal;
use crate::ir::expr::{Comparison, Expr, ExprKind, Presence};
use crate::ir::mapping::{Mark, Origin};
use proc_macro2::TokenStream;
use quote::quote;

/// A bool expression as a Rust `bool`; a fault leaves the function.
pub(in crate::generate) fn condition(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    if let Some(operator) = operator(scope, expr) {
        return operator;
    }
    let value = val(scope, expr);
    quote!(builtin::logic::condition(#value)?)
}

/// An operator that gives a bool; absent for anything else.
pub(super) fn operator(scope: &Scope<'_, '_>, expr: &Expr) -> Option<TokenStream> {
    if let ExprKind::Not(inner) = &expr.kind {
        Some(negated(scope, inner))
    } else if let Some(tried) = tried(expr) {
        let tried = condition(scope, tried);
        Some(quote!(builtin::logic::never(#tried)))
    } else if let ExprKind::And(a, b) = &expr.kind {
        let (a, b) = (operand(scope, a), operand(scope, b));
        Some(quote!(#a && #b))
    } else if let ExprKind::Or(a, b) = &expr.kind {
        let (a, b) = (operand(scope, a), operand(scope, b));
        Some(quote!(#a || #b))
    } else if let ExprKind::Compare(how, a, b) = &expr.kind {
        Some(compared(scope, *how, a, b))
    } else if let ExprKind::Is(value, what) = &expr.kind {
        Some(presence(scope, value, *what))
    } else if let ExprKind::Literal(Literal::Bool(flag)) = &expr.kind {
        Some(quote!(#flag))
    } else {
        None
    }
}

/// The opposite of a bool expression.
pub(in crate::generate) fn negated(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    if let ExprKind::Not(inner) = &expr.kind {
        return condition(scope, inner);
    }
    if let ExprKind::And(a, b) = &expr.kind
        && tried(expr).is_none()
    {
        let (a, b) = (negated_operand(scope, a), negated_operand(scope, b));
        return quote!(#a || #b);
    }
    if let ExprKind::Or(a, b) = &expr.kind {
        let (a, b) = (negated_operand(scope, a), negated_operand(scope, b));
        return quote!(#a && #b);
    }
    if let ExprKind::Compare(how, a, b) = &expr.kind
        && let Some(opposite) = opposite(scope, *how, a, b)
    {
        return compared(scope, opposite, a, b);
    }
    if let ExprKind::Is(value, Presence::Present) = &expr.kind {
        return presence(scope, value, Presence::Absent);
    }
    if let ExprKind::Is(value, Presence::Absent) = &expr.kind {
        return presence(scope, value, Presence::Present);
    }
    let inner = condition(scope, expr);
    // `!` binds tighter than `<`.
    if let ExprKind::Compare(_, a, b) = &expr.kind
        && typed::comparable(scope, a, b).is_some()
    {
        return quote!(!(#inner));
    }
    quote!(!#inner)
}

/// What is only made to see whether it fails: the left side of `a and false`.
fn tried(expr: &Expr) -> Option<&Expr> {
    let ExprKind::And(tried, never) = &expr.kind else {
        return None;
    };
    matches!(never.kind, ExprKind::Literal(Literal::Bool(false))).then_some(tried)
}

/// Where the opposite is as short; an order that a call decides is not turned around, so that the comment above reads like the code.
fn opposite(scope: &Scope<'_, '_>, how: Comparison, a: &Expr, b: &Expr) -> Option<Comparison> {
    let (is_order, opposite) = match how {
        Comparison::Equal => (false, Comparison::NotEqual),
        Comparison::NotEqual => (false, Comparison::Equal),
        Comparison::Less => (true, Comparison::GreaterOrEqual),
        Comparison::LessOrEqual => (true, Comparison::Greater),
        Comparison::Greater => (true, Comparison::LessOrEqual),
        Comparison::GreaterOrEqual => (true, Comparison::Less),
    };
    (!is_order || typed::comparable(scope, a, b).is_some()).then_some(opposite)
}

/// The same in parentheses where an operator stands beside it.
fn operand(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    let inner = condition(scope, expr);
    match matches!(expr.kind, ExprKind::And(..) | ExprKind::Or(..)) {
        true => quote!((#inner)),
        false => inner,
    }
}

/// The opposite in parentheses where an operator stands beside it.
fn negated_operand(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    let inner = negated(scope, expr);
    match matches!(expr.kind, ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Not(_)) {
        true => quote!((#inner)),
        false => inner,
    }
}

fn compared(scope: &Scope<'_, '_>, how: Comparison, a: &Expr, b: &Expr) -> TokenStream {
    let Some((a, b)) = typed::comparable(scope, a, b) else {
        return compare(how, &val(scope, a), &val(scope, b));
    };
    match how {
        Comparison::Equal => quote!(#a == #b),
        Comparison::NotEqual => quote!(#a != #b),
        Comparison::Less => quote!(#a < #b),
        Comparison::LessOrEqual => quote!(#a <= #b),
        Comparison::Greater => quote!(#a > #b),
        Comparison::GreaterOrEqual => quote!(#a >= #b),
    }
}

fn compare(how: Comparison, a: &TokenStream, b: &TokenStream) -> TokenStream {
    match how {
        Comparison::Equal => quote!(builtin::logic::same(&#a, &#b)?),
        Comparison::NotEqual => quote!(!builtin::logic::same(&#a, &#b)?),
        Comparison::Less => quote!(builtin::logic::order(&#a, &#b)?.is_lt()),
        Comparison::LessOrEqual => quote!(builtin::logic::order(&#a, &#b)?.is_le()),
        Comparison::Greater => quote!(builtin::logic::order(&#a, &#b)?.is_gt()),
        Comparison::GreaterOrEqual => quote!(builtin::logic::order(&#a, &#b)?.is_ge()),
    }
}

fn presence(scope: &Scope<'_, '_>, value: &Expr, what: Presence) -> TokenStream {
    match (what, is_one_source(scope, value)) {
        (Presence::Present, true) => {
            let record = record::record(scope, value);
            quote!(#record.is_present())
        }
        (Presence::Absent | Presence::Missing, true) => {
            let record = record::record(scope, value);
            quote!(!#record.is_present())
        }
        (Presence::Present, false) => {
            let value = receiver(scope, value);
            quote!(#value.is_present())
        }
        (Presence::Absent, false) => {
            let value = receiver(scope, value);
            quote!(#value.is_absent())
        }
        (Presence::Null, _) => {
            let value = val(scope, value);
            quote!(matches!(#value, Val::Null))
        }
        (Presence::Missing, false) => {
            let value = val(scope, value);
            quote!(builtin::logic::condition(builtin::logic::is_missing(#value)?)?)
        }
    }
}

/// A source that is one record or none.
fn is_one_source(scope: &Scope<'_, '_>, expr: &Expr) -> bool {
    let ExprKind::Source(id) = expr.kind else {
        return false;
    };
    match scope.ctx.mapping.sources[id.0].origin {
        Origin::Main | Origin::Enclosing => true,
        Origin::Fetched { mark, .. } | Origin::Picked { mark, .. } => match mark {
            Mark::One | Mark::Optional => true,
            Mark::Many => false,
        },
    }
}
