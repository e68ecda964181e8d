//! `ext_of`: the key of the outside that a record of the inside is bound to.

use super::call::{Given, HasRest, arguments_error};
use super::lookup::dotted;
use crate::builtin::Builtin;
use crate::check::body::Body;
use crate::error::{failure, name, typing};
use crate::ir::expr::{Base, Expr};
use crate::ir::mapping::LookupKind;
use crate::ir::{ExternalId, ModelId};
use crate::types;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::source::{Name, Span};

impl Body<'_, '_> {
    /// `partner_id | ext_of!`, `id | ext_of!(Product)`
    pub(super) fn key_of(
        &mut self,
        function: &'static Builtin,
        call: &ast::Call,
        piped: Option<Expr>,
        span: Span,
    ) -> Expr {
        let signature = function.signature();
        let names: Vec<&str> = function.params.iter().map(|param| param.name).collect();
        let slots = match self.arguments(call, piped.as_ref(), &names, HasRest::No, &signature) {
            Ok(slots) => slots,
            Err(report) => return self.wrong(report, span),
        };
        let mut slots = slots.into_iter();
        let Some(given) = slots.next().flatten() else {
            return self.wrong(arguments_error(call, "the key of which record?", &signature), span);
        };
        let record = self.with_hole(piped.as_ref(), |body| body.given(&given));
        if types::is_wrong(&record.ty) {
            return self.silent(span);
        }
        if let Given::Written(_) = given {
            self.must_be_present(&record, given.span(), "`ext_of` needs a record", None);
        }
        let Base::Ref(model) = record.ty.base else {
            let found = self.show(&record.ty);
            let is_list = matches!(&record.ty.base, Base::List(element) if matches!(element.base, Base::Ref(_)));
            let help = is_list.then(|| {
                format!(
                    "take the key of each: {} | map(t => t | ext_of!)",
                    self.text(record.place.span)
                )
            });
            let report = typing::wrong_operand(record.place.span, "reference", &found, "`ext_of`", help);
            return self.wrong(report, span);
        };
        let Some(external) = self.type_of_record(model, slots.next().flatten(), call) else {
            return self.silent(span);
        };
        let ty = types::absent_as(types::present(Base::Ext(external)), &record.ty);
        let made = self.asked(LookupKind::ExtOf { external, model }, vec![record], ty, span);
        let title = &self.world.inside.model(model).name.text;
        let fails = function.fails.map(|_| format!("the {title} has no binding yet"));
        self.marked(call, made, fails.as_deref())
    }

    /// The external type whose key is meant.
    fn type_of_record(&mut self, model: ModelId, given: Option<Given<'_>>, call: &ast::Call) -> Option<ExternalId> {
        let outside = self.world.outside;
        let externals = outside.ir.externals.iter().enumerate();
        let leading = externals.filter(|(_, external)| !external.key.is_empty() && external.models.contains(&model));
        let leading: Vec<ExternalId> = leading.map(|(at, _)| ExternalId(at)).collect();
        let title = &self.world.inside.model(model).name.text;
        let name = |id: &ExternalId| outside.ir.externals[id.0].name.text.clone();
        let named = match given {
            Some(Given::Written(written)) => {
                let known = outside.names();
                let word = dotted(written).unwrap_or_default();
                let Some(found) = outside.find(&word) else {
                    self.report(name::unknown_external(&Name::new(word, written.span), &known));
                    return None;
                };
                Some((found, written.span))
            }
            Some(Given::Piped(_)) | None => None,
        };
        match (named, &leading[..]) {
            (Some((found, _)), _) if leading.contains(&found) => Some(found),
            (None, [only]) => Some(*only),
            (None, []) | (Some(_), _) if outside.loses_mapping() => None,
            (Some((found, span)), _) => {
                let here = format!("no mapping between {title} and {}", name(&found));
                self.report(failure::no_key(span, title, &here));
                None
            }
            (None, []) => {
                self.report(failure::no_key(call.function.span, title, "nothing binds it"));
                None
            }
            (None, several) => {
                let names: Vec<String> = several.iter().map(name).collect();
                self.report(failure::several_types(call.function.span, title, &names));
                None
            }
        }
    }
}
