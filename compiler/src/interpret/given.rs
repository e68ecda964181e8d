//! Functions of the author in a trial: the context says what they give.

use super::externs::{Externs, not_evaluated};
use super::param::of_result;
use super::symbol::{Symbols, written};
use crate::ir::test::Context;
use crate::ir::{Connector, ExternFn, Program};
use std::sync::{Mutex, PoisonError};
use tenon_runtime::generated::{Fault, Out, Val};

/// The functions of a program, answered by the context of the trial that runs now.
#[derive(Debug, Default)]
pub struct GivenExterns {
    given: Mutex<Answering>,
}

/// What the functions give, and the names of the records in it.
#[derive(Clone, Debug, Default)]
struct Answering {
    program: Option<&'static Program>,
    context: &'static [Context],
    symbols: Symbols,
}

impl GivenExterns {
    /// What the functions give from now on.
    pub(super) fn set(&self, program: &'static Program, context: &'static [Context], symbols: &Symbols) {
        let answering = Answering {
            program: Some(program),
            context,
            symbols: symbols.clone(),
        };
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = answering;
    }
}

impl Externs for GivenExterns {
    fn call<'s>(&self, connector: &'static Connector, function: &'static ExternFn, args: &[Val<'s>]) -> Out<'s> {
        let answering = self.given.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Answering {
            program: Some(program),
            context,
            symbols,
        } = answering
        else {
            return Err(not_evaluated(function));
        };
        for entry in context {
            let Context::Function {
                function: of,
                args: given,
                answer,
            } = entry
            else {
                continue;
            };
            let same = connector.externs[of.0].name == function.name && given.len() == args.len();
            let mut pairs = given.iter().zip(args);
            if same && pairs.all(|(given, arg)| super::shown::shown(arg, &symbols).is(given)) {
                return of_result(answer, function, (program, &symbols)).map_err(|misfit| {
                    let entry = format!("fn {}({})", function.name.text, super::symbol::parts(given));
                    Fault::data(format!("{entry} = {}: {misfit}", written(answer)))
                });
            }
        }
        Err(not_evaluated(function))
    }
}
