//! Conditions: operators that give a bool, lazy where the language is.

use super::Scope;
use crate::interpret::coverage::{self, What};
use crate::ir::Literal;
use crate::ir::expr::{Comparison, Expr, ExprKind, Presence};
use crate::ir::mapping::{Mark, Origin};
use tenon_runtime::generated::{Fault, Val, builtin};

impl Scope<'_, '_, '_> {
    /// A bool expression; a fault of any step is one.
    pub(in crate::interpret) fn condition(&self, expr: &'static Expr) -> Result<bool, Fault> {
        if let ExprKind::Not(inner) = &expr.kind {
            Ok(!self.condition(inner)?)
        } else if let ExprKind::And(a, b) = &expr.kind {
            Ok(self.condition(a)? && self.condition(b)?)
        } else if let ExprKind::Or(a, b) = &expr.kind {
            Ok(self.condition(a)? || self.condition(b)?)
        } else if let ExprKind::Compare(how, a, b) = &expr.kind {
            compare(*how, &self.val(a)?, &self.val(b)?)
        } else if let ExprKind::Is(value, what) = &expr.kind {
            self.presence(value, *what)
        } else if let ExprKind::Literal(Literal::Bool(flag)) = &expr.kind {
            Ok(*flag)
        } else {
            builtin::logic::condition(self.val(expr)?)
        }
    }

    /// The same, where each end of it is a branch.
    pub(in crate::interpret) fn counted(&self, expr: &'static Expr) -> Result<bool, Fault> {
        let holds = self.condition(expr)?;
        let what = if holds { What::Holds } else { What::HoldsNot };
        coverage::seen(expr.place.span, what);
        Ok(holds)
    }

    fn presence(&self, value: &'static Expr, what: Presence) -> Result<bool, Fault> {
        let value = match self.one_source(value) {
            Some(present) => match (what, present) {
                (Presence::Present, present) => return Ok(present),
                (Presence::Absent | Presence::Missing, present) => return Ok(!present),
                (Presence::Null, _) => self.val(value)?,
            },
            None => self.val(value)?,
        };
        match what {
            Presence::Present => Ok(value.is_present()),
            Presence::Absent => Ok(value.is_absent()),
            Presence::Null => Ok(matches!(value, Val::Null)),
            Presence::Missing => builtin::logic::condition(builtin::logic::is_missing(value)?),
        }
    }

    /// Whether a source that is one record or none is there; absent for anything else.
    fn one_source(&self, expr: &'static Expr) -> Option<bool> {
        let ExprKind::Source(id) = expr.kind else { return None };
        match self.unit.mapping().sources[id.0].origin {
            Origin::Fetched { mark: Mark::Many, .. } | Origin::Picked { mark: Mark::Many, .. } => None,
            Origin::Main | Origin::Enclosing | Origin::Fetched { .. } | Origin::Picked { .. } => {
                Some(self.e.rec(id.0).is_present())
            }
        }
    }
}

fn compare(how: Comparison, a: &Val<'_>, b: &Val<'_>) -> Result<bool, Fault> {
    match how {
        Comparison::Equal => builtin::logic::same(a, b),
        Comparison::NotEqual => Ok(!builtin::logic::same(a, b)?),
        Comparison::Less => Ok(builtin::logic::order(a, b)?.is_lt()),
        Comparison::LessOrEqual => Ok(builtin::logic::order(a, b)?.is_le()),
        Comparison::Greater => Ok(builtin::logic::order(a, b)?.is_gt()),
        Comparison::GreaterOrEqual => Ok(builtin::logic::order(a, b)?.is_ge()),
    }
}
