//! Models that a version adds to: their tables are the same for all versions, so nothing that is there may change.

use crate::error::{Reports, version};
use crate::suggest::nearest;
use indexmap::IndexMap;
use tenon_dsl::ast::{self, Change, Constraint, Doc, Field, Item, Modifier, Type, TypeKind};

/// Amended models by name: fields that hold for every record there is already.
pub(super) fn models(
    documents: &[&ast::Document],
    declared: &IndexMap<&str, &ast::Internal>,
    reports: &mut Reports,
) -> IndexMap<String, ast::Internal> {
    let mut amended: IndexMap<String, ast::Internal> = IndexMap::new();
    for item in documents.iter().flat_map(|document| &document.items) {
        let Item::Amend(amend) = item else { continue };
        let Change::Internal { declared: added, drops } = &amend.change else {
            continue;
        };
        let name = &added.name.value;
        let Some(parent) = declared.get(name.as_str()) else {
            let near = nearest(name, declared.keys().copied());
            reports.push(version::amends_nothing(added.name.span, "model", name, near));
            continue;
        };
        let model = amended.entry(name.clone()).or_insert_with(|| (*parent).clone());
        for dropped in drops {
            reports.push(version::model_loses(dropped.span, name));
        }
        for constraint in &added.constraints {
            match constraint {
                Constraint::Key { .. } | Constraint::Index { .. } => model.constraints.push(constraint.clone()),
                Constraint::Unique { fields: _, span } => reports.push(version::model_restricts(*span, name)),
            }
        }
        for field in &added.fields {
            let first = model.fields.iter().find(|known| known.name.value == field.name.value);
            if let Some(first) = first {
                reports.push(version::model_changes(
                    field.name.span,
                    (name, &field.name.value),
                    first.name.span,
                ));
            } else if is_required(field) {
                reports.push(version::model_requires(field.span, (name, &field.name.value)));
            } else {
                model.fields.push(field.clone());
            }
        }
        append_doc(&mut model.doc, &added.doc);
    }
    amended
}

fn append_doc(doc: &mut Doc, added: &Doc) {
    if let Some(added) = added {
        *doc = Some(match doc.take() {
            Some(doc) => format!("{doc}\n{added}"),
            None => added.clone(),
        });
    }
}

/// Whether the records that are there already would lack a value.
pub(super) fn is_required(field: &Field) -> bool {
    let nullable = |ty: &Type| match &ty.kind {
        TypeKind::Union(units) => units.iter().any(|unit| matches!(unit.kind, TypeKind::Null)),
        // Lists of records have no column.
        TypeKind::List(_) | TypeKind::Null => true,
        TypeKind::Named(_)
        | TypeKind::Decimal { .. }
        | TypeKind::Word(_)
        | TypeKind::Map(_)
        | TypeKind::Record(_)
        | TypeKind::Ref(_)
        | TypeKind::Ext(_) => false,
    };
    let has_default = field
        .modifiers
        .iter()
        .any(|modifier| matches!(modifier, Modifier::Default(_)));
    !nullable(&field.ty) && !has_default
}
