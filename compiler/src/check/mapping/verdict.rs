//! `check E else warn because ".."`: what must hold of what was written.

use crate::check::body::{Body, ScopeKind};
use crate::error::typing;
use crate::ir::Scalar;
use crate::ir::expr::{Base, Expr, ExprKind};
use crate::ir::mapping::{Check, Severity, TargetId};
use crate::types;
use crate::walk;
use tenon_dsl::ast::mapping as ast;

impl Body<'_, '_> {
    /// Absent where a mistake was said.
    pub(super) fn verdict(&mut self, written: &ast::Check) -> Option<Check> {
        let scope = self.statement_scope(ScopeKind::Check);
        let (condition, because) = self.within(scope, |body| {
            let condition = body.condition(&written.condition);
            let because = body.expr(&written.because);
            (condition, because)
        });
        if types::is_wrong(&condition.ty) || types::is_wrong(&because.ty) {
            return None;
        }
        if !matches!(&because.ty.base, Base::Scalar(Scalar::Text | Scalar::Enum { .. }, _)) {
            let found = self.show(&because.ty);
            self.report(typing::wrong_operand(
                written.because.span,
                "text",
                &found,
                "`because`",
                None,
            ));
            return None;
        }
        self.must_be_present(&because, written.because.span, "a reason is needed", None);
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
