//! A leaf of YAML to a part of the tree: the text it stands for is laid out and read by the functions that read text files.

use super::Reader;
use super::as_text::as_text;
use super::node::{Entry, Kind, Node, Style};
use crate::ast::expr::{Expr, ExprKind, Text, TextPart};
use crate::error::SyntaxError;
use crate::layout::{Layout, Token, TokenKind, lay_out};
use crate::parse::{self, Piece, Read};
use crate::source::{Name, Span, Spanned};
use indexmap::IndexMap;
use std::ops::Range;

impl Reader<'_> {
    /// The place of a range of the file.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.source.id, range.start, range.end)
    }

    /// From the key of an entry to the end of its value.
    pub(super) fn entry_span(&self, entry: &Entry) -> Span {
        self.span(&entry.key_range).to(self.span(&entry.value.range))
    }

    /// Reads a scalar as the text language; `key` is named by the help where it must be written otherwise.
    pub(super) fn leaf<T>(&mut self, node: &Node, key: &str, read: impl FnOnce(&Piece<'_>) -> Read<T>) -> Option<T> {
        let layout = self.layout(node, key)?;
        // A line that holds a comment alone begins nothing and ends nothing.
        let is_word = |token: &Token| token.kind != TokenKind::Newline;
        let first = layout.tokens.iter().position(is_word).unwrap_or(0);
        let end = layout.tokens.iter().rposition(is_word).map_or(first, |last| last + 1);
        let piece = match self.style(node) {
            Some(Style::Folded) => Piece::of_one_line(&layout, first..end),
            Some(Style::Plain | Style::Literal | Style::Quoted) | None => Piece::of(&layout, first..end),
        };
        let result = read(&piece);
        result
            .map_err(|error| self.errors.push(prose(error, &layout, key)))
            .ok()
    }

    /// The laid-out text of a scalar; nothing where that is reported.
    pub(super) fn layout(&mut self, node: &Node, key: &str) -> Option<Layout> {
        if self.repaired.is_broken(&node.range) {
            return None;
        }
        let error = match &node.kind {
            Kind::Scalar {
                style: Style::Quoted, ..
            } => Some(self.must_be_block(node, key)),
            Kind::List { flow: true, .. } => Some(self.must_be_block(node, key)),
            Kind::Map { flow: true, entries } => Some(SyntaxError::YamlFlow {
                span: self.span(&node.range),
                instead: as_text(key, entries),
            }),
            Kind::Map { flow: false, entries } => {
                let help = as_text(key, entries).map(|text| format!("write  {text}"));
                Some(self.shape(node, "a value", help))
            }
            Kind::List { flow: false, .. } => Some(self.shape(node, "a value", None)),
            Kind::Scalar {
                style: Style::Plain | Style::Literal | Style::Folded,
                ..
            } => None,
        };
        if let Some(error) = error {
            self.errors.push(error);
            return None;
        }
        let layout = lay_out(self.source.id, node.range.start, &self.source.text[node.range.clone()]);
        match layout.errors.first() {
            Some(error) => {
                let error = self.cut_by_comment(error, node, key).unwrap_or_else(|| error.clone());
                self.errors.push(error);
                None
            }
            None => Some(layout),
        }
    }

    /// Reads a part of a key as the text language.
    pub(super) fn key_part<T>(&mut self, range: Range<usize>, read: impl FnOnce(&Piece<'_>) -> Read<T>) -> Option<T> {
        let layout = lay_out(self.source.id, range.start, &self.source.text[range]);
        if let Some(error) = layout.errors.first() {
            self.errors.push(error.clone());
            return None;
        }
        let result = read(&Piece::all(&layout));
        result.map_err(|error| self.errors.push(error)).ok()
    }

    fn style(&self, node: &Node) -> Option<Style> {
        match &node.kind {
            Kind::Scalar { style, .. } => Some(*style),
            Kind::Map { .. } | Kind::List { .. } => None,
        }
    }

    fn must_be_block(&self, node: &Node, key: &str) -> SyntaxError {
        let start = node.range.start;
        let special: String = self.source.text[start..].chars().take(1).collect();
        let span = self.span(&(start..start + special.len()));
        SyntaxError::YamlBlock {
            span,
            special,
            key: key.to_owned(),
        }
    }

    /// An open text at whose end YAML saw a comment.
    fn cut_by_comment(&self, error: &SyntaxError, node: &Node, key: &str) -> Option<SyntaxError> {
        let SyntaxError::UnclosedText { .. } = error else {
            return None;
        };
        let rest = self.source.text[node.range.end..].split('\n').next().unwrap_or("");
        let comment = rest.trim_start();
        let start = node.range.end + rest.len() - comment.len();
        let range = start..start + comment.trim_end().len();
        comment.starts_with('#').then(|| SyntaxError::YamlComment {
            span: self.span(&range),
            key: key.to_owned(),
        })
    }

    /// The text of a scalar as YAML reads it: documentation, names of tests, versions.
    pub(super) fn prose(&mut self, node: &Node) -> Option<Name> {
        if self.repaired.is_broken(&node.range) {
            return None;
        }
        match &node.kind {
            Kind::Scalar { value, style } => {
                let value = match style {
                    Style::Quoted => value.as_str(),
                    Style::Plain | Style::Literal | Style::Folded => value.trim_end(),
                };
                Some(Spanned::new(value.to_owned(), self.span(&node.range)))
            }
            Kind::Map { .. } | Kind::List { .. } => {
                let error = self.shape(node, "a text", None);
                self.errors.push(error);
                None
            }
        }
    }

    /// `a, b` or `[a, b]`
    pub(super) fn names(&mut self, node: &Node, key: &str) -> Option<Vec<Name>> {
        match &node.kind {
            Kind::List { items, .. } => Some(
                items
                    .iter()
                    .filter_map(|item| self.leaf(item, key, parse::name))
                    .collect(),
            ),
            Kind::Scalar { .. } | Kind::Map { .. } => self.leaf(node, key, parse::names),
        }
    }

    /// One leaf, or a list of them.
    pub(super) fn each<'n>(&self, node: &'n Node) -> Vec<&'n Node> {
        match &node.kind {
            Kind::List { items, flow: false } => items.iter().collect(),
            Kind::List { flow: true, .. } | Kind::Scalar { .. } | Kind::Map { .. } => vec![node],
        }
    }

    /// The entries of a map in block style; where something else stands, or a key stands twice, that is reported.
    pub(super) fn map<'n>(&mut self, node: &'n Node, help: &str) -> Vec<&'n Entry> {
        if self.repaired.is_broken(&node.range) {
            return Vec::new();
        }
        match &node.kind {
            Kind::Map { entries, flow: false } => self.once_each(entries),
            Kind::Scalar {
                value,
                style: Style::Plain,
            } if value.is_empty() => Vec::new(),
            Kind::Map { flow: true, .. } | Kind::Scalar { .. } | Kind::List { .. } => {
                let error = self.shape(node, "a map", Some(help.to_owned()));
                self.errors.push(error);
                Vec::new()
            }
        }
    }

    /// The first of equal keys; the others are reported.
    fn once_each<'n>(&mut self, entries: &'n [Entry]) -> Vec<&'n Entry> {
        let mut seen: IndexMap<&str, &Entry> = IndexMap::new();
        for entry in entries {
            match seen.get(entry.key.as_str()) {
                Some(first) => self.errors.push(SyntaxError::YamlDuplicate {
                    span: self.span(&entry.key_range),
                    first: self.span(&first.key_range),
                    key: entry.key.clone(),
                }),
                None => {
                    seen.insert(&entry.key, entry);
                }
            }
        }
        seen.into_values().collect()
    }

    pub(super) fn shape(&self, node: &Node, expected: &'static str, help: Option<String>) -> SyntaxError {
        let found = match &node.kind {
            Kind::Scalar { value, .. } if value.is_empty() => "nothing",
            Kind::Scalar { .. } => "a value",
            Kind::Map { .. } => "a map",
            Kind::List { .. } => "a list",
        };
        SyntaxError::YamlShape {
            span: self.span(&node.range),
            expected,
            found,
            help,
        }
    }

    /// `{text: contact}`
    pub(super) fn constant(&self, node: &Node) -> Option<Expr> {
        let Kind::Map { entries, flow: true } = &node.kind else {
            return None;
        };
        let [
            Entry {
                key,
                value:
                    Node {
                        kind: Kind::Scalar { value, .. },
                        ..
                    },
                ..
            },
        ] = &entries[..]
        else {
            return None;
        };
        let parts = if value.is_empty() {
            Vec::new()
        } else {
            vec![TextPart::Literal(value.clone())]
        };
        (key == "text").then(|| Expr::new(ExprKind::Text(Text { parts }), self.span(&node.range)))
    }
}

/// Plain words side by side under a key are meant as a text.
fn prose(error: SyntaxError, layout: &Layout, key: &str) -> SyntaxError {
    let SyntaxError::SideBySide { first, .. } = &error else {
        return error;
    };
    let words = layout.tokens.iter().all(|token| match token.kind {
        TokenKind::Word | TokenKind::Number => true,
        TokenKind::Sign => matches!(token.of(&layout.text), "," | "." | "-" | "!" | "/"),
        TokenKind::Text
        | TokenKind::RawText
        | TokenKind::Quoted
        | TokenKind::Open
        | TokenKind::Close
        | TokenKind::Newline
        | TokenKind::Unclosed => false,
    });
    let whole = layout.range(0..layout.tokens.len());
    match words && !key.is_empty() {
        true => SyntaxError::YamlProse {
            span: Span::new(first.file, layout.base + whole.start, layout.base + whole.end),
            text: layout.text[whole].to_owned(),
            key: key.to_owned(),
        },
        false => error,
    }
}
