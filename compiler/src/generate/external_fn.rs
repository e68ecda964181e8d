//! The author's own functions: the type of each, checked by rustc on one line, its result type, and the call that converts values.
//!
//! They stand in one module for all connectors, because a Rust function has one signature, whichever versions call it.

use super::tokens::{doc, ident};
use crate::ir::{Connector, ExternFn, ExternResult, ExternType, Ident as Name, ModelId, Program, Scalar};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};

/// Functions by Rust module; the same function declared by several versions is one.
type ByModule<'p> = BTreeMap<String, BTreeMap<&'p str, &'p ExternFn>>;

/// All functions of a program, in one module per Rust module of the author.
pub(super) fn extern_functions(program: &Program, called: &BTreeSet<String>) -> Option<TokenStream> {
    let mut modules = ByModule::new();
    let functions = program.connectors.iter().flat_map(|connector| &connector.externs);
    for function in functions {
        let functions = modules.entry(module_name(function)).or_default();
        functions.entry(&function.name.text).or_insert(function);
    }
    if modules.is_empty() {
        return None;
    }
    let modules = modules.iter().map(|(name, functions)| {
        let (doc, name) = (
            doc(&format!(
                "Functions that mappings call in `{}`.",
                rust_module(functions)
            )),
            ident(name),
        );
        let functions = functions.values().map(|function| match function.effect {
            Some(model) => effect(program, function, model),
            None => extern_function(function, called),
        });
        quote! {
            #doc
            pub mod #name {
                use ::tenon_runtime::generated::*;
                #(#functions)*
            }
        }
    });
    Some(modules.collect())
}

fn rust_module<'p>(functions: &BTreeMap<&'p str, &'p ExternFn>) -> &'p str {
    functions.values().next().map_or("", |function| &function.module)
}

/// `magento` of `crate::magento`
fn module_name(function: &ExternFn) -> String {
    let parts = function
        .module
        .split("::")
        .filter(|part| !part.is_empty() && *part != "crate");
    let name = parts.collect::<Vec<_>>().join("_");
    match name.is_empty() {
        true => "root".to_owned(),
        false => name,
    }
}

/// `orders::CONFIRM_ORDER`, below the module of functions.
pub(super) fn effect_path(function: &ExternFn) -> TokenStream {
    let (module, constant) = (ident(&module_name(function)), constant(function));
    quote!(#module::#constant)
}

/// A function that changes records; a mismatch with its declaration is one rustc error, on its line.
fn effect(program: &Program, function: &ExternFn, model: ModelId) -> TokenStream {
    let model = format_ident!("{}", super::tokens::shouted(&program.models[model.0].name));
    let doc = doc(&format!("`extern effect fn {}`", function.name.text));
    let (constant, place) = (constant(function), function.place.text());
    let name = format!("{}::{}", function.module, function.name.rust);
    let path = path(function);
    quote! {
        #doc
        pub static #constant: Effect = Effect {
            name: #name, model: &super::super::models::#model, call: #path, place: #place
        };
    }
}

/// The author's function.
fn path(function: &ExternFn) -> syn::Path {
    match syn::parse_str(&format!("{}::{}", function.module, function.name.rust)) {
        Ok(path) => path,
        Err(error) => unreachable!("check admits paths of Rust only: {error}"),
    }
}

/// `pub use` of the result types that a connector's functions return, so that each version names them.
pub(super) fn result_types(connector: &Connector) -> TokenStream {
    let records = connector
        .externs
        .iter()
        .filter(|function| matches!(function.result, ExternResult::Record(_)));
    records
        .map(|function| {
            let (module, name) = (ident(&module_name(function)), ident(&function.result_type));
            quote!(pub use super::externs::#module::#name;)
        })
        .collect()
}

/// `magento::call_split_street`, below the module of functions.
pub(super) fn call_path(function: &ExternFn) -> TokenStream {
    let (module, call) = (ident(&module_name(function)), call_name(function));
    quote!(#module::#call)
}

fn call_name(function: &ExternFn) -> Ident {
    format_ident!("call_{}", function.name.rust.trim_start_matches("r#"))
}

/// The calls of functions that generated code names. A function that is declared and not called has none, so that nothing is dead.
pub(super) fn called<'m>(modules: impl Iterator<Item = &'m TokenStream>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Vec<TokenStream> = modules.cloned().collect();
    while let Some(tokens) = open.pop() {
        for token in tokens {
            match token {
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    if name.starts_with("call_") {
                        names.insert(name);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    names
}

fn extern_function(function: &ExternFn, called: &BTreeSet<String>) -> TokenStream {
    let result_type = result_struct(function);
    if !called.contains(&call_name(function).to_string()) {
        let (doc, signature, path) = (doc(CHECKED), signature(function), path(function));
        return quote! { #result_type #doc const _: #signature = #path; };
    }
    let check = check_line(function);
    let call = call(function);
    quote! { #result_type #check #call }
}

/// What stands above the line that rustc checks.
const CHECKED: &str = "The author's function must have exactly this type; a mismatch is one rustc error, on this line.";

/// The record that a function returns.
fn result_struct(function: &ExternFn) -> Option<TokenStream> {
    let ExternResult::Record(fields) = &function.result else {
        return None;
    };
    let doc = doc(&format!("What `extern fn {}` returns.", function.name.text));
    let (name, lifetime) = (ident(&function.result_type), lifetime(function));
    let fields = fields.iter().map(|(name, ty)| {
        let doc = super::tokens::doc(&format!("`{}`", name.text));
        let (name, ty) = (ident(&name.rust), result_type(ty, &quote!('r)));
        quote!(#doc pub #name: #ty)
    });
    Some(quote! {
        #doc
        #[derive(Clone, Debug)]
        pub struct #name #lifetime { #(#fields),* }
    })
}

/// `<'r>`, where the record borrows from the arguments.
fn lifetime(function: &ExternFn) -> Option<TokenStream> {
    result_borrows(&function.result).then(|| quote!(<'r>))
}

/// Whether what it gives may borrow from what it was given.
pub(crate) fn result_borrows(result: &ExternResult) -> bool {
    match result {
        ExternResult::One(ty) => borrows(ty),
        ExternResult::Record(fields) => fields.iter().any(|(_, ty)| borrows(ty)),
    }
}

/// Whether a type holds text or bytes, or is a list.
fn borrows(ty: &ExternType) -> bool {
    ty.list || scalar_borrows(&ty.scalar)
}

fn scalar_borrows(scalar: &Scalar) -> bool {
    match scalar {
        Scalar::Text | Scalar::Enum { .. } | Scalar::Json | Scalar::Bytes => true,
        Scalar::Int
        | Scalar::Decimal(_)
        | Scalar::Float
        | Scalar::Bool
        | Scalar::Date
        | Scalar::Time
        | Scalar::Duration
        | Scalar::DateTime
        | Scalar::Uuid => false,
    }
}

/// `const SPLIT_STREET: for<'r> fn(&'r str) -> SplitStreet<'r> = crate::magento::split_street;`
fn check_line(function: &ExternFn) -> TokenStream {
    let (doc, constant) = (doc(CHECKED), constant(function));
    let (path, signature) = (path(function), signature(function));
    if is_plain(function) {
        return quote!(#doc const #constant: #signature = #path;);
    }
    let alias = format_ident!("{}Fn", function.result_type);
    quote! {
        #doc
        type #alias = #signature;
        const #constant: #alias = #path;
    }
}

/// `for<'r> fn(&'r str) -> SplitStreet<'r>`
fn signature(function: &ExternFn) -> TokenStream {
    let params = function.params.iter().map(|(_, ty)| param_type(ty));
    // Nothing to borrow from: what it gives is its own.
    let borrowed_for = match takes_borrowed(function) {
        true => quote!('r),
        false => quote!('static),
    };
    let result = match &function.result {
        ExternResult::One(ty) => result_type(ty, &borrowed_for),
        ExternResult::Record(_) => {
            let name = ident(&function.result_type);
            let lifetime = result_borrows(&function.result).then(|| quote!(<#borrowed_for>));
            quote!(#name #lifetime)
        }
    };
    let result = match function.fallible {
        true => quote!(Result<#result, Fail>),
        false => result,
    };
    let quantified = takes_borrowed(function).then(|| quote!(for<'r>));
    quote!(#quantified fn(#(#params),*) -> #result)
}

/// Whether a signature stands in its line: of at most three parameters, and of three only if no more than one of them and the result is
/// wrapped. A longer one has a name of its own.
fn is_plain(function: &ExternFn) -> bool {
    let wrapped = function.params.iter().filter(|(_, ty)| ty.nullable || ty.list).count();
    2 * function.params.len() + wrapped + usize::from(function.fallible) < 8
}

fn takes_borrowed(function: &ExternFn) -> bool {
    function.params.iter().any(|(_, ty)| borrows(ty))
}

fn constant(function: &ExternFn) -> Ident {
    format_ident!("{}", super::tokens::shouted(&function.name))
}

/// How an argument is given.
pub(crate) fn param_type(ty: &ExternType) -> TokenStream {
    let scalar = rust_type(&ty.scalar);
    let scalar = match scalar_borrows(&ty.scalar) {
        true => quote!(&'r #scalar),
        false => scalar,
    };
    optional(
        ty,
        match ty.list {
            true => quote!(&'r [#scalar]),
            false => scalar,
        },
    )
}

/// How a result is taken.
pub(crate) fn result_type(ty: &ExternType, borrowed_for: &TokenStream) -> TokenStream {
    let scalar = rust_type(&ty.scalar);
    let scalar = match scalar_borrows(&ty.scalar) {
        true => quote!(Cow<#borrowed_for, #scalar>),
        false => scalar,
    };
    optional(
        ty,
        match ty.list {
            true => quote!(Vec<#scalar>),
            false => scalar,
        },
    )
}

fn optional(ty: &ExternType, inner: TokenStream) -> TokenStream {
    match ty.nullable {
        true => quote!(Option<#inner>),
        false => inner,
    }
}

/// Unsized where it is borrowed.
fn rust_type(scalar: &Scalar) -> TokenStream {
    match scalar {
        Scalar::Int => quote!(i64),
        Scalar::Decimal(_) => quote!(Decimal),
        Scalar::Float => quote!(f64),
        Scalar::Bool => quote!(bool),
        Scalar::Date => quote!(Date),
        Scalar::Time => quote!(Time),
        Scalar::Duration => quote!(SignedDuration),
        Scalar::DateTime => quote!(Timestamp),
        Scalar::Uuid => quote!(Uuid),
        Scalar::Text | Scalar::Enum { .. } | Scalar::Json => quote!(str),
        Scalar::Bytes => quote!([u8]),
    }
}

/// The function that mappings call: values in, value out. An absent argument gives itself, unless the function takes null.
fn call(function: &ExternFn) -> TokenStream {
    let (name, constant) = (call_name(function), constant(function));
    let params: Vec<Ident> = function.params.iter().map(|(name, _)| ident(&name.rust)).collect();
    let skips = function
        .params
        .iter()
        .zip(&params)
        .filter(|((_, ty), _)| !ty.nullable)
        .map(|(_, name)| quote!(if #name.is_absent() { return Ok(#name); }));
    let taken = function
        .params
        .iter()
        .zip(&params)
        .map(|((_, ty), name)| take(name, ty));
    let given = function
        .params
        .iter()
        .zip(&params)
        .map(|((_, ty), name)| give(name, ty));
    let fallible = function.fallible.then(|| quote!(?));
    let result = match &function.result {
        ExternResult::One(ty) => made(&quote!(made), ty),
        ExternResult::Record(fields) => record(fields),
    };
    quote! {
        pub(in super::super) fn #name<'s>(#(#params: Val<'s>),*) -> Out<'s> {
            #(#skips)*
            #(#taken)*
            let made = #constant(#(#given),*)#fallible;
            Ok(#result)
        }
    }
}

/// The Rust value of an argument, kept by the call.
fn take(name: &Ident, ty: &ExternType) -> TokenStream {
    let into = into_method(&ty.scalar);
    let kept = match (ty.list, ty.nullable) {
        (false, false) => quote!(let #name = #name.#into()?;),
        (false, true) => quote!(let #name = nullable(#name, Val::#into)?;),
        (true, false) => quote!(let #name = elements(#name, Val::#into)?;),
        (true, true) => quote!(let #name = nullable(#name, |list| elements(list, Val::#into))?;),
    };
    match (ty.list && scalar_borrows(&ty.scalar), ty.nullable) {
        (false, _) => kept,
        (true, false) => quote!(#kept let #name = borrowed(&#name);),
        (true, true) => quote!(#kept let #name = #name.as_ref().map(|list| borrowed(list));),
    }
}

fn into_method(scalar: &Scalar) -> Ident {
    ident(match scalar {
        Scalar::Text | Scalar::Enum { .. } | Scalar::Json => "into_text",
        Scalar::Int => "into_int",
        Scalar::Decimal(_) => "into_decimal",
        Scalar::Float => "into_float",
        Scalar::Bool => "into_bool",
        Scalar::Date => "into_date",
        Scalar::Time => "into_time",
        Scalar::Duration => "into_duration",
        Scalar::DateTime => "into_datetime",
        Scalar::Uuid => "into_uuid",
        Scalar::Bytes => "into_bytes",
    })
}

/// The argument as the function takes it: borrowed where it is text, bytes or a list.
fn give(name: &Ident, ty: &ExternType) -> TokenStream {
    match (borrows(ty), ty.nullable) {
        (false, _) => quote!(#name),
        (true, false) => quote!(&#name),
        (true, true) => quote!(#name.as_deref()),
    }
}

/// The record that a function returned, as a value.
fn record(fields: &[(Name, ExternType)]) -> TokenStream {
    let fields = fields.iter().map(|(name, ty)| {
        let (text, field) = (&name.text, ident(&name.rust));
        let value = made(&quote!(made.#field), ty);
        quote!((#text, #value))
    });
    quote!(Val::Record(vec![#(#fields),*]))
}

/// A value that a function returned.
fn made(value: &TokenStream, ty: &ExternType) -> TokenStream {
    let make = match &ty.scalar {
        Scalar::Text | Scalar::Enum { .. } => quote!(own_text),
        Scalar::Json => quote!(own_json),
        Scalar::Bytes => quote!(own_bytes),
        Scalar::Int => quote!(Val::Int),
        Scalar::Decimal(_) => quote!(Val::Decimal),
        Scalar::Float => quote!(Val::Float),
        Scalar::Bool => quote!(Val::Bool),
        Scalar::Date => quote!(Val::Date),
        Scalar::Time => quote!(Val::Time),
        Scalar::Duration => quote!(Val::Duration),
        Scalar::DateTime => quote!(Val::DateTime),
        Scalar::Uuid => quote!(Val::Uuid),
    };
    match (ty.list, ty.nullable) {
        (false, false) => quote!(#make(#value)),
        (false, true) => quote!(#value.map_or(Val::Null, #make)),
        (true, false) => quote!(list_of(#value, #make)),
        (true, true) => quote!(#value.map_or(Val::Null, |list| list_of(list, #make))),
    }
}
