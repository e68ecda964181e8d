//! What generated code calls to map a record: sources, lookups, rules, children, checks. The prelude of generated code.
//!
//! A mapping runs in four steps. [`crate::scan`] reads the leaves that rules read, [`Mapper::needs`] names the lookups, once per
//! stratum, [`Mapper::map`] runs the rules into a [`Row`], [`Row::values`] says what is stored. Nothing here touches a store, a
//! clock or the network: the importer puts the questions of [`Wants`] and hands in the answers as [`Resolved`].

mod bits;
mod cell;
mod checks;
mod children;
mod direct;
pub mod drive;
mod eval;
mod info;
mod made;
mod part;
mod reads;
mod rec;
mod render;
mod resolved;
mod row;
mod run;
mod sent;
mod set;
mod sources;
mod stops;
mod stored;
mod wants;
mod within;
mod written;

pub use crate::builtin::logic::{catch, default, field, or_missing};
pub use crate::connector::ExternalType;
pub use crate::effect::{Effect, Tx};
pub use crate::fault::{Fail, Fault, FaultKind};
pub use crate::model::{Filter, Literal, Model, ModelField, ModelKind, NaturalKey, OnDelete, Order};
pub use crate::shape::{Codec, Field, KeyKind, Kind, Needed, Shape, Wire};
pub use crate::value::{Key, Out, RecordId, Ruled, Val};

pub use bits::Bits;
pub use cell::Cell;
pub use checks::{CheckBody, CheckResult, Checks};
pub use children::{Child, ChildList, Element, child_needs, child_needs_with, child_sources};
pub use direct::Direct;
pub use eval::Eval;
pub use info::{
    Adopt, Batch, Changes, CheckInfo, ChildKey, Leads, Lookup, MapperInfo, Mark, Origin, Orphans, Rule, Runs, Severity,
    Source, Via, Write, WriteTo,
};
pub use made::Made;
pub use part::RuleReads;
pub use rec::Rec;
pub use resolved::{NewRecord, Resolved};
pub use row::{Row, RowFault, RuleBody, RunOf};
pub use run::{Changed, Mode, Run};
pub use sent::{SentField, sent};
pub use sources::{Sources, Step};
pub use stops::{StopInfo, StopKind, Stopped, Stops};
pub use stored::{Assigned, How, Values, store};
pub use wants::{Ask, Want, WantedFinds, WantedKeys, WantedLoads, WantedReads, WantedRecords, Wants, canonical_key};

/// What generated code gives for one mapping. Rules are pure; nothing here fails as a whole, faults are collected by rule.
pub trait Mapper: std::fmt::Debug + Send + Sync {
    /// Its tables.
    fn info(&self) -> &'static MapperInfo;

    /// The fields that an export writes, with the codecs of the other side; absent for imports.
    fn output(&self) -> Option<&'static Shape> {
        None
    }

    /// Arguments of the operation that fetches a joined source, in the order of its parameters; absent ones are missing.
    fn arguments<'s>(&self, _e: &Eval<'_, 's>, _source: usize) -> Result<Vec<Val<'s>>, Fault> {
        Ok(Vec::new())
    }

    /// `where` of a fetched source that reads nothing of what is fetched: where it does not hold, nobody is asked.
    fn asks<'s>(&self, _e: &Eval<'_, 's>, _source: usize) -> Result<bool, Fault> {
        Ok(true)
    }

    /// The list that a picked source is taken from; absent: an empty one.
    fn candidates<'s>(&self, _e: &Eval<'_, 's>, _source: usize) -> Out<'s> {
        Ok(Val::Missing)
    }

    /// `where` of a fetched or picked source, for one candidate.
    fn accepts<'s>(&self, _e: &Eval<'_, 's>, _source: usize, _it: Rec<'s>) -> Result<bool, Fault> {
        Ok(true)
    }

    /// `latest by f` of a fetched or picked source, for one candidate; absent: the source has no such clause.
    fn latest<'s>(&self, _e: &Eval<'_, 's>, _source: usize, _it: Rec<'s>) -> Result<Option<Val<'s>>, Fault> {
        Ok(None)
    }

    /// Asks for the lookups of one stratum, from 1 on. All earlier strata are answered.
    fn needs<'s>(&self, _e: &Eval<'_, 's>, _stratum: u8, _wants: &mut Wants) {}

    /// Runs `skip` and `retry`, in that order. Those whose lookups are not answered yet wait for a later stratum.
    fn stop<'s>(&self, _e: &Eval<'_, 's>, _stops: &mut Stops) {}

    /// Runs the rules.
    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>);

    /// Runs the checks, on a row whose children are mapped.
    fn check<'s>(&self, _e: &Eval<'_, 's>, _row: &Row<'s>, _report: &mut Checks) {}
}
