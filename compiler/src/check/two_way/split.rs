//! The statements of a two-way mapping, each into the halves that it belongs to.

use super::facing::Facing;
use super::inverse::{Back, Inverter, Record};
use super::several::targets_span;
use super::{Half, Split, TwoWay};
use crate::check::world::Inside;
use crate::error::{Reports, name, two_way};
use crate::place::Places;
use crate::resolve::Connector;
use tenon_dsl::ast::expr::{Expr, ExprKind};
use tenon_dsl::ast::mapping::{Check, Copy, Direction, Let, Mapping, Rule, RuleOp, Statement, Target};
use tenon_dsl::ast::{Arrow, ExternFn};
use tenon_dsl::source::{Name, Span, Spanned};

/// What goes into the halves.
#[derive(Default)]
struct Parts {
    import: Vec<Statement>,
    export: Vec<Statement>,
    rules: Vec<TwoWay>,
    /// Two-way rules with clauses: where they stand in the export, which has them as they were written of the outside.
    clauses: Vec<(usize, Rule)>,
    /// Whether statements are left out of each half because of a mistake.
    loses_import: bool,
    loses_export: bool,
}

/// Splits a mapping.
pub(super) fn split(
    at: usize,
    sync: &Mapping,
    (version, externs): (&Connector<'_>, &[ExternFn]),
    (inside, places): (&Inside, &Places<'_>),
    reports: &mut Reports,
) -> Split {
    header(sync, reports);
    let lets: Vec<Let> = sync.statements.iter().filter_map(as_let).cloned().collect();
    let mut splitting = Splitting {
        inverter: Inverter {
            items: &version.items,
            externs,
            inside,
            places,
            sync,
            lets: &lets,
            reports,
        },
        parts: Parts::default(),
    };
    for statement in &sync.statements {
        splitting.statement(statement);
    }
    splitting.face();
    let Splitting { inverter: _, parts } = splitting;
    let export = parts.export;
    let import = with_lets(parts.import, &lets, &export);
    let export = super::names::used_lets(&export, &lets)
        .into_iter()
        .map(|one| Statement::Let(one.clone()))
        .chain(export.clone())
        .collect();
    Split {
        at,
        import: half(sync, Direction::Import, import, parts.loses_import),
        export: half(sync, Direction::Export, export, parts.loses_export),
        rules: parts.rules,
    }
}

/// Says a name that means one record on the way in and another on the way out.
fn header(sync: &Mapping, reports: &mut Reports) {
    for output in &sync.outputs {
        let alias = &output.alias;
        let joined = sync.joins.iter().find(|join| join.alias.value == alias.value);
        if let Some(join) = joined.filter(|join| join.external.value != output.external.value) {
            let joined = format!("the {} that is joined", join.external.value);
            let written = format!("the {} that is written", output.external.value);
            let help = "one name is for one record: what is joined under it and what is written; give the other a name of its own";
            let (first, second) = ((join.alias.span, &*joined), (alias.span, &*written));
            reports.push(name::two_meanings(first, second, &alias.value, help));
        }
    }
}

fn as_let(statement: &Statement) -> Option<&Let> {
    if let Statement::Let(one) = statement {
        Some(one)
    } else {
        None
    }
}

/// The statements of the import with the `let`s that it uses, and those that nobody does.
fn with_lets(import: Vec<Statement>, lets: &[Let], export: &[Statement]) -> Vec<Statement> {
    let used_here = super::names::used_lets(&import, lets);
    let used_there = super::names::used_lets(export, lets);
    let is = |list: &[&Let], one: &Let| list.iter().any(|known| std::ptr::eq(*known, one));
    let own = lets.iter().filter(|one| is(&used_here, one) || !is(&used_there, one));
    let own: Vec<Statement> = own.map(|one| Statement::Let(one.clone())).collect();
    own.into_iter().chain(import).collect()
}

fn half(sync: &Mapping, direction: Direction, statements: Vec<Statement>, is_partial: bool) -> Half {
    let is_import = direction == Direction::Import;
    let mut name = sync.name.clone();
    name.direction = Spanned::new(direction, name.direction.span);
    Half {
        mapping: Mapping {
            doc: sync.doc.clone(),
            name,
            // An export has one only where it writes several records.
            alias: sync.alias.clone().filter(|_| is_import || !sync.outputs.is_empty()),
            within: sync.within.clone().filter(|_| is_import),
            params: sync.params.clone(),
            outputs: if is_import { Vec::new() } else { sync.outputs.clone() },
            joins: if is_import { sync.joins.clone() } else { Vec::new() },
            statements,
            span: sync.span,
        },
        is_partial,
    }
}

struct Splitting<'c, 'a> {
    inverter: Inverter<'c, 'a>,
    parts: Parts,
}

impl Splitting<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Adopt(_)
            | Statement::Batch(_)
            | Statement::Skip(_)
            | Statement::Retry(_)
            | Statement::After(_)
            | Statement::Ignore(_) => self.parts.import.push(statement.clone()),
            Statement::Let(_) => {}
            Statement::Copy(copy) => self.copy(copy),
            Statement::Rule(rule) => self.rule(rule),
            Statement::Check(check) => match check.direction.map(|direction| direction.value) {
                Some(Direction::Import) => self.parts.import.push(undirected(check)),
                Some(Direction::Export) => self.parts.export.push(undirected(check)),
                Some(Direction::Sync) | None => {
                    let line = self.inverter.places.text(check.condition.span);
                    let help = format!("import check {line} ..  or  export check {line} ..");
                    self.inverter
                        .reports
                        .push(two_way::which_way(check.span, "a `check`", &help));
                }
            },
        }
    }

    /// `copy a, b` is `a <-> a` and `b <-> b`.
    fn copy(&mut self, copy: &Copy) {
        self.parts.import.push(Statement::Copy(copy.clone()));
        let mut kept = copy.clone();
        if copy.all.is_none() {
            kept.fields
                .retain(|field| self.inverter.may_be_copied(field, field.span));
            self.parts.loses_export |= kept.fields.len() < copy.fields.len();
        }
        self.parts.export.push(Statement::Copy(kept));
        for field in &copy.fields {
            self.parts.rules.push(TwoWay {
                span: field.span,
                sign: field.span,
                inside: field.value.clone(),
                outside: field.value.clone(),
                path: field.value.clone(),
                external: self.inverter.sync.name.external.value.clone(),
                names: vec![self.inverter.current_name(field)],
                record: None,
                exact: self.inverter.is_exact(field),
                marks: Vec::new(),
            });
        }
    }

    fn rule(&mut self, rule: &Rule) {
        let one_way = Rule {
            direction: None,
            ..rule.clone()
        };
        match (rule.direction.map(|direction| direction.value), rule.op.value) {
            (None, RuleOp::TwoWay(arrow)) => self.two_way(rule, arrow),
            (Some(Direction::Import), RuleOp::Set | RuleOp::Add) => self.parts.import.push(Statement::Rule(one_way)),
            (Some(Direction::Export), RuleOp::Set | RuleOp::Add) => self.parts.export.push(Statement::Rule(one_way)),
            (None, RuleOp::Set | RuleOp::Add) => self.ambiguous(rule),
            (Some(Direction::Sync), RuleOp::Set | RuleOp::Add) | (Some(_), RuleOp::TwoWay(_)) => {
                let direction = rule.direction.map_or(rule.op.span, |direction| direction.span);
                let help = "one direction: import a = b, export b = a; both: a <-> b";
                self.lose();
                self.inverter
                    .reports
                    .push(two_way::which_way(direction.to(rule.op.span), "a rule", help));
            }
        }
    }

    fn lose(&mut self) {
        self.parts.loses_import = true;
        self.parts.loses_export = true;
    }

    fn ambiguous(&mut self, rule: &Rule) {
        self.lose();
        let places = self.inverter.places;
        let (target, value) = (
            rule.targets.first().map_or("", |target| places.text(target.span)),
            places.text(rule.value.span),
        );
        let export = self.inverter.export_of(rule, target);
        let help = format!("import {target} = {value}  or  {export};  both ways: {target} <-> {value}");
        self.inverter
            .reports
            .push(two_way::which_way(rule.op.span, "a rule", &help));
    }

    fn two_way(&mut self, rule: &Rule, arrow: Arrow) {
        let Some(target) = rule.targets.first() else { return };
        if self.is_turned_around(rule, target) || arrow == Arrow::Both && self.is_read_from_nowhere(rule) {
            return self.lose();
        }
        let back = match arrow {
            Arrow::ToInside => None,
            Arrow::Both | Arrow::ToOutside => self.back(rule, target, arrow),
        };
        if let Arrow::Both | Arrow::ToInside = arrow {
            let marked_back = back.as_ref().map_or(&[][..], |(back, _)| &back.marked_back);
            let mut inward = directed(rule);
            inward.value = without_marks(&rule.value, marked_back);
            self.parts.import.push(Statement::Rule(inward));
        }
        let Some((back, span)) = back else { return };
        if arrow == Arrow::Both {
            self.goes_both_ways(rule, &back);
        }
        let mut outward = directed(rule);
        outward.targets = vec![Target {
            span,
            path: back.record.alias.into_iter().chain(back.path).collect(),
        }];
        outward.value = back.value;
        if arrow == Arrow::Both && !rule.clauses.is_empty() {
            self.parts.clauses.push((self.parts.export.len(), rule.clone()));
        }
        self.parts.export.push(Statement::Rule(outward));
    }

    /// `c.name <-> name`: says that the inside stands left.
    fn is_turned_around(&mut self, rule: &Rule, target: &Target) -> bool {
        let sync = self.inverter.sync;
        let first = target.path.first().filter(|_| target.path.len() > 1);
        let Some(alias) = first.filter(|first| sync.alias.as_ref().is_some_and(|alias| alias.value == first.value))
        else {
            return false;
        };
        let places = self.inverter.places;
        let (left, right) = (places.text(target.span), places.text(rule.value.span));
        let is_field = right.chars().all(|c| c.is_alphanumeric() || "_.`".contains(c));
        let right = if is_field { right } else { "FIELD" };
        let written = format!("{right} {} {left}", places.text(rule.op.span));
        let record = &sync.name.external.value;
        let model = &sync.name.model.value;
        self.inverter.reports.push(two_way::turned_around(
            target.span,
            (alias.value.as_str(), record),
            model,
            &written,
        ));
        true
    }

    fn goes_both_ways(&mut self, rule: &Rule, back: &Back) {
        let places = self.inverter.places;
        let Record { alias, external } = &back.record;
        let nested = back.path.first().filter(|_| back.path.len() > 1);
        self.parts.rules.push(TwoWay {
            span: rule.span,
            sign: rule.op.span,
            inside: places.text(targets_span(rule)).to_owned(),
            outside: places.text(rule.value.span).to_owned(),
            path: dotted(&alias.iter().chain(&back.path).cloned().collect::<Vec<_>>()),
            external: external.clone(),
            names: back.names.clone(),
            record: nested.map(|name| dotted(&alias.iter().chain([name]).cloned().collect::<Vec<_>>())),
            exact: back.exact,
            marks: back.marks.clone(),
        });
    }

    /// Whether a rule goes through a record that is written and not joined; says so, where the header does not.
    fn is_read_from_nowhere(&mut self, rule: &Rule) -> bool {
        let sync = self.inverter.sync;
        let Some(first) = first_name(&rule.value) else {
            return false;
        };
        let Some(output) = sync.outputs.iter().find(|output| output.alias.value == first.value) else {
            return false;
        };
        if let Some(join) = sync.joins.iter().find(|join| join.alias.value == first.value) {
            return join.external.value != output.external.value;
        }
        let named = (output.alias.value.as_str(), output.external.value.as_str());
        self.inverter
            .reports
            .push(two_way::read_from_nowhere(first.span, named));
        true
    }

    /// Turns the clauses of two-way rules to the other side.
    fn face(&mut self) {
        let Inverter { items, sync, lets, .. } = self.inverter;
        let facing = Facing::new(items, sync, lets, &self.parts.export);
        let mut lost = Vec::new();
        for (at, written) in std::mem::take(&mut self.parts.clauses) {
            let Some(Statement::Rule(outward)) = self.parts.export.get_mut(at) else {
                continue;
            };
            match facing.clauses(&written, outward, self.inverter.reports) {
                Some(clauses) => outward.clauses = clauses,
                None => lost.push(at),
            }
        }
        self.parts.loses_export |= !lost.is_empty();
        for at in lost.into_iter().rev() {
            self.parts.export.remove(at);
        }
    }

    /// The way back, and where the field that it writes is named.
    fn back(&mut self, rule: &Rule, target: &Target, arrow: Arrow) -> Option<(Back, Span)> {
        let of_record = rule.targets.iter().find(|target| target.path.len() > 1);
        if let Some((target, first)) = of_record.and_then(|target| Some((target, target.path.first()?))) {
            // Of other paths the way in says that they are no targets.
            if first.value == "binding" || arrow == Arrow::ToOutside {
                let (inside, value) = (
                    self.inverter.places.text(target.span),
                    self.inverter.places.text(rule.value.span),
                );
                let help = format!("import {inside} = {value}");
                self.inverter
                    .reports
                    .push(two_way::which_way(target.span, "a field of the binding", &help));
            }
            self.parts.loses_export = true;
            return None;
        }
        let back = match rule.targets.len() {
            1 => self.inverter.back(rule, target),
            _ => self.inverter.back_of_several(rule),
        };
        self.parts.loses_export |= back.is_none();
        let back = back?;
        let span = back.path.iter().map(|name| name.span).reduce(Span::to)?;
        Some((back, span))
    }
}

fn undirected(check: &Check) -> Statement {
    Statement::Check(Check {
        direction: None,
        ..check.clone()
    })
}

/// `prefs.color`
fn dotted(path: &[Name]) -> String {
    let names: Vec<&str> = path.iter().map(|name| name.value.as_str()).collect();
    names.join(".")
}

/// The name that a chain begins with.
fn first_name(value: &Expr) -> Option<Name> {
    let mut names = Vec::new();
    super::chain::names_of(super::chain::chain(value).ok()?.base, &mut names);
    names.into_iter().next()
}

/// A rule of one direction out of one of both.
fn directed(rule: &Rule) -> Rule {
    Rule {
        op: Spanned::new(RuleOp::Set, rule.op.span),
        direction: None,
        ..rule.clone()
    }
}

/// The value without the marks of some of its steps.
fn without_marks(value: &Expr, steps: &[Span]) -> Expr {
    let mut made = value.clone();
    if let ExprKind::Pipe { input, step } = &mut made.kind {
        **input = without_marks(input, steps);
        if steps.contains(&step.function.span) {
            step.mark = None;
        }
    }
    made
}
