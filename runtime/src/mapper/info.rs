//! Static tables of a mapping, as generated code holds them: sources, targets, rules, lookups, children, checks.

use crate::connector::ExternalType;
use crate::effect::Effect;
use crate::json::out::NameMark;
use crate::mapper::bits::Bits;
use crate::mapper::{Mapper, StopInfo};
use crate::model::{Filter, Model, ModelField};
use crate::shape::{Field, Kind, Shape};

/// All tables of a mapping.
#[derive(Debug)]
pub struct MapperInfo {
    /// Where records go.
    pub model: &'static Model,
    /// Where they come from.
    pub external: &'static ExternalType,
    /// `as invoice`
    pub variant: Option<&'static str>,
    /// Main source, joins in file order, enclosing record last.
    pub sources: &'static [Source],
    /// What it may write: fields in the order of the model, then binding fields in their order.
    pub writes: &'static [Write],
    /// In file order.
    pub rules: &'static [Rule],
    /// In file order.
    pub lookups: &'static [Lookup],
    /// How many strata of lookups there are, children included.
    pub strata: u8,
    /// `adopt ..`
    pub adopt: Option<&'static Adopt>,
    /// `batch ..`
    pub batch: Option<&'static Batch>,
    /// Children, in file order.
    pub vias: &'static [&'static Via],
    /// `skip`, then `retry`, each in file order.
    pub stops: &'static [StopInfo],
    /// In file order.
    pub checks: &'static [CheckInfo],
    /// `after f`, in file order.
    pub after: &'static [&'static Effect],
    /// `changes find`, in the order of the sources.
    pub changes: &'static [Changes],
    /// Of an export that writes several records: the one that is written behind this one.
    pub next: Option<&'static ExternalType>,
    /// Names of the values that `via` gives.
    pub params: &'static [&'static str],
    /// File and line of its header.
    pub place: &'static str,
}

impl MapperInfo {
    /// The shape of the main source.
    pub fn shape(&self) -> Option<&'static Shape> {
        self.sources.first().map(|source| source.shape)
    }

    /// The position of the enclosing record among the sources.
    pub fn enclosing(&self) -> Option<usize> {
        self.sources
            .iter()
            .position(|source| matches!(source.origin, Origin::Enclosing))
    }

    /// The field that a target is.
    pub fn field(&self, target: usize) -> Option<&'static ModelField> {
        let write = self.writes.get(target)?;
        match write.to {
            WriteTo::Field => self.model.fields.get(write.index),
            WriteTo::Binding => self.external.binding.as_ref()?.fields.get(write.index),
            WriteTo::Out => None,
        }
    }

    /// The first bit of a source: bits count the slots of all sources in a row.
    pub fn first_bit(&self, source: usize) -> usize {
        let before = self.sources.iter().take(source);
        before.map(|source| usize::from(source.shape.slots)).sum()
    }

    /// Whether a rule reads a field that must not be printed.
    pub fn reads_sensitive(&self, rule: usize) -> bool {
        let Some(rule) = self.rules.get(rule) else { return false };
        self.sources.iter().enumerate().any(|(position, source)| {
            let first = self.first_bit(position);
            any_sensitive(source.shape.fields, first, &rule.bits)
        })
    }

    /// Whether a target may hold a value that must not be printed.
    pub fn writes_sensitive(&self, target: usize) -> bool {
        let mut rules = self.rules.iter().enumerate();
        rules.any(|(position, rule)| rule.targets.contains(&target) && self.reads_sensitive(position))
    }
}

/// Whether one of the bits is a sensitive leaf, or a list or map with one.
fn any_sensitive(fields: &'static [Field], first: usize, bits: &Bits) -> bool {
    fields.iter().any(|field| {
        let slot = first + usize::from(field.slot);
        match field.kind {
            Kind::Record(shape) => (field.sensitive && bits.holds(slot)) || any_sensitive(shape.fields, slot + 1, bits),
            Kind::List(shape) | Kind::Map(shape) => bits.holds(slot) && (field.sensitive || shape.has_sensitive()),
            Kind::Text
            | Kind::Int
            | Kind::Decimal(_)
            | Kind::Float
            | Kind::Bool
            | Kind::Date
            | Kind::Time
            | Kind::Duration
            | Kind::DateTime
            | Kind::Uuid
            | Kind::Bytes
            | Kind::Json
            | Kind::Enum { .. }
            | Kind::Ref
            | Kind::Key(_) => field.sensitive && bits.holds(slot),
        }
    })
}

/// A source of a mapping.
#[derive(Debug)]
pub struct Source {
    /// `c`
    pub alias: &'static str,
    /// Its type.
    pub external: &'static ExternalType,
    /// What is read of it.
    pub shape: &'static Shape,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it gets a binding to the same record.
    pub also_binds: bool,
}

/// Where a source comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The record of the job.
    Main,
    /// `with X as a* from list(..)`
    Fetched {
        /// The operation of the type's adapter.
        operation: &'static str,
        /// Its parameters.
        params: &'static [&'static str],
        /// How many.
        mark: Mark,
    },
    /// `with X as a? in book where ..`
    Picked {
        /// How many.
        mark: Mark,
    },
    /// `within Order as o`
    Enclosing,
}

/// `changes find Order by order_id`: a change of a joined record imports the main one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The joined source, a position in [`MapperInfo::sources`].
    pub source: usize,
    /// The slot of its record that names the main one.
    pub slot: u16,
    /// What stands in that slot.
    pub leads: Leads,
}

/// What leads to the main record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// Its key.
    ByKey,
    /// The value of a field of its binding, a position there.
    ByBinding(usize),
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
#[derive(Debug)]
pub struct Write {
    /// Name of the field.
    pub name: &'static str,
    /// What has it.
    pub to: WriteTo,
    /// Its position there.
    pub index: usize,
    /// Its name as it stands in JSON behind another field.
    pub(crate) mark: NameMark,
}

/// What has a written field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteTo {
    /// The model.
    Field,
    /// The binding.
    Binding,
    /// The record of the other side, in an export.
    Out,
}

impl Write {
    /// A field of the model, by position.
    pub const fn field(name: &'static str, index: usize) -> Self {
        Self {
            name,
            to: WriteTo::Field,
            index,
            mark: NameMark::of(name),
        }
    }

    /// A field of the record of the other side, by position in [`Mapper::output`].
    pub const fn out(name: &'static str, index: usize) -> Self {
        Self {
            name,
            to: WriteTo::Out,
            index,
            mark: NameMark::of(name),
        }
    }

    /// A field of the binding, by position.
    pub const fn binding(name: &'static str, index: usize) -> Self {
        Self {
            name,
            to: WriteTo::Binding,
            index,
            mark: NameMark::of(name),
        }
    }
}

/// A rule: for messages, changed fields and modes.
#[derive(Debug)]
pub struct Rule {
    /// File and line.
    pub place: &'static str,
    /// The leaves it reads, as the author writes them.
    pub reads: &'static str,
    /// Positions in [`MapperInfo::writes`].
    pub targets: &'static [usize],
    /// `only ..`
    pub when: Runs,
    /// The source slots it reads: one bit per slot of all sources in a row. None: a constant, runs on create and full updates only.
    pub bits: Bits,
    /// Those of them that only its `when` reads; empty where nothing asks for them, as in imports.
    pub guards: Bits,
}

impl Rule {
    /// A rule at a place, with the leaves it reads, its targets, its `only` and the words of its bits.
    pub const fn new(
        place: &'static str,
        reads: &'static str,
        targets: &'static [usize],
        when: Runs,
        bits: &'static [u64],
    ) -> Self {
        Self {
            place,
            reads,
            targets,
            when,
            bits: Bits(bits),
            guards: Bits(&[]),
        }
    }

    /// The same with the slots that only its `when` reads.
    pub const fn guarded(self, guards: &'static [u64]) -> Self {
        Self {
            guards: Bits(guards),
            ..self
        }
    }
}

/// `only ..`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// Nothing said.
    Always,
    /// `only create`
    OnCreate,
    /// `only update`
    OnUpdate,
    /// `only empty`: the stored value is null, blank or an empty list; true on create.
    OnEmpty,
}

/// A question to the store.
#[derive(Debug)]
pub enum Lookup {
    /// `ref`: the record that a key leads to.
    Ref {
        /// The type.
        external: &'static ExternalType,
        /// The model.
        model: &'static Model,
        /// `ref!`: an unbound record is imported first.
        import: bool,
    },
    /// `ext_of`: the key of the external record that a record of the inside is bound to.
    ExtOf {
        /// The type.
        external: &'static ExternalType,
        /// The model.
        model: &'static Model,
    },
    /// `bound`: whether a key leads to a record.
    Bound {
        /// The type.
        external: &'static ExternalType,
    },
    /// `find`: the record with these values.
    Find {
        /// The model.
        model: &'static Model,
        /// The fields that are compared.
        criteria: &'static [&'static str],
        /// Compared without case and accents.
        fold: bool,
    },
    /// `load`: the fields of the record that a key leads to.
    Load {
        /// The type.
        external: &'static ExternalType,
        /// The model.
        model: &'static Model,
        /// The fields used.
        fields: &'static [&'static str],
        /// `load!`: an unbound record is imported first.
        import: bool,
    },
    /// `find_or_new`: the record with these values, created with the plan where there is none.
    FindOrNew {
        /// The model.
        model: &'static Model,
        /// The fields that are compared, and given to a new record: the first arguments.
        criteria: &'static [&'static str],
        /// Compared without case and accents.
        fold: bool,
        /// Further fields of a new record: the arguments behind the criteria.
        new: &'static [&'static str],
    },
    /// `load` of a reference: the fields of the record it leads to.
    Read {
        /// The model.
        model: &'static Model,
        /// The fields used.
        fields: &'static [&'static str],
    },
}

/// Children: a list whose elements another mapping maps.
#[derive(Debug)]
pub struct Via {
    /// Position of the one-to-many field in [`MapperInfo::writes`].
    pub target: usize,
    /// The mapping of the elements.
    pub mapper: &'static dyn Mapper,
    /// What tells one element from another.
    pub key: ChildKey,
    /// What becomes of children that are gone.
    pub orphans: Orphans,
    /// Whether the list is the whole (`=`) or adds to what is stored (`+=`).
    pub whole: bool,
    /// Strata that must be known before the list is: a lookup of stratum `n` of the child is asked in stratum `offset + n`.
    pub offset: u8,
}

/// What tells children apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChildKey {
    /// A slot of the element.
    Slot(u16),
    /// A text, for an added one.
    Text(&'static str),
    /// Nothing: each import adds them again.
    None,
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

/// `adopt by email where customer`
#[derive(Debug)]
pub struct Adopt {
    /// The targets whose values are compared, positions in [`MapperInfo::writes`].
    pub by: &'static [usize],
    /// Compared without case and accents.
    pub fold: bool,
    /// A condition on the stored record.
    pub filter: Option<Filter>,
    /// `adopt shared by`: a record that is bound to another key may be shared.
    pub shared: bool,
    /// File and line.
    pub place: &'static str,
}

/// `batch every 15m since updated_at overlap 30s priority 10`
#[derive(Debug)]
pub struct Batch {
    /// Milliseconds between runs.
    pub every_ms: u64,
    /// The remote's time of change.
    pub since: Option<&'static str>,
    /// Milliseconds that a run looks back before its cursor.
    pub overlap_ms: u64,
    /// Lower is earlier.
    pub priority: i16,
}

/// `check E else warn because ".."`
#[derive(Debug)]
pub struct CheckInfo {
    /// File and line.
    pub place: &'static str,
    /// What a check that does not hold does.
    pub severity: Severity,
    /// The targets it reads; it runs only when all were written.
    pub outs: &'static [usize],
}

/// What a check that does not hold does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The record fails.
    Fail,
    /// The record goes on, a checkpoint is made.
    Warn,
}
