//! What tables the models and bindings need, as data: written into the database, so that the next start can compare.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Model, ModelField, ModelKind, OnDelete};
use crate::store::catalog::{BindingTable, Catalog};
use crate::store::check::default_of;
use crate::value::Stored;

use super::{fit, language_table, link_table, shadow};

/// Columns that every table of records has beside its fields.
pub(crate) const RECORD_COLUMNS: [&str; 4] = ["id", "row_version", "stamp_created", "stamp_updated"];
/// Columns that every table of bindings has beside its fields.
pub(crate) const BINDING_COLUMNS: [&str; 8] = [
    "id",
    "instance",
    "key",
    "internal_id",
    "parent_id",
    "revision",
    "synced_at",
    "buried_at",
];

/// All tables, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Schema {
    pub(crate) tables: BTreeMap<String, Table>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// For people: `res.partner`, `res.partner.category_id`, `magento.Customer`.
    pub(crate) of: String,
    pub(crate) role: Role,
    pub(crate) columns: Vec<Column>,
    pub(crate) indexes: Vec<Index>,
}

/// What the rows of a table are; decides the columns that it has without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// Records of a model.
    Records,
    /// Rows of a many-to-many field: `a`, `b`, `position`.
    Links,
    /// Texts of other languages: `record_id`, `lang`.
    Languages,
    /// External keys.
    Bindings,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) holds: Holds,
    pub(crate) nullable: bool,
    /// What rows get that were there before the column; null: none.
    pub(crate) default: Stored,
    pub(crate) refers: Option<Refers>,
    /// The column whose text this one holds folded.
    pub(crate) folds: Option<String>,
    /// Of a shadow: whether a program has written that does not know it. It is filled anew before it is used again.
    #[serde(default)]
    pub(crate) stale: bool,
    /// Longest text.
    pub(crate) max: Option<u32>,
    /// The only texts that are allowed.
    pub(crate) words: Option<Vec<String>>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holds {
    Text,
    Int,
    Decimal(u8),
    Bool,
    Date,
    Time,
    Duration,
    DateTime,
    Uuid,
    Bytes,
    Json,
    /// The number of a record.
    Ref,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refers {
    pub(crate) table: String,
    pub(crate) on_delete: Deleted,
}

/// What becomes of a row when the record it refers to is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deleted {
    Restrict,
    Clear,
    Cascade,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Rows,
    pub(crate) unique: bool,
}

/// Which rows an index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Rows {
    All,
    /// Bindings that are not buried.
    Living,
}

impl Holds {
    /// What the column of such a field holds; `None`: it has none.
    pub(crate) fn of(kind: ModelKind) -> Option<Self> {
        match kind {
            ModelKind::Text | ModelKind::Enum { .. } => Some(Self::Text),
            ModelKind::Int => Some(Self::Int),
            ModelKind::Decimal(scale) => Some(Self::Decimal(scale)),
            ModelKind::Bool => Some(Self::Bool),
            ModelKind::Date => Some(Self::Date),
            ModelKind::Time => Some(Self::Time),
            ModelKind::Duration => Some(Self::Duration),
            ModelKind::DateTime => Some(Self::DateTime),
            ModelKind::Uuid => Some(Self::Uuid),
            ModelKind::Bytes => Some(Self::Bytes),
            ModelKind::Json | ModelKind::Value(_) => Some(Self::Json),
            ModelKind::Ref { .. } => Some(Self::Ref),
            ModelKind::OneToMany { .. } | ModelKind::ManyToMany { .. } => None,
        }
    }
}

impl Holds {
    /// For people.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Int => "int".to_owned(),
            Self::Decimal(scale) => format!("decimal({scale})"),
            Self::Bool => "bool".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Time => "time".to_owned(),
            Self::Duration => "duration".to_owned(),
            Self::DateTime => "datetime".to_owned(),
            Self::Uuid => "uuid".to_owned(),
            Self::Bytes => "bytes".to_owned(),
            Self::Json => "json".to_owned(),
            Self::Ref => "ref".to_owned(),
        }
    }
}

impl From<OnDelete> for Deleted {
    fn from(on_delete: OnDelete) -> Self {
        match on_delete {
            OnDelete::Restrict => Self::Restrict,
            OnDelete::Clear => Self::Clear,
            OnDelete::Cascade => Self::Cascade,
        }
    }
}

impl Schema {
    /// The tables of all models and bindings. The catalog has made sure that names are known and defaults fit.
    pub(crate) fn of(catalog: &Catalog) -> Result<Self, String> {
        let mut tables = BTreeMap::new();
        let mut add = |table: Table| {
            let (name, of) = (table.name.clone(), table.of.clone());
            match tables.insert(name.to_lowercase(), table) {
                Some(other) => Err(format!("{} and {of} both need the table {name}: rename one", other.of)),
                None => Ok(()),
            }
        };
        for model in catalog.models() {
            add(records(catalog, model)?)?;
            languages(model)?.map_or(Ok(()), &mut add)?;
            for field in model.fields {
                if let ModelKind::ManyToMany { model: other } = field.kind {
                    add(links(model, field, &catalog.model(other)?.table_name()))?;
                }
            }
        }
        for known in catalog.bindings() {
            add(bindings(catalog, known)?)?;
        }
        Ok(Self {
            tables: tables
                .into_values()
                .map(|table: Table| (table.name.clone(), table))
                .collect(),
        })
    }

    /// The same tables give the same text on every machine.
    pub(crate) fn fingerprint(&self) -> Result<String, serde_json::Error> {
        let text = serde_json::to_string(self)?;
        Ok(blake3::hash(text.as_bytes()).to_hex().to_string())
    }
}

fn records(catalog: &Catalog, model: &'static Model) -> Result<Table, String> {
    let name = model.table_name();
    let folded = model.folded();
    let mut columns = Vec::new();
    for field in model.fields {
        let Some(column) = column(catalog, field)? else {
            continue;
        };
        columns.push(column);
        if folded.contains(&field.name) {
            columns.push(shadow_column(field));
        }
    }
    let indexes = record_indexes(catalog, model, &name);
    Ok(Table {
        name,
        of: model.name.to_owned(),
        role: Role::Records,
        columns,
        indexes,
    })
}

fn record_indexes(catalog: &Catalog, model: &'static Model, table: &str) -> Vec<Index> {
    let folded = model.folded();
    let mut indexes = Vec::new();
    for columns in model.unique {
        indexes.push(index(table, &fitted(columns), Rows::All, true));
    }
    for key in model.keys {
        let columns = key.fields.iter().map(|field| match key.fold && folded.contains(field) {
            true => shadow(field),
            false => fit(field),
        });
        indexes.push(index(table, &columns.collect::<Vec<_>>(), Rows::All, false));
    }
    for columns in model.indexes {
        indexes.push(index(table, &fitted(columns), Rows::All, false));
    }
    for field in catalog.searched_refs(model) {
        indexes.push(index(table, &[fit(field)], Rows::All, false));
    }
    without_prefixes(indexes)
}

/// An index whose columns begin another one adds nothing but work.
fn without_prefixes(indexes: Vec<Index>) -> Vec<Index> {
    let serves = |wide: &Index, narrow: &Index| wide.rows == narrow.rows && wide.columns.starts_with(&narrow.columns);
    let mut kept: Vec<Index> = Vec::new();
    for (position, index) in indexes.iter().enumerate() {
        let others = indexes.iter().enumerate().filter(|(other, _)| *other != position);
        let mut served = others.filter(|(other, wide)| {
            serves(wide, index) && (wide.columns.len() > index.columns.len() || *other < position)
        });
        if index.unique || served.next().is_none() {
            kept.push(index.clone());
        }
    }
    kept
}

fn index(table: &str, columns: &[String], rows: Rows, unique: bool) -> Index {
    let ending = if unique { "unique" } else { "index" };
    let name = fit(&format!("{table}__{}__{ending}", columns.join("__")));
    Index {
        name,
        columns: columns.to_vec(),
        rows,
        unique,
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn fitted(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| fit(name)).collect()
}

fn column(catalog: &Catalog, field: &ModelField) -> Result<Option<Column>, String> {
    let Some(holds) = Holds::of(field.kind) else {
        return Ok(None);
    };
    let refers = if let ModelKind::Ref { model, on_delete } = field.kind {
        Some(Refers {
            table: catalog.model(model)?.table_name(),
            on_delete: on_delete.into(),
        })
    } else {
        None
    };
    let words = if let ModelKind::Enum { words, open: false } = field.kind {
        Some(owned(words))
    } else {
        None
    };
    let (name, nullable, max) = (field.column(), field.nullable, field.max);
    Ok(Some(Column {
        name,
        holds,
        nullable,
        default: default_of(field)?,
        refers,
        folds: None,
        stale: false,
        max,
        words,
    }))
}

fn shadow_column(field: &ModelField) -> Column {
    Column {
        folds: Some(field.column()),
        ..plain(&shadow(field.name), Holds::Text)
    }
}

/// A column that may be null and has no rules.
fn plain(name: &str, holds: Holds) -> Column {
    Column {
        name: name.to_owned(),
        holds,
        nullable: true,
        default: Stored::Null,
        refers: None,
        folds: None,
        stale: false,
        max: None,
        words: None,
    }
}

/// A column that must lead to a record of this table and goes with it.
fn part_of(name: &str, table: &str) -> Column {
    let refers = Some(Refers {
        table: table.to_owned(),
        on_delete: Deleted::Cascade,
    });
    Column {
        nullable: false,
        refers,
        ..plain(name, Holds::Ref)
    }
}

fn languages(model: &Model) -> Result<Option<Table>, String> {
    let mut columns = vec![part_of("record_id", &model.table_name())];
    for field in model.fields.iter().filter(|field| field.per_language) {
        match Holds::of(field.kind) {
            Some(Holds::Text) => columns.push(plain(&field.column(), Holds::Text)),
            Some(_) | None => {
                return Err(format!(
                    "{}.{} is per language, so it must be a text",
                    model.name, field.name
                ));
            }
        }
    }
    let name = language_table(model);
    let of = format!("{} per language", model.name);
    let any = columns.len() > 1;
    Ok(any.then_some(Table {
        name,
        of,
        role: Role::Languages,
        columns,
        indexes: Vec::new(),
    }))
}

fn links(model: &Model, field: &ModelField, other: &str) -> Table {
    let name = link_table(&model.table_name(), field.name);
    let columns = vec![part_of("a", &model.table_name()), part_of("b", other)];
    let indexes = vec![index(&name, &["b".to_owned()], Rows::All, false)];
    Table {
        name,
        of: format!("{}.{}", model.name, field.name),
        role: Role::Links,
        columns,
        indexes,
    }
}

fn bindings(catalog: &Catalog, known: &BindingTable) -> Result<Table, String> {
    let (name, binding) = (known.table_name(), known.binding);
    let table = catalog.model(binding.model)?.table_name();
    let leads_to = Some(Refers {
        table,
        on_delete: Deleted::Clear,
    });
    let mut columns = vec![Column {
        refers: leads_to,
        ..plain("internal_id", Holds::Ref)
    }];
    for field in &known.fields {
        columns.extend(column(catalog, field)?);
    }
    let scoped = |first: &[&str]| {
        first
            .iter()
            .chain(binding.scope)
            .map(|name| fit(name))
            .collect::<Vec<_>>()
    };
    let mut indexes = vec![index(&name, &scoped(&["instance", "key"]), Rows::Living, true)];
    if binding.one_to_one {
        indexes.push(index(&name, &scoped(&["internal_id", "instance"]), Rows::Living, true));
    } else {
        indexes.push(index(&name, &owned(&["internal_id", "instance"]), Rows::Living, false));
    }
    indexes.push(index(&name, &owned(&["parent_id", "instance"]), Rows::Living, false));
    let of = known.words();
    Ok(Table {
        name,
        of,
        role: Role::Bindings,
        columns,
        indexes,
    })
}
