//! Amendments: the lines of a declaration, some of them with `override` or `drop` before them.

use super::Reader;
use crate::ast::{Amend, Amended, Change, DropKind, Dropped, Overridden, Override};
use crate::cut::{ItemCut, ItemWord};
use crate::error::SyntaxError;
use crate::parse;
use crate::source::Span;
use std::ops::Range;

/// What can be amended.
const AMENDED: [&str; 8] = [
    "backend", "external", "internal", "binding", "adapter", "import", "export", "sync",
];

impl Reader<'_> {
    pub(super) fn amend(&mut self, cut: &ItemCut) -> Option<Amend> {
        let span = self.layout.token_span(cut.tokens.start);
        let inner = self.behind_first_word(cut);
        let change = match inner.word {
            ItemWord::Backend => {
                let (declared, override_adapter, drops) = self.backend_lines(&inner)?;
                Change::Backend {
                    declared,
                    override_adapter,
                    drops,
                }
            }
            ItemWord::External => {
                let (declared, drops) = self.external_lines(&inner)?;
                Change::External { declared, drops }
            }
            ItemWord::Internal => {
                let (declared, drops) = self.internal_lines(&inner)?;
                Change::Internal { declared, drops }
            }
            ItemWord::Binding => {
                let (declared, drops) = self.binding_lines(&inner)?;
                Change::Binding { declared, drops }
            }
            ItemWord::Adapter => {
                let doc = self.doc(inner.tokens.start);
                let (external, operations) = self.adapter_lines(&inner)?;
                Change::Adapter {
                    doc,
                    external,
                    operations,
                }
            }
            ItemWord::Mapping => {
                let (head, joins, statements) = self.mapping_lines(&inner)?;
                Change::Mapping {
                    head: Box::new(head),
                    joins,
                    statements,
                }
            }
            ItemWord::Language
            | ItemWord::Connector
            | ItemWord::Serves
            | ItemWord::Table
            | ItemWord::Extern
            | ItemWord::Test
            | ItemWord::Amend
            | ItemWord::Override
            | ItemWord::Drop
            | ItemWord::Kept
            | ItemWord::Unknown => {
                self.unknown_statement(inner.tokens, "amendment", &AMENDED);
                return None;
            }
        };
        Some(Amend { change, span })
    }

    pub(super) fn override_item(&mut self, cut: &ItemCut) -> Option<Override> {
        let span = self.layout.token_span(cut.tokens.start);
        let inner = self.behind_first_word(cut);
        let item = match inner.word {
            ItemWord::Table => Overridden::Table(self.table(&inner)?),
            ItemWord::Extern => Overridden::Extern(self.extern_fn(&inner)?),
            ItemWord::Language
            | ItemWord::Connector
            | ItemWord::Serves
            | ItemWord::Backend
            | ItemWord::External
            | ItemWord::Internal
            | ItemWord::Binding
            | ItemWord::Adapter
            | ItemWord::Mapping
            | ItemWord::Test
            | ItemWord::Amend
            | ItemWord::Override
            | ItemWord::Drop
            | ItemWord::Kept
            | ItemWord::Unknown => {
                self.only_items(
                    cut,
                    "`override` stands here before `table` or `extern fn`; other items are changed with `amend`",
                );
                return None;
            }
        };
        Some(Override { span, item })
    }

    pub(super) fn drop_item(&mut self, cut: &ItemCut) -> Option<Dropped> {
        let dropped = self.dropped(cut.tokens.clone())?;
        match dropped.kind {
            DropKind::Table
            | DropKind::Extern
            | DropKind::External
            | DropKind::Binding
            | DropKind::Adapter
            | DropKind::Mapping => Some(dropped),
            DropKind::Part | DropKind::Let | DropKind::With | DropKind::And | DropKind::Import | DropKind::Export => {
                self.only_items(
                    cut,
                    "outside an `amend` stand `drop table X`, `drop extern fn f`, `drop external X`, `drop adapter X`, `drop binding X`, `drop import M from X`",
                );
                None
            }
        }
    }

    /// The item behind `amend` or `override`.
    fn behind_first_word(&self, cut: &ItemCut) -> ItemCut {
        let start = cut.tokens.start + 1;
        ItemCut {
            word: ItemWord::of(self.layout.word(start)),
            tokens: start..cut.tokens.end,
            header: start..cut.header.end,
            body: cut.body.clone(),
        }
    }

    fn only_items(&mut self, cut: &ItemCut, help: &str) {
        if !self.is_broken(cut.tokens.clone()) {
            let (span, found) = (
                self.layout.token_span(cut.tokens.start),
                self.layout.word(cut.tokens.start).to_owned(),
            );
            self.misplaced(span, found, help);
        }
    }

    /// The word `override` before a line.
    pub(super) fn override_word(&self, line: &Range<usize>) -> Option<Span> {
        (self.keyword(line) == Some("override")).then(|| self.layout.token_span(line.start))
    }

    /// `drop vat`
    pub(super) fn dropped(&mut self, line: Range<usize>) -> Option<Dropped> {
        let span = self.span(line.clone());
        self.read_one_line(line.start + 1..line.end, |piece| parse::dropped(piece, span))
    }

    /// A line that may have `override` or `drop` before it.
    pub(super) fn amended<T>(
        &mut self,
        line: Range<usize>,
        read: impl FnOnce(&mut Self, Range<usize>) -> Option<T>,
    ) -> Option<Amended<T>> {
        if let Some(span) = self.override_word(&line) {
            let line = read(self, line.start + 1..line.end)?;
            return Some(Amended::Override { span, line });
        }
        if self.keyword(&line) == Some("drop") {
            return self.dropped(line).map(Amended::Drop);
        }
        read(self, line).map(Amended::Added)
    }

    /// The lines of a declaration that is no amendment.
    pub(super) fn all_added<T>(&mut self, lines: Vec<Amended<T>>) -> Vec<T> {
        let mut added = Vec::with_capacity(lines.len());
        for line in lines {
            match line {
                Amended::Added(line) => added.push(line),
                Amended::Override { span, line: _ } => self.no_override(Some(span)),
                Amended::Drop(dropped) => self.no_drops(&[dropped]),
            }
        }
        added
    }

    /// Says `override` where nothing is inherited by name.
    pub(super) fn no_override(&mut self, word: Option<Span>) {
        if let Some(span) = word {
            let help = "`override` stands in an `amend`, before a rule, `let`, `with`, operation or `adapter`";
            self.misplaced(span, "override".to_owned(), help);
        }
    }

    /// Says `override` before a field.
    pub(super) fn no_override_of_field(&mut self, line: &Range<usize>) {
        if !self.is_broken(line.clone()) {
            let help = "leave it out: a field that is declared again replaces the inherited one";
            self.misplaced(self.layout.token_span(line.start), "override".to_owned(), help);
        }
    }

    /// Says `drop` where nothing is inherited by name.
    pub(super) fn no_drops(&mut self, drops: &[Dropped]) {
        for dropped in drops {
            let span = Span {
                end: dropped.span.start + 4,
                ..dropped.span
            };
            self.misplaced(
                span,
                "drop".to_owned(),
                "`drop` stands in an `amend` of what a parent version has",
            );
        }
    }

    fn misplaced(&mut self, span: Span, found: String, help: &str) {
        self.report(SyntaxError::Unexpected {
            span,
            found,
            expected: Vec::new(),
            help: Some(help.to_owned()),
        });
    }
}
