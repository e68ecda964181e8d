//! Calls: built-ins by their row in the table of functions, the author's own functions.

use super::{Code, Scope, value};
use crate::builtin::{self as table, Need};
use crate::interpret::function::{Function, function};
use crate::ir::ExternId;
use crate::ir::expr::{Expr, ExprKind};
use tenon_runtime::generated::{Out, Val, builtin};

impl<'s> Scope<'_, '_, 's> {
    /// A built-in function. What is left out at the end takes its default.
    pub(super) fn builtin(&self, name: &str, args: &'static [Expr]) -> Code<'s> {
        match (name, args) {
            ("now", _) => return value(self.e.now()),
            ("position", _) => return value(self.e.position()),
            ("sum", [list, each]) => {
                let list = self.val(list)?;
                return Ok(self.with_lambda(each, |each| builtin::number::sum_by(list, each)));
            }
            _ => {}
        }
        let Some((row, path)) = table::find(name).and_then(|row| Some((row, row.path?))) else {
            unreachable!("check finds every function in the table: `{name}`")
        };
        let left_out = row.params.iter().skip(args.len()).map(|param| match param.need {
            Need::Word(word) => Val::text(word),
            Need::Required | Need::Optional | Need::Rest => Val::Missing,
        });
        match (function(path), args) {
            (Some(Function::All(call)), args) => Ok(call(self.vals(args)?)),
            (Some(Function::Each(call)), [list, each]) => {
                let list = self.val(list)?;
                Ok(self.with_lambda(each, |each| call(list, each)))
            }
            (Some(Function::OfPair { plain, by }), args) => self.of_pair(plain, by, args),
            (Some(Function::Values(call)), args) => {
                let mut values = self.vals(args)?;
                values.extend(left_out);
                Ok(call(values))
            }
            (Some(Function::Each(_)) | None, _) => unreachable!("a test knows each row of the table: `{path}`"),
        }
    }

    /// `union(a, b)`, `union(a, b, x => x.id)`
    fn of_pair(
        &self,
        plain: crate::interpret::function::Pair,
        by: crate::interpret::function::PairBy,
        args: &'static [Expr],
    ) -> Code<'s> {
        match args {
            [a, b] => Ok(plain(self.val(a)?, self.val(b)?)),
            [a, b, each] => {
                let (a, b) = (self.val(a)?, self.val(b)?);
                Ok(self.with_lambda(each, |each| by(a, b, each)))
            }
            _ => unreachable!("check counts arguments"),
        }
    }

    /// A lambda as the runtime takes it.
    fn with_lambda(&self, lambda: &'static Expr, call: impl FnOnce(builtin::Lambda<'_, 's>) -> Out<'s>) -> Out<'s> {
        let ExprKind::Lambda(body) = &lambda.kind else {
            unreachable!("check admits a lambda only")
        };
        call(&|element| self.inside(element, |scope| scope.out(body)))
    }

    /// A function of the author. An absent argument gives itself, unless the function takes null.
    pub(super) fn external(&self, id: ExternId, args: &'static [Expr]) -> Code<'s> {
        let function = &self.unit.connector().externs[id.0];
        let values = self.vals(args)?;
        for (value, (_, ty)) in values.iter().zip(&function.params) {
            if value.is_absent() && !ty.nullable {
                return Ok(Ok(value.clone()));
            }
        }
        Ok(self.unit.externs.call(self.unit.connector(), function, &values))
    }
}
