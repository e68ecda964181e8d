//! When the questions of a `let` are asked. One that may import or make a record is asked only where something takes its value:
//! under the conditions that guard the uses of the `let`. Questions that only read are asked early, all in one query.

use crate::check::body::{Body, LookupDraft};
use crate::ir::Scalar;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::LookupKind;
use crate::{types, walk};

/// Where a `let` is used.
#[derive(Clone, Debug)]
pub(crate) struct LetUse {
    /// The `let`.
    pub(crate) of: usize,
    /// The `let` whose value it is used in.
    pub(crate) within: Option<usize>,
    /// The rule, as its number.
    pub(crate) rule: Option<usize>,
    /// Conditions under which it is evaluated there; all must hold.
    pub(crate) guards: Vec<Expr>,
}

/// Uses of one `let` that are told apart; where there are more it is always asked.
const MOST_WAYS: usize = 8;

/// One way to a value: conditions that must all hold.
struct Way {
    rule: Option<usize>,
    guards: Vec<Expr>,
}

impl Body<'_, '_> {
    /// Notes that a `let` is used here.
    pub(crate) fn note_let_use(&mut self, of: usize) {
        // A condition inside a lambda is about one element, and the `let` is made outside.
        let outside = self.here.guards.iter().filter(|(_, depth)| *depth == 0);
        let guards = outside.map(|(guard, _)| guard.clone()).collect();
        self.let_uses.push(LetUse {
            of,
            within: self.here.in_let,
            rule: self.here.rule,
            guards,
        });
    }

    /// Under which conditions a question is asked: those around it, and those around the `let` it stands in.
    pub(super) fn guard(&self, draft: &LookupDraft) -> Option<Expr> {
        let around = draft.in_let.filter(|_| has_effect(&draft.kind));
        let uses = around.and_then(|item| self.guard_of_uses(item));
        let all: Vec<Expr> = uses.into_iter().chain(draft.guards.iter().cloned()).collect();
        self.combined(all, ExprKind::And)
    }

    /// That one of the uses of a `let` is evaluated; absent where one always is, or where that cannot be told before.
    fn guard_of_uses(&self, item: usize) -> Option<Expr> {
        let mut ways = self.ways(item, self.lets.len())?;
        let rule = ways.first()?.rule;
        let is_one_rule = rule.is_some() && ways.iter().all(|way| way.rule == rule);
        for way in &mut ways {
            if way.guards.iter().any(|guard| self.asks_in_a_let(guard)) {
                return None;
            }
            // A partial import runs some rules and asks what those need: an answer of another rule may not be there.
            way.guards.retain(|guard| is_one_rule || !asks(guard));
        }
        let each = ways.into_iter().map(|way| self.combined(way.guards, ExprKind::And));
        let each: Vec<Expr> = each.collect::<Option<_>>()?;
        self.combined(each, ExprKind::Or)
    }

    /// The ways to the value of a `let`; absent where one is without condition, or where they are too many.
    fn ways(&self, item: usize, left: usize) -> Option<Vec<Way>> {
        let left = left.checked_sub(1)?;
        let mut ways: Vec<Way> = Vec::new();
        for used in self.let_uses.iter().filter(|used| used.of == item) {
            let before = match used.within {
                None => vec![Way {
                    rule: used.rule,
                    guards: Vec::new(),
                }],
                Some(outer) => self.ways_of_outer(outer, left)?,
            };
            ways.extend(before.into_iter().map(|way| Way {
                rule: way.rule,
                guards: way.guards.into_iter().chain(used.guards.iter().cloned()).collect(),
            }));
        }
        let is_told = ways.len() <= MOST_WAYS && ways.iter().all(|way| !way.guards.is_empty());
        is_told.then_some(ways)
    }

    /// The same for a `let` around: one that is always taken leaves the conditions in it.
    fn ways_of_outer(&self, outer: usize, left: usize) -> Option<Vec<Way>> {
        let rules: Vec<Option<usize>> = self.rules_of(outer, left);
        let always = rules.into_iter().map(|rule| Way {
            rule,
            guards: Vec::new(),
        });
        match self.ways(outer, left) {
            Some(ways) => Some(ways),
            None => Some(always.collect()),
        }
    }

    /// The rules that take the value of a `let`.
    fn rules_of(&self, item: usize, left: usize) -> Vec<Option<usize>> {
        let Some(left) = left.checked_sub(1) else {
            return vec![None];
        };
        let uses = self.let_uses.iter().filter(|used| used.of == item);
        uses.flat_map(|used| match used.within {
            None => vec![used.rule],
            Some(outer) => self.rules_of(outer, left),
        })
        .collect()
    }

    fn combined(&self, parts: Vec<Expr>, kind: fn(Box<Expr>, Box<Expr>) -> ExprKind) -> Option<Expr> {
        let bool = types::scalar(Scalar::Bool);
        parts.into_iter().reduce(|left, right| {
            let span = left.place.span;
            self.node(kind(Box::new(left), Box::new(right)), bool.clone(), span)
        })
    }

    /// Whether an expression names a `let` that asks: its question could wait for the one that this is about.
    fn asks_in_a_let(&self, expr: &Expr) -> bool {
        let mut found = false;
        let mut open: Vec<usize> = Vec::new();
        let mut seen: Vec<usize> = Vec::new();
        walk::deep(expr, &mut |part| open.extend(named_let(part)));
        while let Some(item) = open.pop() {
            if seen.contains(&item) {
                continue;
            }
            seen.push(item);
            if let Some(value) = self.let_value(item) {
                found |= asks(value);
                walk::deep(value, &mut |part| open.extend(named_let(part)));
            }
        }
        found
    }
}

fn named_let(expr: &Expr) -> Option<usize> {
    if let ExprKind::Let(id) = &expr.kind {
        Some(id.0)
    } else {
        None
    }
}

/// Whether an expression asks the store itself.
fn asks(expr: &Expr) -> bool {
    let mut found = false;
    walk::deep(expr, &mut |part| found |= matches!(part.kind, ExprKind::Lookup { .. }));
    found
}

/// Whether a question may import or make a record.
fn has_effect(kind: &LookupKind) -> bool {
    match kind {
        LookupKind::FindOrNew { .. } => true,
        LookupKind::Ref { import, .. } | LookupKind::Load { import, .. } => *import,
        LookupKind::Bound { .. } | LookupKind::Find { .. } | LookupKind::Read { .. } | LookupKind::ExtOf { .. } => {
            false
        }
    }
}
