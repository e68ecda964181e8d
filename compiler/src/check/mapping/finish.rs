//! The checked mapping: used lets and lookups numbered in file order, strata, fields that `load` needs.

use super::{CheckedRule, Head, Statements};
use crate::check::body::{Body, LetState};
use crate::flow::Lookups;
use crate::ident::{ident, pascal};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{
    Check, Direction, Let, LetId, Lookup, LookupId, LookupKind, Mapping, Origin, Rule, RuleKind, Source,
};
use crate::ir::{ModelFieldId, ModelId};
use crate::walk;
use std::cell::RefCell;
use std::collections::BTreeSet;

impl<'a> Body<'_, 'a> {
    /// Every expression of the mapping as far as it is checked.
    pub(super) fn all_expressions<'s>(&'s self, made: &'s Statements) -> Vec<&'s Expr> {
        let mut all: Vec<&Expr> = Vec::new();
        for origin in &self.origins {
            match origin {
                Origin::Main | Origin::Enclosing => {}
                Origin::Fetched {
                    args,
                    filter,
                    latest_by,
                    operation: _,
                    mark: _,
                } => all.extend(args.iter().chain(filter).chain(latest_by)),
                Origin::Picked {
                    from,
                    filter,
                    latest_by,
                    mark: _,
                } => all.extend(std::iter::once(from).chain(filter).chain(latest_by)),
            }
        }
        all.extend((0..self.lets.len()).filter_map(|at| self.let_value(at)));
        for rule in &made.rules {
            all.extend(of_rule(&rule.rule));
        }
        all.extend(of_ends(made));
        all
    }

    /// The mapping. Reads and the strata of children follow when all mappings are known.
    pub(super) fn finish(mut self, head: &Head<'a>, made: Statements) -> Mapping {
        let name = &head.written.name;
        let variant = name.variant.as_ref().map(|variant| variant.value.clone());
        let numbers = self.numbers(&made);
        let (lookups, before) = self.made_lookups(&numbers, &made);
        let lets = self.made_lets(&numbers);
        let (rules, checks) = renumbered(made.rules, made.checks, &numbers);
        let mut stops = made.stops;
        for stop in &mut stops {
            numbers.apply(&mut stop.when);
            numbers.apply(&mut stop.because);
        }
        let mut mapping = Mapping {
            type_name: type_name(head),
            doc: head.written.doc.clone(),
            direction: head.direction(),
            model: self.model,
            external: self.external,
            variant,
            sources: self.made_sources(),
            params: self
                .params
                .iter()
                .map(|(name, ty)| (ident(&name.value), ty.clone()))
                .collect(),
            targets: std::mem::take(&mut self.targets),
            lets,
            rules,
            lookups,
            strata: 0,
            adopt: made.adopt,
            batch: made.batch,
            stops,
            checks,
            after: made.after,
            next: head.outputs.get(head.output + 1).and_then(|next| next.external),
            place: match head.output {
                0 => self.world.places.place(name.model.span),
                at => self.world.places.place(head.outputs[at].span),
            },
            origin: head.origin.clone(),
        };
        number_strata(&mut mapping, &before);
        mapping
    }

    fn made_sources(&mut self) -> Vec<Source> {
        let origins = std::mem::take(&mut self.origins);
        let changes = std::mem::take(&mut self.changes);
        let sources = self
            .sources
            .iter()
            .zip(origins)
            .enumerate()
            .map(|(at, (slot, origin))| {
                let own = || self.world.outside.ir.externals[slot.external.0].name.text.clone();
                Source {
                    alias: ident(&slot.alias.as_ref().map_or_else(own, |alias| alias.value.clone())),
                    external: slot.external,
                    origin,
                    also_binds: slot.also_binds,
                    changes: changes.get(&at).cloned(),
                    reads: Vec::new(),
                }
            });
        sources.collect()
    }

    /// Which lets and lookups are used by a rule or check, in file order.
    fn numbers(&self, made: &Statements) -> Numbers {
        let mut lets: BTreeSet<usize> = BTreeSet::new();
        let mut lookups: BTreeSet<usize> = BTreeSet::new();
        let mut open: Vec<&Expr> = made.rules.iter().flat_map(|rule| of_rule(&rule.rule)).collect();
        open.extend(of_ends(made));
        while let Some(expr) = open.pop() {
            walk::deep(expr, &mut |part| {
                if let ExprKind::Let(id) = &part.kind
                    && lets.insert(id.0)
                {
                    open.extend(self.let_value(id.0));
                } else if let ExprKind::Lookup { lookup, args: _ } = &part.kind {
                    lookups.insert(lookup.0);
                }
            });
        }
        let mut lookups: Vec<usize> = lookups.into_iter().collect();
        lookups.sort_by_key(|at| self.world.places.rank(self.lookups[*at].span));
        Numbers {
            lets: lets.into_iter().collect(),
            lookups,
        }
    }

    fn made_lets(&mut self, numbers: &Numbers) -> Vec<Let> {
        let mut made = Vec::new();
        for at in &numbers.lets {
            let slot = &mut self.lets[*at];
            let LetState::Done(value, _) = &mut slot.state else {
                continue;
            };
            let mut value = (**value).clone();
            numbers.apply(&mut value);
            made.push(Let {
                name: ident(&slot.written.name.value),
                value,
                place: self.world.places.place(slot.written.span),
            });
        }
        made
    }

    /// The lookups, and what stands left of a `??` or `catch` before each.
    fn made_lookups(&self, numbers: &Numbers, made: &Statements) -> (Vec<Lookup>, Vec<Vec<Expr>>) {
        let mut lookups = Vec::new();
        let mut before = Vec::new();
        for at in &numbers.lookups {
            let draft = &self.lookups[*at];
            let mut args = draft.args.clone();
            // A rule with a mistake is left out, and what only it names has no number: then nothing is known of its conditions.
            let mut guard = self.guard(draft).filter(|guard| numbers.know(guard));
            let mut left = draft.before.clone();
            let mut each = draft.each.clone();
            args.iter_mut()
                .chain(&mut each)
                .chain(&mut guard)
                .chain(&mut left)
                .for_each(|expr| numbers.apply(expr));
            let mut kind = draft.kind.clone();
            if let LookupKind::Load { model, fields, .. } | LookupKind::Read { model, fields } = &mut kind {
                *fields = self.loaded_fields(*model, made);
            }
            lookups.push(Lookup {
                kind,
                args,
                each,
                guard,
                stratum: 1,
                rule: draft.rule,
                place: self.world.places.place(draft.span),
            });
            before.push(left);
        }
        (lookups, before)
    }

    /// The fields of a model that the mapping reads behind `load`.
    fn loaded_fields(&self, wanted: ModelId, made: &Statements) -> Vec<ModelFieldId> {
        let mut fields: BTreeSet<ModelFieldId> = BTreeSet::new();
        for expr in self.all_expressions(made) {
            walk::deep(expr, &mut |part| {
                if let ExprKind::StoredField { model, field, of: _ } = &part.kind
                    && *model == wanted
                {
                    fields.insert(*field);
                }
            });
        }
        fields.into_iter().collect()
    }
}

/// `ImportResPartnerFromCustomer`
fn type_name(head: &Head<'_>) -> String {
    let name = &head.written.name;
    let variant = name
        .variant
        .as_ref()
        .map_or_else(String::new, |variant| format!("As{}", pascal(&variant.value)));
    let (model, external) = (pascal(&name.model.value), pascal(&head.external_name().value));
    match head.direction() {
        Direction::Import => format!("Import{model}{variant}From{external}"),
        Direction::Export => format!("Export{model}{variant}To{external}"),
    }
}

/// What decides how a record ends: `skip`, `retry`, `check`.
fn of_ends(made: &Statements) -> impl Iterator<Item = &Expr> {
    let stops = made.stops.iter().flat_map(|stop| [&stop.when, &stop.because]);
    stops.chain(made.checks.iter().flat_map(|check| [&check.condition, &check.because]))
}

fn of_rule(rule: &Rule) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = rule.when.iter().collect();
    match &rule.kind {
        RuleKind::Copy { .. } => {}
        RuleKind::Set { value, .. } | RuleKind::SetMany { value, .. } | RuleKind::Add { value, .. } => all.push(value),
        RuleKind::Children { value, args, .. } => all.extend(std::iter::once(value).chain(args)),
    }
    all
}

fn renumbered(rules: Vec<CheckedRule>, checks: Vec<Check>, numbers: &Numbers) -> (Vec<Rule>, Vec<Check>) {
    let rules = rules.into_iter().map(|checked| {
        let mut rule = checked.rule;
        rule.when.iter_mut().for_each(|when| numbers.apply(when));
        match &mut rule.kind {
            RuleKind::Copy { .. } => {}
            RuleKind::Set { value, .. } | RuleKind::SetMany { value, .. } | RuleKind::Add { value, .. } => {
                numbers.apply(value);
            }
            RuleKind::Children { value, args, .. } => {
                std::iter::once(value).chain(args).for_each(|expr| numbers.apply(expr));
            }
        }
        rule
    });
    let checks = checks.into_iter().map(|mut check| {
        numbers.apply(&mut check.condition);
        numbers.apply(&mut check.because);
        check
    });
    (rules.collect(), checks.collect())
}

fn number_strata(mapping: &mut Mapping, before: &[Vec<Expr>]) {
    let known = Lookups {
        list: &mapping.lookups,
        before,
        lets: &mapping.lets,
        found: RefCell::default(),
    };
    let strata: Vec<u8> = (0..mapping.lookups.len()).map(|at| known.stratum(at)).collect();
    let offsets: Vec<u8> = mapping
        .rules
        .iter()
        .map(|rule| known.highest(of_rule(rule).into_iter()))
        .collect();
    let stops: Vec<u8> = mapping
        .stops
        .iter()
        .map(|stop| known.highest([&stop.when, &stop.because].into_iter()))
        .collect();
    mapping.strata = strata.iter().copied().max().unwrap_or(0);
    for (lookup, stratum) in mapping.lookups.iter_mut().zip(strata) {
        lookup.stratum = stratum;
    }
    for (stop, stratum) in mapping.stops.iter_mut().zip(stops) {
        stop.stratum = stratum;
    }
    for (rule, known) in mapping.rules.iter_mut().zip(offsets) {
        if let RuleKind::Children { offset, .. } = &mut rule.kind {
            *offset = known;
        }
    }
}

/// Old numbers in the order of the new ones.
struct Numbers {
    lets: Vec<usize>,
    lookups: Vec<usize>,
}

impl Numbers {
    /// Whether every let in an expression has a number.
    fn know(&self, expr: &Expr) -> bool {
        let mut all = true;
        walk::deep(expr, &mut |part| {
            if let ExprKind::Let(id) = &part.kind {
                all &= self.lets.contains(&id.0);
            }
        });
        all
    }

    fn apply(&self, expr: &mut Expr) {
        if let ExprKind::Let(id) = &mut expr.kind
            && let Some(new) = self.lets.iter().position(|old| *old == id.0)
        {
            *id = LetId(new);
        } else if let ExprKind::Lookup { lookup, args: _ } = &mut expr.kind
            && let Some(new) = self.lookups.iter().position(|old| *old == lookup.0)
        {
            *lookup = LookupId(new);
        }
        crate::walk::parts_mut(expr, &mut |part| self.apply(part));
    }
}
