//! Joined sources: what fetches them, what they are picked from, which candidates they accept. Methods of the mapper.

use super::context::Context;
use super::expr::{Scope, condition, out, val};
use crate::ir::expr::Expr;
use crate::ir::mapping::{Origin, Source, SourceId};
use crate::walk::decided_before;
use proc_macro2::TokenStream;
use quote::quote;

/// Arguments of the operations that fetch.
pub(super) fn arguments(ctx: &Context<'_>) -> TokenStream {
    let scope = Scope::new(ctx);
    let arms = arms(ctx, |source| match &source.origin {
        Origin::Fetched { args, .. } if !args.is_empty() => {
            let args = args.iter().map(|arg| val(&scope, arg));
            Some(quote!(Ok(vec![#(#args),*])))
        }
        Origin::Fetched { .. } | Origin::Picked { .. } | Origin::Main | Origin::Enclosing => None,
    });
    method(&arms, |arms| {
        quote! {
            fn arguments<'s>(&self, e: &Eval<'_, 's>, source: usize) -> Result<Vec<Val<'s>>, Fault> {
                match source { #arms _ => Ok(Vec::new()) }
            }
        }
    })
}

/// `where` of fetched sources that is decided before the call, because it reads nothing of the candidate.
pub(super) fn asks(ctx: &Context<'_>) -> TokenStream {
    let scope = Scope::new(ctx);
    let arms = arms(ctx, |source| {
        let condition = condition(&scope, decided_before(&source.origin)?);
        Some(quote!(Ok(#condition)))
    });
    method(&arms, |arms| {
        let e = eval_name(arms);
        quote! {
            fn asks<'s>(&self, #e: &Eval<'_, 's>, source: usize) -> Result<bool, Fault> {
                match source { #arms _ => Ok(true) }
            }
        }
    })
}

/// Lists that sources are picked from.
pub(super) fn candidates(ctx: &Context<'_>) -> TokenStream {
    let scope = Scope::new(ctx);
    let arms = arms(ctx, |source| match &source.origin {
        Origin::Picked { from, .. } => Some(out(&scope, from)),
        Origin::Fetched { .. } | Origin::Main | Origin::Enclosing => None,
    });
    method(&arms, |arms| {
        quote! {
            fn candidates<'s>(&self, e: &Eval<'_, 's>, source: usize) -> Out<'s> {
                match source { #arms _ => Ok(Val::Missing) }
            }
        }
    })
}

/// `where`
pub(super) fn accepts(ctx: &Context<'_>) -> TokenStream {
    let scope = Scope::of_candidate(ctx);
    let arms = arms(ctx, |source| {
        if decided_before(&source.origin).is_some() {
            return None;
        }
        let condition = condition(&scope, filter(source)?);
        Some(quote!(Ok(#condition)))
    });
    method(&arms, |arms| {
        let e = eval_name(arms);
        let it = match mentions(arms, "it") {
            true => quote!(it),
            false => quote!(_it),
        };
        quote! {
            fn accepts<'s>(&self, #e: &Eval<'_, 's>, source: usize, #it: Rec<'s>) -> Result<bool, Fault> {
                match source { #arms _ => Ok(true) }
            }
        }
    })
}

/// `latest by`
pub(super) fn latest(ctx: &Context<'_>) -> TokenStream {
    let scope = Scope::of_candidate(ctx);
    let arms = arms(ctx, |source| match &source.origin {
        Origin::Picked {
            latest_by: Some(by), ..
        }
        | Origin::Fetched {
            latest_by: Some(by), ..
        } => {
            let by = val(&scope, by);
            Some(quote!(Ok(Some(#by))))
        }
        Origin::Picked { .. } | Origin::Fetched { .. } | Origin::Main | Origin::Enclosing => None,
    });
    method(&arms, |arms| {
        let e = eval_name(arms);
        quote! {
            fn latest<'s>(&self, #e: &Eval<'_, 's>, source: usize, it: Rec<'s>) -> Result<Option<Val<'s>>, Fault> {
                match source { #arms _ => Ok(None) }
            }
        }
    })
}

fn filter(source: &Source) -> Option<&Expr> {
    match &source.origin {
        Origin::Fetched { filter, .. } | Origin::Picked { filter, .. } => filter.as_ref(),
        Origin::Main | Origin::Enclosing => None,
    }
}

/// `HOME => ..,` for the sources that have such a clause; those that say the same share an arm.
fn arms(ctx: &Context<'_>, mut body: impl FnMut(&Source) -> Option<TokenStream>) -> TokenStream {
    let mut arms: Vec<(TokenStream, TokenStream)> = Vec::new();
    for (index, source) in ctx.mapping.sources.iter().enumerate() {
        let (name, Some(body)) = (ctx.source(SourceId(index)), body(source)) else {
            continue;
        };
        match arms.iter_mut().find(|(_, known)| known.to_string() == body.to_string()) {
            Some((names, _)) => names.extend(quote!(| #name)),
            None => arms.push((quote!(#name), body)),
        }
    }
    arms.iter().map(|(names, body)| quote!(#names => #body,)).collect()
}

/// No method where no source has such a clause: the trait answers then.
fn method(arms: &TokenStream, whole: impl FnOnce(&TokenStream) -> TokenStream) -> TokenStream {
    match arms.is_empty() {
        true => TokenStream::new(),
        false => whole(arms),
    }
}

/// `e`, or `_e` where nothing asks it.
pub(super) fn eval_name(body: &TokenStream) -> TokenStream {
    match mentions(body, "e") {
        true => quote!(e),
        false => quote!(_e),
    }
}

/// Whether a name occurs in tokens.
pub(super) fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => mentions(&group.stream(), name),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}
