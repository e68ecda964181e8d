//! The declarations of one version, inherited ones first.

use super::change::Changes;
use crate::error::{Reports, join, name, version};
use indexmap::IndexMap;
use tenon_dsl::ast::{self, Item};
use tenon_dsl::source::{Name, Span};

/// A declaration and the version it comes from.
#[derive(Debug)]
pub(crate) struct Declared<'a, T> {
    /// What was written.
    pub(crate) item: &'a T,
    /// The version that declares it; absent: shared by all.
    pub(crate) origin: Option<Version<'a>>,
}

/// A version of a connector by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version<'a> {
    /// `magento`
    pub(crate) family: &'a str,
    /// `1.7`; absent for the root.
    pub(crate) version: Option<&'a str>,
}

impl Version<'_> {
    /// `magento 1.7`
    pub(crate) fn title(self) -> String {
        super::title(self.family, self.version)
    }
}

impl<T> Clone for Declared<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Declared<'_, T> {}

type Map<'a, T> = IndexMap<&'a str, Declared<'a, T>>;

/// What a version has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items<'a> {
    /// `backend` blocks, the root's first.
    pub(crate) backends: Vec<Declared<'a, ast::Backend>>,
    /// By name.
    pub(crate) externals: Map<'a, ast::External>,
    /// By external type.
    pub(crate) bindings: Map<'a, ast::Binding>,
    /// By external type.
    pub(crate) adapters: Map<'a, ast::Adapter>,
    /// By name.
    pub(crate) tables: Map<'a, ast::Table>,
    /// By name.
    pub(crate) externs: Map<'a, ast::ExternFn>,
    /// In order.
    pub(crate) mappings: Vec<Declared<'a, ast::mapping::Mapping>>,
    /// In order.
    pub(crate) tests: Vec<Declared<'a, ast::Test>>,
    /// What the versions of the chain renamed and dropped.
    pub(crate) changes: Changes<'a>,
}

impl<'a> Items<'a> {
    /// Adds a declaration of version `origin`. What is there already clashes.
    pub(crate) fn add(&mut self, item: &'a Item, origin: Option<Version<'a>>, reports: &mut Reports) {
        match item {
            Item::Internal(_) => {}
            Item::Backend(item) => self.backends.push(Declared { item, origin }),
            Item::External(item) => add(&mut self.externals, "external", &item.name, item, origin, reports),
            Item::Binding(item) => add(&mut self.bindings, "binding", &item.external, item, origin, reports),
            Item::Adapter(item) => add(&mut self.adapters, "adapter", &item.external, item, origin, reports),
            Item::Table(item) => add(&mut self.tables, "table", &item.name, item, origin, reports),
            Item::Extern(item) => add(&mut self.externs, "extern fn", &item.name, item, origin, reports),
            Item::Mapping(item) => self.add_mapping(item, origin, reports),
            Item::Test(item) => self.tests.push(Declared { item, origin }),
            // What is changed follows when all that is declared is known.
            Item::Amend(_) | Item::Override(_) | Item::Drop(_) => {}
        }
    }

    fn add_mapping(&mut self, item: &'a ast::mapping::Mapping, origin: Option<Version<'a>>, reports: &mut Reports) {
        let same = |other: &&Declared<'_, ast::mapping::Mapping>| same_mapping(&other.item.name, &item.name);
        if let Some(first) = self.mappings.iter().find(same) {
            let (first_span, span) = (first.item.name.model.span, item.name.model.span);
            let title = mapping_title(&item.name);
            reports.push(match first.origin.filter(|_| first.origin != origin) {
                None => join::mapped_twice(first_span, span, &title),
                Some(parent) => {
                    let parent = (first_span, parent.title());
                    let instead = format!("`amend {title} ..`");
                    version::declared_by_parent(span, "the mapping", &title, (parent.0, &parent.1), &instead)
                }
            });
            return;
        }
        self.mappings.push(Declared { item, origin });
    }
}

fn add<'a, T>(
    map: &mut Map<'a, T>,
    what: &str,
    written: &'a Name,
    item: &'a T,
    origin: Option<Version<'a>>,
    reports: &mut Reports,
) where
    T: HasName,
{
    match map.get(written.value.as_str()) {
        Some(first) => {
            let first_span = first.item.name().span;
            reports.push(match first.origin.filter(|_| first.origin != origin) {
                None => name::declared_twice(first_span, written.span, what, &written.value),
                Some(parent) => {
                    let parent = (first_span, parent.title());
                    let word = if matches!(what, "table" | "extern fn") {
                        "override"
                    } else {
                        "amend"
                    };
                    let instead = format!("`{word} {what} {} ..`", written.value);
                    version::declared_by_parent(written.span, what, &written.value, (parent.0, &parent.1), &instead)
                }
            });
        }
        None => {
            map.insert(&written.value, Declared { item, origin });
        }
    }
}

/// A declaration with a name.
trait HasName {
    fn name(&self) -> &Name;
}

impl HasName for ast::External {
    fn name(&self) -> &Name {
        &self.name
    }
}

impl HasName for ast::Binding {
    fn name(&self) -> &Name {
        &self.external
    }
}

impl HasName for ast::Adapter {
    fn name(&self) -> &Name {
        &self.external
    }
}

impl HasName for ast::Table {
    fn name(&self) -> &Name {
        &self.name
    }
}

impl HasName for ast::ExternFn {
    fn name(&self) -> &Name {
        &self.name
    }
}

/// Where a declaration is named.
pub(crate) fn span(item: &Item) -> Span {
    match item {
        Item::Backend(item) => item.span,
        Item::External(item) => item.name.span,
        Item::Internal(item) => item.name.span,
        Item::Binding(item) => item.external.span,
        Item::Adapter(item) => item.external.span,
        Item::Table(item) => item.name.span,
        Item::Extern(item) => item.name.span,
        Item::Mapping(item) => item.name.model.span,
        Item::Test(item) => item.name.span,
        Item::Amend(item) => item.span,
        Item::Override(item) => item.span,
        Item::Drop(item) => item.span,
    }
}

/// Whether two names mean one mapping.
pub(crate) fn same_mapping(a: &ast::mapping::MappingName, b: &ast::mapping::MappingName) -> bool {
    let variant = |name: &ast::mapping::MappingName| name.variant.as_ref().map(|variant| variant.value.clone());
    a.direction.value == b.direction.value
        && a.model.value == b.model.value
        && a.external.value == b.external.value
        && variant(a) == variant(b)
}

/// `import res.partner from Customer`
pub(crate) fn mapping_title(name: &ast::mapping::MappingName) -> String {
    use ast::mapping::Direction;
    let (word, between) = match name.direction.value {
        Direction::Import => ("import", "from"),
        Direction::Export => ("export", "to"),
        Direction::Sync => ("sync", "<->"),
    };
    let variant = name
        .variant
        .as_ref()
        .map_or_else(String::new, |variant| format!(" as {}", variant.value));
    format!("{word} {}{variant} {between} {}", name.model.value, name.external.value)
}
