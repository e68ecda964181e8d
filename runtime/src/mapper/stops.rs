//! `skip` and `retry`: what ends a record before its rules run, decided as soon as the lookups it needs are answered.

use std::time::Duration;

use crate::fault::Fault;
use crate::mapper::{Eval, Row};
use crate::value::{Out, Val};

/// `skip when E because ".."`, `retry every 30m when E because ".."`
#[derive(Debug, PartialEq, Eq)]
pub struct StopInfo {
    /// File and line.
    pub place: &'static str,
    /// What becomes of the record.
    pub kind: StopKind,
    /// Lookups of strata up to this one must be answered before; 0: it needs none.
    pub stratum: u8,
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

/// What the stops of a record found. The first one that holds decides; one whose lookups are not answered yet keeps those after it open.
#[derive(Clone, Debug)]
pub struct Stops {
    answered: u8,
    found: Option<Stopped>,
    is_open: bool,
}

/// A condition with its reason.
type StopBody<'b, 's> = dyn Fn(&Eval<'_, 's>) -> Out<'s> + 'b;

/// Why a record ends before its rules run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It is left out, and why.
    Skipped(String),
    /// This one of the records that an export writes is left out, and why.
    Omitted(String),
    /// It is looked at again after this long, and why.
    Waits(Duration, String),
    /// Nobody can say whether it is to be stopped: the condition, and what is wrong.
    Undecided(&'static StopInfo, Fault),
}

impl StopKind {
    /// The word of its statement.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Skip | Self::Omit => "skip",
            Self::Retry { every_ms: _ } => "retry",
        }
    }
}

impl Row<'_> {
    /// How long the record waits because children of it say so: as long as the one that waits least, for all their reasons.
    /// Known once children are mapped.
    pub fn waits(&self) -> Option<(Duration, String)> {
        let mut soonest = None;
        let mut reasons = Vec::new();
        self.waiting(&mut |after, reason| {
            soonest = Some(soonest.map_or(after, |known: Duration| known.min(after)));
            if !reasons.iter().any(|known| known == reason) {
                reasons.push(reason.to_owned());
            }
        });
        soonest.map(|after| (after, reasons.join("\n")))
    }

    fn waiting(&self, each: &mut dyn FnMut(Duration, &str)) {
        for child in self.children_of().iter().flat_map(|list| &list.children) {
            match &child.stopped {
                Some(Stopped::Waits(after, reason)) => each(*after, reason),
                Some(Stopped::Skipped(_) | Stopped::Omitted(_) | Stopped::Undecided(..)) | None => {}
            }
            if let Some(below) = &child.row {
                below.waiting(each);
            }
        }
    }
}

impl Stops {
    /// Nothing found; lookups of strata up to this one are answered.
    pub const fn new(answered: u8) -> Self {
        Self {
            answered,
            found: None,
            is_open: false,
        }
    }

    /// Runs a stop unless one before it decided. It gives missing where it does not hold, else the reason as a text.
    pub fn stop<'s>(&mut self, e: &Eval<'_, 's>, stop: usize, body: fn(&Eval<'_, 's>) -> Out<'s>) {
        self.stop_with(e, stop, &|e| body(e));
    }

    /// The same for a body that knows more than it is given: that of an interpreter.
    pub fn stop_with<'s>(&mut self, e: &Eval<'_, 's>, stop: usize, body: &StopBody<'_, 's>) {
        let Some(info) = e.info().stops.get(stop) else { return };
        self.is_open |= info.stratum > self.answered;
        if self.is_open || self.found.is_some() {
            return;
        }
        self.found = match body(e).and_then(reason) {
            Ok(None) => None,
            Ok(Some(reason)) => Some(match info.kind {
                StopKind::Skip => Stopped::Skipped(reason),
                StopKind::Omit => Stopped::Omitted(reason),
                StopKind::Retry { every_ms } => Stopped::Waits(Duration::from_millis(every_ms), reason),
            }),
            Err(fault) => Some(Stopped::Undecided(info, fault)),
        };
    }

    /// Why the record ends; absent: it goes on.
    pub fn found(self) -> Option<Stopped> {
        self.found
    }
}

fn reason(value: Val<'_>) -> Result<Option<String>, Fault> {
    match value.is_absent() {
        true => Ok(None),
        false => value.into_text().map(|text| Some(text.into_owned())),
    }
}
