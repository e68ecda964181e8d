//! What a stored list, map or record holds: IR -> a field of a shape of the runtime, and constants of tests -> its values.

use super::constant::{Misfit, of_kind};
use super::leak::{leak, leak_all};
use super::shape::scalar_kind;
use crate::ir::expr::{Base, Type};
use crate::ir::test::Constant;
use crate::types::most_letters;
use tenon_runtime::generated as rt;
use tenon_runtime::generated::Val;

/// The same table as generated code has.
pub(super) fn value_field(name: &'static str, ty: &'static Type) -> rt::Field {
    rt::Field {
        nullable: ty.nullable,
        optional: ty.optional,
        max: most_letters(ty),
        ..rt::Field::new(name, kind(&ty.base), 0)
    }
}

fn kind(base: &'static Base) -> rt::Kind {
    match base {
        Base::Scalar(scalar, _) => scalar_kind(scalar),
        Base::List(element) => rt::Kind::List(shape(vec![value_field("", element)])),
        Base::Map(value) => rt::Kind::Map(shape(vec![value_field("", value)])),
        Base::Record(fields) => {
            rt::Kind::Record(shape(fields.iter().map(|(name, ty)| value_field(name, ty)).collect()))
        }
        Base::Ext(_) | Base::Ref(_) | Base::External(_) | Base::Internal(_) | Base::Nothing | Base::Wrong => {
            unreachable!("check rejects this: a stored value holds scalars, lists, maps and records")
        }
    }
}

fn shape(fields: Vec<rt::Field>) -> &'static rt::Shape {
    leak(rt::Shape {
        name: "",
        wire: rt::Wire::Json,
        slots: u16::try_from(fields.len()).unwrap_or(u16::MAX),
        fields: leak_all(fields),
    })
}

/// A constant of a test as such a value.
pub(super) fn of_value(constant: &'static Constant, of: &'static rt::Field) -> Result<Val<'static>, Misfit> {
    let element = |constant, shape: &'static rt::Shape| match shape.fields {
        [field] => of_value(constant, field),
        _ => of_kind(constant, of.kind),
    };
    match (constant, of.kind) {
        (Constant::List(items), rt::Kind::List(shape)) => {
            let items = items.iter().map(|item| element(item, shape));
            items.collect::<Result<_, _>>().map(Val::List)
        }
        (Constant::Record(fields), rt::Kind::Map(shape)) => {
            let pair = |(name, value): &'static (String, Constant)| {
                Ok(Val::List(vec![Val::text(name), element(value, shape)?]))
            };
            fields.iter().map(pair).collect::<Result<_, Misfit>>().map(Val::List)
        }
        (Constant::Record(fields), rt::Kind::Record(shape)) => {
            let part = |(name, value): &'static (String, Constant)| {
                let known = shape.fields.iter().find(|field| field.name == name);
                let known = known.ok_or_else(|| format!("the stored record has no field `{name}`"))?;
                Ok((known.name, of_value(value, known)?))
            };
            fields.iter().map(part).collect::<Result<_, Misfit>>().map(Val::Record)
        }
        (constant, kind) => of_kind(constant, kind),
    }
}
