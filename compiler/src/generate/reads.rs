//! Which source slots each rule reads: the changed-field sets, one bit per slot of all sources in a row.

use super::context::Context;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{Direction, LetId, Origin, Rule, RuleKind, SourceId, TargetId};
use crate::ir::{FieldType, MappingId};
use crate::walk;
use std::collections::BTreeSet;

/// The bits of every rule, as words. Rules with a common target have the union: such a target is evaluated as a whole.
pub(crate) fn bits(ctx: &Context<'_>) -> Vec<Vec<u64>> {
    let rules = &ctx.mapping.rules;
    let own: Vec<BTreeSet<usize>> = rules.iter().map(|rule| rule_bits(ctx, rule)).collect();
    let of_rule = |rule: &Rule| {
        let shared = rules.iter().zip(&own).filter(|(other, _)| share_target(rule, other));
        words(&shared.flat_map(|(_, bits)| bits.iter().copied()).collect())
    };
    rules.iter().map(of_rule).collect()
}

/// The bits that only the `when` of each rule reads, those of rules with a common target together. Of exports: an import that notes
/// what the export would send asks what its value is made of.
pub(crate) fn guards(ctx: &Context<'_>) -> Vec<Vec<u64>> {
    let rules = &ctx.mapping.rules;
    if ctx.mapping.direction == Direction::Import || rules.iter().all(|rule| rule.when.is_none()) {
        return vec![Vec::new(); rules.len()];
    }
    let conditions: Vec<BTreeSet<usize>> = rules.iter().map(|rule| condition_bits(ctx, rule)).collect();
    let values: Vec<BTreeSet<usize>> = rules.iter().map(|rule| value_bits(ctx, rule)).collect();
    let of_rule = |rule: &Rule| {
        let shared = |all: &[BTreeSet<usize>]| -> BTreeSet<usize> {
            let shared = rules.iter().zip(all).filter(|(other, _)| share_target(rule, other));
            shared.flat_map(|(_, bits)| bits.iter().copied()).collect()
        };
        words(&shared(&conditions).difference(&shared(&values)).copied().collect())
    };
    rules.iter().map(of_rule).collect()
}

fn share_target(a: &Rule, b: &Rule) -> bool {
    let b = targets(b);
    targets(a).iter().any(|target| b.contains(target))
}

/// What a rule writes.
pub(crate) fn targets(rule: &Rule) -> Vec<TargetId> {
    match &rule.kind {
        RuleKind::Copy { target, .. }
        | RuleKind::Set { target, .. }
        | RuleKind::Add { target, .. }
        | RuleKind::Children { target, .. } => vec![*target],
        RuleKind::SetMany { targets, value: _ } => targets.iter().map(|(_, target)| *target).collect(),
    }
}

fn words(bits: &BTreeSet<usize>) -> Vec<u64> {
    let mut words = vec![0_u64; bits.last().map_or(0, |last| last / 64 + 1)];
    for bit in bits {
        words[bit / 64] |= 1 << (bit % 64);
    }
    words
}

fn rule_bits(ctx: &Context<'_>, rule: &Rule) -> BTreeSet<usize> {
    let mut bits = condition_bits(ctx, rule);
    bits.extend(value_bits(ctx, rule));
    bits
}

fn condition_bits(ctx: &Context<'_>, rule: &Rule) -> BTreeSet<usize> {
    let mut reads = Reads::new(ctx);
    rule.when.iter().for_each(|condition| reads.value(condition));
    reads.bits
}

fn value_bits(ctx: &Context<'_>, rule: &Rule) -> BTreeSet<usize> {
    let mut reads = Reads::new(ctx);
    match &rule.kind {
        RuleKind::Copy {
            source,
            field,
            target: _,
        } => {
            let external = ctx.mapping.sources[source.0].external;
            reads.slot(*source, ctx.slot(external, *field), 1);
            reads.origin(*source);
        }
        RuleKind::Set { value, .. } | RuleKind::SetMany { value, .. } | RuleKind::Add { value, .. } => {
            reads.value(value);
        }
        RuleKind::Children {
            value, args, mapping, ..
        } => {
            reads.value(value);
            args.iter().for_each(|arg| reads.value(arg));
            reads.enclosing_of(*mapping);
        }
    }
    reads.bits
}

struct Reads<'c, 'p> {
    ctx: &'c Context<'p>,
    bits: BTreeSet<usize>,
    lets: BTreeSet<LetId>,
    origins: BTreeSet<SourceId>,
}

impl<'c, 'p> Reads<'c, 'p> {
    fn new(ctx: &'c Context<'p>) -> Self {
        Self {
            ctx,
            bits: BTreeSet::new(),
            lets: BTreeSet::new(),
            origins: BTreeSet::new(),
        }
    }

    fn value(&mut self, expr: &Expr) {
        match (path(self.ctx, expr), &expr.kind) {
            (Some((source, slot, count)), _) => {
                self.slot(source, slot, count);
                self.origin(source);
            }
            (None, ExprKind::Source(source)) => {
                let slots = self.slots_of(*source);
                self.slot(*source, 0, slots);
                self.origin(*source);
            }
            (None, ExprKind::Let(id)) => {
                if self.lets.insert(*id) {
                    self.value(&self.ctx.mapping.lets[id.0].value);
                }
            }
            (None, _) => walk::parts(expr, &mut |part| self.value(part)),
        }
    }

    fn slot(&mut self, source: SourceId, slot: u16, count: u16) {
        let before = (0..source.0).map(|index| usize::from(self.slots_of(SourceId(index))));
        let first = before.sum::<usize>() + usize::from(slot);
        self.bits.extend(first..first + usize::from(count));
    }

    fn slots_of(&self, source: SourceId) -> u16 {
        let external = self.ctx.mapping.sources[source.0].external;
        self.ctx
            .slots
            .layout(self.ctx.id, external)
            .map_or(0, |layout| layout.slots)
    }

    /// What decides which record a joined source is.
    fn origin(&mut self, source: SourceId) {
        if !self.origins.insert(source) {
            return;
        }
        match &self.ctx.mapping.sources[source.0].origin {
            Origin::Main | Origin::Enclosing => {}
            Origin::Fetched {
                args,
                filter,
                latest_by,
                operation: _,
                mark: _,
            } => {
                let choosing = args.iter().chain(filter).chain(latest_by);
                choosing.for_each(|expr| self.value(expr));
            }
            Origin::Picked {
                from,
                filter,
                latest_by,
                mark: _,
            } => {
                self.value(from);
                filter.iter().chain(latest_by).for_each(|expr| self.value(expr));
            }
        }
    }

    /// What a child reads of its enclosing record, which is this mapping's main source.
    fn enclosing_of(&mut self, child: MappingId) {
        let child = Context::new(self.ctx.program, self.ctx.connector, self.ctx.slots, child);
        let mut sources = child.mapping.sources.iter();
        let Some(enclosing) = sources.position(|source| matches!(source.origin, Origin::Enclosing)) else {
            return;
        };
        walk::roots(child.mapping, &mut |root| {
            walk::deep(root, &mut |expr| {
                if let Some((source, slot, count)) = path(&child, expr)
                    && source.0 == enclosing
                {
                    self.slot(SourceId(0), slot, count);
                }
            });
        });
    }
}

/// Source, slot and number of slots of a path that begins at a source.
fn path(ctx: &Context<'_>, expr: &Expr) -> Option<(SourceId, u16, u16)> {
    let ExprKind::Field { of, external, field } = &expr.kind else {
        return None;
    };
    let own = ctx.slot(*external, *field);
    let count = match &ctx.connector.externals[external.0].fields[field.0].ty {
        FieldType::Record(inner) => 1 + ctx.slots.layout(ctx.id, *inner).map_or(0, |layout| layout.slots),
        FieldType::Scalar(_)
        | FieldType::Key { .. }
        | FieldType::List(_)
        | FieldType::Map(_)
        | FieldType::Nullable(_)
        | FieldType::Ref(_) => 1,
    };
    if let ExprKind::Source(source) = &of.kind {
        return Some((*source, own, count));
    }
    path(ctx, of).map(|(source, slot, _)| (source, slot + 1 + own, count))
}
