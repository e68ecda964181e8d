//! Lines of tokens: how far they are indented, and the first open bracket of each.

use super::Unclosed;
use crate::layout::{Token, TokenKind};

/// The first of each line, and none of a line whose text is open: that took the partner with it.
pub(super) fn one_a_line(text: &str, tokens: &[Token], mut unclosed: Vec<Unclosed>) -> Vec<Unclosed> {
    unclosed.sort_by_key(|unclosed| unclosed.open);
    let mut lines = LineOf {
        text,
        offset: 0,
        line: 0,
    };
    let texts: Vec<usize> = tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Unclosed)
        .map(|token| lines.advance(token.start))
        .collect();
    let mut lines = LineOf {
        text,
        offset: 0,
        line: 0,
    };
    let mut last = None;
    unclosed.retain(|unclosed| {
        let line = lines.advance(tokens[unclosed.open].start);
        let first = last != Some(line) && texts.binary_search(&line).is_err();
        last = Some(line);
        first
    });
    unclosed
}

/// Numbers of lines for rising offsets.
struct LineOf<'t> {
    text: &'t str,
    offset: usize,
    line: usize,
}

impl LineOf<'_> {
    fn advance(&mut self, offset: usize) -> usize {
        self.line += self.text[self.offset..offset]
            .bytes()
            .filter(|byte| *byte == b'\n')
            .count();
        self.offset = offset;
        self.line
    }
}

/// For each token how far its line is indented.
pub(in crate::layout) fn indents(text: &str, tokens: &[Token]) -> Vec<usize> {
    let mut indent = 0;
    let mut new_line = true;
    tokens
        .iter()
        .map(|token| {
            if new_line {
                let line = text[..token.start].rfind('\n').map_or(0, |newline| newline + 1);
                indent = token.start - line;
            }
            new_line = token.kind == TokenKind::Newline;
            indent
        })
        .collect()
}
