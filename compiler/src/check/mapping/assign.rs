//! Whether a value fits a target: its type, its absence, its digits.

use super::rule::element_type;
use crate::check::body::Body;
use crate::error::{absence, loss, typing};
use crate::ir::ModelKind;
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::mapping::Target;
use crate::ir::{Literal, Scalar};
use crate::types::{self, Misfit};
use tenon_dsl::source::Span;

/// Whether a rule writes a target or adds to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writes {
    /// `=`
    Whole,
    /// `+=`
    Part,
}

/// Whether a rule writes in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// It has no `when`.
    Always,
    /// Its `when` may not hold.
    Sometimes,
}

/// Whether `+=` adds to it.
fn is_list(kind: &ModelKind) -> bool {
    match kind {
        ModelKind::ManyToMany { .. } => true,
        ModelKind::Value(ty) => matches!(ty.base, Base::List(_)),
        ModelKind::Scalar(_) | ModelKind::Ref { .. } | ModelKind::Key { .. } | ModelKind::OneToMany { .. } => false,
    }
}

impl Body<'_, '_> {
    /// The value as the target takes it. Absent where a mistake was said.
    pub(super) fn assigned(
        &mut self,
        target: &Target,
        at: Span,
        value: Expr,
        writes: Writes,
        runs: Runs,
    ) -> Option<Expr> {
        if let Some(declaration) = self.target_span(target) {
            self.reports.uses.add(at, declaration);
        }
        let holds = self.target_type(target);
        if types::is_wrong(&value.ty) || types::is_wrong(&holds) {
            return None;
        }
        let holds = self.own_key(target, &value).unwrap_or(holds);
        let is_list = match self.target_field(target) {
            Some(field) => is_list(&field.kind),
            None => matches!((target, &holds.base), (Target::Out(_), Base::List(_))),
        };
        if writes == Writes::Part && !is_list {
            let found = self.show(&holds);
            let help = Some("write `=`: only lists are added to".to_owned());
            self.report(typing::wrong_operand(at, "list", &found, "`+=`", help));
            return None;
        }
        let wanted = match writes == Writes::Part && !matches!(value.ty.base, Base::List(_)) {
            true => element_type(&holds),
            false => holds.clone(),
        };
        let misfit = self.world.fits(&value.ty, &wanted);
        let fits = match misfit {
            Ok(()) => true,
            Err(misfit) => {
                let (name, declared) = (self.target_name(target), self.target_place(target));
                self.say_misfit((&name, &declared), at, &value, &wanted, misfit)
            }
        };
        if !fits {
            return None;
        }
        self.say_absence(target, at, &value, &holds, writes)?;
        self.say_gap(target, at, &value, runs)?;
        Some(match (&value.ty.base, &wanted.base) {
            (Base::Ext(_), Base::Scalar(..)) => self.key_as_scalar(value),
            _ => value,
        })
    }

    /// The declaration of a target.
    pub(crate) fn target_span(&self, target: &Target) -> Option<Span> {
        match target {
            Target::Field(_) | Target::Binding(_) => self.target_field(target).map(|field| field.place.span),
            Target::Out(field) => Some(self.out_field(*field).place.span),
        }
    }

    /// An export may say what the key of its record is, as the number or text that it is.
    fn own_key(&self, target: &Target, value: &Expr) -> Option<Type> {
        let Target::Out(field) = target else { return None };
        let externals = &self.world.outside.ir.externals;
        let is_own = externals[self.external.0].key == [*field] && !matches!(value.ty.base, Base::Ext(_));
        let (scalar, max) = types::key_scalar(self.external, externals).filter(|_| is_own)?;
        Some(types::present(Base::Scalar(scalar, max)))
    }

    /// Where a target is declared.
    fn target_place(&self, target: &Target) -> String {
        match target {
            Target::Field(_) | Target::Binding(_) => self
                .target_field(target)
                .map_or_else(String::new, |field| field.place.text().to_string()),
            Target::Out(field) => self.out_field(*field).place.text().to_string(),
        }
    }

    /// Whether it fits all the same: a warning does.
    pub(super) fn say_misfit(
        &mut self,
        (name, declared): (&str, &str),
        at: Span,
        value: &Expr,
        wanted: &Type,
        misfit: Misfit,
    ) -> bool {
        let (holds, gives) = (self.show(wanted), self.show(&value.ty));
        let span = value.place.span;
        let text = self.text(span);
        match misfit {
            Misfit::Cut(gives, holds) => {
                self.report(loss::text_cut((at, name, holds), (span, gives), text));
                true
            }
            Misfit::Digits(gives, holds) => {
                self.report(loss::digits_lost((at, holds), (span, gives), text));
                false
            }
            Misfit::Float => {
                let field = self.float_field(value);
                let field = field.as_ref().map(|(name, place)| (name.as_str(), place.as_str()));
                self.report(typing::float_into_amount(Some((at, &holds)), span, field));
                false
            }
            Misfit::Type => {
                let help = self.conversion(value, wanted);
                self.report(typing::wrong_type((at, name, &holds), declared, (span, &gives), help));
                false
            }
        }
    }

    /// What turns the value into what is wanted, where that is known.
    fn conversion(&self, value: &Expr, wanted: &Type) -> Option<String> {
        let text = self.text(value.place.span);
        let field = self.payload_declaration(value).map(|declared| match declared.optional {
            true => format!("{}?", declared.name.text),
            false => declared.name.text.clone(),
        });
        let is_text = matches!(&value.ty.base, Base::Scalar(Scalar::Text | Scalar::Enum { .. }, _));
        match (&value.ty.base, &wanted.base) {
            (_, Base::Scalar(Scalar::Date, _)) if is_text => Some(match field {
                Some(field) => format!(
                    "declare the wire format on the field: {field}: date as \"%Y-%m-%d\"; or convert here: | parse_date!('%Y-%m-%d')"
                ),
                None => "convert it: | parse_date!('%Y-%m-%d')".to_owned(),
            }),
            (_, Base::Scalar(Scalar::DateTime, _)) if is_text => {
                Some("convert it: | parse_datetime!('%Y-%m-%d %H:%M:%S', \"UTC\")".to_owned())
            }
            (_, Base::Scalar(Scalar::Int, _)) if is_text => Some(format!("convert it: {text} | int!")),
            (_, Base::Scalar(Scalar::Decimal(_), _)) if is_text => Some(format!("convert it: {text} | decimal!")),
            (_, Base::Scalar(scalar @ Scalar::Enum { .. }, _)) if is_text => {
                let words = types::shown_scalar(scalar);
                Some(format!("give one of its values with `match` or a `table`: {words}"))
            }
            (
                Base::Scalar(Scalar::Int | Scalar::Decimal(_) | Scalar::Bool | Scalar::Date | Scalar::Uuid, _),
                Base::Scalar(Scalar::Text, _),
            ) => Some(format!("convert it: {text} | text")),
            (Base::Scalar(Scalar::DateTime, _), Base::Scalar(Scalar::Date, _)) => {
                Some(format!("say whose day it is: {text} | date_of(\"UTC\")"))
            }
            (Base::Ref(_), Base::Ext(_)) => Some(format!("take the key that the record is bound to: {text} | ext_of!")),
            (Base::Ext(_), Base::Ref(_)) => Some(format!("look up the record that the key leads to: {text} | ref!")),
            (Base::List(given), Base::List(taken)) => match (&given.base, &taken.base) {
                (Base::Ref(_), Base::Ext(_)) => Some(format!(
                    "take the keys that the records are bound to: {text} | map(t => t | ext_of!)"
                )),
                (Base::Ext(_), Base::Ref(_)) => {
                    Some(format!("look up the records that the keys lead to: {text} | refs!"))
                }
                _ => None,
            },
            (Base::Scalar(..), Base::Ref(_)) => Some("search it: | find?(MODEL, FIELD = _)".to_owned()),
            (Base::Internal(_), Base::Ref(_)) => Some("`ref` instead of `load` gives the reference".to_owned()),
            _ => None,
        }
    }

    fn say_absence(&mut self, target: &Target, at: Span, value: &Expr, holds: &Type, writes: Writes) -> Option<()> {
        let (span, text) = (value.place.span, self.text(value.place.span));
        let (name, owner) = (self.target_name(target), self.target_owner(target));
        if matches!(value.kind, ExprKind::Literal(Literal::Missing)) && !self.is_required(target) {
            return Some(());
        }
        // What the other side takes as null must be sent all the same, be it null.
        let lacks = value.ty.optional || (value.ty.nullable && !holds.nullable);
        if self.is_required(target) && lacks {
            let why = self.absence_in_words(value);
            let help = match matches!(value.kind, ExprKind::Literal(_)) {
                true => "give it a value".to_owned(),
                false => match types::stand_in(holds) {
                    ".." => format!("stop the record where it is absent: {text} | need!(\"no {name}\")"),
                    default => {
                        format!(
                            "give a default: {text} ?? {default}; or stop the record: {text} | need!(\"no {name}\")"
                        )
                    }
                },
            };
            self.report(absence::absent_into_required(
                (at, &name, &owner),
                span,
                &why,
                Some(help),
            ));
            return None;
        }
        if value.ty.nullable && !holds.nullable && writes == Writes::Whole {
            let why = self.absence_in_words(value);
            let help = match types::stand_in(holds) {
                ".." => format!("declare `{name}` as `| null`; or stop the record: {text} | need!(\"no {name}\")"),
                default => format!("give a default: {text} ?? {default}; or declare `{name}` as `| null`"),
            };
            self.report(absence::null_into_target((at, &name, &owner), (span, &why), &help));
            return None;
        }
        Some(())
    }

    /// A required field must be written in every case.
    fn say_gap(&mut self, target: &Target, at: Span, value: &Expr, runs: Runs) -> Option<()> {
        let (name, owner, span) = (self.target_name(target), self.target_owner(target), value.place.span);
        if runs == Runs::Sometimes && self.is_required(target) && !self.is_one_of_several(target) {
            let help = "give it a value in every case: if .. { .. } else { .. }".to_owned();
            let why = "`when` may not hold";
            self.report(absence::absent_into_required(
                (at, &name, &owner),
                span,
                why,
                Some(help),
            ));
            return None;
        }
        Some(())
    }

    /// Whether several rules write the target, so that one of them may cover what another leaves out.
    fn is_one_of_several(&self, target: &Target) -> bool {
        let Some(id) = self.target_id(target) else { return false };
        self.rules_of_target.get(id.0).is_some_and(|count| *count > 1)
    }
}
