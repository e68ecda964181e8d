//! Expressions: what stands on the right of a rule, in conditions and in arguments.

use crate::source::{Name, Span, Spanned};

/// An expression and where it was written. Prints as its kind alone.
#[derive(Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

impl Expr {
    /// An expression at a place.
    pub fn new(kind: ExprKind, span: Span) -> Self {
        Self { kind, span }
    }
}

impl std::fmt::Debug for Expr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.kind.fmt(f)
    }
}

/// A text and the paths in its braces.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// In order; a text without braces is one literal part, an empty text has none.
    pub parts: Vec<TextPart>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum TextPart {
    /// As it stands, escapes resolved.
    Literal(String),
    /// `{name | trim}`
    Value(Expr),
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `email`, `c`
    Name(String),
    /// A name in backticks: always a field.
    QuotedName(String),
    /// `_`: the piped value; the rest in tables and matches
    Hole,
    /// `c.email`, `c?.email`
    Field {
        /// The record.
        of: Box<Expr>,
        /// The field.
        name: Name,
        /// `?.`: absent where the record is.
        safe: bool,
    },
    /// `a[0]`
    Index {
        /// The list.
        of: Box<Expr>,
        /// The position.
        index: Box<Expr>,
    },
    /// `42`, digits as written
    Int(String),
    /// `0.00`, digits as written
    Decimal(String),
    /// `"Dear {name}"`
    Text(Text),
    /// `'%Y-%m-%d'`, as it stands
    RawText(String),
    /// `true`, `false`
    Bool(bool),
    /// `null`
    Null,
    /// `missing`
    Missing,
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ a: 1, b: x }`
    Record(Vec<RecordField>),
    /// `f(x, a = 1)`; as a pipe step also `trim`, `ref!`
    Call(Call),
    /// `x | f`
    Pipe {
        /// What is piped.
        input: Box<Expr>,
        /// The step.
        step: Call,
    },
    /// `a ?? b`
    Default {
        /// Used where present.
        value: Box<Expr>,
        /// Used otherwise.
        default: Box<Expr>,
    },
    /// `a catch b`
    Catch {
        /// Used unless it fails.
        value: Box<Expr>,
        /// Used otherwise.
        fallback: Box<Expr>,
    },
    /// `i => i.sku`
    Lambda {
        /// The parameter.
        param: Name,
        /// The body.
        body: Box<Expr>,
    },
    /// `not x`, `-x`
    Unary {
        /// The operator.
        op: Spanned<UnaryOp>,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a + b`, `a == b`, `a and b`
    Binary {
        /// The operator.
        op: Spanned<BinaryOp>,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `x is present`
    Is {
        /// What is asked about.
        of: Box<Expr>,
        /// The question.
        what: Spanned<Presence>,
    },
    /// `x in ["a", "b"]`
    In {
        /// The value.
        value: Box<Expr>,
        /// The list.
        list: Box<Expr>,
    },
    /// `if c { a } else { b }`
    If {
        /// A bool.
        condition: Box<Expr>,
        /// Where it holds.
        then: Box<Expr>,
        /// Otherwise; an `else if` is an `If` here. Absent: missing.
        otherwise: Option<Box<Expr>>,
    },
    /// `match x { "a" | "b" => c, _ => d }`
    Match {
        /// What is compared.
        subject: Box<Expr>,
        /// In order.
        arms: Vec<MatchArm>,
    },
}

/// `name: value` in a record
#[derive(Clone, Debug, PartialEq)]
pub struct RecordField {
    /// The field.
    pub name: Name,
    /// Its value.
    pub value: Expr,
}

/// A call, or a step of a pipe.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function or table.
    pub function: Name,
    /// `!` or `?` behind the name.
    pub mark: Option<Spanned<Mark>>,
    /// Its arguments; in a pipe without the piped one unless `_` stands for it.
    pub args: Vec<Arg>,
    /// From the name to the closing parenthesis.
    pub span: Span,
}

/// What a failure becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `!`: a rule error
    Must,
    /// `?`: missing
    May,
}

/// An argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `code = ..`
    pub name: Option<Name>,
    /// The value; a model in `find(res.country, ..)` is a path here.
    pub value: Expr,
}

/// `not`, `-`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Negate,
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
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
    /// `and`
    And,
    /// `or`
    Or,
}

/// `is present`, `is absent`, `is null`, `is missing`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Neither missing nor null.
    Present,
    /// Missing or null.
    Absent,
    /// Null.
    Null,
    /// Not sent.
    Missing,
}

/// `"a" | "b" => value`
#[derive(Clone, Debug, PartialEq)]
pub struct MatchArm {
    /// Literals, or `_` alone.
    pub patterns: Vec<Expr>,
    /// The result.
    pub value: Expr,
    /// The whole arm.
    pub span: Span,
}
