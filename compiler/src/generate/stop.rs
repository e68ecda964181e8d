//! `skip`, `retry` and `after`: their tables, and one guarded line for each condition.

use super::context::Context;
use super::expr::{Scope, condition, out};
use super::external_fn::effect_path;
use super::source::eval_name;
use super::tokens::{comment, number};
use crate::ir::mapping::{Stop, StopKind};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// Rows of the table of conditions.
pub(super) fn stops(ctx: &Context<'_>) -> TokenStream {
    let stops = ctx.mapping.stops.iter().map(|stop| {
        let place = stop.place.text();
        let stratum = number(stop.stratum);
        let kind = match stop.kind {
            StopKind::Skip => quote!(StopKind::Skip),
            StopKind::Omit => quote!(StopKind::Omit),
            StopKind::Retry { every_ms } => {
                let every_ms = number(every_ms);
                quote!(StopKind::Retry { every_ms: #every_ms })
            }
        };
        quote!(StopInfo { place: #place, kind: #kind, stratum: #stratum })
    });
    quote!(&[#(#stops),*])
}

/// Functions of the author that run when the record is stored.
pub(super) fn after(ctx: &Context<'_>) -> TokenStream {
    let effects = ctx.mapping.after.iter().map(|after| {
        let path = effect_path(&ctx.connector.externs[after.function.0]);
        quote!(&externs::#path)
    });
    quote!(&[#(#effects),*])
}

/// The method that decides; absent where there is nothing to decide.
pub(super) fn stop_method(ctx: &Context<'_>) -> TokenStream {
    let stops = ctx.mapping.stops.iter().enumerate();
    let lines: Vec<TokenStream> = stops.map(|(index, stop)| stop_line(index, stop)).collect();
    if lines.is_empty() {
        return TokenStream::new();
    }
    quote! {
        fn stop<'s>(&self, e: &Eval<'_, 's>, stops: &mut Stops) { #(#lines)* }
    }
}

fn stop_line(index: usize, stop: &Stop) -> TokenStream {
    let (line, position, name) = (comment(&stop.place), number(index), stop_name(index));
    quote!(#line stops.stop(e, #position, #name);)
}

fn stop_name(index: usize) -> Ident {
    format_ident!("stop_{index}")
}

/// One function per condition: missing where it does not hold, else the reason.
pub(super) fn stop_functions(ctx: &Context<'_>) -> TokenStream {
    let stops = ctx.mapping.stops.iter().enumerate();
    stops.map(|(index, stop)| stop_function(ctx, index, stop)).collect()
}

fn stop_function(ctx: &Context<'_>, index: usize, stop: &Stop) -> TokenStream {
    let (scope, name) = (Scope::new(ctx), stop_name(index));
    let (holds, because) = (condition(&scope, &stop.when), out(&scope, &stop.because));
    let body = quote!(if #holds { #because } else { Ok(Val::Missing) });
    let e = eval_name(&body);
    quote! {
        fn #name<'s>(#e: &Eval<'_, 's>) -> Out<'s> { #body }
    }
}
