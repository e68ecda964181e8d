//! Source text to the same text with comments and joined lines blanked, offsets kept: what the grammar reads.
//!
//! Also finds the mistakes that would hide all others: open texts, open brackets, nesting that no reader could follow.

mod bracket;
mod join;
mod scan;

use crate::error::SyntaxError;
use crate::source::{FileId, Span};
use std::ops::Range;

pub(crate) use join::is_name_before_sign;
use scan::Scan;
pub(crate) use scan::{Token, TokenKind, is_unseen, is_word_part, scan};

/// A text ready for the grammar.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The file.
    pub(crate) file: FileId,
    /// Offset of the text in the file.
    pub(crate) base: usize,
    /// As long as what was laid out; comments and joined lines are blanks.
    pub(crate) text: String,
    /// Without the ends of lines that are continued.
    pub(crate) tokens: Vec<Token>,
    /// For each token where the bracket ends that it opens.
    pub(crate) closes: Vec<Close>,
    /// `##` lines.
    pub(crate) docs: Vec<DocLine>,
    /// Offsets of the newlines that end no line of the language, rising.
    pub(crate) joined: Vec<usize>,
    /// In the order of the text.
    pub(crate) errors: Vec<SyntaxError>,
}

/// Where the bracket ends that a token opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Close {
    /// The token opens none, or a round or square one that is never closed and so holds nothing.
    Nowhere,
    /// This token closes it.
    At(usize),
    /// A brace that is never closed; it must have been before this token.
    Before(usize),
}

impl Close {
    /// The token behind the last one inside.
    pub(crate) fn end(self) -> Option<usize> {
        match self {
            Self::Nowhere => None,
            Self::At(token) | Self::Before(token) => Some(token),
        }
    }
}

/// A `##` line.
#[derive(Clone, Debug)]
pub(crate) struct DocLine {
    /// Offset in the laid-out text.
    pub(crate) start: usize,
    /// Without the marks.
    pub(crate) text: String,
}

/// Where the comments of a file stand.
pub(crate) fn comments(text: &str) -> Vec<Range<usize>> {
    scan(text).comments
}

/// Lays out the text that begins at `base` of a file.
pub(crate) fn lay_out(file: FileId, base: usize, text: &str) -> Layout {
    let Scan { tokens, comments } = scan(text);
    let docs = comments.iter().filter_map(|comment| doc_line(text, comment)).collect();
    let mut layout = Layout {
        file,
        base,
        text: String::new(),
        tokens,
        closes: Vec::new(),
        docs,
        joined: Vec::new(),
        errors: Vec::new(),
    };
    layout.errors.extend(layout.open_texts(text));
    layout.match_brackets(text);
    layout.join_lines(text);
    layout.text = blanked(text, &layout.tokens);
    layout.errors.sort_by_key(|error| error.span().start);
    layout
}

impl Layout {
    /// The place of a range of the laid-out text.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.base + range.start, self.base + range.end)
    }

    /// The place of a token.
    pub(crate) fn token_span(&self, token: usize) -> Span {
        match self.tokens.get(token) {
            Some(token) => self.span(token.start..token.end),
            None => self.span(self.text.len()..self.text.len()),
        }
    }

    /// Whether a line of the file ends between two offsets.
    pub(crate) fn is_over_lines(&self, range: Range<usize>) -> bool {
        let next = self.joined.partition_point(|newline| *newline < range.start);
        let joined = self.joined.get(next).is_some_and(|newline| *newline < range.end);
        joined || self.text[range].contains('\n')
    }

    /// The text of a token; empty behind the last one.
    pub(crate) fn word(&self, token: usize) -> &str {
        self.tokens.get(token).map_or("", |token| token.of(&self.text))
    }

    /// The token behind this one and what it opens.
    pub(crate) fn after(&self, token: usize) -> usize {
        match self.closes.get(token) {
            Some(Close::At(close)) => close + 1,
            Some(Close::Before(close)) => *close,
            Some(Close::Nowhere) | None => token + 1,
        }
    }

    /// The kind of a token; nothing behind the last one.
    pub(crate) fn kind(&self, token: usize) -> Option<TokenKind> {
        self.tokens.get(token).map(|token| token.kind)
    }

    /// Offsets of a range of tokens, from the first to the last.
    pub(crate) fn range(&self, tokens: Range<usize>) -> Range<usize> {
        let (first, last) = (
            self.tokens.get(tokens.start),
            self.tokens.get(tokens.end.saturating_sub(1)),
        );
        match (first, last) {
            (Some(first), Some(last)) if tokens.start < tokens.end => first.start..last.end,
            (Some(first), _) => first.start..first.start,
            (None, _) => self.text.len()..self.text.len(),
        }
    }

    /// The `##` lines that stand between the last token before an offset and the offset, joined.
    pub(crate) fn doc_above(&self, offset: usize) -> Option<String> {
        let last = self.docs.partition_point(|doc| doc.start < offset);
        let next = self.tokens.partition_point(|token| token.start < offset);
        let before = self.tokens[..next]
            .iter()
            .rev()
            .find(|token| token.kind != TokenKind::Newline);
        let floor = before.map_or(0, |token| token.end);
        let first = self.docs[..last].partition_point(|doc| doc.start < floor);
        let lines: Vec<&str> = self.docs[first..last].iter().map(|doc| doc.text.as_str()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn open_texts(&self, text: &str) -> Vec<SyntaxError> {
        let open = self.tokens.iter().filter(|token| token.kind == TokenKind::Unclosed);
        open.map(|token| SyntaxError::UnclosedText {
            span: self.span(token.start..token.end),
            quote: text[token.start..].chars().next().unwrap_or('"'),
        })
        .collect()
    }
}

/// A comment is documentation where it begins with `##` and nothing but blanks stands before it.
fn doc_line(text: &str, comment: &Range<usize>) -> Option<DocLine> {
    let words = text.get(comment.clone())?.strip_prefix("##")?;
    let line = text[..comment.start].rfind('\n').map_or(0, |newline| newline + 1);
    let alone = text[line..comment.start].trim().is_empty();
    let words = words.strip_prefix(' ').unwrap_or(words).trim_end();
    alone.then(|| DocLine {
        start: comment.start,
        text: words.to_owned(),
    })
}

/// The tokens at their places, blanks everywhere else.
fn blanked(text: &str, tokens: &[Token]) -> String {
    let mut out = String::with_capacity(text.len());
    for token in tokens {
        fill(&mut out, token.start);
        out.push_str(token.of(text));
    }
    fill(&mut out, text.len());
    out
}

/// Adds blanks up to a length.
fn fill(out: &mut String, length: usize) {
    const BLANKS: &str = "                ";
    while out.len() < length {
        let count = BLANKS.len().min(length - out.len());
        out.push_str(&BLANKS[..count]);
    }
}
