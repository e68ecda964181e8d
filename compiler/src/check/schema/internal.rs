//! `internal`: models of the inside, their fields, keys and indexes.

use super::constraint::constraints;
use super::fill::fills;
use super::modifier::{Modifiers, Place, modifiers};
use super::written::{Written, WrittenBase, written};
use super::{duplicate_fields, literal};
use crate::check::world::Inside;
use crate::error::{Reports, name, stored_type, typing, wire};
use crate::ident::ident;
use crate::ir::{ExternalId, Literal, Model, ModelField, ModelFieldId, ModelId, ModelKind, OnDelete, Scalar};
use crate::place::Places;
use crate::resolve::Items;
use crate::suggest;
use crate::types::{self, TypeNames};
use indexmap::IndexMap;
use tenon_dsl::ast::expr::ExprKind;
use tenon_dsl::ast::{Field, Internal};
use tenon_dsl::source::Name;

/// All models.
pub(crate) fn inside(declared: &IndexMap<&str, &Internal>, places: &Places<'_>, reports: &mut Reports) -> Inside {
    let mut inside = Inside {
        index: declared
            .keys()
            .enumerate()
            .map(|(at, name)| ((*name).to_owned(), ModelId(at)))
            .collect(),
        ..Inside::default()
    };
    for (at, model) in declared.values().enumerate() {
        duplicate_fields(&model.fields, reports);
        let mut fields = Vec::with_capacity(model.fields.len());
        for (number, field) in model.fields.iter().enumerate() {
            let mut maker = FieldMaker {
                index: &inside.index,
                declared: Some(declared),
                place: Place::Internal,
                keys: None,
                places,
                reports,
            };
            let made = maker.field(field);
            if made.is_wrong {
                inside.wrong.insert((ModelId(at), ModelFieldId(number)));
            }
            fields.push(made.field);
        }
        fills(&mut fields, &model.fields, &model.name.value, reports);
        inside.models.push(Model {
            name: ident(&model.name.value),
            doc: model.doc.clone(),
            fields,
            keys: Vec::new(),
            unique: Vec::new(),
            indexes: Vec::new(),
            place: places.place(model.name.span),
        });
    }
    one_to_many_lead_back(&inside, reports);
    for (at, model) in declared.values().enumerate() {
        constraints(&mut inside, ModelId(at), model, reports);
    }
    inside
}

/// Says `[M] by f` whose `f` is no reference to the model itself.
fn one_to_many_lead_back(inside: &Inside, reports: &mut Reports) {
    for (at, model) in inside.models.iter().enumerate() {
        for field in &model.fields {
            let ModelKind::OneToMany { model: of, by } = field.kind else {
                continue;
            };
            let Some(back) = inside.model(of).fields.get(by.0) else {
                continue;
            };
            let leads_back = matches!(back.kind, ModelKind::Ref { model, on_delete: _ } if model == ModelId(at));
            if !leads_back && !inside.wrong.contains(&(of, by)) {
                let names = TypeNames {
                    models: &inside.models,
                    externals: &[],
                };
                let (needed, found) = (format!("ref {}", model.name.text), names.show(&types::of_stored(back)));
                let by = format!("`by {}`", back.name.text);
                let help = Some(format!(
                    "name the field of {} that leads back",
                    inside.model(of).name.text
                ));
                reports.push(typing::wrong_operand(field.place.span, &needed, &found, &by, help));
            }
        }
    }
}

/// A field and whether its type is a mistake.
#[derive(Debug)]
pub(crate) struct MadeField {
    pub(crate) field: ModelField,
    pub(crate) is_wrong: bool,
}

/// The record types of a connector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys<'m, 'a> {
    /// As declared, in the order of their numbers.
    pub(crate) items: &'m Items<'a>,
}

/// Makes fields of models and of bindings.
#[derive(Debug)]
pub(crate) struct FieldMaker<'m, 'a> {
    pub(crate) index: &'m std::collections::HashMap<String, ModelId>,
    /// For `by`; absent where there is none.
    pub(crate) declared: Option<&'m IndexMap<&'a str, &'a Internal>>,
    pub(crate) place: Place,
    /// The records whose keys it may hold; absent in a model.
    pub(crate) keys: Option<Keys<'m, 'a>>,
    pub(crate) places: &'m Places<'a>,
    pub(crate) reports: &'m mut Reports,
}

impl FieldMaker<'_, '_> {
    pub(crate) fn field(&mut self, field: &Field) -> MadeField {
        let modifiers = modifiers(field, self.place, self.reports);
        if field.optional {
            self.reports.push(wire::modifier_does_not_fit(
                field.name.span,
                "?",
                "a stored field is never missing",
                "write `| null` behind the type",
            ));
        }
        let ty = written(&field.ty, self.reports);
        let kind = self.kind(&ty, &modifiers, &field.name);
        let is_wrong = kind.is_none();
        if let (Some(span), Some(kind)) = (modifiers.per_language, &kind)
            && *kind != ModelKind::Scalar(Scalar::Text)
        {
            let why = "only a text has one value per language";
            self.reports
                .push(wire::modifier_does_not_fit(span, "per language", why, "remove it"));
        }
        let made = ModelField {
            name: ident(&field.name.value),
            doc: field.doc.clone(),
            kind: kind.unwrap_or(ModelKind::Scalar(Scalar::Json)),
            // `f?` says that it may be without a value, though not as a model says it.
            nullable: ty.nullable || field.optional,
            default: None,
            fill: None,
            max: modifiers.max.map(|max| max.value),
            per_language: modifiers.per_language.is_some(),
            renamed_from: modifiers.renamed_from.map(|name| name.value.clone()),
            place: self.places.place(field.span),
        };
        if !is_wrong {
            self.max_needs_text(&made, &modifiers);
        }
        let default = self.default(&made, &modifiers, is_wrong);
        MadeField {
            field: ModelField { default, ..made },
            is_wrong,
        }
    }

    fn kind(&mut self, ty: &Written<'_>, modifiers: &Modifiers<'_>, field: &Name) -> Option<ModelKind> {
        let kind = match &ty.base {
            WrittenBase::Scalar(scalar) => {
                self.stored_scalar(scalar, ty)?;
                ModelKind::Scalar(scalar.clone())
            }
            WrittenBase::Ref(model) => ModelKind::Ref {
                model: self.model(model)?,
                on_delete: self.on_delete(modifiers.on_delete)?,
            },
            WrittenBase::List(element) => self.list(element, ty, modifiers)?,
            WrittenBase::Ext(external) => self.key(external, ty, field)?,
            WrittenBase::Named(name) if self.index.contains_key(&name.value) => {
                self.reports.push(name::model_as_type(name));
                return None;
            }
            WrittenBase::Named(name) => {
                self.unknown(name);
                return None;
            }
            WrittenBase::Map(_) | WrittenBase::Record(_) => ModelKind::Value(types::certain(&self.value_type(ty)?)),
            WrittenBase::OneOf(_) | WrittenBase::TextOrNumber => {
                self.reports.push(typing::union_of_the_wire(ty.span));
                return None;
            }
            WrittenBase::Wrong => return None,
        };
        if let (Some(word), false) = (modifiers.on_delete, matches!(kind, ModelKind::Ref { .. })) {
            let help = "write it behind a `ref`";
            self.reports.push(wire::modifier_does_not_fit(
                word.span,
                "on delete",
                "only for a `ref`",
                help,
            ));
        }
        Some(kind)
    }

    /// `[res.partner] by parent_id` or `[ref res.partner.category]`
    fn list(&mut self, element: &Written<'_>, ty: &Written<'_>, modifiers: &Modifiers<'_>) -> Option<ModelKind> {
        let of_records = matches!(element.base, WrittenBase::Ref(_) | WrittenBase::Named(_));
        if element.nullable && of_records {
            let found = self.places.text(element.span);
            let help = "a list of records holds those that are there: leave `null` out".to_owned();
            self.reports.push(typing::wrong_operand(
                element.span,
                "record",
                found,
                "an element of a stored list",
                Some(help),
            ));
            return None;
        }
        match &element.base {
            WrittenBase::Ref(model) => Some(ModelKind::ManyToMany {
                model: self.model(model)?,
            }),
            WrittenBase::Named(model) => {
                let id = self.model(model)?;
                let Some(by) = modifiers.by else {
                    self.reports.push(wire::modifier_does_not_fit(
                        element.span,
                        &model.value,
                        "nothing says which of its fields leads back",
                        &format!("one-to-many: [{0}] by FIELD; many-to-many: [ref {0}]", model.value),
                    ));
                    return None;
                };
                let by = self.field_of(model, by)?;
                Some(ModelKind::OneToMany { model: id, by })
            }
            WrittenBase::Wrong => None,
            WrittenBase::Scalar(_)
            | WrittenBase::Ext(_)
            | WrittenBase::List(_)
            | WrittenBase::Map(_)
            | WrittenBase::OneOf(_)
            | WrittenBase::TextOrNumber
            | WrittenBase::Record(_) => Some(ModelKind::Value(types::certain(&self.value_type(ty)?))),
        }
    }

    /// `ext X`: a binding belongs to one connector, a model to all of them.
    fn key(&mut self, external: &Name, ty: &Written<'_>, field: &Name) -> Option<ModelKind> {
        let Some(keys) = self.keys else {
            self.reports
                .push(stored_type::key_in_a_model(ty.span, &external.value, &field.value));
            return None;
        };
        let known: Vec<&str> = keys.items.externals.keys().copied().collect();
        let Some(at) = known.iter().position(|name| *name == external.value) else {
            self.reports.push(name::unknown_external(external, &known));
            return None;
        };
        let declared = keys.items.externals.get(external.value.as_str())?.item;
        if declared.key.is_empty() {
            self.reports
                .push(typing::keyless(external.span, &external.value, declared.name.span));
            return None;
        }
        Some(ModelKind::Key {
            external: ExternalId(at),
        })
    }

    fn model(&mut self, name: &Name) -> Option<ModelId> {
        let found = self.index.get(&name.value).copied();
        if found.is_none() {
            self.unknown(name);
        }
        found
    }

    pub(super) fn unknown(&mut self, name: &Name) {
        let mut known: Vec<&str> = self.index.keys().map(String::as_str).collect();
        known.sort_unstable();
        self.reports.push(name::unknown_model(name, &known));
    }

    fn field_of(&mut self, model: &Name, field: &Name) -> Option<ModelFieldId> {
        let fields = &self.declared?.get(model.value.as_str())?.fields;
        let found = fields.iter().position(|other| other.name.value == field.value);
        if found.is_none() {
            let known: Vec<&str> = fields.iter().map(|field| field.name.value.as_str()).collect();
            self.reports
                .push(name::unknown_field(field, "model", &model.value, &known));
        }
        found.map(ModelFieldId)
    }

    fn on_delete(&mut self, word: Option<&Name>) -> Option<OnDelete> {
        match word.map(|word| (word.value.as_str(), word.span)) {
            None | Some(("restrict", _)) => Some(OnDelete::Restrict),
            Some(("clear", _)) => Some(OnDelete::Clear),
            Some(("cascade", _)) => Some(OnDelete::Cascade),
            Some((other, span)) => {
                let why = format!("`{other}` says nothing about deletion");
                let help = "write restrict, clear or cascade";
                self.reports.push(wire::modifier_does_not_fit(span, other, &why, help));
                None
            }
        }
    }

    fn max_needs_text(&mut self, field: &ModelField, modifiers: &Modifiers<'_>) {
        let is_text = matches!(field.kind, ModelKind::Scalar(Scalar::Text));
        if let (Some(max), false) = (modifiers.max, is_text) {
            self.reports.push(wire::modifier_does_not_fit(
                max.span,
                "max",
                "only for a text",
                "remove it",
            ));
        }
    }

    fn default(&mut self, field: &ModelField, modifiers: &Modifiers<'_>, is_wrong: bool) -> Option<Literal> {
        let written = modifiers.default?;
        let holds = match is_wrong {
            true => types::wrong(),
            false => types::of_stored(field),
        };
        let names = TypeNames {
            models: &[],
            externals: &[],
        };
        // A default that is a mistake is a default all the same.
        default_literal(written, &holds, &field.name.text, names, self.reports).or(Some(Literal::Null))
    }
}

/// The default of a field, if it is a literal that fits.
pub(crate) fn default_literal(
    written: &tenon_dsl::ast::expr::Expr,
    holds: &crate::ir::expr::Type,
    field: &str,
    names: TypeNames<'_>,
    reports: &mut Reports,
) -> Option<Literal> {
    fitting_literal(written, holds, &format!("the default of `{field}`"), names, reports)
}

/// A literal that fits what a field holds; `what` is what people call it.
pub(super) fn fitting_literal(
    written: &tenon_dsl::ast::expr::Expr,
    holds: &crate::ir::expr::Type,
    what: &str,
    names: TypeNames<'_>,
    reports: &mut Reports,
) -> Option<Literal> {
    let Some(value) = literal::literal(written) else {
        // Where the type is wrong, too, both lack the same quotes.
        if types::is_wrong(holds) && matches!(written.kind, ExprKind::Name(_)) {
            return None;
        }
        reports.push(literal::too_large(written).unwrap_or_else(|| not_a_literal(written, what)));
        return None;
    };
    let ty = types::of_literal(&value);
    let absent = types::may_be_absent(&ty);
    if absent
        || !matches!(
            types::fits(&ty.base, &holds.base, &[]),
            Ok(()) | Err(types::Misfit::Cut(..))
        )
    {
        let found = match absent {
            true => literal::show(&value),
            false => names.show(&ty),
        };
        reports.push(typing::wrong_operand(
            written.span,
            &names.show(holds),
            &found,
            what,
            None,
        ));
        return None;
    }
    Some(value)
}

fn not_a_literal(written: &tenon_dsl::ast::expr::Expr, what: &str) -> tenon_dsl::report::Report {
    let help = if let ExprKind::Name(word) = &written.kind {
        suggest::foreign_constant(word).map_or_else(
            || format!("for the text itself write \"{word}\""),
            |ours| format!("write {ours}"),
        )
    } else {
        "write the value itself; what is computed stands in a rule".to_owned()
    };
    typing::wrong_operand(written.span, "literal", "expression", what, Some(help))
}
