//! Strata: a lookup is asked once all that it needs is known.

use crate::ir::Connector;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{Let, LetId, Lookup, Mapping, RuleKind};
use crate::walk;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Lookups of one mapping, and what stands left of a `??` or `catch` before each.
pub(crate) struct Lookups<'m> {
    /// In order.
    pub(crate) list: &'m [Lookup],
    /// In the same order.
    pub(crate) before: &'m [Vec<Expr>],
    /// For their values.
    pub(crate) lets: &'m [Let],
    /// Strata found so far: a let or lookup that many name is looked through once.
    pub(crate) found: RefCell<Found>,
}

/// Strata found so far.
#[derive(Debug, Default)]
pub(crate) struct Found {
    lookups: BTreeMap<usize, u8>,
    lets: BTreeMap<LetId, u8>,
}

impl Lookups<'_> {
    /// 1 + the highest among its arguments, the conditions that guard it, and all that stands left of a `??` or `catch` before it.
    pub(crate) fn stratum(&self, at: usize) -> u8 {
        let found = self.found.borrow().lookups.get(&at).copied();
        found.unwrap_or_else(|| {
            let stratum = self.count(at);
            self.found.borrow_mut().lookups.insert(at, stratum);
            stratum
        })
    }

    fn count(&self, at: usize) -> u8 {
        let (Some(lookup), Some(before)) = (self.list.get(at), self.before.get(at)) else {
            return 1;
        };
        let needed = lookup
            .each
            .iter()
            .chain(&lookup.args)
            .chain(&lookup.guard)
            .chain(before);
        self.highest(needed).saturating_add(1)
    }

    /// The highest stratum of the lookups that expressions hold; none: 0.
    pub(crate) fn highest<'e>(&self, exprs: impl Iterator<Item = &'e Expr>) -> u8 {
        exprs.map(|expr| self.of_expr(expr)).max().unwrap_or(0)
    }

    fn of_expr(&self, expr: &Expr) -> u8 {
        let mut highest = 0;
        walk::deep(expr, &mut |part| {
            if let ExprKind::Lookup { lookup, args: _ } = &part.kind {
                highest = highest.max(self.stratum(lookup.0));
            } else if let ExprKind::Let(id) = &part.kind {
                highest = highest.max(self.of_let(*id));
            }
        });
        highest
    }

    fn of_let(&self, id: LetId) -> u8 {
        let found = self.found.borrow().lets.get(&id).copied();
        found.unwrap_or_else(|| {
            let highest = self.lets.get(id.0).map_or(0, |item| self.of_expr(&item.value));
            self.found.borrow_mut().lets.insert(id, highest);
            highest
        })
    }
}

/// Fills the strata of mappings that have children: those of the list first, then those of the child.
pub(crate) fn child_strata(connector: &mut Connector) {
    // A chain of mappings is never longer than there are mappings; a tree that names itself ends here too.
    for _ in 0..connector.mappings.len() {
        let known: Vec<u8> = connector.mappings.iter().map(|mapping| mapping.strata).collect();
        for (at, mapping) in connector.mappings.iter_mut().enumerate() {
            mapping.strata = known[at].max(of_children(mapping, &known));
        }
        let is_settled = connector.mappings.iter().map(|mapping| mapping.strata).eq(known);
        if is_settled {
            return;
        }
    }
}

fn of_children(mapping: &Mapping, known: &[u8]) -> u8 {
    let children = mapping.rules.iter().filter_map(|rule| match &rule.kind {
        RuleKind::Children { mapping, offset, .. } => known.get(mapping.0).map(|strata| match strata {
            0 => 0,
            strata => strata.saturating_add(*offset),
        }),
        RuleKind::Copy { .. } | RuleKind::Set { .. } | RuleKind::SetMany { .. } | RuleKind::Add { .. } => None,
    });
    children.max().unwrap_or(0)
}
