//! Fields of the outside as they were declared, found along a path.

use crate::resolve::{Items, Owner};
use tenon_dsl::ast::{Field, Modifier, Type, TypeKind};
use tenon_dsl::source::{Name, Span};

/// What a path of the outside leads to, as far as an inverse depends on it.
#[derive(Clone, Debug)]
pub(super) struct Leaf<'a> {
    field: &'a Field,
    /// `readonly` of the field or of a record around it.
    pub(super) readonly: Option<Span>,
    /// The record whose key it is.
    key_of: Option<&'a str>,
    /// The names of the path, as this version calls them.
    pub(super) names: Vec<String>,
}

/// The field that a path leads to. Absent where there is none: the check of names says so.
pub(super) fn leaf<'a>(items: &Items<'a>, external: &str, path: &[Name]) -> Option<Leaf<'a>> {
    let declared = items.externals.get(external)?.item;
    let found = below(items, external, &declared.fields, path)?;
    let key_of = match (&declared.key[..], &found.names[..]) {
        ([key], [name]) if key.value == *name => Some(declared.name.value.as_str()),
        _ => None,
    };
    Some(Leaf { key_of, ..found })
}

fn below<'a>(items: &Items<'a>, record: &str, fields: &'a [Field], path: &[Name]) -> Option<Leaf<'a>> {
    let (first, rest) = path.split_first()?;
    let owner = Owner::Record(record.to_owned());
    let name = items.changes.name(&owner, &first.value, first.span);
    let field = fields.iter().find(|field| field.name.value == name)?;
    let own = field.modifiers.iter().find_map(readonly);
    if rest.is_empty() {
        return Some(Leaf {
            field,
            readonly: own,
            key_of: None,
            names: vec![name],
        });
    }
    let inner = match &plain(&field.ty).kind {
        TypeKind::Record(fields) => below(items, &format!("{record}.{name}"), fields, rest),
        TypeKind::Named(named) => {
            let declared = items.externals.get(named.value.as_str())?.item;
            below(items, &named.value, &declared.fields, rest)
        }
        TypeKind::Decimal { .. }
        | TypeKind::Word(_)
        | TypeKind::Null
        | TypeKind::List(_)
        | TypeKind::Map(_)
        | TypeKind::Ref(_)
        | TypeKind::Ext(_)
        | TypeKind::Union(_) => None,
    }?;
    Some(Leaf {
        readonly: own.or(inner.readonly),
        names: std::iter::once(name).chain(inner.names.iter().cloned()).collect(),
        ..inner
    })
}

fn readonly(modifier: &Modifier) -> Option<Span> {
    match modifier {
        Modifier::Readonly(span) => Some(*span),
        Modifier::Max(_)
        | Modifier::AsFormat(_)
        | Modifier::As(_)
        | Modifier::Zone(_)
        | Modifier::NullTexts(_)
        | Modifier::Sensitive(_)
        | Modifier::PerLanguage(_)
        | Modifier::Default(_)
        | Modifier::Fill(_)
        | Modifier::RenamedFrom(_)
        | Modifier::OnDelete(_)
        | Modifier::By(_) => None,
    }
}

/// The type without `| null`.
fn plain(ty: &Type) -> &Type {
    let TypeKind::Union(types) = &ty.kind else { return ty };
    let mut others = types.iter().filter(|ty| !is_null(ty));
    match (others.next(), others.next()) {
        (Some(one), None) => one,
        _ => ty,
    }
}

fn is_null(ty: &Type) -> bool {
    matches!(ty.kind, TypeKind::Null)
}

impl<'a> Leaf<'a> {
    /// The zone whose local time it holds, unless what is written says the offset.
    pub(super) fn zone(&self) -> Option<&'a Name> {
        let mut modifiers = self.field.modifiers.iter();
        let says_offset = |modifier: &Modifier| match modifier {
            Modifier::AsFormat(format) => says_offset(&format.value),
            Modifier::Zone(_)
            | Modifier::Max(_)
            | Modifier::As(_)
            | Modifier::NullTexts(_)
            | Modifier::Sensitive(_)
            | Modifier::Readonly(_)
            | Modifier::PerLanguage(_)
            | Modifier::Default(_)
            | Modifier::Fill(_)
            | Modifier::RenamedFrom(_)
            | Modifier::OnDelete(_)
            | Modifier::By(_) => false,
        };
        if modifiers.clone().any(says_offset) {
            return None;
        }
        modifiers.find_map(|modifier| {
            if let Modifier::Zone(zone) = modifier {
                Some(zone)
            } else {
                None
            }
        })
    }

    /// Whether its values are written as they are: a format may say less than the value holds, and where absence has a text of its
    /// own that text comes back as absent.
    pub(super) fn is_exact(&self, items: &Items<'_>) -> bool {
        let modifiers = &self.field.modifiers;
        let changes = |modifier: &Modifier| {
            matches!(
                modifier,
                Modifier::AsFormat(_) | Modifier::As(_) | Modifier::NullTexts(_)
            )
        };
        let admits_null = matches!(&self.field.ty.kind, TypeKind::Union(types) if types.iter().any(is_null));
        let mut wires = items.backends.iter().filter_map(|declared| declared.item.wire.as_ref());
        let has_blank_null = wires.any(|wire| wire.value != "json");
        !(modifiers.iter().any(changes) || admits_null && has_blank_null)
    }

    /// The record whose key it holds.
    pub(super) fn key(&self) -> Option<&'a str> {
        if let TypeKind::Ext(name) = &plain(&self.field.ty).kind {
            return Some(&name.value);
        }
        self.key_of
    }

    /// The function that makes its value of a text.
    pub(super) fn reader(&self) -> Option<&'static str> {
        match &plain(&self.field.ty).kind {
            TypeKind::Named(name) if name.value == "int" => Some("int"),
            TypeKind::Named(name) if name.value == "decimal" => Some("decimal"),
            TypeKind::Decimal { .. } => Some("decimal"),
            TypeKind::Named(_)
            | TypeKind::Word(_)
            | TypeKind::Null
            | TypeKind::List(_)
            | TypeKind::Map(_)
            | TypeKind::Record(_)
            | TypeKind::Ref(_)
            | TypeKind::Ext(_)
            | TypeKind::Union(_) => None,
        }
    }
}

/// Whether a format writes the offset: then the zone decides nothing.
pub(super) fn says_offset(format: &str) -> bool {
    ["%z", "%:z", "%s"].iter().any(|part| format.contains(part))
}

/// Whether a zone never changes its clocks. Those of regions may, whatever they did so far: that is for their governments to say.
pub(super) fn is_fixed(zone: &str) -> bool {
    const FIXED: [&str; 6] = ["UTC", "GMT", "UCT", "Zulu", "Universal", "Greenwich"];
    FIXED.contains(&zone) || zone.starts_with("Etc/")
}
