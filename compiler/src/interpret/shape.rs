//! What the scanner reads: IR and layouts of slots -> tables of the runtime, one per record type and family of mappings.

use super::InterpretError;
use super::leak::{leak, leak_all, leak_text, texts};
use crate::generate::context::Context;
use crate::generate::output;
use crate::generate::tokens::json;
use crate::ir::mapping::Direction;
use crate::ir::{Codec, Connector, External, ExternalId, Field, FieldId, FieldType, Scalar, Wire};
use crate::slots::{Family, Layout};
use std::collections::BTreeMap;
use tenon_runtime::generated as rt;

/// Tables of one family.
pub(super) type Shapes = BTreeMap<ExternalId, &'static rt::Shape>;

/// The tables of a family, one per record type that it reads.
pub(super) fn shapes(connector: &'static Connector, family: &Family) -> Result<Shapes, InterpretError> {
    let mut building = Building {
        connector,
        family,
        made: Shapes::new(),
        above: Vec::new(),
    };
    for external in family.layouts.keys() {
        building.shape(*external)?;
    }
    Ok(building.made)
}

/// The table of what a mapping writes to the other side; absent for imports.
pub(super) fn output(ctx: &Context<'static>) -> Result<Option<&'static rt::Shape>, InterpretError> {
    if ctx.mapping.direction == Direction::Import {
        return Ok(None);
    }
    let family = Family {
        mappings: Vec::new(),
        layouts: output::layouts(ctx),
    };
    Ok(shapes(ctx.connector, &family)?.remove(&ctx.mapping.external))
}

/// The table that reads the key of a type, and its time of change after it.
pub(super) fn key_shape(
    connector: &'static Connector,
    external: &'static External,
) -> Result<&'static rt::Shape, InterpretError> {
    let since = external.revision.filter(|field| !external.key.contains(field));
    let fields: Vec<_> = external.key.iter().copied().chain(since).zip(0_u16..).collect();
    let slots = u16::try_from(fields.len()).unwrap_or(u16::MAX);
    let layout = Layout { fields, slots };
    let nested = |external: ExternalId| Ok(empty(connector, external));
    table(connector, external, &layout, &mut { nested })
}

/// A nested record that is not looked into.
fn empty(connector: &'static Connector, external: ExternalId) -> &'static rt::Shape {
    leak(rt::Shape {
        name: &connector.externals[external.0].name.text,
        wire: wire(connector.wire),
        slots: 0,
        fields: &[],
    })
}

struct Building<'f> {
    connector: &'static Connector,
    family: &'f Family,
    made: Shapes,
    above: Vec<ExternalId>,
}

impl Building<'_> {
    fn shape(&mut self, id: ExternalId) -> Result<&'static rt::Shape, InterpretError> {
        if let Some(known) = self.made.get(&id) {
            return Ok(known);
        }
        let external = &self.connector.externals[id.0];
        if self.above.contains(&id) {
            return Err(InterpretError::HoldsItself {
                external: external.name.text.clone(),
                place: external.place.text().to_string(),
            });
        }
        let Some(layout) = self.family.layouts.get(&id) else {
            return Ok(empty(self.connector, id));
        };
        self.above.push(id);
        let made = table(self.connector, external, layout, &mut |inner| self.shape(inner))?;
        self.above.pop();
        self.made.insert(id, made);
        Ok(made)
    }
}

type Nested<'n> = dyn FnMut(ExternalId) -> Result<&'static rt::Shape, InterpretError> + 'n;

fn table(
    connector: &'static Connector,
    external: &'static External,
    layout: &Layout,
    nested: &mut Nested<'_>,
) -> Result<&'static rt::Shape, InterpretError> {
    // What is stored is handed over as JSON, whatever the other side speaks.
    let spoken = match external.stored {
        Some(_) => Wire::Json,
        None => connector.wire,
    };
    let fields = layout.fields.iter().map(|(field, slot)| {
        let made = shape_field(connector, (&external.fields[field.0], spoken), *slot, nested)?;
        let needed = needed(external, layout, *field);
        Ok(rt::Field { needed, ..made })
    });
    let fields: Vec<rt::Field> = fields.collect::<Result<_, _>>()?;
    Ok(leak(rt::Shape {
        name: &external.name.text,
        wire: wire(spoken),
        slots: layout.slots,
        fields: leak_all(fields),
    }))
}

/// Of one of several records: with which words the field must be there.
fn needed(external: &'static External, layout: &Layout, field: FieldId) -> Option<rt::Needed> {
    let one_of = external.one_of.as_ref()?;
    let words = one_of.needed(field);
    let (_, by) = layout.fields.iter().find(|(known, _)| *known == one_of.by)?;
    let is_needed = external.fields[field.0].optional && !words.is_empty();
    is_needed.then(|| rt::Needed {
        by: *by,
        words: leak_all(words),
    })
}

fn shape_field(
    connector: &'static Connector,
    (field, spoken): (&'static Field, Wire),
    slot: u16,
    nested: &mut Nested<'_>,
) -> Result<rt::Field, InterpretError> {
    Ok(rt::Field {
        optional: field.optional,
        nullable: field.nullable,
        codec: codec(&field.codec),
        zone: field.zone.as_deref(),
        null_texts: texts(&field.null_texts),
        default: field.default.as_ref().map(|literal| leak_text(json(literal))),
        max: field.max,
        sensitive: field.sensitive,
        per_language: field.per_language,
        place: field.place.text(),
        ..rt::Field::new(
            &field.name.text,
            kind(connector, (&field.ty, &field.codec, spoken), nested)?,
            slot,
        )
    })
}

fn kind(
    connector: &'static Connector,
    (ty, written, spoken): (&'static FieldType, &'static Codec, Wire),
    nested: &mut Nested<'_>,
) -> Result<rt::Kind, InterpretError> {
    Ok(match ty {
        FieldType::Ref(_) => rt::Kind::Ref,
        FieldType::Scalar(scalar) => scalar_kind(scalar),
        FieldType::Key { scalar, external: _ } => rt::Kind::Key(key_kind(scalar)),
        FieldType::Record(external) => rt::Kind::Record(nested(*external)?),
        FieldType::List(of) => rt::Kind::List(element_of(connector, (of, written, spoken), nested)?),
        FieldType::Map(of) => rt::Kind::Map(element_of(connector, (of, written, spoken), nested)?),
        FieldType::Nullable(of) => kind(connector, (of, written, spoken), nested)?,
    })
}

/// The table of an element: that of its record type, or one without a name that holds the element itself.
fn element_of(
    connector: &'static Connector,
    (ty, written, spoken): (&'static FieldType, &'static Codec, Wire),
    nested: &mut Nested<'_>,
) -> Result<&'static rt::Shape, InterpretError> {
    match ty {
        FieldType::Record(external) => nested(*external),
        FieldType::Scalar(_)
        | FieldType::Key { .. }
        | FieldType::List(_)
        | FieldType::Map(_)
        | FieldType::Nullable(_)
        | FieldType::Ref(_) => {
            let element = rt::Field {
                nullable: matches!(ty, FieldType::Nullable(_)),
                codec: codec(written),
                ..rt::Field::new("", kind(connector, (ty, written, spoken), nested)?, 0)
            };
            // The leaves of a record that may be null follow the slot that says so.
            let below = element.kind.nested().map_or(0, |shape| shape.slots);
            Ok(leak(rt::Shape {
                name: "",
                wire: wire(spoken),
                slots: 1 + below,
                fields: leak_all([element]),
            }))
        }
    }
}

/// A type without parts.
pub(super) fn scalar_kind(scalar: &'static Scalar) -> rt::Kind {
    match scalar {
        Scalar::Text => rt::Kind::Text,
        Scalar::Int => rt::Kind::Int,
        Scalar::Decimal(scale) => rt::Kind::Decimal(*scale),
        Scalar::Float => rt::Kind::Float,
        Scalar::Bool => rt::Kind::Bool,
        Scalar::Date => rt::Kind::Date,
        Scalar::Time => rt::Kind::Time,
        Scalar::Duration => rt::Kind::Duration,
        Scalar::DateTime => rt::Kind::DateTime,
        Scalar::Uuid => rt::Kind::Uuid,
        Scalar::Bytes => rt::Kind::Bytes,
        Scalar::Json => rt::Kind::Json,
        Scalar::Enum { words, open } => rt::Kind::Enum {
            words: texts(words),
            open: *open,
        },
    }
}

/// Keys are digits or text; what is neither is compared by its text.
fn key_kind(scalar: &Scalar) -> rt::KeyKind {
    match scalar {
        Scalar::Int => rt::KeyKind::Int,
        Scalar::Text
        | Scalar::Decimal(_)
        | Scalar::Float
        | Scalar::Bool
        | Scalar::Date
        | Scalar::Time
        | Scalar::Duration
        | Scalar::DateTime
        | Scalar::Uuid
        | Scalar::Bytes
        | Scalar::Json
        | Scalar::Enum { .. } => rt::KeyKind::Text,
    }
}

/// How values are written.
pub(super) const fn wire(wire: Wire) -> rt::Wire {
    match wire {
        Wire::Json => rt::Wire::Json,
        Wire::Php => rt::Wire::Php,
        Wire::Xml => rt::Wire::Xml,
    }
}

fn codec(codec: &'static Codec) -> rt::Codec {
    match codec {
        Codec::Wire => rt::Codec::Wire,
        Codec::Format(format) => rt::Codec::Format(format),
        Codec::Text => rt::Codec::Text,
        Codec::Number => rt::Codec::Number,
        Codec::Epoch => rt::Codec::Epoch,
        Codec::Flag => rt::Codec::Flag,
        Codec::TextOrNumber => rt::Codec::TextOrNumber,
    }
}
