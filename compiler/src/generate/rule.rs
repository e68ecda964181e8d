//! Rules and lets: their table, one guarded line each, their values.

use super::child::{child_body, list_functions};
use super::context::{Context, number};
use super::expr::{Scope, condition, out, val};
use super::reads::{bits, targets};
use super::source::{eval_name, mentions};
use super::tokens::comment;
use crate::ir::mapping::{LetId, Only, Rule, RuleKind};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

/// `static RULES`
pub(super) fn rules(ctx: &Context<'_>) -> TokenStream {
    let bits = bits(ctx);
    let rules = ctx.mapping.rules.iter().zip(&bits).map(|(rule, bits)| entry(rule, bits));
    quote!(static RULES: &[Rule] = &[#(#rules),*];)
}

fn entry(rule: &Rule, bits: &[u64]) -> TokenStream {
    let place = &rule.place.text;
    let reads = rule.reads.join(", ");
    let targets = targets(rule).into_iter().map(|target| number(target.0));
    let when = match rule.only {
        Only::Always => quote!(Runs::Always),
        Only::Create => quote!(Runs::OnCreate),
        Only::Update => quote!(Runs::OnUpdate),
        Only::Empty => quote!(Runs::OnEmpty),
    };
    let bits = bits.iter().map(|word| Literal::u64_unsuffixed(*word));
    quote!(Rule { place: #place, reads: #reads, targets: &[#(#targets),*], when: #when, bits: Bits(&[#(#bits),*]) })
}

/// The method that runs the rules.
pub(super) fn rule_lines(ctx: &Context<'_>) -> TokenStream {
    let rules = ctx.mapping.rules.iter().enumerate();
    let lines: TokenStream = rules.map(|(index, rule)| rule_line(ctx, index, rule)).collect();
    let (e, row) = (eval_name(&lines), if lines.is_empty() { quote!(_row) } else { quote!(row) });
    quote! {
        fn map<'s>(&self, #e: &Eval<'_, 's>, #row: &mut Row<'s>) { #lines }
    }
}

fn rule_line(ctx: &Context<'_>, index: usize, rule: &Rule) -> TokenStream {
    let (line, position) = (comment(&rule.place), number(index));
    if let (RuleKind::Copy { source, field, target }, None) = (&rule.kind, &rule.when) {
        let slot = Literal::u16_unsuffixed(ctx.slot(ctx.mapping.sources[source.0].external, *field));
        let (source, target) = (ctx.source(*source), number(target.0));
        return quote!(#line row.copy(e, #position, (#source, #slot), #target););
    }
    let body = body(ctx, index, rule);
    let e = eval_name(&body);
    quote!(#line row.rule(e, #position, |#e, row| #body);)
}

/// What a rule does: an expression of type `Ruled`.
fn body(ctx: &Context<'_>, index: usize, rule: &Rule) -> TokenStream {
    let scope = Scope::new(ctx);
    let write = write(&scope, index, rule);
    match &rule.when {
        Some(when) => {
            let condition = condition(&scope, when);
            quote!({
                if !(#condition) {
                    return Ok(());
                }
                #write
            })
        }
        None if matches!(rule.kind, RuleKind::SetMany { .. }) => quote!({ #write }),
        None => write,
    }
}

fn write(scope: &Scope<'_, '_>, index: usize, rule: &Rule) -> TokenStream {
    match &rule.kind {
        RuleKind::Copy { source, field, target } => {
            let external = scope.ctx.mapping.sources[source.0].external;
            let slot = Literal::u16_unsuffixed(scope.ctx.slot(external, *field));
            let (source, target) = (scope.ctx.source(*source), number(target.0));
            quote!(row.set(#target, e.rec(#source).get(#slot)))
        }
        RuleKind::Set { target, value } => {
            let (target, value) = (number(target.0), val(scope, value));
            quote!(row.set(#target, #value))
        }
        RuleKind::SetMany { targets, value } => {
            let value = val(scope, value);
            let sets = targets.iter().map(|(name, target)| {
                let target = number(target.0);
                quote!(row.set(#target, field(made.clone(), #name))?;)
            });
            quote!(let made = #value; #(#sets)* Ok(()))
        }
        RuleKind::Add { target, value } => {
            let (target, value) = (number(target.0), val(scope, value));
            quote!(row.push(#target, #value))
        }
        RuleKind::Children { .. } => child_body(scope, index, rule),
    }
}

/// Functions that rules and lookups share: lets, and lists whose children ask lookups.
pub(super) fn let_functions(ctx: &Context<'_>) -> TokenStream {
    let lets = (0..ctx.mapping.lets.len()).map(|index| let_function(ctx, LetId(index)));
    lets.chain(std::iter::once(list_functions(ctx))).collect()
}

/// `let_person`
pub(super) fn let_name(ctx: &Context<'_>, id: LetId) -> Ident {
    format_ident!("let_{}", ctx.mapping.lets[id.0].name.rust.trim_start_matches("r#"))
}

fn let_function(ctx: &Context<'_>, id: LetId) -> TokenStream {
    let item = &ctx.mapping.lets[id.0];
    let (name, line, position) = (let_name(ctx, id), comment(&item.place), number(id.0));
    let value = out(&Scope::new(ctx), &item.value);
    let inner = match mentions(&value, "e") {
        true => quote!(e),
        false => quote!(_),
    };
    quote! {
        #line
        fn #name<'s>(e: &Eval<'_, 's>) -> Out<'s> { e.once(#position, |#inner| #value) }
    }
}
