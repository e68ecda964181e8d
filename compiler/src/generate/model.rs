//! Models of the inside and fields of bindings: static tables.

use super::model_value::value_field;
use super::tokens::{doc, doc_or, model_literal, number, option, shouted};
use crate::ir::{
    Fill, Filter, Model, ModelField, ModelFieldId, ModelKind, NaturalKey, OnDelete, Order, Program, Scalar,
};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The static table of one model.
pub(super) fn model(program: &Program, model: &Model) -> TokenStream {
    let name = &model.name.text;
    let table = name.replace('.', "__");
    let doc = doc_or(model.doc.as_deref(), &format!("`{name}`"));
    let constant = format_ident!("{}", shouted(&model.name));
    let fields = model.fields.iter().map(|field| model_field(program, field));
    let keys = model.keys.iter().map(|key| natural_key(&model.fields, key));
    let unique = model.unique.iter().map(|fields| names(&model.fields, fields));
    let indexes = model.indexes.iter().map(|fields| names(&model.fields, fields));
    quote! {
        #doc
        pub static #constant: Model = Model {
            name: #name,
            table: #table,
            fields: &[#(#fields),*],
            keys: &[#(#keys),*],
            unique: &[#(#unique),*],
            indexes: &[#(#indexes),*],
        };
    }
}

/// The function that makes all models known.
pub(super) fn register(program: &Program) -> TokenStream {
    let doc = doc("Makes the models known.");
    let models = program.models.iter().map(|model| {
        let constant = format_ident!("{}", shouted(&model.name));
        quote!(registry.model(&#constant);)
    });
    quote! {
        #doc
        pub fn register(registry: &Registry) { #(#models)* }
    }
}

/// One field of a model or of a binding.
pub(super) fn model_field(program: &Program, field: &ModelField) -> TokenStream {
    let name = &field.name.text;
    let kind = kind(program, &field.kind);
    let place = field.place.text();
    let nullable = field.nullable.then(|| quote!(nullable: true,));
    let default = field.default.as_ref().map(|literal| {
        let literal = model_literal(literal);
        quote!(default: Some(#literal),)
    });
    let max = field.max.map(number).map(|max| quote!(max: Some(#max),));
    let per_language = field.per_language.then(|| quote!(per_language: true,));
    let fill = field.fill.as_ref().map(|fill| {
        let fill = match fill {
            Fill::Literal(literal) => {
                let literal = model_literal(literal);
                quote!(::tenon_runtime::model::Fill::Literal(#literal))
            }
            Fill::Field(name) => quote!(::tenon_runtime::model::Fill::Field(#name)),
        };
        quote!(fill: Some(#fill),)
    });
    let renamed_from = field.renamed_from.as_ref().map(|old| quote!(renamed_from: Some(#old),));
    quote! {
        ModelField {
            #nullable #default #max #per_language #renamed_from #fill
            place: #place,
            ..ModelField::new(#name, #kind)
        }
    }
}

fn kind(program: &Program, kind: &ModelKind) -> TokenStream {
    match kind {
        ModelKind::Scalar(scalar) => scalar_kind(scalar),
        ModelKind::Ref { model, on_delete } => {
            let model = &program.models[model.0].name.text;
            let on_delete = match on_delete {
                OnDelete::Restrict => quote!(OnDelete::Restrict),
                OnDelete::Clear => quote!(OnDelete::Clear),
                OnDelete::Cascade => quote!(OnDelete::Cascade),
            };
            quote!(ModelKind::Ref { model: #model, on_delete: #on_delete })
        }
        ModelKind::OneToMany { model, by } => {
            let other = &program.models[model.0];
            let (model, by) = (&other.name.text, &other.fields[by.0].name.text);
            quote!(ModelKind::OneToMany { model: #model, by: #by })
        }
        ModelKind::ManyToMany { model } => {
            let model = &program.models[model.0].name.text;
            quote!(ModelKind::ManyToMany { model: #model })
        }
        ModelKind::Value(ty) => {
            let field = value_field("", ty);
            quote!(ModelKind::Value(&#field))
        }
        // Its canonical text.
        ModelKind::Key { .. } => quote!(ModelKind::Text),
    }
}

fn scalar_kind(scalar: &Scalar) -> TokenStream {
    match scalar {
        Scalar::Text => quote!(ModelKind::Text),
        Scalar::Int => quote!(ModelKind::Int),
        Scalar::Decimal(Some(scale)) => {
            let scale = number(*scale);
            quote!(ModelKind::Decimal(#scale))
        }
        Scalar::Decimal(None) => unreachable!("check rejects this: a stored decimal has a scale"),
        Scalar::Float => unreachable!("check rejects this: a float is only received"),
        Scalar::Bool => quote!(ModelKind::Bool),
        Scalar::Date => quote!(ModelKind::Date),
        Scalar::Time => quote!(ModelKind::Time),
        Scalar::Duration => quote!(ModelKind::Duration),
        Scalar::DateTime => quote!(ModelKind::DateTime),
        Scalar::Uuid => quote!(ModelKind::Uuid),
        Scalar::Bytes => quote!(ModelKind::Bytes),
        Scalar::Json => quote!(ModelKind::Json),
        Scalar::Enum { words, open } => quote!(ModelKind::Enum { words: &[#(#words),*], open: #open }),
    }
}

fn natural_key(fields: &[ModelField], key: &NaturalKey) -> TokenStream {
    let names = names(fields, &key.fields);
    let fold = key.fold;
    let filter = option(key.filter.as_ref().map(|condition| filter(fields, condition)));
    quote!(NaturalKey { fields: #names, fold: #fold, filter: #filter })
}

/// `&["a", "b"]`
pub(super) fn names(fields: &[ModelField], ids: &[ModelFieldId]) -> TokenStream {
    let names = ids.iter().map(|id| &fields[id.0].name.text);
    quote!(&[#(#names),*])
}

/// A condition on stored fields.
pub(super) fn filter(fields: &[ModelField], condition: &Filter) -> TokenStream {
    match condition {
        Filter::And(all) => {
            let all = all.iter().map(|one| filter(fields, one));
            quote!(Filter::And(&[#(#all),*]))
        }
        Filter::Or(any) => {
            let any = any.iter().map(|one| filter(fields, one));
            quote!(Filter::Or(&[#(#any),*]))
        }
        Filter::Not(inner) => {
            let inner = filter(fields, inner);
            quote!(Filter::Not(&#inner))
        }
        Filter::Equals(field, literal) => {
            let (field, value) = (&fields[field.0].name.text, model_literal(literal));
            quote!(Filter::Equals { field: #field, value: #value })
        }
        Filter::Ordered(field, order, literal) => {
            let (field, value) = (&fields[field.0].name.text, model_literal(literal));
            let order = match order {
                Order::Less => quote!(Less),
                Order::LessOrEqual => quote!(LessOrEqual),
                Order::Greater => quote!(Greater),
                Order::GreaterOrEqual => quote!(GreaterOrEqual),
            };
            quote!(Filter::Ordered { field: #field, order: Order::#order, value: #value })
        }
        Filter::IsNull(field) => {
            let field = &fields[field.0].name.text;
            quote!(Filter::IsNull { field: #field })
        }
    }
}
