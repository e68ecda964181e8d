//! The criteria of a search: fields of a model and the values they must have.

use crate::check::body::Body;
use crate::check::schema::constraint::stored_field;
use crate::error::typing;
use crate::ir::expr::{Base, Expr};
use crate::ir::{ModelFieldId, ModelId};
use crate::types::{self, Misfit};
use tenon_dsl::ast::expr as ast;

/// A field and the value it must have.
pub(super) struct Criterion {
    pub(super) field: ModelFieldId,
    pub(super) value: Expr,
    pub(super) is_folded: bool,
}

impl Body<'_, '_> {
    /// The search with a criterion piped into it.
    fn piped_in_words(&self, model: ModelId, criteria: usize, arg: &ast::Arg, call: &ast::Call) -> String {
        let (text, guard) = (self.text(arg.value.span), self.guard_in_words(arg.value.span));
        let text = match super::is_path(text) {
            true => text.to_owned(),
            false => format!("({text})"),
        };
        let (model, function) = (&self.world.inside.model(model).name.text, &call.function.value);
        let field = arg.name.as_ref().map_or("", |name| name.value.as_str());
        let mark = call.mark.as_ref().map_or("", |mark| match mark.value {
            ast::Mark::Must => "!",
            ast::Mark::May => "?",
        });
        let more = if criteria > 1 { ", .." } else { "" };
        format!(
            "pipe it, so that an absent value asks nothing: {text} | {function}{mark}({model}, {field} = _{more}); or {guard}"
        )
    }

    pub(super) fn criteria(
        &mut self,
        model: ModelId,
        written: &[ast::Arg],
        call: &ast::Call,
    ) -> Option<Vec<Criterion>> {
        let mut made = Vec::new();
        let mut is_wrong = false;
        for arg in written {
            let Some(name) = &arg.name else { continue };
            let field = stored_field(self.world.inside, model, name, self.reports);
            let value = self.expr(&arg.value);
            let (Some(field), false) = (field, types::is_wrong(&value.ty)) else {
                is_wrong = true;
                continue;
            };
            let help = self.piped_in_words(model, written.len(), arg, call);
            self.must_be_there(&value, arg.value.span, "a search needs a value", help);
            let holds = self.world.inside.type_of(model, field);
            let misfit = self.world.fits(&value.ty, &holds).err();
            if let Some(Misfit::Type | Misfit::Float) = misfit {
                let (needed, found) = (self.show(&holds), self.show(&value.ty));
                let by = format!("`{}`", name.value);
                self.report(typing::wrong_operand(arg.value.span, &needed, &found, &by, None));
                is_wrong = true;
            }
            let value = match (&value.ty.base, &holds.base) {
                (Base::Ext(_), Base::Scalar(..)) => self.key_as_scalar(value),
                _ => value,
            };
            made.push(Criterion {
                field,
                value,
                is_folded: is_fold(&arg.value),
            });
        }
        (!is_wrong).then_some(made)
    }

    /// The criteria in the order of the key that they are.
    pub(super) fn natural_key(
        &mut self,
        model: ModelId,
        criteria: Vec<Criterion>,
        call: &ast::Call,
    ) -> Option<(Vec<ModelFieldId>, Vec<Expr>, bool)> {
        let declared = self.world.inside.model(model);
        let fold = criteria.iter().any(|criterion| criterion.is_folded);
        let key = declared.keys.iter().find(|key| {
            let same = key.fields.len() == criteria.len()
                && criteria.iter().all(|criterion| key.fields.contains(&criterion.field));
            same && (key.fold || !fold)
        });
        if key.is_none() && self.world.inside.wrong_keys.contains(&model) {
            return None;
        }
        let Some(key) = key else {
            let names = criteria
                .iter()
                .map(|criterion| declared.fields[criterion.field.0].name.text.as_str());
            let names: Vec<&str> = names.collect();
            let (fields, model_name) = (names.join(", "), declared.name.text.clone());
            let folded = match fold {
                true => " fold",
                false => "",
            };
            let line = format!("key {fields}{folded}");
            let keys = self.keys_in_words(model);
            self.report(typing::not_a_natural_key(
                call.function.span,
                &format!("{fields}{folded}"),
                &model_name,
                &keys,
                &line,
            ));
            return None;
        };
        let by = key.fields.clone();
        let mut args = Vec::new();
        for field in &by {
            let criterion = criteria.iter().find(|criterion| criterion.field == *field);
            args.extend(criterion.map(|criterion| criterion.value.clone()));
        }
        Some((by, args, fold))
    }

    /// `key email fold`, for help.
    pub(crate) fn keys_in_words(&self, model: ModelId) -> Vec<String> {
        let declared = self.world.inside.model(model);
        let shown = declared.keys.iter().map(|key| {
            let names = key
                .fields
                .iter()
                .map(|field| declared.fields[field.0].name.text.as_str());
            let names: Vec<&str> = names.collect();
            match key.fold {
                true => format!("key {} fold", names.join(", ")),
                false => format!("key {}", names.join(", ")),
            }
        });
        shown.collect()
    }
}

/// `fold(_)`, `x | fold`
fn is_fold(written: &ast::Expr) -> bool {
    matches!(
        &written.kind,
        ast::ExprKind::Call(call) | ast::ExprKind::Pipe { step: call, input: _ } if call.function.value == "fold"
    )
}
