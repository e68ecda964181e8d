//! What a stored list, map or record holds, as a field of a shape.

use super::shape::scalar_kind;
use super::tokens::number;
use crate::ir::expr::{Base, Type};
use crate::types::most_letters;
use proc_macro2::TokenStream;
use quote::quote;

/// `Field::new("tags", Kind::List(..), 0)`
pub(super) fn value_field(name: &str, ty: &Type) -> TokenStream {
    let max = most_letters(ty).map(|max| {
        let max = number(max);
        quote!(max: Some(#max),)
    });
    let nullable = ty.nullable.then(|| quote!(nullable: true,));
    let optional = ty.optional.then(|| quote!(optional: true,));
    let kind = kind(&ty.base);
    match max.is_some() || ty.nullable || ty.optional {
        true => quote!(Field { #max #nullable #optional ..Field::new(#name, #kind, 0) }),
        false => quote!(Field::new(#name, #kind, 0)),
    }
}

fn kind(base: &Base) -> TokenStream {
    match base {
        Base::Scalar(scalar, _) => scalar_kind(scalar),
        Base::List(element) => {
            let shape = shape(&[value_field("", element)]);
            quote!(Kind::List(#shape))
        }
        Base::Map(value) => {
            let shape = shape(&[value_field("", value)]);
            quote!(Kind::Map(#shape))
        }
        Base::Record(fields) => {
            let fields: Vec<TokenStream> = fields.iter().map(|(name, ty)| value_field(name, ty)).collect();
            let shape = shape(&fields);
            quote!(Kind::Record(#shape))
        }
        Base::Ext(_) | Base::Ref(_) | Base::External(_) | Base::Internal(_) | Base::Nothing | Base::Wrong => {
            unreachable!("check rejects this: a stored value holds scalars, lists, maps and records")
        }
    }
}

fn shape(fields: &[TokenStream]) -> TokenStream {
    let slots = number(u16::try_from(fields.len()).unwrap_or(u16::MAX));
    quote!(&Shape { name: "", wire: Wire::Json, slots: #slots, fields: &[#(#fields),*] })
}
