//! Imports that need each other before they can start.

use crate::check::world::Inside;
use crate::error::{Reports, lookup};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{LookupKind, Mapping, Rule, RuleKind, Target, TargetId};
use crate::ir::{Connector, ExternalId, MappingId, ModelId};
use crate::walk;
use std::collections::BTreeSet;
use tenon_dsl::source::Span;

/// A required reference of a mapping, or of the children it has: from, to, what needs it, where.
struct Need {
    from: ExternalId,
    to: ExternalId,
    model: ModelId,
    target: String,
    span: Span,
}

/// Says W1002 of each required reference that closes a circle.
pub(crate) fn imports_need_each_other(connector: &Connector, inside: &Inside, reports: &mut Reports) {
    let mut needs = Vec::new();
    for mapping in &connector.mappings {
        Gatherer {
            connector,
            inside,
            from: mapping.external,
            seen: Vec::new(),
            needs: &mut needs,
        }
        .mapping(mapping);
    }
    let mut said: Vec<Span> = Vec::new();
    for need in &needs {
        let Some(back) = path_back(&needs, need.to, need.from, &mut Vec::new()) else {
            continue;
        };
        // A mapping of children is a part of each mapping that has them.
        if said.contains(&need.span) {
            continue;
        }
        said.push(need.span);
        let name = |id: ExternalId| connector.externals[id.0].name.text.as_str();
        let mut circle = vec![name(need.from)];
        circle.extend(back.iter().map(|id| name(*id)));
        let model = inside.model(need.model).name.text.as_str();
        let shown = circle.join(" -> ");
        reports.push(lookup::imports_need_each_other(need.span, &need.target, model, &shown));
    }
}

/// Gathers what one import needs.
struct Gatherer<'g> {
    connector: &'g Connector,
    inside: &'g Inside,
    from: ExternalId,
    /// Mappings of children that were looked at: trees hold themselves.
    seen: Vec<MappingId>,
    needs: &'g mut Vec<Need>,
}

impl Gatherer<'_> {
    fn mapping(&mut self, mapping: &Mapping) {
        for rule in &mapping.rules {
            self.rule(mapping, rule);
        }
    }

    fn rule(&mut self, mapping: &Mapping, rule: &Rule) {
        match &rule.kind {
            RuleKind::Set { target, value } => self.value(mapping, std::slice::from_ref(target), value),
            RuleKind::SetMany { targets, value } => {
                let targets: Vec<TargetId> = targets.iter().map(|(_, target)| *target).collect();
                self.value(mapping, &targets, value);
            }
            RuleKind::Children { mapping: child, .. } => {
                if !self.seen.contains(child) {
                    self.seen.push(*child);
                    let connector = self.connector;
                    self.mapping(&connector.mappings[child.0]);
                }
            }
            // A list may be left out, and what is copied looks nothing up.
            RuleKind::Add { .. } | RuleKind::Copy { .. } => {}
        }
    }

    fn value(&mut self, mapping: &Mapping, targets: &[TargetId], value: &Expr) {
        let Some(target) = targets.iter().find_map(|target| self.required_name(mapping, *target)) else {
            return;
        };
        let mut found = Vec::new();
        imported(mapping, value, &mut found);
        let (from, model) = (self.from, mapping.model);
        self.needs.extend(found.into_iter().map(|(to, span)| Need {
            from,
            to,
            model,
            target: target.clone(),
            span,
        }));
    }

    fn required_name(&self, mapping: &Mapping, target: TargetId) -> Option<String> {
        let Target::Field(field) = mapping.targets.get(target.0)? else {
            return None;
        };
        let declared = self.inside.model(mapping.model).fields.get(field.0)?;
        (!declared.nullable && declared.default.is_none()).then(|| declared.name.text.clone())
    }
}

/// The types whose records a value imports first, those of the lets it uses included, each let once.
fn imported(mapping: &Mapping, value: &Expr, found: &mut Vec<(ExternalId, Span)>) {
    let mut lets = BTreeSet::new();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        walk::deep(value, &mut |part| {
            if let ExprKind::Let(at) = &part.kind
                && let Some(made) = mapping.lets.get(at.0)
                && lets.insert(*at)
            {
                waiting.push(&made.value);
            }
            if let ExprKind::Lookup { lookup, args: _ } = &part.kind
                && let Some(
                    LookupKind::Ref {
                        external, import: true, ..
                    }
                    | LookupKind::Load {
                        external, import: true, ..
                    },
                ) = mapping.lookups.get(lookup.0).map(|lookup| &lookup.kind)
            {
                found.push((*external, part.place.span));
            }
        });
    }
}

/// The types on the way from one to another, both ends included.
fn path_back(needs: &[Need], from: ExternalId, to: ExternalId, seen: &mut Vec<ExternalId>) -> Option<Vec<ExternalId>> {
    if from == to {
        return Some(vec![from]);
    }
    if seen.contains(&from) {
        return None;
    }
    seen.push(from);
    needs.iter().filter(|need| need.from == from).find_map(|need| {
        let mut rest = path_back(needs, need.to, to, seen)?;
        rest.insert(0, from);
        Some(rest)
    })
}
