//! The models and bindings that a program brings, by name, checked to fit together. Plans name them; the store looks here.

mod check;

use indexmap::IndexMap;

use crate::connector::{Binding, ExternalType};
use crate::model::{self, Model, ModelField, ModelKind, OnDelete};

use crate::value::Stored;

use super::StoreError;
use super::check::default_of;
use super::sql::change::{Fill, Hint, Hints};
use super::sql::lock::{self, Lock};
use super::sql::table::{Holds, Schema};
use super::sql::{Dialect, fit, shadow, statement};

pub(crate) use check::column_of;

/// All models and bindings of a program, and the tables they need.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    models: IndexMap<&'static str, &'static Model>,
    /// By name of the model.
    records: IndexMap<&'static str, RecordTable>,
    /// By name of the table.
    bindings: IndexMap<&'static str, BindingTable>,
    schema: Schema,
    fingerprint: String,
    /// What is said of the way from older tables.
    hints: Hints,
}

/// What creating a record needs, worked out once: it is the statement that runs most.
#[derive(Clone, Debug)]
pub(crate) struct RecordTable {
    /// Fields with a column, in the order of the model.
    pub(crate) columns: Vec<FieldColumn>,
    /// Inserts all columns in this order.
    pub(crate) insert: String,
    /// Reads the version of a record, by the number of the [`Lock`].
    versions: [String; 4],
}

/// A field and its column.
#[derive(Clone, Debug)]
pub(crate) struct FieldColumn {
    pub(crate) field: &'static ModelField,
    pub(crate) name: String,
    /// The column that holds its text folded.
    pub(crate) shadow: Option<String>,
    /// What a new row gets; null where the field has no default.
    pub(crate) default: Stored,
}

/// The bindings of one type of a family. Its versions share them, each may add fields.
#[derive(Clone, Debug)]
pub(crate) struct BindingTable {
    /// The type in the version that was given first.
    pub(crate) external: &'static ExternalType,
    pub(crate) binding: &'static Binding,
    /// The extra fields of all versions.
    pub(crate) fields: Vec<&'static ModelField>,
    /// The same with their columns, once all versions are known.
    pub(crate) columns: Vec<FieldColumn>,
    /// Inserts all columns in this order.
    pub(crate) insert: String,
    /// Reads the living bindings of a key, whatever their scope.
    pub(crate) living: String,
}

impl BindingTable {
    /// Its table.
    pub(crate) fn table_name(&self) -> String {
        fit(self.binding.table)
    }

    /// The extra field of this name, with its column.
    pub(crate) fn column(&self, name: &str) -> Option<&FieldColumn> {
        self.columns.iter().find(|column| column.field.name == name)
    }

    /// The extra field of this name.
    fn field(&self, name: &str) -> Option<&'static ModelField> {
        self.fields.iter().copied().find(|field| field.name == name)
    }
}

impl Catalog {
    /// Checks that all names are known and all defaults fit. The compiler has said the same before; units that are
    /// registered by hand have not met it.
    fn new(
        dialect: Dialect,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
    ) -> Result<Self, Vec<String>> {
        let mut mistakes = Vec::new();
        let mut catalog = Self::default();
        for model in models {
            match catalog.models.insert(model.name, model) {
                Some(other) if !std::ptr::eq(other, *model) => {
                    mistakes.push(format!("the model {} is declared twice", model.name));
                }
                Some(_) | None => {}
            }
        }
        for external in externals {
            if let Some(binding) = &external.binding {
                catalog.add_binding(external, binding, &mut mistakes);
            }
        }
        catalog.check(&mut mistakes);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        catalog.work_out(dialect).map_err(|mistake| vec![mistake])?;
        catalog.hints = catalog.all_hints().map_err(|mistake| vec![mistake])?;
        catalog.schema = Schema::of(&catalog).map_err(|mistake| vec![mistake])?;
        catalog.fingerprint = catalog.schema.fingerprint().map_err(|error| vec![error.to_string()])?;
        Ok(catalog)
    }

    /// The same for a store, in its words.
    pub(crate) fn of(
        dialect: Dialect,
        models: &[&'static Model],
        externals: &[&'static ExternalType],
    ) -> Result<Self, StoreError> {
        Self::new(dialect, models, externals).map_err(|mistakes| StoreError::Refused {
            what: "the models".to_owned(),
            reason: mistakes.join("; "),
        })
    }

    fn add_binding(&mut self, external: &'static ExternalType, binding: &'static Binding, mistakes: &mut Vec<String>) {
        match self.bindings.get_mut(binding.table) {
            None => {
                let fields = binding.fields.iter().collect();
                let table = BindingTable {
                    external,
                    binding,
                    fields,
                    columns: Vec::new(),
                    insert: String::new(),
                    living: String::new(),
                };
                self.bindings.insert(binding.table, table);
            }
            Some(table) => mistakes.extend(table.join(external, binding)),
        }
    }

    fn work_out(&mut self, dialect: Dialect) -> Result<(), String> {
        for model in self.models.values() {
            let fields = model.fields.iter().filter(|field| field.has_column());
            let columns = field_columns(fields, &model.folded())?;
            let insert = statement::insert(dialect, &model.table_name(), &names(&columns));
            let versions = Lock::ALL.map(|lock| lock::version(dialect, &model.table_name(), lock));
            let table = RecordTable {
                columns,
                insert,
                versions,
            };
            self.records.insert(model.name, table);
        }
        for table in self.bindings.values_mut() {
            table.columns = field_columns(table.fields.iter().copied(), &[])?;
            table.insert = statement::bind(dialect, &table.table_name(), &names(&table.columns));
            table.living = statement::living(dialect, &table.table_name(), &[]);
        }
        Ok(())
    }

    fn all_hints(&self) -> Result<Hints, String> {
        let of_models = self.models.values().flat_map(|model| {
            let table = model.table_name();
            model.fields.iter().map(move |field| (table.clone(), field))
        });
        let of_bindings = self.bindings.values().flat_map(|table| {
            let fields = table.fields.iter().copied();
            fields.map(move |field| (table.table_name(), field))
        });
        let said = of_models.chain(of_bindings).filter(|(_, field)| field.has_column());
        let said = said.filter(|(_, field)| field.renamed_from.is_some() || field.fill.is_some());
        let hints = said.map(|(table, field)| Ok(((table, field.column()), hint(field)?)));
        hints.collect::<Result<_, String>>().map(Hints)
    }

    /// What is said of the way from older tables.
    pub(crate) fn hints(&self) -> &Hints {
        &self.hints
    }

    /// In the order in which they were given.
    pub(crate) fn models(&self) -> impl Iterator<Item = &'static Model> {
        self.models.values().copied()
    }

    /// In the order in which they were given.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = &BindingTable> {
        self.bindings.values()
    }

    /// The tables that all of it needs.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What a database says that has exactly these tables.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The model of this name.
    pub(crate) fn model(&self, name: &str) -> Result<&'static Model, String> {
        let model = self.models.get(name).copied();
        model.ok_or_else(|| format!("no model is named {name} here"))
    }

    /// The table of this model.
    pub(crate) fn records(&self, model: &str) -> Result<&RecordTable, String> {
        let table = self.records.get(model);
        table.ok_or_else(|| format!("no model is named {model} here"))
    }

    /// The bindings in this table.
    pub(crate) fn binding(&self, table: &str) -> Result<&BindingTable, String> {
        let binding = self.bindings.get(table);
        binding.ok_or_else(|| format!("no bindings are kept in {table} here"))
    }

    /// Fields of a model that are searched without being declared as an index: the other side of a one-to-many, and
    /// what is cleared or deleted together with another record.
    pub(crate) fn searched_refs(&self, model: &'static Model) -> Vec<&'static str> {
        let all = || self.models().flat_map(|other| other.fields);
        let lists = |other: &ModelField, field: &ModelField| matches!(other.kind, ModelKind::OneToMany { model: of, by } if of == model.name && by == field.name);
        let follows = |field: &ModelField| matches!(field.kind, ModelKind::Ref { on_delete, .. } if on_delete != OnDelete::Restrict);
        let searched = model
            .fields
            .iter()
            .filter(|field| follows(field) || all().any(|other| lists(other, field)));
        searched.map(|field| field.name).collect()
    }
}

impl RecordTable {
    /// Reads the version of a record.
    pub(crate) fn version(&self, lock: Lock) -> &str {
        &self.versions[lock as usize]
    }

    /// A field of this name, if it has a column.
    pub(crate) fn column(&self, name: &str) -> Option<&FieldColumn> {
        self.columns.iter().find(|column| column.field.name == name)
    }
}

impl FieldColumn {
    /// The column and its shadow.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        [&self.name].into_iter().chain(&self.shadow).map(String::as_str)
    }
}

fn field_columns(
    fields: impl Iterator<Item = &'static ModelField>,
    folded: &[&str],
) -> Result<Vec<FieldColumn>, String> {
    let column = |field: &'static ModelField| {
        Ok(FieldColumn {
            field,
            name: field.column(),
            shadow: folded.contains(&field.name).then(|| shadow(field.name)),
            default: default_of(field)?,
        })
    };
    fields.map(column).collect()
}

fn hint(field: &'static ModelField) -> Result<Hint, String> {
    let fill = match field.fill {
        None => None,
        Some(model::Fill::Field(name)) => Some(Fill::Column(fit(name))),
        Some(model::Fill::Literal(literal)) => {
            let filled = ModelField {
                default: Some(literal),
                ..*field
            };
            Some(Fill::Value(default_of(&filled)?))
        }
    };
    Ok(Hint {
        renamed_from: field.renamed_from.map(fit),
        fill,
    })
}

fn names(columns: &[FieldColumn]) -> Vec<&str> {
    columns.iter().flat_map(FieldColumn::names).collect()
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
        let keys = self.keys.iter().filter(|key| key.fold);
        let fields = keys.flat_map(|key| key.fields.iter().filter_map(|name| self.field(name)));
        let texts = fields.filter(|field| Holds::of(field.kind) == Some(Holds::Text));
        let mut names: Vec<&str> = texts.map(|field| field.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
