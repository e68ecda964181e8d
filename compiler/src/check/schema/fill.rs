//! `fill = ..`: what records get that were there before a field of theirs was required. It may name a field below its own.

use super::internal::fitting_literal;
use crate::error::{Reports, name, wire};
use crate::ir::{Fill, ModelField, ModelKind};
use crate::types::{self, TypeNames};
use tenon_dsl::ast::expr::{Expr, ExprKind};
use tenon_dsl::ast::{Field, Modifier};
use tenon_dsl::source::Spanned;

/// Checks what the fields of a model or binding are filled with, once all of them are known.
pub(super) fn fills(made: &mut [ModelField], declared: &[Field], owner: &str, reports: &mut Reports) {
    for (at, field) in declared.iter().enumerate() {
        let written = field.modifiers.iter().find_map(|modifier| {
            if let Modifier::Fill(written) = modifier {
                return Some(written);
            }
            None
        });
        if let Some(written) = written {
            let fill = fill(made, at, written, owner, reports);
            if let Some(field) = made.get_mut(at) {
                field.fill = fill;
            }
        }
    }
}

fn fill(made: &[ModelField], at: usize, written: &Expr, owner: &str, reports: &mut Reports) -> Option<Fill> {
    let field = made.get(at)?;
    let mut misfit = |why: &str, help: &str| {
        reports.push(wire::modifier_does_not_fit(written.span, "fill", why, help));
        None
    };
    if matches!(field.kind, ModelKind::OneToMany { .. } | ModelKind::ManyToMany { .. }) {
        return misfit("a list of records is empty, never missing", "remove it");
    }
    if field.nullable {
        return misfit("a field that may be null needs nothing", "remove it");
    }
    let ExprKind::Name(source) = &written.kind else {
        let names = TypeNames {
            models: &[],
            externals: &[],
        };
        let what = format!("what `{}` is filled with", field.name.text);
        let value = fitting_literal(written, &types::of_stored(field), &what, names, reports);
        return value.map(Fill::Literal);
    };
    let Some(other) = made.iter().find(|other| other.name.text == *source) else {
        let known: Vec<&str> = made.iter().map(|field| field.name.text.as_str()).collect();
        let source = Spanned {
            value: source.clone(),
            span: written.span,
        };
        reports.push(name::unknown_field(&source, "model", owner, &known));
        return None;
    };
    if other.name.text == field.name.text {
        return misfit(
            "a record that lacks it cannot fill it from itself",
            "name another field, or write a value",
        );
    }
    if other.kind != field.kind {
        let why = format!("`{source}` holds something else");
        return misfit(&why, "name a field of the same type, or write a value");
    }
    Some(Fill::Field(source.clone()))
}
