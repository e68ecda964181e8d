//! Calls of built-in functions: arguments against the kinds of the table, the type of the result.

mod needed;

use self::needed::{digits, is_number, needed, text_as};
use super::call::{Given, HasRest, arguments_error};
use super::operator::has_order;
use crate::builtin::{Builtin, Kind, Need, ResultRule};
use crate::check::body::{Body, Local};
use crate::check::moment::{Moment, wrong_format, wrong_zone};
use crate::error::{name, typing};
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::{Literal, Scalar};
use crate::types;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::source::Span;

/// No decimal has so many digits after its point.
const DIGITS: u32 = 29;

impl Body<'_, '_> {
    pub(super) fn builtin(
        &mut self,
        function: &'static Builtin,
        call: &ast::Call,
        piped: Option<Expr>,
        span: Span,
    ) -> Expr {
        let signature = function.signature();
        let names: Vec<&str> = function.params.iter().map(|param| param.name).collect();
        let has_rest = match function.params.last().map(|param| param.need) {
            Some(Need::Rest) => HasRest::Yes,
            Some(Need::Required | Need::Optional | Need::Word(_)) | None => HasRest::No,
        };
        let slots = match self.arguments(call, piped.as_ref(), &names, has_rest, &signature) {
            Ok(slots) => slots,
            Err(report) => return self.wrong(report, span),
        };
        let Some(args) = self.with_hole(piped.as_ref(), |body| body.builtin_arguments(function, call, &slots)) else {
            return self.silent(span);
        };
        if args.iter().any(|arg| types::is_wrong(&arg.ty)) {
            return self.silent(span);
        }
        let Some(ty) = self.result(function, &args, span) else {
            return self.silent(span);
        };
        let ty = match (function.accepts_absence, args.first()) {
            (false, Some(first)) => types::absent_as(ty, &first.ty),
            (true, _) | (false, None) => ty,
        };
        let made = self.node(
            ExprKind::Builtin {
                name: function.name,
                args,
            },
            ty,
            span,
        );
        let made = self.marked(call, made, function.fails);
        match function.accepts_absence {
            true => made,
            false => self.skipped_if_absent(made, call, piped.as_ref()),
        }
    }

    /// Absent where a mistake was said.
    fn builtin_arguments(
        &mut self,
        function: &'static Builtin,
        call: &ast::Call,
        slots: &[Option<Given<'_>>],
    ) -> Option<Vec<Expr>> {
        let mut args: Vec<Expr> = Vec::new();
        for (at, slot) in slots.iter().enumerate() {
            let param = &function.params[at.min(function.params.len() - 1)];
            match (slot, param.default()) {
                (Some(given), _) => {
                    let arg = self.builtin_argument(function, param.kind, given, args.first())?;
                    self.say_unknown_moment(function, param.name, &arg);
                    args.push(arg);
                }
                (None, Some(default)) => {
                    let arg = self.literal(default, call.span);
                    args.push(arg);
                }
                (None, None) if param.need == Need::Optional => {}
                (None, None) => {
                    let here = format!("`{}` is missing", param.name);
                    self.report(arguments_error(call, &here, &function.signature()));
                    return None;
                }
            }
        }
        Some(args)
    }

    fn builtin_argument(
        &mut self,
        function: &'static Builtin,
        kind: Kind,
        given: &Given<'_>,
        first: Option<&Expr>,
    ) -> Option<Expr> {
        if let Kind::Function | Kind::Predicate | Kind::Order | Kind::NumberFunction = kind {
            return self.function_argument(function, kind, given, first);
        }
        let value = self.given(given);
        if types::is_wrong(&value.ty) {
            return None;
        }
        if kind != Kind::GappyList {
            self.must_have_elements(&value);
        }
        // A pipe skips what is absent, a call does not.
        let is_piped = matches!(given, Given::Piped(_));
        if !is_piped && !function.accepts_absence {
            self.must_be_present(
                &value,
                given.span(),
                &format!("`{}` needs a value", function.name),
                None,
            );
        }
        let needed = needed(kind, &value, first);
        if let Some(needed) = needed {
            let found = self.show(&value.ty);
            let help = self.argument_help(kind, function, &value);
            let by = format!("`{}`", function.name);
            self.report(typing::wrong_operand(given.span(), needed, &found, &by, help));
            return None;
        }
        if let (Kind::Digits, ResultRule::DecimalScale(_), Some(DIGITS..)) = (kind, function.result, digits(&value)) {
            let what = format!("the number of digits of `{}`", function.name);
            self.report(typing::out_of_range(given.span(), &what, "from 0 to 28"));
            return None;
        }
        if let (Kind::Same, Some(first)) = (kind, first)
            && self.world.join(&first.ty, &value.ty).is_none()
        {
            let (left, right) = (self.show(&first.ty), self.show(&value.ty));
            let by = format!("`{}`", function.name);
            self.report(typing::wrong_operand(given.span(), &left, &right, &by, None));
            return None;
        }
        Some(match (kind, &value.ty.base) {
            (Kind::Text | Kind::TextOrList, Base::Ext(_)) => self.key_as_scalar(value),
            _ => value,
        })
    }

    /// Says a format or zone that is written here and that there is not.
    fn say_unknown_moment(&mut self, function: &Builtin, param: &str, arg: &Expr) {
        let ExprKind::Literal(Literal::Text(text)) = &arg.kind else {
            return;
        };
        let of = match function.name.ends_with("_date") {
            true => Moment::Date,
            false => Moment::DateTime,
        };
        let wrong = match param {
            "format" => wrong_format(text, of).map(|wrong| (wrong, format!("`{text}` is no format"))),
            "zone" => wrong_zone(text).map(|wrong| (wrong, format!("there is no time zone `{text}`"))),
            _ => None,
        };
        if let Some((wrong, what)) = wrong {
            self.report(typing::wrong_moment(arg.place.span, &what, wrong));
        }
    }

    fn argument_help(&self, kind: Kind, function: &Builtin, value: &Expr) -> Option<String> {
        match (kind, &value.ty.base) {
            (
                Kind::Text,
                Base::Scalar(
                    Scalar::Int | Scalar::Decimal(_) | Scalar::Bool | Scalar::Date | Scalar::Duration | Scalar::Uuid,
                    _,
                ),
            ) => Some(format!("convert it: | text | {}", function.name)),
            (Kind::Decimal | Kind::Number | Kind::Int, Base::Scalar(Scalar::Text | Scalar::Enum { .. }, _)) => {
                Some(format!("convert it: | decimal! | {}", function.name))
            }
            (Kind::Decimal | Kind::Number, Base::Scalar(Scalar::Float, _)) => {
                Some("declare the field exactly: decimal(4); or | from_float!(4)".to_owned())
            }
            (Kind::Format | Kind::Digits | Kind::Word(_), _) => {
                Some(format!("its signature is {}", function.signature()))
            }
            _ => None,
        }
    }

    /// `i => ..`; its parameter is an element of the first argument.
    fn function_argument(
        &mut self,
        function: &'static Builtin,
        kind: Kind,
        given: &Given<'_>,
        first: Option<&Expr>,
    ) -> Option<Expr> {
        let Given::Written(ast::Expr {
            kind: ast::ExprKind::Lambda { param, body },
            span,
        }) = given
        else {
            let what = format!("`{}` takes a function", function.name);
            let mut report = typing::wrong_arguments(given.span(), &what, "write it x => ..", &function.signature());
            if let Some(lambda) = self.as_lambda(given, first) {
                report.help = Some(format!("write  {}({lambda})", function.name));
            }
            self.report(report);
            return None;
        };
        let Base::List(element) = first.map(|first| &first.ty.base)? else {
            return None;
        };
        let list = first.map_or(*span, |first| first.place.span);
        let element = (**element).clone();
        self.name_is_free(param);
        self.here.locals.push(Local {
            name: param.clone(),
            ty: element,
            list: first.cloned(),
        });
        if let Kind::Predicate | Kind::Order = kind {
            self.here.predicates.push((function.name, list));
        }
        let made = if kind == Kind::Predicate {
            self.condition(body)
        } else {
            self.expr(body)
        };
        if let Kind::Predicate | Kind::Order = kind {
            self.here.predicates.pop();
        }
        self.here.locals.pop();
        if types::is_wrong(&made.ty) {
            return None;
        }
        self.function_gives(function, kind, &made, body.span)?;
        let ty = made.ty.clone();
        Some(self.node(ExprKind::Lambda(Box::new(made)), ty, *span))
    }

    fn function_gives(&mut self, function: &Builtin, kind: Kind, made: &Expr, span: Span) -> Option<()> {
        let (fits, needed) = if kind == Kind::Order {
            let has_order = has_order(&made.ty.base) || matches!(made.ty.base, Base::Ext(_));
            (has_order, "value with an order")
        } else {
            (kind != Kind::NumberFunction || is_number(&made.ty.base), "number")
        };
        if fits {
            return Some(());
        }
        let found = self.show(&made.ty);
        let by = format!("the function of `{}`", function.name);
        self.report(typing::wrong_operand(span, needed, &found, &by, None));
        None
    }

    /// Says a lambda parameter that hides another name.
    fn name_is_free(&mut self, param: &tenon_dsl::source::Name) {
        // Names around another export mean nothing in it; its own are judged where it stands.
        if self.inline.is_some() {
            return;
        }
        let locals = self.here.locals.iter().map(|local| (&local.name, "a lambda parameter"));
        let lets = self.lets.iter().map(|slot| (&slot.written.name, "a `let`"));
        let params = self.params.iter().map(|(name, _)| (name, "a parameter"));
        let sources = self.sources.iter().filter_map(|source| source.alias.as_ref());
        let all = locals
            .chain(lets)
            .chain(params)
            .chain(sources.map(|name| (name, "a source")));
        let named = all.into_iter().find(|(name, _)| name.value == param.value);
        let first = named.map(|(name, what)| (name.span, what));
        if let Some((first, what)) = first.or_else(|| self.bare_field_named(&param.value)) {
            let help = "rename the parameter";
            let report = name::two_meanings((first, what), (param.span, "a lambda parameter"), &param.value, help);
            self.report(report);
        }
    }

    /// A field that is a bare name, because its source has no alias.
    fn bare_field_named(&self, word: &str) -> Option<(Span, &'static str)> {
        let source = self.sources.first().filter(|source| source.alias.is_none())?;
        let fields = &self.world.outside.ir.externals[source.external.0].fields;
        let field = fields.iter().find(|field| field.name.text == word)?;
        Some((field.place.span, "a field of the source"))
    }

    fn result(&mut self, function: &Builtin, args: &[Expr], span: Span) -> Option<Type> {
        let first = args.first().map(|arg| types::certain(&arg.ty));
        let element = || match args.first().map(|arg| &arg.ty.base) {
            Some(Base::List(element)) => Some((**element).clone()),
            _ => None,
        };
        Some(match function.result {
            ResultRule::Text => types::text(),
            ResultRule::TextAsFirst | ResultRule::TextNotNull => text_as(&first?),
            ResultRule::TextMax(at) => types::present(Base::Scalar(Scalar::Text, digits(args.get(at)?))),
            ResultRule::Int => types::scalar(Scalar::Int),
            ResultRule::Bool => types::scalar(Scalar::Bool),
            ResultRule::Decimal => types::scalar(Scalar::Decimal(None)),
            ResultRule::DecimalScale(at) => {
                let scale = digits(args.get(at)?).and_then(|digits| u8::try_from(digits).ok());
                types::scalar(Scalar::Decimal(scale))
            }
            ResultRule::Date => types::scalar(Scalar::Date),
            ResultRule::DateTime => types::scalar(Scalar::DateTime),
            ResultRule::Duration => types::scalar(Scalar::Duration),
            ResultRule::First | ResultRule::FirstPresent => first?,
            ResultRule::FirstOrNull => Type {
                nullable: true,
                ..first?
            },
            ResultRule::Common => self.common(&args.iter().collect::<Vec<_>>(), "these arguments"),
            ResultRule::CommonOfPair => self.pair(args.first()?, args.get(1)?)?,
            ResultRule::CommonOfDated => self.pair(args.first()?, args.get(2)?)?,
            ResultRule::TextList => types::list(types::text()),
            ResultRule::WithoutGaps => types::list(types::certain(&element()?)),
            ResultRule::ListOfFunction => types::list(args.get(1)?.ty.clone()),
            ResultRule::ListOfFirst => types::list(first?),
            ResultRule::Element => element()?,
            ResultRule::Sum => self.sum(args, span)?,
            ResultRule::MapValue => {
                let Base::Map(value) = first?.base else { return None };
                types::or_missing(*value)
            }
            ResultRule::MapOfEntries => self.made_map(args.first()?)?,
            ResultRule::Lookup => unreachable!("questions to the store are checked as lookups"),
        })
    }

    /// A map from texts, which keys and whole numbers have.
    fn made_map(&mut self, entries: &Expr) -> Option<Type> {
        let Base::List(element) = &entries.ty.base else {
            return None;
        };
        let fields = if let Base::Record(fields) = &element.base {
            fields.as_slice()
        } else {
            &[]
        };
        let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, ty)| ty.clone());
        let is_key = |ty: &Type| {
            matches!(
                ty.base,
                Base::Ext(_) | Base::Scalar(Scalar::Text | Scalar::Int | Scalar::Uuid | Scalar::Enum { .. }, _)
            ) && !types::may_be_absent(ty)
        };
        match (field("key"), field("value")) {
            (Some(key), Some(value)) if is_key(&key) => Some(types::present(Base::Map(Box::new(value)))),
            _ if matches!(element.base, Base::Nothing) => {
                Some(types::present(Base::Map(Box::new(types::present(Base::Nothing)))))
            }
            _ => {
                let found = self.show(&entries.ty);
                let needed = "list of { key: text, value: .. }";
                let help = Some("make it so: | map(l => { key: l.code, value: l.quantity }) | to_map".to_owned());
                self.report(typing::wrong_operand(
                    entries.place.span,
                    needed,
                    &found,
                    "`to_map`",
                    help,
                ));
                None
            }
        }
    }

    /// Absent only where both are.
    fn pair(&mut self, a: &Expr, b: &Expr) -> Option<Type> {
        let joined = self.world.join(&types::certain(&a.ty), &types::certain(&b.ty))?;
        let both = types::may_be_absent(&a.ty) && types::may_be_absent(&b.ty);
        Some(match both {
            true => types::absent_as(types::absent_as(joined, &a.ty), &b.ty),
            false => joined,
        })
    }

    fn sum(&mut self, args: &[Expr], span: Span) -> Option<Type> {
        let summed = match (args.get(1), args.first().map(|arg| &arg.ty.base)) {
            (Some(function), _) => types::certain(&function.ty),
            (None, Some(Base::List(element))) => types::certain(element),
            (None, _) => return None,
        };
        if let Base::Nothing = summed.base {
            return Some(types::scalar(Scalar::Int));
        }
        if !is_number(&summed.base) {
            let found = self.show(&summed);
            self.report(typing::wrong_operand(span, "list of numbers", &found, "`sum`", None));
            return None;
        }
        Some(summed)
    }
}
