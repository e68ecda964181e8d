//! A record that is given field by field: an added child, the new record of `find_or_new`. Its fields are those of a model.

use crate::check::body::Body;
use crate::check::mapping::required;
use crate::error::{absence, completeness, loss, name, typing};
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::{ModelFieldId, ModelId, ModelKind};
use crate::types::{self, Misfit};
use tenon_dsl::source::{Name, Span};

impl Body<'_, '_> {
    /// The fields of a record as fields of a model; what is wrong with one is said. Absent where something is.
    pub(crate) fn fields_of_model(&mut self, model: ModelId, record: &Expr) -> Option<Vec<(ModelFieldId, Expr)>> {
        let Base::Record(fields) = &record.ty.base else {
            return None;
        };
        let mut made = Vec::new();
        let mut is_right = true;
        for (name, ty) in fields {
            let part = part_of(record, name).unwrap_or(record);
            match self.field_of_model(model, name, ty, part.place.span) {
                Some(_) if types::is_wrong(ty) => is_right = false,
                Some(field) => made.push((field, part.clone())),
                None => is_right = false,
            }
        }
        is_right.then_some(made)
    }

    fn field_of_model(&mut self, model: ModelId, name: &str, ty: &Type, span: Span) -> Option<ModelFieldId> {
        let inside = self.world.inside;
        let declared = inside.model(model);
        let Some(field) = inside.field(model, name) else {
            let known: Vec<&str> = declared.fields.iter().map(|field| field.name.text.as_str()).collect();
            let written = Name::new(name.to_owned(), span);
            self.report(name::unknown_field(&written, "model", &declared.name.text, &known));
            return None;
        };
        let holds = inside.type_of(model, field);
        if types::is_wrong(ty) || types::is_wrong(&holds) {
            return Some(field);
        }
        let declared_field = &declared.fields[field.0];
        if let ModelKind::OneToMany { .. } = declared_field.kind {
            let help = Some("children are made by `via`".to_owned());
            let found = self.show(ty);
            self.report(typing::wrong_operand(
                span,
                "field with a column",
                &found,
                &format!("`{name}`"),
                help,
            ));
            return None;
        }
        self.value_fits(ty, &holds, name, span)?;
        if required(declared_field) && types::may_be_absent(ty) {
            let help = format!("give a default: {} ?? {}", self.text(span), types::stand_in(&holds));
            self.report(absence::absent_in_record((span, name, &declared.name.text), &help));
            return None;
        }
        if ty.nullable && !holds.nullable {
            let help = format!(
                "give a default: {} ?? {}; or declare `{name}` as `| null`",
                self.text(span),
                types::stand_in(&holds)
            );
            self.report(absence::null_in_record((span, name, &declared.name.text), &help));
            return None;
        }
        Some(field)
    }

    /// Says a value that the field cannot hold; one that may be cut is a warning.
    fn value_fits(&mut self, ty: &Type, holds: &Type, name: &str, span: Span) -> Option<()> {
        match self.world.fits(ty, holds) {
            Ok(()) => Some(()),
            Err(Misfit::Cut(gives, max)) => {
                let text = self.text(span);
                self.report(loss::text_cut((span, name, max), (span, gives), text));
                Some(())
            }
            Err(Misfit::Digits(gives, scale)) => {
                let text = self.text(span);
                self.report(loss::digits_lost((span, scale), (span, gives), text));
                None
            }
            Err(Misfit::Type | Misfit::Float) => {
                let (needed, found) = (self.show(holds), self.show(ty));
                self.report(typing::wrong_operand(span, &needed, &found, &format!("`{name}`"), None));
                None
            }
        }
    }

    /// Says E0602 of what a new record needs and is not given.
    pub(crate) fn gives_all_required(&mut self, model: ModelId, given: &[ModelFieldId], span: Span) -> Option<()> {
        let declared = self.world.inside.model(model);
        let fields = declared.fields.iter().enumerate();
        let missing = fields.filter(|(at, field)| required(field) && !given.contains(&ModelFieldId(*at)));
        let missing: Vec<String> = missing.map(|(_, field)| field.name.text.clone()).collect();
        if missing.is_empty() {
            return Some(());
        }
        let help = "add them to the record";
        self.report(completeness::never_written(span, &declared.name.text, &missing, help));
        None
    }
}

/// The value of a field, where the record is written out.
fn part_of<'e>(record: &'e Expr, field: &str) -> Option<&'e Expr> {
    let ExprKind::Record(parts) = &record.kind else {
        return None;
    };
    parts.iter().find(|(name, _)| name == field).map(|(_, part)| part)
}
