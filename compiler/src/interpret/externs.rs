//! The author's `extern fn`s, which an interpreter cannot call by itself: somebody has to say what they give.

use crate::ir::{Connector, ExternFn};
use std::fmt;
use tenon_runtime::generated::{Fault, Out, Val};

/// What the `extern fn`s of a program give.
pub trait Externs: fmt::Debug + Send + Sync {
    /// What a function of a version gives for arguments, none of which is absent unless the function takes null.
    fn call<'s>(&self, connector: &'static Connector, function: &'static ExternFn, args: &[Val<'s>]) -> Out<'s>;
}

/// A function by name: arguments in, a value out. Fields of a result that is a record are named as declared.
pub type Function = for<'a, 's> fn(&'a [Val<'s>]) -> Out<'s>;

/// Functions by name.
#[derive(Debug)]
pub struct ExternTable(pub &'static [(&'static str, Function)]);

impl Externs for ExternTable {
    fn call<'s>(&self, _: &'static Connector, function: &'static ExternFn, args: &[Val<'s>]) -> Out<'s> {
        let known = self.0.iter().find(|(name, _)| *name == function.name.text);
        match known {
            Some((_, function)) => function(args),
            None => Err(not_evaluated(function)),
        }
    }
}

/// Begins the message of every [`not_evaluated`].
const NOT_EVALUATED: &str = "not evaluated: ";

/// Nobody said what a function gives. `busy`, because `?` and `catch` must not take it for an answer.
pub fn not_evaluated(function: &ExternFn) -> Fault {
    let (name, module) = (&function.name.text, &function.module);
    Fault::busy(format!(
        "{NOT_EVALUATED}`{name}` is a Rust function of {module}, which only the compiled program can call"
    ))
}

/// Whether a fault says that a function was not evaluated, and therefore nothing about the record.
pub fn is_not_evaluated(fault: &Fault) -> bool {
    fault.message.starts_with(NOT_EVALUATED)
}
