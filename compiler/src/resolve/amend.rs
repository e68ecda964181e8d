//! Amendments of one version onto what it inherits: what each declaration becomes. Schemas first, then mappings.

mod mapping;
mod model;
mod rule;
mod schema;
mod target;
mod whole;

use super::change::{Changes, Gone, Owner};
use super::declared::{Declared, Items, Version, mapping_title};
use crate::error::{Reports, version};
use crate::place::Places;
use crate::suggest::{meant, nearest};
use indexmap::IndexMap;
use std::cell::OnceCell;
use tenon_dsl::ast::mapping::{Mapping, Target};
use tenon_dsl::ast::{self, Amend, Change, Item};
use tenon_dsl::source::{Name, Span};

/// Where amended declarations are kept, one slot a version.
#[derive(Debug)]
pub(crate) struct Room {
    versions: Vec<OnceCell<Made>>,
    models: OnceCell<IndexMap<String, ast::Internal>>,
}

impl Room {
    /// Room for as many versions as there are files.
    pub(crate) fn for_files(count: usize) -> Self {
        Self {
            versions: (0..count).map(|_| OnceCell::new()).collect(),
            models: OnceCell::new(),
        }
    }
}

/// What the amendments of one version made.
#[derive(Debug, Default)]
struct Made {
    backend: Option<ast::Backend>,
    externals: IndexMap<String, ast::External>,
    bindings: IndexMap<String, ast::Binding>,
    adapters: IndexMap<String, ast::Adapter>,
    /// By position among the inherited ones.
    mappings: IndexMap<usize, Mapping>,
}

/// One version while its amendments are applied.
struct Amending<'v, 'a> {
    /// What it inherits, and what it declares itself.
    items: &'v Items<'a>,
    /// The version.
    version: Version<'a>,
    places: &'v Places<'a>,
    changes: &'v mut Changes<'a>,
    reports: &'v mut Reports,
    made: Made,
}

/// Applies what the files of a version change to what it inherits.
pub(super) fn amend<'a>(
    items: &mut Items<'a>,
    documents: &[&'a ast::Document],
    (version, slot): (Version<'a>, usize),
    room: &'a Room,
    places: &Places<'a>,
    reports: &mut Reports,
) {
    let written = || documents.iter().flat_map(|document| &document.items);
    if !written().any(|item| matches!(item, Item::Amend(_) | Item::Override(_) | Item::Drop(_))) {
        return;
    }
    let mut changes = std::mem::take(&mut items.changes);
    let mut amending = Amending {
        items,
        version,
        places,
        changes: &mut changes,
        reports,
        made: Made::default(),
    };
    for amend in written().filter_map(Item::amendment) {
        amending.schema(amend);
    }
    for amend in written().filter_map(Item::amendment) {
        if let Change::Mapping {
            head,
            joins,
            statements,
        } = &amend.change
        {
            let errors = amending.reports.errors();
            amending.mapping(head, joins, statements);
            if amending.reports.errors() > errors {
                amending.changes.doubt(mapping_title(&head.name));
            }
        }
    }
    let made = amending.made;
    items.changes = changes;
    if let Some(slot) = room.versions.get(slot) {
        put(items, slot.get_or_init(|| made), version);
    }
    whole::replace(items, documents, version, reports);
}

/// Puts what was made in place of what was inherited.
fn put<'a>(items: &mut Items<'a>, made: &'a Made, version: Version<'a>) {
    if let Some(item) = &made.backend {
        let origin = Some(version);
        items.backends = vec![Declared { item, origin }];
    }
    put_all(&mut items.externals, &made.externals);
    put_all(&mut items.bindings, &made.bindings);
    put_all(&mut items.adapters, &made.adapters);
    for (at, item) in &made.mappings {
        if let Some(slot) = items.mappings.get_mut(*at) {
            slot.item = item;
            slot.origin = Some(version);
        }
    }
}

fn put_all<'a, T>(map: &mut IndexMap<&'a str, Declared<'a, T>>, made: &'a IndexMap<String, T>) {
    for (name, item) in made {
        if let Some(slot) = map.get_mut(name.as_str()) {
            slot.item = item;
        }
    }
}

/// `binding.email`
fn spelled(target: &Target) -> String {
    let path: Vec<&str> = target.path.iter().map(|name| name.value.as_str()).collect();
    path.join(".")
}

impl<'a> Amending<'_, 'a> {
    fn schema(&mut self, amend: &Amend) {
        match &amend.change {
            Change::Backend {
                declared,
                override_adapter,
                drops,
            } => self.backend(declared, *override_adapter, drops, amend.span),
            Change::External { declared, drops } => self.external(declared, drops),
            Change::Binding { declared, drops } => self.binding(declared, drops),
            Change::Adapter {
                doc,
                external,
                operations,
            } => self.adapter(doc.as_ref(), external, operations),
            // Models are one for all versions; see `models`. Mappings follow when all schemas stand.
            Change::Internal { .. } | Change::Mapping { .. } => {}
        }
    }

    /// What an amendment changes, as it stands so far; says where nothing is inherited.
    fn current<T: Clone>(
        &mut self,
        (made, map): (Option<T>, &IndexMap<&'a str, Declared<'a, T>>),
        noun: &str,
        name: &Name,
    ) -> Option<T> {
        if let Some(made) = made {
            return Some(made);
        }
        let found = map.get(name.value.as_str());
        if let Some(inherited) = found.filter(|found| found.origin != Some(self.version)) {
            return Some(inherited.item.clone());
        }
        let near = nearest(&name.value, map.keys().copied());
        self.reports.push(match found {
            Some(_) => version::amends_itself(name.span, noun, &name.value, &self.version.title()),
            None => version::amends_nothing(name.span, noun, &name.value, near).edit(meant(
                name.span,
                &name.value,
                map.keys().copied(),
            )),
        });
        None
    }

    /// Notes a drop.
    fn drop_of(
        &mut self,
        owner: Owner,
        noun: &'static str,
        (name, span): (&str, Span),
        likely: Option<(String, String)>,
    ) {
        let gone = Gone {
            name: name.to_owned(),
            noun,
            span,
            by: self.version.title(),
            likely,
        };
        self.changes.dropped(owner, gone);
    }
}

/// The models with what versions add to them.
pub(super) fn models<'a>(
    documents: &[&'a ast::Document],
    declared: IndexMap<&'a str, &'a ast::Internal>,
    room: &'a Room,
    reports: &mut Reports,
) -> IndexMap<&'a str, &'a ast::Internal> {
    let amended = model::models(documents, &declared, reports);
    let mut models = declared;
    for (name, model) in room.models.get_or_init(|| amended) {
        if let Some(slot) = models.get_mut(name.as_str()) {
            *slot = model;
        }
    }
    models
}
