//! Checked programs to Rust: tables and calls, one module per connector version. Cannot fail; the same program gives the same tokens.
//!
//! Each function takes one node of the IR and builds one item. What is longer than a few lines is a function of the runtime.

mod check;
pub(crate) mod child;
mod connector;
pub(crate) mod context;
mod expr;
pub(crate) mod external;
pub(crate) mod external_fn;
mod info;
pub(crate) mod lookup;
mod mapping;
mod model;
mod model_value;
pub(crate) mod output;
pub(crate) mod reads;
mod rule;
mod shape;
mod shared;
mod source;
mod stop;
mod table;
pub(crate) mod tokens;

use crate::emit::Module;
use crate::ir::outline::display_name;
use crate::ir::{Connector, Place, Program};
use proc_macro2::TokenStream;
use quote::quote;

/// Rust for a program: its modules, and the items beside them.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Models, the author's functions, one per connector version.
    pub modules: Vec<Module>,
    /// What makes all of it known.
    pub root: TokenStream,
}

/// Generates Rust for a checked program.
pub fn generate(program: &Program) -> Generated {
    let models = Module {
        name: "models".to_owned(),
        doc: "Models of the inside.".to_owned(),
        sources: source_names(program.models.iter().map(|model| &model.place)),
        items: models(program),
    };
    let items = program
        .connectors
        .iter()
        .map(|one| connector::items(program, one))
        .collect();
    let items = shared::shared(&program.connectors, items);
    let connectors = program.connectors.iter().zip(items).map(|(connector, items)| Module {
        name: connector.module.clone(),
        doc: format!("The connector {}.", display_name(connector)),
        sources: source_names(places(connector)),
        items: connector::with_uses(connector, &items),
    });
    let connectors: Vec<Module> = connectors.collect();
    let called = external_fn::called(connectors.iter().map(|module| &module.items));
    let functions = external_fn::extern_functions(program, &called).map(|items| Module {
        name: "externs".to_owned(),
        doc: "Functions of this crate that mappings call.".to_owned(),
        sources: source_names(
            program
                .connectors
                .iter()
                .flat_map(|connector| &connector.externs)
                .map(|function| &function.place),
        ),
        items,
    });
    Generated {
        modules: std::iter::once(models).chain(functions).chain(connectors).collect(),
        root: root(program),
    }
}

fn models(program: &Program) -> TokenStream {
    let tables = program.models.iter().map(|one| model::model(program, one));
    let register = model::register(program);
    quote! {
        use ::tenon_runtime::generated::*;
        #(#tables)*
        #register
    }
}

fn root(program: &Program) -> TokenStream {
    let doc = tokens::doc("Makes all models and connectors known.");
    let modules = program
        .connectors
        .iter()
        .map(|connector| tokens::ident(&connector.module));
    quote! {
        #doc
        pub fn register_all(registry: &::tenon_runtime::generated::Registry) {
            models::register(registry);
            #(#modules::register(registry);)*
        }
    }
}

fn places(connector: &Connector) -> impl Iterator<Item = &Place> {
    let externals = connector.externals.iter().map(|one| &one.place);
    let settings = connector.settings.iter().map(|one| &one.place);
    let mappings = connector.mappings.iter().map(|one| &one.place);
    let tables = connector.tables.iter().map(|one| &one.place);
    externals.chain(settings).chain(mappings).chain(tables)
}

/// The files that places lie in, sorted.
fn source_names<'p>(places: impl Iterator<Item = &'p Place>) -> Vec<String> {
    let files = places.map(|place| {
        let name = place.text();
        name.rsplit_once(':').map_or(name, |(file, _)| file)
    });
    let mut names: Vec<String> = files.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}
