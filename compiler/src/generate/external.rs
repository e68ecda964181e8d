//! External record types, their keys and bindings, and the operations of their adapters: static tables.

use super::model::model_field;
use super::shape::key_shape;
use super::tokens::{doc, number, option, shouted, shouted_as};
use crate::ir::expr::Template;
use crate::ir::{
    Adapter, AnswerItems, Binding, Connector, External, ExternalId, FieldType, ModelFieldId, Once, Operation, Program,
    Request,
};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// Name of the static of a type.
pub(super) fn type_name(external: &External) -> Ident {
    shouted_as(&external.name, "TYPE")
}

/// Name of the static of a type's operations.
pub(super) fn adapter_name(connector: &Connector, adapter: &Adapter) -> Ident {
    shouted_as(&connector.externals[adapter.external.0].name, "ADAPTER")
}

/// The static table of one external record type.
pub(super) fn external_type(program: &Program, connector: &Connector, external: &External) -> TokenStream {
    let (family, name) = (&connector.name.text, &external.name.text);
    let doc = doc(&format!("`{name}` of {family}."));
    let constant = type_name(external);
    let key = key_shape(connector, external);
    let key_parts = number(external.key.len());
    let revision = option(external.revision.map(|field| &external.fields[field.0].name.text));
    let mut sensitive = BTreeSet::new();
    collect_sensitive(connector, external, &mut Vec::new(), &mut sensitive);
    let sensitive = sensitive.iter();
    let binding = option(binding(program, connector, external));
    quote! {
        #doc
        pub static #constant: ExternalType = ExternalType {
            connector: #family,
            name: #name,
            key: &#key,
            key_parts: #key_parts,
            revision: #revision,
            sensitive: &[#(#sensitive),*],
            binding: #binding,
        };
    }
}

/// Names of fields that must not be printed, through all records inside; a type may hold itself.
pub(crate) fn collect_sensitive<'c>(
    connector: &'c Connector,
    external: &'c External,
    seen: &mut Vec<ExternalId>,
    names: &mut BTreeSet<&'c str>,
) {
    for field in &external.fields {
        if field.sensitive {
            names.insert(&field.name.text);
        }
        let mut ty = &field.ty;
        while let FieldType::List(inner) | FieldType::Map(inner) | FieldType::Nullable(inner) = ty {
            ty = inner;
        }
        if let FieldType::Record(inner) = ty
            && !seen.contains(inner)
        {
            seen.push(*inner);
            collect_sensitive(connector, &connector.externals[inner.0], seen, names);
        }
    }
}

/// Absent for embedded records and for types that lead to no model.
fn binding(program: &Program, connector: &Connector, external: &External) -> Option<TokenStream> {
    let model = external.models.first().filter(|_| !external.key.is_empty())?;
    let model = &program.models[model.0].name.text;
    // A model may have the same name apart from upper case, which databases do not tell apart.
    let table = format!(
        "{}__{}__binding",
        connector.name.text,
        external.name.text.replace('.', "_")
    );
    let none = Binding {
        scope: Vec::new(),
        fields: Vec::new(),
        one_to_one: false,
        columns: None,
    };
    let binding = external.binding.as_ref().unwrap_or(&none);
    let scope = binding.scope.iter().map(|field| &binding.fields[field.0].name.text);
    let fields = binding.fields.iter().map(|field| model_field(program, field));
    let one_to_one = binding.one_to_one;
    let columns = option(binding.columns.map(|own| {
        let name = |field: ModelFieldId| &program.models[own.model.0].fields[field.0].name.text;
        let (key, synced) = (name(own.key), option(own.synced.map(name)));
        quote!(OwnColumns { key: #key, synced: #synced })
    }));
    Some(quote! {
        Binding {
            table: #table,
            model: #model,
            scope: &[#(#scope),*],
            fields: &[#(#fields),*],
            one_to_one: #one_to_one,
            columns: #columns,
        }
    })
}

/// The static table of the operations of one type.
pub(super) fn adapter(program: &Program, connector: &Connector, adapter: &Adapter) -> TokenStream {
    let external = &connector.externals[adapter.external.0];
    let doc = doc(&format!("What can be asked about `{}`.", external.name.text));
    let constant = adapter_name(connector, adapter);
    let ty = type_name(external);
    let operations = adapter.operations.iter().map(|one| operation(program, connector, one));
    quote! {
        #doc
        pub static #constant: AdapterInfo = AdapterInfo { external: &#ty, operations: &[#(#operations),*] };
    }
}

fn operation(program: &Program, connector: &Connector, operation: &Operation) -> TokenStream {
    let (name, place) = (&operation.name.text, &operation.place.text);
    let params = operation.params.iter().map(|param| &param.text);
    let request = request(&operation.request);
    let languages = option(operation.languages.as_ref().map(|languages| {
        let views = type_name(&connector.externals[languages.external.0]);
        let model = shouted(&program.models[languages.model.0].name);
        let model = format_ident!("{model}");
        let field = &program.models[languages.model.0].fields[languages.field.0].name.text;
        quote!(Languages { external: &#views, model: &models::#model, field: #field })
    }));
    let items = match &operation.items {
        None => quote!(None),
        Some(AnswerItems::Field(field)) => quote!(Some(AnswerItems::Field(#field))),
        Some(AnswerItems::Nested(field)) => quote!(Some(AnswerItems::Nested(#field))),
        Some(AnswerItems::Keys(field)) => quote!(Some(AnswerItems::Keys(#field))),
    };
    let once = option(operation.once.as_ref().map(once));
    let returns = option(operation.returns.map(|external| {
        let name = type_name(&connector.externals[external.0]);
        quote!(&#name)
    }));
    quote! {
        Operation {
            name: #name, params: &[#(#params),*], request: #request, items: #items, once: #once, returns: #returns, languages: #languages,
            place: #place
        }
    }
}

fn once(once: &Once) -> TokenStream {
    match once {
        Once::Header(name) => quote!(Once::Header(#name)),
        Once::Unique(field) => quote!(Once::Unique(#field)),
        Once::Search { field, after_ms } => {
            let after_ms = number(*after_ms);
            quote!(Once::Search { field: #field, after_ms: #after_ms })
        }
        Once::Review => quote!(Once::Review),
    }
}

fn request(request: &Request) -> TokenStream {
    match request {
        Request::Call { method, args } => {
            let args = args.iter().map(template);
            quote!(Request::Call { method: #method, args: &[#(#args),*] })
        }
        Request::Http { verb, path } => {
            let path = template(path);
            quote!(Request::Http { verb: #verb, path: #path })
        }
    }
}

/// A value to send.
pub(super) fn template(value: &Template) -> TokenStream {
    match value {
        Template::Null => quote!(Template::Null),
        Template::Text(text) => quote!(Template::Text(#text)),
        Template::Int(number) => quote!(Template::Int(#number)),
        Template::Bool(flag) => quote!(Template::Bool(#flag)),
        Template::Decimal(digits) => quote!(Template::Decimal(#digits)),
        Template::Or(both) => {
            let both = both.iter().map(template);
            quote!(Template::Or(&[#(#both),*]))
        }
        Template::Id => quote!(Template::Id),
        Template::Param(index) => {
            let index = number(*index);
            quote!(Template::Param(#index))
        }
        Template::Setting(setting) => {
            let index = number(setting.0);
            quote!(Template::Setting(#index))
        }
        Template::Concat(parts) => {
            let parts = parts.iter().map(template);
            quote!(Template::Concat(&[#(#parts),*]))
        }
        Template::List(items) => {
            let items = items.iter().map(template);
            quote!(Template::List(&[#(#items),*]))
        }
        Template::Field(name) => quote!(Template::Field(#name)),
        Template::Record => quote!(Template::Record),
        Template::Object(entries) => {
            let entries = entries.iter().map(|(name, value)| {
                let value = template(value);
                quote!((#name, #value))
            });
            quote!(Template::Object(&[#(#entries),*]))
        }
    }
}
