//! Amended mappings: what is added, what replaces an inherited line, what is dropped.

use super::super::change::Owner;
use super::super::declared::{mapping_title, same_mapping};
use super::{Amending, spelled};
use crate::error::version;
use crate::suggest::nearest;
use tenon_dsl::ast::mapping::{Join, Mapping, Output, Statement, Target};
use tenon_dsl::ast::{Amended, DropKind};

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
            outputs: self.outputs(&owner, &parent, &head.outputs, statements),
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
                        made.retain(|known| known.alias.value != join.alias.value);
                        made.push(join.clone());
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

    /// Records that an export writes beside the first.
    fn outputs(
        &mut self,
        owner: &Owner,
        parent: &Mapping,
        written: &[Output],
        statements: &[Amended<Statement>],
    ) -> Vec<Output> {
        let mut made = parent.outputs.clone();
        let near = |name: &str| nearest(name, parent.outputs.iter().map(|output| output.alias.value.as_str()));
        for target in dropped_records(statements) {
            let name = spelled(target);
            match parent.outputs.iter().any(|output| output.alias.value == name) {
                true => {
                    made.retain(|output| output.alias.value != name);
                    self.drop_of(owner.clone(), "and", (&name, target.span), None);
                }
                false => {
                    let near = near(&name);
                    self.reports
                        .push(version::drops_nothing(target.span, "and", &name, near));
                }
            }
        }
        for output in written {
            let alias = &output.alias;
            let slot = made.iter_mut().find(|known| known.alias.value == alias.value);
            match (slot, output.replaces) {
                (Some(slot), Some(_)) => {
                    self.changes.declared_anew(&alias.value, output.span);
                    *slot = output.clone();
                }
                (Some(first), None) => {
                    let line = format!("override and {} as {} ..", output.external.value, alias.value);
                    let first = first.span;
                    self.mapped_by_parent((&alias.value, "written", &line), alias.span, first);
                }
                (None, Some(_)) => {
                    let near = near(&alias.value);
                    self.reports
                        .push(version::overrides_nothing(alias.span, "and", &alias.value, near));
                }
                (None, None) => made.push(output.clone()),
            }
        }
        made
    }
}

/// The names behind `drop and`.
pub(super) fn dropped_records(statements: &[Amended<Statement>]) -> impl Iterator<Item = &Target> {
    statements.iter().flat_map(|line| match line {
        Amended::Drop(dropped) if dropped.kind == DropKind::And => &dropped.names[..],
        Amended::Drop(_) | Amended::Added(_) | Amended::Override { .. } => &[],
    })
}
