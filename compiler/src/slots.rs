//! Which leaves of which record types are read, and the slot of each. Pure; read by `generate` and by the interpreter.
//!
//! Mappings that hand records to each other (`via`) form a family. Within a family each record type has one layout, whichever source
//! a record came from, so that a child reads the rows that its parent's scan made.

use crate::ir::expr::ExprKind;
use crate::ir::mapping::{ChildKey, Mapping, Read, RuleKind};
use crate::ir::{Connector, ExternalId, FieldId, FieldType, MappingId};
use crate::walk;
use std::collections::{BTreeMap, BTreeSet};

/// The layouts of all families of one connector.
#[derive(Clone, Debug)]
pub struct Slots {
    /// In order of their first mapping.
    pub families: Vec<Family>,
    family_of: Vec<usize>,
}

/// Mappings that hand records to each other.
#[derive(Clone, Debug)]
pub struct Family {
    /// In the order of the connector; the first one names the family.
    pub mappings: Vec<MappingId>,
    /// One layout per record type that the family reads.
    pub layouts: Layouts,
}

/// The leaves of one record type that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Fields of the key first, then in order of declaration.
    pub fields: Vec<(FieldId, u16)>,
    /// How many slots a row has, nested records included.
    pub slots: u16,
}

impl Layout {
    /// The slot of a field; absent: nothing reads it.
    pub fn slot(&self, field: FieldId) -> Option<u16> {
        self.fields.iter().find(|(id, _)| *id == field).map(|(_, slot)| *slot)
    }
}

impl Slots {
    /// The layouts of a connector's mappings.
    pub fn of(connector: &Connector) -> Self {
        let family_of = families(connector);
        let mut families: Vec<Family> = Vec::new();
        let mut numbers: Vec<usize> = Vec::new();
        let mut renumbered = Vec::with_capacity(family_of.len());
        for (index, root) in family_of.into_iter().enumerate() {
            let family = numbers.iter().position(|known| *known == root).unwrap_or_else(|| {
                numbers.push(root);
                families.push(Family {
                    mappings: Vec::new(),
                    layouts: BTreeMap::new(),
                });
                families.len() - 1
            });
            families[family].mappings.push(MappingId(index));
            renumbered.push(family);
        }
        for family in &mut families {
            family.layouts = layouts(connector, &family.mappings);
        }
        Self {
            families,
            family_of: renumbered,
        }
    }

    /// The family of a mapping.
    pub fn family(&self, mapping: MappingId) -> &Family {
        &self.families[self.family_of[mapping.0]]
    }

    /// The layout of a record type as a mapping sees it.
    pub fn layout(&self, mapping: MappingId, external: ExternalId) -> Option<&Layout> {
        self.family(mapping).layouts.get(&external)
    }
}

/// Mappings of imports whose records have more leaves than a row has slots, and the record types.
pub(crate) fn too_wide(connector: &Connector) -> Vec<(MappingId, ExternalId)> {
    let slots = Slots::of(connector);
    let wide = slots.families.iter().flat_map(|family| {
        let layouts = family.layouts.iter();
        let wide = layouts.filter(|(_, layout)| layout.slots == u16::MAX);
        wide.filter_map(|(external, _)| {
            let reader = family.mappings.iter().find(|id| {
                let sources = &connector.mappings[id.0].sources;
                sources.iter().any(|source| source.external == *external)
            });
            Some((*reader?, *external))
        })
    });
    wide.collect()
}

/// For each mapping the lowest mapping it is connected to.
fn families(connector: &Connector) -> Vec<usize> {
    let mut root: Vec<usize> = (0..connector.mappings.len()).collect();
    for (parent, mapping) in connector.mappings.iter().enumerate() {
        for child in children(mapping) {
            let (a, b) = (root[parent], root[child.0]);
            let (low, high) = (a.min(b), a.max(b));
            root.iter_mut()
                .filter(|known| **known == high)
                .for_each(|known| *known = low);
        }
    }
    root
}

/// The mappings that a mapping hands elements to.
fn children(mapping: &Mapping) -> impl Iterator<Item = MappingId> {
    mapping.rules.iter().filter_map(|rule| match &rule.kind {
        RuleKind::Children { mapping, .. } => Some(*mapping),
        RuleKind::Copy { .. } | RuleKind::Set { .. } | RuleKind::SetMany { .. } | RuleKind::Add { .. } => None,
    })
}

/// Layouts by record type.
pub type Layouts = BTreeMap<ExternalId, Layout>;

/// The layouts of a record that is written: these fields of it, and all fields of the records in them.
pub fn written(connector: &Connector, external: ExternalId, fields: BTreeSet<FieldId>) -> Layouts {
    let mut read = Fields::new();
    let mut open: Vec<ExternalId> = Vec::new();
    let below = |field: &FieldId, of: ExternalId| record_of(&connector.externals[of.0].fields[field.0].ty);
    open.extend(fields.iter().filter_map(|field| below(field, external)));
    read.insert(external, fields);
    while let Some(next) = open.pop() {
        if read.contains_key(&next) {
            continue;
        }
        // What is `readonly` is never sent, and what the other side holds is compared without it.
        let fields = connector.externals[next.0].fields.iter().enumerate();
        let written = fields.filter(|(_, field)| !field.readonly);
        let all: BTreeSet<FieldId> = written.map(|(at, _)| FieldId(at)).collect();
        open.extend(all.iter().filter_map(|field| below(field, next)));
        read.insert(next, all);
    }
    read.keys()
        .map(|external| (*external, layout(connector, &read, *external, &mut Vec::new())))
        .collect()
}

type Fields = BTreeMap<ExternalId, BTreeSet<FieldId>>;

fn layouts(connector: &Connector, family: &[MappingId]) -> BTreeMap<ExternalId, Layout> {
    let mut read = Fields::new();
    for id in family {
        mapping_reads(connector, &connector.mappings[id.0], &mut read);
    }
    nested_types(connector, &mut read);
    read.keys()
        .map(|external| (*external, layout(connector, &read, *external, &mut Vec::new())))
        .collect()
}

fn mapping_reads(connector: &Connector, mapping: &Mapping, read: &mut Fields) {
    for source in &mapping.sources {
        read.entry(source.external).or_default();
        tree_reads(connector, source.external, &source.reads, read);
    }
    for rule in &mapping.rules {
        match &rule.kind {
            RuleKind::Copy {
                source,
                field,
                target: _,
            } => {
                read.entry(mapping.sources[source.0].external)
                    .or_default()
                    .insert(*field);
            }
            RuleKind::Children {
                mapping: child,
                key: Some(ChildKey::Field(field)),
                ..
            } => {
                read.entry(connector.mappings[child.0].external)
                    .or_default()
                    .insert(*field);
            }
            RuleKind::Children { .. } | RuleKind::Set { .. } | RuleKind::SetMany { .. } | RuleKind::Add { .. } => {}
        }
    }
    walk::roots(mapping, &mut |root| {
        walk::deep(root, &mut |expr| {
            if let ExprKind::Field { external, field, of: _ } = &expr.kind {
                read.entry(*external).or_default().insert(*field);
            }
        });
    });
}

fn tree_reads(connector: &Connector, external: ExternalId, tree: &[Read], read: &mut Fields) {
    for node in tree {
        read.entry(external).or_default().insert(node.field);
        if let Some(inner) = record_of(&connector.externals[external.0].fields[node.field.0].ty) {
            tree_reads(connector, inner, &node.below, read);
        }
    }
}

/// A record type that a field which is read holds has a layout too, be it an empty one.
fn nested_types(connector: &Connector, read: &mut Fields) {
    let mut open: Vec<ExternalId> = read.keys().copied().collect();
    while let Some(external) = open.pop() {
        let fields = read.get(&external).cloned().unwrap_or_default();
        for field in fields {
            if let Some(inner) = record_of(&connector.externals[external.0].fields[field.0].ty)
                && !read.contains_key(&inner)
            {
                read.insert(inner, BTreeSet::new());
                open.push(inner);
            }
        }
    }
}

/// The record type that a value holds, be it in lists or maps.
pub fn record_of(ty: &FieldType) -> Option<ExternalId> {
    match ty {
        FieldType::Scalar(_) | FieldType::Key { .. } | FieldType::Ref(_) => None,
        FieldType::Record(external) => Some(*external),
        FieldType::List(inner) | FieldType::Map(inner) | FieldType::Nullable(inner) => record_of(inner),
    }
}

/// Invariant: the fields of the key come first, because a source that binds is read by them.
fn layout(connector: &Connector, read: &Fields, external: ExternalId, above: &mut Vec<ExternalId>) -> Layout {
    let declared = &connector.externals[external.0];
    let used = read.get(&external).cloned().unwrap_or_default();
    let key = declared.key.iter().filter(|field| used.contains(*field));
    let rest = used.iter().filter(|field| !declared.key.contains(*field));
    let mut fields = Vec::new();
    let mut next = 0_u16;
    above.push(external);
    for field in key.chain(rest) {
        // `check` refuses a record of so many; records within records may be more than memory holds.
        if next == u16::MAX {
            break;
        }
        fields.push((*field, next));
        next += 1;
        // A record that holds itself has no end; its inner one has no leaves.
        if let FieldType::Record(inner) = &declared.fields[field.0].ty
            && !above.contains(inner)
        {
            next = next.saturating_add(layout(connector, read, *inner, above).slots);
        }
    }
    above.pop();
    Layout { fields, slots: next }
}
