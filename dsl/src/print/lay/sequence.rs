//! Lists, records and arguments: on one line, filled, one a line, or apart because of comments.

use super::{HANG, Inside, LINE, Laying, Place};
use crate::ast::expr::{Call, Expr, ExprKind, RecordField};
use crate::print::expr::Level;
use crate::print::word::width;
use crate::source::Span;

/// Lays a part at a place.
type Lay<'e> = Box<dyn Fn(&mut Laying<'_>, Place) + 'e>;

/// A part of a list, a record, a call or a chain.
pub(in crate::print) struct Part<'e> {
    /// Where it was written.
    pub(in crate::print) span: Span,
    /// On one line; nothing where a comment or a `match` forbids that.
    pub(in crate::print) flat: Option<String>,
    /// Whether it begins with a bracket that may hang behind what stands before it.
    pub(in crate::print) opens: bool,
    /// Lays it over several lines where it must.
    pub(in crate::print) lay: Lay<'e>,
}

impl Laying<'_> {
    /// The arguments of a call, parentheses included.
    pub(super) fn args(&mut self, call: &Call, place: Place) {
        let parts: Vec<Part<'_>> = call.args.iter().map(|arg| self.printer.arg_part(arg)).collect();
        self.push("(");
        let open = width(&self.printer.step_head(call)) + 1;
        self.in_parentheses(&parts, call.span, open, place);
        self.push(")");
    }

    pub(in crate::print) fn in_parentheses(&mut self, parts: &[Part<'_>], whole: Span, open: usize, place: Place) {
        let inner = Place {
            inside: Inside::Brackets,
            after: place.after + 1,
            ..place
        };
        if self.has_comments_between(parts, whole) {
            return self.explode(parts, whole, inner, open);
        }
        let fits = |part: &Part<'_>| part.flat.as_ref().is_some_and(|flat| self.column + width(flat) < LINE);
        if self.column <= HANG && parts.iter().all(fits) {
            return self.fill(parts, self.column, inner);
        }
        // The last one may open a bracket that ends together with the parentheses.
        if let Some((last, others)) = parts.split_last() {
            let before: Option<String> = others
                .iter()
                .map(|part| part.flat.as_ref().map(|flat| format!("{flat}, ")))
                .collect();
            let hugs = (last.opens || others.is_empty()) && self.column <= HANG * 3 / 2;
            if let Some(before) = before.filter(|before| hugs && self.column + width(before) <= HANG * 3 / 2) {
                self.push(&before);
                return (last.lay)(self, inner);
            }
        }
        match self.column <= HANG {
            true => self.fill(parts, self.column, inner),
            false => {
                self.newline(place.indent + 2);
                self.fill(parts, place.indent + 2, inner.leaving(0));
                self.newline(place.indent);
            }
        }
    }

    pub(super) fn list(&mut self, whole: Span, items: &[Expr], place: Place) {
        let parts: Vec<Part<'_>> = items.iter().map(|item| self.printer.part(item)).collect();
        let inner = Place {
            inside: Inside::Brackets,
            after: 0,
            ..place
        };
        self.push("[");
        if self.has_comments_between(&parts, whole) {
            self.explode(&parts, whole, inner, 1);
        } else if let [only] = &parts[..] {
            (only.lay)(
                self,
                Place {
                    after: place.after + 1,
                    ..inner
                },
            );
        } else {
            let indent = place.indent + 2;
            self.newline(indent);
            match items
                .iter()
                .any(|item| matches!(item.kind, ExprKind::Record(_) | ExprKind::List(_)))
            {
                true => self.one_a_line(&parts, indent, inner),
                false => self.fill(&parts, indent, inner),
            }
            self.newline(place.indent);
        }
        self.push("]");
    }

    /// In braces that hang where they begin if that is not too far right, else under the line.
    pub(super) fn record(&mut self, whole: Span, fields: &[RecordField], place: Place) {
        let parts: Vec<Part<'_>> = fields.iter().map(|field| self.printer.field_part(field)).collect();
        let inner = Place {
            inside: Inside::Lines,
            after: 0,
            ..place
        };
        if self.has_comments_between(&parts, whole) {
            self.push("{");
            self.explode(&parts, whole, inner, 1);
            return self.push("}");
        }
        let hang = self.column + 2;
        let flat = parts
            .iter()
            .all(|part| part.flat.as_ref().is_some_and(|flat| hang + width(flat) + 2 <= LINE));
        if hang <= HANG && flat {
            self.push("{ ");
            self.fill(
                &parts,
                hang,
                Place {
                    after: place.after + 2,
                    ..inner
                },
            );
            return self.push(" }");
        }
        self.block(&parts, place);
    }

    /// A record with its braces apart: the value of a line of a test.
    pub(in crate::print) fn record_block(&mut self, expr: &Expr, place: Place) {
        let flat = self
            .printer
            .flat(expr, Level::Full)
            .filter(|flat| self.fits(flat, place.after));
        match (&expr.kind, flat) {
            (ExprKind::Record(fields), None) => {
                let parts: Vec<Part<'_>> = fields.iter().map(|field| self.printer.field_part(field)).collect();
                match self.has_comments_between(&parts, expr.span) {
                    true => self.record(expr.span, fields, place),
                    false => self.block(&parts, place),
                }
            }
            _ => self.expr(expr, Level::Full, place),
        }
    }

    fn block(&mut self, parts: &[Part<'_>], place: Place) {
        let indent = place.indent + 2;
        self.push("{");
        self.newline(indent);
        let inner = Place {
            inside: Inside::Lines,
            after: 0,
            ..place
        };
        self.fill(parts, indent, inner);
        self.newline(place.indent);
        self.push("}");
    }

    /// As much on a line as fits; what takes several lines has them for itself.
    pub(in crate::print) fn fill(&mut self, parts: &[Part<'_>], indent: usize, place: Place) {
        let mut alone = false;
        for (at, part) in parts.iter().enumerate() {
            let last = at + 1 == parts.len();
            let after = if last { place.after } else { 1 };
            let flat = part.flat.as_ref().filter(|flat| indent + width(flat) + after <= LINE);
            if at > 0 {
                self.push(",");
                match flat.is_some_and(|flat| !alone && self.fits(flat, after + 1)) {
                    true => self.push(" "),
                    false => self.newline(indent),
                }
            }
            alone = flat.is_none();
            match flat {
                Some(flat) => self.push(flat),
                None => (part.lay)(self, Place { indent, after, ..place }),
            }
        }
    }

    pub(in crate::print) fn one_a_line(&mut self, parts: &[Part<'_>], indent: usize, place: Place) {
        for (at, part) in parts.iter().enumerate() {
            let after = usize::from(at + 1 < parts.len());
            if at > 0 {
                self.push(",");
                self.newline(indent);
            }
            (part.lay)(self, Place { indent, after, ..place });
        }
    }

    /// Each part on a line of its own, with the comments around it; `open` columns of `whole` stand before the first.
    pub(in crate::print) fn explode(&mut self, parts: &[Part<'_>], whole: Span, place: Place, open: usize) {
        let indent = place.indent + 2;
        let mut end = whole.start as usize + open;
        for (at, part) in parts.iter().enumerate() {
            let comments = self.printer.comments_between(end, part.span.start as usize);
            if at > 0 {
                self.push(",");
                self.comments(&comments, indent);
            } else {
                for comment in comments {
                    self.comment_line(comment, indent);
                }
            }
            self.newline(indent);
            (part.lay)(
                self,
                Place {
                    indent,
                    after: 1,
                    ..place
                },
            );
            end = part.span.end as usize;
        }
        let comments = self.printer.comments_between(end, whole.end as usize);
        self.comments(&comments, indent);
        self.newline(place.indent);
    }

    pub(in crate::print) fn has_comments_between(&self, parts: &[Part<'_>], whole: Span) -> bool {
        let inside = |span: Span, at: usize| (span.start as usize..span.end as usize).contains(&at);
        self.printer
            .comments_between(whole.start as usize, whole.end as usize)
            .iter()
            .any(|comment| !parts.iter().any(|part| inside(part.span, comment.place.start)))
    }
}
