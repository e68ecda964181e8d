//! Exports: what is different where the model is read and the external record is written.

use super::Head;
use super::assign::{Runs, Writes};
use super::inline::via;
use super::rule::{CheckedRule, copied_leaf};
use crate::check::body::Body;
use crate::check::world::Inside;
use crate::check::world::Outside;
use crate::error::{Reports, adapter, completeness, name, wire};
use crate::ir::expr::Expr;
use crate::ir::mapping::{Direction, Only, RuleKind, Target};
use crate::ir::{ExternalId, Field, FieldId, ModelId, Once};
use crate::types;
use std::collections::HashMap;
use tenon_dsl::ast::mapping::{self as ast, Clause, RuleOp, Statement};
use tenon_dsl::source::{Name, Span};

/// Says which parts of a header belong to imports.
pub(super) fn header(mapping: &ast::Mapping, reports: &mut Reports) {
    let direction = &mapping.name.direction;
    match direction.value {
        // A two-way one is split before.
        ast::Direction::Import | ast::Direction::Sync => return,
        ast::Direction::Export => {}
    }
    for join in &mapping.joins {
        if let Some(span) = join.also_binds {
            let why = "an export binds the record that it sends, and no other";
            let help = "remove it; a further record is written by `and`";
            reports.push(wire::modifier_does_not_fit(span, "also binds", why, help));
        }
        if let Some(changes) = &join.changes {
            let why = "an export runs when something inside changes";
            let help = "remove it; what the other side changes is imported";
            reports.push(wire::modifier_does_not_fit(changes.by.span, "changes find", why, help));
        }
    }
}

/// The record around an export `within` another: what is stored of it. Known once it is known which models are exported.
pub(crate) fn enclosing(
    heads: &mut [Head<'_>],
    views: &HashMap<ModelId, ExternalId>,
    inside: &Inside,
    reports: &mut Reports,
) {
    for head in heads.iter_mut().filter(|head| head.direction() == Direction::Export) {
        let Some(within) = &head.written.within else { continue };
        let Some(model) = inside.find(&within.external.value) else {
            reports.push(name::unknown_model(&within.external, &inside.names()));
            continue;
        };
        head.within = views.get(&model).copied();
        if head.within.is_none() {
            let title = format!("export {} to ..", within.external.value);
            let here = "no export of this model could run it with `via`";
            reports.push(name::unknown_mapping(within.external.span, &title, here));
        }
    }
}

/// Of a type that is exported one record of the outside belongs to one of the inside.
pub(super) fn one_to_one(outside: &mut Outside<'_>) {
    let exports = outside
        .heads
        .iter()
        .filter(|head| head.direction() == Direction::Export);
    let exported: Vec<_> = exports.filter_map(|head| head.external).collect();
    for external in exported {
        if let Some(binding) = &mut outside.ir.externals[external.0].binding {
            binding.one_to_one = true;
        }
    }
}

impl<'a> Body<'_, 'a> {
    /// Whether a statement belongs to imports only; says so.
    pub(super) fn is_refused_in_export(&mut self, statement: &Statement) -> bool {
        if self.direction == Direction::Import {
            return false;
        }
        let (span, word, why, help) = match statement {
            Statement::Adopt(adopt) => (
                adopt.span,
                "adopt",
                "an export finds a record of the other side by its key",
                "write the key by a rule, or say how a repeat is found: create = .. once by unique FIELD",
            ),
            Statement::Batch(batch) => (
                batch.span,
                "batch",
                "an export runs when something inside changes, and asks nothing of a list",
                "remove it; all records at once: export TYPE --all",
            ),
            Statement::Skip(_)
            | Statement::Retry(_)
            | Statement::After(_)
            | Statement::Let(_)
            | Statement::Copy(_)
            | Statement::Rule(_)
            | Statement::Ignore(_)
            | Statement::Check(_) => return false,
        };
        self.report(wire::modifier_does_not_fit(span, word, why, help));
        true
    }

    /// A field of the record that is sent.
    pub(super) fn out_field(&self, field: FieldId) -> &Field {
        &self.world.outside.ir.externals[self.external.0].fields[field.0]
    }

    /// The target that a rule of an export names; says where there is none.
    pub(super) fn export_target(&mut self, written: &tenon_dsl::ast::mapping::Target) -> Option<Target> {
        match self.own_path(written)? {
            [word, field] if word.value == "binding" => self.binding_target(field),
            [first, second, ..] if self.is_through_alias(first, second) => {
                let record = self.world.outside.ir.externals[self.external.0].name.text.clone();
                let path = self.text(written.span);
                let path = path.split_once('.').map_or(path, |(_, rest)| rest).to_owned();
                let span = first.span.to(second.span);
                self.report(name::target_through_alias(span, &first.value, &record, &path));
                None
            }
            [field, ..] => self.out_target(field),
            [] => None,
        }
    }

    /// Whether a target names a field of the record behind a word that is none.
    pub(super) fn is_through_alias(&self, first: &Name, second: &Name) -> bool {
        let outside = self.world.outside;
        let has = |name: &Name| outside.field_at(self.external, &name.value, name.span).is_some();
        !has(first) && has(second)
    }

    /// The target of this name.
    pub(super) fn out_target(&mut self, field: &Name) -> Option<Target> {
        let outside = self.world.outside;
        let Some(found) = outside.field_at(self.external, &field.value, field.span) else {
            if let Some(report) = self.lost(&outside.record(self.external), &field.value, field.span) {
                self.report(report);
                return None;
            }
            let external = &outside.ir.externals[self.external.0].name.text;
            let known = outside.field_names(self.external);
            self.report(name::unknown_target(field, external, &known, None));
            return None;
        };
        if self.out_field(found).readonly {
            let why = "declared `readonly`: it is never written";
            let help = Some("remove the rule, or `readonly` where the field is declared".to_owned());
            self.report(name::not_here(field.span, &field.value, why, help));
            return None;
        }
        Some(Target::Out(found))
    }

    /// The fields that `copy all` takes: those that both sides have, of a fitting type.
    pub(super) fn copied_out(&self, written: &ast::Copy, all: Span) -> Vec<Name> {
        let outside = self.world.outside;
        let fields = outside.ir.externals[self.external.0].fields.iter().enumerate();
        let fitting = fields.filter(|(at, field)| {
            let name = field.name.text.as_str();
            let owner = outside.record(self.external);
            let is_it = |except: &Name| outside.changes.name(&owner, &except.value, except.span) == name;
            let excepted = written.fields.iter().any(is_it);
            let holds = outside.type_of(self.external, FieldId(*at));
            let fits = outside.field(self.main, name).is_some_and(|from| {
                let gives = outside.type_of(self.main, from);
                self.world.fits(&gives, &holds).is_ok() && (holds.nullable || !gives.nullable)
            });
            !excepted && !field.readonly && fits
        });
        fitting
            .map(|(_, field)| Name::new(field.name.text.clone(), all))
            .collect()
    }

    /// `qty = E`, into the record that is sent.
    pub(super) fn out_rule(
        &mut self,
        written: &ast::Rule,
        (target, span): (&Target, Span),
        value: Expr,
        runs: Runs,
    ) -> Option<RuleKind> {
        let mut is_refused = false;
        for clause in &written.clauses {
            is_refused |= self.is_of_imports(clause);
        }
        let id = self.target_id(target)?;
        if is_refused {
            return None;
        }
        let value = match via(written) {
            Some(via) => {
                let made = self.via_sent(value, &self.target_type(target), &via)?;
                self.ends_of_record(id);
                made
            }
            None => value,
        };
        if written.op.value == RuleOp::Add {
            let value = self.assigned(target, span, value, Writes::Part, runs)?;
            return Some(RuleKind::Add { target: id, value });
        }
        let value = self.assigned(target, span, value, Writes::Whole, runs)?;
        let holds = self.target_type(target);
        if self.is_added_to(target) {
            return Some(RuleKind::Add { target: id, value });
        }
        Some(copied_leaf(&value, id, &holds).unwrap_or(RuleKind::Set { target: id, value }))
    }

    /// Whether a clause tells children apart, which a list that is sent whole does not need; says so.
    pub(super) fn is_of_imports(&mut self, clause: &Clause) -> bool {
        let (span, word) = match clause {
            Clause::Only(_) | Clause::When { .. } | Clause::Via { .. } => return false,
            Clause::KeyedBy { span, .. } => (*span, "keyed by"),
            Clause::Orphans(orphans) => (orphans.span, "orphans"),
        };
        let why = "a list is sent whole: no element of it is compared, and none remains behind";
        let help = "remove it; elements that the other side keeps one by one have an export of their own";
        self.report(wire::modifier_does_not_fit(span, word, why, help));
        true
    }

    /// Whether a rule adds to a list beside the one that sets it: together they are the list that is sent.
    fn is_added_to(&self, target: &Target) -> bool {
        let Target::Out(field) = target else { return false };
        let name = &self.out_field(*field).name.text;
        let outside = self.world.outside;
        let owner = outside.record(self.external);
        let is_it = |last: &Name| outside.changes.name(&owner, &last.value, last.span) == *name;
        let adds = |rule: &ast::Rule| {
            let mut own = rule.targets.iter().filter(|target| !self.is_elsewhere(target));
            rule.op.value == RuleOp::Add && own.any(|one| one.path.last().is_some_and(is_it))
        };
        let mut statements = self.statements.iter();
        statements.any(|statement| matches!(statement, Statement::Rule(rule) if adds(rule)))
    }

    /// Whether a new record of the other side must be given a value.
    pub(super) fn is_required_out(&self, field: FieldId) -> bool {
        let declared = self.out_field(field);
        self.is_created() && !declared.optional && !declared.readonly && declared.default.is_none()
    }

    /// Whether the adapter can make new records; otherwise each record that is sent is a part of one.
    fn is_created(&self) -> bool {
        let mut operations = self.world.outside.operations(self.external);
        operations.any(|operation| operation.name.text == "create")
    }

    /// Says E0602 of fields that a new record needs, E1203 of operations that an export needs.
    pub(super) fn never_sent(&mut self, head: &Head<'a>, rules: &[CheckedRule]) {
        let outside = self.world.outside;
        let external = &outside.ir.externals[self.external.0];
        let missing = external.fields.iter().enumerate().filter(|(at, _)| {
            let id = FieldId(*at);
            self.is_required_out(id) && !external.key.contains(&id) && !self.targets.contains(&Target::Out(id))
        });
        let missing: Vec<String> = missing
            .map(|(at, field)| {
                let ty = self.show(&outside.type_of(self.external, FieldId(at)));
                format!("{} ({ty})", field.name.text)
            })
            .collect();
        let span = head.external_name().span;
        if !missing.is_empty() && !self.has_wrong_target {
            let help = "add rules for them, or declare them `f?` where the other system does without";
            self.report(completeness::never_written(span, &external.name.text, &missing, help));
        }
        self.binding_never_written(head);
        self.can_be_sent(span);
        self.can_be_found(span, rules);
    }

    /// Says E1201 of a `create` whose repeat is found by a field that no rule always writes.
    fn can_be_found(&mut self, span: Span, rules: &[CheckedRule]) {
        let outside = self.world.outside;
        let create = outside
            .operations(self.external)
            .find(|operation| operation.name.text == "create");
        let Some(create) = create else { return };
        let Some(
            Once::Unique(name)
            | Once::Search {
                field: name,
                after_ms: _,
            },
        ) = &create.once
        else {
            return;
        };
        let Some(field) = outside.field(self.external, name) else {
            return;
        };
        let always = rules.iter().any(|checked| {
            let writes = checked.targets.iter().any(|(target, _)| *target == Target::Out(field));
            let runs = checked.rule.when.is_none() && matches!(checked.rule.only, Only::Always | Only::Create);
            let given = match &checked.rule.kind {
                RuleKind::Set { value, .. } => !types::may_be_absent(&value.ty),
                RuleKind::Copy { source, field, .. } => {
                    let from = &self.sources[source.0];
                    let holds = outside.type_of(from.external, *field);
                    !types::may_be_absent(&from.ty) && !types::may_be_absent(&holds)
                }
                RuleKind::SetMany { .. } => true,
                RuleKind::Add { .. } | RuleKind::Children { .. } => false,
            };
            writes && runs && given
        });
        let written: usize = rules.iter().map(|rule| rule.targets.len()).sum();
        let is_whole = written == self.rules_of_target.iter().sum::<usize>();
        if !always && !self.has_wrong_target && is_whole {
            let (name, declared) = (name.clone(), create.place.span);
            self.report(adapter::repeat_by_nothing(span, &name, declared));
        }
    }

    /// Whether the export of another record makes its lists with this one.
    fn is_named_by_via(&self) -> bool {
        let (model, outside) = (&self.world.inside.model(self.model).name.text, self.world.outside);
        let exports = outside
            .heads
            .iter()
            .filter(|head| head.direction() == Direction::Export);
        let mut statements = exports.flat_map(|head| &head.written.statements);
        statements.any(|statement| match statement {
            Statement::Rule(rule) => via(rule).is_some_and(|via| via.model.value == *model),
            Statement::Adopt(_)
            | Statement::Batch(_)
            | Statement::Skip(_)
            | Statement::Retry(_)
            | Statement::After(_)
            | Statement::Let(_)
            | Statement::Copy(_)
            | Statement::Ignore(_)
            | Statement::Check(_) => false,
        })
    }

    /// Says a `create` whose answer is a record of another type: the key of the new record would be known to nobody.
    fn answers_with_its_key(&mut self, span: Span) {
        let outside = self.world.outside;
        let mut operations = outside.operations(self.external);
        let create = operations.find(|operation| operation.name.text == "create");
        let returned = create
            .and_then(|create| create.returns)
            .filter(|returned| *returned != self.external);
        if let Some(returned) = returned {
            let name = |external: ExternalId| outside.ir.externals[external.0].name.text.as_str();
            self.report(adapter::returns_another(span, name(self.external), name(returned)));
        }
    }

    fn can_be_sent(&mut self, span: Span) {
        let outside = self.world.outside;
        let external = &outside.ir.externals[self.external.0];
        if outside.loses_adapter {
            return;
        }
        let has = |name: &str| {
            outside
                .operations(self.external)
                .any(|operation| operation.name.text == name)
        };
        // What nobody can send by itself is a part of what is around it.
        let is_alone = self.params.is_empty() && self.written.within.is_none();
        let is_part = external.key.is_empty() || !is_alone || !has("create") && !has("write");
        if is_part && self.is_named_by_via() {
            return;
        }
        if !is_alone {
            self.runs_alone(span);
            return;
        }
        if external.key.is_empty() && !outside.wrong_keys.contains(&self.external) {
            let name = &external.name.text;
            self.report(adapter::exports_keyless(span, name));
            return;
        }
        let writes_key = external
            .key
            .iter()
            .all(|field| self.targets.contains(&Target::Out(*field)));
        let (what, line) = match (has("create"), has("write")) {
            (true, _) if writes_key => return,
            (true, _) => return self.answers_with_its_key(span),
            (false, true) if writes_key => return,
            (false, true) => (
                "a record that is not bound yet is made by `create`, or its key is written by a rule",
                "create = ..",
            ),
            (false, false) => ("an export sends with `create` and `write`", "write = .."),
        };
        let name = &external.name.text;
        self.report(adapter::operation_missing(span, name, what, line));
    }
}
