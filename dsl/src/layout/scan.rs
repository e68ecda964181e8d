//! Text to tokens, so that brackets, lines and mistakes can be judged before the grammar sees them. Knows no construct.

use std::ops::Range;

/// What a token is. Blanks and comments are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// `email`, `when`, `_`
    Word,
    /// `42`, `0.00`, `15m`
    Number,
    /// `".."`
    Text,
    /// `'..'`
    RawText,
    /// A name in backticks.
    Quoted,
    /// `(`, `[`, `{`
    Open,
    /// `)`, `]`, `}`
    Close,
    /// A sign of one or more characters: `|`, `??`, `<->`.
    Sign,
    /// The end of a line.
    Newline,
    /// A text, raw text or quoted name that its line does not close.
    Unclosed,
}

/// A token and where it stands in the scanned text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Offset of its first byte.
    pub(crate) start: usize,
    /// Offset after its last byte.
    pub(crate) end: usize,
}

impl Token {
    /// Its text.
    pub(crate) fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// The tokens of a text and what is none of them.
#[derive(Debug)]
pub(crate) struct Scan {
    /// In order.
    pub(crate) tokens: Vec<Token>,
    /// `#` and what follows on the line.
    pub(crate) comments: Vec<Range<usize>>,
}

/// Longest first, so that `<->` is not read as `<` and `->`.
const SIGNS: [&str; 20] = [
    "<->", "??", "?.", "?:", "==", "!=", "<=", ">=", "=>", "->", "<-", "+=", "::", "|", "=", "<", ">", "+", "-", ":",
];

/// Cuts `text` into tokens. Every character belongs to a token, a comment or is a blank.
pub(crate) fn scan(text: &str) -> Scan {
    let mut scan = Scan {
        tokens: Vec::new(),
        comments: Vec::new(),
    };
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match first {
            '\n' => (Some(TokenKind::Newline), 1),
            '#' => {
                let length = rest.find('\n').unwrap_or(rest.len());
                scan.comments.push(at..at + length);
                (None, length)
            }
            '"' => closed_or_not(TokenKind::Text, text_length(rest), rest),
            '\'' => closed_or_not(TokenKind::RawText, raw_length(rest), rest),
            '`' => closed_or_not(TokenKind::Quoted, quoted_length(rest), rest),
            '(' | '[' | '{' => (Some(TokenKind::Open), 1),
            ')' | ']' | '}' => (Some(TokenKind::Close), 1),
            c if c.is_whitespace() || is_unseen(c) => (None, c.len_utf8()),
            c if is_word_start(c) => (Some(TokenKind::Word), length_while(rest, is_word_part)),
            c if c.is_ascii_digit() => (Some(TokenKind::Number), number_length(rest)),
            c => (Some(TokenKind::Sign), sign_length(rest).unwrap_or(c.len_utf8())),
        };
        if let Some(kind) = kind {
            scan.tokens.push(Token {
                kind,
                start: at,
                end: at + length,
            });
        }
        at += length;
    }
    scan
}

/// Whether readers do not see this, or see something else for it: it has no width, or turns the direction of what is shown, or ends it.
/// Said once for the file, so that it is a blank here.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\0' | '\u{ad}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

/// Whether a name may begin with this.
pub(crate) fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether a name may go on with this.
pub(crate) fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn closed_or_not(kind: TokenKind, length: Option<usize>, rest: &str) -> (Option<TokenKind>, usize) {
    match length {
        Some(length) => (Some(kind), length),
        None => (Some(TokenKind::Unclosed), line_length(rest)),
    }
}

/// Up to the last visible character of the line.
fn line_length(rest: &str) -> usize {
    let line = rest.split('\n').next().unwrap_or("");
    line.trim_end().len().max(1)
}

fn text_length(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return None,
            '"' if !escaped => return Some(at + 1),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    None
}

fn raw_length(rest: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, c) in rest.char_indices().skip(1) {
        match (c, quoted) {
            ('\'', _) => quoted = !quoted,
            (_, true) => return Some(at),
            ('\n', false) => return None,
            (_, false) => {}
        }
    }
    quoted.then_some(rest.len())
}

fn quoted_length(rest: &str) -> Option<usize> {
    let end = rest[1..].find(['`', '\n'])?;
    rest[1 + end..].starts_with('`').then_some(end + 2)
}

fn number_length(rest: &str) -> usize {
    let whole = length_while(rest, is_word_part);
    let fraction = rest[whole..]
        .strip_prefix('.')
        .filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
    whole + fraction.map_or(0, |digits| 1 + length_while(digits, is_word_part))
}

fn length_while(rest: &str, part: fn(char) -> bool) -> usize {
    rest.find(|c| !part(c)).unwrap_or(rest.len())
}

fn sign_length(rest: &str) -> Option<usize> {
    SIGNS
        .iter()
        .find(|sign| rest.starts_with(**sign))
        .map(|sign| sign.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_comments_and_signs_are_told_apart() {
        let text = "a?.b | f(\"x # \\\" y\", 'it''s') ?? 0.00 # `c`";
        let tokens: Vec<&str> = scan(text).tokens.iter().map(|token| token.of(text)).collect();
        assert_eq!(
            tokens,
            [
                "a",
                "?.",
                "b",
                "|",
                "f",
                "(",
                "\"x # \\\" y\"",
                ",",
                "'it''s'",
                ")",
                "??",
                "0.00"
            ]
        );
    }

    #[test]
    fn an_open_text_ends_with_its_line() {
        let text = "a = \"x\nb = 'y\n`z";
        let open: Vec<&str> = scan(text)
            .tokens
            .iter()
            .filter(|token| token.kind == TokenKind::Unclosed)
            .map(|token| token.of(text))
            .collect();
        assert_eq!(open, ["\"x", "'y", "`z"]);
    }
}
