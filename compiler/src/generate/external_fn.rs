//! The author's own functions: the type of each, checked by rustc on one line, its result type, and the call that converts values.
//!
//! They stand in one module for all connectors, because a Rust function has one signature, whichever versions call it.

pub(crate) mod types;

use super::tokens::{doc, ident};
use crate::ir::expr::{Base, Type};
use crate::ir::{Connector, ExternFn, ModelId, Program};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};
use types::{given_borrows, plain_text};

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

/// `pub use` of the types of a connector's functions, so that each version names them.
pub(super) fn generated_types(connector: &Connector) -> TokenStream {
    let types = connector.externs.iter().flat_map(|function| {
        let module = ident(&module_name(function));
        types::records(function).into_iter().map(move |record| {
            let name = ident(&record.name);
            quote!(pub use super::externs::#module::#name;)
        })
    });
    types.collect()
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
    let structs = types::structs(function);
    if !called.contains(&call_name(function).to_string()) {
        let check = check_line(function, &ident("_"));
        return quote! { #(#structs)* #check };
    }
    let check = check_line(function, &constant(function));
    let (takes, call) = (types::takes(function), call(function));
    quote! { #(#structs)* #check #call #(#takes)* }
}

/// What stands above the line that rustc checks.
const CHECKED: &str = "The author's function must have exactly this type; a mismatch is one rustc error, on this line.";

/// `const SPLIT_STREET: for<'r> fn(&'r str) -> SplitStreet<'r> = crate::magento::split_street;`
fn check_line(function: &ExternFn, constant: &Ident) -> TokenStream {
    let doc = doc(CHECKED);
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
    let params = given(function);
    let params = params.iter().map(|ty| types::tokens(ty));
    let result = types::tokens(&returned(function));
    let quantified = takes_borrowed(function).then(|| quote!(for<'r>));
    quote!(#quantified fn(#(#params),*) -> #result)
}

/// How its arguments are given.
pub(crate) fn given(function: &ExternFn) -> Vec<String> {
    let params = function.params.iter();
    params
        .map(|(name, ty)| types::given(ty, &types::param_name(function, &name.text)))
        .collect()
}

/// What it returns.
pub(crate) fn returned(function: &ExternFn) -> String {
    // Nothing to borrow from: what it gives is its own.
    let borrowed_for = match takes_borrowed(function) {
        true => "'r",
        false => "'static",
    };
    let result = types::owned(&function.result, &function.result_type, borrowed_for);
    match function.fallible {
        true => format!("Result<{result}, Fail>"),
        false => result,
    }
}

/// The function as its author writes it, up to its body. What it returns borrows from what it is given; where that is not one thing
/// alone, both name it.
pub(crate) fn line(function: &ExternFn) -> String {
    let (params, result) = (given(function), returned(function));
    let named = params.iter().map(|ty| ty.matches("'r").count()).sum::<usize>() > 1 && result.contains("'r");
    let shown = |ty: &str| match named {
        true => ty.to_owned(),
        false => ty.replace("&'r ", "&").replace("'r", "'_"),
    };
    let params = function.params.iter().zip(&params);
    let params: Vec<String> = params
        .map(|((name, _), ty)| format!("{}: {}", name.rust, shown(ty)))
        .collect();
    let lifetime = if named { "<'r>" } else { "" };
    let (name, params) = (&function.name.rust, params.join(", "));
    format!("pub fn {name}{lifetime}({params}) -> {}", shown(&result))
}

/// Whether a signature stands in its line: of at most three parameters, and of three only if no more than one of them and the result is
/// wrapped. A longer one has a name of its own.
fn is_plain(function: &ExternFn) -> bool {
    let is_wrapped = |ty: &Type| ty.nullable || !matches!(ty.base, Base::Scalar(..) | Base::Ext(_) | Base::Ref(_));
    let wrapped = function.params.iter().filter(|(_, ty)| is_wrapped(ty)).count();
    let is_short = |ty: &Type| match &ty.base {
        Base::Map(_) => false,
        Base::List(of) => !crate::types::may_be_absent(of) && !matches!(of.base, Base::List(_) | Base::Map(_)),
        Base::Scalar(..)
        | Base::Ext(_)
        | Base::Ref(_)
        | Base::Record(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Nothing
        | Base::Wrong => true,
    };
    let mut types = function.params.iter().map(|(_, ty)| ty).chain([&function.result]);
    2 * function.params.len() + wrapped + usize::from(function.fallible) < 8 && types.all(is_short)
}

fn takes_borrowed(function: &ExternFn) -> bool {
    function.params.iter().any(|(_, ty)| given_borrows(ty))
}

fn constant(function: &ExternFn) -> Ident {
    format_ident!("{}", super::tokens::shouted(&function.name))
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
    let pairs = || function.params.iter().zip(&params);
    let taken = pairs().map(|((param, ty), name)| take(name, ty, &types::param_name(function, &param.text)));
    let given = pairs().map(|((_, ty), name)| give(name, ty));
    let fallible = function.fallible.then(|| quote!(?));
    let result = types::made(&quote!(made), &function.result);
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
fn take(name: &Ident, ty: &Type, record: &str) -> TokenStream {
    let into = types::into_certain(&ty.base, record);
    let kept = match (&ty.base, ty.nullable) {
        (Base::Scalar(..) | Base::Ext(_) | Base::Ref(_), false) => match types::method_of(&ty.base) {
            Some(method) => quote!(let #name = #name.#method()?;),
            None => quote!(let #name = #into(#name)?;),
        },
        (Base::Record(_), false) => quote!(let #name = #into(#name)?;),
        (Base::List(of), false) => {
            let into = types::into(of, record);
            quote!(let #name = elements(#name, #into)?;)
        }
        (Base::Map(of), false) => {
            let into = types::into(of, record);
            quote!(let #name = entries(#name, #into)?;)
        }
        (_, _) => quote!(let #name = nullable(#name, #into)?;),
    };
    let is_of_texts = matches!(&ty.base, Base::List(of) if plain_text(of).is_some());
    match (is_of_texts, ty.nullable) {
        (false, _) => kept,
        (true, false) => quote!(#kept let #name = borrowed(&#name);),
        (true, true) => quote!(#kept let #name = #name.as_ref().map(|list| borrowed(list));),
    }
}

/// The argument as the function takes it: borrowed where it is text, bytes, a list, a map or a record.
fn give(name: &Ident, ty: &Type) -> TokenStream {
    match (given_borrows(ty), ty.nullable, &ty.base) {
        (false, _, _) => quote!(#name),
        (true, false, _) => quote!(&#name),
        (true, true, Base::Map(_) | Base::Record(_)) => quote!(#name.as_ref()),
        (true, true, _) => quote!(#name.as_deref()),
    }
}
