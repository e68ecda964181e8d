//! `binding`: where keys and ids of a type meet, and what is kept about the pair.

use super::duplicate_fields;
use super::internal::{FieldMaker, Keys};
use super::modifier::Place;
use crate::check::world::Inside;
use crate::error::{Reports, join, name, unbuilt};
use crate::ir::{Binding, External, ExternalId, ModelFieldId};
use crate::place::Places;
use crate::resolve::Items;
use std::collections::HashSet;
use tenon_dsl::ast;

/// Fields of bindings whose type is a mistake: external type, field.
pub(crate) type WrongFields = HashSet<(usize, ModelFieldId)>;

/// Gives every type with a key its binding.
pub(crate) fn bindings(
    items: &Items<'_>,
    externals: &mut [External],
    wrong_keys: &HashSet<ExternalId>,
    inside: &Inside,
    places: &Places<'_>,
    reports: &mut Reports,
) -> WrongFields {
    let mut wrong = WrongFields::new();
    for (at, external) in externals.iter_mut().enumerate() {
        let declared = items
            .bindings
            .get(external.name.text.as_str())
            .map(|declared| declared.item);
        external.binding = match declared {
            None if external.key.is_empty() => None,
            None => Some(Binding {
                scope: Vec::new(),
                fields: Vec::new(),
                one_to_one: false,
            }),
            Some(declared) => {
                if external.key.is_empty() && declared.key.is_empty() && !wrong_keys.contains(&ExternalId(at)) {
                    reports.push(join::binds_keyless(declared.external.span, &external.name.text));
                }
                Some(binding((declared, at), items, inside, places, &mut wrong, reports))
            }
        };
    }
    for declared in items.bindings.values() {
        if !items.externals.contains_key(declared.item.external.value.as_str()) {
            let known: Vec<&str> = items.externals.keys().copied().collect();
            reports.push(name::unknown_external(&declared.item.external, &known));
        }
    }
    wrong
}

fn binding(
    (declared, external): (&ast::Binding, usize),
    items: &Items<'_>,
    inside: &Inside,
    places: &Places<'_>,
    wrong: &mut WrongFields,
    reports: &mut Reports,
) -> Binding {
    if let Some(inline) = &declared.inline {
        reports.push(unbuilt::not_built(
            inline.model.span,
            "a binding kept in the record's own columns",
        ));
    }
    if let Some(key) = declared.key.first() {
        reports.push(unbuilt::not_built(key.span, "a key made of fields of the binding"));
    }
    duplicate_fields(&declared.fields, reports);
    let mut fields = Vec::new();
    for field in &declared.fields {
        let mut maker = FieldMaker {
            index: &inside.index,
            declared: None,
            place: Place::Binding,
            keys: Some(Keys { items }),
            places,
            reports,
        };
        let made = maker.field(field);
        if made.is_wrong {
            wrong.insert((external, ModelFieldId(fields.len())));
        }
        fields.push(made.field);
    }
    let scope = declared.scope.iter().filter_map(|part| {
        let found = declared.fields.iter().position(|field| field.name.value == part.value);
        if found.is_none() {
            let known: Vec<&str> = declared.fields.iter().map(|field| field.name.value.as_str()).collect();
            reports.push(name::unknown_field(
                part,
                "binding of",
                &declared.external.value,
                &known,
            ));
        }
        found.map(ModelFieldId)
    });
    Binding {
        scope: scope.collect(),
        one_to_one: declared.one_to_one.is_some(),
        fields,
    }
}
