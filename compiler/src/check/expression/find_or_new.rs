//! `find_or_new`: a search, and the record that is made where there is none.

use super::call::{arguments_error, uses_hole};
use crate::builtin::Builtin;
use crate::check::body::Body;
use crate::error::typing;
use crate::ir::expr::{Base, Expr, ExprKind, Presence};
use crate::ir::mapping::LookupKind;
use crate::ir::{ModelFieldId, ModelId, Scalar};
use crate::types;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::source::Span;

/// The argument that is no criterion.
const NEW: &str = "new";

/// Fields of a model and what they are given.
type Given = Vec<(ModelFieldId, Expr)>;

impl Body<'_, '_> {
    /// `code | find_or_new(delivery.carrier, code = _, new = { name: _ })`
    pub(super) fn find_or_new(
        &mut self,
        function: &'static Builtin,
        call: &ast::Call,
        piped: Option<Expr>,
        span: Span,
    ) -> Expr {
        let signature = function.signature();
        let Some((first, rest)) = call.args.split_first().filter(|(first, _)| first.name.is_none()) else {
            return self.wrong(arguments_error(call, "the model comes first", &signature), span);
        };
        let Some(model) = self.named_model(&first.value) else {
            return self.silent(span);
        };
        let is_new = |arg: &&ast::Arg| arg.name.as_ref().is_some_and(|name| name.value == NEW);
        let criteria: Vec<ast::Arg> = rest.iter().filter(|arg| !is_new(arg)).cloned().collect();
        if criteria.is_empty() || criteria.iter().any(|arg| arg.name.is_none()) {
            let here = "by which field? field = value";
            return self.wrong(arguments_error(call, here, &signature), span);
        }
        if piped.is_some() && !uses_hole(call) {
            let here = "`_` says where the piped value goes";
            return self.wrong(arguments_error(call, here, &signature), span);
        }
        let is_there = piped
            .as_ref()
            .filter(|piped| types::may_be_absent(&piped.ty))
            .map(|piped| {
                let is_there = ExprKind::Is(Box::new(piped.clone()), Presence::Present);
                self.node(is_there, types::scalar(Scalar::Bool), span)
            });
        let new = rest.iter().find(is_new);
        let asked = self.knowing(Vec::new(), is_there, |body| {
            body.with_hole(piped.as_ref(), |body| body.search_or_make(model, &criteria, new, call))
        });
        let Some(asked) = asked else {
            return self.silent(span);
        };
        let made = self.marked(call, asked, function.fails);
        self.skipped_if_absent(made, call, piped.as_ref())
    }

    /// Absent where a mistake was said.
    fn search_or_make(
        &mut self,
        model: ModelId,
        criteria: &[ast::Arg],
        new: Option<&ast::Arg>,
        call: &ast::Call,
    ) -> Option<Expr> {
        let checked = self.criteria(model, criteria, call);
        let given = match new {
            Some(new) => self.new_fields(model, &new.value),
            None => Some(Vec::new()),
        };
        let (by, mut args, fold) = self.natural_key(model, checked?, call)?;
        let mut given = given?;
        for (field, value) in by.iter().zip(&args) {
            let is_given = given.iter().any(|(other, _)| other == field);
            // What is searched without case and accents is written as it came.
            if let (Some(as_it_came), false) = (unfolded(value), is_given) {
                given.push((*field, as_it_came.clone()));
            }
        }
        let written: Vec<ModelFieldId> = given
            .iter()
            .map(|(field, _)| *field)
            .chain(by.iter().copied())
            .collect();
        self.gives_all_required(model, &written, new.map_or(call.span, |new| new.value.span))?;
        let (new, values): (Vec<ModelFieldId>, Vec<Expr>) = given.into_iter().unzip();
        args.extend(values);
        let kind = LookupKind::FindOrNew { model, by, fold, new };
        Some(self.asked(kind, args, types::present(Base::Ref(model)), call.span))
    }

    /// `new = { name: _ }`
    fn new_fields(&mut self, model: ModelId, written: &ast::Expr) -> Option<Given> {
        if !matches!(written.kind, ast::ExprKind::Record(_)) {
            let value = self.expr(written);
            if !types::is_wrong(&value.ty) {
                let found = self.show(&value.ty);
                let help = Some("name its fields: new = { name: _ }".to_owned());
                self.report(typing::wrong_operand(
                    written.span,
                    "record, written here",
                    &found,
                    "`new`",
                    help,
                ));
            }
            return None;
        }
        let record = self.expr(written);
        self.fields_of_model(model, &record)
    }
}

/// The value that `fold` is called with.
fn unfolded(value: &Expr) -> Option<&Expr> {
    if let ExprKind::Builtin { name: "fold", args } = &value.kind {
        args.first()
    } else {
        None
    }
}
