//! `binding`: where keys and ids of a type meet, and what is kept about the pair.

use super::duplicate_fields;
use super::fill::fills;
use super::internal::{FieldMaker, Keys};
use super::modifier::Place;
use crate::check::world::Inside;
use crate::error::{Reports, join, name, typing};
use crate::ir::{
    Binding, External, ExternalId, FieldType, Model, ModelFieldId, ModelId, ModelKind, OwnColumns, Scalar,
};
use crate::place::Places;
use crate::resolve::Items;
use std::collections::HashSet;
use tenon_dsl::ast;
use tenon_dsl::source::Name;

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
                columns: None,
            }),
            Some(declared) => {
                if external.key.is_empty() && declared.key.is_empty() && !wrong_keys.contains(&ExternalId(at)) {
                    reports.push(join::binds_keyless(declared.external.span, &external.name.text));
                }
                let key = key_of(external);
                Some(binding(
                    (declared, at, &key),
                    items,
                    inside,
                    places,
                    &mut wrong,
                    reports,
                ))
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
    (declared, external, key): (&ast::Binding, usize, &Scalar),
    items: &Items<'_>,
    inside: &Inside,
    places: &Places<'_>,
    wrong: &mut WrongFields,
    reports: &mut Reports,
) -> Binding {
    let columns = declared
        .inline
        .as_ref()
        .and_then(|inline| own_columns(inline, key, inside, reports));
    if let Some(key) = declared.key.first() {
        let parts: Vec<&str> = declared.key.iter().map(|part| part.value.as_str()).collect();
        reports.push(join::binding_with_key(key.span, &declared.external.value, &parts));
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
    fills(&mut fields, &declared.fields, &declared.external.value, reports);
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
        columns,
        fields,
    }
}

/// What the key of a record is written as; that of several parts is one text.
fn key_of(external: &External) -> Scalar {
    let [key] = external.key[..] else { return Scalar::Text };
    match &external.fields[key.0].ty {
        FieldType::Key { scalar, external: _ } | FieldType::Scalar(scalar) => scalar.clone(),
        FieldType::Record(_) | FieldType::List(_) | FieldType::Map(_) | FieldType::Nullable(_) | FieldType::Ref(_) => {
            Scalar::Text
        }
    }
}

/// `in project.project (key trello_id, synced trello_sync_date)`
fn own_columns(
    inline: &ast::InlineBinding,
    key: &Scalar,
    inside: &Inside,
    reports: &mut Reports,
) -> Option<OwnColumns> {
    let Some(id) = inside.find(&inline.model.value) else {
        reports.push(name::unknown_model(&inline.model, &inside.names()));
        return None;
    };
    let key_types: &[Scalar] = if matches!(key, Scalar::Int) {
        &[Scalar::Int, Scalar::Text]
    } else {
        &[Scalar::Text]
    };
    let key = own_column(&inline.key, (id, inside), key_types, "the column of a key", reports);
    let synced = inline.synced.as_ref().map(|synced| {
        let of = "the column of the last exchange";
        own_column(synced, (id, inside), &[Scalar::DateTime], of, reports)
    });
    Some(OwnColumns {
        model: id,
        key: key?,
        synced: match synced {
            Some(synced) => Some(synced?),
            None => None,
        },
    })
}

fn own_column(
    written: &Name,
    (id, inside): (ModelId, &Inside),
    types: &[Scalar],
    of: &str,
    reports: &mut Reports,
) -> Option<ModelFieldId> {
    let model: &Model = inside.model(id);
    let Some(at) = inside.field(id, &written.value) else {
        let known: Vec<&str> = model.fields.iter().map(|field| field.name.text.as_str()).collect();
        reports.push(name::unknown_field(written, "model", &model.name.text, &known));
        return None;
    };
    let field = &model.fields[at.0];
    let fits = matches!(&field.kind, ModelKind::Scalar(scalar) if types.contains(scalar)) && field.nullable;
    let is_folded = model.keys.iter().any(|key| key.fold && key.fields.contains(&at));
    if inside.wrong.contains(&(id, at)) {
        return None;
    }
    if !fits || is_folded {
        let own = types
            .iter()
            .find(|scalar| matches!(&field.kind, ModelKind::Scalar(held) if held == *scalar));
        let needed = own
            .or(types.first())
            .map(crate::types::shown_scalar)
            .unwrap_or_default();
        let found = match is_folded {
            true => "part of a key that folds".to_owned(),
            false => crate::types::TypeNames {
                models: &inside.models,
                externals: &[],
            }
            .show(&inside.type_of(id, at)),
        };
        let help = format!("declare it in {}: {}: {needed} | null", model.name.text, written.value);
        reports.push(typing::wrong_operand(
            written.span,
            &format!("{needed} | null"),
            &found,
            of,
            Some(help),
        ));
        return None;
    }
    Some(at)
}

/// Says columns of another model than the one that the record leads to.
pub(crate) fn columns_are_of_the_model(
    items: &Items<'_>,
    externals: &[External],
    inside: &Inside,
    reports: &mut Reports,
) {
    for external in externals {
        let declared = items.bindings.get(external.name.text.as_str());
        let inline = declared.and_then(|declared| declared.item.inline.as_ref());
        let own = external.binding.as_ref().and_then(|binding| binding.columns);
        if let (Some(inline), Some(own), Some(leads)) = (inline, own, external.models.first())
            && own.model != *leads
        {
            let (leads, other) = (&inside.model(*leads).name.text, &inside.model(own.model).name.text);
            reports.push(join::columns_of_another(
                inline.model.span,
                &external.name.text,
                leads,
                other,
            ));
        }
    }
}
