//! What is handed over, as tests and trials give it: constants -> values of parameters, records of a payload included, and what an
//! `extern fn` gives.

use super::constant::{Misfit, misfit, of_scalar, plain, reference, wire};
use super::leak::leak;
use super::shape::Shapes;
use super::symbol::Symbols;
use super::world::World;
use crate::ir::expr::{Base, Type};
use crate::ir::mapping::ParamId;
use crate::ir::test::Constant;
use crate::ir::{ExternFn, ExternalId, Ident, Literal, Program};
use tenon_runtime::generated::Val;
use tenon_runtime::scan::scan_owned;

impl World<'_> {
    /// Values of parameters; one that is not given is missing. Records of payloads are read by these tables.
    pub(super) fn params(
        &mut self,
        declared: &'static [(Ident, Type)],
        given: &'static [(ParamId, Constant)],
        shapes: &Shapes,
    ) -> Vec<Val<'static>> {
        let handed = Handed {
            program: self.program,
            symbols: self.symbols,
            shapes,
        };
        let made = declared.iter().enumerate().map(|(at, (name, ty))| {
            let given = given.iter().find(|(param, _)| param.0 == at);
            let value = given.map(|(_, value)| handed.of_type(value, ty));
            let value = value.map(|made| made.map_err(|why| format!("{}: {why}", name.text)));
            value.and_then(|value| self.kept(value)).unwrap_or(Val::Missing)
        });
        made.collect()
    }
}

/// What an `extern fn` gives.
pub(super) fn of_result(
    constant: &'static Constant,
    function: &'static ExternFn,
    (program, symbols): (&Program, &Symbols),
) -> Result<Val<'static>, Misfit> {
    let handed = Handed {
        program,
        symbols,
        shapes: &Shapes::new(),
    };
    handed.of_type(constant, &function.result)
}

struct Handed<'h> {
    program: &'h Program,
    symbols: &'h Symbols,
    shapes: &'h Shapes,
}

impl Handed<'_> {
    fn of_type(&self, constant: &'static Constant, ty: &'static Type) -> Result<Val<'static>, Misfit> {
        match (&ty.base, constant) {
            (_, Constant::Literal(Literal::Null | Literal::Missing)) => plain(constant),
            (Base::Scalar(scalar, _), _) => of_scalar(constant, scalar),
            (Base::Ref(model), _) => reference(constant, &self.program.models[model.0].name.text, self.symbols),
            (Base::List(element), Constant::List(items)) => {
                let items = items.iter().map(|item| self.of_type(item, element));
                items.collect::<Result<_, _>>().map(Val::List)
            }
            (Base::Map(of), Constant::Record(entries)) => {
                let entry = |(key, value): &'static (String, Constant)| {
                    Ok(Val::List(vec![Val::text(key), self.of_type(value, of)?]))
                };
                entries.iter().map(entry).collect::<Result<_, Misfit>>().map(Val::List)
            }
            (Base::Record(declared), Constant::Record(parts)) => {
                let part = |(name, of): &'static (String, Type)| match parts.iter().find(|(part, _)| part == name) {
                    Some((_, value)) => Ok(Some((name.as_str(), self.of_type(value, of)?))),
                    None if of.optional => Ok(None),
                    None if of.nullable => Ok(Some((name.as_str(), Val::Null))),
                    None => Err(format!("`{name}` is not given")),
                };
                let parts = declared.iter().map(part).filter_map(Result::transpose);
                parts.collect::<Result<_, Misfit>>().map(Val::Record)
            }
            (Base::External(external), _) => record(constant, *external, self.shapes),
            (Base::Record(_), _) => Err(misfit("a record", constant)),
            (Base::List(_), _) => Err(misfit("a list", constant)),
            (Base::Map(_), _) => Err(misfit("a map", constant)),
            (Base::Ext(_) | Base::Internal(_) | Base::Nothing | Base::Wrong, _) => plain(constant),
        }
    }
}

/// A record of a payload: read as if it had come over the wire.
fn record(constant: &'static Constant, external: ExternalId, shapes: &Shapes) -> Result<Val<'static>, Misfit> {
    let Some(shape) = shapes.get(&external) else {
        return Ok(Val::Missing);
    };
    let read = scan_owned(shape, wire(constant).into_bytes()).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        errors.join("; ")
    })?;
    Ok(Val::Rec(leak(read).record()))
}
