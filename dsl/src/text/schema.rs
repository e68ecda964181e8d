//! Backends, records, models, bindings, adapters, tables.

use super::Reader;
use crate::ast::{
    Adapter, Amended, Backend, Binding, Constraint, Dropped, External, Field, Internal, Operation, Table,
};
use crate::cut::{self, ItemCut};
use crate::error::SyntaxError;
use crate::layout::TokenKind;
use crate::parse;
use crate::source::{Name, Span};
use std::ops::Range;

impl Reader<'_> {
    pub(super) fn backend(&mut self, cut: &ItemCut) -> Option<Backend> {
        let (backend, override_adapter, drops) = self.backend_lines(cut)?;
        self.no_override(override_adapter);
        self.no_drops(&drops);
        Some(backend)
    }

    /// The backend, the word before its `adapter`, and what is dropped.
    pub(super) fn backend_lines(&mut self, cut: &ItemCut) -> Option<(Backend, Option<Span>, Vec<Dropped>)> {
        let (mut override_adapter, mut drops) = (None, Vec::new());
        let mut backend = Backend {
            doc: self.doc(cut.tokens.start),
            wire: None,
            fields: Vec::new(),
            adapter: None,
            span: self.layout.token_span(cut.tokens.start),
        };
        if cut.header.len() > 1 && !self.is_broken(cut.header.clone()) {
            self.unexpected_word(cut.header.start + 1);
        }
        for line in cut::fields(self.layout, self.body(cut)?) {
            let word = self.override_word(&line);
            let line = line.start + usize::from(word.is_some())..line.end;
            let rest = line.start + 1..line.end;
            let span = self.span(line.clone());
            match self.keyword(&line) {
                Some("drop") => drops.extend(self.dropped(line)),
                Some("adapter") if word.is_some() => {
                    override_adapter = word;
                    backend.adapter = self
                        .read(rest, |piece| parse::protocol(piece, span))
                        .or(backend.adapter);
                }
                Some(_) | None if word.is_some() => self.no_override(word),
                Some("wire") => backend.wire = self.read(rest, parse::name).or(backend.wire),
                Some("adapter") => {
                    backend.adapter = self
                        .read(rest, |piece| parse::protocol(piece, span))
                        .or(backend.adapter);
                }
                Some(_) | None => {
                    backend
                        .fields
                        .extend(self.field(line, "line of a backend", &["wire", "adapter", "name: type"]));
                }
            }
        }
        Some((backend, override_adapter, drops))
    }

    pub(super) fn external(&mut self, cut: &ItemCut) -> Option<External> {
        let (external, drops) = self.external_lines(cut)?;
        self.no_drops(&drops);
        Some(external)
    }

    /// The record, and what is dropped.
    pub(super) fn external_lines(&mut self, cut: &ItemCut) -> Option<(External, Vec<Dropped>)> {
        let head = self.read_one_line(cut.header.start + 1..cut.header.end, parse::external);
        let (mut fields, mut drops) = (Vec::new(), Vec::new());
        for line in cut::fields(self.layout, self.body(cut)?) {
            match self.keyword(&line) {
                Some("drop") => drops.extend(self.dropped(line)),
                Some("override") => self.no_override_of_field(&line),
                Some(_) | None => fields.extend(self.field(line, "field", &["name: type"])),
            }
        }
        let (name, key) = head?;
        let external = External {
            doc: self.doc(cut.tokens.start),
            name,
            key,
            fields,
        };
        Some((external, drops))
    }

    pub(super) fn internal(&mut self, cut: &ItemCut) -> Option<Internal> {
        let (internal, drops) = self.internal_lines(cut)?;
        self.no_drops(&drops);
        Some(internal)
    }

    /// The model, and what is dropped.
    pub(super) fn internal_lines(&mut self, cut: &ItemCut) -> Option<(Internal, Vec<Dropped>)> {
        let name = self.read_one_line(cut.header.start + 1..cut.header.end, parse::dotted);
        let (mut fields, mut constraints, mut drops) = (Vec::new(), Vec::new(), Vec::new());
        for line in cut::fields(self.layout, self.body(cut)?) {
            if self.keyword(&line) == Some("drop") {
                drops.extend(self.dropped(line));
            } else if matches!(self.keyword(&line), Some("key" | "unique" | "index")) {
                constraints.extend(self.constraint(line));
            } else {
                fields.extend(self.field(line, "line of a model", &["key", "unique", "index", "name: type"]));
            }
        }
        let internal = Internal {
            doc: self.doc(cut.tokens.start),
            name: name?,
            fields,
            constraints,
        };
        Some((internal, drops))
    }

    fn constraint(&mut self, line: Range<usize>) -> Option<Constraint> {
        let span = self.span(line.clone());
        let unique = self.layout.word(line.start) == "unique";
        let rest = line.start + 1..line.end;
        if self.layout.word(line.start) == "key" {
            return self.read(rest, |piece| parse::key(piece, span));
        }
        let fields = self.read(rest, parse::columns)?;
        Some(match unique {
            true => Constraint::Unique { fields, span },
            false => Constraint::Index { fields, span },
        })
    }

    pub(super) fn binding(&mut self, cut: &ItemCut) -> Option<Binding> {
        let (binding, drops) = self.binding_lines(cut)?;
        self.no_drops(&drops);
        Some(binding)
    }

    /// The binding, and what is dropped.
    pub(super) fn binding_lines(&mut self, cut: &ItemCut) -> Option<(Binding, Vec<Dropped>)> {
        let mut drops = Vec::new();
        let head = self.read_one_line(cut.header.start + 1..cut.header.end, parse::binding);
        let mut binding = Binding {
            doc: self.doc(cut.tokens.start),
            external: crate::source::Name::new(String::new(), self.layout.token_span(cut.tokens.start)),
            inline: None,
            key: Vec::new(),
            scope: Vec::new(),
            one_to_one: None,
            fields: Vec::new(),
        };
        let lines = cut
            .body
            .clone()
            .map(|body| cut::fields(self.layout, body))
            .unwrap_or_default();
        for line in lines {
            let rest = line.start + 1..line.end;
            let span = self.span(line.clone());
            match self.keyword(&line) {
                Some("drop") => drops.extend(self.dropped(line)),
                Some("key") => binding.key.extend(self.read(rest, parse::names).unwrap_or_default()),
                Some("scope") => binding.scope.extend(self.read(rest, parse::names).unwrap_or_default()),
                Some("one") => binding.one_to_one = self.read(rest, parse::one_to_one).map(|_| span),
                Some(_) | None => {
                    let words = ["key", "scope", "one to one", "name: type"];
                    binding.fields.extend(self.field(line, "line of a binding", &words));
                }
            }
        }
        let (external, inline) = head?;
        let binding = Binding {
            external,
            inline,
            ..binding
        };
        Some((binding, drops))
    }

    pub(super) fn adapter(&mut self, cut: &ItemCut) -> Option<Adapter> {
        let (external, operations) = self.adapter_lines(cut)?;
        Some(Adapter {
            doc: self.doc(cut.tokens.start),
            external,
            operations: self.all_added(operations),
        })
    }

    /// The record type, and the operations.
    pub(super) fn adapter_lines(&mut self, cut: &ItemCut) -> Option<(Name, Vec<Amended<Operation>>)> {
        let external = self.read_one_line(cut.header.start + 1..cut.header.end, parse::name);
        let lines = cut::statements(self.layout, self.body(cut)?);
        let operations = lines
            .into_iter()
            .filter_map(|line| self.amended(line, Self::operation))
            .collect();
        Some((external?, operations))
    }

    fn operation(&mut self, line: Range<usize>) -> Option<Operation> {
        let sign = self.sign(&line, &["="]);
        let Some(sign) = sign else {
            self.unknown_statement(line, "operation", &["name = request"]);
            return None;
        };
        let span = self.span(line.clone());
        if self.is_broken(line.clone()) {
            return None;
        }
        let head = self.read(line.start..sign, parse::operation_head)?;
        let (request, clauses) = self.read(sign + 1..line.end, parse::operation)?;
        Some(Operation {
            name: head.name,
            params: head.params,
            request,
            clauses,
            span,
        })
    }

    pub(super) fn table(&mut self, cut: &ItemCut) -> Option<Table> {
        let name = self.read_one_line(cut.header.start + 1..cut.header.end, parse::name);
        let lines = cut::statements(self.layout, self.body(cut)?);
        let rows = lines
            .into_iter()
            .filter_map(|line| self.read(line, parse::row))
            .collect();
        Some(Table {
            doc: self.doc(cut.tokens.start),
            name: name?,
            rows,
        })
    }

    fn field(&mut self, line: Range<usize>, what: &'static str, words: &[&'static str]) -> Option<Field> {
        let sign = line.start + 1;
        if !matches!(self.layout.word(sign), ":" | "?:") || sign >= line.end {
            self.no_field(line, what, words);
            return None;
        }
        if self.is_broken(line.clone()) {
            return None;
        }
        let (doc, span) = (self.doc(line.start), self.span(line.clone()));
        let optional = self.layout.word(sign) == "?:";
        let name = self.read(line.start..sign, parse::field_name)?;
        let (ty, modifiers) = self.read(sign + 1..line.end, parse::field)?;
        Some(Field {
            doc,
            name,
            optional,
            ty,
            modifiers,
            span,
        })
    }

    /// Two words: the sign is missing between them. Otherwise the line begins like nothing that may stand here.
    fn no_field(&mut self, line: Range<usize>, what: &'static str, words: &[&'static str]) {
        let second = line.start + 1;
        let two_words = self.layout.kind(line.start) == Some(TokenKind::Word)
            && second < line.end
            && self.layout.kind(second) == Some(TokenKind::Word);
        if !two_words || self.is_broken(line.clone()) {
            return self.unknown_statement(line, what, words);
        }
        let (span, found) = (self.layout.token_span(second), self.layout.word(second).to_owned());
        self.report(SyntaxError::Unexpected {
            span,
            found,
            expected: vec!["`:`".to_owned()],
            help: None,
        });
    }

    /// The first of some signs in a statement, outside brackets.
    pub(super) fn sign(&self, statement: &Range<usize>, signs: &[&str]) -> Option<usize> {
        cut::outside_brackets(self.layout, statement.clone()).find(|at| signs.contains(&self.layout.word(*at)))
    }

    pub(super) fn unexpected_word(&mut self, token: usize) {
        let (span, found) = (self.layout.token_span(token), self.layout.word(token).to_owned());
        self.report(SyntaxError::Unexpected {
            span,
            found,
            expected: vec!["`{`".to_owned()],
            help: None,
        });
    }
}
