//! Operators between values, and questions about them.

use crate::check::body::Body;
use crate::check::narrow::Truth;
use crate::error::typing;
use crate::ir::expr::{Arithmetic, Base, Comparison, Expr, ExprKind, Presence, Type};
use crate::ir::{Literal, Scalar};
use crate::types;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::report::Report;
use tenon_dsl::source::{Span, Spanned};

impl Body<'_, '_> {
    /// `not x`, `-x`
    pub(super) fn unary(&mut self, op: &Spanned<ast::UnaryOp>, operand: &ast::Expr, span: Span) -> Expr {
        if let ast::ExprKind::Unary { op: second, operand: _ } = &operand.kind
            && second.value == op.value
        {
            let word = self.text(op.span);
            self.report(crate::error::name::stands_twice(op.span, second.span, word));
        }
        match op.value {
            ast::UnaryOp::Not => {
                let inner = self.condition(operand);
                let ty = self.bool_unless_wrong(&[&inner]);
                self.node(ExprKind::Not(Box::new(inner)), ty, span)
            }
            ast::UnaryOp::Negate => {
                if let Some(literal) = crate::check::schema::literal::literal(operand) {
                    if let Literal::Int(number) = literal {
                        return self.literal(Literal::Int(number.wrapping_neg()), span);
                    }
                    if let Literal::Decimal(digits) = literal {
                        return self.literal(Literal::Decimal(format!("-{digits}")), span);
                    }
                }
                let inner = self.expr(operand);
                self.must_be_present(&inner, operand.span, "arithmetic needs a value", Some("0"));
                if !self.must_be_number(&inner, operand.span, "`-`") {
                    return self.silent(span);
                }
                self.failures += 1;
                let ty = types::certain(&inner.ty);
                self.node(ExprKind::Negate(Box::new(inner)), ty, span)
            }
        }
    }

    /// `a + b`, `a == b`, `a and b`
    pub(super) fn binary(&mut self, op: ast::BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span) -> Expr {
        use ast::BinaryOp as Op;
        match op {
            Op::Add => self.arithmetic(Arithmetic::Add, left, right, span),
            Op::Subtract => self.arithmetic(Arithmetic::Subtract, left, right, span),
            Op::Multiply => self.arithmetic(Arithmetic::Multiply, left, right, span),
            Op::Divide => self.arithmetic(Arithmetic::Divide, left, right, span),
            Op::Remainder => self.arithmetic(Arithmetic::Remainder, left, right, span),
            Op::Equal => self.equality(Comparison::Equal, left, right, span),
            Op::NotEqual => self.equality(Comparison::NotEqual, left, right, span),
            Op::Less => self.order(Comparison::Less, left, right, span),
            Op::LessOrEqual => self.order(Comparison::LessOrEqual, left, right, span),
            Op::Greater => self.order(Comparison::Greater, left, right, span),
            Op::GreaterOrEqual => self.order(Comparison::GreaterOrEqual, left, right, span),
            Op::And => self.connected(left, right, Truth::Holds, span),
            Op::Or => self.connected(left, right, Truth::Fails, span),
        }
    }

    /// The right side of `and` knows that the left one holds, of `or` that it fails.
    fn connected(&mut self, left: &ast::Expr, right: &ast::Expr, known: Truth, span: Span) -> Expr {
        let a = self.expr(left);
        if known == Truth::Fails && self.is_default(&a, right) {
            let found = self.show(&a.ty);
            let help = format!(
                "`??` gives a default: {} ?? {}",
                self.text(left.span),
                self.text(right.span)
            );
            return self.wrong(typing::not_a_condition(left.span, &found, &help), span);
        }
        let is_condition = self.must_be_condition(&a, left.span);
        let facts = self.facts_of(&a, known);
        let guard = match known {
            Truth::Holds => a.clone(),
            Truth::Fails => self.negated(a.clone()),
        };
        let b = self.knowing(facts, Some(guard), |body| body.expr(right));
        // A wrong operator makes both sides no conditions, and is one mistake.
        let ty = match is_condition && self.must_be_condition(&b, right.span) {
            true => types::scalar(Scalar::Bool),
            false => types::wrong(),
        };
        let (a, b) = (Box::new(a), Box::new(b));
        let kind = match known {
            Truth::Holds => ExprKind::And(a, b),
            Truth::Fails => ExprKind::Or(a, b),
        };
        self.node(kind, ty, span)
    }

    /// Whether `a or b` was probably written for `a ?? b`.
    fn is_default(&self, value: &Expr, other: &ast::Expr) -> bool {
        let is_condition = types::is_wrong(&value.ty) || matches!(value.ty.base, Base::Scalar(Scalar::Bool, _));
        let is_plain = match &other.kind {
            ast::ExprKind::Name(_)
            | ast::ExprKind::QuotedName(_)
            | ast::ExprKind::Int(_)
            | ast::ExprKind::Decimal(_)
            | ast::ExprKind::Text(_)
            | ast::ExprKind::RawText(_)
            | ast::ExprKind::Null
            | ast::ExprKind::Missing
            | ast::ExprKind::Field { .. } => true,
            ast::ExprKind::Bool(_)
            | ast::ExprKind::Hole
            | ast::ExprKind::Index { .. }
            | ast::ExprKind::List(_)
            | ast::ExprKind::Record(_)
            | ast::ExprKind::Call(_)
            | ast::ExprKind::Pipe { .. }
            | ast::ExprKind::Default { .. }
            | ast::ExprKind::Catch { .. }
            | ast::ExprKind::Unary { .. }
            | ast::ExprKind::Binary { .. }
            | ast::ExprKind::In { .. }
            | ast::ExprKind::Is { .. }
            | ast::ExprKind::If { .. }
            | ast::ExprKind::Match { .. }
            | ast::ExprKind::Lambda { .. } => false,
        };
        !is_condition && is_plain
    }

    /// The opposite of a condition, for guards.
    pub(super) fn negated(&self, condition: Expr) -> Expr {
        let span = condition.place.span;
        self.node(ExprKind::Not(Box::new(condition)), types::scalar(Scalar::Bool), span)
    }

    fn bool_unless_wrong(&self, parts: &[&Expr]) -> Type {
        match parts.iter().any(|part| types::is_wrong(&part.ty)) {
            true => types::wrong(),
            false => types::scalar(Scalar::Bool),
        }
    }

    fn arithmetic(&mut self, op: Arithmetic, left: &ast::Expr, right: &ast::Expr, span: Span) -> Expr {
        let (a, b) = (self.expr(left), self.expr(right));
        let word = match op {
            Arithmetic::Add => "`+`",
            Arithmetic::Subtract => "`-`",
            Arithmetic::Multiply => "`*`",
            Arithmetic::Divide => "`/`",
            Arithmetic::Remainder => "`%`",
        };
        if let Some(ty) = of_moments(op, &a.ty, &b.ty) {
            self.must_be_present(&a, left.span, "arithmetic needs a value", None);
            self.must_be_present(&b, right.span, "arithmetic needs a value", None);
            self.failures += 1;
            return self.node(ExprKind::Arithmetic(op, Box::new(a), Box::new(b)), ty, span);
        }
        if let Some(report) = self.no_moments(word, &a, &b) {
            return self.wrong(report, span);
        }
        let numbers = self.must_be_number(&a, left.span, word) && self.must_be_number(&b, right.span, word);
        if !numbers {
            return self.silent(span);
        }
        self.must_be_present(&a, left.span, "arithmetic needs a value", Some("0"));
        self.must_be_present(&b, right.span, "arithmetic needs a value", Some("0"));
        self.failures += 1;
        let ty = types::scalar(result_of(op, &a.ty, &b.ty));
        self.node(ExprKind::Arithmetic(op, Box::new(a), Box::new(b)), ty, span)
    }

    /// Why an instant or a length of time does not go together with the other side; absent where neither side is one.
    fn no_moments(&self, by: &str, a: &Expr, b: &Expr) -> Option<Report> {
        if types::is_wrong(&a.ty) || types::is_wrong(&b.ty) {
            return None;
        }
        let (moment, other) = match (moves(&a.ty), moves(&b.ty)) {
            (false, false) => return None,
            (true, _) => (a, b),
            (false, true) => (b, a),
        };
        let number = matches!(&other.ty.base, Base::Scalar(Scalar::Int | Scalar::Decimal(_), _));
        let help = match number && matches!(by, "`+`" | "`-`") {
            true => format!("so many seconds are  from_seconds!({})", self.text(other.place.span)),
            false => {
                "there are: datetime + duration, datetime - datetime, duration + duration, and - for each +; | seconds \
                      makes a number of a duration"
                    .to_owned()
            }
        };
        let found = self.show(&other.ty);
        let by = format!("{by} with a {}", self.show(&moment.ty));
        Some(typing::wrong_operand(
            other.place.span,
            "duration",
            &found,
            &by,
            Some(help),
        ))
    }

    /// Whether the operand is a number; says so if not.
    pub(super) fn must_be_number(&mut self, operand: &Expr, span: Span, by: &str) -> bool {
        if types::is_wrong(&operand.ty) {
            return false;
        }
        if let Base::Scalar(Scalar::Int | Scalar::Decimal(_), _) = &operand.ty.base {
            return true;
        }
        if let Base::Scalar(Scalar::Float, _) = &operand.ty.base {
            let field = self.float_field(operand);
            let field = field.as_ref().map(|(name, place)| (name.as_str(), place.as_str()));
            self.report(typing::float_into_amount(None, span, field));
            return false;
        }
        let is_text = matches!(&operand.ty.base, Base::Scalar(Scalar::Text | Scalar::Enum { .. }, _));
        let help = match (is_text, by) {
            (true, "`+`") => Some("texts are put together in a text: \"{a}{b}\"".to_owned()),
            (true, _) => Some("convert it: | decimal!  or  | int!".to_owned()),
            (false, _) => None,
        };
        let found = self.show(&operand.ty);
        self.report(typing::wrong_operand(span, "number", &found, by, help));
        false
    }

    /// The field that a float comes from, and where it is declared.
    pub(crate) fn float_field(&self, value: &Expr) -> Option<(String, String)> {
        let declared = self.payload_declaration(value)?;
        Some((declared.name.text.clone(), declared.place.text().to_string()))
    }

    /// Absent is equal to absent only, so both sides may be absent.
    fn equality(&mut self, op: Comparison, left: &ast::Expr, right: &ast::Expr, span: Span) -> Expr {
        let (a, b) = (self.expr(left), self.expr(right));
        if types::is_wrong(&a.ty) || types::is_wrong(&b.ty) {
            return self.silent(span);
        }
        if !self.can_be_equal(&a, &b) {
            return self.silent(span);
        }
        let (a, b) = self.alike(a, b);
        let ty = types::scalar(Scalar::Bool);
        self.node(ExprKind::Compare(op, Box::new(a), Box::new(b)), ty, span)
    }

    fn can_be_equal(&mut self, a: &Expr, b: &Expr) -> bool {
        for (word, of) in [(a, b), (b, a)] {
            if let (ExprKind::Literal(Literal::Text(text)), Base::Scalar(Scalar::Enum { words, open: false }, _)) =
                (&word.kind, &of.ty.base)
                && !words.contains(text)
            {
                let shown = self.show(&of.ty);
                self.report(typing::not_a_word((word.place.span, text), (of.place.span, &shown)));
                return false;
            }
        }
        for (word, of) in [(a, b), (b, a)] {
            if let ExprKind::Literal(Literal::Text(text)) = &word.kind {
                self.should_be_declared(text, word.place.span, of);
            }
        }
        if self.world.join(&a.ty, &b.ty).is_some() {
            return true;
        }
        let help = match (&a.ty.base, &b.ty.base) {
            (Base::Scalar(Scalar::Text, _), Base::Scalar(Scalar::Int | Scalar::Decimal(_), _))
            | (Base::Scalar(Scalar::Int | Scalar::Decimal(_), _), Base::Scalar(Scalar::Text, _)) => {
                "convert one side: | text, or | int!"
            }
            (Base::Scalar(Scalar::Enum { .. }, _), Base::Scalar(Scalar::Int | Scalar::Decimal(_), _))
            | (Base::Scalar(Scalar::Int | Scalar::Decimal(_), _), Base::Scalar(Scalar::Enum { .. }, _)) => {
                "write the number without quotes, or convert the other side: | text"
            }
            (Base::Ref(_), _) | (_, Base::Ref(_)) => "a `ref` is equal to a `ref` of the same model only",
            _ => "convert one side",
        };
        let (left, right) = (self.show(&a.ty), self.show(&b.ty));
        self.report(typing::never_equal((a.place.span, &left), (b.place.span, &right), help));
        false
    }

    /// Says a value that an open enum does not declare: it passes, and is probably a slip.
    pub(super) fn should_be_declared(&mut self, text: &str, span: Span, of: &Expr) {
        if let Base::Scalar(Scalar::Enum { words, open: true }, _) = &of.ty.base
            && !words.iter().any(|word| word == text)
        {
            let near = crate::suggest::nearest(text, words.iter().map(String::as_str));
            let edit = crate::suggest::meant(span, text, words.iter().map(String::as_str));
            self.report(typing::undeclared_word(span, text, of.place.span, near).edit(edit));
        }
    }

    /// A key beside a number or text is compared as what it is written as.
    fn alike(&self, a: Expr, b: Expr) -> (Expr, Expr) {
        match (&a.ty.base, &b.ty.base) {
            (Base::Ext(_), Base::Scalar(..)) => (self.key_as_scalar(a), b),
            (Base::Scalar(..), Base::Ext(_)) => (a, self.key_as_scalar(b)),
            _ => (a, b),
        }
    }

    /// The key of a record as the int or text it is.
    pub(crate) fn key_as_scalar(&self, value: Expr) -> Expr {
        let Base::Ext(external) = &value.ty.base else {
            return value;
        };
        let Some((scalar, max)) = types::key_scalar(*external, &self.world.outside.ir.externals) else {
            return value;
        };
        let span = value.place.span;
        let absent = value.ty.clone();
        let builtin = |name: &'static str, arg: Expr, ty: Type| {
            let ty = types::absent_as(ty, &absent);
            self.node(ExprKind::Builtin { name, args: vec![arg] }, ty, span)
        };
        let text = builtin("text", value, types::present(Base::Scalar(Scalar::Text, max)));
        if scalar == Scalar::Int {
            return builtin("int", text, types::scalar(Scalar::Int));
        }
        text
    }

    fn order(&mut self, op: Comparison, left: &ast::Expr, right: &ast::Expr, span: Span) -> Expr {
        let (a, b) = (self.expr(left), self.expr(right));
        if types::is_wrong(&a.ty) || types::is_wrong(&b.ty) {
            return self.silent(span);
        }
        let ordered = self
            .world
            .join(&a.ty, &b.ty)
            .is_some_and(|joined| has_order(&joined.base));
        if !ordered {
            let (left_shown, right_shown) = (self.show(&a.ty), self.show(&b.ty));
            let report = typing::no_order((left.span, &left_shown), (right.span, &right_shown));
            return self.wrong(report, span);
        }
        self.must_be_present(&a, left.span, "an order needs a value", None);
        self.must_be_present(&b, right.span, "an order needs a value", None);
        let (a, b) = self.alike(a, b);
        let ty = types::scalar(Scalar::Bool);
        self.node(ExprKind::Compare(op, Box::new(a), Box::new(b)), ty, span)
    }

    /// `x is present`
    pub(super) fn is(&mut self, of: &ast::Expr, what: ast::Presence, span: Span) -> Expr {
        let value = self.expr(of);
        let presence = match what {
            ast::Presence::Present => Presence::Present,
            ast::Presence::Absent => Presence::Absent,
            ast::Presence::Null => Presence::Null,
            ast::Presence::Missing => Presence::Missing,
        };
        let ty = self.bool_unless_wrong(&[&value]);
        self.node(ExprKind::Is(Box::new(value), presence), ty, span)
    }

    /// `x in ["a", "b"]`
    pub(super) fn is_in(&mut self, value: &ast::Expr, list: &ast::Expr, span: Span) -> Expr {
        let (value, list) = (self.expr(value), self.expr(list));
        if types::is_wrong(&value.ty) || types::is_wrong(&list.ty) {
            return self.silent(span);
        }
        let Base::List(element) = &list.ty.base else {
            let found = self.show(&list.ty);
            let report = typing::wrong_operand(list.place.span, "list", &found, "`in`", None);
            return self.wrong(report, span);
        };
        self.must_be_present(&list, list.place.span, "`in` needs a list", Some("[]"));
        if self.world.join(&value.ty, element).is_none() {
            let (left, right) = (self.show(&value.ty), self.show(element));
            let sides = ((value.place.span, left.as_str()), (list.place.span, right.as_str()));
            return self.wrong(typing::never_equal(sides.0, sides.1, "convert one side"), span);
        }
        let value = match (&value.ty.base, &element.base) {
            (Base::Ext(_), Base::Scalar(..)) => self.key_as_scalar(value),
            _ => value,
        };
        let ty = types::scalar(Scalar::Bool);
        self.node(ExprKind::In(Box::new(value), Box::new(list)), ty, span)
    }
}

/// Whether it is an instant or a length of time.
fn moves(ty: &Type) -> bool {
    matches!(&ty.base, Base::Scalar(Scalar::DateTime | Scalar::Duration, _))
}

/// What instants and lengths of time give together; absent where one of them is something else.
fn of_moments(op: Arithmetic, a: &Type, b: &Type) -> Option<Type> {
    let (Base::Scalar(a, _), Base::Scalar(b, _)) = (&a.base, &b.base) else {
        return None;
    };
    let made = match (op, a, b) {
        (Arithmetic::Add | Arithmetic::Subtract, Scalar::DateTime, Scalar::Duration)
        | (Arithmetic::Add, Scalar::Duration, Scalar::DateTime) => Scalar::DateTime,
        (Arithmetic::Subtract, Scalar::DateTime, Scalar::DateTime)
        | (Arithmetic::Add | Arithmetic::Subtract, Scalar::Duration, Scalar::Duration) => Scalar::Duration,
        _ => return None,
    };
    Some(types::scalar(made))
}

/// A division has all its digits; a product has those of both sides.
fn result_of(op: Arithmetic, a: &Type, b: &Type) -> Scalar {
    let (a, b) = (scale(a), scale(b));
    let ints = a == Digits::Int && b == Digits::Int;
    match op {
        Arithmetic::Divide => Scalar::Decimal(None),
        Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Multiply | Arithmetic::Remainder if ints => Scalar::Int,
        Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Remainder => {
            Scalar::Decimal(a.known().zip(b.known()).map(|(a, b)| a.max(b)))
        }
        Arithmetic::Multiply => {
            let scale = a.known().zip(b.known()).map(|(a, b)| a + b);
            Scalar::Decimal(scale.filter(|scale| *scale <= 28))
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Digits {
    Int,
    Scaled(u8),
    Any,
}

impl Digits {
    fn known(self) -> Option<u8> {
        match self {
            Digits::Int => Some(0),
            Digits::Scaled(scale) => Some(scale),
            Digits::Any => None,
        }
    }
}

fn scale(ty: &Type) -> Digits {
    if let Base::Scalar(Scalar::Decimal(Some(scale)), _) = &ty.base {
        return Digits::Scaled(*scale);
    }
    match matches!(ty.base, Base::Scalar(Scalar::Int, _)) {
        true => Digits::Int,
        false => Digits::Any,
    }
}

/// Whether values of a type have an order.
pub(super) fn has_order(base: &Base) -> bool {
    match base {
        Base::Scalar(scalar, _) => match scalar {
            Scalar::Text
            | Scalar::Int
            | Scalar::Decimal(_)
            | Scalar::Float
            | Scalar::Date
            | Scalar::Time
            | Scalar::Duration
            | Scalar::DateTime
            | Scalar::Enum { .. } => true,
            Scalar::Bool | Scalar::Uuid | Scalar::Bytes | Scalar::Json => false,
        },
        Base::Wrong => true,
        Base::Ext(_)
        | Base::Ref(_)
        | Base::External(_)
        | Base::Internal(_)
        | Base::Record(_)
        | Base::List(_)
        | Base::Map(_)
        | Base::Nothing => false,
    }
}
