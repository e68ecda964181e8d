//! Expressions: names, types, absence, failure. Each check gives the checked expression; a mistake gives the type `wrong`.

mod builtin;
mod call;
mod criterion;
mod find_or_new;
mod flow;
mod hint;
mod key_of;
mod lookup;
mod matching;
mod operator;
mod path;
mod record;
mod source;

use crate::check::body::Body;
use crate::error::{absence, name, typing};
use crate::ir::expr::{Base, Expr, ExprKind};
use crate::ir::{Literal, Scalar};
use crate::types;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::source::Span;

impl<'a> Body<'_, 'a> {
    /// Checks an expression.
    pub(crate) fn expr(&mut self, written: &ast::Expr) -> Expr {
        use ast::ExprKind as Written;
        let span = written.span;
        match &written.kind {
            Written::Name(word) => self.name(word, span),
            Written::QuotedName(word) => self.quoted_name(word, span),
            Written::Hole => self.hole(span),
            Written::Field { of, name, safe } => self.field(of, name, *safe, span),
            Written::Index { of, index } => self.index(of, index, span),
            Written::Int(digits) => self.int(digits, span),
            Written::Decimal(digits) => self.decimal(digits, span),
            Written::Text(text) => self.interpolation(text, span),
            Written::RawText(text) => self.literal(Literal::Text(text.clone()), span),
            Written::Bool(value) => self.literal(Literal::Bool(*value), span),
            Written::Null => self.literal(Literal::Null, span),
            Written::Missing => self.literal(Literal::Missing, span),
            Written::List(items) => self.list(items, span),
            Written::Record(fields) => self.record(fields, span),
            Written::Call(call) => self.call(call, None, span),
            Written::Pipe { input, step } => self.pipe(input, step, span),
            Written::Default { value, default } => self.default(value, default, span),
            Written::Catch { value, fallback } => self.catch(value, fallback, span),
            Written::Lambda { param, body: _ } => self.stray_lambda(param.span, span),
            Written::Unary { op, operand } => self.unary(op, operand, span),
            Written::Binary { op, left, right } => self.binary(op.value, left, right, span),
            Written::Is { of, what } => self.is(of, what.value, span),
            Written::In { value, list } => self.is_in(value, list, span),
            Written::If {
                condition,
                then,
                otherwise,
            } => self.if_else(condition, then, otherwise.as_deref(), span),
            Written::Match { subject, arms } => self.matching(subject, arms, span),
        }
    }

    /// A literal.
    pub(crate) fn literal(&mut self, literal: Literal, span: Span) -> Expr {
        let ty = types::of_literal(&literal);
        self.node(ExprKind::Literal(literal), ty, span)
    }

    fn int(&mut self, digits: &str, span: Span) -> Expr {
        match digits.parse() {
            Ok(number) => self.literal(Literal::Int(number), span),
            Err(_) => self.too_many_digits(span),
        }
    }

    fn decimal(&mut self, digits: &str, span: Span) -> Expr {
        let count = digits.chars().filter(char::is_ascii_digit).count();
        match count <= 28 {
            true => self.literal(Literal::Decimal(digits.to_owned()), span),
            false => self.too_many_digits(span),
        }
    }

    fn too_many_digits(&mut self, span: Span) -> Expr {
        let help = Some("an int has 64 bits, a decimal 28 digits".to_owned());
        let report = typing::wrong_operand(
            span,
            "number that can be held",
            "number of too many digits",
            "a rule",
            help,
        );
        self.wrong(report, span)
    }

    fn stray_lambda(&mut self, param: Span, span: Span) -> Expr {
        let why = "only a function that takes one can be given `x => ..`";
        let help = Some("give the value itself, without `x =>`".to_owned());
        self.wrong(name::not_here(param, "=>", why, help), span)
    }

    /// A condition: a bool that is there.
    pub(crate) fn condition(&mut self, written: &ast::Expr) -> Expr {
        let checked = self.expr(written);
        self.must_be_condition(&checked, written.span);
        checked
    }

    /// Says what is no bool, or may be absent.
    pub(crate) fn must_be_condition(&mut self, checked: &Expr, span: Span) {
        if types::is_wrong(&checked.ty) {
            return;
        }
        if let Base::Scalar(Scalar::Bool, _) = &checked.ty.base {
            self.must_be_present(checked, span, "a condition needs a value", Some("false"));
            return;
        }
        let help = match &checked.ty.base {
            Base::Scalar(Scalar::Int | Scalar::Decimal(_) | Scalar::Float, _) => "compare it: > 0, != 0",
            Base::Scalar(Scalar::Text | Scalar::Enum { .. }, _) => "compare it: != \"\"; or ask: is present",
            Base::List(_) => "ask for its length: length(..) > 0",
            Base::Scalar(..)
            | Base::Ext(_)
            | Base::Ref(_)
            | Base::External(_)
            | Base::Internal(_)
            | Base::Record(_)
            | Base::Map(_)
            | Base::Nothing
            | Base::Wrong => "ask: is present",
        };
        let found = self.show(&checked.ty);
        self.report(typing::not_a_condition(span, &found, help));
    }

    /// Says E0402 of a value that may be absent.
    pub(crate) fn must_be_present(&mut self, checked: &Expr, span: Span, here: &str, default: Option<&str>) {
        let (text, guard) = (self.text(span), self.guard_in_words(span));
        // `??` binds loosest, so the default is typed in parentheses.
        let default = default.unwrap_or_else(|| types::stand_in(&checked.ty));
        let help = match default {
            ".." => guard,
            default => format!("give a default: ({text} ?? {default}); or {guard}"),
        };
        self.must_be_there(checked, span, here, help);
    }

    /// How a rule is guarded by a value: only a name can stand before `is present` and be read.
    pub(crate) fn guard_in_words(&self, span: Span) -> String {
        let text = self.text(span);
        match is_path(text) {
            true => format!("guard the rule: when {text} is present"),
            false => "name it in a `let`, and guard the rule: when NAME is present".to_owned(),
        }
    }

    /// Says E0402 of a value that may be absent, with help of its own.
    pub(crate) fn must_be_there(&mut self, checked: &Expr, span: Span, here: &str, help: String) {
        if !types::may_be_absent(&checked.ty) || types::is_wrong(&checked.ty) {
            return;
        }
        let message = format!("`{}` may be absent", self.text(span));
        let origin = self.absence_of(checked);
        self.report(absence::absent_used(
            &message,
            span,
            here,
            origin.as_ref().map(|(span, why)| (*span, why.as_str())),
            Some(help),
        ));
    }
}

/// Whether a text is a path, which needs no parentheses.
fn is_path(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || "_.?`@".contains(c))
}
