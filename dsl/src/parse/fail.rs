//! What the grammar could not read, to a mistake in the author's words.

mod foreign;

use super::words::{Weight, words};
use super::{Piece, Rule};
use crate::error::{SyntaxError, closest};
use crate::layout::{TokenKind, is_word_part};
use crate::source::Span;
use pest::error::{Error, ErrorVariant, InputLocation};

/// Words that may not stand as names.
pub(super) const RESERVED: [&str; 14] = [
    "true", "false", "null", "missing", "and", "or", "not", "if", "else", "match", "let", "in", "is", "catch",
];
/// Reserved words that stand between values, never before one.
const BETWEEN: [&str; 6] = ["and", "or", "in", "is", "catch", "else"];
/// Words that end a value.
const CLAUSES: [&str; 6] = ["only", "when", "via", "keyed", "orphans", "because"];

/// The mistake behind a failure of the grammar.
pub(super) fn mistake(piece: &Piece<'_>, rule: Rule, error: &Error<Rule>) -> SyntaxError {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => {
            // The grammar itself says nothing; this is the parser's guard against deep recursion.
            return SyntaxError::TooDeep {
                span: piece.place(at..at),
            };
        }
    };
    let expected = if expected.is_empty() { vec![rule] } else { expected };
    Failure::new(piece, at, expected, rule).mistake()
}

/// What to do about a name that holds more than letters, digits and `_`.
fn quoted_name_help(name: &str) -> String {
    format!("names are made of a-z, A-Z, 0-9 and _; put another name in backticks: `{name}`")
}

/// A place where the grammar stopped.
struct Failure<'p> {
    piece: &'p Piece<'p>,
    /// Offset in the layout.
    at: usize,
    /// The token that stands there, or the one behind the piece.
    token: usize,
    /// The first token of the piece and the one behind it.
    tokens: std::ops::Range<usize>,
    expected: Vec<Rule>,
    /// What the piece was read as.
    rule: Rule,
}

impl<'p> Failure<'p> {
    fn new(piece: &'p Piece<'p>, at: usize, expected: Vec<Rule>, rule: Rule) -> Self {
        let all = &piece.layout.tokens;
        let first = all.partition_point(|token| token.start < piece.start);
        let end = all.partition_point(|token| token.start < piece.start + piece.text.len());
        let at = piece.start + at;
        let token = all.partition_point(|token| token.end <= at).clamp(first, end);
        Self {
            piece,
            at,
            token,
            tokens: first..end,
            expected,
            rule,
        }
    }

    fn mistake(&self) -> SyntaxError {
        self.foreign()
            .or_else(|| self.odd_name())
            .or_else(|| self.reserved_word())
            .or_else(|| self.missing_value())
            .or_else(|| self.side_by_side())
            .unwrap_or_else(|| self.unexpected())
    }

    fn word(&self, token: usize) -> &str {
        if self.tokens.contains(&token) {
            self.piece.layout.word(token)
        } else {
            ""
        }
    }

    fn kind(&self, token: usize) -> Option<TokenKind> {
        if self.tokens.contains(&token) {
            self.piece.layout.kind(token)
        } else {
            None
        }
    }

    fn span(&self) -> Span {
        match self.kind(self.token) {
            None | Some(TokenKind::Newline) => {
                let end = self
                    .token
                    .checked_sub(1)
                    .and_then(|last| self.piece.layout.tokens.get(last));
                let end = end.map_or(self.at, |last| last.end);
                self.piece.layout.span(end..end)
            }
            Some(_) => self.piece.layout.token_span(self.token),
        }
    }

    fn expects(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|rule| rules.contains(rule))
    }

    /// The grammar stopped inside a word: it holds a letter that no name has.
    fn odd_name(&self) -> Option<SyntaxError> {
        let token = self.piece.layout.tokens.get(self.token)?;
        let word = self.word(self.token);
        let odd = match token.kind {
            TokenKind::Word => !word.is_ascii(),
            TokenKind::Number => {
                token.start < self.at || word.contains(|c: char| is_word_part(c) && !c.is_ascii_digit())
            }
            TokenKind::Text
            | TokenKind::RawText
            | TokenKind::Quoted
            | TokenKind::Open
            | TokenKind::Close
            | TokenKind::Sign
            | TokenKind::Newline
            | TokenKind::Unclosed => false,
        };
        odd.then(|| SyntaxError::Unexpected {
            span: self.span(),
            found: word.to_owned(),
            expected: Vec::new(),
            help: (token.kind == TokenKind::Word).then(|| quoted_name_help(word)),
        })
    }

    fn reserved_word(&self) -> Option<SyntaxError> {
        let word = self.word(self.token);
        if !RESERVED.contains(&word) {
            return None;
        }
        let name_only = self.expects(&[Rule::name, Rule::dotted, Rule::names]) && !self.expects_value();
        let next = self.word(self.token + 1);
        let ends =
            matches!(next, "" | "|" | "??" | "." | "?." | ")" | "]" | "}" | "," | "\n") || CLAUSES.contains(&next);
        let as_value = self.expects_value() && BETWEEN.contains(&word) && ends;
        (name_only || as_value).then(|| SyntaxError::ReservedWord {
            span: self.span(),
            word: word.to_owned(),
        })
    }

    fn expects_value(&self) -> bool {
        self.expects(&[
            Rule::expr,
            Rule::binary,
            Rule::operand,
            Rule::value_rest,
            Rule::expr_rest,
        ])
    }

    /// `name = only create`: the clause was read as a name.
    fn missing_value(&self) -> Option<SyntaxError> {
        let before = self
            .token
            .checked_sub(1)
            .filter(|before| self.tokens.contains(before))?;
        let value_missing = before == self.tokens.start || !self.ends_value(before - 1);
        let clause = CLAUSES.contains(&self.word(before)) && value_missing && self.expects_operator();
        if let Some(span) = self.line_before(before).filter(|_| clause) {
            return Some(SyntaxError::Unfinished {
                span,
                expected: vec!["a value".to_owned()],
                next: self.piece.layout.token_span(before),
                help: None,
            });
        }
        clause.then(|| SyntaxError::Unexpected {
            span: self.piece.layout.token_span(before),
            found: self.word(before).to_owned(),
            expected: vec!["a value".to_owned()],
            help: None,
        })
    }

    fn expects_operator(&self) -> bool {
        self.expects(&[Rule::infix, Rule::bar, Rule::coalesce])
    }

    /// Two values, and an operator could have stood between them.
    fn side_by_side(&self) -> Option<SyntaxError> {
        let before = self
            .token
            .checked_sub(1)
            .filter(|before| self.tokens.contains(before))?;
        if !(self.expects_operator() && self.ends_value(before) && self.starts_value(self.token)) {
            return None;
        }
        let text = matches!(self.kind(self.token), Some(TokenKind::Text | TokenKind::RawText));
        if text && self.expects(&[Rule::kw_because]) {
            return None;
        }
        if let Rule::field_rest | Rule::type_rest = self.rule {
            return None;
        }
        if let Some(error) = self.text_with_quotes(before) {
            return Some(error);
        }
        if let Some(clause) = closest(self.word(self.token), &CLAUSES) {
            return Some(SyntaxError::Unexpected {
                span: self.span(),
                found: self.word(self.token).to_owned(),
                expected: Vec::new(),
                help: Some(format!("did you mean `{clause}`?")),
            });
        }
        let (first, second) = (self.path_back(before), self.path_forward(self.token));
        let text = |range: std::ops::Range<usize>| self.piece.layout.text[range].to_owned();
        let place = |range: &std::ops::Range<usize>| self.piece.layout.range(range.clone());
        let plain = self.is_path(&first) && self.is_path(&second);
        Some(SyntaxError::SideBySide {
            first: self.piece.layout.span(place(&first)),
            second: self.piece.layout.span(place(&second)),
            paths: plain.then(|| (text(place(&first)), text(place(&second)))),
        })
    }

    /// `"a {b ?? "c"}"`: the text ended at a quote that stands between its braces.
    fn text_with_quotes(&self, first: usize) -> Option<SyntaxError> {
        let open = self.word(first).rfind('{')?;
        let is_open = self.kind(first) == Some(TokenKind::Text) && !self.word(first)[open..].contains('}');
        let last = (first + 1..self.tokens.end)
            .take_while(|token| self.kind(*token) != Some(TokenKind::Newline))
            .find(|token| self.kind(*token) == Some(TokenKind::Text) && self.word(*token).contains('}'))?;
        let range = self.piece.layout.range(first..last + 1);
        let text = &self.piece.layout.text[range.clone()];
        let value = text.get(open + 1..)?.split('}').next()?.to_owned();
        is_open.then(|| SyntaxError::NotAPath {
            span: self.piece.layout.span(range),
            value: Some(value),
        })
    }

    fn ends_value(&self, token: usize) -> bool {
        match self.kind(token) {
            Some(TokenKind::Word) => {
                !BETWEEN.contains(&self.word(token)) && !matches!(self.word(token), "not" | "if" | "match")
            }
            Some(TokenKind::Number | TokenKind::Text | TokenKind::RawText | TokenKind::Quoted | TokenKind::Close) => {
                true
            }
            Some(TokenKind::Sign) => matches!(self.word(token), "!" | "?"),
            Some(TokenKind::Open | TokenKind::Newline | TokenKind::Unclosed) | None => false,
        }
    }

    fn starts_value(&self, token: usize) -> bool {
        match self.kind(token) {
            Some(TokenKind::Word) => !BETWEEN.contains(&self.word(token)) && !CLAUSES.contains(&self.word(token)),
            Some(TokenKind::Number | TokenKind::Text | TokenKind::RawText | TokenKind::Quoted) => true,
            Some(TokenKind::Open) => self.word(token) != "{",
            Some(TokenKind::Close | TokenKind::Sign | TokenKind::Newline | TokenKind::Unclosed) | None => false,
        }
    }

    fn path_back(&self, last: usize) -> std::ops::Range<usize> {
        let mut first = last;
        while first >= self.tokens.start + 2
            && matches!(self.word(first - 1), "." | "?.")
            && self.kind(first - 2) == Some(TokenKind::Word)
        {
            first -= 2;
        }
        first..last + 1
    }

    fn path_forward(&self, first: usize) -> std::ops::Range<usize> {
        let mut last = first;
        while matches!(self.word(last + 1), "." | "?.") && self.kind(last + 2) == Some(TokenKind::Word) {
            last += 2;
        }
        first..last + 1
    }

    fn is_path(&self, tokens: &std::ops::Range<usize>) -> bool {
        let ends = [tokens.start, tokens.end - 1];
        ends.iter()
            .all(|token| matches!(self.kind(*token), Some(TokenKind::Word | TokenKind::Quoted)))
    }

    fn unexpected(&self) -> SyntaxError {
        let found = match self.kind(self.token) {
            None | Some(TokenKind::Newline) => "",
            Some(_) => self.word(self.token),
        };
        let mut needed = Vec::new();
        let mut possible = Vec::new();
        for rule in &self.expected {
            let list = match words(*rule) {
                Weight::Needed(word) => (&mut needed, word),
                Weight::Possible(word) => (&mut possible, word),
                Weight::Hidden => continue,
            };
            if !list.0.contains(&list.1) {
                list.0.push(list.1);
            }
        }
        if self.expected.contains(&Rule::EOI) {
            possible.append(&mut needed);
        }
        let help = self
            .tighter_than_pipe(found)
            .or_else(|| self.behind_a_type(found))
            .or_else(|| may_stand(found, &needed, &possible));
        // What ended well, or only begins, lacks nothing: then the line that follows begins wrongly.
        let is_over = self.expected.contains(&Rule::EOI) || found == "." && self.begins_entry();
        if let Some(before) = self.line_before(self.token).filter(|_| !found.is_empty() && !is_over) {
            return SyntaxError::Unfinished {
                span: before,
                expected: needed,
                next: self.span(),
                help,
            };
        }
        SyntaxError::Unexpected {
            span: self.span(),
            found: found.to_owned(),
            expected: needed,
            help,
        }
    }

    /// Whether the token is the first behind a brace or comma.
    fn begins_entry(&self) -> bool {
        let before = (self.tokens.start..self.token)
            .rev()
            .find(|before| self.kind(*before) != Some(TokenKind::Newline));
        before.is_some_and(|before| matches!(self.word(before), "{" | ","))
    }

    /// The end of the line before, where a token begins another one.
    fn line_before(&self, token: usize) -> Option<Span> {
        let layout = self.piece.layout;
        let before = token.checked_sub(1).filter(|before| self.tokens.contains(before))?;
        let (before, token) = (layout.tokens.get(before)?, layout.tokens.get(token)?);
        let is_over = layout.is_over_lines(before.end..token.start);
        is_over.then(|| layout.span(before.end..before.end))
    }

    /// Something that no type is followed by.
    fn behind_a_type(&self, found: &str) -> Option<String> {
        let is_behind = matches!(self.rule, Rule::field_rest | Rule::type_rest)
            && !found.is_empty()
            && self.expects(&[Rule::modifier, Rule::EOI])
            && self.token > self.tokens.start;
        is_behind.then(|| {
            "behind a type may stand: | null, and then max N, default LITERAL, as \"..\", zone \"..\", sensitive, readonly, per language"
                .to_owned()
        })
    }

    fn tighter_than_pipe(&self, found: &str) -> Option<String> {
        let operator = matches!(
            found,
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" | "and" | "or" | "is" | "in"
        );
        (operator && self.expects(&[Rule::bar]) && !self.expects(&[Rule::infix]))
            .then(|| format!("`{found}` binds tighter than the pipe before it: put the piped value in parentheses"))
    }
}

fn may_stand(found: &str, needed: &[String], possible: &[String]) -> Option<String> {
    const MOST: usize = 8;
    if found.is_empty() || !needed.is_empty() || possible.is_empty() {
        return None;
    }
    let listed = possible.len().min(MOST);
    let more = if possible.len() > MOST { ", .." } else { "" };
    Some(format!("here may stand {}{more}", possible[..listed].join(", ")))
}
