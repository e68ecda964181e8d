//! Rules and lets: their table, one guarded line each, their values.

use super::child::{child_body, list_functions};
use super::context::{Context, LetKind};
use super::expr::{Scope, decimal, let_kind, negated, out, put_fields, records, setting, val};
use super::reads::{bits, guards, targets};
use super::source::{eval_name, mentions};
use super::tokens::{comment, ident, number};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{LetId, Only, Rule, RuleKind, Target, TargetId};
use crate::ir::{ModelKind, Scalar};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// `static RULES`
pub(super) fn rules(ctx: &Context<'_>) -> TokenStream {
    let (bits, guards) = (bits(ctx), guards(ctx));
    let rules = ctx.mapping.rules.iter().zip(bits.iter().zip(&guards));
    let rules = rules.map(|(rule, (bits, guards))| entry(rule, bits, guards));
    quote!(static RULES: &[Rule] = &[#(#rules),*];)
}

fn entry(rule: &Rule, bits: &[u64], guards: &[u64]) -> TokenStream {
    let place = &rule.place.text;
    let reads = rule.reads.join(", ");
    let targets = targets(rule).into_iter().map(|target| number(target.0));
    let when = match rule.only {
        Only::Always => quote!(Runs::Always),
        Only::Create => quote!(Runs::OnCreate),
        Only::Update => quote!(Runs::OnUpdate),
        Only::Empty => quote!(Runs::OnEmpty),
    };
    let bits = bits.iter().map(|word| number(*word));
    let rule = quote!(Rule::new(#place, #reads, &[#(#targets),*], #when, &[#(#bits),*]));
    if guards.is_empty() {
        return rule;
    }
    let guards = guards.iter().map(|word| number(*word));
    quote!(#rule.guarded(&[#(#guards),*]))
}

/// The method that runs the rules.
pub(super) fn rule_lines(ctx: &Context<'_>) -> TokenStream {
    let rules = ctx.mapping.rules.iter().enumerate();
    let lines: TokenStream = rules.map(|(index, rule)| rule_line(ctx, index, rule)).collect();
    let (e, row) = (
        eval_name(&lines),
        if lines.is_empty() { quote!(_row) } else { quote!(row) },
    );
    quote! {
        fn map<'s>(&self, #e: &Eval<'_, 's>, #row: &mut Row<'s>) { #lines }
    }
}

fn rule_line(ctx: &Context<'_>, index: usize, rule: &Rule) -> TokenStream {
    let (line, position) = (comment(&rule.place), number(index));
    if let (RuleKind::Copy { source, field, target }, None) = (&rule.kind, &rule.when) {
        let slot = number(ctx.slot(ctx.mapping.sources[source.0].external, *field));
        let (source, target) = (ctx.source(*source), number(target.0));
        return quote!(#line row.copy(e, #position, (#source, #slot), #target););
    }
    match inline(ctx, index, rule) {
        Some(body) => {
            let e = eval_name(&body);
            quote!(#line row.rule(e, #position, |#e, row| #body);)
        }
        None => {
            let name = rule_name(index);
            quote!(#line row.rule(e, #position, #name);)
        }
    }
}

/// How much of a rule's own code fits on its line in `map`.
const LINE: usize = 60;

/// What a rule does, where it is short enough to stand on one line.
fn inline(ctx: &Context<'_>, index: usize, rule: &Rule) -> Option<TokenStream> {
    if rule.when.is_some() || matches!(rule.kind, RuleKind::SetMany { .. } | RuleKind::Copy { .. }) {
        return None;
    }
    let body = write(&Scope::new(ctx), index, rule, &Form::Line);
    (width(&body) <= LINE).then_some(body)
}

/// Characters of tokens on one line, near enough.
fn width(tokens: &TokenStream) -> usize {
    let text = tokens.to_string();
    let spaced = text.matches([',', '=', '|']).count();
    text.chars().filter(|letter| *letter != ' ').count() + spaced
}

fn rule_name(index: usize) -> Ident {
    format_ident!("rule_{index}")
}

/// Functions of the rules that need more than a line.
pub(super) fn rule_functions(ctx: &Context<'_>) -> TokenStream {
    let rules = ctx.mapping.rules.iter().enumerate();
    rules
        .filter_map(|(index, rule)| rule_function(ctx, index, rule))
        .collect()
}

fn rule_function(ctx: &Context<'_>, index: usize, rule: &Rule) -> Option<TokenStream> {
    let copies = matches!(rule.kind, RuleKind::Copy { .. }) && rule.when.is_none();
    if copies || inline(ctx, index, rule).is_some() {
        return None;
    }
    let scope = Scope::new(ctx);
    let guard = rule.when.as_ref().map(|when| {
        let fails = negated(&scope, when);
        quote!(if #fails { return Ok(()); })
    });
    let (name, write) = (rule_name(index), write(&scope, index, rule, &Form::Function));
    let body = quote!(#guard #write);
    let e = eval_name(&body);
    Some(quote! {
        fn #name<'s>(#e: &Eval<'_, 's>, row: &mut Row<'s>) -> Ruled { #body }
    })
}

/// Where the code of a rule stands.
enum Form {
    /// On a line of `map`.
    Line,
    /// In a function: the value has a line of its own.
    Function,
}

impl Form {
    fn call(&self, value: TokenStream, call: impl FnOnce(&TokenStream) -> TokenStream) -> TokenStream {
        match self {
            Self::Line => call(&value),
            Self::Function if width(&value) <= LINE => call(&value),
            Self::Function => {
                let call = call(&quote!(value));
                quote!(let value = #value; #call)
            }
        }
    }
}

fn write(scope: &Scope<'_, '_>, index: usize, rule: &Rule, form: &Form) -> TokenStream {
    match &rule.kind {
        RuleKind::Copy { source, field, target } => {
            let external = scope.ctx.mapping.sources[source.0].external;
            let slot = number(scope.ctx.slot(external, *field));
            let (source, target) = (scope.ctx.source(*source), number(target.0));
            quote!(row.keep(#target, e.rec(#source), #slot))
        }
        RuleKind::Set { target, value } => {
            if let Some(fields) = fields_of_json(scope, *target, value) {
                return put_fields(scope, *target, fields);
            }
            let target = number(target.0);
            match setting(scope, value) {
                Some((set, value)) => {
                    let set = ident(set);
                    form.call(value, |value| quote!(row.#set(#target, #value)))
                }
                None => form.call(val(scope, value), |value| quote!(row.set(#target, #value))),
            }
        }
        RuleKind::Add { target, value } => {
            let target = number(target.0);
            form.call(val(scope, value), |value| quote!(row.push(#target, #value)))
        }
        RuleKind::SetMany { targets, value } => set_many(&val(scope, value), targets),
        RuleKind::Children { .. } => child_body(scope, index, rule),
    }
}

/// The fields of a record that a column of JSON holds.
fn fields_of_json<'x>(scope: &Scope<'_, '_>, target: TargetId, value: &'x Expr) -> Option<&'x [(String, Expr)]> {
    let ExprKind::Record(fields) = &value.kind else {
        return None;
    };
    let mapping = scope.ctx.mapping;
    let Target::Field(field) = mapping.targets[target.0] else {
        return None;
    };
    let kind = &scope.ctx.program.models[mapping.model.0].fields[field.0].kind;
    let is_json = matches!(kind, ModelKind::Scalar(Scalar::Json));
    (is_json && !fields.is_empty()).then_some(fields)
}

/// Fields of one record into several targets.
fn set_many(value: &TokenStream, targets: &[(String, TargetId)]) -> TokenStream {
    let last = targets.len().saturating_sub(1);
    let sets = targets.iter().enumerate().map(|(index, (name, target))| {
        let target = number(target.0);
        match index == last {
            true => quote!(row.set(#target, field(made, #name))),
            false => quote!(row.set(#target, field(made.clone(), #name))?;),
        }
    });
    quote!(let made = #value; #(#sets)*)
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
    let scope = Scope::new(ctx);
    let kind = let_kind(&scope, id);
    let value = match kind {
        LetKind::Decimal => decimal(&scope, &item.value).map(|value| value.out()),
        LetKind::Records => records(&scope, &item.value).map(|value| value.out()),
        LetKind::Any => None,
    };
    let value = value.unwrap_or_else(|| out(&scope, &item.value));
    let inner = match mentions(&value, "e") {
        true => quote!(e),
        false => quote!(_),
    };
    match kind {
        LetKind::Decimal => quote! {
            #line
            fn #name(e: &Eval<'_, '_>) -> Result<Decimal, Fault> { e.decimal_once(#position, |#inner| #value) }
        },
        LetKind::Records => quote! {
            #line
            fn #name<'s>(e: &Eval<'_, 's>) -> Result<Records<'s>, Fault> { e.records_once(#position, |#inner| #value) }
        },
        LetKind::Any => quote! {
            #line
            fn #name<'s>(e: &Eval<'_, 's>) -> Out<'s> { e.once(#position, |#inner| #value) }
        },
    }
}
