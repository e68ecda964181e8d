//! Whether models and bindings fit together: every name known, every default of its field's kind, no two columns of one name.

use std::collections::HashSet;

use crate::connector::{Binding, ExternalType};
use crate::model::{Filter, Model, ModelField, ModelKind, OnDelete};
use crate::store::check::{DIGITS, default_of, fitting, literal_value};
use crate::store::sql::shadow;
use crate::store::sql::table::{BINDING_COLUMNS, Holds, RECORD_COLUMNS};
use crate::value::Stored;

use super::{BindingTable, Catalog};

impl Catalog {
    pub(super) fn check(&self, mistakes: &mut Vec<String>) {
        for model in self.models() {
            let found = self.check_model(model);
            mistakes.extend(found.into_iter().map(|text| format!("{}: {text}", model.name)));
        }
        for table in self.bindings() {
            let found = self.check_binding(table);
            mistakes.extend(found.into_iter().map(|text| format!("{}: {text}", table.words())));
        }
    }

    fn check_model(&self, model: &Model) -> Vec<String> {
        let shadows = model.folded().into_iter().map(|name| shadow(name).to_lowercase());
        let taken = RECORD_COLUMNS.map(str::to_owned).into_iter().chain(shadows);
        let mut mistakes = names_that_meet(model.fields.iter(), taken);
        mistakes.extend(model.fields.iter().flat_map(|field| self.check_field(field)));
        let keys = model.keys.iter().map(|key| key.fields);
        let named = keys
            .chain(model.unique.iter().copied())
            .chain(model.indexes.iter().copied());
        for name in named.flatten() {
            if !model.field(name).is_some_and(ModelField::has_column) {
                mistakes.push(format!("{name} is named in a key or index and has no column"));
            }
        }
        let filters = model.keys.iter().filter_map(|key| key.filter.as_ref());
        mistakes.extend(filters.filter_map(|filter| check_filter(model, filter).err()));
        mistakes
    }

    fn check_field(&self, field: &ModelField) -> Vec<String> {
        let mut mistakes = Vec::new();
        let mut say = |text: String| mistakes.push(format!("{}: {text}", field.name));
        match field.kind {
            ModelKind::Decimal(scale) if scale > DIGITS => {
                say(format!("a stored decimal has at most {DIGITS} digits after the point"));
            }
            ModelKind::Ref { model, on_delete } => {
                if let Err(text) = self.model(model) {
                    say(text);
                }
                if on_delete == OnDelete::Clear && !field.nullable {
                    say("`on delete clear` needs a field that may be null".to_owned());
                }
            }
            ModelKind::ManyToMany { model } => {
                if let Err(text) = self.model(model) {
                    say(text);
                }
            }
            ModelKind::OneToMany { model, by } => match self.model(model).map(|model| model.field(by)) {
                Err(text) => say(text),
                Ok(Some(by)) if matches!(by.kind, ModelKind::Ref { .. }) => {}
                Ok(_) => say(format!("{model}.{by} refers to no record")),
            },
            ModelKind::Text
            | ModelKind::Int
            | ModelKind::Decimal(_)
            | ModelKind::Bool
            | ModelKind::Date
            | ModelKind::Time
            | ModelKind::Duration
            | ModelKind::DateTime
            | ModelKind::Uuid
            | ModelKind::Bytes
            | ModelKind::Json
            | ModelKind::Value(_)
            | ModelKind::Enum { .. } => {}
        }
        if field.default.is_some() && field.has_column() {
            mistakes.extend(default_of(field).err());
        }
        mistakes
    }

    fn check_binding(&self, table: &BindingTable) -> Vec<String> {
        let mut mistakes: Vec<String> = self.model(table.binding.model).err().into_iter().collect();
        let taken = BINDING_COLUMNS.map(str::to_owned).into_iter();
        mistakes.extend(names_that_meet(table.fields.iter().copied(), taken));
        for field in &table.fields {
            mistakes.extend(self.check_field(field));
            if !field.has_column() {
                mistakes.push(format!("{}: a binding cannot hold lists of records", field.name));
            }
        }
        for name in table.binding.scope {
            match table.field(name) {
                Some(field) if !field.nullable => {}
                Some(_) => mistakes.push(format!("{name} is part of the key, so it must not be null")),
                None => mistakes.push(format!("the scope {name} is no field of the binding")),
            }
        }
        mistakes
    }
}

impl BindingTable {
    /// For people: `magento.Customer`.
    pub(crate) fn words(&self) -> String {
        format!("{}.{}", self.external.connector, self.external.name)
    }

    /// Adds what another version of the type says. Both write into the table, so a field of one only must fill itself.
    pub(super) fn join(&mut self, external: &'static ExternalType, other: &'static Binding) -> Vec<String> {
        let (words, table) = (self.words(), self.binding.table);
        if *self.external != *external {
            return vec![format!(
                "{words} and {}.{} share the table {table}",
                external.connector, external.name
            )];
        }
        let mut mistakes = Vec::new();
        let rules = |binding: &Binding| (binding.model, binding.scope, binding.one_to_one);
        if rules(self.binding) != rules(other) {
            mistakes.push(format!(
                "{words}: its versions do not agree on model, scope or `one to one`"
            ));
        }
        let lacks =
            |fields: &[&'static ModelField], field: &ModelField| !fields.iter().any(|has| has.name == field.name);
        let of_other: Vec<&'static ModelField> = other.fields.iter().collect();
        let alone = self.fields.iter().filter(|field| lacks(&of_other, field));
        let alone = alone.chain(of_other.iter().filter(|field| lacks(&self.fields, field)));
        for field in alone.filter(|field| field.required_on_create()) {
            mistakes.push(format!(
                "{words}: {} is required and not every version has it",
                field.name
            ));
        }
        for field in &of_other {
            if self
                .field(field.name)
                .is_some_and(|has| has.kind != field.kind || has.nullable != field.nullable)
            {
                mistakes.push(format!("{words}: its versions do not agree on {}", field.name));
            }
        }
        let new: Vec<_> = of_other
            .into_iter()
            .filter(|field| lacks(&self.fields, field))
            .collect();
        self.fields.extend(new);
        mistakes
    }
}

/// Names that are one column to a database, which does not look at case.
fn names_that_meet<'a>(
    fields: impl Iterator<Item = &'a ModelField>,
    taken: impl Iterator<Item = String>,
) -> Vec<String> {
    let mut seen: HashSet<String> = taken.collect();
    let meeting = fields.filter(|field| !seen.insert(field.column().to_lowercase()));
    let words = |field: &ModelField| format!("the column {} is there already: rename the field", field.name);
    meeting.map(words).collect()
}

/// Whether the fields of a filter are known and its values fit them.
fn check_filter(model: &Model, filter: &Filter) -> Result<(), String> {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().try_for_each(|part| check_filter(model, part)),
        Filter::Not(part) => check_filter(model, part),
        Filter::IsNull { field } => column_of(model, field).map(|_| ()),
        Filter::Equals { field, value } | Filter::Ordered { field, order: _, value } => {
            let field = column_of(model, field)?;
            match literal_value(*value) {
                Some(Stored::Null) => Ok(()),
                Some(value) => fitting(field, &value).map(|_| ()),
                None => Err(format!("{}: the number of a condition cannot be read", field.name)),
            }
        }
    }
}

/// A field of a model that has a column in the model's own table.
pub(crate) fn column_of(model: &Model, name: &str) -> Result<&'static ModelField, String> {
    let field = model.field(name);
    let field = field.ok_or_else(|| format!("{} has no field {name}", model.name))?;
    match Holds::of(field.kind) {
        Some(_) => Ok(field),
        None => Err(format!("{}.{name} has no column", model.name)),
    }
}
