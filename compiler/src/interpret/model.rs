//! Models of the inside and fields of bindings: IR -> tables of the runtime.

use super::leak::{leak, leak_all, texts};
use super::model_value::value_field;
use crate::ir::{Fill, Filter, Literal, Model, ModelField, ModelFieldId, ModelKind, OnDelete, Order, Program, Scalar};
use tenon_runtime::generated as rt;

/// The table of one model.
pub(super) fn model(program: &'static Program, model: &'static Model) -> &'static rt::Model {
    let keys = model.keys.iter().map(|key| rt::NaturalKey {
        fields: names(&model.fields, &key.fields),
        fold: key.fold,
        filter: key.filter.as_ref().map(|condition| filter(&model.fields, condition)),
    });
    leak(rt::Model {
        name: &model.name.text,
        table: super::leak::leak_text(model.name.text.replace('.', "__")),
        fields: leak_all(model.fields.iter().map(|field| model_field(program, field))),
        keys: leak_all(keys),
        unique: leak_all(model.unique.iter().map(|fields| names(&model.fields, fields))),
        indexes: leak_all(model.indexes.iter().map(|fields| names(&model.fields, fields))),
    })
}

/// One field of a model or of a binding.
pub(super) fn model_field(program: &'static Program, field: &'static ModelField) -> rt::ModelField {
    rt::ModelField {
        nullable: field.nullable,
        default: field.default.as_ref().map(literal),
        fill: field.fill.as_ref().map(|fill| match fill {
            Fill::Literal(value) => tenon_runtime::model::Fill::Literal(literal(value)),
            Fill::Field(name) => tenon_runtime::model::Fill::Field(name),
        }),
        max: field.max,
        per_language: field.per_language,
        renamed_from: field.renamed_from.as_deref(),
        place: field.place.text(),
        ..rt::ModelField::new(&field.name.text, kind(program, &field.kind))
    }
}

fn kind(program: &'static Program, kind: &'static ModelKind) -> rt::ModelKind {
    match kind {
        ModelKind::Scalar(scalar) => scalar_kind(scalar),
        ModelKind::Ref { model, on_delete } => rt::ModelKind::Ref {
            model: &program.models[model.0].name.text,
            on_delete: match on_delete {
                OnDelete::Restrict => rt::OnDelete::Restrict,
                OnDelete::Clear => rt::OnDelete::Clear,
                OnDelete::Cascade => rt::OnDelete::Cascade,
            },
        },
        ModelKind::OneToMany { model, by } => {
            let other = &program.models[model.0];
            rt::ModelKind::OneToMany {
                model: &other.name.text,
                by: &other.fields[by.0].name.text,
            }
        }
        ModelKind::ManyToMany { model } => rt::ModelKind::ManyToMany {
            model: &program.models[model.0].name.text,
        },
        ModelKind::Value(ty) => rt::ModelKind::Value(leak(value_field("", ty))),
        // Its canonical text.
        ModelKind::Key { .. } => rt::ModelKind::Text,
    }
}

fn scalar_kind(scalar: &'static Scalar) -> rt::ModelKind {
    match scalar {
        Scalar::Text => rt::ModelKind::Text,
        Scalar::Int => rt::ModelKind::Int,
        Scalar::Decimal(Some(scale)) => rt::ModelKind::Decimal(*scale),
        Scalar::Decimal(None) => unreachable!("check rejects this: a stored decimal has a scale"),
        Scalar::Float => unreachable!("check rejects this: a float is only received"),
        Scalar::Bool => rt::ModelKind::Bool,
        Scalar::Date => rt::ModelKind::Date,
        Scalar::Time => rt::ModelKind::Time,
        Scalar::Duration => rt::ModelKind::Duration,
        Scalar::DateTime => rt::ModelKind::DateTime,
        Scalar::Uuid => rt::ModelKind::Uuid,
        Scalar::Bytes => rt::ModelKind::Bytes,
        Scalar::Json => rt::ModelKind::Json,
        Scalar::Enum { words, open } => rt::ModelKind::Enum {
            words: texts(words),
            open: *open,
        },
    }
}

/// Names of fields.
pub(super) fn names(fields: &'static [ModelField], ids: &[ModelFieldId]) -> &'static [&'static str] {
    leak_all(ids.iter().map(|id| fields[id.0].name.text.as_str()))
}

/// A condition on stored fields.
pub(super) fn filter(fields: &'static [ModelField], condition: &'static Filter) -> rt::Filter {
    match condition {
        Filter::And(all) => rt::Filter::And(leak_all(all.iter().map(|one| filter(fields, one)))),
        Filter::Or(any) => rt::Filter::Or(leak_all(any.iter().map(|one| filter(fields, one)))),
        Filter::Not(inner) => rt::Filter::Not(leak(filter(fields, inner))),
        Filter::Equals(field, value) => rt::Filter::Equals {
            field: &fields[field.0].name.text,
            value: literal(value),
        },
        Filter::Ordered(field, order, value) => rt::Filter::Ordered {
            field: &fields[field.0].name.text,
            order: match order {
                Order::Less => rt::Order::Less,
                Order::LessOrEqual => rt::Order::LessOrEqual,
                Order::Greater => rt::Order::Greater,
                Order::GreaterOrEqual => rt::Order::GreaterOrEqual,
            },
            value: literal(value),
        },
        Filter::IsNull(field) => rt::Filter::IsNull {
            field: &fields[field.0].name.text,
        },
    }
}

/// A literal of a table.
pub(super) fn literal(literal: &'static Literal) -> rt::Literal {
    match literal {
        Literal::Null | Literal::Missing => rt::Literal::Null,
        Literal::Text(text) => rt::Literal::Text(text),
        Literal::Int(number) => rt::Literal::Int(*number),
        Literal::Decimal(digits) => rt::Literal::Decimal(digits),
        Literal::Bool(flag) => rt::Literal::Bool(*flag),
    }
}
