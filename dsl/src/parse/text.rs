//! Texts: escapes, and the paths in their braces.

use super::expr::{path, step};
use super::{Node, Piece, Read, Rule};
use crate::ast::expr::{Expr, ExprKind, Text, TextPart};
use crate::error::SyntaxError;
use crate::layout::lay_out;
use crate::source::Span;
use std::ops::Range;

/// A raw text without its quotes; `''` inside is one.
pub(super) fn raw_text(written: &str) -> String {
    let inside = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    inside.unwrap_or(written).replace("''", "'")
}

/// `text`: escapes resolved, the braces read as paths.
pub(super) fn text(node: &Node<'_>) -> Read<Text> {
    interpolated(node, 1..node.text().len() - 1)
}

/// The part of a node that holds paths in braces; escapes are resolved in quoted texts only.
pub(super) fn interpolated(node: &Node<'_>, range: Range<usize>) -> Read<Text> {
    let written = node.text();
    let escapes = node.rule() == Rule::text;
    let mut text = Text { parts: Vec::new() };
    let mut literal = String::new();
    let mut at = range.start;
    while let Some(c) = written[at..range.end].chars().next() {
        match c {
            '\\' if escapes => {
                literal.push(escape(node, at)?);
                at += 2;
            }
            '{' => {
                let rest = &written[at..range.end];
                let length = rest.find('}').map_or(rest.len(), |close| close + 1);
                let value = interpolation(node, at, at + length)?;
                if !literal.is_empty() {
                    text.parts.push(TextPart::Literal(std::mem::take(&mut literal)));
                }
                text.parts.push(TextPart::Value(value));
                at += length;
            }
            c => {
                literal.push(c);
                at += c.len_utf8();
            }
        }
    }
    if !literal.is_empty() {
        text.parts.push(TextPart::Literal(literal));
    }
    Ok(text)
}

fn escape(node: &Node<'_>, at: usize) -> Read<char> {
    let letter = node.text()[at + 1..].chars().next().unwrap_or('\\');
    match letter {
        'n' => Ok('\n'),
        't' => Ok('\t'),
        '"' | '\\' | '{' => Ok(letter),
        other => Err(SyntaxError::UnknownEscape {
            span: within(node, at, at + 1 + other.len_utf8()),
            letter: other.to_string(),
        }),
    }
}

/// The path between two braces of a text, from `start` to `end` of the text as written.
fn interpolation(node: &Node<'_>, start: usize, end: usize) -> Read<Expr> {
    let braces = within(node, start, end);
    let not_a_path = |value| SyntaxError::NotAPath { span: braces, value };
    let inside = node.text()[start..end]
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let inside = inside.ok_or_else(|| not_a_path(None))?;
    let layout = lay_out(braces.file, braces.start as usize + 1, inside);
    if !layout.errors.is_empty() {
        return Err(not_a_path(None));
    }
    let piece = Piece::all(&layout);
    let read = piece.read(Rule::interpolation).map_err(|_| {
        let is_value = piece.read(Rule::expr_rest).is_ok() && inside.contains(|c: char| c.is_ascii_alphabetic());
        not_a_path(is_value.then(|| inside.to_owned()))
    })?;
    let mut value = path(&read.need(Rule::path)?)?;
    for part in read.all(Rule::step) {
        let span = value.span.to(part.span());
        value = Expr::new(
            ExprKind::Pipe {
                input: Box::new(value),
                step: step(&part)?,
            },
            span,
        );
    }
    Ok(value)
}

fn within(node: &Node<'_>, start: usize, end: usize) -> Span {
    let span = node.pair.as_span();
    node.piece.place(span.start() + start..span.start() + end)
}
