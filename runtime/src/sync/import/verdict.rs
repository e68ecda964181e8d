//! Faults to ends: which of several decides, and what a person reads.

use crate::binder::BinderError;
use crate::fault::{DecodeError, Fault, FaultKind};
use crate::mapper::{CheckResult, RowFault};
use crate::sync::End;
use crate::sync::import::Importing;
use crate::sync::import::lookup::Known;
use crate::sync::payload::Link;

/// What a binder says, as the end of a record.
pub(crate) fn of_binder(error: &BinderError) -> End {
    match error {
        BinderError::Store(error) => End::from(error),
        BinderError::Several { .. } => End::Review(error.to_string()),
        BinderError::Unbindable { .. } => End::Failed {
            kind: "unit".to_owned(),
            reason: error.to_string(),
        },
    }
}

/// A payload that does not hold what its declaration says.
pub(crate) fn of_decoding(errors: &[DecodeError]) -> End {
    let lines: Vec<String> = errors.iter().map(DecodeError::to_string).collect();
    End::data(lines.join("\n"))
}

/// A join that gives no record, or too many.
pub(crate) fn of_join(ctx: &Importing<'_>, fault: &Fault) -> End {
    let place = ctx.mapper.info().place;
    of_kind(&fault.kind, format!("{place} {fault}"))
}

/// The end that a kind of fault stands for.
pub(crate) fn of_kind(kind: &FaultKind, reason: String) -> End {
    match kind {
        FaultKind::Unbound { .. } => End::Failed {
            kind: "unbound".to_owned(),
            reason,
        },
        FaultKind::Ambiguous | FaultKind::Disagree => End::Review(reason),
        FaultKind::Cycle => End::Failed {
            kind: "cycle".to_owned(),
            reason,
        },
        FaultKind::Data => End::data(reason),
        FaultKind::Busy => End::Busy(reason),
    }
}

/// All that is wrong with one record.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    ends: Vec<End>,
}

impl Problems {
    /// The data is wrong.
    pub(crate) fn data(&mut self, reason: String) {
        self.ends.push(End::data(reason));
    }

    /// A person must decide.
    pub(crate) fn review(&mut self, reason: String) {
        self.ends.push(End::Review(reason));
    }

    /// The fault of a rule.
    pub(crate) fn fault(&mut self, fault: &RowFault, known: &Known) {
        self.ends.push(of_fault(fault, known));
    }

    /// What was wrong in a language.
    pub(crate) fn end_in(&mut self, end: End) {
        self.ends.push(end);
    }

    /// A check that fails the record.
    pub(crate) fn check(&mut self, check: &CheckResult) {
        let reason = match &check.reason {
            Ok(reason) => reason.clone(),
            Err(fault) => fault.to_string(),
        };
        self.data(format!("{} {reason}", check.place));
    }

    /// The end of the record: the gravest kind decides, all reasons are said.
    pub(crate) fn end(self) -> Option<End> {
        let worst = self.ends.iter().max_by_key(|end| gravity(end))?.clone();
        let mut lines: Vec<String> = Vec::new();
        for end in &self.ends {
            let line = end.reason().unwrap_or_default().to_owned();
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let all = lines.join("\n");
        Some(match worst {
            End::Failed { kind, reason: _ } => End::Failed { kind, reason: all },
            End::Review(_) => End::Review(all),
            End::Retry { kind, after, reason: _ } => End::Retry {
                kind,
                after,
                reason: all,
            },
            End::Waits { after, reason: _ } => End::Waits { after, reason: all },
            End::Busy(_) => End::Busy(all),
            end @ (End::Created
            | End::Updated
            | End::Unchanged(_)
            | End::Skipped(_)
            | End::Joined(_)
            | End::Cancelled) => end,
        })
    }
}

/// What cannot pass by itself decides before what may; wrong data before a decision, because both must be mended.
fn gravity(end: &End) -> u8 {
    match end {
        End::Failed { .. } => 5,
        End::Review(_) => 4,
        End::Waits { .. } => 3,
        End::Retry { .. } => 2,
        End::Busy(_) => 1,
        End::Created | End::Updated | End::Unchanged(_) | End::Skipped(_) | End::Joined(_) | End::Cancelled => 0,
    }
}

/// A condition of `skip` or `retry` that nobody can decide.
pub(crate) fn of_stop(place: &str, fault: &Fault, known: &Known) -> End {
    of_unanswered(fault, &format!("{place} {fault}"), known)
}

fn of_fault(fault: &RowFault, known: &Known) -> End {
    of_unanswered(&fault.fault, &fault.to_string(), known)
}

/// Where a record was to be imported first, its end decides.
fn of_unanswered(fault: &Fault, said: &str, known: &Known) -> End {
    let FaultKind::Unbound { external, key } = &fault.kind else {
        return of_kind(&fault.kind, said.to_owned());
    };
    let link = Link {
        external: (*external).to_owned(),
        key: key.clone(),
    };
    let Some(import) = known.unbound.get(&link) else {
        return of_kind(&fault.kind, said.to_owned());
    };
    let because = |reason: &str| format!("{said}\n  {link} was to be imported first: {reason}");
    match import {
        End::Retry { kind, after, reason } => End::Retry {
            kind: kind.clone(),
            after: *after,
            reason: because(reason),
        },
        // What it waits for, this one waits for too.
        End::Waits { after, reason } => End::Waits {
            after: *after,
            reason: because(reason),
        },
        End::Busy(reason) => End::Busy(because(reason)),
        End::Failed { kind, reason } if kind == "cycle" => End::Failed {
            kind: "cycle".to_owned(),
            reason: because(reason),
        },
        End::Failed { kind: _, reason } | End::Review(reason) | End::Skipped(reason) => End::Failed {
            kind: "unbound".to_owned(),
            reason: because(reason),
        },
        End::Created | End::Updated | End::Unchanged(_) | End::Joined(_) | End::Cancelled => End::Failed {
            kind: "unbound".to_owned(),
            reason: because("it was, but is bound to nothing"),
        },
    }
}
