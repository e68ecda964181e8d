//! `street, street2 <-> c.street | split_street`: one value of the outside that is several fields inside. The last step makes a record of
//! it, so what leads back takes the fields of that record: `c.street = join_street(street, street2)`.

use super::chain::{Chain, Step, chain};
use super::inverse::{Back, Inverter, inside_value, with_args};
use super::iso;
use crate::error::two_way;
use tenon_dsl::ast::expr::{Arg, Call, Expr, ExprKind};
use tenon_dsl::ast::mapping::{Rule, Target};
use tenon_dsl::ast::{ExternFn, Field, TypeKind};
use tenon_dsl::source::Span;

/// What makes a record of a value, and what makes the value of its fields.
struct Taking<'f> {
    call: &'f Call,
    fields: &'f [Field],
    forth: &'f ExternFn,
    back: &'f ExternFn,
}

impl<'a> Inverter<'_, 'a> {
    /// The way back of a rule with several targets. Absent where it was said that there is none.
    pub(super) fn back_of_several(&mut self, rule: &Rule) -> Option<Back> {
        let first = rule.targets.first()?;
        let made = match chain(&rule.value) {
            Ok(made) => made,
            Err((span, why)) => return self.no_way_back(rule, span, &why),
        };
        let Chain { base, mut steps } = made;
        let Some(Step::Call(call)) = steps.pop() else {
            return self.no_way_back(rule, base.span, "this is one value, and several fields are written");
        };
        let (items, externs) = (self.items, self.externs);
        let forth = items.externs.get(call.function.value.as_str());
        let forth = forth.map(|declared| declared.item);
        let result = forth.and_then(|forth| forth.result.as_ref());
        let (Some(forth), Some(TypeKind::Record(fields))) = (forth, result.map(|result| &result.kind)) else {
            return self.no_way_back(
                rule,
                call.function.span,
                "nothing makes one value of these fields again",
            );
        };
        let Some(back) = iso::back(&call.function.value, items, externs) else {
            return self.no_way_back(rule, call.function.span, "an `extern fn` that nothing leads back from");
        };
        let last = Taking {
            call,
            fields,
            forth,
            back,
        };
        let args = self.fields_of_inverse(rule, &last)?;
        let chain = Chain { base, steps };
        self.back_along(&chain, (rule, first), |inverter, made| {
            let (name, fails) = (
                last.back.name.value.as_str(),
                last.back.fallible.then_some("the function says so"),
            );
            let mark = inverter.mark(last.call, (name, fails), (last.forth.fallible, first), made)?;
            let call = with_args(name, mark, args, last.call);
            Some(Expr::new(ExprKind::Call(call), targets_span(rule)))
        })
    }

    /// The stored fields in the order in which the inverse takes them, then what the step was given besides its value.
    fn fields_of_inverse(&mut self, rule: &Rule, step: &Taking<'_>) -> Option<Vec<Arg>> {
        let named =
            |target: &&Target, field: &Field| target.path.last().is_some_and(|last| last.value == field.name.value);
        let mut args = Vec::new();
        for field in step.fields {
            let Some(target) = rule.targets.iter().find(|target| named(target, field)) else {
                let (function, back) = (&step.forth.name.value, &step.back.name.value);
                let why = format!(
                    "`{back}` needs `{}`, too, which `{function}` gives and no field takes",
                    field.name.value
                );
                let inside = self.places.text(targets_span(rule));
                let help = format!(
                    "take it, too: {inside}, {} {}",
                    field.name.value,
                    self.places.text(rule.op.span)
                );
                let report = two_way::not_reversible(targets_span(rule), &why, Some(format!("{help} ..")));
                self.reports.push(report);
                return None;
            };
            args.push(Arg {
                name: None,
                value: inside_value(target),
            });
        }
        args.extend(step.call.args.iter().cloned());
        Some(args)
    }

    fn no_way_back<T>(&mut self, rule: &Rule, span: Span, why: &str) -> Option<T> {
        let (inside, value) = (self.places.text(targets_span(rule)), self.places.text(rule.value.span));
        let fields = rule
            .targets
            .iter()
            .map(|target| format!("{}: ..", self.places.text(target.span)));
        let record = fields.collect::<Vec<_>>().join(", ");
        let help = format!(
            "end it with a function that leads back: extern iso fn f(..) -> {{ {record} }} inverse g in crate::..; or split it:  import {inside} = {value}   and   export FIELD = .."
        );
        self.reports.push(two_way::not_reversible(span, why, Some(help)));
        None
    }
}

/// All targets of a rule.
pub(super) fn targets_span(rule: &Rule) -> Span {
    let spans = rule.targets.iter().map(|target| target.span);
    spans.reduce(Span::to).unwrap_or(rule.span)
}
