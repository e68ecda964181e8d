//! Adapters: operations, what they send, and what stands behind it.

use super::expr::{Arg, Expr, Text};
use super::{Doc, Duration};
use crate::source::{Name, Span, Spanned};

/// `adapter Customer { list(since) = .. }`
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    /// Documentation.
    pub doc: Doc,
    /// The external record type.
    pub external: Name,
    /// In file order.
    pub operations: Vec<Operation>,
}

/// `list(since) = call customer.list({ .. }) items FIELD`
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// `list`, `read`, `create`, `write`, `delete` or the author's own.
    pub name: Name,
    /// Arguments that callers pass.
    pub params: Vec<Name>,
    /// What is sent.
    pub request: Request,
    /// What stands behind the request.
    pub clauses: Vec<OperationClause>,
    /// The whole line.
    pub span: Span,
}

/// What an operation sends.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// `call customer.info(id)`
    Call {
        /// Dotted name of the remote procedure.
        method: Name,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// `GET /boards/{id}`
    Http {
        /// `GET`, `POST`, ..
        verb: Name,
        /// The path and query, with arguments in braces.
        path: Spanned<Text>,
    },
}

/// `view from StoreView by lang`
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageSource {
    /// What the operation sends in its place.
    pub argument: Name,
    /// The type whose records stand for the languages.
    pub external: Name,
    /// The field of their model that names the language.
    pub field: Name,
}

/// What the field of an `items` clause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemsForm {
    /// `items items`: it holds the list.
    Field,
    /// `items nested children`: the answer is a tree, and each record holds those below it in this field.
    Nested,
    /// `items keys product_id`: only this field of each element counts; it is the key of a record that is read on its own.
    Keys,
}

/// What may stand behind a request.
#[derive(Clone, Debug, PartialEq)]
pub enum OperationClause {
    /// `items items`, `items nested children`, `items keys product_id`
    Items {
        /// What the field is.
        form: ItemsForm,
        /// The field.
        field: Name,
    },
    /// `pages page(size = 100)`
    Pages {
        /// The strategy.
        strategy: Name,
        /// Its settings.
        args: Vec<Arg>,
    },
    /// `per language view from StoreView by lang`
    PerLanguage {
        /// The two words.
        span: Span,
        /// Absent: nothing says which languages there are.
        source: Option<LanguageSource>,
    },
    /// `returns Board`
    Returns(Name),
    /// `once by header NAME | unique FIELD | search FIELD after 30s | review`
    OnceBy {
        /// `header`, `unique`, `search`, `review`
        kind: Name,
        /// The header or field.
        field: Option<Name>,
        /// `after 30s`
        after: Option<Spanned<Duration>>,
    },
}
