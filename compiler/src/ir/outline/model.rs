//! Models of the inside.

use super::{Lines, flag, words};
use crate::ir::literal::show;
use crate::ir::{Fill, Filter, Model, ModelField, ModelFieldId, ModelKind, OnDelete, Program};
use crate::types::{TypeNames, shown_scalar};

pub(super) fn model(program: &Program, at: usize, out: &mut Lines) {
    let model = &program.models[at];
    let line = format!("internal {} ({})", model.name.text, model.name.rust);
    out.placed(0, line, &model.place);
    for field in &model.fields {
        out.line(1, model_field(program, field));
    }
    for key in &model.keys {
        let filter = key
            .filter
            .as_ref()
            .map(|filter| format!("where {}", show_filter(model, filter)));
        let line = words([
            Some(format!("key {}", names(model, &key.fields))),
            flag(key.fold, "fold"),
            filter,
        ]);
        out.line(1, line);
    }
    for fields in &model.unique {
        out.line(1, format!("unique ({})", names(model, fields)));
    }
    for fields in &model.indexes {
        out.line(1, format!("index ({})", names(model, fields)));
    }
}

/// A field of a model or binding.
pub(super) fn model_field(program: &Program, field: &ModelField) -> String {
    let model = |at: usize| program.models[at].name.text.as_str();
    let kind = match &field.kind {
        ModelKind::Scalar(scalar) => shown_scalar(scalar),
        ModelKind::Ref { model: to, on_delete } => {
            let on_delete = match on_delete {
                OnDelete::Restrict => "restrict",
                OnDelete::Clear => "clear",
                OnDelete::Cascade => "cascade",
            };
            let null = flag(field.nullable, " | null").unwrap_or_default();
            format!("ref {}{null} on delete {on_delete}", model(to.0))
        }
        ModelKind::OneToMany { model: of, by } => {
            let by = &program.models[of.0].fields[by.0].name.text;
            format!("[{}] by {by}", model(of.0))
        }
        ModelKind::ManyToMany { model: of } => format!("[ref {}]", model(of.0)),
        ModelKind::Value(ty) => TypeNames {
            models: &program.models,
            externals: &[],
        }
        .show(ty),
        // Keys of records are numbers here: whoever shows the connector knows their names.
        ModelKind::Key { .. } => "ext".to_owned(),
    };
    words([
        Some(format!("{}: {kind}", field.name.text)),
        flag(field.nullable && !matches!(field.kind, ModelKind::Ref { .. }), "| null"),
        field.max.map(|max| format!("max {max}")),
        field
            .default
            .as_ref()
            .map(|default| format!("default {}", show(default))),
        field.fill.as_ref().map(|fill| match fill {
            Fill::Literal(value) => format!("fill = {}", show(value)),
            Fill::Field(name) => format!("fill = {name}"),
        }),
        flag(field.per_language, "per language"),
        field.renamed_from.as_ref().map(|name| format!("renamed from {name}")),
    ])
}

pub(super) fn names(model: &Model, fields: &[ModelFieldId]) -> String {
    let names: Vec<&str> = fields
        .iter()
        .map(|field| model.fields[field.0].name.text.as_str())
        .collect();
    names.join(", ")
}

pub(super) fn show_filter(model: &Model, filter: &Filter) -> String {
    let name = |field: &ModelFieldId| model.fields[field.0].name.text.as_str();
    let all = |parts: &[Filter], word: &str| {
        let parts: Vec<String> = parts.iter().map(|part| show_filter(model, part)).collect();
        format!("({})", parts.join(word))
    };
    match filter {
        Filter::And(parts) => all(parts, " and "),
        Filter::Or(parts) => all(parts, " or "),
        Filter::Not(inner) => format!("not {}", show_filter(model, inner)),
        Filter::Equals(field, value) => format!("{} == {}", name(field), show(value)),
        Filter::Ordered(field, order, value) => format!("{} {} {}", name(field), order.sign(), show(value)),
        Filter::IsNull(field) => format!("{} is null", name(field)),
    }
}
