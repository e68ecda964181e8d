//! What versions replace and drop as a whole: tables and functions; and what they only drop: external records, their adapters and
//! bindings, mappings.

use super::super::change::{Changes, Gone, Owner};
use super::super::declared::{Declared, Items, Version, mapping_title, same_mapping};
use super::spelled;
use crate::error::{Reports, version};
use crate::suggest::{meant, nearest};
use indexmap::IndexMap;
use tenon_dsl::ast::mapping::MappingName;
use tenon_dsl::ast::{self, DropKind, Dropped, Item, Overridden};
use tenon_dsl::source::Name;

/// Replaces and drops what a version says as a whole.
pub(super) fn replace<'a>(
    items: &mut Items<'a>,
    documents: &[&'a ast::Document],
    version: Version<'a>,
    reports: &mut Reports,
) {
    for item in documents.iter().flat_map(|document| &document.items) {
        match item {
            Item::Override(written) => match &written.item {
                Overridden::Table(table) => {
                    let slot = (&mut items.tables, "table");
                    replace_one(slot, &mut items.changes, (&table.name, table), version, reports);
                }
                Overridden::Extern(function) => {
                    let slot = (&mut items.externs, "extern fn");
                    replace_one(slot, &mut items.changes, (&function.name, function), version, reports);
                }
            },
            Item::Drop(dropped) => drop_whole(items, dropped, version, reports),
            Item::Amend(_)
            | Item::Backend(_)
            | Item::External(_)
            | Item::Internal(_)
            | Item::Binding(_)
            | Item::Adapter(_)
            | Item::Table(_)
            | Item::Extern(_)
            | Item::Mapping(_)
            | Item::Test(_) => {}
        }
    }
}

type Slot<'s, 'a, T> = (&'s mut IndexMap<&'a str, Declared<'a, T>>, &'static str);

fn replace_one<'a, T>(
    (map, noun): Slot<'_, 'a, T>,
    changes: &mut Changes<'a>,
    (name, item): (&'a Name, &'a T),
    version: Version<'a>,
    reports: &mut Reports,
) {
    match map
        .get_mut(name.value.as_str())
        .filter(|slot| slot.origin != Some(version))
    {
        Some(slot) => {
            changes.declared_anew(&name.value, name.span);
            *slot = Declared {
                item,
                origin: Some(version),
            };
        }
        None => {
            let near = nearest(&name.value, map.keys().copied());
            let edit = meant(name.span, &name.value, map.keys().copied());
            reports.push(version::overrides_nothing(name.span, noun, &name.value, near).edit(edit));
        }
    }
}

fn drop_whole<'a>(items: &mut Items<'a>, dropped: &Dropped, version: Version<'a>, reports: &mut Reports) {
    let changes = &mut items.changes;
    let by = (version, reports);
    match dropped.kind {
        DropKind::Table => remove((&mut items.tables, "table"), changes, &Owner::Connector, dropped, by),
        DropKind::Adapter => remove(
            (&mut items.adapters, "adapter"),
            changes,
            &Owner::Connector,
            dropped,
            by,
        ),
        DropKind::Binding => remove(
            (&mut items.bindings, "binding"),
            changes,
            &Owner::Connector,
            dropped,
            by,
        ),
        DropKind::External => {
            let owner = Owner::Whole("external");
            remove((&mut items.externals, "external"), changes, &owner, dropped, by);
            // What is kept and called for records that there are no more goes with them.
            for name in dropped.names.iter().map(spelled) {
                let is_gone = !items.externals.contains_key(name.as_str());
                let goes = |of: &str, origin: Option<Version<'_>>| is_gone && *of == name && origin != Some(version);
                items.adapters.retain(|of, slot| !goes(of, slot.origin));
                items.bindings.retain(|of, slot| !goes(of, slot.origin));
            }
        }
        DropKind::Mapping => {
            if let Some(name) = &dropped.mapping {
                drop_mapping(items, name, by);
            }
        }
        // The parser lets no others stand here.
        DropKind::Extern
        | DropKind::Part
        | DropKind::Let
        | DropKind::With
        | DropKind::And
        | DropKind::Import
        | DropKind::Export => {
            remove(
                (&mut items.externs, "extern fn"),
                changes,
                &Owner::Connector,
                dropped,
                by,
            );
        }
    }
}

fn drop_mapping<'a>(items: &mut Items<'a>, name: &MappingName, (version, reports): (Version<'a>, &mut Reports)) {
    let title = mapping_title(name);
    let span = name.direction.span.to(name.external.span);
    let mut mappings = items.mappings.iter();
    let found = mappings.position(|known| same_mapping(&known.item.name, name) && known.origin != Some(version));
    let Some(at) = found else {
        let titles: Vec<String> = items
            .mappings
            .iter()
            .map(|known| mapping_title(&known.item.name))
            .collect();
        let near = nearest(&title, titles.iter().map(String::as_str));
        reports.push(version::drops_nothing(span, "mapping", &title, near));
        return;
    };
    items.mappings.remove(at);
    let gone = Gone {
        name: title,
        noun: "mapping",
        span,
        by: version.title(),
        likely: None,
    };
    items.changes.dropped(Owner::Whole("mapping"), gone);
}

fn remove<'a, T>(
    (map, noun): Slot<'_, 'a, T>,
    changes: &mut Changes<'a>,
    owner: &Owner,
    dropped: &Dropped,
    (version, reports): (Version<'a>, &mut Reports),
) {
    for target in &dropped.names {
        let name = spelled(target);
        let inherited = map.get(name.as_str()).is_some_and(|slot| slot.origin != Some(version));
        if !inherited {
            let near = nearest(&name, map.keys().copied());
            let edit = meant(target.span, &name, map.keys().copied());
            reports.push(version::drops_nothing(target.span, noun, &name, near).edit(edit));
            continue;
        }
        map.shift_remove(name.as_str());
        let gone = Gone {
            name,
            noun,
            span: target.span,
            by: version.title(),
            likely: None,
        };
        changes.dropped(owner.clone(), gone);
    }
}
