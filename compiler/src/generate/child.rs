//! Children: the tables of their lists, the lookups they ask, the rules that make them.

use super::context::Context;
use super::expr::{Scope, negated, out, records, val};
use super::mapping::mapper_path;
use super::source::eval_name;
use super::tokens::{comment, ident, number};
use crate::ir::MappingId;
use crate::ir::expr::{Base, Expr};
use crate::ir::mapping::{ChildKey, Orphans, Rule, RuleKind};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// `RULE_9_VIA`
pub(super) fn via_name(ctx: &Context<'_>, rule: usize) -> Ident {
    let target = super::reads::targets(&ctx.mapping.rules[rule]);
    let name = target
        .first()
        .map(|target| ctx.target_name(&ctx.mapping.targets[target.0]));
    match name {
        Some(name) => format_ident!("{}_{rule}_VIA", super::tokens::shouted(name)),
        None => format_ident!("RULE_{rule}_VIA"),
    }
}

/// Rules whose elements another mapping maps.
fn via_rules<'p>(ctx: &Context<'p>) -> impl Iterator<Item = (usize, &'p Rule, Children<'p>)> {
    let rules = ctx.mapping.rules.iter().enumerate();
    rules.filter_map(|(index, rule)| Some((index, rule, Children::of(&rule.kind)?)))
}

/// The parts of a rule that makes children of records of a payload.
pub(crate) struct Children<'p> {
    pub(crate) target: usize,
    pub(crate) value: &'p Expr,
    pub(crate) mapping: MappingId,
    pub(crate) args: &'p [Expr],
    pub(crate) key: Option<&'p ChildKey>,
    pub(crate) orphans: Orphans,
    pub(crate) whole: bool,
    pub(crate) offset: u8,
}

impl<'p> Children<'p> {
    pub(crate) fn of(kind: &'p RuleKind) -> Option<Self> {
        match kind {
            RuleKind::Children {
                target,
                value,
                mapping,
                args,
                key,
                orphans,
                whole,
                offset,
            } => (!is_literal(value)).then_some(Self {
                target: target.0,
                value,
                mapping: *mapping,
                args,
                key: key.as_ref(),
                orphans: *orphans,
                whole: *whole,
                offset: *offset,
            }),
            RuleKind::Copy { .. } | RuleKind::Set { .. } | RuleKind::SetMany { .. } | RuleKind::Add { .. } => None,
        }
    }
}

/// Whether the child's fields are given as they stand: `{ name: "Shipping" }`.
fn is_literal(value: &Expr) -> bool {
    matches!(value.ty.base, Base::Record(_))
}

/// One static per list of children.
pub(super) fn via_statics(ctx: &Context<'_>) -> TokenStream {
    via_rules(ctx)
        .map(|(index, _, children)| via_static(ctx, index, &children))
        .collect()
}

/// Whether a rule has a static of its own.
pub(super) fn has_via(rule: &Rule) -> bool {
    Children::of(&rule.kind).is_some()
}

fn via_static(ctx: &Context<'_>, index: usize, children: &Children<'_>) -> TokenStream {
    let name = via_name(ctx, index);
    let child = &ctx.connector.mappings[children.mapping.0];
    let mapper = match children.mapping == ctx.id {
        true => {
            let own = ident(&child.type_name);
            quote!(&#own)
        }
        false => {
            let path = mapper_path(child);
            quote!(&super::#path)
        }
    };
    let key = match children.key {
        Some(ChildKey::Field(field)) => {
            let slot = number(ctx.slot(child.external, *field));
            quote!(ChildKey::Slot(#slot))
        }
        Some(ChildKey::Text(text)) => quote!(ChildKey::Text(#text)),
        None => quote!(ChildKey::None),
    };
    let orphans = match children.orphans {
        Orphans::Remove => quote!(Orphans::Remove),
        Orphans::Keep => quote!(Orphans::Keep),
        Orphans::Archive => quote!(Orphans::Archive),
        Orphans::Fail => quote!(Orphans::Fail),
    };
    let (target, whole) = (number(children.target), children.whole);
    let offset = number(children.offset);
    quote! {
        static #name: Via = Via {
            target: #target, mapper: #mapper, key: #key, orphans: #orphans, whole: #whole, offset: #offset
        };
    }
}

/// The lines of `needs` that ask what children need. The runtime counts their strata from the offset on.
pub(super) fn child_lines(ctx: &Context<'_>) -> TokenStream {
    let asking = via_rules(ctx).filter(|(_, _, children)| asks(ctx, children));
    asking
        .map(|(index, _, children)| child_line(ctx, index, &children))
        .collect()
}

fn child_line(ctx: &Context<'_>, index: usize, children: &Children<'_>) -> TokenStream {
    let (via, list, rule) = (via_name(ctx, index), list_name(index), number(index));
    let asks = match children.args {
        [] => quote!(child_needs(e, &#via, #list(e), stratum, wants);),
        _ => {
            let args = args_name(index);
            quote!(child_needs_with(e, &#via, #list(e), #args(e), stratum, wants);)
        }
    };
    match children.offset {
        0 => quote!(if e.runs(#rule) { #asks }),
        offset => {
            let offset = number(offset);
            quote!(if stratum > #offset && e.runs(#rule) { #asks })
        }
    }
}

/// Whether the children ask lookups, so that their list is made twice.
pub(crate) fn asks(ctx: &Context<'_>, children: &Children<'_>) -> bool {
    ctx.connector.mappings[children.mapping.0].strata > 0
}

fn list_name(rule: usize) -> Ident {
    format_ident!("list_{rule}")
}

fn args_name(rule: usize) -> Ident {
    format_ident!("args_{rule}")
}

/// Functions that make lists which `needs` walks too.
pub(super) fn list_functions(ctx: &Context<'_>) -> TokenStream {
    let asking = via_rules(ctx).filter(|(_, _, children)| asks(ctx, children));
    asking
        .map(|(index, rule, children)| list_function(ctx, index, rule, &children))
        .collect()
}

fn list_function(ctx: &Context<'_>, index: usize, rule: &Rule, children: &Children<'_>) -> TokenStream {
    let scope = Scope::new(ctx);
    let (name, line) = (list_name(index), comment(&rule.place));
    let guard = rule.when.as_ref().map(|when| {
        let fails = negated(&scope, when);
        quote!(if #fails { return Ok(Val::Missing); })
    });
    let list = out(&scope, children.value);
    let args = (!children.args.is_empty()).then(|| {
        let name = args_name(index);
        let values = children.args.iter().map(|arg| val(&scope, arg));
        let body = quote!(Ok(vec![#(#values),*]));
        let e = eval_name(&body);
        quote!(fn #name<'s>(#e: &Eval<'_, 's>) -> Result<Vec<Val<'s>>, Fault> { #body })
    });
    let body = quote!(#guard #list);
    let e = eval_name(&body);
    quote! {
        #line
        fn #name<'s>(#e: &Eval<'_, 's>) -> Out<'s> { #body }
        #args
    }
}

/// What a rule that makes children does.
pub(super) fn child_body(scope: &Scope<'_, '_>, index: usize, rule: &Rule) -> TokenStream {
    let ctx = scope.ctx;
    match (&rule.kind, Children::of(&rule.kind)) {
        (_, Some(children)) => via_body(scope, index, &children),
        (
            RuleKind::Children {
                target,
                value,
                key: Some(ChildKey::Text(key)),
                ..
            },
            None,
        ) => {
            let (target, fields) = (number(target.0), val(scope, value));
            quote!(row.add_child(#target, #key, #fields))
        }
        (_, None) => unreachable!("check asks for a key: `{}`", ctx.mapping.type_name),
    }
}

fn via_body(scope: &Scope<'_, '_>, index: usize, children: &Children<'_>) -> TokenStream {
    let via = via_name(scope.ctx, index);
    let twice = asks(scope.ctx, children);
    let list = match twice {
        true => {
            let list = list_name(index);
            quote!(#list(e)?)
        }
        false => val(scope, children.value),
    };
    if let (false, [], Some(records)) = (twice, children.args, records(scope, children.value)) {
        let records = records.val();
        return quote!(row.children_from(e, &#via, &#records));
    }
    match (children.args, twice) {
        ([], _) => quote!(row.children(e, &#via, #list)),
        (_, true) => {
            let args = args_name(index);
            quote!(row.children_with(e, &#via, #list, #args(e)?))
        }
        (args, false) => {
            let args = args.iter().map(|arg| val(scope, arg));
            quote!(row.children_with(e, &#via, #list, vec![#(#args),*]))
        }
    }
}
