//! Small pieces that every generator file writes: names, texts, options, docs, comments, places.

use crate::ir::{Ident, Literal, Place, SharedText};
use proc_macro2::{Ident as RustIdent, Literal as RustLiteral, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

impl ToTokens for SharedText {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.as_str().to_tokens(tokens);
    }
}

/// `some_name`, also where it is a raw identifier.
pub(super) fn ident(name: &str) -> RustIdent {
    match name.strip_prefix("r#") {
        Some(raw) => RustIdent::new_raw(raw, Span::call_site()),
        None => RustIdent::new(name, Span::call_site()),
    }
}

/// `RES_PARTNER` of `res_partner`.
pub(super) fn shouted(name: &Ident) -> String {
    name.rust.trim_start_matches("r#").to_uppercase()
}

/// `RES_PARTNER_TYPE`
pub(super) fn shouted_as(name: &Ident, suffix: &str) -> RustIdent {
    format_ident!("{}_{suffix}", shouted(name))
}

/// `Some(x)` or `None`
pub(super) fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

/// `/// text`, one line per line.
pub(super) fn doc(text: &str) -> TokenStream {
    text.lines().map(|line| doc_line(line.trim())).collect()
}

fn doc_line(line: &str) -> TokenStream {
    // Two attributes cannot share a line with text that would end a doc comment early; a leading space reads better.
    let line = match line {
        "" => String::new(),
        line => format!(" {line}"),
    };
    quote!(#[doc = #line])
}

/// The author's documentation, or this.
pub(super) fn doc_or(written: Option<&str>, otherwise: &str) -> TokenStream {
    doc(written.unwrap_or(otherwise))
}

/// The mapping's own line as a plain comment.
pub(super) fn comment(place: &Place) -> TokenStream {
    let line = aligned(place.line().lines().next().unwrap_or_default().trim());
    match line.as_str() {
        "" => TokenStream::new(),
        line => {
            let line = format!(" {line}");
            quote!(#[comment = #line])
        }
    }
}

/// A number without a suffix.
pub(super) fn number(value: impl TryInto<u64>) -> RustLiteral {
    RustLiteral::u64_unsuffixed(value.try_into().unwrap_or(u64::MAX))
}

/// The line without the spaces that align it with its neighbors; what stands in quotes stays.
fn aligned(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut quote = None;
    for letter in line.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            Some(_) | None => {}
        }
        // Two spaces stay: they set clauses apart from the value.
        if quote.is_some() || letter != ' ' || !out.ends_with("  ") {
            out.push(letter);
        }
    }
    out.replace("  = ", " = ")
}

/// A literal of a model: `model::Literal`.
pub(super) fn model_literal(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Null | Literal::Missing => quote!(Literal::Null),
        Literal::Text(text) => quote!(Literal::Text(#text)),
        Literal::Int(number) => {
            let number = RustLiteral::i64_unsuffixed(*number);
            quote!(Literal::Int(#number))
        }
        Literal::Decimal(digits) => quote!(Literal::Decimal(#digits)),
        Literal::Bool(flag) => quote!(Literal::Bool(#flag)),
    }
}

/// A literal as JSON.
pub(crate) fn json(literal: &Literal) -> String {
    match literal {
        Literal::Null | Literal::Missing => "null".to_owned(),
        Literal::Text(text) => json_text(text),
        Literal::Int(number) => number.to_string(),
        Literal::Decimal(digits) => digits.clone(),
        Literal::Bool(flag) => flag.to_string(),
    }
}

fn json_text(text: &str) -> String {
    let mut json = String::from('"');
    for char in text.chars() {
        match char {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            plain => json.push(plain),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_json() {
        assert_eq!(json(&Literal::Text("a\"b\\c\nä".to_owned())), r#""a\"b\\c\u000aä""#);
        assert_eq!(json(&Literal::Decimal("0.00".to_owned())), "0.00");
    }
}
