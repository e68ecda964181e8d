//! Items of one line, and what all items share.

use super::Reader;
use crate::ast::ExternFn;
use crate::cut::ItemCut;
use crate::error::SyntaxError;
use crate::layout::{TokenKind, is_name_before_sign};
use crate::parse;
use std::ops::Range;

impl Reader<'_> {
    pub(super) fn extern_fn(&mut self, cut: &ItemCut) -> Option<ExternFn> {
        let (doc, span) = (self.doc(cut.tokens.start), self.span(cut.tokens.clone()));
        self.read_one_line(cut.tokens.start + 1..cut.tokens.end, |piece| {
            parse::extern_fn(piece, doc, span)
        })
    }

    /// The body of an item that must have one, and nothing behind it.
    pub(super) fn body(&mut self, cut: &ItemCut) -> Option<Range<usize>> {
        let Some(body) = cut.body.clone() else {
            if !self.is_broken(cut.tokens.clone()) && !self.is_reported(&cut.tokens) {
                let end = self.layout.range(cut.tokens.clone()).end;
                let span = self.layout.span(end..end);
                let expected = vec!["`{`".to_owned()];
                self.report(SyntaxError::Unexpected {
                    span,
                    found: String::new(),
                    expected,
                    help: None,
                });
            }
            return None;
        };
        let behind = self.layout.after(body.start - 1);
        if behind < cut.tokens.end && !self.is_broken(behind..cut.tokens.end) {
            let (span, found) = (self.layout.token_span(behind), self.layout.word(behind).to_owned());
            let help = Some("nothing stands behind the closing brace of an item".to_owned());
            self.report(SyntaxError::Unexpected {
                span,
                found,
                expected: Vec::new(),
                help,
            });
        }
        Some(body)
    }

    /// Whether the last report is about this part of the file.
    fn is_reported(&self, tokens: &Range<usize>) -> bool {
        let place = self.span(tokens.clone());
        let inside = |error: &SyntaxError| place.start <= error.span().start && error.span().start <= place.end;
        self.errors.last().is_some_and(inside)
    }

    /// The word that begins a statement; nothing where a sign behind it makes it a name.
    pub(super) fn keyword(&self, statement: &Range<usize>) -> Option<&str> {
        let word = self.layout.kind(statement.start) == Some(TokenKind::Word);
        let name = statement.len() > 1 && is_name_before_sign(&self.layout.text, &self.layout.tokens, statement.start);
        (word && !name).then(|| self.layout.word(statement.start))
    }

    pub(super) fn unknown_statement(&mut self, statement: Range<usize>, what: &'static str, words: &[&'static str]) {
        if self.is_broken(statement.clone()) {
            return;
        }
        let (span, found) = (
            self.layout.token_span(statement.start),
            self.layout.word(statement.start).to_owned(),
        );
        if let Some(error) = self.foreign_start(&statement) {
            return self.report(error);
        }
        if self.layout.kind(statement.start) == Some(TokenKind::Sign) {
            let help =
                Some("a line goes on only inside ( or [, or with | ?? . and or catch; join the lines".to_owned());
            return self.report(SyntaxError::Unexpected {
                span,
                found,
                expected: Vec::new(),
                help,
            });
        }
        self.report(SyntaxError::UnknownStart {
            span,
            found,
            what,
            words: words.to_vec(),
        });
    }
}
