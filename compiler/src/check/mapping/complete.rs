//! Completeness: every target once, every required field, every source field used or ignored.

use super::Head;
use super::assign::Writes;
use super::rule::CheckedRule;
use super::target::required;
use super::{Statements, ignore::Ignored};
use crate::check::body::Body;
use crate::check::narrow::contradict;
use crate::error::completeness;
use crate::flow;
use crate::ir::mapping::{Only, Target};
use crate::ir::{FieldId, ModelFieldId, ModelKind};
use crate::types;
use tenon_dsl::ast::mapping::Statement;
use tenon_dsl::source::Span;

impl<'a> Body<'_, 'a> {
    /// Says E0601, E0602, W0603, E0604.
    pub(super) fn is_complete(&mut self, head: &Head<'a>, made: &Statements) {
        self.written_twice(&made.rules);
        self.never_written(head);
        let ignored = self.ignored(head);
        self.never_used(head, made, &ignored);
    }

    fn written_twice(&mut self, rules: &[CheckedRule]) {
        for (at, second) in rules.iter().enumerate() {
            for (target, second_span) in &second.targets {
                let first = rules[..at].iter().find_map(|first| {
                    let same = first.targets.iter().find(|(other, _)| other == target)?;
                    can_both_write(first, second).then_some((first, same.1))
                });
                if let Some((first, first_span)) = first {
                    let name = self.target_name(target);
                    let help = self.preference(&name, first, second);
                    self.report(completeness::written_twice(first_span, *second_span, &name, help));
                }
            }
        }
    }

    fn preference(&self, name: &str, first: &CheckedRule, second: &CheckedRule) -> Option<String> {
        let (a, b) = (self.text(first.value), self.text(second.value));
        let both = "`when` on both so that at most one applies";
        Some(
            match first.value == second.value || first.targets.len() > 1 || second.targets.len() > 1 {
                true => both.to_owned(),
                false => format!("an order of preference in one rule: {name} = {a} ?? {b}; or {both}"),
            },
        )
    }

    /// What a new record needs and no rule gives it; a field that `via` sets is given.
    fn never_written(&mut self, head: &Head<'a>) {
        let inside = self.world.inside;
        let set_by_via = self.set_by_via(head);
        let model = inside.model(self.model);
        let fields = model.fields.iter().enumerate().filter(|(at, field)| {
            let id = ModelFieldId(*at);
            required(field)
                && !self.targets.contains(&Target::Field(id))
                && !set_by_via.contains(&id)
                && !inside.wrong.contains(&(self.model, id))
        });
        let missing: Vec<String> = fields
            .map(|(at, field)| {
                let ty = self.show(&inside.type_of(self.model, ModelFieldId(at)));
                format!("{} ({ty})", field.name.text)
            })
            .collect();
        if !missing.is_empty() {
            let file = model.place.text.rsplit_once(':').map_or("", |(file, _)| file);
            let help = format!("add rules for them, or give the field a default in {file}");
            let span = head.written.name.model.span;
            self.report(completeness::never_written(span, &model.name.text, &missing, &help));
        }
        self.binding_never_written(head);
    }

    fn binding_never_written(&mut self, head: &Head<'a>) {
        let external = &self.world.outside.ir.externals[self.external.0];
        let Some(binding) = &external.binding else { return };
        let missing = binding.fields.iter().enumerate().filter(|(at, field)| {
            let id = ModelFieldId(*at);
            required(field)
                && !self.targets.contains(&Target::Binding(id))
                && !self.world.outside.wrong_bindings.contains(&(self.external.0, id))
        });
        let missing: Vec<String> = missing
            .map(|(_, field)| format!("binding.{}", field.name.text))
            .collect();
        if !missing.is_empty() {
            let title = format!("binding {}", external.name.text);
            let help = "add rules for them, or make the field nullable";
            let span = head.written.name.external.span;
            self.report(completeness::never_written(span, &title, &missing, help));
        }
    }

    /// Fields through which a parent holds records of this model as children.
    fn set_by_via(&self, head: &Head<'a>) -> Vec<ModelFieldId> {
        if head.within.is_none() {
            return Vec::new();
        }
        let fields = self.world.inside.models.iter().flat_map(|model| &model.fields);
        fields
            .filter_map(|field| match field.kind {
                ModelKind::OneToMany { model, by } if model == self.model => Some(by),
                ModelKind::OneToMany { .. }
                | ModelKind::Scalar(_)
                | ModelKind::Ref { .. }
                | ModelKind::ManyToMany { .. } => None,
            })
            .collect()
    }

    /// Fields of the main source that nothing reads and nothing ignores.
    fn never_used(&mut self, head: &Head<'a>, made: &Statements, ignored: &[Ignored]) {
        let used = self.used_fields(made);
        for one in ignored {
            if let (Some(field), Some(read)) = (one.field, used.iter().find(|(field, _)| Some(*field) == one.field)) {
                let external = &self.world.outside.ir.externals[self.external.0];
                let name = external.fields[field.0].name.text.clone();
                self.report(completeness::ignored_but_read(one.span, &name, read.1));
            }
        }
        if self.has_silent_rule(made) {
            return;
        }
        let external = &self.world.outside.ir.externals[self.external.0];
        let alias = head
            .written
            .alias
            .as_ref()
            .map_or(String::new(), |alias| format!("{}.", alias.value));
        let unused = external.fields.iter().enumerate().filter(|(at, _)| {
            let id = FieldId(*at);
            !used.iter().any(|(field, _)| *field == id)
                && !external.key.contains(&id)
                && external.revision != Some(id)
                && !ignored.iter().any(|one| one.field == Some(id))
        });
        let unused: Vec<String> = unused.map(|(_, field)| field.name.text.clone()).collect();
        if !unused.is_empty() {
            let example: Vec<String> = unused.iter().map(|field| format!("{alias}{field}")).collect();
            let span = head.written.name.external.span;
            self.report(completeness::never_used(span, &unused, &example.join(", ")));
        }
    }

    /// A rule with a mistake reads who knows what: then nothing is said about unused fields.
    fn has_silent_rule(&self, made: &Statements) -> bool {
        let is_right = |at: usize| self.let_value(at).is_some_and(|value| !types::is_wrong(&value.ty));
        let rules: usize = self.rules_of_target.iter().sum();
        let written: usize = made.rules.iter().map(|rule| rule.targets.len()).sum();
        rules != written || self.has_wrong_target || !(0..self.lets.len()).all(is_right)
    }

    /// Fields of the main source that rules, lets, joins and checks read, and where.
    fn used_fields(&self, made: &Statements) -> Vec<(FieldId, Span)> {
        let mut used = Vec::new();
        for expr in self.all_expressions(made) {
            flow::main_fields(expr, &mut used);
        }
        for rule in &made.rules {
            if let crate::ir::mapping::RuleKind::Copy {
                source,
                field,
                target: _,
            } = &rule.rule.kind
                && source.0 == 0
            {
                used.push((*field, rule.value));
            }
        }
        used
    }
}

/// Whether two rules for one target can write it in the same run.
fn can_both_write(a: &CheckedRule, b: &CheckedRule) -> bool {
    let lists = |rule: &CheckedRule| {
        rule.writes == Writes::Part || matches!(rule.rule.kind, crate::ir::mapping::RuleKind::Children { .. })
    };
    let apart = matches!(
        (a.rule.only, b.rule.only),
        (Only::Create, Only::Update) | (Only::Update, Only::Create)
    );
    let one_adds = lists(a) && lists(b) && (a.writes == Writes::Part || b.writes == Writes::Part);
    !one_adds && !apart && !contradict(&a.facts, &b.facts)
}

/// Whether a statement says what is ignored.
pub(super) fn ignores(statement: &Statement) -> Option<&tenon_dsl::ast::mapping::Ignore> {
    match statement {
        Statement::Ignore(ignore) => Some(ignore),
        Statement::Adopt(_)
        | Statement::Batch(_)
        | Statement::Skip(_)
        | Statement::Retry(_)
        | Statement::After(_)
        | Statement::Let(_)
        | Statement::Copy(_)
        | Statement::Rule(_)
        | Statement::Check(_) => None,
    }
}
