//! The models and bindings that a program brings, by name, checked to fit together. Plans name them; the store looks here.

use std::collections::HashSet;

use indexmap::IndexMap;

use crate::connector::{Binding, ExternalType};
use crate::model::{Filter, Model, ModelField, ModelKind, OnDelete};

use super::check::{DIGITS, default_of, fitting, literal_value};
use super::sql::table::{BINDING_COLUMNS, Holds, RECORD_COLUMNS};
use super::sql::{fit, shadow};

/// All models and bindings of a program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    models: IndexMap<&'static str, &'static Model>,
    /// By name of the table.
    externals: IndexMap<&'static str, (&'static ExternalType, &'static Binding)>,
}

/// A field that refers to records of a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Referrer {
    pub(crate) model: &'static Model,
    pub(crate) field: &'static ModelField,
    pub(crate) on_delete: OnDelete,
}

impl Catalog {
    /// Checks that all names are known and all defaults fit. The compiler has said the same before; units that are
    /// registered by hand have not met it.
    pub(crate) fn new(models: &[&'static Model], externals: &[&'static ExternalType]) -> Result<Self, Vec<String>> {
        let mut mistakes = Vec::new();
        let mut catalog = Self::default();
        for model in models {
            if catalog.models.insert(model.name, model).is_some() {
                mistakes.push(format!("the model {} is declared twice", model.name));
            }
        }
        for external in externals {
            let Some(binding) = &external.binding else { continue };
            if let Some((other, _)) = catalog.externals.insert(binding.table, (external, binding)) {
                mistakes.push(format!(
                    "{} and {} share the table {}",
                    other.name, external.name, binding.table
                ));
            }
        }
        for model in catalog.models() {
            catalog.check_model(model, &mut mistakes);
        }
        for (external, binding) in catalog.bindings() {
            catalog.check_binding(external, binding, &mut mistakes);
        }
        if mistakes.is_empty() {
            Ok(catalog)
        } else {
            Err(mistakes)
        }
    }

    /// In the order in which they were given.
    pub(crate) fn models(&self) -> impl Iterator<Item = &'static Model> {
        self.models.values().copied()
    }

    /// External types that have a table of bindings, in the order in which they were given.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = (&'static ExternalType, &'static Binding)> {
        self.externals.values().copied()
    }

    /// The model of this name.
    pub(crate) fn model(&self, name: &str) -> Result<&'static Model, String> {
        self.models
            .get(name)
            .copied()
            .ok_or_else(|| format!("no model is named {name} here"))
    }

    /// The bindings in this table.
    pub(crate) fn binding(&self, table: &str) -> Result<(&'static ExternalType, &'static Binding), String> {
        self.externals
            .get(table)
            .copied()
            .ok_or_else(|| format!("no bindings are kept in {table} here"))
    }

    /// Fields of any model that refer to records of this one.
    pub(crate) fn referrers(&self, name: &str) -> impl Iterator<Item = Referrer> {
        self.models()
            .flat_map(|model| model.fields.iter().map(move |field| (model, field)))
            .filter_map(move |(model, field)| match field.kind {
                ModelKind::Ref {
                    model: other,
                    on_delete,
                } if other == name => Some(Referrer {
                    model,
                    field,
                    on_delete,
                }),
                _ => None,
            })
    }

    /// Many-to-many fields of any model that list records of this one.
    pub(crate) fn listers(&self, name: &str) -> impl Iterator<Item = (&'static Model, &'static ModelField)> {
        self.models()
            .flat_map(|model| model.fields.iter().map(move |field| (model, field)))
            .filter(move |(_, field)| matches!(field.kind, ModelKind::ManyToMany { model: other } if other == name))
    }

    /// Fields of a model that are searched without being declared as an index: the other side of a one-to-many, and
    /// what is cleared or deleted together with another record.
    pub(crate) fn searched_refs(&self, model: &'static Model) -> Vec<&'static str> {
        let listed = |field: &ModelField| {
            self.models().flat_map(|other| other.fields).any(|other| {
                matches!(other.kind, ModelKind::OneToMany { model: of, by } if of == model.name && by == field.name)
            })
        };
        let follows = |field: &ModelField| {
            matches!(
                field.kind,
                ModelKind::Ref {
                    on_delete: OnDelete::Clear | OnDelete::Cascade,
                    ..
                }
            )
        };
        model
            .fields
            .iter()
            .filter(|field| follows(field) || listed(field))
            .map(|field| field.name)
            .collect()
    }

    fn check_model(&self, model: &Model, mistakes: &mut Vec<String>) {
        let mut say = |text: String| mistakes.push(format!("{}: {text}", model.name));
        let shadows = model.folded().into_iter().map(|name| shadow(name).to_lowercase());
        for text in names_that_meet(
            model.fields,
            RECORD_COLUMNS.map(str::to_owned).into_iter().chain(shadows),
        ) {
            say(text);
        }
        for field in model.fields {
            for text in self.check_field(field) {
                say(text);
            }
        }
        let keys = model.keys.iter().map(|key| key.fields);
        let named = keys
            .chain(model.unique.iter().copied())
            .chain(model.indexes.iter().copied())
            .flatten();
        for name in named {
            if !model.field(name).is_some_and(ModelField::has_column) {
                say(format!("{name} is named in a key or index and has no column"));
            }
        }
        for filter in model.keys.iter().filter_map(|key| key.filter.as_ref()) {
            if let Err(text) = check_filter(model, filter) {
                say(text);
            }
        }
    }

    fn check_field(&self, field: &ModelField) -> Vec<String> {
        let mut mistakes = Vec::new();
        match field.kind {
            ModelKind::Decimal(scale) if scale > DIGITS => {
                mistakes.push(format!(
                    "{}: a stored decimal has at most {DIGITS} digits after the point",
                    field.name
                ));
            }
            ModelKind::Ref { model, on_delete } => {
                mistakes.extend(self.model(model).err().map(|text| format!("{}: {text}", field.name)));
                if on_delete == OnDelete::Clear && !field.nullable {
                    mistakes.push(format!(
                        "{}: `on delete clear` needs a field that may be null",
                        field.name
                    ));
                }
            }
            ModelKind::ManyToMany { model } => {
                mistakes.extend(self.model(model).err().map(|text| format!("{}: {text}", field.name)));
            }
            ModelKind::OneToMany { model, by } => match self.model(model) {
                Err(text) => mistakes.push(format!("{}: {text}", field.name)),
                Ok(other)
                    if !other
                        .field(by)
                        .is_some_and(|by| matches!(by.kind, ModelKind::Ref { .. })) =>
                {
                    mistakes.push(format!("{}: {model}.{by} refers to no record", field.name));
                }
                Ok(_) => {}
            },
            ModelKind::Text
            | ModelKind::Int
            | ModelKind::Decimal(_)
            | ModelKind::Bool
            | ModelKind::Date
            | ModelKind::Time
            | ModelKind::DateTime
            | ModelKind::Uuid
            | ModelKind::Bytes
            | ModelKind::Json
            | ModelKind::Enum { .. } => {}
        }
        if field.default.is_some() && field.has_column() {
            mistakes.extend(default_of(field).err());
        }
        mistakes
    }

    fn check_binding(&self, external: &ExternalType, binding: &Binding, mistakes: &mut Vec<String>) {
        let mut say = |text: String| mistakes.push(format!("{}.{}: {text}", external.connector, external.name));
        if let Err(text) = self.model(binding.model) {
            say(text);
        }
        for text in names_that_meet(binding.fields, BINDING_COLUMNS.map(str::to_owned).into_iter()) {
            say(text);
        }
        for field in binding.fields {
            for text in self.check_field(field) {
                say(text);
            }
            if !field.has_column() {
                say(format!("{}: a binding cannot hold lists of records", field.name));
            }
        }
        for name in binding.scope {
            match binding.fields.iter().find(|field| field.name == *name) {
                Some(field) if !field.nullable => {}
                Some(_) => say(format!("{name} is part of the key, so it must not be null")),
                None => say(format!("the scope {name} is no field of the binding")),
            }
        }
    }
}

/// Names that are one column to a database, which does not look at case.
fn names_that_meet(fields: &[ModelField], taken: impl Iterator<Item = String>) -> Vec<String> {
    let mut mistakes = Vec::new();
    let mut seen: HashSet<String> = taken.collect();
    for field in fields {
        if !seen.insert(field.column().to_lowercase()) {
            mistakes.push(format!("the column {} is there already: rename the field", field.name));
        }
    }
    mistakes
}

/// Whether the fields of a filter are known and its values fit them.
pub(crate) fn check_filter(model: &Model, filter: &Filter) -> Result<(), String> {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().try_for_each(|part| check_filter(model, part)),
        Filter::Not(part) => check_filter(model, part),
        Filter::IsNull { field } => column_of(model, field).map(|_| ()),
        Filter::Equals { field, value } => {
            let field = column_of(model, field)?;
            match literal_value(*value) {
                Some(value) if value == crate::value::Stored::Null => Ok(()),
                Some(value) => fitting(field, &value).map(|_| ()),
                None => Err(format!("{}: the number of a condition cannot be read", field.name)),
            }
        }
    }
}

/// A field of a model that has a column in the model's own table.
pub(crate) fn column_of(model: &Model, name: &str) -> Result<&'static ModelField, String> {
    let field = model
        .field(name)
        .ok_or_else(|| format!("{} has no field {name}", model.name))?;
    if Holds::of(field.kind).is_some() {
        Ok(field)
    } else {
        Err(format!("{}.{name} has no column", model.name))
    }
}

impl ModelField {
    /// Its column.
    pub(crate) fn column(&self) -> String {
        fit(self.name)
    }
}

impl Model {
    /// Its table.
    pub(crate) fn table_name(&self) -> String {
        fit(self.table)
    }

    /// Texts that a key compares without case and accents; each has a shadow column.
    pub(crate) fn folded(&self) -> Vec<&'static str> {
        let keys = self
            .keys
            .iter()
            .filter(|key| key.fold)
            .flat_map(|key| key.fields.iter().copied());
        let mut names: Vec<_> = keys.filter(|name| self.field(name).is_some_and(is_text)).collect();
        names.dedup();
        names
    }
}

fn is_text(field: &ModelField) -> bool {
    matches!(Holds::of(field.kind), Some(Holds::Text))
}
