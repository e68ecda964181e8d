//! One mapping: its tables, its type, and the functions that run its rules.

use super::child::via_statics;
use super::context::Context;
use super::external::type_name;
use super::info::{info, sources, writes};
use super::lookup::{need_functions, needs};
use super::output;
use super::rule::{let_functions, rule_functions, rule_lines, rules};
use super::shape::{shape, shape_name};
use super::source::{accepts, arguments, asks, candidates, latest};
use super::stop::{stop_functions, stop_method};
use super::tokens::{doc, doc_or, ident};
use crate::ir::mapping::{Direction, Mapping};
use crate::ir::{Connector, MappingId, Program};
use crate::slots::Slots;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// `import_res_partner_from_customer`
pub(super) fn module_name(mapping: &Mapping) -> Ident {
    let mut name = String::new();
    for letter in mapping.type_name.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    ident(&name)
}

/// The mapper as its connector's module names it.
pub(super) fn mapper_path(mapping: &Mapping) -> TokenStream {
    let (module, name) = (module_name(mapping), ident(&mapping.type_name));
    quote!(#module::#name)
}

/// The module of one mapping. The first mapping of a family holds the shapes of all.
pub(super) fn mapping(program: &Program, connector: &Connector, slots: &Slots, id: MappingId) -> TokenStream {
    let ctx = Context::new(program, connector, slots, id);
    let module = module_name(ctx.mapping);
    let header = header(&ctx);
    let doc = doc_or(ctx.mapping.doc.as_deref(), &header);
    let shapes = shapes(&ctx);
    let tables = [
        sources(&ctx),
        writes(&ctx),
        rules(&ctx),
        super::lookup::lookups(&ctx),
        via_statics(&ctx),
        output::output(&ctx),
        info(&ctx),
    ];
    let mapper = mapper(&ctx, &header);
    let functions = [
        let_functions(&ctx),
        need_functions(&ctx),
        stop_functions(&ctx),
        rule_functions(&ctx),
    ];
    let code = quote!(#mapper #(#functions)*);
    let positions = ctx.source_constants(&code);
    quote! {
        #doc
        pub mod #module {
            use super::*;
            #shapes
            #(#tables)*
            #positions
            #code
        }
    }
}

/// `import res.partner from Customer`
fn header(ctx: &Context<'_>) -> String {
    let model = &ctx.program.models[ctx.mapping.model.0].name.text;
    let external = &ctx.connector.externals[ctx.mapping.external.0].name.text;
    let variant = ctx
        .mapping
        .variant
        .as_ref()
        .map(|name| format!(" as {name}"))
        .unwrap_or_default();
    match ctx.mapping.direction {
        Direction::Import => format!("`import {model}{variant} from {external}`"),
        Direction::Export => format!("`export {model}{variant} to {external}`"),
    }
}

fn shapes(ctx: &Context<'_>) -> TokenStream {
    let family = ctx.slots.family(ctx.id);
    match family.mappings.first() {
        Some(first) if *first == ctx.id => family
            .layouts
            .iter()
            .map(|(external, layout)| shape(ctx.connector, (*external, layout), &family.layouts))
            .collect(),
        Some(first) => {
            let module = module_name(&ctx.connector.mappings[first.0]);
            let used = ctx
                .own_shapes()
                .into_iter()
                .map(|id| shape_name(&ctx.connector.externals[id.0]));
            quote!(use super::#module::{#(#used),*};)
        }
        None => TokenStream::new(),
    }
}

/// The mapping's type and what the runtime calls on it. A method that would do what the trait does anyway is left out.
fn mapper(ctx: &Context<'_>, header: &str) -> TokenStream {
    let doc = doc(header);
    let name = ident(&ctx.mapping.type_name);
    let methods = [
        arguments(ctx),
        asks(ctx),
        candidates(ctx),
        accepts(ctx),
        latest(ctx),
        needs(ctx),
        stop_method(ctx),
    ];
    let (lines, check) = (rule_lines(ctx), super::check::check_method(ctx));
    let output = output::method(ctx);
    quote! {
        #doc
        #[derive(Debug)]
        pub struct #name;

        impl Mapper for #name {
            fn info(&self) -> &'static MapperInfo { &INFO }
            #output
            #(#methods)*
            #lines
            #check
        }
    }
}

/// The static of an external type as a mapping's module names it.
pub(super) fn type_ref(ctx: &Context<'_>, external: crate::ir::ExternalId) -> TokenStream {
    let name = type_name(&ctx.connector.externals[external.0]);
    quote!(&#name)
}
