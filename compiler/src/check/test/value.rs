//! Values of tests: literals, lists and records of them, and references by a number: `res.partner.category(1)`.

use super::TestChecks;
use crate::check::schema::literal::literal;
use crate::error::{name, testing, typing};
use crate::ir::expr::{Base, Type};
use crate::ir::{Literal, ModelId};
use crate::types::{self, Misfit};
use tenon_dsl::ast::expr::{Expr, ExprKind, RecordField};
use tenon_dsl::source::{Name, Span};

impl TestChecks<'_, '_, '_> {
    /// What a field of the model holds; says where there is no such field. Those of the binding are not looked into.
    pub(super) fn stored_field(&mut self, field: &Name, model: ModelId) -> Option<Type> {
        if field.value.starts_with("binding.") {
            return None;
        }
        let found = self.world.inside.field(model, &field.value);
        if found.is_none() {
            let declared = self.world.inside.model(model);
            let known: Vec<&str> = declared.fields.iter().map(|field| field.name.text.as_str()).collect();
            self.reports
                .push(name::unknown_target(field, &declared.name.text, &known, None));
        }
        found.map(|field| self.world.inside.type_of(model, field))
    }

    /// A value of a field of this type.
    pub(super) fn value(&mut self, value: &Expr, holds: &Type, field: &str) {
        if types::is_wrong(holds) {
            return;
        }
        match (&value.kind, &holds.base) {
            (ExprKind::List(items), Base::List(element)) => {
                items.iter().for_each(|item| self.value(item, element, field));
            }
            (ExprKind::Record(_), Base::Internal(model)) => self.record(value, *model),
            (ExprKind::Record(_), Base::External(external)) => self.payload(value, *external),
            (ExprKind::Record(entries), Base::Map(element)) => {
                entries
                    .iter()
                    .for_each(|entry| self.value(&entry.value, element, field));
            }
            (ExprKind::Record(parts), Base::Record(declared)) => self.parts(parts, declared, value.span),
            (_, Base::Ref(model) | Base::Internal(model)) => self.reference(value, Some(*model), field),
            (_, _) => self.literal_value(value, holds, field),
        }
    }

    /// A record of values, field by field.
    fn parts(&mut self, given: &[RecordField], declared: &[(String, Type)], span: Span) {
        self.each_once(given);
        for part in given {
            match declared.iter().find(|(name, _)| *name == part.name.value) {
                Some((name, ty)) => self.value(&part.value, ty, name),
                None => {
                    let known: Vec<&str> = declared.iter().map(|(name, _)| name.as_str()).collect();
                    self.reports.push(name::unknown_part(&part.name, &known));
                }
            }
        }
        let is_left_out = |name: &str| !given.iter().any(|part| part.name.value == name);
        let left_out = declared
            .iter()
            .find(|(name, ty)| !types::may_be_absent(ty) && is_left_out(name));
        if let Some((name, _)) = left_out {
            self.reports.push(testing::part_is_missing(span, name));
        }
    }

    fn literal_value(&mut self, value: &Expr, holds: &Type, field: &str) {
        let Some(written) = literal(value) else {
            // Dates, times and the like are written as a text.
            self.constant(value);
            return;
        };
        let has_text_form = matches!(&holds.base, Base::Scalar(scalar, _) if has_text_form(scalar));
        if has_text_form && matches!(written, Literal::Text(_)) {
            return;
        }
        let given = types::of_literal(&written);
        let keys = &self.world.outside.ir.externals;
        let misfit = types::fits(&given.base, &holds.base, keys).err();
        if let Some(Misfit::Type | Misfit::Float) = misfit {
            let (needed, found) = (self.world.show(holds), self.world.show(&given));
            let by = format!("`{field}`");
            self.reports
                .push(typing::wrong_operand(value.span, &needed, &found, &by, None));
        }
    }

    /// A reference: `res.country(7)`, a number, null or missing.
    pub(super) fn reference(&mut self, value: &Expr, model: Option<ModelId>, field: &str) {
        if let ExprKind::Call(call) = &value.kind {
            let names = self.world.inside.names();
            let found = self.world.inside.find(&call.function.value);
            match (found, model) {
                (None, _) => self.reports.push(name::unknown_model(&call.function, &names)),
                (Some(found), Some(model)) if found != model => {
                    let wanted = format!("ref {}", self.world.inside.model(model).name.text);
                    let found = format!("ref {}", call.function.value);
                    let by = format!("`{field}`");
                    self.reports
                        .push(typing::wrong_operand(value.span, &wanted, &found, &by, None));
                }
                (Some(_), _) => {}
            }
            call.args.iter().for_each(|arg| self.constant(&arg.value));
            if call.args.len() != 1 {
                let what = format!("`{}` needs the key of one record", call.function.value);
                self.reports.push(typing::wrong_arguments(
                    value.span,
                    &what,
                    "which one?",
                    &format!("{}(1), {}(\"a\")", call.function.value, call.function.value),
                ));
            }
            return;
        }
        match literal(value) {
            Some(Literal::Int(_) | Literal::Null | Literal::Missing) => {}
            Some(Literal::Text(_) | Literal::Decimal(_) | Literal::Bool(_)) | None => {
                let needed = "reference: MODEL(1)";
                let by = format!("`{field}`");
                self.reports
                    .push(typing::wrong_operand(value.span, needed, "other value", &by, None));
            }
        }
    }

    /// A value without names: a test computes nothing.
    pub(super) fn constant(&mut self, value: &Expr) {
        if let ExprKind::Record(fields) = &value.kind {
            fields.iter().for_each(|field| self.constant(&field.value));
        } else if let ExprKind::List(items) = &value.kind {
            items.iter().for_each(|item| self.constant(item));
        } else if let ExprKind::Call(_) = &value.kind {
            self.reference(value, None, "this value");
        } else if literal(value).is_none() {
            let help = Some("a test computes nothing: write the value itself".to_owned());
            self.reports.push(typing::wrong_operand(
                value.span,
                "literal",
                "expression",
                "a test",
                help,
            ));
        }
    }
}

fn has_text_form(scalar: &crate::ir::Scalar) -> bool {
    use crate::ir::Scalar;
    match scalar {
        Scalar::Date
        | Scalar::Time
        | Scalar::Duration
        | Scalar::DateTime
        | Scalar::Uuid
        | Scalar::Bytes
        | Scalar::Json => true,
        Scalar::Text | Scalar::Int | Scalar::Decimal(_) | Scalar::Float | Scalar::Bool | Scalar::Enum { .. } => false,
    }
}
