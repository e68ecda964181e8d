//! What a version has in common with the one it extends: emitted once, there, and named from here.
//!
//! Compared are the items as they are emitted, places and the author's lines included: what is the same there is the same at run time.
//! An item is shared only if all that it names is the same too. What a version shares with its parent may in turn be the grandparent's;
//! it is then named where it stands. Constants of one line are repeated, because an import would be as long.

mod items;

use crate::ir::Connector;
use items::{Entry, Key, Module};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::Visibility;

/// Which version's module holds what a version shares: itself where it shares nothing.
type Homes = Vec<BTreeMap<Key, usize>>;

/// The items of each connector's module, without those that the module of its parent holds.
pub(super) fn shared(connectors: &[Connector], emitted: Vec<TokenStream>) -> Vec<TokenStream> {
    let parents: Vec<Option<usize>> = connectors.iter().map(|one| parent(connectors, one)).collect();
    if parents.iter().all(Option::is_none) {
        return emitted;
    }
    let modules: Vec<Module> = emitted.iter().map(Module::read).collect();
    let mut homes: Homes = vec![BTreeMap::new(); modules.len()];
    for index in parents_first(&parents) {
        if let Some(parent) = parents[index] {
            let same = same(&modules[index], &modules[parent]);
            homes[index] = same
                .into_iter()
                .map(|key| {
                    let home = homes[parent].get(&key).copied().unwrap_or(parent);
                    (key, home)
                })
                .collect();
        }
    }
    let names: Vec<Ident> = connectors.iter().map(|one| format_ident!("{}", one.module)).collect();
    let mut lent = BTreeSet::new();
    let mut rest: Vec<Vec<Part>> = Vec::new();
    for (module, homes) in modules.iter().zip(&homes) {
        rest.push(parts(module, homes, &mut lent));
    }
    let versions = rest.iter().enumerate();
    versions
        .map(|(index, parts)| parts.iter().map(|part| part.tokens(index, &names, &lent)).collect())
        .collect()
}

fn parent(connectors: &[Connector], connector: &Connector) -> Option<usize> {
    let above = connector.parent.as_ref()?;
    connectors
        .iter()
        .position(|one| (&one.name.text, &one.version) == (&above.0, &above.1))
}

/// Every version after the one it extends. `resolve` refuses circles.
fn parents_first(parents: &[Option<usize>]) -> Vec<usize> {
    let mut depths: Vec<(usize, usize)> = (0..parents.len())
        .map(|index| {
            (
                std::iter::successors(parents[index], |above| parents[*above]).count(),
                index,
            )
        })
        .collect();
    depths.sort_unstable();
    depths.into_iter().map(|(_, index)| index).collect()
}

/// What both modules have, down to everything it names.
fn same(own: &Module, parent: &Module) -> BTreeSet<Key> {
    let alike = |key: &&Key| {
        parent
            .entries
            .get(*key)
            .is_some_and(|above| above.text == own.entries[*key].text)
    };
    let mut same: BTreeSet<Key> = own.entries.keys().filter(alike).cloned().collect();
    let mut namers: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
    for key in &same {
        for named in own.named_by(key, parent) {
            namers.entry(named).or_default().push(key.clone());
        }
    }
    // Who names what is not the same is not the same either.
    let mut others: Vec<Key> = namers.keys().filter(|named| !same.contains(*named)).cloned().collect();
    while let Some(other) = others.pop() {
        let gone = namers.remove(&other).unwrap_or_default();
        others.extend(gone.into_iter().filter(|key| same.remove(key)));
    }
    same
}

/// A part of a version's module.
enum Part<'m> {
    /// An item, as it was emitted; it may have to be seen from other modules.
    Own(Key, &'m Entry),
    /// Names of another version's module.
    From {
        home: usize,
        module: Option<String>,
        names: Vec<String>,
        is_public: bool,
    },
    /// A mapping whose parts are not all shared.
    Mapping(&'m Entry, Vec<Part<'m>>),
    /// Names of a mapping beside it.
    Beside(String, Vec<String>),
}

impl Part<'_> {
    fn tokens(&self, version: usize, versions: &[Ident], lent: &BTreeSet<(usize, Key)>) -> TokenStream {
        match self {
            Self::Own(key, entry) => match lent.contains(&(version, key.clone())) {
                true => entry.items.iter().map(widened).collect(),
                false => entry.items.iter().map(ToTokens::to_token_stream).collect(),
            },
            Self::From {
                home,
                module,
                names,
                is_public,
            } => {
                let public = is_public.then(|| quote!(pub));
                let version = &versions[*home];
                let path = match module.as_ref().map(|name| format_ident!("{name}")) {
                    Some(module) => quote!(super::super::#version::#module),
                    None => quote!(super::#version),
                };
                let names = listed(names);
                quote!(#public use #path::#names;)
            }
            Self::Mapping(entry, parts) => {
                let parts = parts.iter().map(|part| part.tokens(version, versions, lent));
                let (attributes, name) = (&entry.attributes, format_ident!("{}", entry.name));
                quote! {
                    #(#attributes)*
                    pub mod #name {
                        use super::*;
                        #(#parts)*
                    }
                }
            }
            Self::Beside(module, names) => {
                let (module, names) = (format_ident!("{module}"), listed(names));
                quote!(use super::#module::#names;)
            }
        }
    }
}

/// `A` or `{A, B}`
fn listed(names: &[String]) -> TokenStream {
    let names: Vec<Ident> = names.iter().map(|name| super::tokens::ident(name)).collect();
    match names.as_slice() {
        [one] => quote!(#one),
        several => quote!({ #(#several),* }),
    }
}

/// The item, as other modules of the crate can name it.
fn widened(item: &syn::Item) -> TokenStream {
    let mut item = item.clone();
    if let syn::Item::Static(syn::ItemStatic { vis, .. }) | syn::Item::Fn(syn::ItemFn { vis, .. }) = &mut item
        && matches!(vis, Visibility::Inherited)
    {
        *vis = syn::parse_quote!(pub(crate));
    }
    item.to_token_stream()
}

/// What a version's module holds: names of what others hold, then what is its own.
fn parts<'m>(module: &'m Module, homes: &BTreeMap<Key, usize>, lent: &mut BTreeSet<(usize, Key)>) -> Vec<Part<'m>> {
    let mut own: Vec<Part<'m>> = Vec::new();
    let mut named = BTreeSet::new();
    for (key, entry) in module.within(None) {
        match (homes.contains_key(key), entry.is_module) {
            (true, _) => {}
            (false, true) => {
                let inner = mapping_parts(module, entry, homes, lent);
                named.extend(inner.1);
                own.push(Part::Mapping(entry, inner.0));
            }
            (false, false) => {
                named.extend(entry.words.iter().cloned());
                own.push(Part::Own(key.clone(), entry));
            }
        }
    }
    let mut parts = imports(module, None, homes, &named, lent);
    parts.extend(own);
    parts
}

/// The parts of a mapping's module, and the words in them.
fn mapping_parts<'m>(
    module: &'m Module,
    mapping: &'m Entry,
    homes: &BTreeMap<Key, usize>,
    lent: &mut BTreeSet<(usize, Key)>,
) -> (Vec<Part<'m>>, BTreeSet<String>) {
    let inside = || module.within(Some(&mapping.name));
    let own = inside().filter(|(key, entry)| !homes.contains_key(*key) && entry.beside.is_none());
    let mut named: BTreeSet<String> = own.flat_map(|(_, entry)| entry.words.iter().cloned()).collect();
    let kept = |key: &Key, entry: &Entry| match entry.is_constant {
        true => named.contains(&entry.name),
        false => !homes.contains_key(key),
    };
    let mut beside: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut own: Vec<Part<'m>> = Vec::new();
    for (key, entry) in inside() {
        match &entry.beside {
            Some(of) if named.contains(&entry.name) => beside.entry(of.clone()).or_default().push(entry.name.clone()),
            Some(_) => {}
            None if kept(key, entry) => own.push(Part::Own(key.clone(), entry)),
            None => {}
        }
    }
    let mut parts = imports(module, Some(&mapping.name), homes, &named, lent);
    parts.extend(beside.into_iter().map(|(of, names)| Part::Beside(of, names)));
    parts.extend(own);
    named.extend(mapping.words.iter().cloned());
    (parts, named)
}

/// Names of what other versions hold: all that is public, and what is named here.
fn imports<'m>(
    module: &'m Module,
    within: Option<&str>,
    homes: &BTreeMap<Key, usize>,
    named: &BTreeSet<String>,
    lent: &mut BTreeSet<(usize, Key)>,
) -> Vec<Part<'m>> {
    let mut found: BTreeMap<(usize, bool), Vec<String>> = BTreeMap::new();
    for (key, entry) in module.within(within) {
        let Some(home) = homes.get(key) else { continue };
        if entry.beside.is_some() || entry.is_constant || !(entry.is_public || named.contains(&entry.name)) {
            continue;
        }
        if !entry.is_public {
            lent.insert((*home, key.clone()));
        }
        found
            .entry((*home, entry.is_public))
            .or_default()
            .push(entry.name.clone());
    }
    let imports = found.into_iter().map(|((home, is_public), names)| Part::From {
        home,
        module: within.map(str::to_owned),
        names,
        is_public,
    });
    imports.collect()
}
