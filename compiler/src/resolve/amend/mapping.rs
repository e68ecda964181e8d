//! Amended mappings: what is added, what replaces an inherited line, what is dropped.

use super::super::change::Owner;
use super::super::declared::{mapping_title, same_mapping};
use super::super::words::put_inherited;
use super::{Amending, spelled};
use crate::error::version;
use crate::suggest::nearest;
use tenon_dsl::ast::expr::{Expr, ExprKind};
use tenon_dsl::ast::mapping::{Copy, Direction, Join, Let, Mapping, Output, Rule, RuleOp, Statement, Target};
use tenon_dsl::ast::{Amended, DropKind, Dropped};
use tenon_dsl::source::{Name, Span};

/// An inherited line of a mapping, and what an amendment puts in its place.
struct Line {
    inherited: Option<Statement>,
    instead: Vec<Statement>,
}

/// What a rule writes and how, as far as one rule can take the place of another.
#[derive(Clone, Debug, PartialEq)]
struct Writes {
    direction: Option<Direction>,
    adds: bool,
    targets: Vec<String>,
}

impl Amending<'_, '_> {
    pub(super) fn mapping(&mut self, head: &Mapping, joins: &[Amended<Join>], statements: &[Amended<Statement>]) {
        let same = |known: &&super::Declared<'_, Mapping>| same_mapping(&known.item.name, &head.name);
        let at = self.items.mappings.iter().position(|known| same(&known));
        let inherited = at.and_then(|at| self.items.mappings.get(at));
        let Some((at, inherited)) = at.zip(inherited.filter(|known| known.origin != Some(self.version))) else {
            return self.amends_no_mapping(head, inherited.is_some());
        };
        let parent = self.made.mappings.get(&at).unwrap_or(inherited.item).clone();
        self.same_names(head, &parent);
        let owner = Owner::Mapping(mapping_title(&head.name));
        let made = Mapping {
            doc: head.doc.clone().or_else(|| parent.doc.clone()),
            name: head.name.clone(),
            alias: parent.alias.clone(),
            within: parent.within.clone(),
            params: match head.params.is_empty() {
                true => parent.params.clone(),
                false => head.params.clone(),
            },
            joins: self.joins(&owner, &parent, joins, statements),
            outputs: self.outputs(&parent, &head.outputs),
            statements: self.statements(&owner, &parent, statements),
            span: head.span,
        };
        self.made.mappings.insert(at, made);
    }

    fn amends_no_mapping(&mut self, head: &Mapping, is_own: bool) {
        let title = mapping_title(&head.name);
        let span = head.name.model.span;
        let known: Vec<String> = self
            .items
            .mappings
            .iter()
            .map(|known| mapping_title(&known.item.name))
            .collect();
        let near = nearest(&title, known.iter().map(String::as_str));
        self.reports.push(match is_own {
            true => version::amends_itself(span, "mapping", &title, &self.version.title()),
            false => version::amends_nothing(span, "mapping", &title, near),
        });
    }

    /// An amendment calls the records as the mapping that it amends does: inherited lines name them.
    fn same_names(&mut self, head: &Mapping, parent: &Mapping) {
        let within = |mapping: &Mapping| mapping.within.as_ref().map(|within| within.alias.clone());
        let pairs = [
            (head.alias.clone(), parent.alias.clone()),
            (within(head), within(parent)),
        ];
        for (written, parent_name) in pairs {
            let Some(written) = written else { continue };
            match parent_name {
                Some(known) if known.value == written.value => {}
                known => {
                    let place = known.as_ref().map_or(parent.name.external.span, |known| known.span);
                    let known = known.map(|known| known.value);
                    self.reports.push(version::called_otherwise(
                        written.span,
                        &written.value,
                        (place, known.as_deref()),
                    ));
                }
            }
        }
    }

    fn joins(
        &mut self,
        owner: &Owner,
        parent: &Mapping,
        written: &[Amended<Join>],
        statements: &[Amended<Statement>],
    ) -> Vec<Join> {
        let mut made = parent.joins.clone();
        let near = |name: &str| nearest(name, parent.joins.iter().map(|join| join.alias.value.as_str()));
        let inherited = |name: &str| parent.joins.iter().find(|join| join.alias.value == name);
        let in_body = statements.iter().filter_map(|line| match line {
            Amended::Drop(dropped) => Some(dropped),
            Amended::Added(_) | Amended::Override { .. } => None,
        });
        let in_header = written.iter().filter_map(|line| match line {
            Amended::Drop(dropped) => Some(dropped),
            Amended::Added(_) | Amended::Override { .. } => None,
        });
        for dropped in in_header
            .chain(in_body)
            .filter(|dropped| dropped.kind == DropKind::With)
        {
            for target in &dropped.names {
                let name = spelled(target);
                match inherited(&name) {
                    None => self
                        .reports
                        .push(version::drops_nothing(target.span, "with", &name, near(&name))),
                    Some(_) => {
                        made.retain(|join| join.alias.value != name);
                        self.drop_of(owner.clone(), "with", (&name, target.span), None);
                    }
                }
            }
        }
        for line in written {
            match line {
                Amended::Added(join) => {
                    let first = made.iter().find(|known| known.alias.value == join.alias.value);
                    if let Some(first) = first.filter(|first| !self.changes.is_own(first.span)) {
                        let line = format!("override with {} as {} ..", join.external.value, join.alias.value);
                        self.mapped_by_parent((&join.alias.value, "joined", &line), join.alias.span, first.span);
                        continue;
                    }
                    self.changes.declared_anew(&join.alias.value, join.span);
                    made.push(join.clone());
                }
                Amended::Override { span: _, line: join } => {
                    let alias = &join.alias;
                    match made.iter_mut().find(|known| known.alias.value == alias.value) {
                        Some(slot) if inherited(&alias.value).is_some() => {
                            self.changes.declared_anew(&alias.value, join.span);
                            *slot = join.clone();
                        }
                        Some(_) | None => {
                            let near = near(&alias.value);
                            self.reports
                                .push(version::overrides_nothing(alias.span, "with", &alias.value, near));
                        }
                    }
                }
                Amended::Drop(_) => {}
            }
        }
        made
    }

    /// Records that an export writes beside the first: an amendment may add to them.
    fn outputs(&mut self, parent: &Mapping, written: &[Output]) -> Vec<Output> {
        let mut made = parent.outputs.clone();
        for output in written {
            match parent
                .outputs
                .iter()
                .find(|known| known.alias.value == output.alias.value)
            {
                Some(first) => {
                    let title = self.changes.title(first.span);
                    let instead = "`override` before the rules that write it";
                    self.reports.push(version::declared_by_parent(
                        output.alias.span,
                        "the record",
                        &output.alias.value,
                        (first.span, &title),
                        instead,
                    ));
                }
                None => made.push(output.clone()),
            }
        }
        made
    }

    fn statements(&mut self, owner: &Owner, parent: &Mapping, written: &[Amended<Statement>]) -> Vec<Statement> {
        let line = |statement: &Statement| Line {
            inherited: Some(statement.clone()),
            instead: Vec::new(),
        };
        let mut lines: Vec<Line> = parent.statements.iter().map(line).collect();
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
                added.extend(self.added(parent, &lines, statement));
            }
        }
        let kept = lines
            .into_iter()
            .flat_map(|line| line.inherited.into_iter().chain(line.instead));
        kept.chain(added).collect()
    }

    /// A line that stands beside what is inherited; absent where it would stand against it.
    fn added(&mut self, parent: &Mapping, lines: &[Line], statement: &Statement) -> Option<Statement> {
        let inherited = || lines.iter().filter_map(|line| line.inherited.as_ref());
        match statement {
            Statement::Let(written) => {
                let mut lets = inherited().filter_map(as_let);
                if let Some(first) = lets.find(|first| first.name.value == written.name.value) {
                    let line = format!("override let {} = ..", written.name.value);
                    self.mapped_by_parent((&written.name.value, "named", &line), written.name.span, first.span);
                    return None;
                }
                self.no_inherited(&written.value);
                self.changes.declared_anew(&written.name.value, written.name.span);
            }
            Statement::Rule(rule) => {
                self.no_inherited(&rule.value);
                if !self.is_new(parent, inherited(), rule) {
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

    fn mapped_by_parent(&mut self, (name, how, line): (&str, &str, &str), span: Span, parent: Span) {
        let title = self.changes.title(parent);
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
        if let Some((target, first)) = self.written_together(parent, &own) {
            let span = rule.targets.first().map_or(rule.span, |target| target.span);
            self.reports
                .push(version::written_together(span, &target, first, "override"));
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
            take_out(&mut lines[*at], &own.targets);
        }
        if self.copies_all(parent) {
            except(lines, &rule.targets);
        }
        let place = replaced.first().copied().unwrap_or(lines.len().saturating_sub(1));
        match lines.get_mut(place) {
            Some(line) => line.instead.push(Statement::Rule(made)),
            None => {}
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

    /// The value of a statement that an override replaces.
    fn value_of(&self, parent: &Mapping, statement: &Statement, own: &Writes) -> Option<Expr> {
        if let Some(rule) = as_rule(statement) {
            return (self.writes(parent, rule).targets == own.targets).then(|| rule.value.clone());
        }
        let [name] = &own.targets[..] else { return None };
        let copy = as_copy(statement)?;
        let field = copy
            .fields
            .iter()
            .find(|field| self.copied_name(parent, field) == *name)?;
        let bare = ExprKind::QuotedName(field.value.clone());
        let alias = parent
            .alias
            .as_ref()
            .filter(|_| parent.name.direction.value == Direction::Import);
        Some(match alias {
            None => Expr::new(bare, field.span),
            Some(alias) => {
                let of = Box::new(Expr::new(ExprKind::Name(alias.value.clone()), field.span));
                let kind = ExprKind::Field {
                    of,
                    name: field.clone(),
                    safe: false,
                };
                Expr::new(kind, field.span)
            }
        })
    }

    /// Whether an override replaces a statement of the parent, or a part of it.
    fn is_replaced(&self, parent: &Mapping, statement: &Statement, own: &Writes) -> bool {
        !self.targets_of(parent, statement, own).is_empty()
    }

    /// Those targets of an override that a statement of the parent writes.
    fn targets_of(&self, parent: &Mapping, statement: &Statement, own: &Writes) -> Vec<String> {
        let names: Vec<String> = match statement {
            Statement::Rule(rule) => {
                let writes = self.writes(parent, rule);
                let same = writes.direction == own.direction && writes.adds == own.adds;
                if same { writes.targets } else { Vec::new() }
            }
            Statement::Copy(copy) if copy.all.is_none() && !own.adds && own.direction.is_none() => copy
                .fields
                .iter()
                .map(|field| self.copied_name(parent, field))
                .collect(),
            Statement::Copy(_)
            | Statement::Adopt(_)
            | Statement::Batch(_)
            | Statement::Skip(_)
            | Statement::Retry(_)
            | Statement::After(_)
            | Statement::Let(_)
            | Statement::Ignore(_)
            | Statement::Check(_) => Vec::new(),
        };
        names.into_iter().filter(|name| own.targets.contains(name)).collect()
    }

    /// A target of a parent's rule that an override or drop of others would leave without value, and the rule.
    fn written_together(&self, parent: &Mapping, own: &Writes) -> Option<(String, Span)> {
        parent.statements.iter().filter_map(as_rule).find_map(|rule| {
            let writes = self.writes(parent, rule);
            let same = writes.direction == own.direction && writes.adds == own.adds;
            let touched = writes.targets.iter().any(|name| own.targets.contains(name));
            let left = writes.targets.iter().find(|name| !own.targets.contains(name));
            left.filter(|_| same && touched).map(|left| (left.clone(), rule.span))
        })
    }

    fn copies_all(&self, parent: &Mapping) -> bool {
        parent
            .statements
            .iter()
            .filter_map(as_copy)
            .any(|copy| copy.all.is_some())
    }

    fn near_target(&self, parent: &Mapping, name: &str) -> Option<String> {
        let mut known: Vec<String> = Vec::new();
        for statement in &parent.statements {
            known.extend(
                as_rule(statement)
                    .map(|rule| self.writes(parent, rule).targets)
                    .unwrap_or_default(),
            );
            let copied = as_copy(statement).map(|copy| copy.fields.iter().map(|field| self.copied_name(parent, field)));
            known.extend(copied.into_iter().flatten());
        }
        nearest(name, known.iter().map(String::as_str)).map(str::to_owned)
    }

    fn drop_line(&mut self, owner: &Owner, parent: &Mapping, lines: &mut [Line], dropped: &Dropped) {
        match dropped.kind {
            DropKind::Let => self.drop_lets(owner, parent, lines, dropped),
            DropKind::Part => self.drop_rules(parent, lines, dropped, None),
            DropKind::Import => self.drop_rules(parent, lines, dropped, Some(Direction::Import)),
            DropKind::Export => self.drop_rules(parent, lines, dropped, Some(Direction::Export)),
            // Joins look at them.
            DropKind::With => {}
            DropKind::Table | DropKind::Extern => self.reports.push(version::drops_no_such_thing(dropped.span)),
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
                    self.reports
                        .push(version::written_together(target.span, &left, first, "drop"));
                    return;
                }
                let one = Writes {
                    targets: vec![name.clone()],
                    ..all
                };
                for (line, statement) in lines.iter_mut().zip(&parent.statements) {
                    if self.is_replaced(parent, statement, &one) {
                        found = true;
                        take_out(line, &one.targets);
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

    /// What a rule of the parent writes, as this version calls it.
    fn writes(&self, parent: &Mapping, rule: &Rule) -> Writes {
        let mut writes = own_writes(rule);
        if parent.name.direction.value == Direction::Export {
            for (name, target) in writes.targets.iter_mut().zip(&rule.targets) {
                *name = self.sent(parent, target);
            }
        }
        writes
    }

    /// A target of an export as this version calls it, the name of its record before it.
    fn sent(&self, parent: &Mapping, target: &Target) -> String {
        let mut path: Vec<String> = target.path.iter().map(|name| name.value.clone()).collect();
        let main = parent
            .alias
            .as_ref()
            .map(|alias| (&alias.value, &parent.name.external.value));
        let others = parent
            .outputs
            .iter()
            .map(|output| (&output.alias.value, &output.external.value));
        let named = main
            .into_iter()
            .chain(others)
            .find(|(alias, _)| path.len() > 1 && **alias == path[0]);
        let (at, external) = match named {
            Some((_, external)) => (1, external),
            None => (0, &parent.name.external.value),
        };
        if path.first().is_none_or(|first| first != "binding") {
            let owner = Owner::Record(external.clone());
            path[at] = self.changes.name(&owner, &path[at], target.span);
        }
        path.join(".")
    }

    fn copied_name(&self, parent: &Mapping, field: &Name) -> String {
        match parent.name.direction.value {
            Direction::Export => {
                let owner = Owner::Record(parent.name.external.value.clone());
                self.changes.name(&owner, &field.value, field.span)
            }
            Direction::Import | Direction::Sync => field.value.clone(),
        }
    }

    /// Where a `copy` names a target.
    fn copied(&self, parent: &Mapping, copy: &Copy, name: &str) -> Option<Span> {
        let mut fields = copy.fields.iter().filter(|_| copy.all.is_none());
        fields
            .find(|field| self.copied_name(parent, field) == name)
            .map(|field| field.span)
    }
}

/// Takes targets out of an inherited line: a rule goes as a whole.
fn take_out(line: &mut Line, targets: &[String]) {
    match &mut line.inherited {
        Some(Statement::Copy(copy)) => {
            copy.fields.retain(|field| !targets.contains(&field.value));
            if copy.fields.is_empty() {
                line.inherited = None;
            }
        }
        Some(_) => line.inherited = None,
        None => {}
    }
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

/// What a rule says that it writes.
fn own_writes(rule: &Rule) -> Writes {
    Writes {
        direction: rule.direction.map(|direction| direction.value),
        adds: rule.op.value == RuleOp::Add,
        targets: rule.targets.iter().map(spelled).collect(),
    }
}

fn spelled_all(targets: &[String]) -> String {
    targets.join(", ")
}

fn as_let(statement: &Statement) -> Option<&Let> {
    if let Statement::Let(written) = statement {
        Some(written)
    } else {
        None
    }
}

fn as_rule(statement: &Statement) -> Option<&Rule> {
    if let Statement::Rule(rule) = statement {
        Some(rule)
    } else {
        None
    }
}

fn as_copy(statement: &Statement) -> Option<&Copy> {
    if let Statement::Copy(copy) = statement {
        Some(copy)
    } else {
        None
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
