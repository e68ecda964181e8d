//! What an expression of generated code may ask: sources, settings, parameters, answers, the clock. One per record and pass.

use std::cell::{Cell, RefCell};

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::builtin::exact::Records;
use crate::fault::Fault;
use crate::mapper::{Checks, Lookup, Mapper, MapperInfo, Rec, Resolved, Row, Run, Sources, Stopped, Stops, Wants};
use crate::value::{Out, Val};

/// One pass over one record. Lets are kept for the pass, so each is evaluated at most once; a later stratum is another pass.
#[derive(Debug)]
pub struct Eval<'e, 's> {
    sources: &'e Sources<'s>,
    resolved: &'e Resolved,
    run: &'e Run<'s>,
    lets: RefCell<Vec<Option<Let<'s>>>>,
    /// What the first of them gave that are decimals.
    decimals: [Cell<Option<Decimal>>; FEW],
}

/// More lets that are decimals are kept with all others.
const FEW: usize = 8;

/// What a `let` gave.
#[derive(Clone, Debug)]
pub(super) enum Let<'s> {
    Any(Out<'s>),
    Decimal(Result<Decimal, Fault>),
    Records(Result<Records<'s>, Fault>),
}

impl<'e, 's> Eval<'e, 's> {
    /// A pass with the answers known so far.
    pub const fn new(sources: &'e Sources<'s>, resolved: &'e Resolved, run: &'e Run<'s>) -> Self {
        Self {
            sources,
            resolved,
            run,
            lets: RefCell::new(Vec::new()),
            decimals: [const { Cell::new(None) }; FEW],
        }
    }

    /// The same with memory that another pass used.
    pub(super) fn with_lets(
        sources: &'e Sources<'s>,
        resolved: &'e Resolved,
        run: &'e Run<'s>,
        mut lets: Vec<Option<Let<'s>>>,
    ) -> Self {
        lets.clear();
        Self {
            sources,
            resolved,
            run,
            lets: RefCell::new(lets),
            decimals: [const { Cell::new(None) }; FEW],
        }
    }

    /// The memory of this pass, for another one.
    pub(super) fn into_lets(self) -> Vec<Option<Let<'s>>> {
        self.lets.into_inner()
    }

    /// The tables of the mapping.
    pub fn info(&self) -> &'static MapperInfo {
        self.sources.mapper().info()
    }

    /// The mapping.
    pub fn mapper(&self) -> &'static dyn Mapper {
        self.sources.mapper()
    }

    /// The sources.
    pub const fn sources(&self) -> &'e Sources<'s> {
        self.sources
    }

    /// The circumstances.
    pub const fn run(&self) -> &'e Run<'s> {
        self.run
    }

    /// The answers.
    pub const fn resolved(&self) -> &'e Resolved {
        self.resolved
    }

    /// The record of a source; absent where a join found none, and for lists.
    pub fn rec(&self, source: usize) -> Rec<'s> {
        self.sources.rec(source)
    }

    /// The records of a source with `*`.
    pub fn list(&self, source: usize) -> Val<'s> {
        self.sources.list(source)
    }

    /// A source as a value: its record or, for `*`, its list.
    pub fn source(&self, source: usize) -> Val<'s> {
        self.sources.value(source)
    }

    /// A value of `backend`.
    pub fn backend(&self, setting: usize) -> Val<'s> {
        self.run.settings.get(setting).cloned().unwrap_or(Val::Missing)
    }

    /// A parameter of the mapping.
    pub fn param(&self, param: usize) -> Val<'s> {
        self.sources.params().get(param).cloned().unwrap_or(Val::Missing)
    }

    /// The job's clock.
    pub const fn now(&self) -> Val<'s> {
        Val::DateTime(self.run.now)
    }

    /// Where the main record stands in the list that its mapping is called with, from 1; 1 for a record of its own.
    pub fn position(&self) -> Val<'s> {
        Val::Int(self.place())
    }

    /// The same as a number.
    pub fn place(&self) -> i64 {
        i64::try_from(self.sources.position()).map_or(i64::MAX, |position| position.saturating_add(1))
    }

    /// The job's clock, as an instant.
    pub const fn clock(&self) -> Timestamp {
        self.run.now
    }

    /// Whether a rule runs.
    pub fn runs(&self, rule: usize) -> bool {
        let info = self.info();
        info.rules.get(rule).is_some_and(|rule| self.run.runs(info, rule))
    }

    /// The answer to a lookup. The argument is the key, a list of the parts of a composite key, or the list of criteria in order.
    /// An absent argument, or an absent criterion, is answered with missing.
    pub fn got(&self, lookup: &'static Lookup, args: Val<'s>) -> Out<'s> {
        self.resolved.got(lookup, &args)
    }

    /// A `let`: evaluated at the first use.
    pub fn once(&self, index: usize, value: impl FnOnce(&Self) -> Out<'s>) -> Out<'s> {
        if let Some(Some(Let::Any(known))) = self.lets.borrow().get(index) {
            return known.clone();
        }
        let made = value(self);
        self.keep(index, Let::Any(made.clone()));
        made
    }

    /// The same for one that is a decimal.
    #[inline]
    pub fn decimal_once(
        &self,
        index: usize,
        value: impl FnOnce(&Self) -> Result<Decimal, Fault>,
    ) -> Result<Decimal, Fault> {
        let cell = self.decimals.get(index);
        if let Some(known) = cell.and_then(Cell::get) {
            return Ok(known);
        }
        if let Some(Some(Let::Decimal(known))) = self.lets.borrow().get(index) {
            return known.clone();
        }
        let made = value(self);
        match (cell, &made) {
            (Some(cell), Ok(number)) => cell.set(Some(*number)),
            (_, _) => self.keep(index, Let::Decimal(made.clone())),
        }
        made
    }

    /// The same for one that is a list of records.
    pub fn records_once(
        &self,
        index: usize,
        value: impl FnOnce(&Self) -> Result<Records<'s>, Fault>,
    ) -> Result<Records<'s>, Fault> {
        if let Some(Some(Let::Records(known))) = self.lets.borrow().get(index) {
            return known.clone();
        }
        let made = value(self);
        self.keep(index, Let::Records(made.clone()));
        made
    }

    fn keep(&self, index: usize, made: Let<'s>) {
        let mut lets = self.lets.borrow_mut();
        if lets.len() <= index {
            lets.resize(index + 1, None);
        }
        if let Some(cell) = lets.get_mut(index) {
            *cell = Some(made);
        }
    }

    /// Asks for the lookups of one stratum, from 1 on.
    pub fn needs(&self, stratum: u8, wants: &mut Wants) {
        wants.within(self.info(), |wants| self.mapper().needs(self, stratum, wants));
    }

    /// Why the record ends before its rules run, as far as the lookups of these strata tell.
    pub fn stopped(&self, answered: u8) -> Option<Stopped> {
        let mut stops = Stops::new(answered);
        self.mapper().stop(self, &mut stops);
        stops.found()
    }

    /// Runs the rules.
    pub fn map(&self) -> Row<'s> {
        let mut row = Row::new(self.info());
        self.mapper().map(self, &mut row);
        row
    }

    /// Runs the checks on a row whose children are mapped.
    pub fn check(&self, row: &Row<'s>) -> Checks {
        let mut report = Checks::default();
        self.mapper().check(self, row, &mut report);
        report
    }

    /// A fault of the generated code itself: an index out of its tables.
    pub(crate) fn broken(what: &str) -> Fault {
        Fault::data(format!("the generated mapping does not fit its tables: {what}"))
    }
}
