//! Which lines belong together, and how deep an expression goes.

use super::{Close, Layout, Token, TokenKind, bracket::indents};
use crate::error::SyntaxError;

/// Brackets inside brackets.
const DEEPEST: usize = 64;
/// Operators that wait for each other along one path into an expression.
const LONGEST: usize = 200;

/// What an open bracket means for the lines inside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Lines do not matter.
    Parentheses,
    /// Lines separate.
    Braces,
    /// Lines separate arms, so none may begin with a pipe.
    Arms,
}

struct Level {
    inside: Inside,
    /// The token that ends it.
    close: usize,
    /// Operators since the last separator.
    steps: usize,
    /// A `match` waits for its brace.
    awaits_arms: bool,
}

/// The walk over the tokens of one text.
struct Join<'t> {
    text: &'t str,
    tokens: &'t [Token],
    closes: &'t [Close],
    indents: Vec<usize>,
    levels: Vec<Level>,
    too_deep: bool,
    /// Indentation of the line of a bracket or text that is never closed: deeper lines belong to it.
    open_line: Option<usize>,
    /// The next token that is no newline, for all newlines before it.
    next_word: usize,
    /// Newlines that separate nothing.
    joined: Vec<bool>,
    deep: Vec<usize>,
    pipes: Vec<usize>,
}

impl Layout {
    /// Removes the newlines that continue a line, from the tokens and with them from the text.
    pub(super) fn join_lines(&mut self, text: &str) {
        let mut join = Join {
            text,
            tokens: &self.tokens,
            closes: &self.closes,
            indents: indents(text, &self.tokens),
            levels: vec![Level {
                inside: Inside::Braces,
                close: usize::MAX,
                steps: 0,
                awaits_arms: false,
            }],
            too_deep: false,
            open_line: None,
            next_word: 0,
            joined: vec![false; self.tokens.len()],
            deep: Vec::new(),
            pipes: Vec::new(),
        };
        for at in 0..self.tokens.len() {
            join.visit(at);
        }
        let Join {
            joined, deep, pipes, ..
        } = join;
        let place = |token: usize| self.span(self.tokens[token].start..self.tokens[token].end);
        let deep = deep
            .into_iter()
            .map(|token| SyntaxError::TooDeep { span: place(token) });
        let pipes = pipes
            .into_iter()
            .map(|token| SyntaxError::PipeInMatch { span: place(token) });
        let errors: Vec<SyntaxError> = deep.chain(pipes).collect();
        self.errors.extend(errors);
        self.remove(&joined);
    }

    /// Takes tokens out and renumbers the brackets.
    fn remove(&mut self, removed: &[bool]) {
        if !removed.contains(&true) {
            return;
        }
        let mut number = 0;
        let numbers: Vec<usize> = removed
            .iter()
            .map(|removed| {
                let this = number;
                number += usize::from(!removed);
                this
            })
            .collect();
        let renumber = |close: usize| numbers.get(close).copied().unwrap_or(number);
        let newlines = (0..removed.len()).filter(|at| removed[*at]);
        self.joined = newlines.map(|at| self.tokens[at].start).collect();
        let kept = |at: &usize| !removed[*at];
        self.closes = (0..removed.len())
            .filter(kept)
            .map(|at| renumbered(self.closes[at], renumber))
            .collect();
        self.tokens = (0..removed.len()).filter(kept).map(|at| self.tokens[at]).collect();
    }
}

impl Join<'_> {
    fn visit(&mut self, at: usize) {
        while self.levels.last().is_some_and(|level| level.close == at) {
            self.levels.pop();
        }
        let word = self.tokens[at].of(self.text);
        match self.tokens[at].kind {
            TokenKind::Newline => self.newline(at),
            TokenKind::Open => self.open(at, word),
            TokenKind::Word => self.word(at, word),
            TokenKind::Sign if word == "," => self.separator(),
            // Words of an enum stand side by side; no value waits for another.
            TokenKind::Sign if word == "|" && self.is_text(at + 1) => {}
            TokenKind::Sign => self.step(at, sign_weight(word)),
            TokenKind::Unclosed => self.open_line = Some(self.indents[at]),
            TokenKind::Close | TokenKind::Number | TokenKind::Text | TokenKind::RawText | TokenKind::Quoted => {}
        }
    }

    fn open(&mut self, at: usize, word: &str) {
        let arms = self
            .levels
            .last_mut()
            .is_some_and(|level| word == "{" && std::mem::take(&mut level.awaits_arms));
        let inside = match word {
            "{" if arms => Inside::Arms,
            "{" => Inside::Braces,
            _ => Inside::Parentheses,
        };
        match self.closes[at].end() {
            Some(close) => self.levels.push(Level {
                inside,
                close,
                steps: 0,
                awaits_arms: false,
            }),
            None => self.open_line = Some(self.indents[at]),
        }
        self.note_depth(at);
    }

    fn word(&mut self, at: usize, word: &str) {
        let keyword = !is_name_before_sign(self.text, self.tokens, at) && !self.after_dot(at);
        if !keyword {
            return;
        }
        if word == "match"
            && let Some(level) = self.levels.last_mut()
        {
            level.awaits_arms = true;
        }
        let after_else = at > 0 && self.tokens[at - 1].of(self.text) == "else";
        match word {
            "if" if after_else => {}
            "if" | "match" => self.step(at, 3),
            "and" | "or" | "not" | "is" | "in" | "catch" | "else" => self.step(at, 1),
            _ => {}
        }
    }

    fn step(&mut self, at: usize, weight: usize) {
        if let Some(level) = self.levels.last_mut() {
            level.steps += weight;
        }
        self.note_depth(at);
    }

    fn separator(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.steps = 0;
            level.awaits_arms = false;
        }
        self.too_deep &= self.is_deep();
    }

    fn note_depth(&mut self, at: usize) {
        let deep = self.is_deep();
        if deep && !self.too_deep {
            self.deep.push(at);
        }
        self.too_deep = deep;
    }

    fn is_deep(&self) -> bool {
        // The sum is short: it ends with the first level that is too deep.
        self.levels.len() > DEEPEST + 1 || self.levels.iter().map(|level| level.steps).sum::<usize>() > LONGEST
    }

    fn newline(&mut self, at: usize) {
        let inside = self.levels.last().map_or(Inside::Braces, |level| level.inside);
        if self.next_word <= at {
            let newline = |next: &usize| self.tokens[*next].kind == TokenKind::Newline;
            self.next_word = (at + 1..self.tokens.len())
                .find(|next| !newline(next))
                .unwrap_or(self.tokens.len());
        }
        let next = Some(self.next_word).filter(|next| *next < self.tokens.len());
        let continued = inside == Inside::Parentheses
            || next.is_some_and(|next| self.continues(next) || self.belongs_to_open_line(next));
        if continued {
            self.joined[at] = true;
            if inside == Inside::Arms && next == Some(at + 1) && self.tokens[at + 1].of(self.text) == "|" {
                self.pipes.push(at + 1);
            }
        } else {
            self.open_line = None;
            self.separator();
        }
    }

    fn belongs_to_open_line(&self, next: usize) -> bool {
        self.open_line.is_some_and(|indent| self.indents[next] > indent)
    }

    fn continues(&self, next: usize) -> bool {
        match self.tokens[next].of(self.text) {
            "|" | "??" | "." | "?." => true,
            "and" | "or" | "catch" | "else" | "because" | "only" | "when" | "via" | "keyed" | "orphans" => {
                !is_name_before_sign(self.text, self.tokens, next)
            }
            _ => false,
        }
    }

    fn is_text(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Text)
    }

    fn after_dot(&self, at: usize) -> bool {
        at > 0 && matches!(self.tokens[at - 1].of(self.text), "." | "?.")
    }
}

fn renumbered(close: Close, number: impl Fn(usize) -> usize) -> Close {
    match close {
        Close::Nowhere => Close::Nowhere,
        Close::At(token) => Close::At(number(token)),
        Close::Before(token) => Close::Before(number(token)),
    }
}

/// Whether a word is a name because of the sign behind it, whatever the word.
pub(crate) fn is_name_before_sign(text: &str, tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1).map_or("", |next| next.of(text));
    matches!(next, "=" | "+=" | "<->" | "->" | "<-" | ":" | "?:" | "," | ".")
}

/// How much deeper an operator makes what stands around it.
fn sign_weight(sign: &str) -> usize {
    match sign {
        "=>" => 3,
        "=" | "+=" | "<->" | "->" | "<-" | ":" | "?:" | "::" => 0,
        _ => 1,
    }
}
