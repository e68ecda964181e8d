//! Types, parameters, requests and contexts over several lines.

use super::sequence::Part;
use super::{Inside, Laying, Place};
use crate::ast::{Context, ExternFn, Field, Operation, Param, Request, Type, TypeKind};
use crate::print::Printer;
use crate::print::expr::Level;
use crate::print::item::doc_line;
use crate::print::line::context_start;
use crate::print::types::nested_head;
use crate::print::word::{any_name, dotted, width};
use crate::source::Span;

impl<'p> Laying<'p> {
    /// What stands right of the name of a field.
    pub(in crate::print) fn field(&mut self, field: &Field, place: Place) {
        let modifiers = self.printer.modifiers(&field.modifiers);
        let after = place.after + width(&modifiers);
        self.ty(&field.ty, place.leaving(after));
        self.push(&modifiers);
    }

    pub(in crate::print) fn ty(&mut self, ty: &Type, place: Place) {
        let flat = self.printer.flat_type(ty);
        if let Some(flat) = flat.filter(|flat| self.fits(flat, place.after)) {
            return self.push(&flat);
        }
        let after = place.after + 1;
        match &ty.kind {
            TypeKind::List(inner) => {
                self.push("[");
                self.ty(inner, place.leaving(after));
                self.push("]");
            }
            TypeKind::Map(inner) => {
                self.push("{text: ");
                self.ty(inner, place.leaving(after));
                self.push("}");
            }
            TypeKind::Record(fields) => self.record_type(fields, ty.span, place),
            TypeKind::Union(units) => self.union(units, place),
            TypeKind::Named(_)
            | TypeKind::Decimal { .. }
            | TypeKind::Word(_)
            | TypeKind::Null
            | TypeKind::Ref(_)
            | TypeKind::Ext(_) => self.push(&self.printer.ty(ty)),
        }
    }

    fn union(&mut self, units: &[Type], place: Place) {
        let hang = self.column;
        for (at, unit) in units.iter().enumerate() {
            let after = if at + 1 == units.len() { place.after } else { 2 };
            let flat = self.printer.flat_type(unit);
            if at > 0 && flat.is_some_and(|flat| self.fits(&flat, after + 3)) {
                self.push(" | ");
            } else if at > 0 {
                self.newline(hang);
                self.push("| ");
            }
            self.ty(unit, place.leaving(after));
        }
    }

    fn record_type(&mut self, fields: &[Field], whole: Span, place: Place) {
        let indent = place.indent + 2;
        let has_docs = fields.iter().any(|field| !self.printer.doc_lines(field).is_empty());
        let parts: Vec<Part<'_>> = fields
            .iter()
            .map(|field| self.printer.field_type_part(fields, field))
            .collect();
        self.push("{");
        if has_docs || self.has_comments_between(&parts, whole) {
            self.explode(&parts, whole, place, 1);
        } else {
            self.newline(indent);
            self.fill(&parts, indent, place.leaving(0));
            self.newline(place.indent);
        }
        self.push("}");
    }

    /// `(a: text, b: int)`
    pub(in crate::print) fn params(&mut self, params: &[Param], after: usize) {
        let parts: Vec<Part<'_>> = params.iter().map(|param| self.printer.param_part(param)).collect();
        let flat: Option<Vec<&str>> = parts.iter().map(|part| part.flat.as_deref()).collect();
        let flat = flat.map(|flat| format!("({})", flat.join(", ")));
        if let Some(flat) = flat.filter(|flat| self.fits(flat, after)) {
            return self.push(&flat);
        }
        let place = Place {
            indent: self.margin,
            after: 0,
            inside: Inside::Brackets,
        };
        self.push("(");
        let margin = self.margin;
        self.newline(margin + 2);
        self.fill(&parts, margin + 2, place);
        self.newline(margin);
        self.push(")");
    }

    /// What stands behind the name of an `extern fn`.
    pub(in crate::print) fn extern_rest(&mut self, function: &ExternFn) {
        let tail = self.printer.extern_tail(function);
        let result = function
            .result
            .as_ref()
            .and_then(|result| self.printer.flat_type(result));
        if function.result.is_none() || result.is_some() {
            self.params(&function.params, width(&tail));
            return self.push(&tail);
        }
        self.params(&function.params, 0);
        if let Some(result) = &function.result {
            self.push(" -> ");
            let place = Place {
                indent: self.margin,
                after: 0,
                inside: Inside::Lines,
            };
            self.ty(result, place);
        }
        self.push(&self.printer.extern_end(function));
    }

    /// What an operation sends, behind the verb.
    pub(in crate::print) fn request(&mut self, operation: &Operation, place: Place) {
        let clauses = self.printer.operation_clauses(&operation.clauses);
        match &operation.request {
            Request::Http { path, .. } => self.push(&self.printer.url(&path.value)),
            Request::Call { method, args } => {
                let head = format!("call {}", dotted(&method.value));
                let flat = args
                    .iter()
                    .map(|arg| self.printer.flat(arg, Level::Full))
                    .collect::<Option<Vec<String>>>();
                let flat = flat.map(|flat| format!("{head}({})", flat.join(", ")));
                match flat.filter(|flat| self.fits(flat, width(&clauses))) {
                    Some(flat) => self.push(&flat),
                    None => {
                        self.push(&format!("{head}("));
                        let parts: Vec<Part<'_>> = args.iter().map(|arg| self.printer.part(arg)).collect();
                        let (start, end) = ends(args.iter().map(|arg| arg.span), operation.span);
                        let inside = Span {
                            start,
                            end,
                            ..operation.span
                        };
                        self.in_parentheses(
                            &parts,
                            inside,
                            0,
                            Place {
                                after: width(&clauses),
                                ..place
                            },
                        );
                        self.push(")");
                    }
                }
            }
        }
        self.push(&clauses);
    }

    /// `{ load StoreView 1 = null, .. }`
    pub(in crate::print) fn context(&mut self, entries: &[Context], place: Place) {
        let parts: Vec<Part<'_>> = entries.iter().map(|entry| self.printer.context_part(entry)).collect();
        let (start, end) = ends(parts.iter().map(|part| part.span), Span::default());
        let whole = Span {
            start,
            end,
            ..Span::default()
        };
        let apart = self.has_comments_between(&parts, whole);
        let flat: Option<Vec<&str>> = parts.iter().map(|part| part.flat.as_deref()).collect();
        let flat = flat.map(|flat| format!("{{ {} }}", flat.join(", ")));
        if let Some(flat) = flat.filter(|flat| !apart && self.fits(flat, 0)) {
            return self.push(&flat);
        }
        match apart {
            true => {
                self.push("{");
                self.explode(&parts, whole, place, 0);
                self.push("}");
            }
            false => {
                let indent = place.indent + 2;
                self.push("{");
                self.newline(indent);
                self.one_a_line(&parts, indent, place);
                self.newline(place.indent);
                self.push("}");
            }
        }
    }
}

impl<'p> Printer<'p> {
    /// A type on one line; nothing where comments or documentation stand inside.
    pub(in crate::print) fn flat_type(&self, ty: &Type) -> Option<String> {
        (!self.has_comments(ty.span) && !self.has_docs(ty)).then(|| self.ty(ty))
    }

    fn has_docs(&self, ty: &Type) -> bool {
        match &ty.kind {
            TypeKind::List(inner) | TypeKind::Map(inner) => self.has_docs(inner),
            TypeKind::Record(fields) => {
                let has_docs = |field: &Field| !self.doc_lines(field).is_empty() || self.has_docs(&field.ty);
                fields.iter().any(has_docs)
            }
            TypeKind::Union(units) => units.iter().any(|unit| self.has_docs(unit)),
            TypeKind::Named(_)
            | TypeKind::Decimal { .. }
            | TypeKind::Word(_)
            | TypeKind::Null
            | TypeKind::Ref(_)
            | TypeKind::Ext(_) => false,
        }
    }

    /// The documentation of a nested field, where it does not come with the comments of a text.
    fn doc_lines(&self, field: &Field) -> Vec<String> {
        let doc = field.doc.iter().filter(|_| self.comments.is_none());
        doc.flat_map(|doc| doc.split('\n')).map(doc_line).collect()
    }

    fn field_type_part<'e>(&'e self, all: &[Field], field: &'e Field) -> Part<'e> {
        let head = format!("{} ", nested_head(all, field));
        let docs = self.doc_lines(field);
        let flat = self
            .flat_type(&field.ty)
            .filter(|_| docs.is_empty() && !self.has_comments(field.span));
        Part {
            span: field.span,
            flat: flat.map(|flat| format!("{head}{flat}{}", self.modifiers(&field.modifiers))),
            opens: false,
            lay: Box::new(move |laying, place| {
                for doc in &docs {
                    laying.push(doc);
                    laying.newline(place.indent);
                }
                laying.push(&head);
                laying.field(field, place);
            }),
        }
    }

    fn param_part<'e>(&'e self, param: &'e Param) -> Part<'e> {
        let head = format!("{}: ", any_name(&param.name.value));
        Part {
            span: param.name.span.to(param.ty.span),
            flat: self.flat_type(&param.ty).map(|flat| format!("{head}{flat}")),
            opens: false,
            lay: Box::new(move |laying, place| {
                laying.push(&head);
                laying.ty(&param.ty, place);
            }),
        }
    }

    fn context_part<'e>(&'e self, entry: &'e Context) -> Part<'e> {
        let (left, answer) = self.context(entry);
        let span = Span {
            start: context_start(entry),
            ..answer.span
        };
        self.headed(format!("{left} = "), span, answer)
    }
}

/// From the first to the last of some places.
fn ends(places: impl Iterator<Item = Span> + Clone, otherwise: Span) -> (u32, u32) {
    let start = places.clone().map(|span| span.start).min().unwrap_or(otherwise.start);
    let end = places.map(|span| span.end).max().unwrap_or(otherwise.end);
    (start, end)
}
