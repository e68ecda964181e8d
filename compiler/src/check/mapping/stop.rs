//! `skip`, `retry`, `after`: what ends a record before its rules run, and what runs when it is stored.

use crate::check::body::{Body, ScopeKind};
use crate::check::narrow::Truth;
use crate::check::schema::setting::milliseconds;
use crate::error::{lookup, name, typing};
use crate::ir::Scalar;
use crate::ir::expr::{Base, Expr};
use crate::ir::mapping::{After, Stop, StopKind};
use crate::resolve::Owner;
use crate::types;
use tenon_dsl::ast::expr as written;
use tenon_dsl::ast::mapping as ast;
use tenon_dsl::source::{Name, Span};

impl Body<'_, '_> {
    /// `skip when E because ".."`
    pub(super) fn skip(&mut self, skip: &ast::Skip) -> Option<Stop> {
        self.stop(StopKind::Skip, &skip.when, &skip.because, skip.span)
    }

    /// `retry every 30m when E because ".."`
    pub(super) fn retry(&mut self, retry: &ast::Retry) -> Option<Stop> {
        let every_ms = milliseconds(retry.every.value);
        if every_ms == 0 {
            self.report(typing::wrong_operand(
                retry.every.span,
                "duration above zero",
                "duration of zero",
                "`retry every`",
                Some("say how long to wait: retry every 30m when ..".to_owned()),
            ));
            return None;
        }
        self.stop(StopKind::Retry { every_ms }, &retry.when, &retry.because, retry.span)
    }

    fn stop(&mut self, kind: StopKind, when: &written::Expr, because: &written::Expr, span: Span) -> Option<Stop> {
        let scope = self.statement_scope(ScopeKind::Rule);
        let (when, because) = self.within(scope, |body| {
            let when = body.condition(when);
            let facts = body.facts_of(&when, Truth::Holds);
            let because = body.knowing(facts, Some(when.clone()), |body| body.reason(because));
            (when, because)
        });
        let because = because?;
        (!types::is_wrong(&when.ty)).then(|| Stop {
            kind,
            when,
            because,
            stratum: 0,
            place: self.world.places.place(span),
        })
    }

    /// `because ".."`: a text that is always there. Absent where a mistake was said.
    pub(super) fn reason(&mut self, because: &written::Expr) -> Option<Expr> {
        let made = self.expr(because);
        if types::is_wrong(&made.ty) {
            return None;
        }
        if !matches!(&made.ty.base, Base::Scalar(Scalar::Text | Scalar::Enum { .. }, _)) {
            let found = self.show(&made.ty);
            self.report(typing::wrong_operand(because.span, "text", &found, "`because`", None));
            return None;
        }
        self.must_be_present(&made, because.span, "a reason is needed", None);
        Some(made)
    }

    /// `after f`
    pub(super) fn effect(&mut self, function: &Name) -> Option<After> {
        let outside = self.world.outside;
        let Some(id) = outside.external_function(&function.value) else {
            if let Some(report) = self.lost(&Owner::Connector, &function.value, function.span) {
                self.report(report);
                return None;
            }
            let known = self.world.function_names();
            let near = crate::suggest::nearest(&function.value, known.iter().copied());
            self.report(name::unknown_function(function, &known, near));
            return None;
        };
        if outside.wrong_externs.contains(&id) {
            return None;
        }
        let model = &self.world.inside.model(self.model).name.text;
        let declared = &outside.ir.externs[id.0];
        if declared.effect != Some(self.model) {
            let takes = declared.effect.map(|of| self.world.inside.model(of).name.text.as_str());
            let report = lookup::no_effect_of_the_model(function, takes, model, outside.externs[id.0].name.span);
            self.report(report);
            return None;
        }
        Some(After {
            function: id,
            place: self.world.places.place(function.span),
        })
    }
}
