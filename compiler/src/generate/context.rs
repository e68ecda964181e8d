//! What every generator function of one mapping needs to look up, and the names it gives.

use super::shape::shape_name;
use super::source::mentions;
use super::tokens::{number, shouted};
use crate::ir::mapping::{LetId, Mapping, SourceId, Target};
use crate::ir::{Connector, ExternalId, FieldId, MappingId, ModelField, ModelId, Program};
use crate::slots::Slots;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::sync::OnceLock;

/// One mapping in its connector in its program.
pub(crate) struct Context<'p> {
    pub(crate) program: &'p Program,
    pub(crate) connector: &'p Connector,
    pub(crate) slots: &'p Slots,
    pub(crate) id: MappingId,
    pub(crate) mapping: &'p Mapping,
    /// What the function of each let gives, as far as somebody asked.
    lets: Vec<OnceLock<LetKind>>,
}

/// What the function of a let gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetKind {
    /// Any value.
    Any,
    /// A decimal.
    Decimal,
    /// Records of a payload.
    Records,
}

/// Names of a mapping's module that an alias cannot have.
const TAKEN: [&str; 5] = ["SOURCES", "WRITES", "RULES", "LOOKUPS", "INFO"];
/// Ends of names that an alias cannot have.
const TAKEN_ENDS: [&str; 3] = ["_SHAPE", "_TYPE", "_VIA"];

impl<'p> Context<'p> {
    pub(crate) fn new(program: &'p Program, connector: &'p Connector, slots: &'p Slots, id: MappingId) -> Self {
        let mapping = &connector.mappings[id.0];
        Self {
            program,
            connector,
            slots,
            id,
            mapping,
            lets: mapping.lets.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// What the function of a let gives; found out once.
    pub(super) fn let_kind(&self, id: LetId, found: impl FnOnce() -> LetKind) -> LetKind {
        *self.lets[id.0].get_or_init(found)
    }

    /// `RES_PARTNER` in the module of models.
    pub(super) fn model(&self, id: ModelId) -> TokenStream {
        let name = format_ident!("{}", shouted(&self.program.models[id.0].name));
        quote!(&models::#name)
    }

    /// The name of a target.
    pub(crate) fn target_name(&self, target: &Target) -> &'p crate::ir::Ident {
        match target {
            Target::Field(field) => &self.program.models[self.mapping.model.0].fields[field.0].name,
            Target::Binding(field) => &self.binding_fields()[field.0].name,
            Target::Out(field) => &self.connector.externals[self.mapping.external.0].fields[field.0].name,
        }
    }

    fn binding_fields(&self) -> &'p [ModelField] {
        let binding = &self.connector.externals[self.mapping.external.0].binding;
        binding
            .as_ref()
            .map(|binding| binding.fields.as_slice())
            .unwrap_or_default()
    }

    /// The slot of a field that the family reads.
    pub(crate) fn slot(&self, external: ExternalId, field: FieldId) -> u16 {
        match self
            .slots
            .layout(self.id, external)
            .and_then(|layout| layout.slot(field))
        {
            Some(slot) => slot,
            None => unreachable!("every field of an expression has a slot: slots.rs walks them all"),
        }
    }

    /// The record types whose shapes this mapping's tables name.
    pub(crate) fn own_shapes(&self) -> Vec<ExternalId> {
        let mut ids: Vec<ExternalId> = self.mapping.sources.iter().map(|source| source.external).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// `&CUSTOMER_SHAPE`
    pub(super) fn shape(&self, external: ExternalId) -> TokenStream {
        let name = shape_name(&self.connector.externals[external.0]);
        quote!(&#name)
    }

    /// `HOME`, the position of a source.
    pub(super) fn source(&self, id: SourceId) -> Ident {
        let name = shouted(&self.mapping.sources[id.0].alias);
        let clash = TAKEN.contains(&name.as_str()) || TAKEN_ENDS.iter().any(|end| name.ends_with(end));
        match clash {
            true => format_ident!("{name}_SOURCE"),
            false => format_ident!("{name}"),
        }
    }

    /// `const HOME: usize = 2;` for each source that is named.
    pub(super) fn source_constants(&self, used_in: &TokenStream) -> TokenStream {
        let sources = (0..self.mapping.sources.len()).map(|index| (self.source(SourceId(index)), number(index)));
        sources
            .filter(|(name, _)| mentions(used_in, &name.to_string()))
            .map(|(name, position)| quote!(const #name: usize = #position;))
            .collect()
    }
}
