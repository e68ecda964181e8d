//! Calls: built-ins by their row in the table of functions, the author's own functions, value tables.

use super::{Code, Scope, out, used_name, val};
use crate::builtin::{self, Builtin, Need};
use crate::generate::external_fn::call_path;
use crate::generate::table::table_name;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::{ExternId, TableId};
use proc_macro2::TokenStream;
use quote::quote;

/// A built-in function. Check has put the default where an argument with one is left out.
pub(super) fn builtin(scope: &Scope<'_, '_>, name: &str, args: &[Expr]) -> Code {
    if name == "now" {
        return Code::value(quote!(e.now()));
    }
    if name == "position" {
        return Code::value(quote!(e.position()));
    }
    let Some(function) = builtin::find(name) else {
        unreachable!("check finds every function in the table: `{name}`")
    };
    let path = path(&step_of(function, args));
    if function.params.iter().any(|param| param.need == Need::Rest) {
        let values = args.iter().map(|arg| val(scope, arg));
        return Code::result(quote!(#path(vec![#(#values),*])));
    }
    let given = args.iter().map(|arg| argument(scope, arg));
    Code::result(quote!(#path(#(#given),*)))
}

/// The runtime path of a function. One that takes an optional function is two steps there: `sum` and `sum_by`.
fn step_of(function: &Builtin, args: &[Expr]) -> String {
    let plain = function.path.unwrap_or_default();
    let last_is_optional = function.params.last().is_some_and(|param| param.need == Need::Optional);
    match last_is_optional && args.len() == function.params.len() {
        true => format!("{plain}_by"),
        false => plain.to_owned(),
    }
}

/// `builtin::text::upper` of `::tenon_runtime::builtin::text::upper`
fn path(full: &str) -> TokenStream {
    let parts = full
        .split("::")
        .filter(|part| !part.is_empty() && *part != "tenon_runtime");
    let parts = parts.map(super::ident);
    quote!(#(#parts)::*)
}

/// A value, or a closure for a lambda.
fn argument(scope: &Scope<'_, '_>, arg: &Expr) -> TokenStream {
    let ExprKind::Lambda(body) = &arg.kind else {
        return val(scope, arg);
    };
    let (inside, name) = scope.inside();
    let body = out(&inside, body);
    let name = used_name(&name, &body);
    quote!(&|#name| #body)
}

/// A function of the author.
pub(super) fn external(scope: &Scope<'_, '_>, function: ExternId, args: &[Expr]) -> Code {
    let path = call_path(&scope.ctx.connector.externs[function.0]);
    let args = args.iter().map(|arg| val(scope, arg));
    Code::result(quote!(externs::#path(#(#args),*)))
}

/// A value table, in the direction of the mapping.
pub(super) fn table(scope: &Scope<'_, '_>, table: TableId, value: &Expr) -> Code {
    let name = table_name(scope.ctx.connector, table, scope.ctx.mapping.direction);
    let value = val(scope, value);
    Code::result(quote!(#name.look_up(#value)))
}

/// The same for `?`: no row is no fault, so that none is made.
pub(super) fn table_or_missing(scope: &Scope<'_, '_>, table: TableId, value: &Expr) -> Code {
    let name = table_name(scope.ctx.connector, table, scope.ctx.mapping.direction);
    let value = val(scope, value);
    Code::result(quote!(#name.look_up_or_missing(#value)))
}
