//! Connectors, external record types, bindings and adapter operations: static tables that generated code holds.

use crate::model::{Literal, Model, ModelField};
use crate::shape::{Kind, Shape, Wire};

/// One version of a connector, effective: with all that its parents give it.
#[derive(Debug)]
pub struct Connector {
    /// The family: `magento`.
    pub name: &'static str,
    /// `1.7`; absent for the root.
    pub version: Option<&'static str>,
    /// Family and version of the parent.
    pub parent: Option<(&'static str, Option<&'static str>)>,
    /// The releases it speaks to.
    pub serves: Option<&'static str>,
    /// How values are written.
    pub wire: Wire,
    /// What an instance has to say.
    pub settings: &'static [Setting],
    /// How it is spoken to.
    pub protocol: Option<Protocol>,
}

/// A value of `backend { .. }` that each instance sets.
#[derive(Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it holds: a scalar kind.
    pub kind: Kind,
    /// Whether it may be null.
    pub nullable: bool,
    /// Used where an instance says nothing.
    pub default: Option<Literal>,
    /// Comes by reference only, and is masked wherever it could be printed.
    pub sensitive: bool,
    /// File and line of its declaration.
    pub place: &'static str,
}

/// How a system is spoken to.
#[derive(Debug)]
pub struct Protocol {
    /// `xml_rpc`, `rest`, ..
    pub name: &'static str,
    /// Its address.
    pub endpoint: Template,
    /// Scheme and values.
    pub auth: Option<(&'static str, &'static [Template])>,
    /// Requests per milliseconds.
    pub limits: &'static [(u32, u64)],
}

/// A value to send, made of arguments and settings.
#[derive(Clone, Copy, Debug)]
pub enum Template {
    /// `null`
    Null,
    /// A constant text.
    Text(&'static str),
    /// A constant number.
    Int(i64),
    /// A constant number with digits after its point.
    Decimal(&'static str),
    /// A constant.
    Bool(bool),
    /// The second where the first is absent or null.
    Or(&'static [Template; 2]),
    /// The key of the record: `id`.
    Id,
    /// An argument of the operation, by position; absent: the entry that holds it is left out.
    Param(usize),
    /// A setting of the instance, by position.
    Setting(usize),
    /// Texts in a row.
    Concat(&'static [Template]),
    /// A list.
    List(&'static [Template]),
    /// A record; an entry whose value is absent, or a record all of whose entries were left out, is left out.
    Object(&'static [(&'static str, Template)]),
    /// A field of the mapped record; one that was not written is absent.
    Field(&'static str),
    /// All mapped fields.
    Record,
}

/// A type of external record of a connector family.
#[derive(Debug)]
pub struct ExternalType {
    /// The family: `magento`.
    pub connector: &'static str,
    /// `Customer`
    pub name: &'static str,
    /// Its key: a shape whose slots, in order, are the parts of the key; with a `since` field, that is the last slot.
    pub key: &'static Shape,
    /// How many of the slots of `key` belong to the key.
    pub key_parts: u16,
    /// The field that holds the remote's time of change (`since`).
    pub revision: Option<&'static str>,
    /// Names of fields that must not be printed, those of the records inside it included.
    pub sensitive: &'static [&'static str],
    /// Where its bindings are kept; absent for embedded records.
    pub binding: Option<Binding>,
}

impl PartialEq for ExternalType {
    fn eq(&self, other: &Self) -> bool {
        (self.connector, self.name) == (other.connector, other.name)
    }
}

/// Where external keys and internal ids of one type meet.
#[derive(Debug)]
pub struct Binding {
    /// `magento__Customer__binding`
    pub table: &'static str,
    /// The model it leads to.
    pub model: &'static str,
    /// Fields of the binding that are part of its key.
    pub scope: &'static [&'static str],
    /// Extra fields.
    pub fields: &'static [ModelField],
    /// At most one external record per internal one.
    pub one_to_one: bool,
    /// Columns of the record that hold the key, too.
    pub columns: Option<OwnColumns>,
}

/// Columns of a record that hold the key it is bound by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnColumns {
    /// The field of the key.
    pub key: &'static str,
    /// The field of the time of the last exchange.
    pub synced: Option<&'static str>,
}

/// The operations of one external type in one connector version.
#[derive(Debug)]
pub struct AdapterInfo {
    /// The type.
    pub external: &'static ExternalType,
    /// In order of declaration.
    pub operations: &'static [Operation],
}

impl AdapterInfo {
    /// The operation of this name.
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }
}

/// One thing that can be asked of the other system.
#[derive(Debug)]
pub struct Operation {
    /// `list`, `read`, ..
    pub name: &'static str,
    /// Arguments that callers pass.
    pub params: &'static [&'static str],
    /// What is sent.
    pub request: Request,
    /// Where the records of the answer are; absent: it is the record, or the list of them.
    pub items: Option<AnswerItems>,
    /// How a repeat of a `create` is found; absent for other operations.
    pub once: Option<Once>,
    /// `returns X`: the answer to a `create` or `write` is a record of this type.
    pub returns: Option<&'static ExternalType>,
    /// `per language`: it is called once more for each language.
    pub languages: Option<Languages>,
    /// File and line of its declaration.
    pub place: &'static str,
}

/// Which languages an instance has: those of the bound records of a type, by a field of their model. The keys of those
/// records are what is sent, as the argument behind [`Operation::params`].
#[derive(Clone, Copy, Debug)]
pub struct Languages {
    /// The type.
    pub external: &'static ExternalType,
    /// What its records are inside.
    pub model: &'static Model,
    /// The field that names the language; null or blank: the record stands for none.
    pub field: &'static str,
}

/// How it is found out whether a `create` whose answer was lost has made its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Once {
    /// The other system answers a request that carries the same value in this header as it answered the first one.
    Header(&'static str),
    /// The other system has no two records with the same value in this field.
    Unique(&'static str),
    /// It is searched by this field, once the other system had time to show what it made.
    Search {
        /// The field.
        field: &'static str,
        /// Milliseconds.
        after_ms: u64,
    },
    /// A person decides.
    Review,
}

/// Where the records of an answer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerItems {
    /// In this field of the answer.
    Field(&'static str),
    /// The answer is a tree: each record holds those below it in this field.
    Nested(&'static str),
    /// Only this field of each element counts: the key of a record that is read on its own.
    Keys(&'static str),
}

/// What an operation sends.
#[derive(Debug)]
pub enum Request {
    /// A remote procedure call.
    Call {
        /// Its dotted name.
        method: &'static str,
        /// Its arguments.
        args: &'static [Template],
    },
    /// An HTTP request.
    Http {
        /// `GET`, `POST`, ..
        verb: &'static str,
        /// Path and query.
        path: Template,
    },
}
