//! Checks on what was written: which do not hold, and why in the author's words.

use crate::fault::Fault;
use crate::mapper::{Eval, Row, Severity};
use crate::value::{Out, Val};

/// What a check says of a row: missing where it holds, else the reason.
pub type CheckBody<'b, 's> = dyn Fn(&Eval<'_, 's>, &Row<'s>) -> Out<'s> + 'b;

/// What the checks of a record found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    results: Vec<CheckResult>,
}

/// A check that does not hold, or that could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CheckResult {
    /// Its position in [`crate::mapper::MapperInfo::checks`].
    pub check: usize,
    /// File and line.
    pub place: &'static str,
    /// Whether the record fails.
    #[serde(skip)]
    pub severity: Severity,
    /// `because ..`, or the fault that kept it from being decided.
    pub reason: Result<String, Fault>,
}

impl Checks {
    /// Runs a check if all targets it reads were written, children without a fault. It gives missing where it holds, else the reason as a text.
    pub fn check<'s>(
        &mut self,
        e: &Eval<'_, 's>,
        row: &Row<'s>,
        check: usize,
        body: fn(&Eval<'_, 's>, &Row<'s>) -> Out<'s>,
    ) {
        self.check_with(e, row, check, &|e, row| body(e, row));
    }

    /// The same for a body that knows more than it is given: that of an interpreter.
    pub fn check_with<'s>(&mut self, e: &Eval<'_, 's>, row: &Row<'s>, check: usize, body: &CheckBody<'_, 's>) {
        let Some(info) = e.info().checks.get(check) else { return };
        if !info.outs.iter().all(|target| row.is_sound(*target)) {
            return;
        }
        let reason = match body(e, row).and_then(reason) {
            Ok(None) => return,
            Ok(Some(reason)) => Ok(reason),
            Err(fault) => Err(fault),
        };
        // A check that cannot be decided fails the record, whatever its severity: nobody knows whether it holds.
        let severity = match reason {
            Ok(_) => info.severity,
            Err(_) => Severity::Fail,
        };
        self.results.push(CheckResult {
            check,
            place: info.place,
            severity,
            reason,
        });
    }

    /// All that do not hold, in file order.
    pub fn results(&self) -> &[CheckResult] {
        &self.results
    }

    /// Those that fail the record.
    pub fn failures(&self) -> impl Iterator<Item = &CheckResult> {
        self.results.iter().filter(|result| result.severity == Severity::Fail)
    }

    /// Those that make a checkpoint.
    pub fn warnings(&self) -> impl Iterator<Item = &CheckResult> {
        self.results.iter().filter(|result| result.severity == Severity::Warn)
    }
}

fn reason(value: Val<'_>) -> Result<Option<String>, Fault> {
    match value.is_absent() {
        true => Ok(None),
        false => value.into_text().map(|text| Some(text.into_owned())),
    }
}
