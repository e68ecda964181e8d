//! Which declaration each name means: models, connectors with their version chains, and what each version has after inheriting.
//!
//! Knows names and places only; types and rules are `check`'s.

mod amend;
mod change;
mod declared;
mod lines;
mod serves;
mod version;
mod words;

pub(crate) use amend::Room;
pub(crate) use change::{Changes, Gone, Now, Owner};
pub(crate) use declared::{Declared, Items, Version, mapping_title, same_mapping};
pub(crate) use lines::history;
pub(crate) use words::{feeds, parts_mut};

use crate::error::{Reports, name};
use crate::place::Places;
use indexmap::IndexMap;
use tenon_dsl::ast;
use version::Versions;

/// Every declaration by its name.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    /// Models of the inside, in order of file name and declaration.
    pub(crate) models: IndexMap<&'a str, &'a ast::Internal>,
    /// Effective connectors, in order of family and version.
    pub(crate) connectors: Vec<Connector<'a>>,
    /// Their numbers, parents before children.
    pub(crate) parents_first: Vec<usize>,
}

/// One version with all that it inherits: items of the root come first.
#[derive(Debug)]
pub(crate) struct Connector<'a> {
    /// The family.
    pub(crate) family: &'a str,
    /// Absent for the root.
    pub(crate) version: Option<&'a str>,
    /// Index of the parent.
    pub(crate) parent: Option<usize>,
    /// `serves`
    pub(crate) serves: Option<&'a str>,
    /// Whether it extends a version that there is not, be it through its parent.
    pub(crate) is_orphan: bool,
    /// What is declared here or above.
    pub(crate) items: Items<'a>,
}

impl Connector<'_> {
    /// `magento 1.7`
    pub(crate) fn title(&self) -> String {
        title(self.family, self.version)
    }
}

/// `magento 1.7`
pub(crate) fn title(family: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("{family} {version}"),
        None => family.to_owned(),
    }
}

/// Finds the declarations and says which names clash or lead nowhere.
pub(crate) fn resolve<'a>(
    documents: &'a [ast::Document],
    room: &'a Room,
    places: &Places<'a>,
    reports: &mut Reports,
) -> Names<'a> {
    let mut sorted: Vec<&ast::Document> = documents.iter().collect();
    sorted.sort_by_key(|document| first_place(document, places));
    let models = amend::models(&sorted, models(&sorted, reports), room, reports);
    let versions = Versions::new(&sorted, reports);
    let shared = shared_items(&sorted, reports);
    let parents_first = versions.parents_first().to_vec();
    let connectors = versions.effective(&shared, room, places, reports);
    Names {
        models,
        connectors,
        parents_first,
    }
}

fn first_place(document: &ast::Document, places: &Places<'_>) -> (usize, u32) {
    let header = document.header.as_ref().map(|header| header.span);
    let first = header.or_else(|| document.items.first().map(declared::span));
    first.map_or((usize::MAX, 0), |span| places.rank(span))
}

fn models<'a>(documents: &[&'a ast::Document], reports: &mut Reports) -> IndexMap<&'a str, &'a ast::Internal> {
    let mut models: IndexMap<&str, &ast::Internal> = IndexMap::new();
    for item in documents.iter().flat_map(|document| &document.items) {
        let ast::Item::Internal(model) = item else { continue };
        match models.get(model.name.value.as_str()) {
            Some(first) => reports.push(name::declared_twice(
                first.name.span,
                model.name.span,
                "model",
                &model.name.value,
            )),
            None => {
                models.insert(&model.name.value, model);
            }
        }
    }
    models
}

/// Tables and functions of files without a connector belong to every one.
fn shared_items<'a>(documents: &[&'a ast::Document], reports: &mut Reports) -> Items<'a> {
    let mut items = Items::default();
    for document in documents.iter().filter(|document| document.header.is_none()) {
        for item in &document.items {
            match item {
                ast::Item::Internal(_) | ast::Item::Table(_) | ast::Item::Extern(_) => {}
                // The reader of files says E0008 of these.
                ast::Item::Backend(_)
                | ast::Item::External(_)
                | ast::Item::Binding(_)
                | ast::Item::Adapter(_)
                | ast::Item::Mapping(_)
                | ast::Item::Test(_)
                | ast::Item::Amend(_)
                | ast::Item::Override(_)
                | ast::Item::Drop(_) => continue,
            }
            items.add(item, None, reports);
        }
    }
    items
}
