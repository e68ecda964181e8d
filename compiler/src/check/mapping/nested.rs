//! `prefs.level = E` in an export: rules for fields of a record inside the one that is written. Together they are one value of the
//! field, as one request carries it, so a change of what one of them reads makes all of it anew.

use super::assign::{Runs, Writes};
use super::rule::CheckedRule;
use crate::check::body::{Body, ScopeKind};
use crate::check::narrow::{Fact, Truth};
use crate::error::{absence, completeness, name, typing, wire};
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::mapping::{Only, Rule, RuleKind, Target};
use crate::ir::{ExternalId, Field};
use crate::types;
use tenon_dsl::ast::mapping::{self as ast, Clause, Statement};
use tenon_dsl::source::{Name, Span};

/// The value of one nested target.
pub(super) struct Part {
    /// Names below the field of the record that is written.
    pub(super) path: Vec<Name>,
    pub(super) value: Expr,
    /// Absent: always.
    pub(super) when: Option<Expr>,
}

impl<'a> Body<'_, 'a> {
    /// The path of a target below a field of the record that is written; absent where it is that field, or one of the binding.
    pub(super) fn nested_path<'t>(&self, target: &'t ast::Target) -> Option<&'t [Name]> {
        let named =
            |one: &super::Output<'_>, word: &Name| one.alias.as_ref().is_some_and(|alias| alias.value == word.value);
        let path = match &target.path[..] {
            [first, rest @ ..] if !rest.is_empty() && self.outputs.iter().any(|one| named(one, first)) => rest,
            path => path,
        };
        match path {
            [first, _, ..] if first.value != "binding" => Some(path),
            _ => None,
        }
    }

    /// All rules for fields of nested records that a rule writes, each at the first of them.
    pub(super) fn nested(&mut self, written: &'a ast::Rule, rules: &mut Vec<CheckedRule>) {
        let mut known: Vec<String> = Vec::new();
        for target in &written.targets {
            let Some([root, below, ..]) = self.nested_path(target).filter(|_| !self.is_elsewhere(target)) else {
                continue;
            };
            // What is no record is said where all targets are found.
            let name = self.effective_root(root);
            if known.contains(&name) || self.is_through_alias(root, below) {
                continue;
            }
            self.nested_record(written, root, rules);
            known.push(name);
        }
    }

    /// The record that a target leads into, as this version calls it.
    fn effective_root(&self, root: &Name) -> String {
        let outside = self.world.outside;
        let owner = outside.record(self.external);
        outside.changes.name(&owner, &root.value, root.span)
    }

    fn nested_record(&mut self, written: &'a ast::Rule, root: &Name, rules: &mut Vec<CheckedRule>) {
        let group = self.group(root);
        if group.first().is_some_and(|first| first.span != written.span) {
            return;
        }
        let Some(target) = self.out_target(root) else { return };
        self.target_shown = Some(root.value.clone());
        let mut scope = self.statement_scope(ScopeKind::Rule);
        scope.rule = Some(rules.len());
        let kind = self.within(scope, |body| body.nested_value(&group, root, &target));
        self.target_shown = None;
        let Some((kind, when)) = kind else { return };
        let below = |rule: &&'a ast::Rule| self.targets_below(rule, root).first().map(|target| target.span);
        let spans = group.iter().filter_map(below).map(|span| (target.clone(), span));
        let targets = spans.collect();
        rules.push(CheckedRule {
            rule: Rule {
                kind,
                only: only(group[0]),
                when,
                reads: Vec::new(),
                place: self.world.places.place(written.span),
            },
            targets,
            facts: Vec::new(),
            writes: Writes::Whole,
            value: written.value.span,
        });
    }

    /// The targets of a rule that are fields of one nested record.
    fn targets_below<'t>(&self, rule: &'t ast::Rule, root: &Name) -> Vec<&'t ast::Target> {
        let root = self.effective_root(root);
        let below = |target: &&ast::Target| {
            let path = self.nested_path(target);
            !self.is_elsewhere(target) && path.is_some_and(|path| self.effective_root(&path[0]) == root)
        };
        rule.targets.iter().filter(below).collect()
    }

    /// The names of an inherited path as this version calls them.
    pub(super) fn effective_path(&self, whole: &Type, path: &[Name]) -> Vec<Name> {
        let outside = self.world.outside;
        let mut at = whole.clone();
        let mut made = Vec::new();
        for step in path {
            let Base::External(external) = at.base else {
                made.push(step.clone());
                continue;
            };
            let name = outside.changes.name(&outside.record(external), &step.value, step.span);
            let field = outside.field(external, &name);
            at = field.map_or_else(types::wrong, |field| outside.type_of(external, field));
            made.push(Name::new(name, step.span));
        }
        made
    }

    fn group(&self, root: &Name) -> Vec<&'a ast::Rule> {
        let rules = self.statements.iter().filter_map(as_rule);
        rules
            .filter(|rule| !self.targets_below(rule, root).is_empty())
            .collect()
    }

    fn nested_value(
        &mut self,
        group: &[&'a ast::Rule],
        root: &Name,
        target: &Target,
    ) -> Option<(RuleKind, Option<Expr>)> {
        let Target::Out(field) = target else { return None };
        let whole = self.world.outside.type_of(self.external, *field);
        let mut parts: Vec<Part> = Vec::new();
        let mut is_right = true;
        for rule in group {
            match self.parts(rule, group[0], root, &whole) {
                Some(made) => parts.extend(made),
                None => is_right = false,
            }
        }
        if !is_right {
            return None;
        }
        // Where each part is written under a condition, so is the whole.
        let conditions: Option<Vec<Expr>> = parts.iter().map(|part| part.when.clone()).collect();
        let when = conditions.and_then(|all| {
            let or = |a: Expr, b: Expr| {
                let (ty, span) = (a.ty.clone(), a.place.span);
                self.node(ExprKind::Or(Box::new(a), Box::new(b)), ty, span)
            };
            all.into_iter().reduce(or)
        });
        if let [part] = &mut parts[..] {
            part.when = None;
        }
        let span = group[0].value.span;
        let Base::External(external) = whole.base else {
            return None;
        };
        let value = self.record_of(external, parts, 1, (span, &root.value))?;
        let id = self.target_id(target)?;
        let runs = match when.is_some() {
            true => Runs::Sometimes,
            false => Runs::Always,
        };
        let at = self.targets_below(group[0], root).first()?.span;
        let value = self.assigned(target, at, value, Writes::Whole, runs)?;
        Some((RuleKind::Set { target: id, value }, when))
    }

    fn parts(&mut self, rule: &'a ast::Rule, first: &ast::Rule, root: &Name, whole: &Type) -> Option<Vec<Part>> {
        if only(rule) != only(first) {
            let word = |clause: &Clause| match clause {
                Clause::Only(only) => Some(only.span),
                Clause::When { .. } | Clause::Via { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => None,
            };
            let span = rule.clauses.iter().chain(&first.clauses).find_map(word);
            let why = format!(
                "`{}` is sent whole: what is left out of it is gone on the other side",
                root.value
            );
            let help = format!(
                "write the same `only` behind all rules of `{}`, or behind none",
                root.value
            );
            self.report(wire::modifier_does_not_fit(
                span.unwrap_or(rule.span),
                "only",
                &why,
                &help,
            ));
            return None;
        }
        if !self.clauses_of_part(rule) {
            return None;
        }
        let mut targets = Vec::new();
        for target in self.targets_below(rule, root) {
            let path = self.effective_path(whole, &self.nested_path(target)?[1..]);
            let (declared, holds) = self.declared_below(whole, &path)?;
            targets.push((target.span, path, declared, holds));
        }
        let condition = rule.clauses.iter().find_map(|clause| match clause {
            Clause::When { condition, span: _ } => Some(condition),
            Clause::Only(_) | Clause::Via { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => None,
        });
        let when = condition.map(|when| self.condition(when));
        if when.as_ref().is_some_and(|when| types::is_wrong(&when.ty)) {
            return None;
        }
        let facts: Vec<Fact> = when
            .as_ref()
            .map(|when| self.facts_of(when, Truth::Holds))
            .unwrap_or_default();
        self.leaf = Some(rule.value.span);
        let list = targets.first().map(|(_, _, _, holds)| holds.clone())?;
        let value = self.knowing(facts, when.clone(), |body| {
            let value = body.expr(&rule.value);
            match super::inline::via(rule) {
                Some(via) => body.via_sent(value, &list, &via),
                None => Some(value),
            }
        });
        self.leaf = None;
        let value = value?;
        let several = rule.targets.len() > 1;
        let mut parts = Vec::new();
        for (span, path, declared, holds) in targets {
            let own = match several {
                true => self.field_of_several(&value, path.last()?, rule)?,
                false => value.clone(),
            };
            let value = self.fits_part(span, &declared, &holds, own)?;
            let when = when.clone();
            parts.push(Part { path, value, when });
        }
        Some(parts)
    }

    /// The field of a record that one of several targets takes; values have no effects, so it may be made for each.
    fn field_of_several(&mut self, value: &Expr, target: &Name, rule: &ast::Rule) -> Option<Expr> {
        if types::is_wrong(&value.ty) {
            return None;
        }
        let Base::Record(fields) = &value.ty.base else {
            let found = self.show(&value.ty);
            let help = Some("write one rule for each target".to_owned());
            let (needed, by) = ("record with a field for each target", "a rule with several targets");
            self.report(typing::wrong_operand(rule.value.span, needed, &found, by, help));
            return None;
        };
        let Some((_, ty)) = fields.iter().find(|(known, _)| *known == target.value) else {
            let known: Vec<&str> = fields.iter().map(|(known, _)| known.as_str()).collect();
            let record = self.text(rule.value.span);
            self.report(name::unknown_field(target, "record", record, &known));
            return None;
        };
        let (of, name) = (Box::new(value.clone()), target.value.clone());
        let ty = types::absent_as(ty.clone(), &value.ty);
        Some(self.node(ExprKind::RecordField { of, name }, ty, rule.value.span))
    }

    fn clauses_of_part(&mut self, rule: &ast::Rule) -> bool {
        let mut is_right = true;
        for clause in &rule.clauses {
            let is_refused = match clause {
                Clause::Via { .. } => false,
                Clause::Only(_) | Clause::When { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => {
                    self.is_of_imports(clause)
                }
            };
            is_right &= !is_refused;
        }
        if rule.op.value != ast::RuleOp::Set {
            is_right = false;
            let why = "a nested record is one value, and so is a list in it";
            let target = rule.targets.first().map_or("", |target| self.text(target.span));
            let help = format!("write one rule for it: {target} = [a, b] | compact");
            self.report(wire::modifier_does_not_fit(rule.op.span, "+=", why, &help));
        }
        is_right
    }

    /// The declaration of a field of a nested record, and its type.
    fn declared_below(&mut self, whole: &Type, path: &[Name]) -> Option<(Field, Type)> {
        let outside = self.world.outside;
        let mut at = whole.clone();
        let mut found = None;
        for step in path {
            let Base::External(external) = at.base else {
                let shown = self.show(&at);
                if !types::is_wrong(&at) {
                    self.report(typing::wrong_operand(step.span, "record", &shown, "a dot", None));
                }
                return None;
            };
            let declared = &outside.ir.externals[external.0];
            let Some(field) = outside.field(external, &step.value) else {
                let known = outside.field_names(external);
                let report = name::unknown_target(step, &declared.name.text, &known, None);
                self.report(report);
                return None;
            };
            if declared.fields[field.0].readonly {
                let why = "declared `readonly`: it is never written";
                let help = Some("remove the rule, or `readonly` where the field is declared".to_owned());
                self.report(name::not_here(step.span, &step.value, why, help));
                return None;
            }
            at = outside.type_of(external, field);
            found = Some(declared.fields[field.0].clone());
        }
        found.map(|declared| (declared, at))
    }

    fn fits_part(&mut self, at: Span, declared: &Field, holds: &Type, value: Expr) -> Option<Expr> {
        if types::is_wrong(&value.ty) || types::is_wrong(holds) {
            return None;
        }
        let name = self.text(at).to_owned();
        self.must_have_elements(&value);
        if let Err(misfit) = self.world.fits(&value.ty, holds)
            && !self.say_misfit((&name, declared.place.text()), at, &value, holds, misfit)
        {
            return None;
        }
        if value.ty.nullable && !declared.nullable {
            let why = self.absence_in_words(&value);
            let text = self.text(value.place.span);
            let help = format!("give a default: {text} ?? ..; or declare the field `| null`");
            let report = absence::null_into_target((at, &name, "the record"), (value.place.span, &why), &help);
            self.report(report);
            return None;
        }
        Some(match (&value.ty.base, &holds.base) {
            (Base::Ext(_), Base::Scalar(..)) => self.key_as_scalar(value),
            _ => value,
        })
    }

    /// The record that these parts make; `depth` names of their paths lead to it.
    pub(super) fn record_of(
        &mut self,
        external: ExternalId,
        parts: Vec<Part>,
        depth: usize,
        (span, shown): (Span, &str),
    ) -> Option<Expr> {
        let outside = self.world.outside;
        let mut fields: Vec<(String, Expr)> = Vec::new();
        let mut rest = parts;
        while let Some(name) = rest.first().map(|part| part.path[depth - 1].value.clone()) {
            let (of_name, others): (Vec<Part>, Vec<Part>) =
                rest.into_iter().partition(|part| part.path[depth - 1].value == name);
            rest = others;
            let value = self.field_of(external, of_name, depth, (span, &name))?;
            fields.push((name, value));
        }
        let declared = &outside.ir.externals[external.0];
        let missing = declared.fields.iter().filter(|field| {
            let given = fields.iter().find(|(name, _)| *name == field.name.text);
            let is_required = !field.optional && !field.readonly && field.default.is_none();
            is_required && given.is_none_or(|(_, value)| value.ty.optional)
        });
        let missing: Vec<String> = missing.map(|field| field.name.text.clone()).collect();
        if !missing.is_empty() {
            let help = "add rules for them that always give a value, or declare them `f?`";
            self.report(completeness::never_written(span, shown, &missing, help));
            return None;
        }
        let ty = fields.iter().map(|(name, value)| (name.clone(), value.ty.clone()));
        let ty = types::present(Base::Record(ty.collect()));
        Some(self.node(ExprKind::Record(fields), ty, span))
    }

    /// The value of a field: one part, or the record that several make.
    fn field_of(&mut self, external: ExternalId, parts: Vec<Part>, depth: usize, at: (Span, &str)) -> Option<Expr> {
        let outside = self.world.outside;
        let ends = |part: &Part| part.path.len() == depth;
        if let Some(twice) = parts.iter().find(|part| ends(part)).filter(|_| parts.len() > 1) {
            let (first, second) = (
                twice.path[depth - 1].span,
                parts.iter().find(|part| !std::ptr::eq(*part, twice)),
            );
            let second = second.map_or(first, |part| part.path[depth - 1].span);
            self.report(completeness::written_twice(first, second, at.1, None));
            return None;
        }
        if !parts.iter().any(ends) {
            let field = outside.field(external, at.1)?;
            let Base::External(inner) = outside.type_of(external, field).base else {
                return None;
            };
            return self.record_of(inner, parts, depth + 1, at);
        }
        let part = parts.into_iter().next()?;
        let Some(when) = part.when else { return Some(part.value) };
        let (ty, span) = (types::or_missing(part.value.ty.clone()), part.value.place.span);
        let kind = ExprKind::If {
            condition: Box::new(when),
            then: Box::new(part.value),
            otherwise: None,
        };
        Some(self.node(kind, ty, span))
    }
}

/// The statement, where it is a rule.
pub(super) fn as_rule(statement: &Statement) -> Option<&ast::Rule> {
    let Statement::Rule(rule) = statement else { return None };
    Some(rule)
}

fn only(rule: &ast::Rule) -> Only {
    let written = rule.clauses.iter().find_map(|clause| match clause {
        Clause::Only(only) => Some(only.value),
        Clause::When { .. } | Clause::Via { .. } | Clause::KeyedBy { .. } | Clause::Orphans(_) => None,
    });
    match written {
        None => Only::Always,
        Some(ast::Only::Create) => Only::Create,
        Some(ast::Only::Update) => Only::Update,
        Some(ast::Only::Empty) => Only::Empty,
    }
}
