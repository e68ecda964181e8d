//! The records that one mapping reads: the main one, those that are fetched or picked for it, the one around it.

use crate::connector::ExternalType;
use crate::fault::Fault;
use crate::mapper::{Eval, Mapper, Mark, Origin, Rec, Resolved, Run};
use crate::value::Val;

/// The records that one mapping reads, in the order of [`crate::mapper::MapperInfo::sources`].
#[derive(Clone, Debug)]
pub struct Sources<'s> {
    mapper: &'static dyn Mapper,
    main: Rec<'s>,
    /// All but the main one.
    found: Vec<Found<'s>>,
    params: Vec<Val<'s>>,
    position: usize,
}

/// What is known of a source.
#[derive(Clone, Debug)]
enum Found<'s> {
    /// Not decided yet.
    Open,
    /// A record, or none.
    One(Rec<'s>),
    /// A list.
    Many(Vec<Rec<'s>>),
}

/// What [`Sources::advance`] needs next.
#[derive(Clone, Debug)]
pub enum Step<'s> {
    /// All sources are there.
    Complete,
    /// An operation must be called and its records handed to [`Sources::fetched`].
    Fetch {
        /// The source.
        source: usize,
        /// Its type.
        external: &'static ExternalType,
        /// The operation.
        operation: &'static str,
        /// Its arguments, in the order of its parameters; missing ones are left out.
        arguments: Vec<Val<'s>>,
    },
}

impl<'s> Sources<'s> {
    /// The main record; joins are open.
    pub fn new(mapper: &'static dyn Mapper, main: Rec<'s>) -> Self {
        let joined = mapper.info().sources.iter().skip(1);
        Self {
            mapper,
            main,
            found: joined.map(|_| Found::Open).collect(),
            params: Vec::new(),
            position: 0,
        }
    }

    /// The same within another record, with the values of its parameters.
    #[must_use]
    pub fn within(mut self, enclosing: Rec<'s>, params: Vec<Val<'s>>) -> Self {
        if let Some(at) = self.mapper.info().enclosing() {
            self.put(at, Found::One(enclosing));
        }
        self.params = params;
        self
    }

    /// The same with the values of its parameters.
    #[must_use]
    pub fn with_params(mut self, params: Vec<Val<'s>>) -> Self {
        self.params = params;
        self
    }

    /// The same for an element at this position of the list that its mapping is called with, from 0.
    #[must_use]
    pub const fn at(mut self, position: usize) -> Self {
        self.position = position;
        self
    }

    /// Where the main record stands in the list that its mapping is called with, from 0; 0 for a record of its own.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Decides joins in file order until one must be fetched, or all are there.
    pub fn advance(&mut self, run: &Run<'s>) -> Result<Step<'s>, Fault> {
        let nothing = Resolved::default();
        for (position, source) in self.mapper.info().sources.iter().enumerate().skip(1) {
            if !matches!(self.joined(position), Some(Found::Open)) {
                continue;
            }
            match source.origin {
                Origin::Main | Origin::Enclosing => {
                    return Err(Fault::data(format!("`{}` has no record around it", source.alias)));
                }
                Origin::Fetched { operation, mark, .. } => {
                    let eval = Eval::new(self, &nothing, run);
                    if !self.mapper.asks(&eval, position)? {
                        let found = self.choose(position, mark, Vec::new(), run)?;
                        self.put(position, found);
                        continue;
                    }
                    return Ok(Step::Fetch {
                        source: position,
                        external: source.external,
                        operation,
                        arguments: self.mapper.arguments(&eval, position)?,
                    });
                }
                Origin::Picked { mark } => {
                    let candidates = self.candidates(position, run)?;
                    let found = self.choose(position, mark, candidates, run)?;
                    self.put(position, found);
                }
            }
        }
        Ok(Step::Complete)
    }

    /// The records that the operation of a fetched source gave.
    pub fn fetched(&mut self, source: usize, records: Vec<Rec<'s>>, run: &Run<'s>) -> Result<(), Fault> {
        let origin = self.mapper.info().sources.get(source).map(|source| source.origin);
        let Some(Origin::Fetched { mark, .. }) = origin else {
            return Err(Eval::broken("records for a source that is not fetched"));
        };
        let found = self.choose(source, mark, records, run)?;
        self.put(source, found);
        Ok(())
    }

    /// The mapping they are for.
    pub const fn mapper(&self) -> &'static dyn Mapper {
        self.mapper
    }

    /// The main record.
    pub fn main(&self) -> Rec<'s> {
        self.main
    }

    /// Values of the mapping's parameters.
    pub fn params(&self) -> &[Val<'s>] {
        &self.params
    }

    /// The record of a source; absent where a join found none, and for lists.
    pub fn rec(&self, source: usize) -> Rec<'s> {
        match source {
            0 => self.main,
            joined => self.rec_of(joined),
        }
    }

    fn rec_of(&self, joined: usize) -> Rec<'s> {
        match self.joined(joined) {
            Some(Found::One(record)) => *record,
            Some(Found::Open | Found::Many(_)) | None => Rec::ABSENT,
        }
    }

    /// The records of a source with `*`; missing for others.
    pub fn list(&self, source: usize) -> Val<'s> {
        match self.joined(source) {
            Some(Found::Many(records)) => Val::List(records.iter().copied().map(Val::Rec).collect()),
            Some(Found::Open | Found::One(_)) | None => Val::Missing,
        }
    }

    /// A source as a value; missing where a join found none.
    pub fn value(&self, source: usize) -> Val<'s> {
        match self.joined(source) {
            Some(Found::Many(_)) => self.list(source),
            Some(Found::Open | Found::One(_)) | None => match self.rec(source) {
                record if record.is_present() => Val::Rec(record),
                _ => Val::Missing,
            },
        }
    }

    /// All records of all sources that bind to the same internal record, with their sources.
    pub fn also_bound(&self) -> Vec<(usize, Rec<'s>)> {
        let sources = self.mapper.info().sources.iter().enumerate();
        let bound = sources.filter(|(_, source)| source.also_binds);
        let records = bound.map(|(position, _)| (position, self.rec(position)));
        records.filter(|(_, record)| record.is_present()).collect()
    }

    /// The records a picked source is taken from.
    fn candidates(&self, source: usize, run: &Run<'s>) -> Result<Vec<Rec<'s>>, Fault> {
        let nothing = Resolved::default();
        let eval = Eval::new(self, &nothing, run);
        let list = self.mapper.candidates(&eval, source)?;
        if list.is_absent() {
            return Ok(Vec::new());
        }
        let elements = list.into_list()?;
        Ok(elements.iter().map(Val::rec).filter(Rec::is_present).collect())
    }

    /// What `where`, `latest by` and the mark leave of the candidates.
    fn choose(&self, source: usize, mark: Mark, from: Vec<Rec<'s>>, run: &Run<'s>) -> Result<Found<'s>, Fault> {
        let nothing = Resolved::default();
        let eval = Eval::new(self, &nothing, run);
        let mut accepted = Vec::with_capacity(from.len());
        for candidate in from {
            if self.mapper.accepts(&eval, source, candidate)? {
                accepted.push(candidate);
            }
        }
        if mark == Mark::Many {
            return Ok(Found::Many(accepted));
        }
        if accepted.len() > 1 {
            accepted = self.latest(&eval, source, accepted)?;
        }
        match (accepted.as_slice(), mark) {
            ([one], _) => Ok(Found::One(*one)),
            ([], Mark::Optional | Mark::Many) => Ok(Found::One(Rec::ABSENT)),
            ([], Mark::One) => Err(Fault::data(format!("{} and none fits", self.named(source)))),
            ([first, _, ..], _) => {
                let (count, fit) = (accepted.len(), self.fit(&eval, source, *first)?);
                Err(Fault::ambiguous(format!("{} and {count} {fit}", self.named(source))))
            }
        }
    }

    /// The candidates with the highest value of `latest by`; all of them where the source has no such clause.
    fn latest(&self, eval: &Eval<'_, 's>, source: usize, from: Vec<Rec<'s>>) -> Result<Vec<Rec<'s>>, Fault> {
        let mut best: Option<Val<'s>> = None;
        let mut latest = Vec::new();
        for candidate in &from {
            let Some(value) = self.mapper.latest(eval, source, *candidate)? else {
                return Ok(from);
            };
            let order = match &best {
                None => std::cmp::Ordering::Greater,
                Some(best) => crate::builtin::logic::order_absent_first(&value, best)?,
            };
            if order.is_gt() {
                latest.clear();
                best = Some(value);
            }
            if order.is_ge() {
                latest.push(*candidate);
            }
        }
        Ok(latest)
    }

    /// What several candidates have in common, for messages.
    fn fit(&self, eval: &Eval<'_, 's>, source: usize, one: Rec<'s>) -> Result<&'static str, Fault> {
        Ok(match self.mapper.latest(eval, source, one)? {
            Some(_) => "are equally late",
            None => "fit",
        })
    }

    /// A source for messages: `` `home` is one Address``
    fn named(&self, source: usize) -> String {
        match self.mapper.info().sources.get(source) {
            Some(source) => format!("`{}` is one {}", source.alias, source.external.name),
            None => String::from("a source is one record"),
        }
    }

    /// What is known of a source that is not the main one.
    fn joined(&self, source: usize) -> Option<&Found<'s>> {
        self.found.get(source.checked_sub(1)?)
    }

    fn put(&mut self, source: usize, found: Found<'s>) {
        if let Some(cell) = source.checked_sub(1).and_then(|joined| self.found.get_mut(joined)) {
            *cell = found;
        }
    }
}
