//! Literals to constants.

use super::Code;
use crate::ir::Literal;
use proc_macro2::Literal as RustLiteral;
use quote::quote;

/// A literal as a value. Decimals keep their digits.
pub(in crate::generate) fn literal(literal: &Literal) -> Code {
    match literal {
        Literal::Null => Code::value(quote!(Val::Null)),
        Literal::Missing => Code::value(quote!(Val::Missing)),
        Literal::Text(text) => Code::value(quote!(Val::text(#text))),
        Literal::Int(number) => {
            let number = RustLiteral::i64_unsuffixed(*number);
            Code::value(quote!(Val::Int(#number)))
        }
        Literal::Decimal(digits) => Code::result(quote!(Val::decimal(#digits))),
        Literal::Bool(flag) => Code::value(quote!(Val::Bool(#flag))),
    }
}
