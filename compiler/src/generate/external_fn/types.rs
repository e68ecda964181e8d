//! Types of the author's functions in Rust: a struct for each record, what is given borrowed, what is taken owned.

use crate::generate::tokens::{doc, ident as rust_ident};
use crate::ident::{ident, pascal};
use crate::ir::expr::{Base, Type};
use crate::ir::{ExternFn, Scalar};
use proc_macro2::TokenStream;
use quote::quote;

/// A record in the signature of a function: a generated struct.
#[derive(Debug)]
pub(crate) struct Record<'f> {
    /// `MeasureSize`
    pub(crate) name: String,
    /// Its fields.
    pub(crate) fields: &'f [(String, Type)],
    /// Whether the function is given it; else it gives it.
    pub(crate) is_given: bool,
    /// What the names of the records in it begin with.
    prefix: String,
}

impl Record<'_> {
    /// The name of the record in this field.
    pub(crate) fn inner(&self, field: &str) -> String {
        joined(&self.prefix, field)
    }
}

/// The records of a function: of its parameters, then of its result, the outer ones first.
pub(crate) fn records(function: &ExternFn) -> Vec<Record<'_>> {
    let mut found = Vec::new();
    if function.effect.is_some() {
        return found;
    }
    for (name, ty) in &function.params {
        let name = param_name(function, &name.text);
        below(ty, (&name, &name), true, &mut found);
    }
    // A field of the result and a parameter may well have one name.
    let prefix = format!("{}Result", function.result_type);
    below(&function.result, (&function.result_type, &prefix), false, &mut found);
    found
}

fn below<'f>(ty: &'f Type, (name, prefix): (&str, &str), is_given: bool, found: &mut Vec<Record<'f>>) {
    match &ty.base {
        Base::List(of) | Base::Map(of) => below(of, (name, prefix), is_given, found),
        Base::Record(fields) => {
            found.push(Record {
                name: name.to_owned(),
                fields,
                is_given,
                prefix: prefix.to_owned(),
            });
            for (field, ty) in fields {
                let name = joined(prefix, field);
                below(ty, (&name, &name), is_given, found);
            }
        }
        Base::Scalar(..)
        | Base::Ext(_)
        | Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Nothing
        | Base::Wrong => {}
    }
}

/// `MeasureSize` of the parameter `size` of `measure`
pub(super) fn param_name(function: &ExternFn, param: &str) -> String {
    joined(&function.result_type, param)
}

fn joined(outer: &str, field: &str) -> String {
    format!("{outer}{}", pascal(field))
}

/// How an argument is given: `&'r str`, `Option<&'r [Decimal]>`, `&'r MeasureSize<'r>`.
pub(crate) fn given(ty: &Type, name: &str) -> String {
    let certain = match &ty.base {
        Base::Scalar(scalar, _) if scalar_borrows(scalar) => format!("&'r {}", scalar_name(scalar)),
        Base::Ext(_) => "&'r str".to_owned(),
        Base::List(of) => match plain_text(of) {
            Some(text) => format!("&'r [&'r {text}]"),
            None => format!("&'r [{}]", owned(of, name, "'r")),
        },
        Base::Map(_) | Base::Record(_) => format!("&'r {}", owned_certain(&ty.base, name, "'r")),
        Base::Scalar(..) | Base::Ref(_) | Base::External(_) | Base::Internal(_) | Base::Nothing | Base::Wrong => {
            owned_certain(&ty.base, name, "'r")
        }
    };
    optional(ty, certain)
}

/// How a value is taken, and how one in another is given: `Cow<'r, str>`, `Vec<Measure<'r>>`.
pub(crate) fn owned(ty: &Type, name: &str, lifetime: &str) -> String {
    optional(ty, owned_certain(&ty.base, name, lifetime))
}

fn optional(ty: &Type, certain: String) -> String {
    match crate::types::may_be_absent(ty) {
        true => format!("Option<{certain}>"),
        false => certain,
    }
}

fn owned_certain(base: &Base, name: &str, lifetime: &str) -> String {
    match base {
        Base::Scalar(scalar, _) if scalar_borrows(scalar) => format!("Cow<{lifetime}, {}>", scalar_name(scalar)),
        Base::Scalar(scalar, _) => scalar_name(scalar).to_owned(),
        Base::Ext(_) => format!("Cow<{lifetime}, str>"),
        Base::Ref(_) => "RecordId".to_owned(),
        Base::List(of) => format!("Vec<{}>", owned(of, name, lifetime)),
        Base::Map(of) => format!("BTreeMap<Cow<{lifetime}, str>, {}>", owned(of, name, lifetime)),
        Base::Record(fields) => match fields_borrow(fields) {
            true => format!("{name}<{lifetime}>"),
            false => name.to_owned(),
        },
        Base::External(_) | Base::Internal(_) | Base::Nothing | Base::Wrong => {
            unreachable!("check admits values, keys and references in a signature")
        }
    }
}

/// `str` of a text that is always there: a list of such is given as `&[&str]`.
pub(super) fn plain_text(ty: &Type) -> Option<&'static str> {
    if crate::types::may_be_absent(ty) {
        return None;
    }
    match &ty.base {
        Base::Scalar(scalar, _) if scalar_borrows(scalar) => Some(scalar_name(scalar)),
        Base::Ext(_) => Some("str"),
        Base::Scalar(..)
        | Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Record(_)
        | Base::List(_)
        | Base::Map(_)
        | Base::Nothing
        | Base::Wrong => None,
    }
}

/// Whether a value borrows where it is given: it holds text or bytes, or is a list, map or record.
pub(super) fn given_borrows(ty: &Type) -> bool {
    matches!(ty.base, Base::List(_) | Base::Map(_) | Base::Record(_)) || owned_borrows(ty)
}

/// Whether a value that is taken may borrow.
pub(crate) fn owned_borrows(ty: &Type) -> bool {
    match &ty.base {
        Base::Scalar(scalar, _) => scalar_borrows(scalar),
        Base::Ext(_) | Base::Map(_) => true,
        Base::List(of) => owned_borrows(of),
        Base::Record(fields) => fields_borrow(fields),
        Base::Ref(_) | Base::External(_) | Base::Internal(_) | Base::Nothing | Base::Wrong => false,
    }
}

fn fields_borrow(fields: &[(String, Type)]) -> bool {
    fields.iter().any(|(_, ty)| owned_borrows(ty))
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

/// Unsized where it is borrowed.
fn scalar_name(scalar: &Scalar) -> &'static str {
    match scalar {
        Scalar::Int => "i64",
        Scalar::Decimal(_) => "Decimal",
        Scalar::Float => "f64",
        Scalar::Bool => "bool",
        Scalar::Date => "Date",
        Scalar::Time => "Time",
        Scalar::Duration => "SignedDuration",
        Scalar::DateTime => "Timestamp",
        Scalar::Uuid => "Uuid",
        Scalar::Text | Scalar::Enum { .. } | Scalar::Json => "str",
        Scalar::Bytes => "[u8]",
    }
}

/// A type as tokens.
pub(super) fn tokens(ty: &str) -> TokenStream {
    match syn::parse_str::<syn::Type>(ty) {
        Ok(ty) => quote!(#ty),
        Err(error) => unreachable!("types of signatures are Rust: {ty}: {error}"),
    }
}

/// The structs of a function.
pub(super) fn structs(function: &ExternFn) -> Vec<TokenStream> {
    records(function)
        .iter()
        .map(|record| {
            let what = match record.is_given {
                true => "is given",
                false => "returns",
            };
            let doc_line = doc(&format!("What `extern fn {}` {what}.", function.name.text));
            let name = rust_ident(&record.name);
            let lifetime = fields_borrow(record.fields).then(|| quote!(<'r>));
            let fields = record.fields.iter().map(|(field, ty)| {
                let doc = doc(&format!("`{field}`"));
                let ty = tokens(&owned(ty, &record.inner(field), "'r"));
                let name = rust_ident(&ident(field).rust);
                quote!(#doc pub #name: #ty)
            });
            quote! {
                #doc_line
                #[derive(Clone, Debug)]
                pub struct #name #lifetime { #(#fields),* }
            }
        })
        .collect()
}

/// The function that makes a struct of a value: `take_measure_size`
pub(super) fn take_name(record: &str) -> proc_macro2::Ident {
    quote::format_ident!("take_{}", ident(record).rust)
}

/// The functions that make structs of values, of the records that a function is given.
pub(super) fn takes(function: &ExternFn) -> Vec<TokenStream> {
    let given = records(function).into_iter().filter(|record| record.is_given);
    let takes = given.map(|record| {
        let (take, name) = (take_name(&record.name), rust_ident(&record.name));
        let lifetime = fields_borrow(record.fields).then(|| quote!(<'s>));
        let fields = record.fields.iter().map(|(field, ty)| {
            let (text, inner) = (field, record.inner(field));
            let name = rust_ident(&ident(field).rust);
            let into = into(ty, &inner);
            quote!(#name: record.part(#text, #into)?)
        });
        quote! {
            fn #take<'s>(value: Val<'s>) -> Result<#name #lifetime, Fault> {
                let mut record = RecordParts::of(value)?;
                Ok(#name { #(#fields),* })
            }
        }
    });
    takes.collect()
}

/// What makes a Rust value of a value, absence included: `Val::into_int`, `|list| elements(list, Val::into_text)`
pub(super) fn into(ty: &Type, name: &str) -> TokenStream {
    let certain = into_certain(&ty.base, name);
    match crate::types::may_be_absent(ty) {
        true => quote!(|value| nullable(value, #certain)),
        false => certain,
    }
}

/// The same of a value that is there.
pub(super) fn into_certain(base: &Base, name: &str) -> TokenStream {
    match base {
        Base::Scalar(..) | Base::Ext(_) | Base::Ref(_) => match method_of(base) {
            Some(method) => quote!(Val::#method),
            None => quote!(json_of),
        },
        Base::List(of) => {
            let into = into(of, name);
            quote!(|list| elements(list, #into))
        }
        Base::Map(of) => {
            let into = into(of, name);
            quote!(|map| entries(map, #into))
        }
        Base::Record(_) => {
            let take = take_name(name);
            quote!(#take)
        }
        Base::External(_) | Base::Internal(_) | Base::Nothing | Base::Wrong => {
            unreachable!("check admits values, keys and references in a signature")
        }
    }
}

/// The method of a value that makes it; absent where a function does.
pub(super) fn method_of(base: &Base) -> Option<proc_macro2::Ident> {
    let name = match base {
        Base::Scalar(scalar, _) => scalar_method(scalar)?,
        Base::Ext(_) => "into_text",
        Base::Ref(_) => "into_ref",
        Base::Record(_)
        | Base::List(_)
        | Base::Map(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Nothing
        | Base::Wrong => return None,
    };
    Some(rust_ident(name))
}

fn scalar_method(scalar: &Scalar) -> Option<&'static str> {
    Some(match scalar {
        Scalar::Json => return None,
        Scalar::Text | Scalar::Enum { .. } => "into_text",
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

/// A value that a function returned.
pub(super) fn made(value: &TokenStream, ty: &Type) -> TokenStream {
    let absent = match ty.optional {
        true => quote!(Val::Missing),
        false => quote!(Val::Null),
    };
    match (crate::types::may_be_absent(ty), &ty.base) {
        (false, base) => made_certain(value, base),
        (true, base @ (Base::Scalar(..) | Base::Ext(_) | Base::Ref(_))) => {
            let make = make_scalar(base);
            quote!(#value.map_or(#absent, #make))
        }
        (true, base) => {
            let made = made_certain(&quote!(made), base);
            quote!(#value.map_or(#absent, |made| #made))
        }
    }
}

fn made_certain(value: &TokenStream, base: &Base) -> TokenStream {
    match base {
        Base::List(of) => {
            let make = make(of);
            quote!(list_of(#value, #make))
        }
        Base::Map(of) => {
            let make = make(of);
            quote!(map_of(#value, #make))
        }
        Base::Record(fields) => record(value, fields),
        Base::Scalar(..)
        | Base::Ext(_)
        | Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Nothing
        | Base::Wrong => {
            let make = make_scalar(base);
            quote!(#make(#value))
        }
    }
}

/// What makes a value of one that is taken.
fn make(ty: &Type) -> TokenStream {
    match (&ty.base, crate::types::may_be_absent(ty)) {
        (base @ (Base::Scalar(..) | Base::Ext(_) | Base::Ref(_)), false) => make_scalar(base),
        (_, _) => {
            let made = made(&quote!(made), ty);
            quote!(|made| #made)
        }
    }
}

fn make_scalar(base: &Base) -> TokenStream {
    if let Base::Ref(_) = base {
        return quote!(Val::Ref);
    }
    let Base::Scalar(scalar, _) = base else {
        return quote!(own_key);
    };
    match scalar {
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
    }
}

/// A record that a function returned, as a value; what is missing is left out.
fn record(value: &TokenStream, fields: &[(String, Type)]) -> TokenStream {
    let has_gaps = fields.iter().any(|(_, ty)| ty.optional);
    let fields = fields.iter().map(|(text, ty)| {
        let field = rust_ident(&ident(text).rust);
        let made = made(&quote!(#value.#field), ty);
        quote!((#text, #made))
    });
    match has_gaps {
        true => quote!(record(vec![#(#fields),*])),
        false => quote!(Val::Record(vec![#(#fields),*])),
    }
}
