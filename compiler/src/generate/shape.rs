//! What the scanner reads: one static table per record type and family, and the table of a type's key.

use super::tokens::{doc, doc_or, json, number, shouted_as};
use crate::ir::{Codec, Connector, External, ExternalId, Field, FieldId, FieldType, Scalar, Wire};
use crate::slots::{Layout, Layouts};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// Name of the table of a record type within its family.
pub(super) fn shape_name(external: &External) -> Ident {
    shouted_as(&external.name, "SHAPE")
}

/// The static table of one record type.
pub(super) fn shape(
    connector: &Connector,
    (external, layout): (ExternalId, &Layout),
    layouts: &Layouts,
) -> TokenStream {
    let external = &connector.externals[external.0];
    let said = doc_or(external.doc.as_deref(), &format!("`{}`", external.name.text));
    let note = doc("Fields that no rule reads have no slot.");
    let name = shape_name(external);
    let table = table(connector, external, layout, &Inner::Named { layouts });
    quote! {
        #said
        #note
        pub static #name: Shape = #table;
    }
}

/// The table that reads the key of a type, and its time of change after it.
pub(super) fn key_shape(connector: &Connector, external: &External) -> TokenStream {
    let since = external.revision.filter(|field| !external.key.contains(field));
    let fields: Vec<_> = external.key.iter().copied().chain(since).zip(0_u16..).collect();
    let slots = u16::try_from(fields.len()).unwrap_or(u16::MAX);
    table(connector, external, &Layout { fields, slots }, &Inner::Empty)
}

/// The table of a record that is written, with those of the records in it.
pub(super) fn written_table(connector: &Connector, external: ExternalId, layouts: &Layouts) -> TokenStream {
    let nothing = Layout {
        fields: Vec::new(),
        slots: 0,
    };
    let layout = layouts.get(&external).unwrap_or(&nothing);
    let inner = Inner::Whole { layouts, depth: DEPTH };
    table(connector, &connector.externals[external.0], layout, &inner)
}

/// How deep records that hold themselves are written.
const DEPTH: usize = 4;

/// What a nested record is read as.
enum Inner<'l> {
    /// By the table of its type.
    Named {
        /// Of all types in it.
        layouts: &'l Layouts,
    },
    /// Not at all: a key has none.
    Empty,
    /// By a table of its own, all its fields.
    Whole {
        /// Of all types in it.
        layouts: &'l Layouts,
        /// How many more records may lie in one another.
        depth: usize,
    },
}

fn table(connector: &Connector, external: &External, layout: &Layout, inner: &Inner<'_>) -> TokenStream {
    let name = &external.name.text;
    // What is stored is handed over as JSON, whatever the other side speaks.
    let spoken = match external.stored {
        Some(_) => Wire::Json,
        None => connector.wire,
    };
    let wire = wire(spoken);
    let slots = number(layout.slots);
    let fields = layout.fields.iter().map(|(field, slot)| {
        let needed = needed(external, layout, *field);
        shape_field(connector, (&external.fields[field.0], spoken, needed), *slot, inner)
    });
    quote!(Shape { name: #name, wire: #wire, slots: #slots, fields: &[#(#fields),*] })
}

fn shape_field(
    connector: &Connector,
    (field, spoken, needed): (&Field, Wire, Option<TokenStream>),
    slot: u16,
    inner: &Inner<'_>,
) -> TokenStream {
    let name = &field.name.text;
    let (kind, slot) = (kind(connector, (&field.ty, &field.codec, spoken), inner), number(slot));
    let place = field.place.text();
    let optional = field.optional.then(|| quote!(optional: true,));
    let nullable = field.nullable.then(|| quote!(nullable: true,));
    let codec = codec(&field.codec).map(|codec| quote!(codec: #codec,));
    let zone = field.zone.as_ref().map(|zone| quote!(zone: Some(#zone),));
    let nulls = &field.null_texts;
    let nulls = (!nulls.is_empty()).then(|| quote!(null_texts: &[#(#nulls),*],));
    let default = field
        .default
        .as_ref()
        .map(json)
        .map(|text| quote!(default: Some(#text),));
    let max = field.max.map(number).map(|max| quote!(max: Some(#max),));
    let sensitive = field.sensitive.then(|| quote!(sensitive: true,));
    let per_language = field.per_language.then(|| quote!(per_language: true,));
    quote! {
        Field {
            #optional #nullable #codec #zone #nulls #default #max #sensitive #per_language #needed
            place: #place,
            ..Field::new(#name, #kind, #slot)
        }
    }
}

/// Of one of several records: with which words the field must be there.
fn needed(external: &External, layout: &Layout, field: FieldId) -> Option<TokenStream> {
    let one_of = external.one_of.as_ref()?;
    let words = one_of.needed(field);
    let (_, by) = layout.fields.iter().find(|(known, _)| *known == one_of.by)?;
    let is_needed = external.fields[field.0].optional && !words.is_empty();
    let by = number(*by);
    is_needed.then(|| quote!(needed: Some(Needed { by: #by, words: &[#(#words),*] }),))
}

fn kind(connector: &Connector, (ty, written, spoken): (&FieldType, &Codec, Wire), inner: &Inner<'_>) -> TokenStream {
    match ty {
        FieldType::Ref(_) => quote!(Kind::Ref),
        FieldType::Scalar(scalar) => scalar_kind(scalar),
        FieldType::Key { scalar, external: _ } => {
            let written = key_kind(scalar);
            quote!(Kind::Key(#written))
        }
        FieldType::Record(external) => {
            let shape = element(connector, inner, *external);
            quote!(Kind::Record(#shape))
        }
        FieldType::List(of) => {
            let shape = element_of(connector, (of, written, spoken), inner);
            quote!(Kind::List(#shape))
        }
        FieldType::Map(of) => {
            let shape = element_of(connector, (of, written, spoken), inner);
            quote!(Kind::Map(#shape))
        }
        FieldType::Nullable(of) => kind(connector, (of, written, spoken), inner),
    }
}

/// The table of an element: that of its record type, or one without a name that holds the element itself.
fn element_of(
    connector: &Connector,
    (ty, written, spoken): (&FieldType, &Codec, Wire),
    inner: &Inner<'_>,
) -> TokenStream {
    match ty {
        FieldType::Record(external) => element(connector, inner, *external),
        FieldType::Scalar(_)
        | FieldType::Key { .. }
        | FieldType::List(_)
        | FieldType::Map(_)
        | FieldType::Nullable(_)
        | FieldType::Ref(_) => {
            let kind = kind(connector, (ty, written, spoken), inner);
            let wire = wire(spoken);
            let nullable = matches!(ty, FieldType::Nullable(_)).then(|| quote!(nullable: true,));
            let codec = codec(written).map(|codec| quote!(codec: #codec,));
            let field = match nullable.is_none() && codec.is_none() {
                true => quote!(Field::new("", #kind, 0)),
                false => quote!(Field { #nullable #codec ..Field::new("", #kind, 0) }),
            };
            // The leaves of a record that may be null follow the slot that says so.
            let slots = match ty {
                FieldType::Nullable(of) => slots_of_element(of, inner),
                FieldType::Record(_)
                | FieldType::Scalar(_)
                | FieldType::Key { .. }
                | FieldType::List(_)
                | FieldType::Map(_)
                | FieldType::Ref(_) => 1,
            };
            let slots = number(slots);
            quote!(&Shape { name: "", wire: #wire, slots: #slots, fields: &[#field] })
        }
    }
}

fn element(connector: &Connector, inner: &Inner<'_>, id: ExternalId) -> TokenStream {
    let external = &connector.externals[id.0];
    match inner {
        Inner::Whole { layouts, depth: 1.. } => {
            let nothing = Layout {
                fields: Vec::new(),
                slots: 0,
            };
            let layout = layouts.get(&id).unwrap_or(&nothing);
            let below = Inner::Whole {
                layouts,
                depth: depth_below(inner),
            };
            let table = table(connector, external, layout, &below);
            quote!(&#table)
        }
        Inner::Named { layouts: _ } => {
            let name = shape_name(external);
            quote!(&#name)
        }
        Inner::Empty | Inner::Whole { depth: 0, layouts: _ } => {
            let (name, wire) = (&external.name.text, wire(connector.wire));
            quote!(&Shape { name: #name, wire: #wire, slots: 0, fields: &[] })
        }
    }
}

/// The slots of an element that may be null: one, and behind it those of its record.
fn slots_of_element(of: &FieldType, inner: &Inner<'_>) -> u16 {
    let layouts = match inner {
        Inner::Named { layouts } | Inner::Whole { layouts, depth: 1.. } => layouts,
        Inner::Whole { layouts: _, depth: 0 } | Inner::Empty => return 1,
    };
    match of {
        FieldType::Record(id) => 1 + layouts.get(id).map_or(0, |layout| layout.slots),
        FieldType::Scalar(_)
        | FieldType::Key { .. }
        | FieldType::List(_)
        | FieldType::Map(_)
        | FieldType::Nullable(_)
        | FieldType::Ref(_) => 1,
    }
}

fn depth_below(inner: &Inner<'_>) -> usize {
    match inner {
        Inner::Whole { depth, layouts: _ } => depth.saturating_sub(1),
        Inner::Named { layouts: _ } | Inner::Empty => 0,
    }
}

/// `shape::Kind` of a type without parts.
pub(super) fn scalar_kind(scalar: &Scalar) -> TokenStream {
    match scalar {
        Scalar::Text => quote!(Kind::Text),
        Scalar::Int => quote!(Kind::Int),
        Scalar::Decimal(Some(scale)) => {
            let scale = number(*scale);
            quote!(Kind::Decimal(Some(#scale)))
        }
        Scalar::Decimal(None) => quote!(Kind::Decimal(None)),
        Scalar::Float => quote!(Kind::Float),
        Scalar::Bool => quote!(Kind::Bool),
        Scalar::Date => quote!(Kind::Date),
        Scalar::Time => quote!(Kind::Time),
        Scalar::Duration => quote!(Kind::Duration),
        Scalar::DateTime => quote!(Kind::DateTime),
        Scalar::Uuid => quote!(Kind::Uuid),
        Scalar::Bytes => quote!(Kind::Bytes),
        Scalar::Json => quote!(Kind::Json),
        Scalar::Enum { words, open } => quote!(Kind::Enum { words: &[#(#words),*], open: #open }),
    }
}

/// Keys are digits or text; what is neither is compared by its text.
fn key_kind(scalar: &Scalar) -> TokenStream {
    match scalar {
        Scalar::Int => quote!(KeyKind::Int),
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
        | Scalar::Enum { .. } => quote!(KeyKind::Text),
    }
}

/// `shape::Wire`
pub(super) fn wire(wire: Wire) -> TokenStream {
    match wire {
        Wire::Json => quote!(Wire::Json),
        Wire::Php => quote!(Wire::Php),
        Wire::Xml => quote!(Wire::Xml),
    }
}

/// Absent where the wire decides.
fn codec(codec: &Codec) -> Option<TokenStream> {
    match codec {
        Codec::Wire => None,
        Codec::Format(format) => Some(quote!(Codec::Format(#format))),
        Codec::Text => Some(quote!(Codec::Text)),
        Codec::Number => Some(quote!(Codec::Number)),
        Codec::Epoch => Some(quote!(Codec::Epoch)),
        Codec::Flag => Some(quote!(Codec::Flag)),
        Codec::TextOrNumber => Some(quote!(Codec::TextOrNumber)),
    }
}
