//! Which bracket closes which, and where a missing one probably belongs.

use super::{Close, Layout, Token, TokenKind, join::is_name_before_sign};
use crate::cut::ItemWord;
use crate::error::{Missing, SyntaxError};

/// How far down the stack a closing brace looks for its line: nothing legal nests deeper.
const REACH: usize = 64;

/// How brackets are paired.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pairing {
    /// By kind alone.
    Kind,
    /// A brace that begins a line also closes everything that began further right, one inside a line closes no brace
    /// that ended its own line, and an item at the left edge closes all.
    Indent,
}

/// What pairing found.
struct Pairs {
    closes: Vec<Close>,
    unclosed: Vec<Unclosed>,
    stray: Vec<usize>,
}

/// A bracket without partner, and the token that showed it.
#[derive(Clone, Copy)]
struct Unclosed {
    open: usize,
    shown_by: usize,
}

impl Layout {
    /// Fills `closes` and reports what has no partner.
    pub(super) fn match_brackets(&mut self, text: &str) {
        let mut pairs = pair(text, &self.tokens, Pairing::Kind);
        let braces_fail = pairs
            .unclosed
            .iter()
            .any(|unclosed| self.tokens[unclosed.open].of(text) == "{");
        if braces_fail || !pairs.stray.is_empty() {
            pairs = pair(text, &self.tokens, Pairing::Indent);
        }
        let unclosed = one_a_line(text, &self.tokens, pairs.unclosed);
        let indents = indents(text, &self.tokens);
        let errors: Vec<SyntaxError> = unclosed
            .iter()
            .map(|unclosed| self.unclosed(text, &indents, *unclosed))
            .collect();
        self.errors.extend(errors);
        let stray: Vec<SyntaxError> = pairs.stray.iter().map(|token| self.stray(text, *token)).collect();
        self.errors.extend(stray);
        self.closes = pairs.closes;
    }

    fn stray(&self, text: &str, token: usize) -> SyntaxError {
        let bracket = self.tokens[token].of(text).chars().next().unwrap_or(')');
        SyntaxError::StrayBracket {
            span: self.token_span(token),
            bracket,
        }
    }

    fn unclosed(&self, text: &str, indents: &[usize], Unclosed { open, shown_by }: Unclosed) -> SyntaxError {
        let bracket = self.tokens[open].of(text).chars().next().unwrap_or('(');
        let (missing, near) = match bracket {
            '{' if shown_by < self.tokens.len() => (Missing::BeforeLine, shown_by),
            '{' => (Missing::AtEnd, self.tokens.len() - 1),
            _ => self.probable_place(text, indents, open, shown_by),
        };
        let after = match missing {
            Missing::BeforePipe | Missing::BeforeBracket | Missing::BeforeClause => near.checked_sub(1),
            Missing::AfterThis => Some(near),
            Missing::BeforeLine | Missing::AtEnd => None,
        };
        SyntaxError::UnclosedBracket {
            open: self.token_span(open),
            bracket,
            near: self.token_span(near),
            missing,
            after: after.map(|token| self.path_before(text, token)),
        }
    }

    /// The path that ends with a token.
    fn path_before(&self, text: &str, last: usize) -> String {
        let mut first = last;
        while first >= 2
            && matches!(self.tokens[first - 1].of(text), "." | "?.")
            && self.tokens[first - 2].kind == TokenKind::Word
        {
            first -= 2;
        }
        text[self.tokens[first].start..self.tokens[last].end].to_owned()
    }

    /// Where the partner of a round or square bracket probably belongs: on its own line, before a bracket that
    /// closes something around it, before the first pipe or clause of the last entry, or behind the last token.
    fn probable_place(&self, text: &str, indents: &[usize], open: usize, shown_by: usize) -> (Missing, usize) {
        let newline = |token: &usize| self.tokens[*token].kind == TokenKind::Newline;
        // Lines that are indented further belong to the line of the bracket.
        let line_end = (open + 1..self.tokens.len())
            .find(|token| !newline(token) && indents[*token] <= indents[open] && newline(&(token - 1)));
        let line_end = line_end.unwrap_or(self.tokens.len());
        let line_end = (open + 1..line_end)
            .rev()
            .find(|token| !newline(token))
            .map_or(open + 1, |last| last + 1);
        if shown_by < line_end {
            return (Missing::BeforeBracket, shown_by);
        }
        let mut found = (Missing::AfterThis, line_end - 1);
        let mut depth = 0_usize;
        for token in open + 1..line_end {
            let word = self.tokens[token].of(text);
            match word {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                "," if depth == 0 => found = (Missing::AfterThis, line_end - 1),
                "|" if depth == 0 && found.0 == Missing::AfterThis => found = (Missing::BeforePipe, token),
                "only" | "when" | "via" | "keyed" | "orphans" if depth == 0 && found.0 == Missing::AfterThis => {
                    found = (Missing::BeforeClause, token);
                }
                _ => {}
            }
        }
        found
    }
}

fn pair(text: &str, tokens: &[Token], pairing: Pairing) -> Pairs {
    let pairs = Pairs {
        closes: vec![Close::Nowhere; tokens.len()],
        unclosed: Vec::new(),
        stray: Vec::new(),
    };
    let indents = if pairing == Pairing::Indent {
        indents(text, tokens)
    } else {
        Vec::new()
    };
    let mut walk = Walk {
        text,
        tokens,
        indents,
        stack: Vec::new(),
        braces: Vec::new(),
        pairs,
    };
    for (at, token) in tokens.iter().enumerate() {
        let starts_line = pairing == Pairing::Indent && (at == 0 || tokens[at - 1].kind == TokenKind::Newline);
        match token.kind {
            TokenKind::Open => walk.open(at),
            TokenKind::Close if token.of(text) == "}" => {
                if starts_line {
                    walk.close_what_began_further_right(at);
                }
                if pairing == Pairing::Indent && !starts_line && walk.is_block() {
                    walk.pairs.stray.push(at);
                } else {
                    walk.close_brace(at);
                }
            }
            TokenKind::Close => walk.close_other(at),
            TokenKind::Word if starts_line && walk.begins_item(at) => walk.give_up(0, at),
            TokenKind::Word
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::RawText
            | TokenKind::Quoted
            | TokenKind::Sign
            | TokenKind::Newline
            | TokenKind::Unclosed => {}
        }
    }
    walk.give_up(0, tokens.len());
    walk.pairs
}

/// The brackets that are open at one point of the text.
struct Walk<'t> {
    text: &'t str,
    tokens: &'t [Token],
    indents: Vec<usize>,
    stack: Vec<usize>,
    /// Invariant: the levels of `stack` that hold a brace, rising.
    braces: Vec<usize>,
    pairs: Pairs,
}

impl Walk<'_> {
    fn open(&mut self, at: usize) {
        if self.tokens[at].of(self.text) == "{" {
            self.braces.push(self.stack.len());
        }
        self.stack.push(at);
    }

    fn begins_item(&self, at: usize) -> bool {
        let item = ItemWord::of(self.tokens[at].of(self.text)) != ItemWord::Unknown;
        item && self.indents[at] == 0 && !is_name_before_sign(self.text, self.tokens, at)
    }

    fn close_what_began_further_right(&mut self, at: usize) {
        let indent = |level: &usize| self.indents[self.stack[*level]];
        let braces = self.braces.iter().rev().take(REACH);
        let same_line = braces.copied().find(|level| indent(level) <= self.indents[at]);
        if let Some(level) = same_line.filter(|level| indent(level) == self.indents[at]) {
            self.give_up(level + 1, at);
        }
    }

    /// Whether the innermost brace is the last token of its line.
    fn is_block(&self) -> bool {
        let open = self.braces.last().map(|level| self.stack[*level]);
        open.is_some_and(|open| {
            self.tokens
                .get(open + 1)
                .is_some_and(|next| next.kind == TokenKind::Newline)
        })
    }

    fn close_brace(&mut self, at: usize) {
        match self.braces.last().copied() {
            Some(level) => self.close_level(level, at),
            None => self.pairs.stray.push(at),
        }
    }

    fn close_other(&mut self, at: usize) {
        let partner = if self.tokens[at].of(self.text) == ")" { "(" } else { "[" };
        let floor = self.braces.last().map_or(0, |level| level + 1);
        let levels = (floor..self.stack.len()).rev().take(REACH);
        let found = levels
            .into_iter()
            .find(|level| self.tokens[self.stack[*level]].of(self.text) == partner);
        match found {
            Some(level) => self.close_level(level, at),
            None => self.pairs.stray.push(at),
        }
    }

    /// `at` closes the bracket at this level; those above it are never closed.
    fn close_level(&mut self, level: usize, at: usize) {
        self.give_up(level + 1, at);
        if let Some(open) = self.stack.pop() {
            self.pairs.closes[open] = Close::At(at);
        }
        self.braces
            .truncate(self.braces.partition_point(|brace| *brace < level));
    }

    /// Everything from `level` on is never closed; `at` shows it. One event is one mistake for the braces among them.
    fn give_up(&mut self, level: usize, at: usize) {
        let mut brace_reported = false;
        for open in self.stack.drain(level.min(self.stack.len())..).rev() {
            let brace = self.tokens[open].of(self.text) == "{";
            if brace {
                self.pairs.closes[open] = Close::Before(at);
            }
            if !(brace && brace_reported) {
                self.pairs.unclosed.push(Unclosed { open, shown_by: at });
            }
            brace_reported |= brace;
        }
        self.braces
            .truncate(self.braces.partition_point(|brace| *brace < level));
    }
}

/// The first of each line, and none of a line whose text is open: that took the partner with it.
fn one_a_line(text: &str, tokens: &[Token], mut unclosed: Vec<Unclosed>) -> Vec<Unclosed> {
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
pub(super) fn indents(text: &str, tokens: &[Token]) -> Vec<usize> {
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
