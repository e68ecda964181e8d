//! Imports that need each other before they can start.

use crate::check::world::Inside;
use crate::error::{Reports, lookup};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{LookupKind, Mapping, RuleKind, Target, TargetId};
use crate::ir::{Connector, ExternalId};
use crate::walk;
use tenon_dsl::source::Span;

/// A required reference of a mapping: from, to, the target, where.
struct Need {
    from: ExternalId,
    to: ExternalId,
    target: String,
    span: Span,
}

/// Says W1002 of each required reference that closes a circle.
pub(crate) fn imports_need_each_other(connector: &Connector, inside: &Inside, reports: &mut Reports) {
    let needs: Vec<Need> = connector
        .mappings
        .iter()
        .flat_map(|mapping| needs(mapping, inside))
        .collect();
    for need in &needs {
        let Some(back) = path_back(&needs, need.to, need.from, &mut Vec::new()) else {
            continue;
        };
        let name = |id: ExternalId| connector.externals[id.0].name.text.as_str();
        let mut circle = vec![name(need.from)];
        circle.extend(back.iter().map(|id| name(*id)));
        let model = connector.mappings.iter().find(|mapping| mapping.external == need.from);
        let model = model.map_or("", |mapping| inside.model(mapping.model).name.text.as_str());
        let shown = circle.join(" -> ");
        reports.push(lookup::imports_need_each_other(need.span, &need.target, model, &shown));
    }
}

fn needs(mapping: &Mapping, inside: &Inside) -> Vec<Need> {
    let mut found = Vec::new();
    for rule in &mapping.rules {
        if let RuleKind::Set { target, value } = &rule.kind
            && let Some(name) = required_name(mapping, *target, inside)
        {
            for (to, span) in imported(mapping, value) {
                found.push(Need {
                    from: mapping.external,
                    to,
                    target: name.clone(),
                    span,
                });
            }
        }
    }
    found
}

fn required_name(mapping: &Mapping, target: TargetId, inside: &Inside) -> Option<String> {
    let Target::Field(field) = mapping.targets.get(target.0)? else {
        return None;
    };
    let declared = inside.model(mapping.model).fields.get(field.0)?;
    (!declared.nullable && declared.default.is_none()).then(|| declared.name.text.clone())
}

/// The types whose records a value imports first.
fn imported(mapping: &Mapping, value: &Expr) -> Vec<(ExternalId, Span)> {
    let mut found = Vec::new();
    walk::deep(value, &mut |part| {
        let ExprKind::Lookup { lookup, args: _ } = &part.kind else {
            return;
        };
        if let Some(LookupKind::Ref {
            external,
            import: true,
            model: _,
        }) = mapping.lookups.get(lookup.0).map(|l| &l.kind)
        {
            found.push((*external, part.place.span));
        }
    });
    found
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
