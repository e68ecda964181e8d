//! `external`: record types of the other system. Records declared in place become types of their own.

use super::duplicate_fields;
use super::internal::default_literal;
use super::modifier::{Modifiers, Place, WrittenCodec, modifiers};
use super::wire::codec;
use super::written::{Written, WrittenBase, holds_text_or_number, written};
use super::{one_of, union};
use crate::error::{Reports, name, typing, version, wire};
use crate::ident::ident;
use crate::ir::{External, ExternalId, Field, FieldId, FieldType, Scalar};
use crate::place::Places;
use crate::resolve::{Items, Owner};
use crate::types::{self, TypeNames};
use std::collections::{HashMap, HashSet};
use tenon_dsl::ast;
use tenon_dsl::source::{Name, Span};

/// The record types of one connector.
#[derive(Debug, Default)]
pub(crate) struct Externals {
    pub(crate) list: Vec<External>,
    pub(crate) index: HashMap<String, ExternalId>,
    pub(crate) wrong: HashSet<(ExternalId, FieldId)>,
    pub(crate) wrong_keys: HashSet<ExternalId>,
}

/// Makes them.
pub(crate) fn externals(items: &Items<'_>, places: &Places<'_>, reports: &mut Reports) -> Externals {
    let mut maker = Maker {
        items,
        places,
        reports,
        made: Externals {
            index: items
                .externals
                .keys()
                .enumerate()
                .map(|(at, name)| ((*name).to_owned(), ExternalId(at)))
                .collect(),
            ..Externals::default()
        },
        telling: union::telling(items),
        in_place: Vec::new(),
    };
    for declared in items.externals.values() {
        let id = ExternalId(maker.made.list.len());
        maker.made.list.push(empty(declared.item, places));
        maker.fill(id, &declared.item.name.value, &declared.item.key, &declared.item.fields);
    }
    maker.place_nested();
    maker.made
}

fn empty(declared: &ast::External, places: &Places<'_>) -> External {
    External {
        doc: declared.doc.clone(),
        ..External::new(ident(&declared.name.value), places.place(declared.name.span))
    }
}

/// How `text | int` is written; nothing else can be said of it.
fn text_or_number(modifiers: &Modifiers<'_>, reports: &mut Reports) -> crate::ir::Codec {
    if let Some(WrittenCodec::Named(name) | WrittenCodec::Format(name)) = modifiers.codec {
        let why = "a text that may be a number is written as a text";
        let word = format!("as {}", name.value);
        reports.push(wire::modifier_does_not_fit(name.span, &word, why, "remove it"));
    }
    crate::ir::Codec::TextOrNumber
}

struct Maker<'m, 'a> {
    items: &'m Items<'a>,
    places: &'m Places<'a>,
    reports: &'m mut Reports,
    made: Externals,
    /// Fields that tell records apart: record, field.
    telling: HashSet<(String, &'a str)>,
    /// Records declared in place, which follow the named ones: owner, field, name, fields.
    in_place: Vec<InPlace<'a>>,
}

struct InPlace<'a> {
    name: String,
    field: &'a Name,
    of: Parts<'a>,
}

/// What a record that is declared in place is made of.
#[derive(Clone)]
enum Parts<'a> {
    /// `{ a: T }`
    Fields(&'a [ast::Field]),
    /// `A | B`, and the field that tells them apart.
    Records(Vec<ExternalId>, &'a str),
}

impl<'a> Maker<'_, 'a> {
    fn fill(&mut self, id: ExternalId, owner: &str, key: &[Name], fields: &'a [ast::Field]) {
        duplicate_fields(fields, self.reports);
        let mut key_ids = Vec::new();
        for part in key {
            match fields.iter().position(|field| field.name.value == part.value) {
                Some(at) => key_ids.push(FieldId(at)),
                None => {
                    self.made.wrong_keys.insert(id);
                    let owner_of = Owner::Record(owner.to_owned());
                    if let Some(gone) = self.items.changes.gone(&owner_of, &part.value, part.span) {
                        self.reports.push(version::key_is_gone(gone, part.span));
                        continue;
                    }
                    let known: Vec<&str> = fields.iter().map(|field| field.name.value.as_str()).collect();
                    self.reports.push(name::unknown_field(part, "record", owner, &known));
                }
            }
        }
        self.made.list[id.0].fields.reserve_exact(fields.len());
        for (at, field) in fields.iter().enumerate() {
            let own_key = key_ids == [FieldId(at)];
            let made = self.field(id, owner, field, own_key);
            match made {
                (made, true) => self.made.list[id.0].fields.push(made),
                (made, false) => {
                    self.made.wrong.insert((id, FieldId(at)));
                    self.made.list[id.0].fields.push(made);
                }
            }
        }
        self.made.list[id.0].key = key_ids;
    }

    /// Nested records are numbered while the named ones are made, and filled afterwards.
    fn place_nested(&mut self) {
        let mut at = 0;
        while at < self.in_place.len() {
            let InPlace { name, field, of } = &self.in_place[at];
            let (name, of) = (name.clone(), of.clone());
            let id = ExternalId(self.made.list.len());
            let place = self.places.place(field.span);
            self.made.list.push(External::new(ident(&name), place));
            match of {
                Parts::Fields(fields) => self.fill(id, &name, &[], fields),
                Parts::Records(records, by) => self.merge(id, &records, by),
            }
            at += 1;
        }
    }

    /// The field and whether its type is right.
    fn field(&mut self, owner: ExternalId, owner_name: &str, field: &'a ast::Field, own_key: bool) -> (Field, bool) {
        let modifiers = modifiers(field, Place::External, self.reports);
        let shape = match union::of_records(&field.ty) {
            Some((names, span)) => self.one_of_records(&field.ty, &names, span),
            None => written(&field.ty, self.reports),
        };
        if let (Some(span), true) = (modifiers.per_language, own_key) {
            let why = "a record has the same key in every language";
            self.reports
                .push(wire::modifier_does_not_fit(span, "per language", why, "remove it"));
        }
        let ty = match own_key {
            true => self.key_type(owner, &shape),
            false => self.field_type(owner_name, &field.name, &shape),
        };
        // The words that tell records apart are all there are.
        if !self
            .telling
            .contains(&(owner_name.to_owned(), field.name.value.as_str()))
        {
            self.closed_enum(&shape);
        }
        let is_right = ty.is_some();
        let ty = ty.unwrap_or(FieldType::Scalar(Scalar::Json));
        if is_right {
            self.max_needs_text(&ty, &modifiers);
        }
        let written_as = match is_right {
            true if holds_text_or_number(&shape) => text_or_number(&modifiers, self.reports),
            true => codec(field, &ty, &modifiers, self.reports),
            false => crate::ir::Codec::Wire,
        };
        let default = modifiers.default.and_then(|written| {
            let holds = match is_right {
                true => types::present(types::of_field(&ty, None)),
                false => types::wrong(),
            };
            let names = TypeNames {
                models: &[],
                externals: &self.made.list,
            };
            default_literal(written, &holds, &field.name.value, names, self.reports)
        });
        let made = Field {
            name: ident(&field.name.value),
            optional: field.optional,
            nullable: shape.nullable || modifiers.null_texts.is_some(),
            max: modifiers.max.map(|max| max.value),
            codec: written_as,
            zone: modifiers.zone.map(|zone| zone.value.clone()),
            null_texts: modifiers
                .null_texts
                .map(|texts| texts.iter().map(|text| text.value.clone()).collect())
                .unwrap_or_default(),
            default,
            sensitive: modifiers.sensitive.is_some(),
            readonly: modifiers.readonly.is_some(),
            per_language: modifiers.per_language.is_some(),
            place: self.places.place(field.span),
            ty,
        };
        (made, is_right)
    }

    /// The key field of a record is an `ext` of the record itself, unless it says that the record shares the key of another one.
    fn key_type(&mut self, owner: ExternalId, shape: &Written<'_>) -> Option<FieldType> {
        let (external, scalar) = match &shape.base {
            WrittenBase::Scalar(scalar @ (Scalar::Int | Scalar::Text | Scalar::Uuid)) => (owner, scalar.clone()),
            WrittenBase::Ext(other) => (self.external(other)?, self.key_of(other, 0)?),
            WrittenBase::Wrong => return None,
            WrittenBase::Scalar(_)
            | WrittenBase::Ref(_)
            | WrittenBase::Named(_)
            | WrittenBase::List(_)
            | WrittenBase::Map(_)
            | WrittenBase::OneOf(_)
            | WrittenBase::TextOrNumber
            | WrittenBase::Record(_) => {
                let found = self.places.text(shape.span);
                self.reports
                    .push(typing::wrong_operand(shape.span, "int or a text", found, "a key", None));
                return None;
            }
        };
        if shape.nullable {
            self.reports.push(typing::wrong_operand(
                shape.span,
                "present value",
                "nullable",
                "a key",
                None,
            ));
        }
        Some(FieldType::Key { external, scalar })
    }

    fn field_type(&mut self, owner: &str, field: &'a Name, shape: &Written<'a>) -> Option<FieldType> {
        Some(match &shape.base {
            WrittenBase::Scalar(scalar) => FieldType::Scalar(scalar.clone()),
            WrittenBase::Ext(other) => FieldType::Key {
                scalar: self.key_of(other, 0)?,
                external: self.external(other)?,
            },
            WrittenBase::Named(other) => FieldType::Record(self.external(other)?),
            WrittenBase::OneOf(names) => {
                let records: Option<Vec<ExternalId>> = names.iter().map(|name| self.external(name)).collect();
                let declared: Vec<&ast::External> = names
                    .iter()
                    .filter_map(|name| self.items.externals.get(name.value.as_str()))
                    .map(|declared| declared.item)
                    .collect();
                let by = union::told_apart_by(&declared)?;
                self.declare_in_place(owner, field, Parts::Records(records?, by))
            }
            WrittenBase::TextOrNumber => FieldType::Scalar(Scalar::Text),
            WrittenBase::List(element) => FieldType::List(Box::new(self.element_type(owner, field, element)?)),
            WrittenBase::Map(value) => FieldType::Map(Box::new(self.element_type(owner, field, value)?)),
            WrittenBase::Record(fields) => self.declare_in_place(owner, field, Parts::Fields(fields)),
            WrittenBase::Ref(model) => {
                let help = Some(format!(
                    "the other system sends keys of its own records: {}: ext ..",
                    field.value
                ));
                let found = format!("ref {}", model.value);
                self.reports.push(typing::wrong_operand(
                    shape.span,
                    "type of the wire",
                    &found,
                    "a field of `external`",
                    help,
                ));
                return None;
            }
            WrittenBase::Wrong => return None,
        })
    }

    fn declare_in_place(&mut self, owner: &str, field: &'a Name, of: Parts<'a>) -> FieldType {
        let name = format!("{owner}.{}", field.value);
        let id = ExternalId(self.items.externals.len() + self.in_place.len());
        self.in_place.push(InPlace { name, field, of });
        FieldType::Record(id)
    }

    /// Makes one record of several.
    fn merge(&mut self, id: ExternalId, records: &[ExternalId], by: &str) {
        let records: Vec<&External> = records.iter().map(|id| &self.made.list[id.0]).collect();
        let (fields, one_of, differing) = one_of::merged(&records, by);
        for differs in &differing {
            let (first, second) = (&differs.first, &differs.second);
            let ty = |field: &Field| super::wire::shown_type(&field.ty);
            self.reports.push(typing::fields_differ(
                (&first.0, first.1.place.span, &ty(&first.1)),
                (&second.0, second.1.place.span, &ty(&second.1)),
                &first.1.name.text,
            ));
        }
        self.made.list[id.0].fields = fields;
        self.made.list[id.0].one_of = one_of;
    }

    /// What a list or map holds.
    fn element_type(&mut self, owner: &str, field: &'a Name, shape: &Written<'a>) -> Option<FieldType> {
        let ty = self.field_type(owner, field, shape)?;
        Some(match shape.nullable {
            true => FieldType::Nullable(Box::new(ty)),
            false => ty,
        })
    }

    /// `A | B`: a field that every one of them has with other words tells them apart.
    fn one_of_records(&mut self, ty: &'a ast::Type, names: &[&Name], span: Span) -> Written<'a> {
        let is_declared = |name: &&&Name| self.made.index.contains_key(&name.value);
        if !names.iter().any(|name| is_declared(&name)) {
            let words: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
            self.reports.push(name::words_without_quotes(span, &words, "record"));
            return Written {
                base: WrittenBase::Wrong,
                nullable: false,
                span,
            };
        }
        let known = names.iter().filter(|name| self.external(name).is_some()).count();
        let declared = names
            .iter()
            .filter_map(|name| self.items.externals.get(name.value.as_str()));
        let records: Vec<&ast::External> = declared.map(|declared| declared.item).collect();
        if known == names.len() {
            match union::told_apart_by(&records) {
                Some(_) => return union::written(ty),
                None => self.reports.push(typing::nothing_tells_apart(span, &records)),
            }
        }
        Written {
            base: WrittenBase::Wrong,
            nullable: false,
            span,
        }
    }

    fn external(&mut self, name: &Name) -> Option<ExternalId> {
        let found = self.made.index.get(&name.value).copied();
        if found.is_none() {
            let known: Vec<&str> = self.items.externals.keys().copied().collect();
            self.reports.push(name::unknown_external(name, &known));
        }
        found
    }

    /// What the key of a record is written as; a key may be the key of another record.
    fn key_of(&mut self, name: &Name, depth: usize) -> Option<Scalar> {
        self.external(name)?;
        let declared = self.items.externals.get(name.value.as_str())?.item;
        let key = match &declared.key[..] {
            [] => {
                self.reports
                    .push(typing::keyless(name.span, &name.value, declared.name.span));
                return None;
            }
            // Parts of a composite key travel as one canonical text.
            [_, _, ..] => return Some(Scalar::Text),
            [key] => declared.fields.iter().find(|field| field.name.value == key.value)?,
        };
        match &key.ty.kind {
            ast::TypeKind::Named(ty) => super::written::scalar(&ty.value),
            ast::TypeKind::Ext(other) if depth < 16 => self.key_of(other, depth + 1),
            ast::TypeKind::Ext(_)
            | ast::TypeKind::Decimal { .. }
            | ast::TypeKind::Word(_)
            | ast::TypeKind::Null
            | ast::TypeKind::List(_)
            | ast::TypeKind::Map(_)
            | ast::TypeKind::Record(_)
            | ast::TypeKind::Ref(_)
            | ast::TypeKind::Union(_) => None,
        }
    }

    fn closed_enum(&mut self, shape: &Written<'_>) {
        match &shape.base {
            WrittenBase::Scalar(Scalar::Enum { open: false, .. }) => self.reports.push(wire::closed_enum(shape.span)),
            WrittenBase::List(element) | WrittenBase::Map(element) => self.closed_enum(element),
            WrittenBase::Scalar(_)
            | WrittenBase::Ref(_)
            | WrittenBase::Ext(_)
            | WrittenBase::Named(_)
            | WrittenBase::OneOf(_)
            | WrittenBase::TextOrNumber
            | WrittenBase::Record(_)
            | WrittenBase::Wrong => {}
        }
    }

    fn max_needs_text(&mut self, ty: &FieldType, modifiers: &Modifiers<'_>) {
        let is_text = match ty {
            FieldType::Scalar(scalar) | FieldType::Key { scalar, external: _ } => *scalar == Scalar::Text,
            FieldType::Record(_)
            | FieldType::List(_)
            | FieldType::Map(_)
            | FieldType::Nullable(_)
            | FieldType::Ref(_) => false,
        };
        if let (Some(max), false) = (modifiers.max, is_text) {
            self.reports.push(wire::modifier_does_not_fit(
                max.span,
                "max",
                "only for a text",
                "remove it",
            ));
        }
    }
}
