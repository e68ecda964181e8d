//! Questions to the store: their table, their arguments, and the method that asks them stratum by stratum.

use super::child::child_lines;
use super::context::Context;
use super::expr::{Scope, negated, val};
use super::mapping::type_ref;
use super::model::names;
use super::tokens::{comment, number};
use crate::ir::expr::Expr;
use crate::ir::mapping::{Lookup, LookupId, LookupKind};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// `static LOOKUPS`
pub(super) fn lookups(ctx: &Context<'_>) -> TokenStream {
    let lookups = ctx.mapping.lookups.iter().map(|one| lookup(ctx, one));
    quote!(static LOOKUPS: &[Lookup] = &[#(#lookups),*];)
}

fn lookup(ctx: &Context<'_>, lookup: &Lookup) -> TokenStream {
    match &lookup.kind {
        LookupKind::Ref {
            external,
            model,
            import,
        } => {
            let (external, model) = (type_ref(ctx, *external), ctx.model(*model));
            quote!(Lookup::Ref { external: #external, model: #model, import: #import })
        }
        LookupKind::Bound { external } => {
            let external = type_ref(ctx, *external);
            quote!(Lookup::Bound { external: #external })
        }
        LookupKind::Load {
            external,
            model,
            fields,
            import,
        } => {
            let fields = names(&ctx.program.models[model.0].fields, fields);
            let (external, model) = (type_ref(ctx, *external), ctx.model(*model));
            quote!(Lookup::Load { external: #external, model: #model, fields: #fields, import: #import })
        }
        LookupKind::Find { model, by, fold } => {
            let criteria = names(&ctx.program.models[model.0].fields, by);
            let model = ctx.model(*model);
            quote!(Lookup::Find { model: #model, criteria: #criteria, fold: #fold })
        }
    }
}

/// The method that asks; absent where nothing is asked.
pub(super) fn needs(ctx: &Context<'_>) -> TokenStream {
    let lines: TokenStream = (1..=ctx.mapping.strata)
        .flat_map(|stratum| of_stratum(ctx, stratum))
        .collect();
    if lines.is_empty() {
        return lines;
    }
    quote! {
        fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) { #lines }
    }
}

fn of_stratum(ctx: &Context<'_>, stratum: u8) -> Vec<TokenStream> {
    let own = ctx
        .mapping
        .lookups
        .iter()
        .enumerate()
        .filter(|(_, lookup)| lookup.stratum == stratum);
    own.map(|(index, lookup)| ask(index, lookup))
        .chain(child_lines(ctx, stratum))
        .collect()
}

fn ask(index: usize, lookup: &Lookup) -> TokenStream {
    let (position, need, stratum) = (number(index), need_name(LookupId(index)), number(lookup.stratum));
    match lookup.rule.map(number) {
        Some(rule) => quote! {
            if stratum == #stratum && e.runs(#rule) { wants.ask(&LOOKUPS[#position], #rule, #need(e)); }
        },
        None => quote!(if stratum == #stratum { wants.ask(&LOOKUPS[#position], None, #need(e)); }),
    }
}

fn need_name(id: LookupId) -> Ident {
    format_ident!("need_{}", id.0)
}

/// One function per lookup: what it asks about. Missing, which asks nothing, where its condition does not hold.
pub(super) fn need_functions(ctx: &Context<'_>) -> TokenStream {
    let lookups = ctx.mapping.lookups.iter().enumerate();
    lookups
        .map(|(index, lookup)| need_function(ctx, LookupId(index), lookup))
        .collect()
}

fn need_function(ctx: &Context<'_>, id: LookupId, lookup: &Lookup) -> TokenStream {
    let (name, line) = (need_name(id), comment(&lookup.place));
    let scope = Scope::new(ctx);
    let guard = lookup.guard.as_ref().map(|guard| {
        let fails = negated(&scope, guard);
        quote!(if #fails { return Ok(Val::Missing); })
    });
    let asked = arguments(&scope, &lookup.kind, &lookup.args);
    quote! {
        #line
        fn #name<'s>(e: &Eval<'_, 's>) -> Out<'s> { #guard Ok(#asked) }
    }
}

/// The key, or the list of criteria.
fn arguments(scope: &Scope<'_, '_>, kind: &LookupKind, args: &[Expr]) -> TokenStream {
    let values: Vec<TokenStream> = args.iter().map(|arg| val(scope, arg)).collect();
    match (kind, values.as_slice()) {
        (LookupKind::Ref { .. } | LookupKind::Bound { .. } | LookupKind::Load { .. }, [key]) => key.clone(),
        (_, values) => quote!(Val::List(vec![#(#values),*])),
    }
}

/// The answer to a lookup, where an expression uses it.
pub(super) fn answer(id: LookupId) -> TokenStream {
    let (position, need) = (number(id.0), need_name(id));
    quote!(e.got(&LOOKUPS[#position], #need(e)?))
}
