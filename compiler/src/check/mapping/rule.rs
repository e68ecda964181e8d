//! Rules: a value, a target, and whether one fits the other.

use super::assign::{Runs, Writes};
use super::children::ChildClauses;
use crate::check::body::{Body, ScopeKind};
use crate::check::narrow::{Fact, Truth};
use crate::error::{join, name, two_way, typing};
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::mapping::{Direction, Only, Rule, RuleKind, Target, TargetId};
use crate::ir::{ModelKind, Scalar};
use crate::types;
use tenon_dsl::ast::mapping::{self as ast, Clause, RuleOp};
use tenon_dsl::source::{Name, Span};

/// A rule and what the completeness checks need of it.
#[derive(Debug)]
pub(crate) struct CheckedRule {
    /// Its meaning.
    pub(crate) rule: Rule,
    /// What it writes and where that is written.
    pub(crate) targets: Vec<(Target, Span)>,
    /// What is known where it writes.
    pub(crate) facts: Vec<Fact>,
    /// Whether it adds to a list.
    pub(crate) writes: Writes,
    /// What was written right of the operator, for help.
    pub(crate) value: Span,
}

/// The clauses behind a value.
#[derive(Debug)]
struct Clauses<'e> {
    only: Only,
    when: Option<&'e tenon_dsl::ast::expr::Expr>,
    children: ChildClauses<'e>,
}

impl<'a> Body<'_, 'a> {
    /// `name = E ..`
    pub(super) fn rule(&mut self, written: &'a ast::Rule, rules: &mut Vec<CheckedRule>) {
        if self.goes_another_way(written) {
            return;
        }
        let mut own: Vec<&ast::Target> = written
            .targets
            .iter()
            .filter(|target| !self.is_elsewhere(target))
            .collect();
        if self.direction == Direction::Export {
            self.nested(written, rules);
            own.retain(|target| self.nested_path(target).is_none());
        }
        let Some(first) = own.first() else { return };
        self.target_shown = Some(self.text(first.span).to_owned());
        let targets: Vec<(Option<Target>, Span)> =
            own.iter().map(|target| (self.target(target), target.span)).collect();
        self.clauses_once(&written.clauses);
        let clauses = clauses(&written.clauses);
        self.leaf = Some(written.value.span);
        let mut scope = self.statement_scope(ScopeKind::Rule);
        scope.rule = Some(rules.len());
        let made = self.within(scope, |body| {
            let when = clauses.when.map(|when| body.condition(when));
            if when.as_ref().is_some_and(|when| types::is_wrong(&when.ty)) {
                return None;
            }
            let facts = when
                .as_ref()
                .map(|when| body.facts_of(when, Truth::Holds))
                .unwrap_or_default();
            let kind = body.knowing(facts.clone(), when.clone(), |body| {
                body.rule_kind(written, &targets, &clauses)
            });
            kind.map(|kind| (kind, when, facts))
        });
        (self.target_shown, self.leaf) = (None, None);
        let Some((kind, when, facts)) = made else { return };
        let targets = targets.into_iter().filter_map(|(target, span)| Some((target?, span)));
        let made = CheckedRule {
            rule: Rule {
                kind,
                only: clauses.only,
                when,
                reads: Vec::new(),
                place: self.world.places.place(written.span),
            },
            targets: targets.collect(),
            facts,
            writes: writes(written),
            value: written.value.span,
        };
        match writes(written) {
            Writes::Part => rules.extend(self.each_added_to(made)),
            Writes::Whole => rules.push(made),
        }
    }

    /// `a, b += E` is `a += x.a` and `b += x.b`, where x is the record that E gives: values have no effects, so it may be made twice.
    fn each_added_to(&self, made: CheckedRule) -> Vec<CheckedRule> {
        let RuleKind::SetMany { targets, value } = &made.rule.kind else {
            return vec![made];
        };
        let Base::Record(fields) = &value.ty.base else {
            return vec![made];
        };
        let part = |(word, id): &(String, TargetId), at: &(Target, Span)| {
            let (_, ty) = fields.iter().find(|(known, _)| known == word)?;
            let kind = ExprKind::RecordField {
                of: Box::new(value.clone()),
                name: word.clone(),
            };
            let element = self.node(kind, types::absent_as(ty.clone(), &value.ty), value.place.span);
            Some(CheckedRule {
                rule: Rule {
                    kind: RuleKind::Add {
                        target: *id,
                        value: element,
                    },
                    only: made.rule.only,
                    when: made.rule.when.clone(),
                    reads: Vec::new(),
                    place: made.rule.place.clone(),
                },
                targets: vec![at.clone()],
                facts: made.facts.clone(),
                writes: made.writes,
                value: made.value,
            })
        };
        let parts = targets.iter().zip(&made.targets);
        parts.filter_map(|(target, at)| part(target, at)).collect()
    }

    /// Whether a rule has a direction of its own, which only those of a `sync` have; says so.
    fn goes_another_way(&mut self, written: &ast::Rule) -> bool {
        let span = match (written.direction, written.op.value) {
            (Some(direction), _) => direction.span,
            (None, RuleOp::TwoWay(_)) => written.op.span,
            (None, RuleOp::Set | RuleOp::Add) => return false,
        };
        let target = written.targets.first().map_or("", |target| self.text(target.span));
        let help = format!(
            "write it without: {target} = {}; or make the mapping a `sync`",
            self.text(written.value.span)
        );
        let (word, head) = (self.direction_word(), self.written.name.direction.span);
        self.report(two_way::one_way_only(span, head, word, &help));
        true
    }

    /// The word before the mapping.
    pub(super) fn direction_word(&self) -> &'static str {
        match self.direction {
            Direction::Import => "import",
            Direction::Export => "export",
        }
    }

    /// Says a clause that stands twice.
    fn clauses_once(&mut self, clauses: &[Clause]) {
        for (at, clause) in clauses.iter().enumerate() {
            let (word, span) = clause_word(clause);
            let first = clauses[..at].iter().map(clause_word).find(|(other, _)| *other == word);
            if let Some((_, first)) = first {
                self.report(name::stands_twice(first, span, word));
            }
        }
    }

    fn rule_kind(
        &mut self,
        written: &ast::Rule,
        targets: &[(Option<Target>, Span)],
        clauses: &Clauses<'_>,
    ) -> Option<RuleKind> {
        let value = self.expr(&written.value);
        self.must_have_elements(&value);
        let writes = writes(written);
        match targets {
            [(target, span)] if written.targets.len() == 1 => {
                let target = target.as_ref()?;
                let id = self.target_id(target)?;
                if let Target::Out(_) = target {
                    return self.out_rule(written, (target, *span), value, runs(written));
                }
                let field = self.target_field(target)?.kind.clone();
                if types::is_wrong(&value.ty) || types::is_wrong(&self.target_type(target)) {
                    return None;
                }
                match field {
                    ModelKind::OneToMany { model, by } => {
                        let at = (target.clone(), id, *span);
                        self.children(at, (model, by), value, &clauses.children, writes)
                    }
                    ModelKind::Scalar(_)
                    | ModelKind::Ref { .. }
                    | ModelKind::Value(_)
                    | ModelKind::Key { .. }
                    | ModelKind::ManyToMany { .. } => {
                        self.no_child_clauses(&clauses.children, target);
                        let value = self.assigned(target, *span, value, writes, runs(written))?;
                        Some(match writes {
                            Writes::Part => RuleKind::Add { target: id, value },
                            Writes::Whole => copied_leaf(&value, id, &self.target_type(target))
                                .unwrap_or(RuleKind::Set { target: id, value }),
                        })
                    }
                }
            }
            several => self.several(several, value, written),
        }
    }

    /// `a, b = E`: fields of a record
    fn several(&mut self, targets: &[(Option<Target>, Span)], value: Expr, written: &ast::Rule) -> Option<RuleKind> {
        if types::is_wrong(&value.ty) {
            return None;
        }
        let Base::Record(fields) = &value.ty.base else {
            let found = self.show(&value.ty);
            let names: Vec<&str> = targets.iter().map(|(_, span)| self.text(*span)).collect();
            let needed = format!("record with the fields {}", names.join(", "));
            let help = Some("write one rule for each target".to_owned());
            self.report(typing::wrong_operand(
                written.value.span,
                &needed,
                &found,
                "a rule with several targets",
                help,
            ));
            return None;
        };
        let fields = fields.clone();
        let mut made = Vec::new();
        for (target, span) in targets {
            let target = target.as_ref()?;
            let named = written.targets.iter().find(|written| written.span == *span);
            let word = named
                .and_then(|written| written.path.last())
                .map(|name| name.value.clone())?;
            let Some((_, ty)) = fields.iter().find(|(known, _)| *known == word) else {
                let known: Vec<&str> = fields.iter().map(|(known, _)| known.as_str()).collect();
                let record = self.text(written.value.span);
                self.report(name::unknown_field(&Name::new(word, *span), "record", record, &known));
                return None;
            };
            let part = Expr {
                ty: types::absent_as(ty.clone(), &value.ty),
                ..value.clone()
            };
            self.assigned(target, *span, part, writes(written), runs(written))?;
            made.push((word, self.target_id(target)?));
        }
        Some(RuleKind::SetMany { targets: made, value })
    }

    /// `copy email, phone`
    pub(super) fn copy(&mut self, written: &ast::Copy, rules: &mut Vec<CheckedRule>) {
        for field in self.copied(written) {
            let target = match self.direction {
                Direction::Import => self.world.inside.field(self.model, &field.value).map(Target::Field),
                Direction::Export => {
                    let found = self.world.outside.field_at(self.external, &field.value, field.span);
                    found.map(Target::Out)
                }
            };
            let Some(target) = target else { continue };
            self.target_shown = Some(field.value.clone());
            let mut scope = self.statement_scope(ScopeKind::Rule);
            scope.rule = Some(rules.len());
            let made = self.within(scope, |body| body.copied_field(&field, &target));
            self.target_shown = None;
            let Some(kind) = made else { continue };
            rules.push(CheckedRule {
                rule: Rule {
                    kind,
                    only: Only::Always,
                    when: None,
                    reads: Vec::new(),
                    place: self.world.places.place(field.span),
                },
                targets: vec![(target, field.span)],
                facts: Vec::new(),
                writes: Writes::Whole,
                value: field.span,
            });
        }
    }

    fn copied_field(&mut self, field: &Name, target: &Target) -> Option<RuleKind> {
        let external = self.main;
        let Some(id) = self.world.outside.field_at(external, &field.value, field.span) else {
            if let Some(report) = self.lost(&self.world.outside.record(external), &field.value, field.span) {
                self.report(report);
                return None;
            }
            let declared = &self.world.outside.ir.externals[external.0];
            let known = self.world.outside.field_names(external);
            let report = name::unknown_field(field, "source record", &declared.name.text, &known);
            self.report(report);
            return None;
        };
        let ty = self.sources.first()?.ty.clone();
        let of = self.node(ExprKind::Source(crate::ir::mapping::SourceId(0)), ty, field.span);
        let kind = ExprKind::Field {
            of: Box::new(of),
            external,
            field: id,
        };
        let value = self.narrowed_node(kind, self.world.outside.type_of(external, id), field.span);
        if types::is_wrong(&value.ty) {
            return None;
        }
        let target_id = self.target_id(target)?;
        if let Some(ModelKind::OneToMany { .. }) = self.target_field(target).map(|field| &field.kind) {
            let model = self.target_owner(target);
            self.report(join::list_without_via(field.span, (field.span, &field.value), &model));
            return None;
        }
        let value = self.assigned(target, field.span, value, Writes::Whole, Runs::Always)?;
        Some(
            copied_leaf(&value, target_id, &self.target_type(target)).unwrap_or(RuleKind::Set {
                target: target_id,
                value,
            }),
        )
    }

    /// The fields that a `copy` names; `copy all` takes those of the same name and a fitting type.
    pub(super) fn copied(&self, written: &ast::Copy) -> Vec<Name> {
        let Some(all) = written.all else {
            return written.fields.clone();
        };
        if self.direction == Direction::Export {
            return self.copied_out(written, all);
        }
        let outside = self.world.outside;
        let fields = outside.ir.externals[self.external.0].fields.iter().enumerate();
        let fitting = fields.filter(|(at, field)| {
            let name = field.name.text.as_str();
            let owner = outside.record(self.external);
            let is_it = |except: &Name| outside.changes.name(&owner, &except.value, except.span) == name;
            let excepted = written.fields.iter().any(is_it);
            let ty = outside.type_of(self.external, crate::ir::FieldId(*at));
            let fits = self.world.inside.field(self.model, name).is_some_and(|target| {
                let holds = self.world.inside.type_of(self.model, target);
                self.world.fits(&ty, &holds).is_ok() && (holds.nullable || !ty.nullable)
            });
            !excepted && fits
        });
        fitting
            .map(|(_, field)| Name::new(field.name.text.clone(), all))
            .collect()
    }
}

fn clause_word(clause: &Clause) -> (&'static str, Span) {
    match clause {
        Clause::Only(only) => ("only", only.span),
        Clause::When { condition: _, span } => ("when", *span),
        Clause::Via { span, .. } => ("via", *span),
        Clause::KeyedBy { key: _, span } => ("keyed by", *span),
        Clause::Orphans(orphans) => ("orphans", orphans.span),
    }
}

fn clauses(written: &[Clause]) -> Clauses<'_> {
    let mut made = Clauses {
        only: Only::Always,
        when: None,
        children: ChildClauses::default(),
    };
    for clause in written {
        match clause {
            Clause::Only(only) => {
                made.only = match only.value {
                    ast::Only::Create => Only::Create,
                    ast::Only::Update => Only::Update,
                    ast::Only::Empty => Only::Empty,
                }
            }
            Clause::When { condition, span: _ } => made.when = Some(condition),
            Clause::Via {
                model,
                variant,
                args,
                span,
            } => made.children.via = Some((model, variant.as_ref(), args, *span)),
            Clause::KeyedBy { key, span } => made.children.key = Some((key, *span)),
            Clause::Orphans(orphans) => made.children.orphans = Some(*orphans),
        }
    }
    made
}

fn writes(rule: &ast::Rule) -> Writes {
    match rule.op.value {
        RuleOp::Add => Writes::Part,
        RuleOp::Set | RuleOp::TwoWay(_) => Writes::Whole,
    }
}

pub(super) fn runs(rule: &ast::Rule) -> Runs {
    match rule.clauses.iter().any(|clause| matches!(clause, Clause::When { .. })) {
        true => Runs::Sometimes,
        false => Runs::Always,
    }
}

/// A leaf of a source that needs no conversion.
pub(super) fn copied_leaf(value: &Expr, target: TargetId, holds: &Type) -> Option<RuleKind> {
    let ExprKind::Field { of, field, external: _ } = &value.kind else {
        return None;
    };
    let ExprKind::Source(source) = of.kind else { return None };
    same_kind(&value.ty, holds).then_some(RuleKind::Copy {
        source,
        field: *field,
        target,
    })
}

/// Whether a value is stored as it is read.
fn same_kind(value: &Type, holds: &Type) -> bool {
    let (Base::Scalar(value, _), Base::Scalar(holds, _)) = (&value.base, &holds.base) else {
        return false;
    };
    let is_text = |scalar: &Scalar| matches!(scalar, Scalar::Text | Scalar::Enum { .. });
    let is_decimal = |scalar: &Scalar| matches!(scalar, Scalar::Decimal(_));
    value == holds || (is_text(value) && is_text(holds)) || (is_decimal(value) && is_decimal(holds))
}

/// The same value with the type of a list of it, for `+=`.
pub(super) fn element_type(ty: &Type) -> Type {
    if let Base::List(element) = &ty.base {
        return (**element).clone();
    }
    ty.clone()
}
