//! Texts with braces, lists, records, positions of a list.

use crate::check::body::Body;
use crate::check::schema::literal::constant_text;
use crate::error::{absence, name, typing};
use crate::ir::expr::{Base, Expr, ExprKind, Type};
use crate::ir::{Literal, Scalar};
use crate::types;
use tenon_dsl::ast::expr as ast;
use tenon_dsl::source::Span;

impl Body<'_, '_> {
    /// `"Dear {name | trim}"`
    pub(super) fn interpolation(&mut self, text: &ast::Text, span: Span) -> Expr {
        if let Some(constant) = constant_text(text) {
            return self.literal(Literal::Text(constant), span);
        }
        let parts = text.parts.iter().map(|part| match part {
            ast::TextPart::Literal(literal) => self.literal(Literal::Text(literal.clone()), span),
            ast::TextPart::Value(value) => self.text_part(value),
        });
        let parts: Vec<Expr> = parts.collect();
        let ty = match parts.iter().any(|part| types::is_wrong(&part.ty)) {
            true => types::wrong(),
            false => types::text(),
        };
        self.node(ExprKind::Interpolate(parts), ty, span)
    }

    fn text_part(&mut self, value: &ast::Expr) -> Expr {
        let part = self.expr(value);
        match &part.ty.base {
            Base::Wrong => return part,
            Base::Scalar(Scalar::Bytes | Scalar::Json | Scalar::Float, _)
            | Base::Ref(_)
            | Base::External(_)
            | Base::Internal(_)
            | Base::Record(_)
            | Base::List(_)
            | Base::Map(_)
            | Base::Nothing => {
                let found = self.show(&part.ty);
                let help = match &part.ty.base {
                    Base::List(_) => {
                        Some("put its elements together first: let words = .. | join(\", \"), then {words}")
                    }
                    Base::Scalar(Scalar::Float, _) => Some("say how many digits count: {.. | from_float!(2)}"),
                    Base::External(_) | Base::Internal(_) | Base::Record(_) => Some("name one of its fields"),
                    Base::Scalar(..) | Base::Ext(_) | Base::Ref(_) | Base::Map(_) | Base::Nothing | Base::Wrong => None,
                };
                let help = help.map(str::to_owned);
                let report = typing::wrong_operand(value.span, "value with one text", &found, "a text", help);
                return self.wrong(report, value.span);
            }
            Base::Scalar(..) | Base::Ext(_) => {}
        }
        if types::may_be_absent(&part.ty) {
            self.gap_in_text(&part, value.span);
        }
        part
    }

    /// `[a, b]`
    pub(super) fn list(&mut self, items: &[ast::Expr], span: Span) -> Expr {
        let mut made: Vec<Expr> = Vec::new();
        let mut element = types::present(Base::Nothing);
        for item in items {
            let checked = self.expr(item);
            match self.world.join(&element, &checked.ty) {
                Some(joined) => element = joined,
                None => {
                    let first = made.first().map_or(span, |first| first.place.span);
                    let (found, other) = (self.show(&checked.ty), self.show(&element));
                    self.report(typing::no_common_type(
                        (first, &other),
                        (item.span, &found),
                        "these elements",
                    ));
                    element = types::wrong();
                }
            }
            made.push(checked);
        }
        self.node(ExprKind::List(made), types::list(element), span)
    }

    /// Between the braces of a text no `??` may stand.
    fn gap_in_text(&mut self, part: &Expr, span: Span) {
        let text = self.text(span);
        let origin = self.absence_of(part);
        let help = match matches!(part.ty.base, Base::Scalar(Scalar::Text, _)) {
            true => {
                format!("nothing in its place: {{{text} | blank_if_null}}; or guard the rule: when {text} is present")
            }
            false => format!("guard the rule: when {text} is present; or give it a default in a `let` and use that"),
        };
        self.report(absence::absent_used(
            &format!("`{text}` may be absent"),
            span,
            "a text needs it",
            origin.as_ref().map(|(span, why)| (*span, why.as_str())),
            Some(help),
        ));
    }

    /// Says E0402 of a list whose elements may be missing.
    pub(crate) fn must_have_elements(&mut self, list: &Expr) {
        let Base::List(element) = &list.ty.base else { return };
        if !element.optional || types::is_wrong(element) {
            return;
        }
        let items = if let ExprKind::List(items) = &list.kind {
            items.as_slice()
        } else {
            &[]
        };
        let gap = items.iter().find(|item| item.ty.optional);
        let span = gap.map_or(list.place.span, |gap| gap.place.span);
        let text = self.text(list.place.span);
        let origin = gap.and_then(|gap| self.absence_of(gap));
        self.report(absence::absent_used(
            "an element of this list may be missing",
            span,
            "an element needs a value",
            origin.as_ref().map(|(span, why)| (*span, why.as_str())),
            Some(format!("leave out what is missing: {text} | compact")),
        ));
    }

    /// `{ a: 1 }`
    pub(super) fn record(&mut self, fields: &[ast::RecordField], span: Span) -> Expr {
        let mut made: Vec<(String, Expr)> = Vec::new();
        for (at, field) in fields.iter().enumerate() {
            if let Some(first) = fields[..at].iter().find(|other| other.name.value == field.name.value) {
                let report = name::declared_twice(first.name.span, field.name.span, "the field", &field.name.value);
                self.report(report);
                continue;
            }
            made.push((field.name.value.clone(), self.expr(&field.value)));
        }
        let ty = made
            .iter()
            .map(|(name, value)| (name.clone(), value.ty.clone()))
            .collect();
        self.node(ExprKind::Record(made), types::present(Base::Record(ty)), span)
    }

    /// `a[0]`; past the end: missing
    pub(super) fn index(&mut self, of: &ast::Expr, index: &ast::Expr, span: Span) -> Expr {
        let list = self.expr(of);
        let position = self.expr(index);
        self.must_be_present(&list, of.span, "a position needs a list", Some("[]"));
        self.must_be_present(&position, index.span, "a position needs a number", None);
        if !matches!(&position.ty.base, Base::Scalar(Scalar::Int, _) | Base::Wrong) {
            let found = self.show(&position.ty);
            self.report(typing::wrong_operand(index.span, "int", &found, "a position", None));
        }
        let element: Type = match &list.ty.base {
            Base::List(element) => (**element).clone(),
            Base::Wrong => return self.silent(span),
            Base::Scalar(..)
            | Base::Ext(_)
            | Base::Ref(_)
            | Base::External(_)
            | Base::Internal(_)
            | Base::Record(_)
            | Base::Map(_)
            | Base::Nothing => {
                let found = self.show(&list.ty);
                return self.wrong(typing::wrong_operand(of.span, "list", &found, "`[..]`", None), span);
            }
        };
        let kind = ExprKind::Index {
            of: Box::new(list),
            index: Box::new(position),
        };
        self.node(kind, types::or_missing(element), span)
    }
}
