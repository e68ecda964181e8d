//! What stands right of a word, from text to tree: one function per leaf of the language. The only place that names pest.
//!
//! Text files and YAML files share every function here; they differ in how they find the leaf.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the rules of the grammar are its tokens too; a function reads the few that carry meaning"
)]

mod expr;
mod fail;
mod item;
mod mapping;
mod plain;
mod schema;
mod test;
mod text;
mod words;

use crate::ast::{Doc, Duration, DurationUnit};
use crate::error::SyntaxError;
use crate::layout::Layout;
use crate::source::{Name, Span, Spanned};
use pest::Parser;
use pest::iterators::{Pair, Pairs};
use std::borrow::Cow;
use std::ops::Range;

pub(crate) use expr::expression;
pub(crate) use item::{connector, dotted, extern_fn, field_name, language, name, names, plain_text, reference};
pub(crate) use mapping::{
    Head, Value, adopt, any_name, batch, because, check, copy, dropped, head, ignore, join, output, paths, retry, skip,
    targets, value,
};
pub(crate) use schema::{
    binding, columns, external, field, inline_binding, key, one_to_one, operation, operation_head, protocol, row, ty,
};
pub(crate) use test::{context, context_entry, expect, given, test_head};

/// What a leaf gives, or the one mistake in it.
pub(crate) type Read<T> = Result<T, SyntaxError>;

mod grammar {
    /// The grammar of `grammar.pest`.
    #[derive(Debug, pest_derive::Parser)]
    #[grammar = "grammar.pest"]
    pub(super) struct Grammar;
}
use grammar::{Grammar, Rule};

/// KiB of the longest piece that is read: each of its words costs the grammar some hundred bytes.
const LONGEST_PIECE: usize = 256;

/// A part of a laid-out text that one rule of the grammar reads.
#[derive(Clone, Debug)]
pub(crate) struct Piece<'t> {
    layout: &'t Layout,
    /// Offset of the text in the layout.
    start: usize,
    text: Cow<'t, str>,
}

impl<'t> Piece<'t> {
    /// The text from one token to another, lines apart.
    pub(crate) fn of(layout: &'t Layout, tokens: Range<usize>) -> Self {
        let range = layout.range(tokens);
        Self {
            layout,
            start: range.start,
            text: Cow::Borrowed(&layout.text[range]),
        }
    }

    /// The text from one token to another, on one line.
    pub(crate) fn of_one_line(layout: &'t Layout, tokens: Range<usize>) -> Self {
        let piece = Self::of(layout, tokens);
        match piece.text.contains('\n') {
            true => Self {
                text: Cow::Owned(piece.text.replace('\n', " ")),
                ..piece
            },
            false => piece,
        }
    }

    /// All of a laid-out text.
    pub(crate) fn all(layout: &'t Layout) -> Self {
        Self::of(layout, 0..layout.tokens.len())
    }

    /// The place of the piece.
    pub(crate) fn span(&self) -> Span {
        self.layout.span(self.start..self.start + self.text.len())
    }

    /// Reads the whole piece as one rule.
    fn read(&self, rule: Rule) -> Read<Node<'_>> {
        if self.text.len() > LONGEST_PIECE << 10 {
            return Err(SyntaxError::TooLong {
                span: self.place(0..0),
                kibibytes: LONGEST_PIECE,
            });
        }
        let mut pairs = Grammar::parse(rule, &self.text).map_err(|error| fail::mistake(self, rule, &error))?;
        match pairs.next() {
            Some(pair) => Ok(Node { piece: self, pair }),
            None => Err(self.nothing(self.span())),
        }
    }

    fn place(&self, range: Range<usize>) -> Span {
        self.layout.span(self.start + range.start..self.start + range.end)
    }

    fn nothing(&self, span: Span) -> SyntaxError {
        SyntaxError::Unexpected {
            span,
            found: String::new(),
            expected: Vec::new(),
            help: None,
        }
    }
}

/// A part that the grammar has read.
#[derive(Clone, Debug)]
struct Node<'p> {
    piece: &'p Piece<'p>,
    pair: Pair<'p, Rule>,
}

impl<'p> Node<'p> {
    fn rule(&self) -> Rule {
        self.pair.as_rule()
    }

    fn text(&self) -> &'p str {
        self.pair.as_str()
    }

    /// Without the blanks that the grammar skips before a part that is not there.
    fn span(&self) -> Span {
        let start = self.pair.as_span().start();
        self.piece.place(start..start + self.text().trim_end().len())
    }

    fn children(&self) -> Nodes<'p> {
        Nodes {
            piece: self.piece,
            pairs: self.pair.clone().into_inner(),
        }
    }

    fn all(&self, rule: Rule) -> impl Iterator<Item = Node<'p>> {
        self.children().filter(move |node| node.rule() == rule)
    }

    fn find(&self, rule: Rule) -> Option<Node<'p>> {
        self.all(rule).next()
    }

    /// A part that the grammar demands.
    fn need(&self, rule: Rule) -> Read<Node<'p>> {
        self.find(rule).ok_or_else(|| self.piece.nothing(self.span()))
    }

    fn first(&self) -> Read<Node<'p>> {
        self.children().next().ok_or_else(|| self.piece.nothing(self.span()))
    }

    /// The word itself, without backticks or quotes.
    fn name(&self) -> Name {
        Spanned::new(self.text().replace('`', "").trim_matches('"').to_owned(), self.span())
    }

    fn names(&self) -> Vec<Name> {
        self.all(Rule::name).map(|node| node.name()).collect()
    }

    /// The `##` lines above it.
    fn doc(&self) -> Doc {
        self.piece
            .layout
            .doc_above(self.piece.start + self.pair.as_span().start())
    }

    fn number(&self) -> Read<Spanned<u32>> {
        match self.text().parse() {
            Ok(number) => Ok(Spanned::new(number, self.span())),
            Err(_) => Err(self.too_large()),
        }
    }

    fn duration(&self) -> Read<Spanned<Duration>> {
        let digits = self.text().trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = match &self.text()[digits.len()..] {
            "ms" => DurationUnit::Millisecond,
            "s" => DurationUnit::Second,
            "m" => DurationUnit::Minute,
            "h" => DurationUnit::Hour,
            _ => DurationUnit::Day,
        };
        let amount = digits.parse().map_err(|_| self.too_large())?;
        Ok(Spanned::new(Duration { amount, unit }, self.span()))
    }

    fn too_large(&self) -> SyntaxError {
        let help = Some(format!("the largest number here is {}", u32::MAX));
        SyntaxError::Unexpected {
            span: self.span(),
            found: self.text().to_owned(),
            expected: Vec::new(),
            help,
        }
    }
}

/// The parts of a part.
#[derive(Clone, Debug)]
struct Nodes<'p> {
    piece: &'p Piece<'p>,
    pairs: Pairs<'p, Rule>,
}

impl<'p> Iterator for Nodes<'p> {
    type Item = Node<'p>;

    fn next(&mut self) -> Option<Node<'p>> {
        let piece = self.piece;
        self.pairs.next().map(|pair| Node { piece, pair })
    }
}
