//! Checks on what was written: one guarded line each.

use super::context::Context;
use super::expr::{Scope, condition, out};
use super::source::{eval_name, mentions};
use super::tokens::{comment, number};
use crate::ir::mapping::Check;
use proc_macro2::TokenStream;
use quote::quote;

/// The method that runs the checks; absent where there are none.
pub(super) fn check_method(ctx: &Context<'_>) -> TokenStream {
    let checks = ctx.mapping.checks.iter().enumerate();
    let lines: Vec<TokenStream> = checks.map(|(index, check)| check_line(ctx, index, check)).collect();
    if lines.is_empty() {
        return TokenStream::new();
    }
    quote! {
        fn check<'s>(&self, e: &Eval<'_, 's>, row: &Row<'s>, report: &mut Checks) { #(#lines)* }
    }
}

/// Missing where it holds, else the reason.
fn check_line(ctx: &Context<'_>, index: usize, check: &Check) -> TokenStream {
    let scope = Scope::new(ctx);
    let (line, position) = (comment(&check.place), number(index));
    let (holds, because) = (condition(&scope, &check.condition), out(&scope, &check.because));
    let body = quote!(if #holds { Ok(Val::Missing) } else { #because });
    let e = eval_name(&body);
    let row = match mentions(&body, "row") {
        true => quote!(row),
        false => quote!(_),
    };
    quote!(#line report.check(e, row, #position, |#e, #row| #body);)
}
