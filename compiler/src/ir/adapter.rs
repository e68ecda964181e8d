//! What can be asked of the other system, checked: operations, what they send, their languages.

use super::expr::Template;
use super::{ExternalId, Ident, ModelFieldId, ModelId, Place};

/// Operations of one external type.
#[derive(Clone, Debug)]
pub struct Adapter {
    /// The type.
    pub external: ExternalId,
    /// In order of declaration.
    pub operations: Vec<Operation>,
}

/// One thing that can be asked of the other system.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name.
    pub name: Ident,
    /// Arguments that callers pass.
    pub params: Vec<Ident>,
    /// What is sent.
    pub request: Request,
    /// `items FIELD`, `items nested FIELD`
    pub items: Option<AnswerItems>,
    /// `once by ..`: how a repeat of a `create` is found.
    pub once: Option<Once>,
    /// `returns X`: the answer is a record of this type.
    pub returns: Option<ExternalId>,
    /// `per language`
    pub languages: Option<Languages>,
    /// Its declaration.
    pub place: Place,
}

/// `per language view from StoreView by lang`: called once more for each language.
#[derive(Clone, Debug)]
pub struct Languages {
    /// What is sent in place of the language: the argument behind the declared ones.
    pub argument: String,
    /// The type whose records stand for the languages; their keys are the argument.
    pub external: ExternalId,
    /// What those records are inside.
    pub model: ModelId,
    /// The field that names the language.
    pub field: ModelFieldId,
}

/// Where the records of an answer are.
#[derive(Clone, Debug)]
pub enum AnswerItems {
    /// `items rows`: in this field.
    Field(String),
    /// `items nested children`: the answer is a tree, each record holds those below it in this field.
    Nested(String),
    /// `items keys product_id`: only this field of each element counts, the key of a record that is read on its own.
    Keys(String),
}

/// `once by ..`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// `once by header Idempotency-Key`
    Header(String),
    /// `once by unique sku`
    Unique(String),
    /// `once by search ref after 30s`
    Search {
        /// The field.
        field: String,
        /// Milliseconds.
        after_ms: u64,
    },
    /// `once by review`: a person decides.
    Review,
}

/// What an operation sends.
#[derive(Clone, Debug)]
pub enum Request {
    /// `call customer.info(id)`
    Call {
        /// Dotted name.
        method: String,
        /// Arguments.
        args: Vec<Template>,
    },
    /// `GET /boards/{id}`
    Http {
        /// The verb.
        verb: String,
        /// Path and query.
        path: Template,
    },
}
