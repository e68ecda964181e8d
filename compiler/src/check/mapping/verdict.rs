//! `check E else warn because ".."`: what must hold of what was written.

use crate::check::body::{Body, ScopeKind};
use crate::error::two_way;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{Check, Severity, TargetId};
use crate::types;
use crate::walk;
use tenon_dsl::ast::mapping as ast;

impl Body<'_, '_> {
    /// Absent where a mistake was said.
    pub(super) fn verdict(&mut self, written: &ast::Check) -> Option<Check> {
        if let Some(direction) = written.direction {
            let (word, head) = (self.direction_word(), self.written.name.direction.span);
            let help = format!("write it without: check {} ..", self.text(written.condition.span));
            self.report(two_way::one_way_only(direction.span, head, word, &help));
            return None;
        }
        let scope = self.statement_scope(ScopeKind::Check);
        let (condition, because) = self.within(scope, |body| {
            let condition = body.condition(&written.condition);
            let because = body.reason(&written.because);
            (condition, because)
        });
        let because = because?;
        if types::is_wrong(&condition.ty) {
            return None;
        }
        let mut outs = self.outs(&condition);
        outs.extend(self.outs(&because));
        outs.sort_unstable();
        outs.dedup();
        Some(Check {
            condition,
            severity: match written.severity.value {
                ast::Severity::Fail => Severity::Fail,
                ast::Severity::Warn => Severity::Warn,
            },
            because,
            outs,
            place: self.world.places.place(written.span),
        })
    }

    fn outs(&self, expr: &Expr) -> Vec<TargetId> {
        let mut found = Vec::new();
        walk::deep(expr, &mut |part| {
            if let ExprKind::Out(target) = part.kind {
                found.push(target);
            }
        });
        found
    }
}
