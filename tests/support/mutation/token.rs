//! A mapping file as tokens, text and YAML alike. Free text is no token: comments, documentation, names of tests in YAML.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// `email`, `import`, a name in backticks.
    Word,
    /// `0.00`, `30m`
    Number,
    /// `"..."`, `'...'`: one token, whatever stands in it.
    Text,
    /// An operator or a mark.
    Symbol,
    /// One of `( ) [ ] { }`
    Bracket,
}

/// A token of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub range: Range<usize>,
    /// Its line, from 1.
    pub line: usize,
}

/// The longest first.
const SYMBOLS: [&str; 14] = [
    "<->", "->", "<-", "=>", "==", "!=", "<=", ">=", "+=", "??", "?.", "::", "=", "|",
];

/// The tokens of a file.
pub(crate) fn tokens(text: &str, is_yaml: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut start, mut free_text) = (0, None);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let indent = line.len() - line.trim_start().len();
        let is_free = free_text.is_some_and(|outer| line.trim().is_empty() || indent > outer);
        if !is_free {
            free_text = None;
            let code = match is_yaml {
                true => &line[..code_of_yaml(line)],
                false => line,
            };
            if is_yaml && line.trim_end().ends_with("doc: |") {
                free_text = Some(indent);
            }
            line_tokens(code, start, number + 1, &mut tokens);
        }
        start += line.len();
    }
    tokens
}

/// Where documentation or the name of a test begins on a line of YAML.
fn code_of_yaml(line: &str) -> usize {
    let keys = ["doc: ", "test: "];
    let code = line.trim_start().trim_start_matches("- ");
    match keys.iter().find(|key| code.starts_with(**key)) {
        Some(key) => line.len() - code.len() + key.len(),
        None => line.len(),
    }
}

fn line_tokens(line: &str, start: usize, number: usize, tokens: &mut Vec<Token>) {
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let rest = &line[at..];
        let (kind, length) = match c {
            '#' => return,
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '"' => (TokenKind::Text, quoted(rest, '"')),
            '\'' => (TokenKind::Text, quoted(rest, '\'')),
            '`' => (TokenKind::Word, quoted(rest, '`')),
            '(' | ')' | '[' | ']' | '{' | '}' => (TokenKind::Bracket, 1),
            c if c.is_ascii_digit() => (TokenKind::Number, run(rest, |c| c.is_ascii_alphanumeric() || c == '.')),
            c if is_word(c) => (TokenKind::Word, run(rest, is_word)),
            c => {
                let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
                (TokenKind::Symbol, symbol.map_or(c.len_utf8(), |symbol| symbol.len()))
            }
        };
        let range = start + at..start + at + length;
        tokens.push(Token {
            kind,
            range,
            line: number,
        });
        at += length;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// How long a text is, with its quotes; an open one ends with its line.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            c if c == quote && !escaped => return at + 1,
            c => escaped = quote == '"' && c == '\\' && !escaped,
        }
    }
    text.len()
}
