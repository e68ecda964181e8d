//! Completeness: every target once, every required field. Whether every source field is used is `usage`'s.

use super::Head;
use super::Statements;
use super::assign::Writes;
use super::rule::CheckedRule;
use super::target::required;
use crate::check::body::Body;
use crate::check::narrow::contradict;
use crate::error::completeness;
use crate::ir::mapping::{Direction, Only, Target};
use crate::ir::{ModelFieldId, ModelKind};
use crate::types;

impl<'a> Body<'_, 'a> {
    /// Says E0601, E0602.
    pub(super) fn is_complete(&mut self, head: &Head<'a>, made: &Statements) {
        self.written_twice(&made.rules);
        match self.direction {
            Direction::Import => self.never_written(head),
            Direction::Export => self.never_sent(head, &made.rules),
        }
    }

    fn written_twice(&mut self, rules: &[CheckedRule]) {
        for (at, second) in rules.iter().enumerate() {
            for (target, second_span) in &second.targets {
                let first = rules[..at].iter().find_map(|first| {
                    let same = first.targets.iter().find(|(other, _)| other == target)?;
                    can_both_write(first, second, target).then_some((first, same.1))
                });
                if let Some((first, first_span)) = first {
                    let name = self.target_name(target);
                    let help = self.preference(&name, first, second);
                    self.report(completeness::written_twice(first_span, *second_span, &name, help));
                }
            }
        }
    }

    /// Whether a rule or let with a mistake reads who knows what.
    pub(super) fn has_silent_rule(&self, made: &Statements) -> bool {
        let is_right = |at: usize| self.let_value(at).is_some_and(|value| !types::is_wrong(&value.ty));
        let rules: usize = self.rules_of_target.iter().sum();
        let written: usize = made.rules.iter().map(|rule| rule.targets.len()).sum();
        rules != written || !(0..self.lets.len()).all(is_right)
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
                && !self.may_be_set_by_via(field, head)
                && !inside.wrong.contains(&(self.model, id))
        });
        let fields: Vec<_> = fields.collect();
        let missing: Vec<String> = fields
            .iter()
            .map(|(at, field)| {
                let ty = self.show(&inside.type_of(self.model, ModelFieldId(*at)));
                format!("{} ({ty})", field.name.text)
            })
            .collect();
        // A target that there is not is probably the field that is missing.
        if !missing.is_empty() && !self.has_wrong_target {
            let file = model.place.text().rsplit_once(':').map_or("", |(file, _)| file);
            let help = format!("add rules for them, or give the field a default in {file}");
            let span = head.written.name.model.span;
            let report = completeness::never_written(span, &model.name.text, &missing, &help);
            let declared = fields
                .iter()
                .map(|(_, field)| (field.name.text.as_str(), field.place.span));
            self.report(completeness::declared_as(report, declared, "is required"));
        }
        self.binding_never_written(head);
    }

    pub(super) fn binding_never_written(&mut self, head: &Head<'a>) {
        let external = &self.world.outside.ir.externals[self.external.0];
        let Some(binding) = &external.binding else { return };
        let missing = binding.fields.iter().enumerate().filter(|(at, field)| {
            let id = ModelFieldId(*at);
            required(field)
                && !self.targets.contains(&Target::Binding(id))
                && !self.world.outside.wrong_bindings.contains(&(self.external.0, id))
        });
        let fields: Vec<_> = missing.map(|(_, field)| field).collect();
        let missing: Vec<String> = fields
            .iter()
            .map(|field| format!("binding.{}", field.name.text))
            .collect();
        if !missing.is_empty() && !self.has_wrong_target {
            let title = format!("binding {}", external.name.text);
            let help = "add rules for them, or make the field nullable";
            let span = head.external_name().span;
            let report = completeness::never_written(span, &title, &missing, help);
            let declared = fields.iter().map(|field| (field.name.text.as_str(), field.place.span));
            self.report(completeness::declared_as(report, declared, "is required"));
        }
    }

    /// Whether a child leads by this field to a model with a mistake of its own: maybe in the list that would set it.
    fn may_be_set_by_via(&self, field: &crate::ir::ModelField, head: &Head<'a>) -> bool {
        let ModelKind::Ref { model, .. } = field.kind else {
            return false;
        };
        head.within.is_some() && self.world.inside.wrong.iter().any(|(owner, _)| *owner == model)
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
                | ModelKind::Value(_)
                | ModelKind::Key { .. }
                | ModelKind::ManyToMany { .. } => None,
            })
            .collect()
    }
}

/// Whether two rules for one target can write it in the same run.
fn can_both_write(a: &CheckedRule, b: &CheckedRule, target: &Target) -> bool {
    // What an export sends is one list, whoever gives its elements.
    let is_sent = matches!(target, Target::Out(_));
    let lists = |rule: &CheckedRule| {
        is_sent
            || rule.writes == Writes::Part
            || matches!(rule.rule.kind, crate::ir::mapping::RuleKind::Children { .. })
    };
    let apart = matches!(
        (a.rule.only, b.rule.only),
        (Only::Create, Only::Update) | (Only::Update, Only::Create)
    );
    let one_adds = lists(a) && lists(b) && (a.writes == Writes::Part || b.writes == Writes::Part);
    !one_adds && !apart && !contradict(&a.facts, &b.facts)
}
