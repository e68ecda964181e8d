//! What was written, every name with its place. Data only: nothing is looked up, defaulted or re-spelt here.
//!
//! Text and YAML give the same tree. [`expr`] holds expressions, [`mapping`] mappings and their statements.

mod adapter;
mod amend;
pub mod expr;
pub mod mapping;
pub mod test;

pub use adapter::{Adapter, ItemsForm, LanguageSource, Operation, OperationClause, Request};
pub use amend::{Amend, Amended, Change, DropKind, Dropped, Overridden, Override};

use crate::source::{Name, Span, Spanned};
use expr::{Arg, Expr, Text};
use mapping::Mapping;
pub use test::{Context, Ending, Expect, Given, GivenValue, Test};

/// One file.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// `language 1`
    pub language: Option<Spanned<u32>>,
    /// `connector magento "1.7" extends magento`; absent in files of the inside.
    pub header: Option<Header>,
    /// In file order.
    pub items: Vec<Item>,
}

/// `connector magento "1.7" extends magento` and `serves ">=1.7, <1.9.3"`
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The family: `magento`.
    pub connector: Name,
    /// `"1.7"`; absent for the root of the family.
    pub version: Option<Name>,
    /// `extends magento "1.7"`, `extends magento`, `extends "1.7"`
    pub extends: Option<Extends>,
    /// The range of releases this version speaks to.
    pub serves: Option<Name>,
    /// The whole header line.
    pub span: Span,
}

/// The parent of a version.
#[derive(Clone, Debug, PartialEq)]
pub struct Extends {
    /// Absent: the same family.
    pub connector: Option<Name>,
    /// Absent: the root of the family.
    pub version: Option<Name>,
    /// From `extends` on.
    pub span: Span,
}

/// A declaration at the top of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `backend { .. }`
    Backend(Backend),
    /// `external Customer key customer_id { .. }`
    External(External),
    /// `internal res.partner { .. }`
    Internal(Internal),
    /// `binding Customer { .. }`
    Binding(Binding),
    /// `adapter Customer { .. }`
    Adapter(Adapter),
    /// `table Visibility { .. }`
    Table(Table),
    /// `extern fn f(a: text) -> text in crate::m`
    Extern(ExternFn),
    /// `import M from X as x { .. }`
    Mapping(Mapping),
    /// `test ".." import M from X { .. }`
    Test(Test),
    /// `amend external Customer { .. }`
    Amend(Amend),
    /// `override table Visibility { .. }`
    Override(Override),
    /// `drop table Visibility`
    Drop(Dropped),
}

impl Item {
    /// The amendment, where it is one.
    pub fn amendment(&self) -> Option<&Amend> {
        match self {
            Self::Amend(amend) => Some(amend),
            Self::Backend(_)
            | Self::External(_)
            | Self::Internal(_)
            | Self::Binding(_)
            | Self::Adapter(_)
            | Self::Table(_)
            | Self::Extern(_)
            | Self::Mapping(_)
            | Self::Test(_)
            | Self::Override(_)
            | Self::Drop(_) => None,
        }
    }
}

/// `##` lines above a declaration, joined by newlines.
pub type Doc = Option<String>;

/// `backend { wire php  url: text  adapter rest .. }`
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// Documentation.
    pub doc: Doc,
    /// `wire php`
    pub wire: Option<Name>,
    /// The values an instance has.
    pub fields: Vec<Field>,
    /// `adapter xml_rpc "{backend.url}/api" auth login(..) limit 20 per 1s`
    pub adapter: Option<Protocol>,
    /// The word `backend`.
    pub span: Span,
}

/// How the other system is spoken to.
#[derive(Clone, Debug, PartialEq)]
pub struct Protocol {
    /// `rest`, `xml_rpc`, ..
    pub name: Name,
    /// The address, with `backend.` values in it.
    pub endpoint: Spanned<Text>,
    /// `auth login(backend.user, backend.key)`
    pub auth: Option<Auth>,
    /// `limit 20 per 1s`
    pub limits: Vec<Limit>,
    /// The whole clause.
    pub span: Span,
}

/// `auth login(backend.user, backend.key)`
#[derive(Clone, Debug, PartialEq)]
pub struct Auth {
    /// `login`, `basic`, `bearer`, ..
    pub scheme: Name,
    /// Its values.
    pub args: Vec<Arg>,
}

/// `limit 20 per 1s`
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// Requests.
    pub count: Spanned<u32>,
    /// In this time.
    pub per: Spanned<Duration>,
}

/// `30s`, `15m`, `2h`, `7d`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration {
    /// The number.
    pub amount: u32,
    /// Its unit.
    pub unit: DurationUnit,
}

/// The letter behind a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationUnit {
    /// `ms`
    Millisecond,
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
}

/// `external Customer key customer_id { .. }`
#[derive(Clone, Debug, PartialEq)]
pub struct External {
    /// Documentation.
    pub doc: Doc,
    /// The record type.
    pub name: Name,
    /// Fields of the key; none: an embedded record.
    pub key: Vec<Name>,
    /// In order of declaration.
    pub fields: Vec<Field>,
}

/// `internal res.partner { .. }`
#[derive(Clone, Debug, PartialEq)]
pub struct Internal {
    /// Documentation.
    pub doc: Doc,
    /// Dotted name of the model.
    pub name: Name,
    /// In order of declaration.
    pub fields: Vec<Field>,
    /// `key`, `unique` and `index` lines.
    pub constraints: Vec<Constraint>,
}

/// A line of a model that is not a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// `key email fold where parent_id is null`
    Key {
        /// The fields that find a record.
        fields: Vec<Name>,
        /// `fold`: compared without case and accents.
        fold: Option<Span>,
        /// Only records for which this holds.
        filter: Option<Expr>,
        /// The whole line.
        span: Span,
    },
    /// `unique (a, b)`
    Unique {
        /// The fields.
        fields: Vec<Name>,
        /// The whole line.
        span: Span,
    },
    /// `index (a)`
    Index {
        /// The fields.
        fields: Vec<Name>,
        /// The whole line.
        span: Span,
    },
}

/// `dob?: date as "%Y" null "", "0"`
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Documentation.
    pub doc: Doc,
    /// The field.
    pub name: Name,
    /// The `?` behind the name: may be missing.
    pub optional: bool,
    /// Its type.
    pub ty: Type,
    /// What stands behind the type.
    pub modifiers: Vec<Modifier>,
    /// From the name to the last modifier.
    pub span: Span,
}

/// A type and where it was written.
#[derive(Clone, PartialEq)]
pub struct Type {
    /// The type.
    pub kind: TypeKind,
    /// Where.
    pub span: Span,
}

impl std::fmt::Debug for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.kind.fmt(f)
    }
}

/// What a type says.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `text`, `int`, `bool`, .. or the name of an external record or model (`Address`, `res.partner`)
    Named(Name),
    /// `decimal(4)`
    Decimal {
        /// Digits after the point.
        scale: Spanned<u32>,
    },
    /// `"contact"`, a value of an enum
    Word(Name),
    /// `null`, in a union
    Null,
    /// `[T]`
    List(Box<Type>),
    /// `{text: T}`
    Map(Box<Type>),
    /// `{ a: int, b?: text }`
    Record(Vec<Field>),
    /// `ref res.partner`
    Ref(Name),
    /// `ext Customer`
    Ext(Name),
    /// `"a" | "b" | text`, `text | null`
    Union(Vec<Type>),
}

/// What may stand behind a type.
#[derive(Clone, Debug, PartialEq)]
pub enum Modifier {
    /// `max 128`
    Max(Spanned<u32>),
    /// `as "%Y-%m-%d"`: a format
    AsFormat(Name),
    /// `as epoch`: a codec by name
    As(Name),
    /// `zone "UTC"`
    Zone(Name),
    /// `null "", "0"`
    NullTexts(Vec<Name>),
    /// `sensitive`
    Sensitive(Span),
    /// `readonly`
    Readonly(Span),
    /// `per language`
    PerLanguage(Span),
    /// `default "contact"`
    Default(Expr),
    /// `fill = 0`, `fill = name`: what records get that were there before the field was required
    Fill(Expr),
    /// `renamed from telephone`
    RenamedFrom(Name),
    /// `on delete clear`
    OnDelete(Name),
    /// `by parent_id`, behind `[res.partner]`
    By(Name),
}

/// `binding Customer in res.partner (key a) { key a, b  scope s  one to one  email: text }`
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// Documentation.
    pub doc: Doc,
    /// The external record type.
    pub external: Name,
    /// `in project.project (key trello_id, synced trello_sync_date)`
    pub inline: Option<InlineBinding>,
    /// `key product_id, linked_id`
    pub key: Vec<Name>,
    /// `scope website_id`
    pub scope: Vec<Name>,
    /// `one to one`
    pub one_to_one: Option<Span>,
    /// Fields of the binding.
    pub fields: Vec<Field>,
}

/// A binding kept in the record's own columns.
#[derive(Clone, Debug, PartialEq)]
pub struct InlineBinding {
    /// The model.
    pub model: Name,
    /// The column of the key.
    pub key: Name,
    /// The column of the time of the last exchange.
    pub synced: Option<Name>,
}

/// `table Visibility { "followers" <-> "private" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Documentation.
    pub doc: Doc,
    /// The table.
    pub name: Name,
    /// In file order.
    pub rows: Vec<TableRow>,
}

/// `"inside" <-> "outside"`
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// The inside; `_` for the rest.
    pub inside: TableCell,
    /// Which directions the row serves.
    pub arrow: Arrow,
    /// The outside; `_` for the rest.
    pub outside: TableCell,
    /// The whole row.
    pub span: Span,
}

/// One side of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum TableCell {
    /// A value.
    Value(Expr),
    /// `_`
    Rest(Span),
}

/// The arrow of a row or of a two-way rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrow {
    /// `<->`
    Both,
    /// `->`: inside to outside
    ToOutside,
    /// `<-`: outside to inside
    ToInside,
}

/// `extern iso fn f(a: text) -> text! inverse g in crate::m`
#[derive(Clone, Debug, PartialEq)]
pub struct ExternFn {
    /// Documentation.
    pub doc: Doc,
    /// `fn`, `iso fn`, `effect fn`
    pub kind: ExternKind,
    /// The function.
    pub name: Name,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Absent for effects.
    pub result: Option<Type>,
    /// The `!` behind the result.
    pub fallible: bool,
    /// `inverse g`
    pub inverse: Option<Name>,
    /// `crate::magento`
    pub module: Name,
    /// The whole line.
    pub span: Span,
}

/// What an `extern fn` may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternKind {
    /// Pure, in rules.
    Plain,
    /// Pure, with an inverse.
    Iso,
    /// Changes something: `after`, services and hooks only.
    Effect,
}

/// `tax_included: bool`
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The parameter.
    pub name: Name,
    /// Its type.
    pub ty: Type,
}
