//! `with` in an export that makes the elements of a list: the elements of a list that is stored, as a value of the element.
//!
//! What has to be fetched would be one call for each element, and one record of several has no end of its own to wait for: both are
//! refused, and said where the author can do otherwise.

use super::Inline;
use crate::check::body::{Body, Local};
use crate::check::mapping::Head;
use crate::error::join;
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::types;
use tenon_dsl::ast::mapping::{Join, JoinMark, JoinSource};
use tenon_dsl::source::Span;

impl<'a> Body<'_, 'a> {
    /// Adds what an export joins to the names that its statements know.
    pub(super) fn joined_to_elements(
        &mut self,
        (list, element): (&Expr, &Type),
        head: &Head<'a>,
        inline: &mut Inline<'a>,
        span: Span,
    ) -> Option<()> {
        for join in &head.written.joins {
            let depth = self.depth() + 1;
            let value = self.element_of(list, element, inline, span, |body| body.joined_list(join))?;
            inline.params.push((join.alias.clone(), value, depth));
        }
        Some(())
    }

    /// The elements of a stored list that a join takes.
    fn joined_list(&mut self, written: &Join) -> Option<Expr> {
        let alias = &written.alias.value;
        let from = match &written.source {
            Some(JoinSource::In(list)) => list,
            Some(JoinSource::From { operation, args: _ }) => {
                self.report(join::fetched_for_each(operation.span, alias));
                return None;
            }
            // Said where the export stands.
            None => return None,
        };
        match written.mark {
            JoinMark::Many => {}
            JoinMark::One | JoinMark::Optional => {
                let list = self.text(from.span).to_owned();
                self.report(join::one_for_each(written.alias.span, alias, &list));
                return None;
            }
        }
        let from = self.expr(from);
        let Base::List(element) = from.ty.base.clone() else {
            return None;
        };
        let list = self.taken_as_empty(from);
        let Some(condition) = &written.filter else {
            return Some(list);
        };
        self.here.locals.push(Local {
            name: written.alias.clone(),
            ty: *element,
            list: Some(list.clone()),
        });
        let condition = self.condition(condition);
        self.here.locals.pop();
        if types::is_wrong(&condition.ty) {
            return None;
        }
        let (ty, bool) = (list.ty.clone(), condition.ty.clone());
        let lambda = self.node(ExprKind::Lambda(Box::new(condition)), bool, written.span);
        let args = vec![list, lambda];
        Some(self.node(ExprKind::Builtin { name: "filter", args }, ty, written.span))
    }

    /// A list that may be absent joins nothing then.
    fn taken_as_empty(&self, list: Expr) -> Expr {
        if !types::may_be_absent(&list.ty) {
            return list;
        }
        let (span, base) = (list.place.span, list.ty.base.clone());
        let ty = types::present(base);
        let empty = self.node(ExprKind::List(Vec::new()), ty.clone(), span);
        self.node(ExprKind::Default(Box::new(list), Box::new(empty)), ty, span)
    }
}
