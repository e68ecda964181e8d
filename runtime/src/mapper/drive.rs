//! One record through a mapper, without a store: payloads in, answers from whoever knows them, the written row out.
//!
//! The steps are those of the importer: sources, lookups stratum by stratum in `Gather` mode, rules, children, checks. It takes any
//! mapper, interpreted or generated, so that a test can drive both alike.

use crate::fault::Fault;
use crate::mapper::{
    Checks, Child, ChildList, Eval, Mapper, Mode, Origin, Rec, Resolved, Row, Run, Sources, Step, Stopped, Want, Wants,
    child_sources,
};
use crate::scan::{DecodeError, Elements, Slots, scan_list_owned, scan_owned};
use crate::value::Val;

/// What one record is made from.
#[derive(Debug)]
pub struct Payloads {
    mapper: &'static dyn Mapper,
    main: Slots<'static>,
    joined: Vec<(usize, Elements<'static>)>,
    enclosing: Option<Slots<'static>>,
    params: Vec<Val<'static>>,
}

/// Who answers lookups.
pub trait Answers {
    /// Puts the answer to one question of a stratum.
    fn answer(&mut self, stratum: u8, want: &Want, resolved: &mut Resolved);
}

/// What became of a record.
#[derive(Debug)]
pub struct Ran<'p> {
    /// What was asked, with its stratum, in order.
    pub asked: Vec<(u8, Want)>,
    /// Why it ended before its rules ran; then nothing was written.
    pub stopped: Option<Stopped>,
    /// What the rules wrote, children mapped.
    pub row: Row<'p>,
    /// Checks of the record, then of its children.
    pub checks: Vec<Checks>,
    /// Sources that an operation fetches and nobody gave: they were taken as empty.
    pub not_given: Vec<usize>,
}

impl Payloads {
    /// Reads the main record.
    pub fn read(mapper: &'static dyn Mapper, main: Vec<u8>) -> Result<Self, Vec<DecodeError>> {
        let main = match mapper.info().shape() {
            Some(shape) => scan_owned(shape, main)?,
            None => return Err(Vec::new()),
        };
        Ok(Self {
            mapper,
            main,
            joined: Vec::new(),
            enclosing: None,
            params: Vec::new(),
        })
    }

    /// Gives a source that is fetched: a list of records, or one. The record around it: one record.
    pub fn give(&mut self, source: usize, bytes: Vec<u8>) -> Result<(), Vec<DecodeError>> {
        let Some(known) = self.mapper.info().sources.get(source) else {
            return Err(Vec::new());
        };
        match known.origin {
            Origin::Enclosing => self.enclosing = Some(scan_owned(known.shape, bytes)?),
            Origin::Main | Origin::Picked { .. } | Origin::Fetched { .. } => {
                let bytes = match bytes.trim_ascii().first() {
                    // An operation that gives one record is a list of one.
                    Some(b'{') => [b"[".as_slice(), &bytes, b"]"].concat(),
                    Some(_) | None => bytes,
                };
                let elements = scan_list_owned(known.shape, bytes)?;
                let errors: Vec<DecodeError> = elements.errors().cloned().collect();
                if !errors.is_empty() {
                    return Err(errors);
                }
                self.joined.push((source, elements));
            }
        }
        Ok(())
    }

    /// Gives the values of the mapping's parameters.
    pub fn params(&mut self, params: Vec<Val<'static>>) {
        self.params = params;
    }

    /// All sources, and those that nobody gave.
    fn sources<'p>(&'p self, run: &Run<'p>) -> Result<(Sources<'p>, Vec<usize>), Fault> {
        let mut sources = Sources::new(self.mapper, self.main.record()).with_params(self.params.clone());
        if let Some(enclosing) = &self.enclosing {
            sources = sources.within(enclosing.record(), self.params.clone());
        }
        let mut not_given = Vec::new();
        while let Step::Fetch { source, .. } = sources.advance(run)? {
            let given = self.joined.iter().find(|(known, _)| *known == source);
            let records: Vec<Rec<'p>> = match given {
                Some((_, elements)) => elements.records().filter_map(Result::ok).collect(),
                None => {
                    not_given.push(source);
                    Vec::new()
                }
            };
            sources.fetched(source, records, run)?;
        }
        Ok((sources, not_given))
    }
}

/// Runs one record; a fault: its sources cannot be decided.
pub fn drive<'p>(payloads: &'p Payloads, answers: &mut dyn Answers, run: &Run<'p>) -> Result<Ran<'p>, Fault> {
    let gathering = run.gathering();
    let (sources, not_given) = payloads.sources(&gathering)?;
    let mut resolved = Resolved::default();
    let mut asked = Vec::new();
    let info = payloads.mapper.info();
    for stratum in 0..=info.strata {
        let mut wants = Wants::default();
        // Stratum 0 asks nothing: it is what is known before.
        if stratum > 0 {
            Eval::new(&sources, &resolved, &gathering).needs(stratum, &mut wants);
        }
        for want in wants.iter() {
            answers.answer(stratum, want, &mut resolved);
            asked.push((stratum, want.clone()));
        }
        if let Some(stopped) = Eval::new(&sources, &resolved, &gathering).stopped(stratum) {
            return Ok(Ran {
                asked,
                stopped: Some(stopped),
                row: Row::new(info),
                checks: Vec::new(),
                not_given,
            });
        }
    }
    let eval = Eval::new(&sources, &resolved, run);
    let mut row = eval.map();
    let new = run.for_record(Mode::Create, None);
    row.map_children(&eval, &mut |_: &ChildList<'p>, _: &Child<'p>| new.clone());
    if let Some((after, reason)) = row.waits() {
        return Ok(Ran {
            asked,
            stopped: Some(Stopped::Waits(after, reason)),
            row: Row::new(info),
            checks: Vec::new(),
            not_given,
        });
    }
    let mut checks = vec![eval.check(&row)];
    check_children(&eval, &row, &new, &mut checks);
    Ok(Ran {
        asked,
        stopped: None,
        row,
        checks,
        not_given,
    })
}

/// Checks of children, and of theirs.
fn check_children<'p>(eval: &Eval<'_, 'p>, row: &Row<'p>, run: &Run<'p>, checks: &mut Vec<Checks>) {
    for list in row.children_of() {
        for child in &list.children {
            let (Some(via), Some(mapped)) = (list.via, &child.row) else {
                continue;
            };
            // What cannot be decided here could not be decided when the child was mapped, and was reported then.
            let Ok(sources) = child_sources(eval, via, (&child.element, child.position), run) else {
                continue;
            };
            let below = Eval::new(&sources, eval.resolved(), run);
            checks.push(below.check(mapped));
            check_children(&below, mapped, run, checks);
        }
    }
}
