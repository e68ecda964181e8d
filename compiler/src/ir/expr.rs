//! Expressions with their types, every lookup and failure decided.

use super::mapping::{LetId, LookupId, ParamId, SourceId, TargetId};
use super::{ExternId, ExternalId, FieldId, Literal, ModelFieldId, ModelId, Place, Scalar, SettingId, TableId};

/// A static type.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// Without absence.
    pub base: Base,
    /// May be null.
    pub nullable: bool,
    /// May be missing.
    pub optional: bool,
}

/// A type without absence.
#[derive(Clone, Debug, PartialEq)]
pub enum Base {
    /// A scalar; `max` where known.
    Scalar(Scalar, Option<u32>),
    /// Key of an external record.
    Ext(ExternalId),
    /// A record of the inside, by id.
    Ref(ModelId),
    /// A record of a payload.
    External(ExternalId),
    /// A record of the inside, as `load` gives it.
    Internal(ModelId),
    /// `{ a: 1 }`, result of an `extern fn`
    Record(Vec<(String, Type)>),
    /// `[T]`
    List(Box<Type>),
    /// `{text: T}`
    Map(Box<Type>),
    /// The type of `null`, `missing`, `[]`'s element.
    Nothing,
    /// Follows from a mistake that is reported already; silences what follows. Never in a checked program.
    Wrong,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it was written.
    pub place: Place,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A literal.
    Literal(Literal),
    /// A source: a record (absent where the join found none), or a list for `*`.
    Source(SourceId),
    /// A field of a record of a payload; missing where the record is absent.
    Field {
        /// The record: a source, an element, a nested record.
        of: Box<Expr>,
        /// Its type.
        external: ExternalId,
        /// The field.
        field: FieldId,
    },
    /// A field of a record of the inside (`load`); missing where the record is absent.
    StoredField {
        /// The record.
        of: Box<Expr>,
        /// Its model.
        model: ModelId,
        /// The field.
        field: ModelFieldId,
    },
    /// A field of `{ .. }` or of an extern's result.
    RecordField {
        /// The record.
        of: Box<Expr>,
        /// The field.
        name: String,
    },
    /// `a[0]`; past the end: missing
    Index {
        /// The list.
        of: Box<Expr>,
        /// The position.
        index: Box<Expr>,
    },
    /// A `let`.
    Let(LetId),
    /// A parameter of the mapping.
    Param(ParamId),
    /// The parameter of the lambda that is so many lambdas further out (0: the innermost).
    Local(usize),
    /// `backend.x`
    Setting(SettingId),
    /// `out.x`, in checks
    Out(TargetId),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ a: 1 }`
    Record(Vec<(String, Expr)>),
    /// `"a {b}"`
    Interpolate(Vec<Expr>),
    /// A built-in. Arguments by position as in its signature, absent ones left out at the end; lambdas are [`ExprKind::Lambda`].
    Builtin {
        /// Its name, a row of `builtin.rs`.
        name: &'static str,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// `i => i.sku`; only as an argument of a built-in
    Lambda(Box<Expr>),
    /// An `extern fn`.
    Extern {
        /// The function.
        function: ExternId,
        /// By position.
        args: Vec<Expr>,
    },
    /// A table, outside to inside or inside to outside by the mapping's direction.
    Table {
        /// The table.
        table: TableId,
        /// What is looked up.
        value: Box<Expr>,
    },
    /// `ref`, `find`, `find_or_new`, `load`, `bound`
    Lookup {
        /// The lookup.
        lookup: LookupId,
        /// As [`super::mapping::Lookup::args`] has them.
        args: Vec<Expr>,
    },
    /// `f?`: a failure becomes missing
    OrMissing(Box<Expr>),
    /// `a catch b`
    Catch(Box<Expr>, Box<Expr>),
    /// `a ?? b`
    Default(Box<Expr>, Box<Expr>),
    /// `if`; without `else`: missing
    If {
        /// A bool.
        condition: Box<Expr>,
        /// Where it holds.
        then: Box<Expr>,
        /// Otherwise.
        otherwise: Option<Box<Expr>>,
    },
    /// `match`; exhaustive
    Match {
        /// What is compared.
        subject: Box<Expr>,
        /// Literals and the result.
        arms: Vec<(Vec<Literal>, Expr)>,
        /// `_ => ..`
        rest: Option<Box<Expr>>,
    },
    /// `not x`
    Not(Box<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// `a and b`, lazy
    And(Box<Expr>, Box<Expr>),
    /// `a or b`, lazy
    Or(Box<Expr>, Box<Expr>),
    /// `== != < <= > >=`
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `+ - * / %`
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    /// `x in [..]`
    In(Box<Expr>, Box<Expr>),
    /// `x is present`
    Is(Box<Expr>, Presence),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// An arithmetic operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// `is ..`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// `present`
    Present,
    /// `absent`
    Absent,
    /// `null`
    Null,
    /// `missing`
    Missing,
}

/// A value to send, made of arguments and settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    /// `null`
    Null,
    /// A constant text.
    Text(String),
    /// A constant number.
    Int(i64),
    /// A constant number with digits after its point.
    Decimal(String),
    /// A constant.
    Bool(bool),
    /// `since ?? 0`: the second where the first is absent or null.
    Or(Box<[Template; 2]>),
    /// `id`
    Id,
    /// An argument, by position.
    Param(usize),
    /// `backend.x`
    Setting(SettingId),
    /// Texts in a row.
    Concat(Vec<Template>),
    /// A list.
    List(Vec<Template>),
    /// A record.
    Object(Vec<(String, Template)>),
    /// A field of the mapped record, in `create` and `write`; absent: the entry that holds it is left out.
    Field(String),
    /// `record`: all mapped fields.
    Record,
}
