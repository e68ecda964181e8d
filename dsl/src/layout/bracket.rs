//! Which bracket closes which, and where a missing one probably belongs.

mod line;

use std::cmp::Ordering;

use super::{Close, Layout, Token, TokenKind, join::is_name_before_sign};
use crate::cut::ItemWord;
use crate::error::{Missing, SyntaxError};
use crate::source::Span;
use line::one_a_line;

pub(super) use line::indents;

/// How far down the stack a closing brace looks for its line: nothing legal nests deeper.
const REACH: usize = 64;

/// So many tokens may stand between a line that lacks its bracket and the one that closes it.
const LONGEST_BLOCK: usize = 4000;

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
    /// The last token of a line that must end with a bracket, and the token that closes it.
    unopened: Vec<(usize, usize)>,
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
        let unopened = pairs.unopened.iter();
        let unopened: Vec<SyntaxError> = unopened
            .map(|(head, close)| self.unopened(text, *head, *close))
            .collect();
        self.errors.extend(unopened);
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

    fn unopened(&self, text: &str, head: usize, close: usize) -> SyntaxError {
        let bracket = match self.tokens[close].of(text) {
            "}" => '{',
            "]" => '[',
            _ => '(',
        };
        SyntaxError::UnopenedBracket {
            near: self.place_behind(text, head),
            bracket,
            close: self.token_span(close),
        }
    }

    fn unclosed(&self, text: &str, indents: &[usize], Unclosed { open, shown_by }: Unclosed) -> SyntaxError {
        let bracket = self.tokens[open].of(text).chars().next().unwrap_or('(');
        if let Some(second) = self.doubled(text, open) {
            return SyntaxError::DoubledBracket {
                span: self.token_span(second),
                first: self.token_span(second - 1),
                bracket,
            };
        }
        let is_block = self.starts_line(open + 1);
        let (missing, token) = match is_block {
            true => self.end_of_block(text, indents, open, shown_by),
            false => self.probable_place(text, indents, open, shown_by),
        };
        let (missing, token) = match self.end_of_line(text, open, token).filter(|_| bracket != '{') {
            Some(last) => (Missing::AfterThis, last),
            None => (missing, token),
        };
        let before = token.checked_sub(1);
        let (missing, near, after) = match (missing, before) {
            (Missing::BeforeLine | Missing::AtEnd, _) => (missing, self.place_behind(text, token), None),
            (Missing::AfterThis, _) => (missing, self.token_span(token), Some(token)),
            // What begins a line shows that the line before it lacks something.
            (_, Some(newline)) if self.tokens[newline].kind == TokenKind::Newline && !is_block => {
                let last = (open..newline)
                    .rev()
                    .find(|at| self.tokens[*at].kind != TokenKind::Newline);
                let last = last.unwrap_or(open);
                (Missing::AfterThis, self.token_span(last), Some(last))
            }
            (Missing::BeforePipe | Missing::BeforeBracket | Missing::BeforeClause, before) => {
                (missing, self.token_span(token), before)
            }
        };
        SyntaxError::UnclosedBracket {
            open: self.token_span(open),
            bracket,
            near,
            missing,
            after: after.filter(|_| !is_block).map(|token| self.path_before(text, token)),
        }
    }

    /// The last token of the line of a bracket, where something stands behind it, but for a comma, and its partner was looked for below.
    fn end_of_line(&self, text: &str, open: usize, found: usize) -> Option<usize> {
        let newline = (open + 1..self.tokens.len()).find(|token| self.tokens[*token].kind == TokenKind::Newline)?;
        let last = (open + 1..newline)
            .rev()
            .find(|token| self.tokens[*token].of(text) != ",")?;
        (found > newline).then_some(last)
    }

    /// The second of two braces or square brackets side by side, of which one is never closed: no block or record begins with a brace.
    fn doubled(&self, text: &str, open: usize) -> Option<usize> {
        let is_pair = |second: usize| {
            let (first, second) = (self.tokens[second - 1], self.tokens[second]);
            first.end == second.start && first.of(text) == second.of(text) && matches!(first.of(text), "{" | "[")
        };
        let second = (open + 1 < self.tokens.len() && is_pair(open + 1)).then_some(open + 1);
        second.or_else(|| (open > 0 && is_pair(open)).then_some(open))
    }

    /// Whether a token is the first of its line, or there is none.
    fn starts_line(&self, token: usize) -> bool {
        self.tokens
            .get(token)
            .is_none_or(|token| token.kind == TokenKind::Newline)
    }

    /// Where a block that nothing closes ends by its indentation: behind its last token, or before a bracket that closes more.
    fn end_of_block(&self, text: &str, indents: &[usize], open: usize, shown_by: usize) -> (Missing, usize) {
        let newline = |token: &usize| self.tokens[*token].kind == TokenKind::Newline;
        let next = (open + 1..self.tokens.len())
            .find(|token| !newline(token) && indents[*token] <= indents[open] && newline(&(token - 1)));
        let end = next.unwrap_or(self.tokens.len());
        let last = (open + 1..end).rev().find(|token| !newline(token)).unwrap_or(open);
        let is_below = self.place_behind(text, last).start as usize > self.base + self.tokens[last].end;
        let closes_more =
            |token: &usize| self.tokens[*token].kind == TokenKind::Close && *token == shown_by && !is_below;
        match next.filter(closes_more) {
            Some(bracket) => (Missing::BeforeBracket, bracket),
            None if next.is_none() => (Missing::AtEnd, last),
            None => (Missing::BeforeLine, last),
        }
    }

    /// The line below a token where it is empty, else the end of the token.
    fn place_behind(&self, text: &str, token: usize) -> Span {
        let end = self.tokens[token].end;
        let below = text[end..].find('\n').map(|newline| end + newline + 1);
        let is_empty = |start: &usize| {
            let line = text[*start..].split('\n').next().unwrap_or("");
            *start < text.len() && line.trim().is_empty()
        };
        let at = below.filter(is_empty).unwrap_or(end);
        self.span(at..at)
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
        let is_record = self.tokens[open].of(text) == "{";
        if shown_by < line_end && !is_record {
            return (Missing::BeforeBracket, shown_by);
        }
        let mut found = match shown_by < line_end {
            true => (Missing::BeforeBracket, shown_by),
            false => (Missing::AfterThis, line_end - 1),
        };
        let mut depth = 0_usize;
        for token in open + 1..line_end.min(shown_by.max(open + 1)) {
            let word = self.tokens[token].of(text);
            if is_record && depth == 0 {
                // A record goes on with a name; a clause belongs to what stands around it.
                let next = (token + 1..line_end)
                    .find(|next| !newline(next))
                    .map(|next| self.tokens[next].kind);
                match word {
                    "," if next == Some(TokenKind::Open) => return (Missing::AfterThis, token - 1),
                    "only" | "when" | "via" | "keyed" | "orphans" | "=" => {
                        return (Missing::BeforeClause, token);
                    }
                    _ => {}
                }
            }
            match word {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ if is_record => {}
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
        unopened: Vec::new(),
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
            TokenKind::Close if starts_line && walk.closes_a_line(at) => {}
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

    /// Closes the bracket whose line is indented like the one that this bracket begins. Where there is none, a line may lack it.
    fn closes_a_line(&mut self, at: usize) -> bool {
        let partner = match self.tokens[at].of(self.text) {
            "}" => return self.closes_a_head(at),
            ")" => "(",
            _ => "[",
        };
        let levels = (0..self.stack.len()).rev().take(REACH);
        let column = self.indents[at];
        let same = |level: &usize| {
            let open = self.stack[*level];
            self.tokens[open].of(self.text) == partner && self.indents[open] == column
        };
        match levels.into_iter().find(same) {
            Some(level) => {
                self.close_level(level, at);
                true
            }
            None => self.closes_a_head(at),
        }
    }

    /// Whether the line that this bracket closes lacks its opening one; then all that began below that line ends here.
    fn closes_a_head(&mut self, at: usize) -> bool {
        let column = self.indents[at];
        let opened = |level: &usize| self.indents[self.stack[*level]] >= column;
        let may_be_open = self.stack.len().checked_sub(1).is_some_and(|top| opened(&top));
        if may_be_open || self.pairs.unopened.len() >= REACH {
            return false;
        }
        let Some(head) = self.head(at) else { return false };
        self.pairs.closes[head] = Close::At(at);
        self.pairs.unopened.push((head, at));
        true
    }

    /// The last token of the line above that is indented like this one, where only deeper lines stand between them and it opens nothing.
    fn head(&self, at: usize) -> Option<usize> {
        let column = self.indents[at];
        let is_newline = |token: usize| self.tokens[token].kind == TokenKind::Newline;
        let lowest = at.saturating_sub(LONGEST_BLOCK);
        let starts = (lowest..at.saturating_sub(1))
            .rev()
            .filter(|token| !is_newline(*token) && (*token == 0 || is_newline(token - 1)));
        let mut first_below = None;
        for start in starts {
            match self.indents[start].cmp(&column) {
                Ordering::Greater => first_below = Some(start),
                Ordering::Less => return None,
                Ordering::Equal => {
                    let mut below = first_below?;
                    // `with` clauses belong to the head of a mapping.
                    while self.tokens[below].of(self.text) == "with" {
                        let end = (below..at).find(|token| is_newline(*token))?;
                        below = (end..at).find(|token| !is_newline(*token))?;
                    }
                    let last = (start..below).rev().find(|token| !is_newline(*token))?;
                    let opens = (start..=last).any(|token| self.pairs.closes[token] != Close::Nowhere);
                    let ends = matches!(self.tokens[last].kind, TokenKind::Open)
                        || self.tokens[start].kind == TokenKind::Close;
                    let is_closed = opens && self.ends_behind(start, last);
                    return (!ends && !is_closed).then_some(last);
                }
            }
        }
        None
    }

    /// Whether a bracket of these tokens ends behind them.
    fn ends_behind(&self, first: usize, last: usize) -> bool {
        (first..=last).any(|token| self.pairs.closes[token].end().is_some_and(|end| end > last))
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
