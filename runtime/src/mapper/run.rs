//! The circumstances of one mapping: create or update, what changed, clock, settings. Decides which rules run.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::mapper::{Bits, MapperInfo, Rule, Runs, WriteTo};
use crate::value::{Stored, StoredRecord, Val};

/// The circumstances of one mapping.
#[derive(Clone, Debug)]
pub struct Run<'s> {
    /// What is done with the record.
    pub mode: Mode,
    /// The job's clock.
    pub now: Timestamp,
    /// Values of `backend`, in the order of the connector's settings.
    pub settings: &'s [Val<'static>],
    /// The stored record with the fields of [`MapperInfo::reads_current`]; absent on create.
    pub current: Option<Arc<StoredRecord>>,
    /// Extra fields of the binding as stored; empty on create.
    pub bound: Vec<(&'static str, Stored)>,
    /// Fields that are known to be empty in the record of the other side; absent: it has none yet, and a new one is made.
    pub empty_outside: Option<Vec<&'static str>>,
    /// The language that is mapped, where an operation is called per language.
    pub language: Option<&'s str>,
}

/// What is done with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Not known yet: every rule counts. For gathering lookups before the record is known to exist.
    Gather,
    /// The lookups of an existing record, only those of rules that depend on these source fields.
    GatherChanged(Changed),
    /// A new record.
    Create,
    /// An existing record, all fields.
    Update,
    /// An existing record, only what depends on these source fields.
    Partial(Changed),
}

/// Source slots that changed: one bit per slot of all sources in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed(pub Vec<u64>);

impl Changed {
    /// The slots of the named fields of a source; names that no rule reads have none. A nested record or its leaf by path: `payment.method`.
    pub fn fields(info: &MapperInfo, source: usize, names: &[&str]) -> Self {
        let mut changed = Self::default();
        let Some(shape) = info.sources.get(source).map(|source| source.shape) else {
            return changed;
        };
        let first = info.first_bit(source);
        for name in names {
            match shape.slot_alone(name) {
                Some(slot) => changed.add(first + usize::from(slot)),
                None => shape
                    .slots_of(name)
                    .into_iter()
                    .for_each(|slot| changed.add(first + usize::from(slot))),
            }
        }
        changed
    }

    /// Whether a rule reads one of them.
    #[inline(always)]
    pub(crate) fn meets(&self, bits: &Bits) -> bool {
        bits.meets(&self.0)
    }

    /// Adds one slot.
    pub fn add(&mut self, bit: usize) {
        let word = bit / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (bit % 64);
        }
    }
}

impl<'s> Run<'s> {
    /// A run in this mode with this clock, without settings.
    pub fn new(mode: Mode, now: Timestamp) -> Self {
        Self {
            mode,
            now,
            settings: &[],
            current: None,
            bound: Vec::new(),
            empty_outside: None,
            language: None,
        }
    }

    /// The same with the values of `backend`.
    #[must_use]
    pub fn with_settings(mut self, settings: &'s [Val<'static>]) -> Self {
        self.settings = settings;
        self
    }

    /// The same clock and settings for another record.
    #[must_use]
    pub fn for_record(&self, mode: Mode, current: Option<Arc<StoredRecord>>) -> Self {
        Self {
            mode,
            now: self.now,
            settings: self.settings,
            current,
            bound: Vec::new(),
            empty_outside: None,
            language: self.language,
        }
    }

    /// The same, to gather the lookups: those of the rules that run, or may run.
    #[must_use]
    pub fn gathering(&self) -> Self {
        let mode = match &self.mode {
            Mode::Partial(changed) | Mode::GatherChanged(changed) => Mode::GatherChanged(changed.clone()),
            Mode::Gather | Mode::Create | Mode::Update => Mode::Gather,
        };
        self.for_record(mode, None)
    }

    /// The slots whose rules run, if 64 bits hold them; all are set where every rule runs that runs always.
    pub(super) fn word(&self) -> Option<u64> {
        match (&self.mode, &self.language) {
            (_, Some(_)) => None,
            (Mode::Gather | Mode::Create | Mode::Update, None) => Some(u64::MAX),
            (Mode::GatherChanged(changed) | Mode::Partial(changed), None) => match changed.0.as_slice() {
                [] => Some(0),
                [u64::MAX] => None,
                [word] => Some(*word),
                _ => None,
            },
        }
    }

    /// Whether a new record is made.
    pub fn creates(&self) -> bool {
        self.mode == Mode::Create
    }

    /// Whether a rule runs: its `only` and, on a partial update, its changed fields. For a language only those that write texts.
    pub fn runs(&self, info: &MapperInfo, rule: &Rule) -> bool {
        let by_mode = match (&self.mode, rule.when) {
            (Mode::Gather, _) | (_, Runs::Always) => true,
            // What is stored is not known yet: it may be empty.
            (Mode::GatherChanged(_), Runs::OnUpdate | Runs::OnEmpty) => true,
            (Mode::GatherChanged(_), Runs::OnCreate) => false,
            (Mode::Create, Runs::OnCreate) => true,
            // A record that is sent for the first time may be there already.
            (Mode::Create, Runs::OnEmpty) => self.empty_outside.is_none() || self.finds_empty(info, rule),
            (Mode::Create, Runs::OnUpdate) => false,
            (Mode::Update | Mode::Partial(_), Runs::OnUpdate) => true,
            (Mode::Update | Mode::Partial(_), Runs::OnCreate) => false,
            (Mode::Update | Mode::Partial(_), Runs::OnEmpty) => self.finds_empty(info, rule),
        };
        let by_change = match &self.mode {
            Mode::Gather | Mode::Create | Mode::Update => true,
            Mode::Partial(changed) | Mode::GatherChanged(changed) => changed.meets(&rule.bits),
        };
        by_mode && by_change && (self.language.is_none() || writes_texts(info, rule))
    }

    /// Whether all stored targets of a rule are null, blank or an empty list. A value that was not read is not empty: it might be overwritten.
    fn finds_empty(&self, info: &MapperInfo, rule: &Rule) -> bool {
        rule.targets.iter().all(|target| {
            let Some(write) = info.writes.get(*target) else {
                return false;
            };
            let stored = match write.to {
                WriteTo::Field => self.current.as_deref().and_then(|record| record.get(write.name)),
                WriteTo::Binding => self
                    .bound
                    .iter()
                    .find(|(name, _)| *name == write.name)
                    .map(|(_, value)| value),
                WriteTo::Out => {
                    let known = self.empty_outside.as_ref();
                    return known.is_some_and(|known| known.contains(&write.name));
                }
            };
            stored.is_some_and(is_empty)
        })
    }
}

impl MapperInfo {
    /// Fields of the stored record that `only empty` rules look at: what [`crate::mapper::Run::current`] has to hold.
    pub fn reads_current(&self) -> Vec<&'static str> {
        self.looks_at(WriteTo::Field)
    }

    /// Fields of the record of the other side that `only empty` rules look at: [`crate::mapper::Run::empty_outside`] is about them.
    pub fn reads_outside(&self) -> Vec<&'static str> {
        self.looks_at(WriteTo::Out)
    }

    /// What `only empty` rules look at there.
    fn looks_at(&self, place: WriteTo) -> Vec<&'static str> {
        let rules = self.rules.iter().filter(|rule| rule.when == Runs::OnEmpty);
        let targets = rules
            .flat_map(|rule| rule.targets)
            .filter_map(|target| self.writes.get(*target));
        let names = targets.filter(|write| write.to == place).map(|write| write.name);
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Whether a rule writes a field that has a text per language.
fn writes_texts(info: &MapperInfo, rule: &Rule) -> bool {
    let mut fields = rule.targets.iter().filter_map(|target| info.field(*target));
    fields.any(|field| field.per_language)
}

/// Null, blank or an empty list; 0 and false are values.
fn is_empty(stored: &Stored) -> bool {
    match stored {
        Stored::Null => true,
        Stored::Text(text) => text.trim().is_empty(),
        Stored::Bytes(bytes) => bytes.is_empty(),
        Stored::Refs(ids) => ids.is_empty(),
        Stored::Json(text) => matches!(text.as_str(), "[]" | "{}" | "null"),
        Stored::Int(_)
        | Stored::Decimal(_)
        | Stored::Bool(_)
        | Stored::Date(_)
        | Stored::Time(_)
        | Stored::Duration(_)
        | Stored::DateTime(_)
        | Stored::Uuid(_)
        | Stored::Ref(_)
        | Stored::New(_) => false,
    }
}
