//! Mappings and their statements.

use super::{Arrow, Doc, Duration, Param};
use crate::ast::expr::{Arg, Expr};
use crate::source::{Name, Span, Spanned};

/// Which mapping: direction, model, external type, variant.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingName {
    /// `import`, `export`, `sync`
    pub direction: Spanned<Direction>,
    /// Dotted name of the model.
    pub model: Name,
    /// `as invoice` behind the model
    pub variant: Option<Name>,
    /// The external record type.
    pub external: Name,
}

/// Which way records go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Outside to inside.
    Import,
    /// Inside to outside.
    Export,
    /// Both.
    Sync,
}

/// `import res.partner from Customer as c with .. { .. }`
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Documentation.
    pub doc: Doc,
    /// Which mapping it is.
    pub name: MappingName,
    /// `as c`
    pub alias: Option<Name>,
    /// `within Order as o`
    pub within: Option<Within>,
    /// `(tax_included: bool)`
    pub params: Vec<Param>,
    /// `with ..`
    pub joins: Vec<Join>,
    /// `and ..` of an export: further records that it writes, in file order.
    pub outputs: Vec<Output>,
    /// In file order.
    pub statements: Vec<Statement>,
    /// The header line.
    pub span: Span,
}

/// `within Order as o`
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    /// The enclosing record type.
    pub external: Name,
    /// Its name here.
    pub alias: Name,
}

/// `with Address as home? in book where .. also binds`
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// The joined record type.
    pub external: Name,
    /// Its name here.
    pub alias: Name,
    /// None, `?` or `*`.
    pub mark: JoinMark,
    /// Where it comes from; absent is E1105.
    pub source: Option<JoinSource>,
    /// `where ..`
    pub filter: Option<Expr>,
    /// `latest by inv.created_at`
    pub latest_by: Option<Expr>,
    /// `also binds`
    pub also_binds: Option<Span>,
    /// `changes find Order by order_id`
    pub changes: Option<Changes>,
    /// The whole clause.
    pub span: Span,
}

/// `and Address as a? when street is present`
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The external record type.
    pub external: Name,
    /// Its name here: the first word of its targets.
    pub alias: Name,
    /// `? when E`: it is written only then.
    pub when: Option<Expr>,
    /// The word `override` before it, in an amendment: it replaces the inherited one.
    pub replaces: Option<Span>,
    /// The whole clause.
    pub span: Span,
}

/// How many records a join gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinMark {
    /// Exactly one.
    One,
    /// `?`: none or one
    Optional,
    /// `*`: a list
    Many,
}

/// Where joined records come from.
#[derive(Clone, Debug, PartialEq)]
pub enum JoinSource {
    /// `from list(customer_id = c.customer_id)`
    From {
        /// The operation of the joined type's adapter.
        operation: Name,
        /// What is passed.
        args: Vec<Arg>,
    },
    /// `in book`, `in c.addresses`
    In(Expr),
}

/// `changes find Order by order_id`
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The type that is imported again.
    pub external: Name,
    /// The joined record's field that names it.
    pub by: Name,
}

/// A line of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `adopt by email where customer`
    Adopt(Adopt),
    /// `batch every 15m since updated_at overlap 30s priority 10`
    Batch(Batch),
    /// `skip when E because ".."`
    Skip(Skip),
    /// `retry every 30m when E because ".."`
    Retry(Retry),
    /// `after confirm_order`
    After(Name),
    /// `let person = ..`
    Let(Let),
    /// `copy email, created_at`, `copy all except c`
    Copy(Copy),
    /// `name = ..`, `category_id += ..`, `name <-> title`
    Rule(Rule),
    /// `ignore a, b because ".."`
    Ignore(Ignore),
    /// `check E else warn because ".."`
    Check(Check),
}

/// `adopt by email where customer`
#[derive(Clone, Debug, PartialEq)]
pub struct Adopt {
    /// `shared`: several external records may lead to one internal.
    pub shared: Option<Span>,
    /// Targets whose values are compared with what is stored.
    pub by: Vec<Name>,
    /// Stored fields only.
    pub filter: Option<Expr>,
    /// The whole line.
    pub span: Span,
}

/// `batch every 15m since updated_at overlap 30s priority 10`
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// How often.
    pub every: Spanned<Duration>,
    /// The remote's time of change.
    pub since: Option<Name>,
    /// Read again before the cursor.
    pub overlap: Option<Spanned<Duration>>,
    /// Of its jobs; lower is earlier.
    pub priority: Option<Spanned<u32>>,
    /// The whole line.
    pub span: Span,
}

/// `skip when E because ".."`
#[derive(Clone, Debug, PartialEq)]
pub struct Skip {
    /// When.
    pub when: Expr,
    /// Why, a text.
    pub because: Expr,
    /// The whole line.
    pub span: Span,
}

/// `retry every 30m when E because ".."`
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// How long to wait.
    pub every: Spanned<Duration>,
    /// When.
    pub when: Expr,
    /// Why, a text.
    pub because: Expr,
    /// The whole line.
    pub span: Span,
}

/// `let person = ..`
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Expr,
    /// The whole line.
    pub span: Span,
}

/// `copy email, phone`, `copy all except c`
#[derive(Clone, Debug, PartialEq)]
pub struct Copy {
    /// The fields; after `all` the exceptions.
    pub fields: Vec<Name>,
    /// `all`
    pub all: Option<Span>,
    /// The whole line.
    pub span: Span,
}

/// `street, street2 = split_street(home.street) when home is present`
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `##` lines above it; a text file only, YAML has no place for them.
    pub doc: Doc,
    /// One, or several that take fields of a record.
    pub targets: Vec<Target>,
    /// `=`, `+=`, `<->`
    pub op: Spanned<RuleOp>,
    /// What is written.
    pub value: Expr,
    /// `only`, `when`, `via`, `keyed by`, `orphans`
    pub clauses: Vec<Clause>,
    /// In a `sync` block: `import x = ..`, `export y = ..`
    pub direction: Option<Spanned<Direction>>,
    /// The whole rule.
    pub span: Span,
}

/// `name`, `binding.email`
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Names between the dots.
    pub path: Vec<Name>,
    /// All of it.
    pub span: Span,
}

/// How a rule writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleOp {
    /// `=`
    Set,
    /// `+=`
    Add,
    /// `<->`, `->`, `<-` between fields
    TwoWay(Arrow),
}

/// What may stand behind the value of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// `only create`
    Only(Spanned<Only>),
    /// `when E`
    When {
        /// A bool.
        condition: Expr,
        /// The whole clause.
        span: Span,
    },
    /// `via sale.order.line(tax_included = x)`
    Via {
        /// The model.
        model: Name,
        /// `as invoice`
        variant: Option<Name>,
        /// Values of its parameters.
        args: Vec<Arg>,
        /// The whole clause.
        span: Span,
    },
    /// `keyed by item_id`, `keyed by "shipping"`
    KeyedBy {
        /// A field of the element, or a text.
        key: Expr,
        /// The whole clause.
        span: Span,
    },
    /// `orphans remove`
    Orphans(Spanned<Orphans>),
}

/// When a rule writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// On create.
    Create,
    /// On update.
    Update,
    /// Where the stored value is empty.
    Empty,
}

/// What becomes of children that are no longer in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orphans {
    /// Deleted.
    Remove,
    /// Left alone.
    Keep,
    /// `active` becomes false.
    Archive,
    /// The record fails.
    Fail,
}

/// `ignore a, b because ".."`
#[derive(Clone, Debug, PartialEq)]
pub struct Ignore {
    /// Paths of source fields.
    pub paths: Vec<Expr>,
    /// Why, a text.
    pub because: Expr,
    /// The whole line.
    pub span: Span,
}

/// `check E else warn because ".."`
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What must hold.
    pub condition: Expr,
    /// `fail` or `warn`
    pub severity: Spanned<Severity>,
    /// Why, a text.
    pub because: Expr,
    /// In a `sync` block: `import check ..`, `export check ..`
    pub direction: Option<Spanned<Direction>>,
    /// The whole line.
    pub span: Span,
}

/// What a check that does not hold does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The record fails.
    Fail,
    /// The record goes on, a checkpoint is made.
    Warn,
}
