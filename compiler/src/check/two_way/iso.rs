//! `extern iso fn f .. inverse g`: what leads back from the author's functions.

use crate::error::{Reports, two_way};
use crate::resolve::Items;
use tenon_dsl::ast::{ExternFn, ExternKind, Field, Param, Type, TypeKind};
use tenon_dsl::source::Name;

/// The inverses that are named and not declared: they have the signature turned around, and fail where their function may.
pub(super) fn inverses(items: &Items<'_>, reports: &mut Reports) -> Vec<ExternFn> {
    let mut made: Vec<ExternFn> = Vec::new();
    for declared in items.externs.values() {
        made.extend(inverse(declared.item, items, reports));
    }
    made
}

fn inverse(function: &ExternFn, items: &Items<'_>, reports: &mut Reports) -> Option<ExternFn> {
    let name = &function.name.value;
    let back = leading_back(function, reports)?;
    let (Some(first), Some(result)) = (function.params.first(), &function.result) else {
        let help = "it takes a value and gives one: extern iso fn f(a: text) -> int inverse g in crate::m";
        reports.push(two_way::half_an_iso(
            function.name.span,
            "there is nothing to lead back to",
            help,
        ));
        return None;
    };
    if back.value == *name {
        return None;
    }
    let takes = taken_back(result, back);
    if let Some(known) = items.externs.get(back.value.as_str()) {
        let given = known.item.params.iter().take(takes.len());
        let leads_back = known.item.params.len() >= takes.len()
            && given.zip(&takes).all(|(given, needed)| same(&given.ty, &needed.ty))
            && known
                .item
                .result
                .as_ref()
                .is_some_and(|gives| same(gives, first_type(first)));
        if !leads_back {
            let params: Vec<String> = takes
                .iter()
                .map(|param| format!("{}: {}", param.name.value, shown(&param.ty)))
                .collect();
            let needed = format!("fn {}({}) -> {}", back.value, params.join(", "), shown(&first.ty));
            let names = (back.value.as_str(), name.as_str());
            reports.push(two_way::no_inverse_of(known.item.name.span, back.span, names, &needed));
        }
        return None;
    }
    Some(ExternFn {
        doc: None,
        kind: ExternKind::Iso,
        name: back.clone(),
        params: takes.into_iter().chain(function.params[1..].iter().cloned()).collect(),
        result: Some(first.ty.clone()),
        fallible: function.fallible,
        inverse: Some(function.name.clone()),
        module: function.module.clone(),
        span: function.span,
    })
}

/// What the inverse takes of what its function gives: the value, or the fields of a record in their order.
fn taken_back(result: &Type, back: &Name) -> Vec<Param> {
    if let TypeKind::Record(fields) = &result.kind {
        let param = |field: &Field| Param {
            name: field.name.clone(),
            ty: taken(field),
        };
        return fields.iter().map(param).collect();
    }
    vec![Param {
        name: Name::new("value".to_owned(), back.span),
        ty: result.clone(),
    }]
}

/// The type of a parameter that takes the field: null where it may be missing.
fn taken(field: &Field) -> Type {
    let is_null = |ty: &Type| matches!(ty.kind, TypeKind::Null);
    let mut parts = if let TypeKind::Union(parts) = &field.ty.kind {
        parts.clone()
    } else {
        vec![field.ty.clone()]
    };
    if !field.optional || parts.iter().any(is_null) {
        return field.ty.clone();
    }
    let span = field.ty.span;
    parts.push(Type {
        kind: TypeKind::Null,
        span,
    });
    Type {
        kind: TypeKind::Union(parts),
        span,
    }
}

/// The name behind `inverse`, where there has to be one.
fn leading_back<'f>(function: &'f ExternFn, reports: &mut Reports) -> Option<&'f Name> {
    let name = &function.name.value;
    match (function.kind, function.inverse.as_ref()) {
        (ExternKind::Iso, Some(back)) => Some(back),
        (ExternKind::Iso, None) => {
            let help =
                "say which function leads back: `inverse NAME` behind the result; or declare a plain `extern fn`";
            reports.push(two_way::half_an_iso(
                function.name.span,
                "nothing leads back from it",
                help,
            ));
            None
        }
        (ExternKind::Plain | ExternKind::Effect, Some(back)) => {
            let help = format!("declare it so: extern iso fn {name}(..)");
            reports.push(two_way::half_an_iso(
                back.span,
                &format!("`{name}` is no `iso fn`"),
                &help,
            ));
            None
        }
        (ExternKind::Plain | ExternKind::Effect, None) => None,
    }
}

fn first_type(param: &Param) -> &Type {
    &param.ty
}

/// Whether two types were written alike, wherever they stand.
fn same(one: &Type, other: &Type) -> bool {
    shown(one) == shown(other)
}

/// A type of a function as it is written.
fn shown(ty: &Type) -> String {
    match &ty.kind {
        TypeKind::Named(name) | TypeKind::Ref(name) | TypeKind::Ext(name) => name.value.clone(),
        TypeKind::Decimal { scale } => format!("decimal({})", scale.value),
        TypeKind::Word(word) => format!("\"{}\"", word.value),
        TypeKind::Null => "null".to_owned(),
        TypeKind::List(element) => format!("[{}]", shown(element)),
        TypeKind::Map(value) => format!("{{text: {}}}", shown(value)),
        TypeKind::Record(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|field| {
                    let optional = if field.optional { "?" } else { "" };
                    format!("{}{optional}: {}", field.name.value, shown(&field.ty))
                })
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        TypeKind::Union(types) => {
            let types: Vec<String> = types.iter().map(shown).collect();
            types.join(" | ")
        }
    }
}

/// The function that leads back from one of the author's; whether it can fail.
pub(super) fn back<'f>(function: &str, items: &Items<'f>, made: &'f [ExternFn]) -> Option<&'f ExternFn> {
    let declared = items.externs.values().map(|declared| declared.item);
    let mut all = declared.chain(made);
    let find = |name: &str| {
        let declared = items.externs.get(name).map(|declared| declared.item);
        declared.or_else(|| made.iter().find(|one| one.name.value == name))
    };
    let own = find(function).filter(|one| one.kind == ExternKind::Iso);
    if let Some(inverse) = own.and_then(|one| one.inverse.as_ref()) {
        return find(&inverse.value);
    }
    // It is the inverse of another.
    all.find(|one| one.kind == ExternKind::Iso && one.inverse.as_ref().is_some_and(|back| back.value == function))
}
