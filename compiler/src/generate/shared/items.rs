//! The items of a connector's module by name, with what each of them names.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the syntax of Rust has kinds that the generator does not write"
)]

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use syn::{Item, UseTree, Visibility};

/// A mapping's module, if it stands in one, and the name of an item.
pub(super) type Key = (Option<String>, String);

/// What a connector's module holds.
pub(super) struct Module {
    pub(super) entries: BTreeMap<Key, Entry>,
    /// As they were emitted.
    order: Vec<Key>,
}

/// What has a name in a module.
pub(super) struct Entry {
    pub(super) name: String,
    /// The item, and for a type what it does; nothing for a mapping's module and for a name of a mapping beside it.
    pub(super) items: Vec<Item>,
    /// All of it, to compare.
    pub(super) text: String,
    /// The words in it.
    pub(super) words: BTreeSet<String>,
    /// Documentation of a mapping's module.
    pub(super) attributes: Vec<syn::Attribute>,
    /// The mapping beside it that holds it.
    pub(super) beside: Option<String>,
    pub(super) is_public: bool,
    pub(super) is_constant: bool,
    pub(super) is_module: bool,
}

impl Module {
    /// The items that the generator has written.
    pub(super) fn read(items: &TokenStream) -> Self {
        let file: syn::File = match syn::parse2(items.clone()) {
            Ok(file) => file,
            Err(error) => unreachable!("the generator writes Rust: {error} in {items}"),
        };
        let mut module = Self {
            entries: BTreeMap::new(),
            order: Vec::new(),
        };
        for item in file.items {
            module.add(None, item);
        }
        module
    }

    /// What stands in a mapping's module, or beside all of them; in order.
    pub(super) fn within<'m>(&'m self, module: Option<&str>) -> impl Iterator<Item = (&'m Key, &'m Entry)> {
        let own = self.order.iter().filter(move |(of, _)| of.as_deref() == module);
        own.map(|key| (key, &self.entries[key])).collect::<Vec<_>>().into_iter()
    }

    /// What an item names, of this version and of the one that it is compared with.
    pub(super) fn named_by(&self, key: &Key, parent: &Self) -> Vec<Key> {
        let entry = &self.entries[key];
        if entry.is_module {
            let inside = |of: &Self| {
                of.within(Some(&entry.name))
                    .map(|(key, _)| key.clone())
                    .collect::<Vec<_>>()
            };
            let mut all = inside(self);
            all.extend(inside(parent));
            return all;
        }
        if let Some(of) = &entry.beside {
            return vec![(Some(of.clone()), entry.name.clone())];
        }
        let known = |key: &Key| self.entries.contains_key(key) || parent.entries.contains_key(key);
        let words = entry.words.iter().filter(|word| **word != entry.name);
        let keys = words.filter_map(|word| {
            let inner = (key.0.clone(), word.clone());
            let outer = (None, word.clone());
            [inner, outer].into_iter().find(known)
        });
        keys.collect()
    }

    fn add(&mut self, within: Option<&str>, item: Item) {
        match item {
            Item::Use(item) => self.add_beside(within, &item.tree),
            Item::Mod(item) => {
                let name = item.ident.to_string();
                let mut entry = Entry::new(name.clone());
                entry.text = item.attrs.iter().map(|one| one.to_token_stream().to_string()).collect();
                entry.attributes = item.attrs;
                (entry.is_public, entry.is_module) = (true, true);
                self.insert(within, entry);
                let inner = item.content.map(|(_, items)| items).unwrap_or_default();
                inner.into_iter().for_each(|item| self.add(Some(&name), item));
            }
            item => {
                let Some((name, is_public)) = named(&item) else {
                    unreachable!("the generator writes no such item: {}", item.to_token_stream())
                };
                let key = (within.map(str::to_owned), name.clone());
                if !self.entries.contains_key(&key) {
                    self.insert(within, Entry::new(name));
                }
                if let Some(entry) = self.entries.get_mut(&key) {
                    entry.take(item, is_public);
                }
            }
        }
    }

    fn insert(&mut self, within: Option<&str>, entry: Entry) {
        let key = (within.map(str::to_owned), entry.name.clone());
        self.order.push(key.clone());
        self.entries.insert(key, entry);
    }

    /// `use super::import_a::{B_SHAPE};`: names of a mapping beside it. `use super::*;` names nothing.
    fn add_beside(&mut self, within: Option<&str>, tree: &UseTree) {
        let UseTree::Path(above) = tree else { return };
        let UseTree::Path(module) = above.tree.as_ref() else {
            return;
        };
        for name in names(&module.tree) {
            let mut entry = Entry::new(name);
            entry.beside = Some(module.ident.to_string());
            entry.text = module.ident.to_string();
            self.insert(within, entry);
        }
    }
}

impl Entry {
    fn new(name: String) -> Self {
        Self {
            name,
            items: Vec::new(),
            text: String::new(),
            words: BTreeSet::new(),
            attributes: Vec::new(),
            beside: None,
            is_public: false,
            is_constant: false,
            is_module: false,
        }
    }

    fn take(&mut self, item: Item, is_public: bool) {
        let tokens = item.to_token_stream();
        self.text.push_str(&tokens.to_string());
        words(tokens, &mut self.words);
        self.is_public |= is_public;
        self.is_constant |= matches!(item, Item::Const(_));
        self.items.push(item);
    }
}

/// The names at the end of a `use`.
fn names(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Name(name) => vec![name.ident.to_string()],
        UseTree::Group(group) => group.items.iter().flat_map(names).collect(),
        UseTree::Path(_) | UseTree::Rename(_) | UseTree::Glob(_) => Vec::new(),
    }
}

/// What an item is known by, and whether everyone may name it; an implementation by the type that has it.
fn named(item: &Item) -> Option<(String, bool)> {
    let (name, visibility) = match item {
        Item::Static(item) => (&item.ident, &item.vis),
        Item::Const(item) => (&item.ident, &item.vis),
        Item::Fn(item) => (&item.sig.ident, &item.vis),
        Item::Struct(item) => (&item.ident, &item.vis),
        Item::Impl(item) => {
            let syn::Type::Path(path) = item.self_ty.as_ref() else {
                return None;
            };
            return Some((path.path.segments.last()?.ident.to_string(), false));
        }
        _ => return None,
    };
    Some((name.to_string(), matches!(visibility, Visibility::Public(_))))
}

/// The words that may be names of these modules: of `models::RES_PARTNER` the first, of `super::import_a::A_SHAPE` the second.
fn words(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let (mut is_below, mut colons) = (false, 0);
    for token in tokens {
        colons = match &token {
            TokenTree::Ident(ident) => {
                if colons < 2 || !is_below {
                    found.insert(ident.to_string());
                }
                is_below = ident != "super";
                0
            }
            TokenTree::Group(group) => {
                words(group.stream(), found);
                0
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons + 1,
            TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
        };
    }
}
