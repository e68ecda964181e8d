//! Tests that stand in mapping files.

use super::expr::Expr;
use super::mapping::MappingName;
use crate::source::{Name, Span, Spanned};

/// `test ".." import M from X { given ..  context ..  expect .. }`
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// What it shows.
    pub name: Name,
    /// The mapping it runs.
    pub mapping: MappingName,
    /// Wire data on import, stored values on export.
    pub given: Vec<Given>,
    /// What lookups and `backend.` answer.
    pub context: Vec<Context>,
    /// Makes it an update.
    pub current: Option<Expr>,
    /// `changed a, b`
    pub changed: Vec<Name>,
    /// What must come out.
    pub expect: Option<Expect>,
    /// The whole test.
    pub span: Span,
}

/// `given { .. }`, `given file ".."`, `given book = [..]`
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The joined source; absent for the main one.
    pub source: Option<Name>,
    /// The record.
    pub value: GivenValue,
}

/// Where a given record stands.
#[derive(Clone, Debug, PartialEq)]
pub enum GivenValue {
    /// In the test.
    Inline(Expr),
    /// In a file beside the mapping file.
    File(Name),
}

/// One entry of `context { .. }`
#[derive(Clone, Debug, PartialEq)]
pub enum Context {
    /// `ref StoreView 1 = null`, `load StoreView 1 = { .. }`
    Lookup {
        /// `ref`, `load`, `bound`
        function: Name,
        /// The external type.
        external: Name,
        /// The key.
        key: Expr,
        /// The answer.
        answer: Expr,
    },
    /// `find res.country { code: "FR" } = 75`
    Find {
        /// The model.
        model: Name,
        /// The criteria.
        criteria: Expr,
        /// The answer.
        answer: Expr,
    },
    /// `backend.multi_company = true`
    Backend {
        /// The value's name.
        name: Name,
        /// The value.
        value: Expr,
    },
    /// `fn split_street("a\nb") = { street: "a", street2: "b" }`
    Function {
        /// The `extern fn`.
        name: Name,
        /// Its arguments, by position.
        args: Vec<Expr>,
        /// What it gives.
        answer: Expr,
    },
}

/// `expect { .. }`, `expect exactly { .. }`, `expect error KIND at TARGET`, `expect skip because ".."`, `expect retry`
#[derive(Clone, Debug, PartialEq)]
pub enum Expect {
    /// These fields have these values.
    Fields {
        /// The record.
        record: Expr,
        /// `exactly`: and there are no others.
        exactly: Option<Span>,
    },
    /// An error.
    Error {
        /// `unbound`, `data`, ..
        kind: Name,
        /// The target.
        at: Option<Name>,
    },
    /// The record ends before its rules run.
    Stop {
        /// How it ends.
        how: Spanned<Ending>,
        /// For which reason; absent: any.
        because: Option<Name>,
    },
}

/// How a record ends whose rules do not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// `skip`
    Skip,
    /// `retry`
    Retry,
}

impl Ending {
    /// The word that the author writes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Retry => "retry",
        }
    }
}
