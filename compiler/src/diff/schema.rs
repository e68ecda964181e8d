//! What differs in the declarations of two versions: backend, records, operations, tables, functions.

use super::{Change, Class, How, Side};
use crate::ir::{Field, FieldType, Place, Scalar, Wire};
use std::collections::BTreeSet;

/// Whether a field holds the same: its type, `max` and default.
pub(super) fn same_value(a: &Field, b: &Field) -> bool {
    same_type(&a.ty, &b.ty) && a.max == b.max && a.default == b.default && a.per_language == b.per_language
}

/// Types by what they hold: keys and records are told apart by what they are written as, because their numbers differ by version.
fn same_type(a: &FieldType, b: &FieldType) -> bool {
    let written = |ty: &FieldType| -> Option<Scalar> {
        match ty {
            FieldType::Scalar(scalar) | FieldType::Key { scalar, external: _ } => Some(scalar.clone()),
            FieldType::Record(_)
            | FieldType::List(_)
            | FieldType::Map(_)
            | FieldType::Nullable(_)
            | FieldType::Ref(_) => None,
        }
    };
    match (a, b) {
        (FieldType::List(a), FieldType::List(b))
        | (FieldType::Map(a), FieldType::Map(b))
        | (FieldType::Nullable(a), FieldType::Nullable(b)) => same_type(a, b),
        (FieldType::Record(_), FieldType::Record(_)) | (FieldType::Ref(_), FieldType::Ref(_)) => true,
        (a, b) => written(a).is_some() && written(a) == written(b),
    }
}

/// Whether a field is sent the same: its name, codec, zone, and how absence is written.
pub(super) fn same_wire(a: &Field, b: &Field) -> bool {
    let form = |field: &Field| {
        (
            field.name.text.clone(),
            field.codec.clone(),
            field.zone.clone(),
            field.null_texts.clone(),
            field.optional,
            field.nullable,
        )
    };
    form(a) == form(b)
}

/// `json`
pub(super) fn wire(wire: Wire) -> &'static str {
    match wire {
        Wire::Json => "json",
        Wire::Php => "php",
        Wire::Xml => "xml",
    }
}

/// A part that one version has, or both.
struct Part {
    name: String,
    /// What it says, for comparing.
    said: String,
    own_name: String,
    place: Option<Place>,
    /// Whether something must be given for it.
    required: bool,
}

/// What each kind of change of a kind of part means.
struct Meaning {
    renamed: Option<(Class, &'static str)>,
    overridden: Option<(Class, &'static str)>,
    dropped: Option<(Class, &'static str)>,
    new: Option<(Class, &'static str)>,
    /// Of a new one that must be given.
    required: Option<(Class, &'static str)>,
}

/// All of it.
pub(super) fn changes(before: Side<'_>, after: Side<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    let (old, new) = (before.connector.wire, after.connector.wire);
    if old != new {
        changes.push(Change {
            of: "backend".to_owned(),
            name: "wire".to_owned(),
            how: How::Overridden,
            class: Some(Class::WireOnly),
            why: format!("wire {} instead of {}", wire(new), wire(old)),
            before: None,
            after: None,
        });
    }
    let protocol = |side: Side<'_>| side.with_settings(format!("{:?}", side.connector.protocol));
    if protocol(before) != protocol(after) {
        changes.push(Change {
            of: "backend".to_owned(),
            name: "adapter".to_owned(),
            how: How::Overridden,
            class: Some(Class::WireOnly),
            why: "the system is spoken to otherwise".to_owned(),
            before: None,
            after: None,
        });
    }
    let gone = "an instance or unit that uses it finds it no more";
    let configured = Meaning {
        renamed: Some((Class::Breaking, "instances give it under its old name")),
        overridden: Some((Class::Breaking, "what instances give may not fit")),
        dropped: Some((Class::Breaking, "instances give a value that nobody knows")),
        new: None,
        required: Some((Class::Breaking, "every instance must give it")),
    };
    compare(
        "backend",
        (settings(before), settings(after)),
        &configured,
        &mut changes,
    );
    records(before, after, &mut changes);
    let operations = Meaning {
        renamed: Some((Class::WireOnly, "it is fetched or sent otherwise")),
        overridden: Some((Class::WireOnly, "it is fetched or sent otherwise")),
        dropped: Some((Class::Breaking, gone)),
        new: None,
        required: None,
    };
    compare(
        "adapter",
        (adapters(before), adapters(after)),
        &operations,
        &mut changes,
    );
    let values = Meaning {
        renamed: None,
        overridden: Some((Class::ValueChanging, "the same value may become another one")),
        dropped: Some((Class::Breaking, gone)),
        new: None,
        required: None,
    };
    compare("table", (tables(before), tables(after)), &values, &mut changes);
    compare("extern fn", (externs(before), externs(after)), &values, &mut changes);
    changes
}

fn compare(of: &str, (old, new): (Vec<Part>, Vec<Part>), meaning: &Meaning, changes: &mut Vec<Change>) {
    let names: BTreeSet<&String> = old.iter().chain(&new).map(|part| &part.name).collect();
    for name in names {
        let (first, second) = (
            old.iter().find(|part| part.name == *name),
            new.iter().find(|part| part.name == *name),
        );
        let (how, said) = match (first, second) {
            (Some(_), None) => (How::Dropped, meaning.dropped),
            (None, Some(part)) if part.required => (How::New, meaning.required),
            (None, Some(_)) => (How::New, meaning.new),
            (Some(old), Some(new)) if old.said != new.said => (How::Overridden, meaning.overridden),
            (Some(old), Some(new)) if old.own_name != new.own_name => (How::Renamed, meaning.renamed),
            (Some(_), Some(_)) | (None, None) => continue,
        };
        let shown = match (first, second) {
            (Some(old), Some(new)) if old.own_name != new.own_name => format!("{} -> {}", old.own_name, new.own_name),
            (_, _) => name.clone(),
        };
        changes.push(Change {
            of: of.to_owned(),
            name: shown,
            how,
            class: said.map(|(class, _)| class),
            why: said.map_or("", |(_, why)| why).to_owned(),
            before: first.and_then(|part| part.place.clone()),
            after: second.and_then(|part| part.place.clone()),
        });
    }
}

fn settings(side: Side<'_>) -> Vec<Part> {
    let part = |setting: &crate::ir::Setting| Part {
        name: side.called(None, &setting.name.text),
        said: format!("{:?}{}{:?}", setting.scalar, setting.nullable, setting.default),
        own_name: setting.name.text.clone(),
        place: Some(setting.place.clone()),
        required: !setting.nullable && setting.default.is_none(),
    };
    side.connector.settings.iter().map(part).collect()
}

fn adapters(side: Side<'_>) -> Vec<Part> {
    let adapters = side.connector.adapters.iter();
    let parts = adapters.flat_map(|adapter| {
        let record = side.external(adapter.external).name.text.clone();
        adapter.operations.iter().map(move |operation| {
            let name = format!("{record}.{}", operation.name.text);
            Part {
                said: side.with_settings(format!(
                    "{:?}{:?}{:?}",
                    operation.params, operation.request, operation.items
                )),
                own_name: name.clone(),
                name,
                place: Some(operation.place.clone()),
                required: false,
            }
        })
    });
    parts.collect()
}

fn tables(side: Side<'_>) -> Vec<Part> {
    let part = |table: &crate::ir::Table| Part {
        name: table.name.text.clone(),
        said: format!(
            "{:?}{:?}{:?}{:?}",
            table.to_inside, table.to_outside, table.rest_inside, table.rest_outside
        ),
        own_name: table.name.text.clone(),
        place: Some(table.place.clone()),
        required: false,
    };
    side.connector.tables.iter().map(part).collect()
}

fn externs(side: Side<'_>) -> Vec<Part> {
    let part = |function: &crate::ir::ExternFn| Part {
        name: function.name.text.clone(),
        said: format!(
            "{:?}{:?}{}{}",
            function.params, function.result, function.fallible, function.module
        ),
        own_name: function.name.text.clone(),
        place: Some(function.place.clone()),
        required: false,
    };
    side.connector.externs.iter().map(part).collect()
}

/// Records that authors name, their keys and fields.
fn records(before: Side<'_>, after: Side<'_>, changes: &mut Vec<Change>) {
    let named = |side: Side<'_>| -> Vec<usize> {
        let externals = side.connector.externals.iter().enumerate();
        let named = externals.filter(|(_, external)| external.stored.is_none() && !external.name.text.contains('.'));
        named.map(|(at, _)| at).collect()
    };
    for at in named(before) {
        let old = &before.connector.externals[at];
        let name = &old.name.text;
        let Some(new) = after
            .connector
            .externals
            .iter()
            .find(|external| external.name.text == *name)
        else {
            continue;
        };
        let key = |side: Side<'_>, external: &crate::ir::External| -> Vec<(String, String)> {
            let fields = external.key.iter().map(|id| &external.fields[id.0]);
            let described = fields.map(|field| {
                let written = if let FieldType::Key { scalar, external: _ } = &field.ty {
                    format!("{scalar:?}")
                } else {
                    format!("{:?}", field.ty)
                };
                (side.called(Some(name), &field.name.text), written)
            });
            described.collect()
        };
        if key(before, old) != key(after, new) {
            changes.push(Change {
                of: format!("external {name}"),
                name: "key".to_owned(),
                how: How::Overridden,
                class: Some(Class::Breaking),
                why: "bindings of the first version lead elsewhere".to_owned(),
                before: Some(old.place.clone()),
                after: Some(new.place.clone()),
            });
        }
        fields(name, (before, old), (after, new), changes);
    }
}

fn fields(
    name: &str,
    (before, old): (Side<'_>, &crate::ir::External),
    (after, new): (Side<'_>, &crate::ir::External),
    changes: &mut Vec<Change>,
) {
    let find = |name: &str| {
        new.fields
            .iter()
            .find(|field| after.called(Some(&new.name.text), &field.name.text) == name)
    };
    let mut known = BTreeSet::new();
    let mut add = |shown: String, how, said: Option<(Class, &str)>, places: (Option<&Field>, Option<&Field>)| {
        changes.push(Change {
            of: format!("external {name}"),
            name: shown,
            how,
            class: said.map(|(class, _)| class),
            why: said.map_or("", |(_, why)| why).to_owned(),
            before: places.0.map(|field| field.place.clone()),
            after: places.1.map(|field| field.place.clone()),
        });
    };
    for field in &old.fields {
        let first = before.called(Some(name), &field.name.text);
        let Some(other) = find(&first) else {
            let why = "a unit that reads it finds it no more";
            add(
                field.name.text.clone(),
                How::Dropped,
                Some((Class::Breaking, why)),
                (Some(field), None),
            );
            continue;
        };
        known.insert(other.name.text.clone());
        let is_renamed = field.name.text != other.name.text;
        let shown = match is_renamed {
            true => format!("{} -> {}", field.name.text, other.name.text),
            false => field.name.text.clone(),
        };
        let how = if is_renamed { How::Renamed } else { How::Overridden };
        if !same_value(field, other) {
            let why = "another type, `max` or default";
            add(
                shown,
                how,
                Some((Class::ValueChanging, why)),
                (Some(field), Some(other)),
            );
        } else if !same_wire(field, other) {
            add(
                shown,
                how,
                Some((Class::WireOnly, "sent otherwise")),
                (Some(field), Some(other)),
            );
        }
    }
    for field in new.fields.iter().filter(|field| !known.contains(&field.name.text)) {
        add(field.name.text.clone(), How::New, None, (None, Some(field)));
    }
}
