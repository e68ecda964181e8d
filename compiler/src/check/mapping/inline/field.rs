//! The fields that the rules of an export give to an element of a list.

use super::via;
use crate::check::body::Body;
use crate::check::mapping::Head;
use crate::check::mapping::nested::Part;
use crate::check::narrow::Truth;
use crate::error::{absence, completeness, wire};
use crate::ir::ExternalId;
use crate::ir::expr::{Base, Expr, ExprKind};
use crate::types;
use tenon_dsl::ast::mapping::{self as ast, Clause, RuleOp};
use tenon_dsl::source::{Name, Span};

/// A field of an element and the rules for it, or for fields of the record that it holds, in file order.
pub(super) struct Given {
    name: String,
    parts: Vec<Part>,
}

impl<'a> Body<'_, 'a> {
    pub(super) fn made_fields(
        &mut self,
        rule: &'a ast::Rule,
        head: &Head<'a>,
        external: ExternalId,
        given: &mut Vec<Given>,
    ) -> Option<()> {
        let paths: Vec<&[Name]> = rule.targets.iter().map(|target| of_element(target, head)).collect();
        if let Some(clause) = rule.clauses.iter().find_map(only) {
            self.report(clause);
            return None;
        }
        if rule.op.value != RuleOp::Set {
            let why = "the list of an element is one value";
            let help = "write one rule for it: labels = [a, b] | compact";
            self.report(wire::modifier_does_not_fit(rule.op.span, "+=", why, help));
            return None;
        }
        let condition = rule.clauses.iter().find_map(|clause| match clause {
            Clause::When { condition, span: _ } => Some(condition),
            Clause::Only(_) | Clause::Via { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => None,
        });
        let when = condition.map(|condition| self.condition(condition));
        let facts = when
            .as_ref()
            .map(|when| self.facts_of(when, Truth::Holds))
            .unwrap_or_default();
        let value = self.knowing(facts, when.clone(), |body| {
            let value = body.expr(&rule.value);
            match (via(rule), &paths[..]) {
                (Some(via), [[field]]) => {
                    let target = body.world.outside.field_at(external, &field.value, field.span)?;
                    let target = body.world.outside.type_of(external, target);
                    body.via_sent(value, &target, &via)
                }
                (_, _) => Some(value),
            }
        })?;
        if types::is_wrong(&value.ty) || when.as_ref().is_some_and(|when| types::is_wrong(&when.ty)) {
            return None;
        }
        if let [path] = &paths[..] {
            return self.give(path, external, (when, value), given);
        }
        let Base::Record(parts) = value.ty.base.clone() else {
            return None;
        };
        for path in &paths {
            let last = path.last()?;
            let (_, ty) = parts.iter().find(|(name, _)| *name == last.value)?;
            let (of, name) = (Box::new(value.clone()), last.value.clone());
            let ty = types::absent_as(ty.clone(), &value.ty);
            let part = self.node(ExprKind::RecordField { of, name }, ty, rule.value.span);
            self.give(path, external, (when.clone(), part), given)?;
        }
        Some(())
    }

    /// A value for a field, or for one of the record that it holds, as the field takes it.
    pub(super) fn give(
        &mut self,
        path: &[Name],
        external: ExternalId,
        (when, value): (Option<Expr>, Expr),
        given: &mut Vec<Given>,
    ) -> Option<()> {
        if types::is_wrong(&value.ty) {
            return None;
        }
        let outside = self.world.outside;
        // What is no field is said where the export stands.
        let whole = types::present(Base::External(external));
        let path = self.effective_path(&whole, path);
        let mut holds = whole;
        for step in &path {
            let Base::External(of) = holds.base else { return None };
            holds = outside.type_of(of, outside.field(of, &step.value)?);
        }
        let value = match (&value.ty.base, &holds.base) {
            (Base::Ext(_), Base::Scalar(..)) => self.key_as_scalar(value),
            _ => self.own_key_of(external, &path, value),
        };
        let name = path.first()?.value.clone();
        let part = Part { path, value, when };
        match given.iter_mut().find(|known| known.name == name) {
            Some(known) => known.parts.push(part),
            None => given.push(Given {
                name,
                parts: vec![part],
            }),
        }
        Some(())
    }

    /// The number or text that is the key of an element, as such a key.
    fn own_key_of(&self, external: ExternalId, path: &[Name], value: Expr) -> Expr {
        let outside = self.world.outside;
        let externals = &outside.ir.externals;
        let field = match path {
            [field] => outside.field(external, &field.value),
            _ => None,
        };
        let is_own = field.is_some_and(|field| externals[external.0].key == [field]);
        let key = types::key_scalar(external, externals).filter(|_| is_own);
        let is_it =
            key.is_some_and(|(scalar, max)| types::fits(&value.ty.base, &Base::Scalar(scalar, max), externals).is_ok());
        let mut value = value;
        if is_it {
            value.ty.base = Base::Ext(external);
        }
        value
    }

    /// The field: the record that rules for its fields make, or the value whose condition holds; missing where none does.
    pub(super) fn one_of(&mut self, given: Given, external: ExternalId, span: Span) -> Option<(String, Expr)> {
        let Given { name, parts } = given;
        if parts.iter().any(|part| part.path.len() > 1) {
            let field = self.world.outside.field(external, &name)?;
            let Base::External(inner) = self.world.outside.type_of(external, field).base else {
                return None;
            };
            let value = self.record_of(inner, parts, 2, (span, &name))?;
            return Some((name, value));
        }
        let mut made: Option<Expr> = None;
        for Part { value, when, path: _ } in parts.into_iter().rev() {
            let Some(when) = when else {
                made = Some(value);
                continue;
            };
            let ty = match &made {
                Some(other) => self.world.join(&value.ty, &other.ty)?,
                None => types::or_missing(value.ty.clone()),
            };
            let span = value.place.span;
            let kind = ExprKind::If {
                condition: Box::new(when),
                then: Box::new(value),
                otherwise: made.map(Box::new),
            };
            made = Some(self.node(kind, ty, span));
        }
        made.map(|value| (name, value))
    }

    /// Says fields that each element must have and does not always get.
    pub(super) fn is_whole(&mut self, external: ExternalId, fields: &[(String, Expr)], span: Span) -> Option<()> {
        let declared = &self.world.outside.ir.externals[external.0];
        let required = |field: &&crate::ir::Field| !field.optional && !field.readonly && field.default.is_none();
        let mut missing: Vec<String> = Vec::new();
        for field in declared.fields.iter().filter(required) {
            match fields.iter().find(|(name, _)| *name == field.name.text) {
                None => missing.push(field.name.text.clone()),
                Some((_, value)) if value.ty.optional => {
                    let (at, why) = (value.place.span, self.absence_in_words(value));
                    let help = format!("give a default: {} ?? ..", self.text(at));
                    let owner = declared.name.text.clone();
                    let report = absence::absent_into_required((at, &field.name.text, &owner), at, &why, Some(help));
                    self.report(report);
                    return None;
                }
                Some(_) => {}
            }
        }
        if !missing.is_empty() {
            let help = "add rules for them to that export, or declare them `f?`";
            let owner = declared.name.text.clone();
            self.report(completeness::never_written(span, &owner, &missing, help));
            return None;
        }
        Some(())
    }
}

/// The names of a target without that of its record.
fn of_element<'t>(target: &'t ast::Target, head: &Head<'_>) -> &'t [Name] {
    match &target.path[..] {
        [alias, rest @ ..]
            if !rest.is_empty() && head.written.alias.as_ref().is_some_and(|own| own.value == alias.value) =>
        {
            rest
        }
        path => path,
    }
}

/// `only` in the export of an element.
fn only(clause: &Clause) -> Option<tenon_dsl::report::Report> {
    match clause {
        Clause::Only(only) => {
            let why = "an element is neither created nor updated by itself: it is sent with its list";
            let help = "say when: field = value when CONDITION";
            Some(wire::modifier_does_not_fit(only.span, "only", why, help))
        }
        Clause::When { .. } | Clause::Via { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => None,
    }
}
