//! Tests of mappings, checked: what is given, what the world around answers, what must come out.

use super::mapping::{ParamId, SourceId};
pub use tenon_dsl::ast::Ending;

use super::{ExternId, ExternalId, Literal, MappingId, ModelFieldId, ModelId, Place, SettingId};

/// A `test`.
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows.
    pub name: String,
    /// The mapping it runs.
    pub mapping: MappingId,
    /// Wire data on import, stored values on export.
    pub given: Vec<Given>,
    /// Values of parameters.
    pub params: Vec<(ParamId, Constant)>,
    /// What lookups, settings and functions answer.
    pub context: Vec<Context>,
    /// Makes it an update.
    pub current: Option<Constant>,
    /// `changed a, b`
    pub changed: Vec<String>,
    /// What must come out; absent: it is a record to be tried, not a test.
    pub expect: Option<Expect>,
    /// Its first line.
    pub place: Place,
}

/// A record or list of records.
#[derive(Clone, Debug)]
pub struct Given {
    /// Which source it is.
    pub source: SourceId,
    /// The records.
    pub value: GivenValue,
}

/// Where given records stand.
#[derive(Clone, Debug)]
pub enum GivenValue {
    /// In the test.
    Inline(Constant),
    /// In a file of JSON beside the mapping file.
    File(String),
}

/// What one thing around the record answers.
#[derive(Clone, Debug)]
pub enum Context {
    /// `ref StoreView 1 = null`
    Key {
        /// What is asked.
        question: Question,
        /// The type of the key.
        external: ExternalId,
        /// The key.
        key: Constant,
        /// The answer.
        answer: Constant,
    },
    /// `load res.country 75 = { code: "FR" }`, for a reference that is loaded
    Read {
        /// The model.
        model: ModelId,
        /// What the record is named by.
        record: Constant,
        /// The answer.
        answer: Constant,
    },
    /// `find res.country { code: "FR" } = 75`
    Find {
        /// The model.
        model: ModelId,
        /// The criteria, in any order.
        criteria: Vec<(ModelFieldId, Constant)>,
        /// The answer.
        answer: Constant,
    },
    /// `backend.multi_company = true`
    Setting {
        /// The setting.
        setting: SettingId,
        /// Its value.
        value: Constant,
    },
    /// `fn split_street("a\nb") = { street: "a", street2: "b" }`
    Function {
        /// The function.
        function: ExternId,
        /// Its arguments.
        args: Vec<Constant>,
        /// What it gives.
        answer: Constant,
    },
}

/// What may be asked by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// `ref`
    Ref,
    /// `load`
    Load,
    /// `bound`
    Bound,
}

/// What must come out.
#[derive(Clone, Debug)]
pub enum Expect {
    /// These fields, and with `exactly` no others.
    Fields {
        /// Name and value; `missing`: not written.
        fields: Vec<(String, Constant)>,
        /// No others.
        exactly: bool,
    },
    /// A rule error.
    Error {
        /// `unbound`, `ambiguous`, `disagree`, `cycle`, `data`, `busy`
        kind: String,
        /// The target it belongs to; absent: any.
        at: Option<String>,
    },
    /// The record ends before its rules run.
    Stop {
        /// How.
        ending: Ending,
        /// For which reason; absent: any.
        because: Option<String>,
    },
}

/// A value that computes nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// A literal.
    Literal(Literal),
    /// `[a, b]`
    List(Vec<Constant>),
    /// `{ a: 1 }`
    Record(Vec<(String, Constant)>),
    /// `res.partner.category(1)`
    Reference {
        /// The model.
        model: String,
        /// What tells the record from others.
        of: Vec<Constant>,
    },
}
