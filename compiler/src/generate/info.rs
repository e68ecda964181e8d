//! The static tables of one mapping: where it reads, what it writes, and the table that holds them together.

use super::child::{has_via, via_name};
use super::context::Context;
use super::mapping::type_ref;
use super::model::filter;
use super::output;
use super::stop::{after, stops};
use super::tokens::{number, option};
use crate::ir::mapping::{Adopt, Batch, Check, Mark, Names, Origin, Severity, Source, Target};
use proc_macro2::TokenStream;
use quote::quote;

/// `static SOURCES`
pub(super) fn sources(ctx: &Context<'_>) -> TokenStream {
    let sources = ctx.mapping.sources.iter().map(|one| source(ctx, one));
    quote!(static SOURCES: &[Source] = &[#(#sources),*];)
}

fn source(ctx: &Context<'_>, source: &Source) -> TokenStream {
    let alias = &source.alias.text;
    let (external, shape) = (type_ref(ctx, source.external), ctx.shape(source.external));
    let origin = origin(ctx, source);
    let also_binds = source.also_binds;
    quote! {
        Source { alias: #alias, external: #external, shape: #shape, origin: #origin, also_binds: #also_binds }
    }
}

fn origin(ctx: &Context<'_>, source: &Source) -> TokenStream {
    match &source.origin {
        Origin::Main => quote!(Origin::Main),
        Origin::Enclosing => quote!(Origin::Enclosing),
        Origin::Picked { mark: many, .. } => {
            let mark = mark(*many);
            quote!(Origin::Picked { mark: #mark })
        }
        Origin::Fetched {
            operation, mark: many, ..
        } => {
            let mark = mark(*many);
            let params = params(ctx, source, operation);
            quote!(Origin::Fetched { operation: #operation, params: &[#(#params),*], mark: #mark })
        }
    }
}

/// Parameters of an operation of the type's adapter.
fn params<'p>(ctx: &Context<'p>, source: &Source, operation: &str) -> Vec<&'p String> {
    let adapters = ctx.connector.adapters.iter();
    let operations = adapters.filter(|adapter| adapter.external == source.external);
    let called = operations.flat_map(|adapter| &adapter.operations);
    called
        .filter(|known| known.name.text == operation)
        .flat_map(|known| &known.params)
        .map(|param| &param.text)
        .collect()
}

fn mark(mark: Mark) -> TokenStream {
    match mark {
        Mark::One => quote!(Mark::One),
        Mark::Optional => quote!(Mark::Optional),
        Mark::Many => quote!(Mark::Many),
    }
}

/// `static WRITES`
pub(super) fn writes(ctx: &Context<'_>) -> TokenStream {
    let writes = ctx.mapping.targets.iter().map(|target| {
        let name = &ctx.target_name(target).text;
        match target {
            Target::Out(field) => {
                let index = number(output::position(ctx, *field));
                quote!(Write::out(#name, #index))
            }
            Target::Field(field) => {
                let index = number(field.0);
                quote!(Write::field(#name, #index))
            }
            Target::Binding(field) => {
                let index = number(field.0);
                quote!(Write::binding(#name, #index))
            }
        }
    });
    quote!(static WRITES: &[Write] = &[#(#writes),*];)
}

/// `static INFO`
pub(super) fn info(ctx: &Context<'_>) -> TokenStream {
    let mapping = ctx.mapping;
    let (model, external) = (ctx.model(mapping.model), type_ref(ctx, mapping.external));
    let variant = option(mapping.variant.as_ref());
    let strata = number(mapping.strata);
    let adopt = option(mapping.adopt.as_ref().map(|one| adopt(ctx, one)));
    let batch = option(mapping.batch.as_ref().map(|one| batch(ctx, one)));
    let rules = mapping.rules.iter().enumerate();
    let vias = rules
        .filter(|(_, rule)| has_via(rule))
        .map(|(index, _)| via_name(ctx, index));
    let lookups = match mapping.lookups.is_empty() {
        true => quote!(&[]),
        false => quote!(LOOKUPS),
    };
    let (stops, after, changes) = (stops(ctx), after(ctx), changes(ctx));
    let checks = mapping.checks.iter().map(check);
    let params = mapping.params.iter().map(|(name, _)| &name.text);
    let next = option(mapping.next.map(|external| type_ref(ctx, external)));
    let place = mapping.place.text();
    quote! {
        static INFO: MapperInfo = MapperInfo {
            model: #model,
            external: #external,
            variant: #variant,
            sources: SOURCES,
            writes: WRITES,
            rules: RULES,
            lookups: #lookups,
            strata: #strata,
            adopt: #adopt,
            batch: #batch,
            vias: &[#(&#vias),*],
            stops: #stops,
            checks: &[#(#checks),*],
            after: #after,
            changes: #changes,
            next: #next,
            params: &[#(#params),*],
            place: #place,
        };
    }
}

fn adopt(ctx: &Context<'_>, adopt: &Adopt) -> TokenStream {
    let fields = &ctx.program.models[ctx.mapping.model.0].fields;
    let by = adopt.by.iter().map(|target| number(target.0));
    let (fold, shared, place) = (adopt.fold, adopt.shared, adopt.place.text());
    let filter = option(adopt.filter.as_ref().map(|condition| filter(fields, condition)));
    quote!(&Adopt { by: &[#(#by),*], fold: #fold, filter: #filter, shared: #shared, place: #place })
}

fn batch(ctx: &Context<'_>, batch: &Batch) -> TokenStream {
    let fields = &ctx.connector.externals[ctx.mapping.external.0].fields;
    let since = option(batch.since.map(|field| &fields[field.0].name.text));
    let (every_ms, overlap_ms) = (number(batch.every_ms), number(batch.overlap_ms));
    let priority = proc_macro2::Literal::i16_unsuffixed(batch.priority);
    quote!(&Batch { every_ms: #every_ms, since: #since, overlap_ms: #overlap_ms, priority: #priority })
}

/// `changes find`: which slots of joined records lead to the main one.
fn changes(ctx: &Context<'_>) -> TokenStream {
    let sources = ctx.mapping.sources.iter().enumerate();
    let changes = sources.filter_map(|(index, source)| {
        let changes = source.changes.as_ref()?;
        let (source, slot) = (number(index), number(ctx.slot(source.external, changes.by)));
        let leads = match changes.holds {
            Names::Key => quote!(Leads::ByKey),
            Names::Binding(field) => {
                let field = number(field.0);
                quote!(Leads::ByBinding(#field))
            }
        };
        Some(quote!(Changes { source: #source, slot: #slot, leads: #leads }))
    });
    quote!(&[#(#changes),*])
}

fn check(check: &Check) -> TokenStream {
    let place = check.place.text();
    let outs = check.outs.iter().map(|target| number(target.0));
    let severity = match check.severity {
        Severity::Fail => quote!(Severity::Fail),
        Severity::Warn => quote!(Severity::Warn),
    };
    quote!(CheckInfo { place: #place, severity: #severity, outs: &[#(#outs),*] })
}
