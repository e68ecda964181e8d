//! The three operators that read left to right: `|`, `??`, `catch`.

use crate::check::body::Body;
use crate::error::{absence, failure, name};
use crate::ir::expr::{Expr, ExprKind, Presence};
use crate::ir::{Literal, Scalar};
use crate::types;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::edit::Edit;
use tenon_dsl::source::Span;

impl Body<'_, '_> {
    /// `x | f(a)`
    pub(super) fn pipe(&mut self, input: &ast::Expr, step: &ast::Call, span: Span) -> Expr {
        let piped = self.expr(input);
        self.call(step, Some(piped), span)
    }

    /// `_`
    pub(super) fn hole(&mut self, span: Span) -> Expr {
        match self.here.holes.last() {
            Some(piped) => piped.clone(),
            None => {
                let why = "`_` stands for the piped value, and nothing is piped here";
                let help = Some("write the value itself, or pipe it: value | f(_)".to_owned());
                self.wrong(name::not_here(span, "_", why, help), span)
            }
        }
    }

    /// `a ?? b`
    pub(super) fn default(&mut self, value: &ast::Expr, default: &ast::Expr, span: Span) -> Expr {
        let a = self.expr(value);
        if !types::may_be_absent(&a.ty) && !types::is_wrong(&a.ty) {
            self.default_never_used(&a, (value.span, default.span));
        }
        let bool = types::scalar(Scalar::Bool);
        let guard = self.node(ExprKind::Is(Box::new(a.clone()), Presence::Absent), bool, value.span);
        let b = self.after(a.clone(), Some(guard), |body| body.expr(default));
        let ty = match self.world.join(&types::certain(&a.ty), &b.ty) {
            Some(joined) => joined,
            None => self.common(&[&a, &b], "a value and its default"),
        };
        self.node(ExprKind::Default(Box::new(a), Box::new(b)), ty, span)
    }

    fn default_never_used(&mut self, value: &Expr, (written, default): (Span, Span)) {
        let shown = self.show(&value.ty);
        let place = self.declaration(value).map(|span| self.world.places.name(span));
        let why = match place {
            Some(place) => format!("always present ({shown}, {place})"),
            None => format!("always present ({shown})"),
        };
        let (help, edit) = match self.payload_declaration(value) {
            Some(declared) => {
                let name = &declared.name.text;
                (
                    format!("remove it, or declare the field optional: {name}?: {shown}"),
                    None,
                )
            }
            None => ("remove it".to_owned(), Some(self.without(written, default))),
        };
        let report = absence::default_never_used((value.place.span, &why), default, &help);
        self.report(report.edit(edit));
    }

    /// Removes what follows an expression up to the end of another one.
    fn without(&self, kept: Span, last: Span) -> Edit {
        let span = Span {
            start: kept.end,
            ..last
        };
        Edit::new(span, self.world.places.text(span), "")
    }

    /// `a catch b`
    pub(super) fn catch(&mut self, value: &ast::Expr, fallback: &ast::Expr, span: Span) -> Expr {
        let (failures, unhandled) = (self.failures, self.here.unhandled.len());
        let a = self.expr(value);
        self.here.unhandled.truncate(unhandled);
        if self.failures == failures && !types::is_wrong(&a.ty) {
            // What may be absent perhaps needs another operator.
            let edit = (!types::may_be_absent(&a.ty)).then(|| self.without(value.span, fallback.span));
            self.report(failure::never_fails(value.span, fallback.span).edit(edit));
        }
        self.failures = failures;
        let fails = self.failing(&a);
        let b = self.after(a.clone(), Some(fails), |body| body.expr(fallback));
        let ty = self.common(&[&a, &b], "a value and what `catch` puts in its place");
        self.node(ExprKind::Catch(Box::new(a), Box::new(b)), ty, span)
    }

    /// Whether a value fails: `(a is present and false) catch true`.
    fn failing(&self, value: &Expr) -> Expr {
        let bool = types::scalar(Scalar::Bool);
        let span = value.place.span;
        let node = |kind| self.node(kind, bool.clone(), span);
        let literal = |flag| node(ExprKind::Literal(Literal::Bool(flag)));
        let present = node(ExprKind::Is(Box::new(value.clone()), Presence::Present));
        let has_value = node(ExprKind::And(Box::new(present), Box::new(literal(false))));
        node(ExprKind::Catch(Box::new(has_value), Box::new(literal(true))))
    }

    /// Checks what stands right of a `??` or `catch`: lookups there wait for those on the left.
    fn after<T>(&mut self, left: Expr, guard: Option<Expr>, check: impl FnOnce(&mut Self) -> T) -> T {
        self.here.before.push(left);
        let made = self.knowing(Vec::new(), guard, check);
        self.here.before.pop();
        made
    }
}
