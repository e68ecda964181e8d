//! One connector version: its static table, what it declares, its mappings, and the function that makes all of it known.

use super::external::{adapter, adapter_name, external_type, template, type_name};
use super::external_fn::{effect_path, generated_types};
use super::mapping::{mapper_path, mapping};
use super::shape::{scalar_kind, wire};
use super::source::mentions;
use super::table::tables;
use super::tokens::{doc, model_literal, number, option};
use crate::ir::mapping::{Direction, Mapping};
use crate::ir::outline::display_name;
use crate::ir::{Connector, External, MappingId, Program, Protocol, Setting};
use crate::slots::Slots;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// All items of a connector's module, without what it uses of other modules.
pub(super) fn items(program: &Program, connector: &Connector) -> TokenStream {
    let slots = Slots::of(connector);
    let table = table(connector);
    let types = used_types(connector).map(|external| external_type(program, connector, external));
    let adapters = connector.adapters.iter().map(|one| adapter(program, connector, one));
    let register = register(program, connector);
    let tables = tables(connector);
    let mappings = (0..connector.mappings.len()).map(|index| mapping(program, connector, &slots, MappingId(index)));
    quote! {
        #table
        #(#types)*
        #(#adapters)*
        #register
        #tables
        #(#mappings)*
    }
}

/// A connector's module: what it uses, then its items.
pub(super) fn with_uses(connector: &Connector, items: &TokenStream) -> TokenStream {
    let models = mentions(items, "models").then(|| {
        quote!(
            use super::models;
        )
    });
    let externs = mentions(items, "externs").then(|| {
        quote!(
            use super::externs;
        )
    });
    let generated_types = generated_types(connector);
    quote! {
        #externs
        #models
        #generated_types
        use ::tenon_runtime::generated::*;
        #items
    }
}

/// Types that something names: those with a key, and embedded ones that are a source.
fn used_types(connector: &Connector) -> impl Iterator<Item = &External> {
    connector.externals.iter().enumerate().filter_map(|(index, external)| {
        let is_source = || connector.mappings.iter().flat_map(|mapping| &mapping.sources);
        let used = !external.key.is_empty() || is_source().any(|source| source.external.0 == index);
        used.then_some(external)
    })
}

fn table(connector: &Connector) -> TokenStream {
    let doc = doc(&format!("{}.", display_name(connector)));
    let name = &connector.name.text;
    let version = option(connector.version.as_ref());
    let parent = option(connector.parent.as_ref().map(|(family, version)| {
        let version = option(version.as_ref());
        quote!((#family, #version))
    }));
    let serves = option(connector.serves.as_ref());
    let wire = wire(connector.wire);
    let settings = connector.settings.iter().map(setting);
    let protocol = option(connector.protocol.as_ref().map(protocol));
    quote! {
        #doc
        pub static CONNECTOR: Connector = Connector {
            name: #name,
            version: #version,
            parent: #parent,
            serves: #serves,
            wire: #wire,
            settings: &[#(#settings),*],
            protocol: #protocol,
        };
    }
}

fn setting(setting: &Setting) -> TokenStream {
    let (name, place) = (&setting.name.text, setting.place.text());
    let kind = scalar_kind(&setting.scalar);
    let (nullable, sensitive) = (setting.nullable, setting.sensitive);
    let default = option(setting.default.as_ref().map(model_literal));
    quote! {
        Setting {
            name: #name, kind: #kind, nullable: #nullable, default: #default, sensitive: #sensitive, place: #place
        }
    }
}

fn protocol(protocol: &Protocol) -> TokenStream {
    let name = &protocol.name;
    let endpoint = template(&protocol.endpoint);
    let auth = option(protocol.auth.as_ref().map(|(scheme, values)| {
        let values = values.iter().map(template);
        quote!((#scheme, &[#(#values),*]))
    }));
    let limits = protocol.limits.iter().map(|(requests, milliseconds)| {
        let (requests, milliseconds) = (number(*requests), number(*milliseconds));
        quote!((#requests, #milliseconds))
    });
    quote!(Protocol { name: #name, endpoint: #endpoint, auth: #auth, limits: &[#(#limits),*] })
}

/// What the version above has and this one has dropped: nobody may find it there.
fn hidden(program: &Program, connector: &Connector) -> Vec<TokenStream> {
    let above = |one: &&Connector| connector.parent == Some((one.name.text.clone(), one.version.clone()));
    let Some(parent) = program.connectors.iter().find(above) else {
        return Vec::new();
    };
    let title = |of: &Connector, mapping: &Mapping| {
        let external = of.externals[mapping.external.0].name.text.clone();
        (mapping.direction, mapping.model, mapping.variant.clone(), external)
    };
    let own: Vec<_> = connector.mappings.iter().map(|one| title(connector, one)).collect();
    let gone = parent
        .mappings
        .iter()
        .map(|one| title(parent, one))
        .filter(|one| !own.contains(one));
    let mappings = gone.map(|(direction, model, variant, external)| {
        let model = &program.models[model.0].name.text;
        let variant = variant.map(|variant| quote!(.variant(Some(#variant))));
        let usage = match direction {
            Direction::Import => quote!(ImportMapper),
            Direction::Export => quote!(ExportMapper),
        };
        quote!(Wanted::new(Usage::#usage).model(#model)#variant.external(#external))
    });
    let called = |of: &Connector| -> Vec<String> {
        let externals = of
            .adapters
            .iter()
            .map(|one| of.externals[one.external.0].name.text.clone());
        externals.collect()
    };
    let own = called(connector);
    let adapters = called(parent).into_iter().filter(|external| !own.contains(external));
    let adapters = adapters.map(|external| quote!(Wanted::new(Usage::Adapter).external(#external)));
    mappings.chain(adapters).collect()
}

fn register(program: &Program, connector: &Connector) -> TokenStream {
    let doc = doc("Makes this version known with all that belongs to it.");
    let types = connector.externals.iter().filter(|external| !external.key.is_empty());
    let types = each(types.map(type_name), |external| quote!(registry.external(#external);));
    let adapters = connector.adapters.iter().map(|one| adapter_name(connector, one));
    let adapters = each(adapters, |adapter| quote!(registry.adapter(&CONNECTOR, #adapter);));
    let mappers = connector.mappings.iter().map(|mapping| {
        let path = mapper_path(mapping);
        let unit = match mapping.direction {
            Direction::Import => quote!(ConnectorUnit::ImportMapper),
            Direction::Export => quote!(ConnectorUnit::ExportMapper),
        };
        quote!(#unit(&#path))
    });
    let mappers = each_value(mappers, |unit| quote!(registry.unit(&CONNECTOR, #unit);));
    let hidden = hidden(program, connector).into_iter();
    let hidden = each_value(hidden, |unit| quote!(registry.hide(&CONNECTOR, #unit);));
    let effects = connector.externs.iter().filter(|function| function.effect.is_some());
    let effects = effects.map(|function| {
        let path = effect_path(function);
        quote!(&externs::#path)
    });
    let effects = each_value(effects, |effect| quote!(registry.effect(#effect);));
    quote! {
        #doc
        pub fn register(registry: &Registry) {
            registry.connector(&CONNECTOR);
            #types
            #adapters
            #effects
            #mappers
            #hidden
        }
    }
}

/// A call for each of some statics.
fn each(names: impl Iterator<Item = Ident>, call: impl Fn(&TokenStream) -> TokenStream) -> TokenStream {
    each_value(names.map(|name| quote!(&#name)), call)
}

/// A call for each of some values: none, one, or a loop.
fn each_value(values: impl Iterator<Item = TokenStream>, call: impl Fn(&TokenStream) -> TokenStream) -> TokenStream {
    let values: Vec<TokenStream> = values.collect();
    match values.as_slice() {
        [] => TokenStream::new(),
        [one] => call(one),
        several => {
            let call = call(&quote!(one));
            quote!(for one in [#(#several),*] { #call })
        }
    }
}
