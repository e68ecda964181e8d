//! Expressions whose type is known and that are never absent: decimals, texts, whole numbers and lists of records, as Rust values of
//! that type.
//!
//! What has no rule here is made as any value, and taken out of it where a decimal is needed.

use super::condition::tested;
use super::text::{int, made_text};
use super::{Code, Scope, flow, record, used_name};
use crate::generate::context::LetKind;
use crate::generate::rule::let_name;
use crate::ir::expr::{Arithmetic, Base, Expr, ExprKind};
use crate::ir::mapping::LetId;
use crate::ir::{FieldType, Literal, Scalar};
use proc_macro2::{Literal as RustLiteral, TokenStream};
use quote::quote;

/// What the function of a let gives.
pub(in crate::generate) fn let_kind(scope: &Scope<'_, '_>, id: LetId) -> LetKind {
    scope.ctx.let_kind(id, || {
        let (outside, value) = (Scope::new(scope.ctx), &scope.ctx.mapping.lets[id.0].value);
        if decimal(&outside, value).is_some() {
            LetKind::Decimal
        } else if records(&outside, value).is_some() {
            LetKind::Records
        } else {
            LetKind::Any
        }
    })
}

/// A `Decimal`.
pub(in crate::generate) fn decimal(scope: &Scope<'_, '_>, expr: &Expr) -> Option<Code> {
    if !matches!(scalar(expr)?, Scalar::Decimal(_)) {
        return None;
    }
    if let ExprKind::Literal(Literal::Decimal(digits)) = &expr.kind {
        constant(digits).map(Code::value)
    } else if let ExprKind::Field { external, field, .. } = &expr.kind {
        let ty = &scope.ctx.connector.externals[external.0].fields[field.0].ty;
        matches!(ty, FieldType::Scalar(Scalar::Decimal(_))).then(|| record::typed_field(scope, expr, "decimal"))
    } else if let ExprKind::Let(id) = &expr.kind {
        (let_kind(scope, *id) == LetKind::Decimal).then(|| let_call(scope, *id))
    } else if let ExprKind::Arithmetic(operator, a, b) = &expr.kind {
        arithmetic(scope, *operator, a, b)
    } else if let ExprKind::Builtin { name, args } = &expr.kind {
        builtin(scope, name, args)
    } else if let ExprKind::Catch(value, otherwise) = &expr.kind {
        let (value, otherwise) = (decimal(scope, value)?, decimal(scope, otherwise)?);
        Some(flow::caught(&value, &otherwise))
    } else {
        None
    }
}

/// A list of records of a payload.
pub(in crate::generate) fn records(scope: &Scope<'_, '_>, expr: &Expr) -> Option<Code> {
    let Base::List(of) = &expr.ty.base else { return None };
    if expr.ty.nullable || expr.ty.optional || !matches!(of.base, Base::External(_)) || of.nullable || of.optional {
        return None;
    }
    if let ExprKind::Field { external, field, .. } = &expr.kind {
        let ty = &scope.ctx.connector.externals[external.0].fields[field.0].ty;
        let is_list = matches!(ty, FieldType::List(of) if matches!(**of, FieldType::Record(_)));
        return is_list.then(|| record::typed_field(scope, expr, "records"));
    }
    if let ExprKind::Let(id) = &expr.kind {
        return (let_kind(scope, *id) == LetKind::Records).then(|| let_call(scope, *id));
    }
    let ExprKind::Builtin { name, args } = &expr.kind else {
        return None;
    };
    let step = match *name {
        "filter" => quote!(filter),
        "reject" => quote!(reject),
        _ => return None,
    };
    let [list, lambda] = args.as_slice() else {
        return None;
    };
    let list = records(scope, list)?.val();
    let test = with_record(scope, lambda, |inside, body| Some(tested(inside, body)))?;
    Some(Code::result(quote!(exact::#step(&#list, #test))))
}

/// A value that has a shorter way over one of these; absent for what is as short as any value.
pub(super) fn value(scope: &Scope<'_, '_>, expr: &Expr) -> Option<Code> {
    let is_made = matches!(
        expr.kind,
        ExprKind::Builtin { .. } | ExprKind::Arithmetic(..) | ExprKind::Catch(..) | ExprKind::Interpolate(..)
    );
    let is_let = matches!(expr.kind, ExprKind::Let(id) if let_kind(scope, id) != LetKind::Any);
    if !is_made && !is_let {
        return None;
    }
    if let Some(number) = int(scope, expr) {
        let number = number.val();
        return Some(Code::value(quote!(Val::Int(#number))));
    }
    if let Some(text) = made_text(scope, expr) {
        let text = text.val();
        return Some(Code::value(quote!(Val::Text(#text))));
    }
    if let Some(number) = decimal(scope, expr) {
        let number = number.val();
        return Some(Code::value(quote!(Val::Decimal(#number))));
    }
    let list = records(scope, expr)?.val();
    Some(Code::value(quote!(exact::list(&#list))))
}

/// A value of its own type for a target: what sets it, and the value.
pub(in crate::generate) fn setting(scope: &Scope<'_, '_>, expr: &Expr) -> Option<(&'static str, TokenStream)> {
    if let Some(number) = decimal(scope, expr) {
        return Some(("set_decimal", number.val()));
    }
    if let Some(number) = int(scope, expr) {
        return Some(("set_int", number.val()));
    }
    if let ExprKind::Literal(Literal::Text(text)) = &expr.kind {
        return Some(("set_text", quote!(Cow::Borrowed(#text))));
    }
    Some(("set_text", made_text(scope, expr)?.val()))
}

/// The scalar that an expression is for certain.
pub(super) fn scalar(expr: &Expr) -> Option<&Scalar> {
    let Base::Scalar(scalar, _) = &expr.ty.base else {
        return None;
    };
    (!expr.ty.nullable && !expr.ty.optional).then_some(scalar)
}

fn let_call(scope: &Scope<'_, '_>, id: LetId) -> Code {
    let name = let_name(scope.ctx, id);
    Code::result(quote!(#name(e)))
}

/// `21.00` as `Decimal::new(2100, 2)`
fn constant(digits: &str) -> Option<TokenStream> {
    let (whole, fraction) = digits.split_once('.')?;
    let mantissa: i64 = format!("{whole}{fraction}")
        .parse()
        .ok()
        .filter(|number| *number >= 0)?;
    let (mantissa, scale) = (
        RustLiteral::i64_unsuffixed(mantissa),
        RustLiteral::usize_unsuffixed(fraction.len()),
    );
    Some(quote!(Decimal::new(#mantissa, #scale)))
}

/// A `Decimal` of whatever number it is.
fn operand(scope: &Scope<'_, '_>, expr: &Expr) -> Option<TokenStream> {
    if let Some(number) = decimal(scope, expr) {
        return Some(number.val());
    }
    match (scalar(expr)?, &expr.kind) {
        (Scalar::Int, ExprKind::Literal(Literal::Int(number))) => {
            let number = RustLiteral::i64_unsuffixed(*number);
            Some(quote!(Decimal::new(#number, 0)))
        }
        (Scalar::Int | Scalar::Decimal(_), _) => {
            let value = super::receiver(scope, expr);
            Some(quote!(#value.into_decimal()?))
        }
        _ => None,
    }
}

fn arithmetic(scope: &Scope<'_, '_>, operator: Arithmetic, a: &Expr, b: &Expr) -> Option<Code> {
    let step = match operator {
        Arithmetic::Add => quote!(add),
        Arithmetic::Subtract => quote!(subtract),
        Arithmetic::Multiply => quote!(multiply),
        Arithmetic::Divide => quote!(divide),
        Arithmetic::Remainder => return None,
    };
    let (a, b) = (operand(scope, a)?, operand(scope, b)?);
    Some(Code::result(quote!(exact::#step(#a, #b))))
}

fn builtin(scope: &Scope<'_, '_>, name: &str, args: &[Expr]) -> Option<Code> {
    match (name, args) {
        ("round", [number, digits, mode]) => {
            let (ExprKind::Literal(Literal::Int(digits)), ExprKind::Literal(Literal::Text(mode))) =
                (&digits.kind, &mode.kind)
            else {
                return None;
            };
            let digits = u8::try_from(*digits).ok().filter(|digits| *digits <= 28)?;
            let (number, digits) = (operand(scope, number)?, RustLiteral::u8_unsuffixed(digits));
            (mode == "half_up").then(|| Code::value(quote!(exact::round(#number, #digits))))
        }
        ("percent", [part, whole]) => {
            let (part, whole) = (operand(scope, part)?, operand(scope, whole)?);
            Some(Code::result(quote!(exact::percent(#part, #whole))))
        }
        ("sum", [list, lambda]) => {
            let list = records(scope, list)?.val();
            let amount = with_record(scope, lambda, |inside, body| {
                let number = decimal(inside, body)?;
                Some(number.out())
            })?;
            Some(Code::result(quote!(exact::sum_by(&#list, #amount))))
        }
        _ => None,
    }
}

/// `&|it| ..`, whose parameter is a record.
fn with_record(
    scope: &Scope<'_, '_>,
    lambda: &Expr,
    made: impl FnOnce(&Scope<'_, '_>, &Expr) -> Option<TokenStream>,
) -> Option<TokenStream> {
    let ExprKind::Lambda(body) = &lambda.kind else {
        return None;
    };
    let (inside, name) = scope.inside_record();
    let body = made(&inside, body)?;
    let name = used_name(&name, &body);
    Some(quote!(&|#name| #body))
}

/// Two numbers of which one is a decimal, or a text of a payload and a constant: compared without making values of them.
pub(super) fn comparable(scope: &Scope<'_, '_>, a: &Expr, b: &Expr) -> Option<(TokenStream, TokenStream)> {
    let is_decimal = |expr: &Expr| matches!(scalar(expr), Some(Scalar::Decimal(_)));
    if is_decimal(a) || is_decimal(b) {
        return Some((operand(scope, a)?, operand(scope, b)?));
    }
    text_and_constant(scope, a, b)
}

fn text_and_constant(scope: &Scope<'_, '_>, a: &Expr, b: &Expr) -> Option<(TokenStream, TokenStream)> {
    let (ExprKind::Field { external, field, .. }, ExprKind::Literal(Literal::Text(text))) = (&a.kind, &b.kind) else {
        return None;
    };
    let ty = &scope.ctx.connector.externals[external.0].fields[field.0].ty;
    if !matches!(scalar(a)?, Scalar::Text) || !matches!(ty, FieldType::Scalar(Scalar::Text)) {
        return None;
    }
    let field = record::typed_field(scope, a, "text").val();
    Some((field, quote!(#text)))
}

/// The subject of a match as a decimal, where all arms are decimals.
pub(super) fn subject(scope: &Scope<'_, '_>, subject: &Expr, arms: &[(Vec<Literal>, Expr)]) -> Option<TokenStream> {
    let literals = arms.iter().flat_map(|(literals, _)| literals);
    let all = literals.map(case).collect::<Option<Vec<_>>>();
    all.and_then(|_| decimal(scope, subject)).map(|number| number.val())
}

/// A case of a match that compares decimals.
pub(super) fn case(literal: &Literal) -> Option<TokenStream> {
    match literal {
        Literal::Decimal(digits) => constant(digits),
        Literal::Null | Literal::Missing | Literal::Text(_) | Literal::Int(_) | Literal::Bool(_) => None,
    }
}
