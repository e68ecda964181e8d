//! A checked mapping: sources, targets, lets, rules, lookups with their strata.

use super::expr::{Expr, Type};
use super::{ExternId, ExternalId, FieldId, Filter, Ident, MappingId, ModelFieldId, ModelId, Place};

/// Index into [`Mapping::sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub usize);
/// Index into [`Mapping::targets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetId(pub usize);
/// Index into [`Mapping::lets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetId(pub usize);
/// Index into [`Mapping::params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(pub usize);
/// Index into [`Mapping::lookups`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookupId(pub usize);

/// Which way records go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Outside to inside.
    Import,
    /// Inside to outside.
    Export,
}

/// A checked mapping.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Name of the generated type: `ImportResPartnerFromCustomer`.
    pub type_name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// Direction.
    pub direction: Direction,
    /// The model.
    pub model: ModelId,
    /// The external type.
    pub external: ExternalId,
    /// `as invoice`
    pub variant: Option<String>,
    /// Main source, joins in file order, enclosing record last.
    pub sources: Vec<Source>,
    /// Values that `via` gives.
    pub params: Vec<(Ident, Type)>,
    /// What it may write: fields in the order of the model, then binding fields in their order.
    pub targets: Vec<Target>,
    /// Those that are used, in file order.
    pub lets: Vec<Let>,
    /// In file order.
    pub rules: Vec<Rule>,
    /// Every `ref`, `find`, `find_or_new`, `load`, `bound` of lets, rules, checks; in file order.
    pub lookups: Vec<Lookup>,
    /// How many strata of lookups there are, children included.
    pub strata: u8,
    /// `adopt ..`
    pub adopt: Option<Adopt>,
    /// `batch ..`
    pub batch: Option<Batch>,
    /// `skip ..`, then `retry ..`, each in file order: the first that holds ends the record before a rule runs.
    pub stops: Vec<Stop>,
    /// `check ..`
    pub checks: Vec<Check>,
    /// `after ..`, in file order.
    pub after: Vec<After>,
    /// `and ..` of an export: the record that is written behind this one.
    pub next: Option<ExternalId>,
    /// Its header.
    pub place: Place,
    /// Version it was declared in, where inherited.
    pub origin: Option<String>,
}

/// A source of a mapping.
#[derive(Clone, Debug)]
pub struct Source {
    /// `c`; the external's name where the mapping gives none.
    pub alias: Ident,
    /// Its type.
    pub external: ExternalId,
    /// Where it comes from.
    pub origin: Origin,
    /// `also binds`
    pub also_binds: bool,
    /// `changes find Order by order_id`
    pub changes: Option<Changes>,
    /// Leaves that are read, with those of nested records and lists: what the shape holds. The key comes first for sources that bind.
    pub reads: Vec<Read>,
}

/// A field that is read, and what is read below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The field of the record type at this level.
    pub field: FieldId,
    /// For records, lists and maps of records: what is read of them.
    pub below: Vec<Read>,
}

/// Where a source comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The record of the job.
    Main,
    /// `with X as a* from list(..)`
    Fetched {
        /// The operation of the type's adapter.
        operation: String,
        /// Its arguments, in the order of its parameters; absent ones are missing.
        args: Vec<Expr>,
        /// How many.
        mark: Mark,
        /// `where ..`; the candidate is local 0.
        filter: Option<Expr>,
        /// `latest by f`; the candidate is local 0.
        latest_by: Option<Expr>,
    },
    /// `with X as a? in book where ..`
    Picked {
        /// The list.
        from: Expr,
        /// How many.
        mark: Mark,
        /// `where ..`; the candidate is local 0.
        filter: Option<Expr>,
        /// `latest by f`; the candidate is local 0.
        latest_by: Option<Expr>,
    },
    /// `within Order as o`
    Enclosing,
}

/// `changes find Order by order_id`: a change of the joined record imports the main one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The field of the joined record that names the main one. It is one of [`Source::reads`].
    pub by: FieldId,
    /// What the field holds.
    pub holds: Names,
}

/// What names the main record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Its key.
    Key,
    /// The value of this field of its binding.
    Binding(ModelFieldId),
}

/// How many records a join gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Exactly one.
    One,
    /// None or one.
    Optional,
    /// A list.
    Many,
}

/// What a mapping may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A field of the model.
    Field(ModelFieldId),
    /// A field of the binding.
    Binding(ModelFieldId),
    /// A field of the external record, in an export.
    Out(FieldId),
}

/// A `let`.
#[derive(Clone, Debug)]
pub struct Let {
    /// Its name.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
    /// Its line.
    pub place: Place,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it writes.
    pub kind: RuleKind,
    /// `only ..`
    pub only: Only,
    /// `when ..`
    pub when: Option<Expr>,
    /// Leaves it reads, lets and conditions included, as the author writes them: `c.firstname`.
    pub reads: Vec<String>,
    /// Its line.
    pub place: Place,
}

/// What a rule writes.
#[derive(Clone, Debug)]
pub enum RuleKind {
    /// `copy email` or `name = c.email`: a leaf of a source, no conversion.
    Copy {
        /// The source.
        source: SourceId,
        /// The field.
        field: FieldId,
        /// Where it goes.
        target: TargetId,
    },
    /// `name = E`
    Set {
        /// Where it goes.
        target: TargetId,
        /// The value.
        value: Expr,
    },
    /// `a, b = E`: fields of a record
    SetMany {
        /// Field of the record, target.
        targets: Vec<(String, TargetId)>,
        /// The record.
        value: Expr,
    },
    /// `category_id += E`
    Add {
        /// A list target.
        target: TargetId,
        /// One element, or a list of them.
        value: Expr,
    },
    /// `child_ids = E via M keyed by k orphans archive`
    Children {
        /// A one-to-many target.
        target: TargetId,
        /// The list.
        value: Expr,
        /// The mapping of its elements.
        mapping: MappingId,
        /// Values of the mapping's parameters.
        args: Vec<Expr>,
        /// What tells one element from another.
        key: Option<ChildKey>,
        /// What becomes of children that are gone.
        orphans: Orphans,
        /// Whether it adds (`+=`) or is the whole list (`=`).
        whole: bool,
        /// Strata that must be known before the list is.
        offset: u8,
    },
}

/// What tells children apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChildKey {
    /// A field of the element.
    Field(FieldId),
    /// A text, for an added one.
    Text(String),
}

/// What becomes of children that are gone.
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

/// `only ..`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// Nothing said.
    Always,
    /// `only create`
    Create,
    /// `only update`
    Update,
    /// `only empty`
    Empty,
}

/// A question to the store.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// What is asked.
    pub kind: LookupKind,
    /// The arguments: the key, or the criteria in order; behind those of `find_or_new` the values of the new record. Evaluated in `needs`.
    pub args: Vec<Expr>,
    /// Lists of the lambdas around it, the outermost first: it is asked once per element. Arguments and guard see the element of the last
    /// list as local 0, that of the one before as local 1; a list sees the elements of those before it.
    pub each: Vec<Expr>,
    /// Under which condition it is asked, where a `when`, `if`, `??` guards it: evaluated in `needs` too.
    pub guard: Option<Expr>,
    /// From 1 on: which lookups must be answered before.
    pub stratum: u8,
    /// The rule it belongs to; absent for those of lets and checks.
    pub rule: Option<usize>,
    /// Where it was written.
    pub place: Place,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum LookupKind {
    /// `ref`: the record that a key leads to; an unbound one is imported first where its failure is a rule error.
    Ref {
        /// The type.
        external: ExternalId,
        /// The model.
        model: ModelId,
        /// `ref!` imports an unbound record first; `ref?` and `catch` do not.
        import: bool,
    },
    /// `bound`
    Bound {
        /// The type.
        external: ExternalId,
    },
    /// `load`: the internal record that a key leads to.
    Load {
        /// The type.
        external: ExternalId,
        /// The model.
        model: ModelId,
        /// The fields used.
        fields: Vec<ModelFieldId>,
        /// `load!` imports an unbound record first.
        import: bool,
    },
    /// `ext_of`: the key that a record of the inside is bound to.
    ExtOf {
        /// The type.
        external: ExternalId,
        /// The model.
        model: ModelId,
    },
    /// `find`
    Find {
        /// The model.
        model: ModelId,
        /// The criteria.
        by: Vec<ModelFieldId>,
        /// Compared without case and accents.
        fold: bool,
    },
    /// `find_or_new`: the record with these values, created with the plan where there is none.
    FindOrNew {
        /// The model.
        model: ModelId,
        /// The criteria: the first arguments.
        by: Vec<ModelFieldId>,
        /// Compared without case and accents.
        fold: bool,
        /// Fields of a new record besides the criteria: the arguments behind them.
        new: Vec<ModelFieldId>,
    },
    /// `load` of a reference: the internal record itself.
    Read {
        /// The model.
        model: ModelId,
        /// The fields used.
        fields: Vec<ModelFieldId>,
    },
}

/// `adopt by email where customer`
#[derive(Clone, Debug)]
pub struct Adopt {
    /// The targets whose values are compared.
    pub by: Vec<TargetId>,
    /// Of the key.
    pub fold: bool,
    /// `where ..`
    pub filter: Option<Filter>,
    /// `adopt shared by`
    pub shared: bool,
    /// Its line.
    pub place: Place,
}

/// `batch every 15m since updated_at overlap 30s priority 10`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Milliseconds.
    pub every_ms: u64,
    /// The remote's time of change.
    pub since: Option<FieldId>,
    /// Milliseconds.
    pub overlap_ms: u64,
    /// Lower is earlier.
    pub priority: i16,
}

/// `skip when E because ".."`, `retry every 30m when E because ".."`
#[derive(Clone, Debug)]
pub struct Stop {
    /// What becomes of the record.
    pub kind: StopKind,
    /// When.
    pub when: Expr,
    /// A text.
    pub because: Expr,
    /// Lookups of strata up to this one must be answered before; 0: it needs none.
    pub stratum: u8,
    /// Its line.
    pub place: Place,
}

/// What becomes of a record that is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopKind {
    /// It is left out.
    Skip,
    /// This one of the records that an export writes is left out; those behind it are not.
    Omit,
    /// It is looked at again.
    Retry {
        /// Milliseconds.
        every_ms: u64,
    },
}

/// `after f`
#[derive(Clone, Debug)]
pub struct After {
    /// An effect of the model.
    pub function: ExternId,
    /// Its line.
    pub place: Place,
}

/// `check E else warn because ".."`
#[derive(Clone, Debug)]
pub struct Check {
    /// What must hold.
    pub condition: Expr,
    /// `fail` rather than `warn`.
    pub severity: Severity,
    /// A text.
    pub because: Expr,
    /// The targets it reads; it runs only when all were written.
    pub outs: Vec<TargetId>,
    /// Its line.
    pub place: Place,
}

/// What a check that does not hold does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The record fails.
    Fail,
    /// The record goes on, a checkpoint is made.
    Warn,
}
