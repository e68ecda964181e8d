//! `extern fn`: signatures of the author's functions.

use crate::builtin;
use crate::check::handed::{Handed, Taker};
use crate::check::schema::written::{WrittenBase, written};
use crate::check::world::Inside;
use crate::error::{Reports, name, rust, version};
use crate::generate::external_fn::types::records;
use crate::ident::{ident, pascal};
use crate::ir::expr::Type;
use crate::ir::{Connector, ExternFn, ExternId, ExternalId, Scalar};
use crate::place::Places;
use crate::resolve::Items;
use crate::types;
use std::collections::{HashMap, HashSet};
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
pub(crate) fn externs(
    items: &Items<'_>,
    (inside, externals): (&Inside, &HashMap<String, ExternalId>),
    places: &Places<'_>,
    reports: &mut Reports,
) -> Externs {
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
        let before = reports.errors();
        let checked = match function.kind {
            ExternKind::Effect => effect(function, inside, places, reports),
            ExternKind::Plain | ExternKind::Iso => extern_fn(function, (inside, externals), places, reports),
        };
        let is_wrong = checked.params.iter().any(|(_, ty)| types::is_wrong(ty)) || reports.errors() > before;
        if is_wrong {
            made.wrong.insert(ExternId(made.list.len()));
        }
        made.list.push(checked);
    }
    made
}

fn extern_fn(
    function: &ast::ExternFn,
    (inside, externals): (&Inside, &HashMap<String, ExternalId>),
    places: &Places<'_>,
    reports: &mut Reports,
) -> ExternFn {
    for (at, param) in function.params.iter().enumerate() {
        if let Some(first) = function.params[..at]
            .iter()
            .find(|other| other.name.value == param.name.value)
        {
            let (first, again) = (first.name.span, param.name.span);
            reports.push(name::declared_twice(first, again, "the parameter", &param.name.value));
        }
    }
    let mut handed = Handed {
        inside,
        externals,
        taker: Taker::Function,
        reports,
    };
    let mut of = |ty: &ast::Type| handed.type_of(ty).unwrap_or_else(types::wrong);
    let params = function.params.iter();
    let params = params.map(|param| (ident(&param.name.value), of(&param.ty)));
    let params = params.collect();
    ExternFn {
        params,
        result: function.result.as_ref().map_or_else(json, of),
        ..blank(function, places)
    }
}

/// What a function gives that does not say it.
fn json() -> Type {
    Type {
        nullable: true,
        ..types::scalar(Scalar::Json)
    }
}

/// A function of which nothing is known but its name.
fn blank(function: &ast::ExternFn, places: &Places<'_>) -> ExternFn {
    ExternFn {
        name: ident(&function.name.value),
        result_type: pascal(&function.name.value),
        params: Vec::new(),
        result: types::wrong(),
        fallible: function.fallible,
        effect: None,
        module: function.module.value.clone(),
        place: places.place(function.span),
    }
}

/// Names of Rust that stand in the module of generated types.
const TAKEN: [&str; 19] = [
    "BTreeMap",
    "Cow",
    "Date",
    "Decimal",
    "Effect",
    "Fail",
    "Fault",
    "Option",
    "Out",
    "RecordParts",
    "RecordId",
    "Result",
    "SignedDuration",
    "Time",
    "Timestamp",
    "Tx",
    "Uuid",
    "Val",
    "Vec",
];

/// Says generated types that would have one name, and those that would hide one of ours.
pub(crate) fn types_have_one_name(connectors: &[Connector], reports: &mut Reports) {
    let mut said: HashSet<(&str, &str)> = HashSet::new();
    for connector in connectors {
        // All of one version are named in its module.
        let mut known: HashMap<String, &ExternFn> = HashMap::new();
        for function in &connector.externs {
            for record in records(function) {
                let is_taken = TAKEN.contains(&record.name.as_str());
                let first = known.get(&record.name).copied();
                if (is_taken || first.is_some()) && said.insert((&function.module, &function.name.text)) {
                    let first = first.map(|first| (first.place.span, first.name.text.as_str()));
                    let second = (function.place.span, function.name.text.as_str());
                    reports.push(rust::two_types(&record.name, second, first));
                }
                known.entry(record.name).or_insert(function);
            }
        }
    }
}

/// Says functions of the author that two versions declare with different signatures: Rust has one of that name.
pub(crate) fn one_signature(connectors: &[Connector], reports: &mut Reports) {
    let mut known: Vec<&ExternFn> = Vec::new();
    for function in connectors.iter().flat_map(|connector| &connector.externs) {
        let same = |first: &&&ExternFn| (&first.module, &first.name) == (&function.module, &function.name);
        match known.iter().find(same) {
            None => known.push(function),
            Some(first) if first.is_like(function) => {}
            Some(first) => {
                let path = format!("{}::{}", function.module, function.name.text);
                reports.push(version::two_signatures(function.place.span, &path, first.place.span));
            }
        }
    }
}

/// `extern effect fn f(order: ref sale.order) in crate::m`: it takes one record and gives nothing back.
fn effect(function: &ast::ExternFn, inside: &Inside, places: &Places<'_>, reports: &mut Reports) -> ExternFn {
    let mut made = ExternFn {
        fallible: true,
        ..blank(function, places)
    };
    if let Some(result) = &function.result {
        reports.push(rust::effect_gives(result.span, &function.name.value));
        return made;
    }
    let record = function.params.iter().find_map(|param| {
        let ty = written(&param.ty, reports);
        match (ty.base, ty.nullable) {
            (WrittenBase::Ref(model), false) => Some((param, model)),
            _ => None,
        }
    });
    let Some((param, model)) = record else {
        let span = function
            .params
            .first()
            .map_or(function.name.span, |param| param.ty.span);
        reports.push(rust::effect_of_no_record(span, &function.name.value));
        return made;
    };
    if let Some(more) = function.params.iter().find(|other| other.name.span != param.name.span) {
        reports.push(rust::effect_takes_more(
            more.name.span,
            &more.name.value,
            &param.name.value,
        ));
        return made;
    }
    made.effect = inside.find(&model.value);
    if made.effect.is_none() {
        reports.push(name::unknown_model(model, &inside.names()));
    }
    made
}
