//! Questions to the store: their table, their arguments, and the method that asks them stratum by stratum.

use super::child::child_lines;
use super::context::Context;
use super::expr::{Scope, leaves, negated, out, used_name, val};
use super::mapping::type_ref;
use super::model::names;
use super::source::eval_name;
use super::tokens::{comment, number};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{Check, Lookup, LookupId, LookupKind, Stop};
use crate::walk;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// `static LOOKUPS`; nothing where nothing is asked.
pub(super) fn lookups(ctx: &Context<'_>) -> TokenStream {
    if ctx.mapping.lookups.is_empty() {
        return TokenStream::new();
    }
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
        LookupKind::ExtOf { external, model } => {
            let (external, model) = (type_ref(ctx, *external), ctx.model(*model));
            quote!(Lookup::ExtOf { external: #external, model: #model })
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
        LookupKind::FindOrNew { model, by, fold, new } => {
            let fields = &ctx.program.models[model.0].fields;
            let (criteria, new, model) = (names(fields, by), names(fields, new), ctx.model(*model));
            quote!(Lookup::FindOrNew { model: #model, criteria: #criteria, fold: #fold, new: #new })
        }
        LookupKind::Read { model, fields } => {
            let fields = names(&ctx.program.models[model.0].fields, fields);
            let model = ctx.model(*model);
            quote!(Lookup::Read { model: #model, fields: #fields })
        }
    }
}

/// The method that asks; absent where nothing is asked.
pub(super) fn needs(ctx: &Context<'_>) -> TokenStream {
    let own = (0..ctx.mapping.lookups.len()).map(|index| ask(ctx, LookupId(index)));
    let own: TokenStream = own.collect();
    let children = child_lines(ctx);
    if own.is_empty() && children.is_empty() {
        return own;
    }
    quote! {
        fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) { #own #children }
    }
}

fn ask(ctx: &Context<'_>, id: LookupId) -> TokenStream {
    let lookup = &ctx.mapping.lookups[id.0];
    let (position, need, stratum) = (number(id.0), need_name(id), number(lookup.stratum));
    let rule = match lookup.rule.map(number) {
        Some(rule) => quote!(#rule),
        None => quote!(None),
    };
    let runs = match used_by(ctx, id, lookup).as_deref() {
        None => TokenStream::new(),
        Some([rule]) => {
            let rule = number(*rule);
            quote!(&& e.runs(#rule))
        }
        Some(rules) => {
            let rules = rules.iter().copied().map(number);
            quote!(&& [#(#rules),*].iter().any(|rule| e.runs(*rule)))
        }
    };
    let asks = match lookup.each.is_empty() {
        true => quote!(wants.ask(&LOOKUPS[#position], #rule, #need(e));),
        false => quote!(#need(e, &mut |args| wants.ask(&LOOKUPS[#position], #rule, args));),
    };
    quote!(if stratum == #stratum #runs { #asks })
}

/// The rules that use a lookup, be it through lets; absent where a check, `skip` or `retry` uses it, so that it is always asked.
pub(crate) fn used_by(ctx: &Context<'_>, id: LookupId, lookup: &Lookup) -> Option<Vec<usize>> {
    if let Some(rule) = lookup.rule {
        return Some(vec![rule]);
    }
    let in_check = |check: &Check| uses(ctx, &check.condition, id) || uses(ctx, &check.because, id);
    let in_stop = |stop: &Stop| uses(ctx, &stop.when, id) || uses(ctx, &stop.because, id);
    if ctx.mapping.checks.iter().any(in_check) || ctx.mapping.stops.iter().any(in_stop) {
        return None;
    }
    let rules = ctx.mapping.rules.iter().enumerate();
    let users = rules.filter(|(_, rule)| {
        let mut used = false;
        walk::rule_roots(rule, &mut |root| used |= uses(ctx, root, id));
        used
    });
    let users: Vec<usize> = users.map(|(index, _)| index).collect();
    (!users.is_empty()).then_some(users)
}

/// Whether an expression asks a lookup: itself, in a let, or in the arguments of another lookup.
fn uses(ctx: &Context<'_>, expr: &Expr, id: LookupId) -> bool {
    let mut used = false;
    let mut lets = BTreeSet::new();
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        walk::deep(expr, &mut |part| {
            if let ExprKind::Lookup { lookup, args: _ } = &part.kind {
                used |= *lookup == id;
            }
            if let ExprKind::Let(item) = &part.kind
                && lets.insert(*item)
            {
                waiting.push(&ctx.mapping.lets[item.0].value);
            }
        });
    }
    used
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
    let mut scopes = vec![(Scope::new(ctx), None)];
    for list in &lookup.each {
        let Some((around, _)) = scopes.last() else { break };
        let list = out(around, list);
        let (inside, element) = around.inside();
        scopes.push((inside, Some((list, element))));
    }
    let Some((scope, _)) = scopes.last() else {
        return TokenStream::new();
    };
    let guard = lookup.guard.as_ref().map(|guard| {
        let fails = negated(scope, guard);
        quote!(if #fails { return Ok(Val::Missing); })
    });
    let asked = match key(&lookup.kind, &lookup.args) {
        Some(key) => out(scope, key),
        None => {
            let criteria = criteria(scope, &lookup.args);
            quote!(Ok(#criteria))
        }
    };
    if lookup.each.is_empty() {
        let body = quote!(#guard #asked);
        let e = eval_name(&body);
        return quote! {
            #line
            fn #name<'s>(#e: &Eval<'_, 's>) -> Out<'s> { #body }
        };
    }
    let lists = scopes.iter().rev().filter_map(|(_, list)| list.as_ref());
    let asks = kept(&quote!(#guard #asked));
    let body = lists.fold(quote!(want(#asks)), |inner, (list, element)| {
        let list = kept(list);
        let element = used_name(element, &inner);
        quote!(for_each(#list, &mut |#element| #inner))
    });
    let e = eval_name(&body);
    quote! {
        #line
        fn #name<'s>(#e: &Eval<'_, 's>, want: &mut dyn FnMut(Out<'s>)) { #body }
    }
}

/// An `Out` whose faults stay inside: one element that cannot ask does not keep the others from it.
fn kept(out: &TokenStream) -> TokenStream {
    match leaves(out) {
        true => quote!(attempt(|| { #out })),
        false => out.clone(),
    }
}

/// What a lookup asks about, where that is one value.
fn key<'x>(kind: &LookupKind, args: &'x [Expr]) -> Option<&'x Expr> {
    match (kind, args) {
        (
            LookupKind::Ref { .. }
            | LookupKind::Bound { .. }
            | LookupKind::Load { .. }
            | LookupKind::Read { .. }
            | LookupKind::ExtOf { .. },
            [one],
        ) => Some(one),
        (_, _) => None,
    }
}

fn criteria(scope: &Scope<'_, '_>, args: &[Expr]) -> TokenStream {
    let values = args.iter().map(|arg| val(scope, arg));
    quote!(Val::List(vec![#(#values),*]))
}

/// The answer to a lookup, where an expression uses it.
pub(super) fn answer(scope: &Scope<'_, '_>, id: LookupId, args: &[Expr]) -> TokenStream {
    let position = number(id.0);
    let lookup = &scope.ctx.mapping.lookups[id.0];
    let asked = match lookup.each.is_empty() {
        true => {
            let need = need_name(id);
            quote!(#need(e)?)
        }
        false => key(&lookup.kind, args).map_or_else(|| criteria(scope, args), |key| val(scope, key)),
    };
    quote!(e.got(&LOOKUPS[#position], #asked))
}
