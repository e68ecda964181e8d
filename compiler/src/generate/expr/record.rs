//! Fields of records: paths become slots, nested records are counted into them.

use super::{Code, Local, Scope, receiver, val};
use crate::generate::tokens::{ident, number};
use crate::ir::FieldType;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{Mark, Origin, SourceId, TargetId};
use proc_macro2::TokenStream;
use quote::quote;

/// A field of a record of a payload.
pub(super) fn field(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    let (record, slot) = slot_of(scope, expr);
    let slot = number(slot);
    quote!(#record.get(#slot))
}

/// The same as a Rust value of one type: `e.rec(O).decimal(3)`
pub(super) fn typed_field(scope: &Scope<'_, '_>, expr: &Expr, ty: &str) -> Code {
    let (record, slot) = slot_of(scope, expr);
    let (slot, ty) = (number(slot), ident(ty));
    Code::result(quote!(#record.#ty(#slot)))
}

/// The record that a field is read from, and its slot there.
fn slot_of(scope: &Scope<'_, '_>, expr: &Expr) -> (TokenStream, u16) {
    let ExprKind::Field { of, external, field } = &expr.kind else {
        return (record(scope, expr), 0);
    };
    let own = scope.ctx.slot(*external, *field);
    match nested(scope, of) {
        Some((record, slot)) => (record, slot + 1 + own),
        None => (record(scope, of), own),
    }
}

/// Where an expression is a nested record: the record around it, and the slot that says whether it is there.
fn nested(scope: &Scope<'_, '_>, expr: &Expr) -> Option<(TokenStream, u16)> {
    let ExprKind::Field { external, field, of: _ } = &expr.kind else {
        return None;
    };
    match scope.ctx.connector.externals[external.0].fields[field.0].ty {
        FieldType::Record(_) => Some(slot_of(scope, expr)),
        FieldType::Scalar(_)
        | FieldType::Key { .. }
        | FieldType::List(_)
        | FieldType::Map(_)
        | FieldType::Nullable(_)
        | FieldType::Ref(_) => None,
    }
}

/// An expression as a `Rec`; one without slots where it is absent.
pub(super) fn record(scope: &Scope<'_, '_>, expr: &Expr) -> TokenStream {
    if let ExprKind::Source(id) = &expr.kind {
        let source = scope.ctx.source(*id);
        return quote!(e.rec(#source));
    }
    if let ExprKind::Local(outwards) = &expr.kind {
        return match scope.local(*outwards) {
            Local::Candidate(name) => quote!(#name),
            Local::Element(name) => quote!(#name.rec()),
        };
    }
    let value = receiver(scope, expr);
    quote!(#value.rec())
}

/// A source as a value: its record, or its list.
pub(super) fn source(scope: &Scope<'_, '_>, id: SourceId) -> Code {
    let source = scope.ctx.source(id);
    match scope.ctx.mapping.sources[id.0].origin {
        Origin::Fetched { mark: Mark::Many, .. } | Origin::Picked { mark: Mark::Many, .. } => {
            Code::value(quote!(e.list(#source)))
        }
        Origin::Main | Origin::Enclosing | Origin::Fetched { .. } | Origin::Picked { .. } => {
            Code::value(quote!(e.source(#source)))
        }
    }
}

/// The parameter of a lambda as a value.
pub(super) fn local(scope: &Scope<'_, '_>, outwards: usize) -> Code {
    match scope.local(outwards) {
        Local::Candidate(name) => Code::value(quote!(Val::Rec(#name))),
        Local::Element(name) => Code::value(quote!(#name.clone())),
    }
}

/// A field of a record of the inside, of `{ .. }`, of what an extern gave.
pub(super) fn named_field(scope: &Scope<'_, '_>, of: &Expr, name: &str) -> Code {
    let of = val(scope, of);
    Code::value(quote!(field(#of, #name)))
}

/// `{ a: 1 }`; a missing field is left out.
pub(super) fn made(scope: &Scope<'_, '_>, fields: &[(String, Expr)]) -> Code {
    let fields = fields.iter().map(|(name, value)| {
        let value = val(scope, value);
        quote!((#name, #value))
    });
    Code::value(quote!(record(vec![#(#fields),*])))
}

/// The same where they go into a column of JSON, one behind the other.
pub(in crate::generate) fn put_fields(
    scope: &Scope<'_, '_>,
    target: TargetId,
    fields: &[(String, Expr)],
) -> TokenStream {
    let puts = fields.iter().map(|(_, value)| put_field(scope, value));
    let names = fields.iter().map(|(name, _)| name);
    let (target, count) = (number(target.0), number(fields.len()));
    quote! {
        static NAMES: [Name; #count] = [#(Name::of(#names)),*];
        let mut made = row.made(#target, &NAMES);
        #(#puts)*
        made.done()
    }
}

fn put_field(scope: &Scope<'_, '_>, value: &Expr) -> TokenStream {
    if !matches!(value.kind, ExprKind::Field { .. }) {
        let value = val(scope, value);
        return quote!(made.put(#value););
    }
    let (record, slot) = slot_of(scope, value);
    let slot = number(slot);
    quote!(made.keep(#record, #slot);)
}
