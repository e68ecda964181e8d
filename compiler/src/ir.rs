//! What is meant: only valid programs can be written down here. Made by `check`, read by `generate` and `interpret`.
//!
//! Nothing is looked up, defaulted or re-spelt after this point. Names that reach generated code travel as a [`Ident`]
//! pair; things refer to each other by index. [`expr`] holds expressions, [`mapping`] mappings.

mod adapter;
pub mod expr;
mod extern_fn;
mod history;
mod key;
pub mod literal;
pub mod mapping;
mod one_of;
pub mod outline;
mod place;
mod shared;
pub mod test;
mod two_way;

pub use adapter::{Adapter, AnswerItems, Languages, Once, Operation, Request};
pub use extern_fn::ExternFn;
pub use history::{Block, History, Line, Rename};
pub use key::{Filter, NaturalKey, Order};
pub use one_of::{OneOf, Variant};
pub use place::Place;
pub use shared::SharedText;
pub use two_way::TwoWay;

use expr::Template;
use mapping::Mapping;

/// A name as written outside and the Rust identifier it becomes, escaped once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ident {
    /// As the author and the other system spell it.
    pub text: String,
    /// Snake case for functions and fields, never a keyword.
    pub rust: String,
}

/// Index into [`Program::models`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId(pub usize);
/// Index into [`Model::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelFieldId(pub usize);
/// Index into [`Connector::externals`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalId(pub usize);
/// Index into [`External::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub usize);
/// Index into [`Connector::mappings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MappingId(pub usize);
/// Index into [`Connector::tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub usize);
/// Index into [`Connector::externs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternId(pub usize);
/// Index into [`Connector::settings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettingId(pub usize);

/// A whole program: the inside and every effective connector.
#[derive(Clone, Debug)]
pub struct Program {
    /// In order of file name and declaration.
    pub models: Vec<Model>,
    /// One per version, with all that its parents give it; in order of family and version.
    pub connectors: Vec<Connector>,
}

/// A model of the inside.
#[derive(Clone, Debug)]
pub struct Model {
    /// `res.partner`
    pub name: Ident,
    /// Documentation.
    pub doc: Option<String>,
    /// In order of declaration.
    pub fields: Vec<ModelField>,
    /// Natural keys.
    pub keys: Vec<NaturalKey>,
    /// `unique (a, b)`
    pub unique: Vec<Vec<ModelFieldId>>,
    /// `index (a)`
    pub indexes: Vec<Vec<ModelFieldId>>,
    /// Its declaration.
    pub place: Place,
}

/// A field of a model or of a binding.
#[derive(Clone, Debug)]
pub struct ModelField {
    /// Its name.
    pub name: Ident,
    /// Documentation.
    pub doc: Option<String>,
    /// What it holds, without null.
    pub kind: ModelKind,
    /// `T | null`
    pub nullable: bool,
    /// `default LITERAL`
    pub default: Option<Literal>,
    /// `fill = ..`
    pub fill: Option<Fill>,
    /// `max 128`
    pub max: Option<u32>,
    /// `per language`
    pub per_language: bool,
    /// `renamed from`
    pub renamed_from: Option<String>,
    /// Its declaration.
    pub place: Place,
}

/// What records get that were there before a field was required.
#[derive(Clone, Debug, PartialEq)]
pub enum Fill {
    /// The same for all.
    Literal(Literal),
    /// What they have in the field of this name.
    Field(String),
}

/// What a field of a model holds.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelKind {
    /// A scalar.
    Scalar(Scalar),
    /// `ref M`
    Ref {
        /// The model.
        model: ModelId,
        /// `on delete ..`, restrict unless said
        on_delete: OnDelete,
    },
    /// `[M] by f`
    OneToMany {
        /// The model.
        model: ModelId,
        /// Its field.
        by: ModelFieldId,
    },
    /// `[ref M]`
    ManyToMany {
        /// The model.
        model: ModelId,
    },
    /// `[text]`, `{text: int}`, `{ a: text }`: one column holds all of it.
    Value(expr::Type),
    /// `ext X`, in a binding only.
    Key {
        /// The record whose key it is.
        external: ExternalId,
    },
}

/// What becomes of a record whose reference goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDelete {
    /// The other one cannot be deleted.
    Restrict,
    /// The field becomes null.
    Clear,
    /// It is deleted too.
    Cascade,
}

/// A type without parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// `text`
    Text,
    /// `int`
    Int,
    /// `decimal`, `decimal(4)`
    Decimal(Option<u8>),
    /// `float`
    Float,
    /// `bool`
    Bool,
    /// `date`
    Date,
    /// `time`
    Time,
    /// A length of time.
    Duration,
    /// `datetime`
    DateTime,
    /// `uuid`
    Uuid,
    /// `bytes`
    Bytes,
    /// `json`
    Json,
    /// `"a" | "b"`, open with `| text`
    Enum {
        /// The words.
        words: Vec<String>,
        /// Whether other texts pass.
        open: bool,
    },
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `missing`
    Missing,
    /// A text without braces.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Digits as written.
    Decimal(String),
    /// `true`, `false`
    Bool(bool),
}

/// One version of a connector, effective.
#[derive(Clone, Debug)]
pub struct Connector {
    /// The family.
    pub name: Ident,
    /// Absent for the root.
    pub version: Option<String>,
    /// Family and version of the parent.
    pub parent: Option<(String, Option<String>)>,
    /// `serves`
    pub serves: Option<String>,
    /// Rust module: `magento_1_7`, `magento`.
    pub module: String,
    /// `wire`
    pub wire: Wire,
    /// Values of an instance.
    pub settings: Vec<Setting>,
    /// How it is spoken to.
    pub protocol: Option<Protocol>,
    /// External record types, inherited ones included.
    pub externals: Vec<External>,
    /// Operations per external type.
    pub adapters: Vec<Adapter>,
    /// Tables.
    pub tables: Vec<Table>,
    /// `extern fn`s.
    pub externs: Vec<ExternFn>,
    /// Mappings.
    pub mappings: Vec<Mapping>,
    /// Exports that others take in: they run in their tests alone.
    pub parts: Option<Box<Connector>>,
    /// Rules that go both ways, each in two of the mappings.
    pub two_way: Vec<TwoWay>,
    /// Tests that this version declares, not those it inherits.
    pub tests: Vec<test::Test>,
    /// Where all of it comes from.
    pub history: History,
}

/// `wire json|php|xml`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// `json`
    Json,
    /// `php`
    Php,
    /// `xml`
    Xml,
}

/// A value of `backend`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name.
    pub name: Ident,
    /// What it holds.
    pub scalar: Scalar,
    /// `| null`
    pub nullable: bool,
    /// `default ..`
    pub default: Option<Literal>,
    /// `sensitive`
    pub sensitive: bool,
    /// Its declaration.
    pub place: Place,
}

/// How a system is spoken to.
#[derive(Clone, Debug)]
pub struct Protocol {
    /// `xml_rpc`
    pub name: String,
    /// Its address.
    pub endpoint: Template,
    /// Scheme and values.
    pub auth: Option<(String, Vec<Template>)>,
    /// Requests per milliseconds.
    pub limits: Vec<(u32, u64)>,
}

/// An external record type.
#[derive(Clone, Debug)]
pub struct External {
    /// Its name.
    pub name: Ident,
    /// Documentation.
    pub doc: Option<String>,
    /// Fields of its key; none: embedded.
    pub key: Vec<FieldId>,
    /// In order of declaration.
    pub fields: Vec<Field>,
    /// The field named by `since` in the `batch` of an import of it.
    pub revision: Option<FieldId>,
    /// The model that its mapping or mappings lead to; absent: nothing imports it.
    pub models: Vec<ModelId>,
    /// `binding ..`, or the implicit one of a type with a key.
    pub binding: Option<Binding>,
    /// A view of this model, which exports read: what is stored, as a record of a payload. No author names it.
    pub stored: Option<ModelId>,
    /// Several records as one, `A | B`. No author names it.
    pub one_of: Option<OneOf>,
    /// Its declaration.
    pub place: Place,
}

impl External {
    /// A record that nothing is known of yet but its name.
    pub(crate) const fn new(name: Ident, place: Place) -> Self {
        Self {
            name,
            doc: None,
            key: Vec::new(),
            fields: Vec::new(),
            revision: None,
            models: Vec::new(),
            binding: None,
            stored: None,
            one_of: None,
            place,
        }
    }
}

/// A field of an external record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Ident,
    /// What it holds, without null.
    pub ty: FieldType,
    /// `f?`
    pub optional: bool,
    /// `| null`, or `null ".."`
    pub nullable: bool,
    /// `max`
    pub max: Option<u32>,
    /// `as ..`
    pub codec: Codec,
    /// `zone ".."`
    pub zone: Option<String>,
    /// `null "..", ".."`
    pub null_texts: Vec<String>,
    /// `default LITERAL`
    pub default: Option<Literal>,
    /// `sensitive`
    pub sensitive: bool,
    /// `readonly`
    pub readonly: bool,
    /// `per language`
    pub per_language: bool,
    /// Its declaration.
    pub place: Place,
}

/// What a field of an external record holds.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// A scalar.
    Scalar(Scalar),
    /// Key of an external record: `ext X`, or the key field of a type with one key field.
    Key {
        /// The type.
        external: ExternalId,
        /// What its key is written as.
        scalar: Scalar,
    },
    /// A nested record, declared by name or in place (in place ones are externals without key, named `Order.payment`).
    Record(ExternalId),
    /// `[T]`
    List(Box<FieldType>),
    /// `{text: T}`
    Map(Box<FieldType>),
    /// `T | null` as an element of a list or map; a field says it itself. Never a record.
    Nullable(Box<FieldType>),
    /// A record of the inside: in views of models only.
    Ref(ModelId),
}

/// `as ..`
#[derive(Clone, Debug, PartialEq)]
pub enum Codec {
    /// As the wire says.
    Wire,
    /// `as "%Y"`
    Format(String),
    /// `as text`
    Text,
    /// `as number`
    Number,
    /// `as epoch`
    Epoch,
    /// `as flag`
    Flag,
    /// `text | int`: a text that may be written as a number
    TextOrNumber,
}

/// Where keys and ids of a type meet.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Fields of the binding that belong to its key.
    pub scope: Vec<ModelFieldId>,
    /// Extra fields.
    pub fields: Vec<ModelField>,
    /// `one to one`
    pub one_to_one: bool,
    /// `in project.project (key trello_id, synced trello_sync_date)`
    pub columns: Option<OwnColumns>,
}

/// Columns of a record that hold the key it is bound by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnColumns {
    /// The model.
    pub model: ModelId,
    /// The field of the key.
    pub key: ModelFieldId,
    /// The field of the time of the last exchange.
    pub synced: Option<ModelFieldId>,
}

/// A value table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: Ident,
    /// Rows that serve imports: outside, inside.
    pub to_inside: Vec<(Literal, Literal)>,
    /// Rows that serve exports: inside, outside.
    pub to_outside: Vec<(Literal, Literal)>,
    /// `"x" <- _`
    pub rest_inside: Option<Literal>,
    /// `_ -> "x"`
    pub rest_outside: Option<Literal>,
    /// Its declaration.
    pub place: Place,
}
