//! `extern fn`: signatures of the author's functions.

use crate::builtin;
use crate::check::schema::written::{SCALARS, Written, WrittenBase, written};
use crate::error::{Reports, name, unbuilt};
use crate::ident::{ident, pascal};
use crate::ir::{ExternFn, ExternResult, ExternType, Scalar};
use crate::place::Places;
use crate::resolve::Items;
use tenon_dsl::ast::{self, ExternKind};

/// The functions of a connector; in the order of their declarations.
pub(crate) fn externs(items: &Items<'_>, places: &Places<'_>, reports: &mut Reports) -> Vec<ExternFn> {
    let declared = items.externs.values().map(|declared| {
        let function = declared.item;
        if builtin::find(&function.name.value).is_some() {
            let (first, second) = (
                (function.name.span, "a built-in function"),
                (function.name.span, "an `extern fn`"),
            );
            let help = "give the function another name";
            reports.push(name::two_meanings(first, second, &function.name.value, help));
        }
        extern_fn(function, places, reports)
    });
    declared.collect()
}

fn extern_fn(function: &ast::ExternFn, places: &Places<'_>, reports: &mut Reports) -> ExternFn {
    if let Some(inverse) = &function.inverse {
        reports.push(unbuilt::not_built(inverse.span, "`inverse`"));
    }
    let is_effect = function.kind == ExternKind::Effect;
    let mut params = Vec::new();
    for (at, param) in function.params.iter().enumerate() {
        if let Some(first) = function.params[..at]
            .iter()
            .find(|other| other.name.value == param.name.value)
        {
            let (first, again) = (first.name.span, param.name.span);
            reports.push(name::declared_twice(first, again, "the parameter", &param.name.value));
        }
        // The record that an effect is about is its own matter.
        let ty = match is_effect {
            true => json(),
            false => one(&written(&param.ty, reports), reports),
        };
        params.push((ident(&param.name.value), ty));
    }
    let result = match &function.result {
        None => ExternResult::One(json()),
        Some(ty) => {
            let ty = written(ty, reports);
            match &ty.base {
                WrittenBase::Record(fields) => {
                    let fields = fields.iter().map(|field| {
                        let ty = written(&field.ty, reports);
                        (ident(&field.name.value), one(&ty, reports))
                    });
                    ExternResult::Record(fields.collect())
                }
                WrittenBase::Scalar(_)
                | WrittenBase::Ref(_)
                | WrittenBase::Ext(_)
                | WrittenBase::Named(_)
                | WrittenBase::List(_)
                | WrittenBase::Map(_)
                | WrittenBase::Wrong => ExternResult::One(one(&ty, reports)),
            }
        }
    };
    ExternFn {
        name: ident(&function.name.value),
        result_type: pascal(&function.name.value),
        params,
        result,
        fallible: function.fallible,
        module: function.module.value.clone(),
        place: places.place(function.span),
    }
}

/// Stands in where there is no type.
fn json() -> ExternType {
    ExternType {
        scalar: Scalar::Json,
        list: false,
        nullable: true,
    }
}

fn one(ty: &Written<'_>, reports: &mut Reports) -> ExternType {
    let made = |scalar: &Scalar, list| ExternType {
        scalar: scalar.clone(),
        list,
        nullable: ty.nullable,
    };
    match &ty.base {
        WrittenBase::Scalar(scalar) => made(scalar, false),
        WrittenBase::List(element) => match &element.base {
            WrittenBase::Scalar(scalar) => made(scalar, true),
            WrittenBase::Ref(_)
            | WrittenBase::Ext(_)
            | WrittenBase::Named(_)
            | WrittenBase::List(_)
            | WrittenBase::Map(_)
            | WrittenBase::Record(_)
            | WrittenBase::Wrong => not_built(element, reports),
        },
        WrittenBase::Named(unknown) => {
            let help = "scalars and lists of scalars can be given to a function";
            reports.push(name::unknown_type(unknown, "type", &SCALARS, help));
            json()
        }
        WrittenBase::Ref(_) | WrittenBase::Ext(_) | WrittenBase::Map(_) | WrittenBase::Record(_) => {
            not_built(ty, reports)
        }
        WrittenBase::Wrong => json(),
    }
}

fn not_built(ty: &Written<'_>, reports: &mut Reports) -> ExternType {
    reports.push(unbuilt::not_built(
        ty.span,
        "anything but scalars and lists of scalars in an `extern fn`",
    ));
    json()
}
