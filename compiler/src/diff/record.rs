//! What differs in the records of two versions: their keys, their fields, what is kept beside the keys.

use super::schema::{Part, same_wire, value_of};
use super::{Change, Class, How, Side};
use crate::ir::{External, Field, FieldType, Place};
use std::collections::BTreeSet;

/// Records that authors name, their keys and fields.
pub(super) fn records(before: Side<'_>, after: Side<'_>, changes: &mut Vec<Change>) {
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
            changes.push(whole(name, (Some(&old.place), None)));
            continue;
        };
        let key = |side: Side<'_>, external: &External| -> Vec<(String, String)> {
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
        if revision(before, old) != revision(after, new) {
            changes.push(Change {
                of: format!("external {name}"),
                name: "time of change".to_owned(),
                how: How::Overridden,
                class: Some(Class::ValueChanging),
                why: "which of two records is the newer one is told by another field".to_owned(),
                before: Some(old.place.clone()),
                after: Some(new.place.clone()),
            });
        }
    }
    for (old, new) in pairs(before, after) {
        fields(&old.name.text, (before, old), (after, new), changes);
    }
    for at in named(after) {
        let new = &after.connector.externals[at];
        if !named(before)
            .iter()
            .any(|at| before.connector.externals[*at].name.text == new.name.text)
        {
            changes.push(whole(&new.name.text, (None, Some(&new.place))));
        }
    }
}

/// Records that both versions have, those that are declared in a field of another one included.
fn pairs<'p>(before: Side<'p>, after: Side<'p>) -> Vec<(&'p External, &'p External)> {
    let in_first = |record: &External| match record.name.text.split_once('.') {
        Some((of, field)) => format!("{of}.{}", after.called(Some(of), field)),
        None => record.name.text.clone(),
    };
    let mut pairs = Vec::new();
    for old in before.connector.externals.iter().filter(|old| old.stored.is_none()) {
        let mut others = after.connector.externals.iter().filter(|new| new.stored.is_none());
        pairs.extend(others.find(|new| in_first(new) == old.name.text).map(|new| (old, new)));
    }
    pairs
}

/// A record that only one version has.
fn whole(name: &str, (before, after): (Option<&Place>, Option<&Place>)) -> Change {
    let (how, class, why) = match before {
        Some(_) => (
            How::Dropped,
            Some(Class::Breaking),
            "a unit that reads it finds it no more",
        ),
        None => (How::New, None, ""),
    };
    Change {
        of: format!("external {name}"),
        name: "the record".to_owned(),
        how,
        class,
        why: why.to_owned(),
        before: before.cloned(),
        after: after.cloned(),
    }
}

/// The field that tells which of two records is the newer one.
fn revision(side: Side<'_>, external: &External) -> Option<String> {
    let field = &external.fields[external.revision?.0].name.text;
    Some(side.called(Some(&external.name.text), field))
}

/// What is kept beside the keys, a part for each field and one for the rest.
pub(super) fn bindings(side: Side<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for external in side
        .connector
        .externals
        .iter()
        .filter(|external| external.stored.is_none())
    {
        let Some(binding) = &external.binding else { continue };
        let record = &external.name.text;
        let fields = binding.fields.iter();
        parts.extend(fields.map(|field| Part {
            name: format!("{record}.{}", field.name.text),
            said: format!("{:?}{}{:?}{:?}", field.kind, field.nullable, field.default, field.max),
            own_name: format!("{record}.{}", field.name.text),
            place: Some(field.place.clone()),
            required: !field.nullable && field.default.is_none(),
        }));
        let scope: Vec<&str> = binding
            .scope
            .iter()
            .map(|at| binding.fields[at.0].name.text.as_str())
            .collect();
        parts.push(Part {
            name: record.clone(),
            said: format!("{scope:?}{}{:?}", binding.one_to_one, binding.columns),
            own_name: record.clone(),
            place: Some(external.place.clone()),
            required: false,
        });
    }
    parts
}

fn fields(
    name: &str,
    (before, old): (Side<'_>, &External),
    (after, new): (Side<'_>, &External),
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
        if value_of(before, field) != value_of(after, other) {
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
