//! Declarations of data: models, external records, bindings, settings. Each becomes its checked form.

pub(crate) mod binding;
pub(crate) mod constraint;
pub(crate) mod external;
mod fill;
pub(crate) mod internal;
pub(crate) mod literal;
pub(crate) mod modifier;
mod one_of;
pub(crate) mod setting;
mod stored_value;
mod union;
pub(crate) mod view;
mod wire;
pub(crate) mod written;

use crate::error::{Reports, name};
use tenon_dsl::ast::Field;

/// Says which fields of one record are declared twice.
pub(crate) fn duplicate_fields(fields: &[Field], reports: &mut Reports) {
    for (index, field) in fields.iter().enumerate() {
        if let Some(first) = fields[..index]
            .iter()
            .find(|other| other.name.value == field.name.value)
        {
            reports.push(name::declared_twice(
                first.name.span,
                field.name.span,
                "the field",
                &field.name.value,
            ));
        }
    }
}
