//! Lines of amended mappings: what an override replaces, what `inherited` stands for, what a drop takes away.

use super::super::change::Owner;
use super::super::words::put_inherited;
use super::mapping::dropped_records;
use super::target::{Writes, as_copy, as_let, as_rule, own_writes, spelled_all};
use super::{Amending, spelled};
use crate::error::version;
use crate::suggest::nearest;
use tenon_dsl::ast::expr::Expr;
use tenon_dsl::ast::mapping::{Direction, Let, Mapping, Rule, Statement, Target};
use tenon_dsl::ast::{Amended, DropKind, Dropped};
use tenon_dsl::source::Span;

/// An inherited line of a mapping, and what an amendment puts in its place.
pub(super) struct Line {
    pub(super) inherited: Option<Statement>,
    pub(super) instead: Vec<Statement>,
}

impl Amending<'_, '_> {
    pub(super) fn statements(
        &mut self,
        owner: &Owner,
        parent: &Mapping,
        written: &[Amended<Statement>],
    ) -> Vec<Statement> {
        let line = |statement: &Statement| Line {
            inherited: Some(statement.clone()),
            instead: Vec::new(),
        };
        let mut lines: Vec<Line> = parent.statements.iter().map(line).collect();
        let records: Vec<String> = dropped_records(written).map(spelled).collect();
        for line in &mut lines {
            // What writes a record goes with it.
            line.inherited.take_if(|statement| writes_one_of(statement, &records));
        }
        let mut added = Vec::new();
        for line in written {
            match line {
                Amended::Drop(dropped) => self.drop_line(owner, parent, &mut lines, dropped),
                Amended::Override { span, line } => {
                    self.override_line(parent, &mut lines, (line, *span));
                }
                Amended::Added(_) => {}
            }
        }
        for line in written {
            if let Amended::Added(statement) = line {
                added.extend(self.added(parent, &mut lines, statement));
            }
        }
        let kept = lines
            .into_iter()
            .flat_map(|line| line.inherited.into_iter().chain(line.instead));
        kept.chain(added).collect()
    }

    /// A line that stands beside what is inherited; absent where it would stand against it.
    /// What would stand against it is taken as an `override`, so that the mistake costs one report.
    fn added(&mut self, parent: &Mapping, lines: &mut [Line], statement: &Statement) -> Option<Statement> {
        let inherited = || lines.iter().filter_map(|line| line.inherited.as_ref());
        match statement {
            Statement::Let(written) => {
                let mut lets = inherited().filter_map(as_let);
                if let Some(first) = lets.find(|first| first.name.value == written.name.value) {
                    let line = format!("override let {} = ..", written.name.value);
                    self.mapped_by_parent((&written.name.value, "named", &line), written.name.span, first.span);
                    self.override_let(parent, lines, written);
                    return None;
                }
                self.no_inherited(&written.value);
                self.changes.declared_anew(&written.name.value, written.name.span);
            }
            Statement::Rule(rule) => {
                self.no_inherited(&rule.value);
                if !self.is_new(parent, inherited(), rule) {
                    self.override_rule(parent, lines, rule);
                    return None;
                }
                for target in &rule.targets {
                    self.changes.declared_anew(&spelled(target), target.span);
                }
            }
            Statement::Copy(copy) => {
                for field in &copy.fields {
                    if copy.all.is_none()
                        && let Some(first) = self.mapped(parent, inherited(), &field.value)
                    {
                        let line = format!("override {} = ..", field.value);
                        self.mapped_by_parent((&field.value, "mapped", &line), field.span, first);
                        return None;
                    }
                    self.changes.declared_anew(&field.value, field.span);
                }
            }
            Statement::Adopt(adopt) => return self.only_one(inherited(), statement, ("adopt", adopt.span)),
            Statement::Batch(batch) => return self.only_one(inherited(), statement, ("batch", batch.span)),
            Statement::Skip(_)
            | Statement::Retry(_)
            | Statement::After(_)
            | Statement::Ignore(_)
            | Statement::Check(_) => {}
        }
        Some(statement.clone())
    }

    fn only_one<'s>(
        &mut self,
        mut inherited: impl Iterator<Item = &'s Statement>,
        statement: &Statement,
        (word, span): (&str, Span),
    ) -> Option<Statement> {
        let same = inherited.find(|known| std::mem::discriminant(*known) == std::mem::discriminant(statement));
        if let Some(first) = same.and_then(once) {
            self.mapped_by_parent((word, "declared", &format!("override {word} ..")), span, first);
            return None;
        }
        Some(statement.clone())
    }

    /// Whether no inherited rule writes what a new one writes; says where one does.
    fn is_new<'s>(&mut self, parent: &Mapping, inherited: impl Iterator<Item = &'s Statement>, rule: &Rule) -> bool {
        let own = own_writes(rule);
        if own.adds {
            return true;
        }
        let known: Vec<&Statement> = inherited.collect();
        for (target, name) in rule.targets.iter().zip(&own.targets) {
            let mut rules = known.iter().copied().filter_map(as_rule);
            let clash = rules.find(|first| {
                let writes = self.writes(parent, first);
                !writes.adds && writes.direction == own.direction && writes.targets.contains(name)
            });
            let copied = || {
                known
                    .iter()
                    .copied()
                    .filter_map(as_copy)
                    .find_map(|copy| self.copied(parent, copy, name))
            };
            if let Some(first) = clash.map(|first| first.span).or_else(copied) {
                let line = format!("override {} = ..", spelled_all(&own.targets));
                self.mapped_by_parent((name, "mapped", &line), target.span, first);
                return false;
            }
        }
        true
    }

    /// Where inherited rules write a target.
    fn mapped<'s>(&self, parent: &Mapping, inherited: impl Iterator<Item = &'s Statement>, name: &str) -> Option<Span> {
        let mut found = inherited.filter_map(|statement| {
            let rule = as_rule(statement).filter(|rule| {
                let writes = self.writes(parent, rule);
                !writes.adds && writes.targets.iter().any(|target| target == name)
            });
            let copy = as_copy(statement).and_then(|copy| self.copied(parent, copy, name));
            rule.map(|rule| rule.span).or(copy)
        });
        found.next()
    }

    pub(super) fn mapped_by_parent(&mut self, (name, how, line): (&str, &str, &str), span: Span, parent: Span) {
        let title = self.changes.title(parent);
        let line = match self.places.is_yaml(span) {
            true => &version::in_yaml(line),
            false => line,
        };
        let report = version::mapped_by_parent(span, (name, how, line), (parent, &title), &self.version.title());
        self.reports.push(report);
    }

    /// Says `inherited` in a line that replaces nothing.
    fn no_inherited(&mut self, value: &Expr) {
        let mut value = value.clone();
        for span in put_inherited(&mut value, None) {
            self.reports.push(version::inherits_nothing(span));
        }
    }

    fn override_line(&mut self, parent: &Mapping, lines: &mut [Line], (statement, word): (&Statement, Span)) {
        match statement {
            Statement::Let(written) => self.override_let(parent, lines, written),
            Statement::Rule(rule) => self.override_rule(parent, lines, rule),
            Statement::Adopt(_) | Statement::Batch(_) => {
                let same = |line: &&mut Line| {
                    let known = line.inherited.as_ref();
                    known.is_some_and(|known| std::mem::discriminant(known) == std::mem::discriminant(statement))
                };
                match lines.iter_mut().find(same) {
                    Some(line) => {
                        line.inherited = None;
                        line.instead.push(statement.clone());
                    }
                    None => {
                        let noun = if matches!(statement, Statement::Adopt(_)) {
                            "adopt"
                        } else {
                            "batch"
                        };
                        self.reports.push(version::overrides_nothing(word, noun, noun, None));
                    }
                }
            }
            Statement::Skip(_)
            | Statement::Retry(_)
            | Statement::After(_)
            | Statement::Copy(_)
            | Statement::Ignore(_)
            | Statement::Check(_) => self.reports.push(version::not_overridden(word)),
        }
    }

    fn override_let(&mut self, parent: &Mapping, lines: &mut [Line], written: &Let) {
        let name = &written.name;
        let first = parent
            .statements
            .iter()
            .filter_map(as_let)
            .find(|known| known.name.value == name.value);
        let line = lines.iter_mut().find(|line| {
            line.inherited
                .iter()
                .chain(&line.instead)
                .filter_map(as_let)
                .any(|known| known.name.value == name.value)
        });
        let (Some(first), Some(line)) = (first, line) else {
            let lets = parent.statements.iter().filter_map(as_let);
            let near = nearest(&name.value, lets.map(|known| known.name.value.as_str()));
            self.reports
                .push(version::overrides_nothing(name.span, "let", &name.value, near));
            return;
        };
        let mut made = written.clone();
        put_inherited(&mut made.value, Some(&first.value));
        self.changes.declared_anew(&name.value, name.span);
        line.inherited = None;
        line.instead.push(Statement::Let(made));
    }

    fn override_rule(&mut self, parent: &Mapping, lines: &mut [Line], rule: &Rule) {
        let own = own_writes(rule);
        // What stands in the parent, whatever another line of this amendment has done to it.
        let replaced: Vec<usize> = (0..parent.statements.len())
            .filter(|at| self.is_replaced(parent, &parent.statements[*at], &own))
            .collect();
        if let Some((left, first)) = self.written_together(parent, &own) {
            let span = rule.targets.first().map_or(rule.span, |target| target.span);
            let all = self.writes(parent, first).targets;
            let report = version::written_together(span, (&left, &all), first.span, "override");
            self.reports.push(report);
            return;
        }
        let mut covered: Vec<String> = Vec::new();
        for at in &replaced {
            covered.extend(self.targets_of(parent, &parent.statements[*at], &own));
        }
        let missing = rule
            .targets
            .iter()
            .zip(&own.targets)
            .find(|(_, name)| !covered.contains(name));
        if let Some((target, name)) = missing.filter(|_| !self.copies_all(parent)) {
            let near = self.near_target(parent, name);
            self.reports
                .push(version::overrides_nothing(target.span, "rule", name, near.as_deref()));
            return;
        }
        let mut made = rule.clone();
        self.inherit(parent, &replaced, &own, &mut made.value);
        for target in &rule.targets {
            self.changes.declared_anew(&spelled(target), target.span);
        }
        for at in &replaced {
            self.take_out(parent, &mut lines[*at], &own.targets);
        }
        if self.copies_all(parent) {
            except(lines, &rule.targets);
        }
        let place = replaced.first().copied().unwrap_or(lines.len().saturating_sub(1));
        if let Some(line) = lines.get_mut(place) {
            line.instead.push(Statement::Rule(made));
        }
    }

    /// Puts the value of the parent in place of `inherited`, clauses left out.
    fn inherit(&mut self, parent: &Mapping, replaced: &[usize], own: &Writes, value: &mut Expr) {
        let inherited = match replaced {
            [at] => self.value_of(parent, &parent.statements[*at], own),
            _ => None,
        };
        let places = put_inherited(value, inherited.as_ref());
        if inherited.is_none() {
            for span in places {
                let report = match replaced.len() {
                    0 | 1 => version::inherits_nothing(span),
                    count => version::inherits_several(span, count),
                };
                self.reports.push(report);
            }
        }
    }

    fn drop_line(&mut self, owner: &Owner, parent: &Mapping, lines: &mut [Line], dropped: &Dropped) {
        match dropped.kind {
            DropKind::Let => self.drop_lets(owner, parent, lines, dropped),
            DropKind::Part => self.drop_rules(parent, lines, dropped, None),
            DropKind::Import => self.drop_rules(parent, lines, dropped, Some(Direction::Import)),
            DropKind::Export => self.drop_rules(parent, lines, dropped, Some(Direction::Export)),
            // Joins and records look at them.
            DropKind::With | DropKind::And => {}
            DropKind::Table
            | DropKind::Extern
            | DropKind::External
            | DropKind::Binding
            | DropKind::Adapter
            | DropKind::Mapping => self.reports.push(version::drops_no_such_thing(dropped.span)),
        }
    }

    fn drop_lets(&mut self, owner: &Owner, parent: &Mapping, lines: &mut [Line], dropped: &Dropped) {
        for target in &dropped.names {
            let name = spelled(target);
            let is_it = |statement: &Statement| as_let(statement).is_some_and(|known| known.name.value == name);
            match lines.iter_mut().find(|line| line.inherited.as_ref().is_some_and(is_it)) {
                Some(line) => {
                    line.inherited = None;
                    self.drop_of(owner.clone(), "let", (&name, target.span), None);
                }
                None => {
                    let lets = parent.statements.iter().filter_map(as_let);
                    let near = nearest(&name, lets.map(|known| known.name.value.as_str()));
                    self.reports
                        .push(version::drops_nothing(target.span, "let", &name, near));
                }
            }
        }
    }

    fn drop_rules(&mut self, parent: &Mapping, lines: &mut [Line], dropped: &Dropped, direction: Option<Direction>) {
        let targets: Vec<String> = dropped.names.iter().map(spelled).collect();
        for (target, name) in dropped.names.iter().zip(&targets) {
            let mut found = false;
            for adds in [false, true] {
                let all = Writes {
                    direction,
                    adds,
                    targets: targets.clone(),
                };
                if let Some((left, first)) = self.written_together(parent, &all) {
                    let all = self.writes(parent, first).targets;
                    let report = version::written_together(target.span, (&left, &all), first.span, "drop");
                    self.reports.push(report);
                    return;
                }
                let one = Writes {
                    targets: vec![name.clone()],
                    ..all
                };
                for (line, statement) in lines.iter_mut().zip(&parent.statements) {
                    if self.is_replaced(parent, statement, &one) {
                        found = true;
                        self.take_out(parent, line, &one.targets);
                    }
                }
            }
            if !found && direction.is_none() && self.copies_all(parent) {
                except(lines, std::slice::from_ref(target));
                found = true;
            }
            if !found {
                let near = self.near_target(parent, name);
                let lets = parent.statements.iter().filter_map(as_let);
                let is_let = lets.map(|known| &known.name.value).any(|known| known == name);
                self.reports.push(match is_let {
                    true => version::drops_rule_named_let(target.span, name),
                    false => version::drops_nothing(target.span, "rule", name, near.as_deref()),
                });
            }
        }
    }
}

/// Whether a rule writes into one of these records: `a.street = street`.
fn writes_one_of(statement: &Statement, records: &[String]) -> bool {
    let of = |target: &Target| target.path.len() > 1 && records.contains(&target.path[0].value);
    as_rule(statement).is_some_and(|rule| rule.targets.iter().any(of))
}

/// `copy all` leaves these targets alone.
fn except(lines: &mut [Line], targets: &[Target]) {
    for line in lines {
        if let Some(Statement::Copy(copy)) = &mut line.inherited
            && copy.all.is_some()
        {
            let names = targets.iter().filter_map(|target| target.path.first());
            copy.fields.extend(names.cloned());
        }
    }
}

/// The place of a statement that stands once.
fn once(statement: &Statement) -> Option<Span> {
    match statement {
        Statement::Adopt(adopt) => Some(adopt.span),
        Statement::Batch(batch) => Some(batch.span),
        Statement::Skip(_)
        | Statement::Retry(_)
        | Statement::After(_)
        | Statement::Let(_)
        | Statement::Copy(_)
        | Statement::Rule(_)
        | Statement::Ignore(_)
        | Statement::Check(_) => None,
    }
}
