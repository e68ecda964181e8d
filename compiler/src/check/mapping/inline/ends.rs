//! `skip`, `check`, `retry` of an export that makes the elements of a list: elements that are left out; what is wrong with those that
//! are not, said of the record around them, because all of them stand in its request.

use super::{Inline, Via};
use crate::check::body::{Body, ScopeKind};
use crate::check::mapping::Head;
use crate::check::narrow::Truth;
use crate::check::schema::setting::milliseconds;
use crate::error::wire;
use crate::ir::expr::{Comparison, Expr, ExprKind, Type};
use crate::ir::mapping::{Check, Severity, Stop, StopKind, TargetId};
use crate::ir::{Literal, Place, Scalar};
use crate::types;
use tenon_dsl::ast::expr as written;
use tenon_dsl::ast::mapping::{self as ast, Statement};
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// What the elements of lists say of the records around them.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    /// Of the list that is being made.
    pub(crate) said: Vec<Said>,
    /// Of lists that are made, for the record that holds them.
    pub(crate) checks: Vec<Check>,
    /// The same.
    pub(crate) stops: Vec<Stop>,
}

/// What is wrong with an element, or with all of a list: a text, empty where nothing is.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    kind: Kind,
    text: Expr,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Check(Severity),
    Retry { every_ms: u64 },
}

impl<'a> Body<'_, 'a> {
    /// The elements that no `skip` leaves out.
    pub(super) fn left_in(
        &mut self,
        list: Expr,
        element: &Type,
        head: &Head<'a>,
        inline: &Inline<'a>,
        via: &Via<'_>,
    ) -> Option<Expr> {
        let mut list = list;
        for statement in &head.written.statements {
            let Statement::Skip(skip) = statement else { continue };
            self.here.predicates.push(("skip", via.span));
            let when = self.element_of(&list, element, inline, via.span, |body| body.condition(&skip.when));
            self.here.predicates.pop();
            if types::is_wrong(&when.ty) {
                return None;
            }
            let bool = when.ty.clone();
            let not = self.node(ExprKind::Not(Box::new(when)), bool.clone(), skip.span);
            let lambda = self.node(ExprKind::Lambda(Box::new(not)), bool, skip.span);
            let (ty, span) = (list.ty.clone(), list.place.span);
            let kind = ExprKind::Builtin {
                name: "filter",
                args: vec![list, lambda],
            };
            list = self.node(kind, ty, span);
        }
        Some(list)
    }

    /// What `check` and `retry` say of the element.
    pub(super) fn own_ends(&mut self, head: &Head<'a>) -> Option<()> {
        for statement in &head.written.statements {
            match statement {
                Statement::Check(check) => {
                    let severity = match check.severity.value {
                        ast::Severity::Fail => Severity::Fail,
                        ast::Severity::Warn => Severity::Warn,
                    };
                    let outer = std::mem::replace(&mut self.here.kind, ScopeKind::Check);
                    let said = self.said(Kind::Check(severity), (&check.condition, &check.because), check.span);
                    self.here.kind = outer;
                    self.ends.said.push(said?);
                }
                Statement::Retry(retry) => {
                    let every_ms = milliseconds(retry.every.value);
                    // Whether a record waits is known before its lists are made, so nothing is asked for each element.
                    self.here.predicates.push(("retry", retry.span));
                    let said = self.said(Kind::Retry { every_ms }, (&retry.when, &retry.because), retry.span);
                    self.here.predicates.pop();
                    self.ends.said.push(said?);
                }
                Statement::Adopt(_)
                | Statement::Batch(_)
                | Statement::Skip(_)
                | Statement::After(_)
                | Statement::Let(_)
                | Statement::Copy(_)
                | Statement::Rule(_)
                | Statement::Ignore(_) => {}
            }
        }
        Some(())
    }

    fn said(&mut self, kind: Kind, (when, because): (&written::Expr, &written::Expr), span: Span) -> Option<Said> {
        let truth = match kind {
            Kind::Check(_) => Truth::Fails,
            Kind::Retry { every_ms: _ } => Truth::Holds,
        };
        let when = self.condition(when);
        let facts = self.facts_of(&when, truth);
        let because = self.knowing(facts, Some(when.clone()), |body| body.reason(because))?;
        if types::is_wrong(&when.ty) {
            return None;
        }
        let nothing = self.no_text(span);
        let (then, otherwise) = match kind {
            Kind::Check(_) => (nothing, because),
            Kind::Retry { every_ms: _ } => (because, nothing),
        };
        let kind_of = ExprKind::If {
            condition: Box::new(when),
            then: Box::new(then),
            otherwise: Some(Box::new(otherwise)),
        };
        Some(Said {
            kind,
            text: self.node(kind_of, types::text(), span),
            place: self.world.places.place(span),
        })
    }

    /// What is said of the elements of a list is said of the list, under the conditions under which it is made.
    pub(super) fn ends_of_all(&mut self, list: &Expr, said: Vec<Said>, span: Span) {
        let depth = self.depth();
        let guards: Vec<Expr> = self
            .here
            .guards
            .iter()
            .filter(|(_, at)| *at == depth)
            .map(|(guard, _)| guard.clone())
            .collect();
        for Said { kind, text, place } in said {
            let lambda = |body: &Self, of: Expr, ty: Type| body.node(ExprKind::Lambda(Box::new(of)), ty, span);
            let texts = types::absent_as(types::list(types::text()), &list.ty);
            let each = lambda(self, text, types::text());
            let each = self.of_built_in("map", vec![list.clone(), each], texts.clone(), span);
            let element = self.node(ExprKind::Local(0), types::text(), span);
            let some = self.is_some_text(element, span);
            let some = lambda(self, some, types::scalar(Scalar::Bool));
            let some = self.of_built_in("filter", vec![each, some], texts, span);
            let line = self.node(ExprKind::Literal(Literal::Text("\n".to_owned())), types::text(), span);
            let mut text = self.of_built_in(
                "join",
                vec![some, line],
                types::absent_as(types::text(), &list.ty),
                span,
            );
            if types::may_be_absent(&text.ty) {
                let nothing = self.no_text(span);
                text = self.node(
                    ExprKind::Default(Box::new(text), Box::new(nothing)),
                    types::text(),
                    span,
                );
            }
            for guard in guards.iter().rev() {
                let kind = ExprKind::If {
                    condition: Box::new(guard.clone()),
                    then: Box::new(text),
                    otherwise: Some(Box::new(self.no_text(span))),
                };
                text = self.node(kind, types::text(), span);
            }
            self.ends.said.push(Said { kind, text, place });
        }
    }

    /// What the elements of the list that a rule writes say of the record.
    pub(in crate::check::mapping) fn ends_of_record(&mut self, target: TargetId) {
        for Said { kind, text, place } in std::mem::take(&mut self.ends.said) {
            let span = place.span;
            let some = self.is_some_text(text.clone(), span);
            match kind {
                Kind::Check(severity) => {
                    let not = ExprKind::Not(Box::new(some));
                    self.ends.checks.push(Check {
                        condition: self.node(not, types::scalar(Scalar::Bool), span),
                        severity,
                        because: text,
                        outs: vec![target],
                        place,
                    });
                }
                Kind::Retry { every_ms } => self.ends.stops.push(Stop {
                    kind: StopKind::Retry { every_ms },
                    when: some,
                    because: text,
                    stratum: 0,
                    place,
                }),
            }
        }
    }

    fn of_built_in(&self, name: &'static str, args: Vec<Expr>, ty: Type, span: Span) -> Expr {
        self.node(ExprKind::Builtin { name, args }, ty, span)
    }

    fn no_text(&self, span: Span) -> Expr {
        self.node(ExprKind::Literal(Literal::Text(String::new())), types::text(), span)
    }

    fn is_some_text(&self, text: Expr, span: Span) -> Expr {
        let nothing = self.no_text(span);
        let kind = ExprKind::Compare(Comparison::NotEqual, Box::new(text), Box::new(nothing));
        self.node(kind, types::scalar(Scalar::Bool), span)
    }
}

/// `after` in the export of an element.
pub(super) fn after_an_element(span: Span) -> Report {
    let why = "an element has no end of its own: it is sent with its record";
    let help = "write `after` in the export of the record around it; its function finds the elements through `Tx`";
    wire::modifier_does_not_fit(span, "after", why, help)
}
