//! `extern fn`: signatures of the author's functions.

use crate::builtin;
use crate::check::schema::written::{SCALARS, Written, WrittenBase, written};
use crate::check::world::Inside;
use crate::error::{Reports, name, unbuilt, version};
use crate::ident::{ident, pascal};
use crate::ir::{Connector, ExternFn, ExternId, ExternResult, ExternType, Scalar};
use crate::place::Places;
use crate::resolve::Items;
use std::collections::HashSet;
use tenon_dsl::ast::{self, ExternKind};

/// The functions of a connector.
#[derive(Debug, Default)]
pub(crate) struct Externs {
    /// In the order of their declarations.
    pub(crate) list: Vec<ExternFn>,
    /// Those with a type that is a mistake.
    pub(crate) wrong: HashSet<ExternId>,
}

/// Makes them.
pub(crate) fn externs(items: &Items<'_>, inside: &Inside, places: &Places<'_>, reports: &mut Reports) -> Externs {
    let mut made = Externs::default();
    for declared in items.externs.values() {
        let function = declared.item;
        if builtin::find(&function.name.value).is_some() {
            let (first, second) = (
                (function.name.span, "a built-in function"),
                (function.name.span, "an `extern fn`"),
            );
            let help = "give the function another name";
            reports.push(name::two_meanings(first, second, &function.name.value, help));
        }
        let checked = match function.kind {
            ExternKind::Effect => effect(function, inside, places, reports),
            ExternKind::Plain | ExternKind::Iso => extern_fn(function, places, reports),
        };
        match checked {
            (function, true) => made.list.push(function),
            (function, false) => {
                made.wrong.insert(ExternId(made.list.len()));
                made.list.push(function);
            }
        }
    }
    made
}

/// The function, and whether its types are right.
fn extern_fn(function: &ast::ExternFn, places: &Places<'_>, reports: &mut Reports) -> (ExternFn, bool) {
    let mut is_right = true;
    let mut params = Vec::new();
    for (at, param) in function.params.iter().enumerate() {
        if let Some(first) = function.params[..at]
            .iter()
            .find(|other| other.name.value == param.name.value)
        {
            let (first, again) = (first.name.span, param.name.span);
            reports.push(name::declared_twice(first, again, "the parameter", &param.name.value));
        }
        let ty = one(&written(&param.ty, reports), &mut is_right, reports);
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
                        (ident(&field.name.value), one(&ty, &mut is_right, reports))
                    });
                    ExternResult::Record(fields.collect())
                }
                WrittenBase::Scalar(_)
                | WrittenBase::Ref(_)
                | WrittenBase::Ext(_)
                | WrittenBase::Named(_)
                | WrittenBase::List(_)
                | WrittenBase::Map(_)
                | WrittenBase::OneOf(_)
                | WrittenBase::TextOrNumber
                | WrittenBase::Wrong => ExternResult::One(one(&ty, &mut is_right, reports)),
            }
        }
    };
    let made = ExternFn {
        name: ident(&function.name.value),
        result_type: pascal(&function.name.value),
        params,
        result,
        fallible: function.fallible,
        effect: None,
        module: function.module.value.clone(),
        place: places.place(function.span),
    };
    (made, is_right)
}

/// Says functions of the author that two versions declare with different signatures: Rust has one of that name.
pub(crate) fn one_signature(connectors: &[Connector], reports: &mut Reports) {
    let signature = |function: &ExternFn| {
        let ExternFn {
            params,
            result,
            fallible,
            effect,
            ..
        } = function;
        let types: Vec<ExternType> = params.iter().map(|(_, ty)| ty.clone()).collect();
        (types, result.clone(), *fallible, *effect)
    };
    let mut known: Vec<&ExternFn> = Vec::new();
    for function in connectors.iter().flat_map(|connector| &connector.externs) {
        let same = |first: &&&ExternFn| (&first.module, &first.name) == (&function.module, &function.name);
        match known.iter().find(same) {
            None => known.push(function),
            Some(first) if signature(first) == signature(function) => {}
            Some(first) => {
                let path = format!("{}::{}", function.module, function.name.text);
                reports.push(version::two_signatures(function.place.span, &path, first.place.span));
            }
        }
    }
}

/// `extern effect fn f(order: ref sale.order) in crate::m`: it takes one record and gives nothing back.
fn effect(function: &ast::ExternFn, inside: &Inside, places: &Places<'_>, reports: &mut Reports) -> (ExternFn, bool) {
    let mut made = ExternFn {
        name: ident(&function.name.value),
        result_type: pascal(&function.name.value),
        params: Vec::new(),
        result: ExternResult::One(json()),
        fallible: true,
        effect: None,
        module: function.module.value.clone(),
        place: places.place(function.span),
    };
    if let Some(result) = &function.result {
        reports.push(unbuilt::not_built(result.span, "a result of an `extern effect fn`"));
        return (made, false);
    }
    let [param] = &function.params[..] else {
        let what = "an `extern effect fn` that takes anything but one record";
        reports.push(unbuilt::not_built(function.span, what));
        return (made, false);
    };
    let ty = written(&param.ty, reports);
    let (WrittenBase::Ref(model), false) = (&ty.base, ty.nullable) else {
        if !matches!(ty.base, WrittenBase::Wrong) {
            let what = "anything but `ref MODEL` in an `extern effect fn`";
            reports.push(unbuilt::not_built(ty.span, what));
        }
        return (made, false);
    };
    made.effect = inside.find(&model.value);
    if made.effect.is_none() {
        reports.push(name::unknown_model(model, &inside.names()));
    }
    let is_right = made.effect.is_some();
    (made, is_right)
}

/// Stands in where there is no type.
fn json() -> ExternType {
    ExternType {
        scalar: Scalar::Json,
        list: false,
        nullable: true,
    }
}

/// Says what no function can take; clears `is_right` then.
fn one(ty: &Written<'_>, is_right: &mut bool, reports: &mut Reports) -> ExternType {
    let made = |scalar: &Scalar, list| ExternType {
        scalar: scalar.clone(),
        list,
        nullable: ty.nullable,
    };
    if let WrittenBase::Scalar(scalar) = &ty.base {
        return made(scalar, false);
    }
    if let WrittenBase::List(element) = &ty.base
        && let (WrittenBase::Scalar(scalar), false) = (&element.base, element.nullable)
    {
        return made(scalar, true);
    }
    *is_right = false;
    match &ty.base {
        WrittenBase::Named(unknown) => {
            let help = "scalars and lists of scalars can be given to a function";
            reports.push(name::unknown_type(unknown, "type", &SCALARS, help));
        }
        WrittenBase::Ref(_)
        | WrittenBase::Ext(_)
        | WrittenBase::List(_)
        | WrittenBase::Map(_)
        | WrittenBase::OneOf(_)
        | WrittenBase::TextOrNumber
        | WrittenBase::Record(_) => {
            let what = "anything but scalars and lists of scalars in an `extern fn`";
            reports.push(unbuilt::not_built(ty.span, what));
        }
        WrittenBase::Scalar(_) | WrittenBase::Wrong => {}
    }
    json()
}
