//! Conditions to plain Rust bools: `&&`, `||`, `!` and calls that compare.

use super::{Scope, receiver, record, val};
use crate::ir::Literal;
use crate::ir::expr::{Comparison, Expr, ExprKind, Presence};
use crate::ir::mapping::{Mark, Origin};
use proc_macro2::TokenStream;
use quote::quote;

/// A bool expression as a Rust `bool`; a fault leaves the function.
pub(in crate::generate) fn condition(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    match &expr.kind {
        ExprKind::Not(inner) => negated(scope, inner),
        ExprKind::And(a, b) => {
            let (a, b) = (operand(scope, a), operand(scope, b));
            quote!(#a && #b)
        }
        ExprKind::Or(a, b) => {
            let (a, b) = (operand(scope, a), operand(scope, b));
            quote!(#a || #b)
        }
        ExprKind::Compare(how, a, b) => compare(*how, &val(scope, a), &val(scope, b)),
        ExprKind::Is(value, what) => presence(scope, value, *what),
        ExprKind::Literal(Literal::Bool(flag)) => quote!(#flag),
        _ => {
            let value = val(scope, expr);
            quote!(builtin::logic::condition(#value)?)
        }
    }
}

/// The opposite of a bool expression.
pub(in crate::generate) fn negated(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    match &expr.kind {
        ExprKind::Not(inner) => condition(scope, inner),
        ExprKind::Compare(Comparison::Equal, a, b) => compare(Comparison::NotEqual, &val(scope, a), &val(scope, b)),
        ExprKind::Compare(Comparison::NotEqual, a, b) => compare(Comparison::Equal, &val(scope, a), &val(scope, b)),
        ExprKind::Is(value, Presence::Present) => presence(scope, value, Presence::Absent),
        ExprKind::Is(value, Presence::Absent) => presence(scope, value, Presence::Present),
        _ => {
            let inner = operand(scope, expr);
            quote!(!#inner)
        }
    }
}

/// The same in parentheses where an operator stands beside it.
fn operand(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    let inner = condition(scope, expr);
    match &expr.kind {
        ExprKind::And(..) | ExprKind::Or(..) => quote!((#inner)),
        _ => inner,
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
