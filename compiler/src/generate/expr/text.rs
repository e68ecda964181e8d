//! Texts and whole numbers that are never absent, as Rust values of their own type.

use super::typed::{records, scalar};
use super::{Code, Scope, record};
use crate::ir::expr::{Arithmetic, Expr, ExprKind};
use crate::ir::{FieldType, Literal, Scalar};
use proc_macro2::{Literal as RustLiteral, TokenStream};
use quote::quote;

/// An `i64`.
pub(super) fn int(scope: &Scope<'_, '_>, expr: &Expr) -> Option<Code> {
    if !matches!(scalar(expr)?, Scalar::Int) {
        return None;
    }
    if let ExprKind::Literal(Literal::Int(number)) = &expr.kind {
        let number = RustLiteral::i64_unsuffixed(*number);
        Some(Code::value(quote!(#number)))
    } else if let ExprKind::Arithmetic(operator, a, b) = &expr.kind {
        let step = match operator {
            Arithmetic::Add => quote!(add_whole),
            Arithmetic::Subtract => quote!(subtract_whole),
            Arithmetic::Multiply => quote!(multiply_whole),
            Arithmetic::Divide | Arithmetic::Remainder => return None,
        };
        let (a, b) = (int(scope, a)?.val(), int(scope, b)?.val());
        Some(Code::result(quote!(exact::#step(#a, #b))))
    } else if let ExprKind::Builtin { name, args } = &expr.kind {
        int_of(scope, name, args)
    } else {
        None
    }
}

/// What a built-in makes.
fn int_of(scope: &Scope<'_, '_>, name: &str, args: &[Expr]) -> Option<Code> {
    match (name, args) {
        ("position", []) => Some(Code::value(quote!(e.place()))),
        ("length", [list]) => {
            let list = records(scope, list)?.val();
            Some(Code::value(quote!(exact::length(&#list))))
        }
        ("int", [digits]) => number_of_key(scope, digits),
        _ => None,
    }
}

/// The number that a key is: `int(text(o.entity_id))`.
fn number_of_key(scope: &Scope<'_, '_>, digits: &Expr) -> Option<Code> {
    let ExprKind::Builtin { name: "text", args } = &digits.kind else {
        return None;
    };
    let [key] = args.as_slice() else { return None };
    let ExprKind::Field { external, field, .. } = &key.kind else {
        return None;
    };
    let ty = &scope.ctx.connector.externals[external.0].fields[field.0].ty;
    let is_key = matches!(
        ty,
        FieldType::Key {
            scalar: Scalar::Int,
            ..
        }
    ) && !key.ty.nullable
        && !key.ty.optional;
    is_key.then(|| record::typed_field(scope, key, "number"))
}

/// A `Cow<str>` that a step makes.
pub(super) fn made_text(scope: &Scope<'_, '_>, expr: &Expr) -> Option<Code> {
    if let ExprKind::Interpolate(parts) = &expr.kind {
        let parts = parts
            .iter()
            .map(|part| piece(scope, part))
            .collect::<Option<Vec<_>>>()?;
        return Some(Code::value(quote!(exact::joined(&[#(#parts),*]))));
    }
    let ExprKind::Builtin { name: "lower", args } = &expr.kind else {
        return None;
    };
    let [text] = args.as_slice() else { return None };
    let text = text_of(scope, text)?.val();
    Some(Code::value(quote!(exact::lower(#text))))
}

/// A `Cow<str>`.
fn text_of(scope: &Scope<'_, '_>, expr: &Expr) -> Option<Code> {
    if let ExprKind::Field { external, field, .. } = &expr.kind {
        let ty = &scope.ctx.connector.externals[external.0].fields[field.0].ty;
        let is_text = matches!(scalar(expr)?, Scalar::Text) && matches!(ty, FieldType::Scalar(Scalar::Text));
        return is_text.then(|| record::typed_field(scope, expr, "text"));
    }
    made_text(scope, expr)
}

/// A `&str`.
fn piece(scope: &Scope<'_, '_>, expr: &Expr) -> Option<TokenStream> {
    if let ExprKind::Literal(Literal::Text(text)) = &expr.kind {
        return Some(quote!(#text));
    }
    let text = text_of(scope, expr)?.val();
    Some(quote!(&#text))
}
