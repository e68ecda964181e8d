//! What a version changes of its parent: amendments, overrides, drops.

use super::mapping::{Join, Mapping, MappingName, Statement, Target};
use super::{Backend, Binding, Doc, ExternFn, External, Internal, Operation, Table};
use crate::source::{Name, Span};

/// `amend external Customer { .. }`
#[derive(Clone, Debug, PartialEq)]
pub struct Amend {
    /// What it changes, and how.
    pub change: Change,
    /// The word `amend`; the key of the block in YAML.
    pub span: Span,
}

/// What an amendment changes. Fields stand in their declaration: one that is declared again replaces the inherited one.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// `amend backend { .. }`
    Backend {
        /// What is added or replaced.
        declared: Backend,
        /// The word before `adapter`.
        override_adapter: Option<Span>,
        /// `drop user`
        drops: Vec<Dropped>,
    },
    /// `amend external Customer { .. }`
    External {
        /// What is added or replaced; a `key` replaces the inherited one.
        declared: External,
        /// `drop password_hash`
        drops: Vec<Dropped>,
    },
    /// `amend internal res.partner { .. }`
    Internal {
        /// What is added.
        declared: Internal,
        /// Always a mistake of meaning: a model cannot lose a field.
        drops: Vec<Dropped>,
    },
    /// `amend binding Customer { .. }`
    Binding {
        /// What is added or replaced.
        declared: Binding,
        /// `drop email`
        drops: Vec<Dropped>,
    },
    /// `amend adapter Customer { .. }`
    Adapter {
        /// Documentation.
        doc: Doc,
        /// The external record type.
        external: Name,
        /// In file order.
        operations: Vec<Amended<Operation>>,
    },
    /// `amend import res.partner from Customer as c with .. { .. }`
    Mapping {
        /// Its header and documentation; without joins and statements.
        head: Box<Mapping>,
        /// `with ..`, `override with ..`, `drop with ..`
        joins: Vec<Amended<Join>>,
        /// In file order.
        statements: Vec<Amended<Statement>>,
    },
}

/// A line of an amendment.
#[derive(Clone, Debug, PartialEq)]
pub enum Amended<T> {
    /// Stands beside what is inherited.
    Added(T),
    /// `override ..`: replaces the whole of what is inherited.
    Override {
        /// The word.
        span: Span,
        /// What stands behind it.
        line: T,
    },
    /// `drop ..`
    Drop(Dropped),
}

/// `drop vat`, `drop let view`, `drop table Visibility`
#[derive(Clone, Debug, PartialEq)]
pub struct Dropped {
    /// What is dropped.
    pub kind: DropKind,
    /// Their names; all targets of a rule that writes several. None of a mapping.
    pub names: Vec<Target>,
    /// The mapping that is dropped whole.
    pub mapping: Option<MappingName>,
    /// The whole line.
    pub span: Span,
}

/// What a `drop` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropKind {
    /// `drop vat`: a field, a rule or an operation, whatever the block holds.
    Part,
    /// `drop let view`
    Let,
    /// `drop with book`
    With,
    /// `drop and a`: a further record of an export, with the rules that write it
    And,
    /// `drop import trello_url`: a one-way rule of a `sync`
    Import,
    /// `drop export color`
    Export,
    /// `drop table Visibility`
    Table,
    /// `drop extern fn split_street`
    Extern,
    /// `drop external Customer`
    External,
    /// `drop binding Customer`
    Binding,
    /// `drop adapter Customer`
    Adapter,
    /// `drop import res.partner from Customer`
    Mapping,
}

/// `override table Visibility { .. }`, `override extern fn f(..) in crate::m`
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The word.
    pub span: Span,
    /// What stands behind it.
    pub item: Overridden,
}

/// What replaces the whole of an inherited item.
#[derive(Clone, Debug, PartialEq)]
pub enum Overridden {
    /// `override table Visibility { .. }`
    Table(Table),
    /// `override extern fn f(..) in crate::m`
    Extern(ExternFn),
}
