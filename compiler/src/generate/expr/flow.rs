//! What decides whether something is evaluated: `??`, `catch`, `?`, `if`, `match`. The side that may not run is a closure or a branch.

use super::{Code, Scope, call, code, condition, literal, out, text, typed, val};
use crate::ir::Literal;
use crate::ir::expr::{Expr, ExprKind};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

/// `a ?? b`
pub(super) fn default(scope: &Scope<'_, '_>, value: &Expr, otherwise: &Expr) -> Code {
    let (value, otherwise) = (val(scope, value), out(scope, otherwise));
    Code::result(quote!(default(#value, || #otherwise)))
}

/// `f?`: a fault of the step itself becomes missing; one of its arguments stays.
pub(super) fn or_missing(scope: &Scope<'_, '_>, inner: &Expr) -> Code {
    if let ExprKind::Table { table, value } = &inner.kind {
        return call::table_or_missing(scope, *table, value);
    }
    // A number of its own type becomes any value behind the step that may fail.
    let (decimal, int) = (typed::decimal(scope, inner), text::int(scope, inner));
    let inner = match (decimal.map(|number| number.out()), int.map(|number| number.out())) {
        (Some(number), _) => quote!(#number.map(Val::Decimal)),
        (None, Some(number)) => quote!(#number.map(Val::Int)),
        (None, None) => out(scope, inner),
    };
    Code::result(quote!(or_missing(#inner)))
}

/// `a catch b`: any fault on the left counts, so what would leave the function there is kept inside.
pub(super) fn catch(scope: &Scope<'_, '_>, value: &Expr, otherwise: &Expr) -> Code {
    caught(&code(scope, value), &code(scope, otherwise))
}

/// The same for sides of any type.
pub(super) fn caught(value: &Code, otherwise: &Code) -> Code {
    let (value, otherwise) = (value.out(), otherwise.out());
    match leaves(&value) {
        true => Code::result(quote!(catch(attempt(|| #value), || #otherwise))),
        false => Code::result(quote!(catch(#value, || #otherwise))),
    }
}

/// Whether it leaves the function: by a `?` outside of closures that take it, or by a `return`.
pub(in crate::generate) fn leaves(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == '?',
        TokenTree::Group(group) => leaves(&group.stream()),
        TokenTree::Ident(word) => word == "return",
        TokenTree::Literal(_) => false,
    })
}

/// `if`
pub(super) fn choice(scope: &Scope<'_, '_>, test: &Expr, then: &Expr, otherwise: Option<&Expr>) -> Code {
    let (test, then) = (condition(scope, test), code(scope, then).val());
    let Some(otherwise) = otherwise else {
        return Code::value(quote!(if #test { #then } else { Val::Missing }));
    };
    let last = val(scope, otherwise);
    match matches!(otherwise.kind, ExprKind::If { .. }) {
        true => Code::value(quote!(if #test { #then } else #last)),
        false => Code::value(quote!(if #test { #then } else { #last })),
    }
}

/// `match`: the arms in order; check has made sure that one of them fits.
pub(super) fn matching(
    scope: &Scope<'_, '_>,
    subject: &Expr,
    arms: &[(Vec<Literal>, Expr)],
    rest: Option<&Expr>,
) -> Code {
    let typed = typed::subject(scope, subject, arms);
    let is_typed = typed.is_some();
    let subject = typed.unwrap_or_else(|| val(scope, subject));
    let rest = rest.map_or_else(|| quote!(Val::Missing), |expr| val(scope, expr));
    let arms = arms.iter().map(|(literals, value)| {
        let tests = literals.iter().map(|one| match typed::case(one).filter(|_| is_typed) {
            Some(constant) => quote!(subject == #constant),
            None => fits(one),
        });
        let value = val(scope, value);
        quote!(if #(#tests)||* { #value } else)
    });
    Code::value(quote!({ let subject = #subject; #(#arms)* { #rest } }))
}

fn fits(one: &Literal) -> TokenStream {
    let value = literal(one).val();
    quote!(builtin::logic::same(&subject, &#value)?)
}
