//! Expressions to Rust: nested calls of runtime steps, and plain Rust where it decides what is evaluated at all.

mod call;
mod condition;
mod flow;
mod literal;
mod record;
mod text;
mod typed;

use super::context::Context;
use super::lookup::answer;
use super::rule::let_name;
use super::source::mentions;
use super::tokens::{ident, number};
use crate::ir::expr::{Arithmetic, Expr, ExprKind};
pub(super) use condition::{condition, negated};
pub(super) use flow::leaves;
use literal::literal;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
pub(super) use record::put_fields;
pub(super) use typed::{decimal, let_kind, records, setting};

/// Where an expression stands: its mapping, and the parameters of the lambdas around it, the outermost first.
pub(super) struct Scope<'c, 'p> {
    pub(super) ctx: &'c Context<'p>,
    locals: Vec<Local>,
}

/// Parameter of a lambda.
#[derive(Clone)]
enum Local {
    /// A candidate of a join: a `Rec`.
    Candidate(Ident),
    /// An element: a `Val`.
    Element(Ident),
}

impl<'c, 'p> Scope<'c, 'p> {
    /// Outside every lambda.
    pub(super) fn new(ctx: &'c Context<'p>) -> Self {
        Self {
            ctx,
            locals: Vec::new(),
        }
    }

    /// In `where` or `latest by` of a join, whose candidate is `it`.
    pub(super) fn of_candidate(ctx: &'c Context<'p>) -> Self {
        Self {
            ctx,
            locals: vec![Local::Candidate(ident("it"))],
        }
    }

    /// In one more lambda, and the name of its parameter.
    pub(super) fn inside(&self) -> (Self, Ident) {
        let name = match self.locals.len() {
            0 => ident("it"),
            depth => format_ident!("it_{depth}"),
        };
        let mut locals = self.locals.clone();
        locals.push(Local::Element(name.clone()));
        (Self { ctx: self.ctx, locals }, name)
    }

    /// In one more lambda, whose parameter is a `Rec`.
    fn inside_record(&self) -> (Self, Ident) {
        let (mut inside, name) = self.inside();
        inside.locals.pop();
        inside.locals.push(Local::Candidate(name.clone()));
        (inside, name)
    }

    fn local(&self, outwards: usize) -> &Local {
        match self.locals.iter().rev().nth(outwards) {
            Some(local) => local,
            None => unreachable!("check counts the lambdas around each parameter"),
        }
    }
}

/// Rust for an expression.
pub(super) struct Code {
    tokens: TokenStream,
    kind: CodeKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CodeKind {
    /// A `Val`.
    Value,
    /// An `Out`: it may be a fault.
    Result,
}

impl Code {
    pub(super) fn value(tokens: TokenStream) -> Self {
        Self {
            tokens,
            kind: CodeKind::Value,
        }
    }

    pub(super) fn result(tokens: TokenStream) -> Self {
        Self {
            tokens,
            kind: CodeKind::Result,
        }
    }

    /// As a `Val`; a fault leaves the function.
    pub(super) fn val(&self) -> TokenStream {
        let tokens = &self.tokens;
        match self.kind {
            CodeKind::Value => tokens.clone(),
            CodeKind::Result => quote!(#tokens?),
        }
    }

    /// As an `Out`.
    pub(super) fn out(&self) -> TokenStream {
        let tokens = &self.tokens;
        match self.kind {
            CodeKind::Value => quote!(Ok(#tokens)),
            CodeKind::Result => tokens.clone(),
        }
    }
}

/// `Val` of an expression; a fault leaves the function.
pub(super) fn val(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    code(scope, expr).val()
}

/// The name of a closure's parameter; `_` where the body does not use it.
pub(super) fn used_name(name: &Ident, body: &TokenStream) -> TokenStream {
    match mentions(body, &name.to_string()) {
        true => quote!(#name),
        false => quote!(_),
    }
}

/// `Val` of an expression, to call a method on.
fn receiver(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    let value = val(scope, expr);
    match matches!(expr.kind, ExprKind::If { .. } | ExprKind::Match { .. }) {
        true => quote!((#value)),
        false => value,
    }
}

/// `Out` of an expression.
pub(super) fn out(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    code(scope, expr).out()
}

/// Rust for an expression.
pub(super) fn code(scope: &Scope<'_, '_>, expr: &Expr) -> Code {
    if let Some(typed) = typed::value(scope, expr) {
        return typed;
    }
    match &expr.kind {
        ExprKind::Literal(value) => literal(value),
        ExprKind::Source(id) => record::source(scope, *id),
        ExprKind::Local(outwards) => record::local(scope, *outwards),
        ExprKind::Let(id) => {
            let name = let_name(scope.ctx, *id);
            Code::result(quote!(#name(e)))
        }
        ExprKind::Param(id) => numbered(quote!(e.param), id.0),
        ExprKind::Setting(id) => numbered(quote!(e.backend), id.0),
        ExprKind::Out(id) => numbered(quote!(row.out), id.0),
        ExprKind::Field { .. } => Code::value(record::field(scope, expr)),
        ExprKind::StoredField { of, model, field } => {
            record::named_field(scope, of, &scope.ctx.program.models[model.0].fields[field.0].name.text)
        }
        ExprKind::RecordField { of, name } => record::named_field(scope, of, name),
        ExprKind::Index { of, index } => step(scope, "index", [of, index]),
        ExprKind::List(items) => Code::value(list(scope, items)),
        ExprKind::Record(fields) => record::made(scope, fields),
        ExprKind::Interpolate(parts) => {
            let parts = parts.iter().map(|part| val(scope, part));
            Code::result(quote!(builtin::logic::interpolate(&[#(#parts),*])))
        }
        ExprKind::Builtin { name, args } => call::builtin(scope, name, args),
        ExprKind::Lambda(_) => unreachable!("check admits a lambda as an argument of a built-in only"),
        ExprKind::Extern { function, args } => call::external(scope, *function, args),
        ExprKind::Table { table, value } => call::table(scope, *table, value),
        ExprKind::Lookup { lookup, args } => Code::result(answer(scope, *lookup, args)),
        ExprKind::OrMissing(inner) => flow::or_missing(scope, inner),
        ExprKind::Catch(value, otherwise) => flow::catch(scope, value, otherwise),
        ExprKind::Default(value, otherwise) => flow::default(scope, value, otherwise),
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => flow::choice(scope, condition, then, otherwise.as_deref()),
        ExprKind::Match { subject, arms, rest } => flow::matching(scope, subject, arms, rest.as_deref()),
        ExprKind::Negate(value) => step(scope, "negate", [value]),
        ExprKind::Arithmetic(operator, a, b) => step(scope, arithmetic(*operator), [a, b]),
        ExprKind::In(value, list) => step(scope, "in_list", [value, list]),
        ExprKind::Not(_) | ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Compare(..) | ExprKind::Is(..) => {
            let condition = condition(scope, expr);
            Code::value(quote!(Val::Bool(#condition)))
        }
    }
}

/// `e.param(0)`
fn numbered(method: TokenStream, position: usize) -> Code {
    let position = number(position);
    Code::value(quote!(#method(#position)))
}

/// `Val::List(vec![..])`
fn list(scope: &Scope<'_, '_>, items: &[Expr]) -> TokenStream {
    let items = items.iter().map(|item| val(scope, item));
    quote!(Val::List(vec![#(#items),*]))
}

/// A step of the language itself: a function of `builtin::logic`.
fn step<const N: usize>(scope: &Scope<'_, '_>, name: &str, args: [&Expr; N]) -> Code {
    let name = ident(name);
    let args = args.map(|arg| val(scope, arg));
    Code::result(quote!(builtin::logic::#name(#(#args),*)))
}

const fn arithmetic(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Add => "add",
        Arithmetic::Subtract => "subtract",
        Arithmetic::Multiply => "multiply",
        Arithmetic::Divide => "divide",
        Arithmetic::Remainder => "remainder",
    }
}
