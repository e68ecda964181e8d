//! Views: models of the inside as record types, so that an export reads what is stored the way an import reads a payload.
//!
//! A view has the fields of its model, `id`, and for each reference a record behind it, whose name ends in a dot: what stands
//! there is read only where a path of the mapping crosses the reference. No author can name a view or such a field.

use crate::check::world::Inside;
use crate::ident::ident;
use crate::ir::expr::{Base, Type};
use crate::ir::{
    Codec, External, ExternalId, Field, FieldId, FieldType, Ident, ModelField, ModelFieldId, ModelId, ModelKind, Scalar,
};
use crate::types;
use std::collections::{HashMap, HashSet};

/// How many references a path may cross, lists of records included: as few as will do, because a view is made of each model for each
/// of them. Most mappings need the first; where a path leads further, a connector is checked again with the next.
pub(crate) const HOPS: [usize; 3] = [3, 8, MOST_HOPS];
/// Each of them is one more question to the store for every record.
pub(crate) const MOST_HOPS: usize = 24;

/// The views of the models that a connector exports.
#[derive(Debug, Default)]
pub(crate) struct Views {
    /// The view that an export of the model reads.
    pub(crate) of: HashMap<ModelId, ExternalId>,
    /// Fields whose type is a mistake.
    pub(crate) wrong: HashSet<(ExternalId, FieldId)>,
}

/// The name of the record behind a reference.
pub(crate) fn behind(field: &str) -> String {
    format!("{field}.")
}

/// Whether a field is one that no author can name.
pub(crate) fn is_behind(field: &str) -> bool {
    field.ends_with('.')
}

/// Adds the views of these models, and of those that paths of theirs may reach.
pub(crate) fn views(exported: &[ModelId], hops: usize, inside: &Inside, externals: &mut Vec<External>) -> Views {
    let mut maker = Maker {
        inside,
        hops,
        externals,
        made: HashMap::new(),
        views: Views::default(),
    };
    for model in exported {
        let view = maker.view(*model, 0);
        maker.views.of.insert(*model, view);
    }
    maker.views
}

struct Maker<'m> {
    inside: &'m Inside,
    hops: usize,
    externals: &'m mut Vec<External>,
    /// By model and how many references lead to it: a record that holds itself would have no end.
    made: HashMap<(ModelId, usize), ExternalId>,
    views: Views,
}

impl Maker<'_> {
    fn view(&mut self, model: ModelId, depth: usize) -> ExternalId {
        if let Some(made) = self.made.get(&(model, depth)) {
            return *made;
        }
        let id = ExternalId(self.externals.len());
        self.made.insert((model, depth), id);
        let declared = self.inside.model(model);
        let name = Ident {
            text: declared.name.text.clone(),
            rust: format!("stored_{}_{depth}", declared.name.rust.trim_start_matches("r#")),
        };
        self.externals.push(External {
            stored: Some(model),
            ..External::new(name, declared.place.clone())
        });
        let mut fields = vec![own_number(declared, model)];
        for (at, field) in declared.fields.iter().enumerate() {
            let Some(ty) = self.field_type((field, model), depth) else {
                continue;
            };
            if self.inside.wrong.contains(&(model, ModelFieldId(at))) {
                self.views.wrong.insert((id, FieldId(fields.len())));
            }
            fields.push(view_field(field, &field.name.text, ty));
        }
        if depth < self.hops {
            for field in &declared.fields {
                if let ModelKind::Ref { model, on_delete: _ } = field.kind {
                    let far = FieldType::Record(self.view(model, depth + 1));
                    fields.push(view_field(field, &behind(&field.name.text), far));
                }
            }
        }
        self.externals[id.0].fields = fields;
        id
    }

    /// Absent for lists of records that are too far away.
    fn field_type(&mut self, (field, model): (&ModelField, ModelId), depth: usize) -> Option<FieldType> {
        Some(match &field.kind {
            ModelKind::Scalar(scalar) => FieldType::Scalar(scalar.clone()),
            ModelKind::Ref { model, on_delete: _ } => FieldType::Ref(*model),
            ModelKind::ManyToMany { model } => FieldType::List(Box::new(FieldType::Ref(*model))),
            ModelKind::OneToMany { model, by: _ } if depth < self.hops => {
                FieldType::List(Box::new(FieldType::Record(self.view(*model, depth + 1))))
            }
            ModelKind::Value(ty) => self.value_type(ty, (field, model)),
            // A model has none.
            ModelKind::OneToMany { .. } | ModelKind::Key { .. } => return None,
        })
    }
}

impl Maker<'_> {
    /// What a stored list, map or record holds, as a payload has it.
    fn value_type(&mut self, ty: &Type, field: (&ModelField, ModelId)) -> FieldType {
        match &ty.base {
            Base::List(element) => FieldType::List(Box::new(self.part_type(element, field))),
            Base::Map(value) => FieldType::Map(Box::new(self.part_type(value, field))),
            Base::Record(fields) => FieldType::Record(self.record(fields, field)),
            Base::Scalar(scalar, _) => FieldType::Scalar(scalar.clone()),
            Base::Ext(_) | Base::Ref(_) | Base::External(_) | Base::Internal(_) | Base::Nothing | Base::Wrong => {
                FieldType::Scalar(Scalar::Json)
            }
        }
    }

    fn part_type(&mut self, ty: &Type, field: (&ModelField, ModelId)) -> FieldType {
        let made = self.value_type(ty, field);
        match ty.nullable {
            true => FieldType::Nullable(Box::new(made)),
            false => made,
        }
    }

    fn record(&mut self, fields: &[(String, Type)], (field, model): (&ModelField, ModelId)) -> ExternalId {
        let id = ExternalId(self.externals.len());
        let name = Ident {
            text: format!("stored.{}", field.name.text),
            rust: format!("stored_value_{}_{}", id.0, field.name.rust.trim_start_matches("r#")),
        };
        self.externals.push(External {
            stored: Some(model),
            ..External::new(name, field.place.clone())
        });
        let fields = fields.iter().map(|(name, ty)| {
            let part = ModelField {
                name: ident(name),
                max: types::most_letters(ty),
                nullable: ty.nullable,
                ..field.clone()
            };
            Field {
                optional: ty.optional,
                ..view_field(&part, name, self.value_type(ty, (field, model)))
            }
        });
        let fields = fields.collect();
        self.externals[id.0].fields = fields;
        id
    }
}

/// `id`: the record itself.
fn own_number(model: &crate::ir::Model, id: ModelId) -> Field {
    Field {
        name: Ident {
            text: "id".to_owned(),
            rust: "id".to_owned(),
        },
        ty: FieldType::Ref(id),
        optional: false,
        nullable: false,
        max: None,
        codec: Codec::Wire,
        zone: None,
        null_texts: Vec::new(),
        default: None,
        sensitive: false,
        readonly: false,
        per_language: false,
        place: model.place.clone(),
    }
}

/// A stored field as a field of a view.
fn view_field(field: &ModelField, name: &str, ty: FieldType) -> Field {
    let is_text = matches!(&ty, FieldType::Scalar(Scalar::Text | Scalar::Enum { .. }));
    Field {
        name: Ident {
            text: name.to_owned(),
            rust: field.name.rust.clone(),
        },
        ty,
        optional: false,
        nullable: field.nullable,
        max: field.max.filter(|_| is_text),
        codec: Codec::Wire,
        zone: None,
        null_texts: Vec::new(),
        default: None,
        sensitive: false,
        readonly: false,
        per_language: false,
        place: field.place.clone(),
    }
}
