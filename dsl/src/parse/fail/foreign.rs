//! Words and signs that other languages have, and what stands for them in this one.
//!
//! A row says what stands there, why it cannot, and how the text reads without it. What is told to be written is read by the
//! grammar before it is said, so that it is never the next mistake.

mod head;
mod shape;
mod types;

use super::{Failure, Rule};
use crate::edit::Edit;
use crate::error::SyntaxError;
use crate::layout::{TokenKind, lay_out};
use crate::parse::grammar::Grammar;
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use std::ops::Range;

/// A longer text is not shown whole.
const LONGEST: usize = 90;
/// How many mistakes of one text are repaired before it is shown.
const MOST: usize = 12;

/// What other languages write, what stands for it here, and a sentence that says so.
type Row = (&'static str, &'static str, &'static str);

/// Signs between values.
const OPERATORS: [Row; 8] = [
    ("&&", "and", "conditions are joined by `and`"),
    ("||", "or", "conditions are joined by `or`"),
    ("===", "==", "`==` compares"),
    ("!==", "!=", "`!=` compares"),
    ("<>", "!=", "`!=` compares"),
    (":=", "=", "`=` sets"),
    ("&", "and", "conditions are joined by `and`"),
    ("=", "==", "`==` compares, `=` is for targets and arguments"),
];

/// What is wrong at a place, and how it is put right.
struct Repair {
    /// The tokens that cannot stand there.
    tokens: Range<usize>,
    /// The mistake in a sentence.
    message: String,
    /// Why they cannot.
    here: String,
    /// New texts for tokens; an empty range is a place before a token.
    edits: Vec<(Range<usize>, String)>,
    /// What to write, where the whole would be too long.
    brief: String,
}

impl Failure<'_> {
    /// The mistake of somebody who writes another language.
    pub(super) fn foreign(&self) -> Option<SyntaxError> {
        let repair = self.repair()?;
        let whole = self.repaired(&repair, MOST).filter(|text| {
            let text = text.trim();
            text.len() <= LONGEST && !text.contains('\n')
        });
        let first = self.piece.layout.range(repair.tokens.clone());
        Some(SyntaxError::Foreign {
            span: self.piece.layout.span(first),
            message: repair.message,
            here: repair.here,
            edit: whole
                .as_ref()
                .map(|text| Box::new(Edit::new(self.piece.span(), self.piece.text.trim(), text.trim()))),
            help: match whole {
                Some(text) => format!("write  {}", text.trim()),
                None => repair.brief,
            },
        })
    }

    fn repair(&self) -> Option<Repair> {
        if let Rule::field_rest | Rule::type_rest = self.rule {
            return self.type_of_another_language();
        }
        self.comment()
            .or_else(|| self.end_of_statement())
            .or_else(|| self.choice())
            .or_else(|| self.head())
            .or_else(|| self.shape())
            .or_else(|| self.operator())
    }

    /// The whole text as it is right, if the grammar says so.
    fn repaired(&self, repair: &Repair, left: usize) -> Option<String> {
        let text = self.edited(&repair.edits);
        let layout = lay_out(self.piece.layout.file, 0, &text);
        if !layout.errors.is_empty() {
            return None;
        }
        let Err(error) = Grammar::parse(self.rule, &layout.text) else {
            return Some(text);
        };
        let left = left.checked_sub(1)?;
        let (at, expected) = match (&error.location, &error.variant) {
            (InputLocation::Pos(at) | InputLocation::Span((at, _)), ErrorVariant::ParsingError { positives, .. }) => {
                (*at, positives.clone())
            }
            (_, ErrorVariant::CustomError { .. }) => return None,
        };
        let piece = crate::parse::Piece::all(&layout);
        // A piece begins with its first token.
        let at = at.checked_sub(piece.start)?;
        let next = Failure::new(&piece, at, expected, self.rule);
        let repair = next.repair()?;
        next.repaired(&repair, left)
    }

    /// The text of the piece with some tokens replaced.
    fn edited(&self, edits: &[(Range<usize>, String)]) -> String {
        let layout = self.piece.layout;
        let end = self.piece.start + self.piece.text.len();
        let offset = |token: usize| match layout.tokens.get(token) {
            Some(token) => token.start.min(end) - self.piece.start,
            None => self.piece.text.len(),
        };
        let mut edits: Vec<(Range<usize>, &str)> = edits
            .iter()
            .map(|(tokens, text)| match tokens.is_empty() {
                true if tokens.start >= self.tokens.end => {
                    (self.piece.text.len()..self.piece.text.len(), text.as_str())
                }
                true => (offset(tokens.start)..offset(tokens.start), text.as_str()),
                false => {
                    let range = layout.range(tokens.clone());
                    (
                        range.start - self.piece.start..range.end - self.piece.start,
                        text.as_str(),
                    )
                }
            })
            .collect();
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut made = String::new();
        let mut at = 0;
        for (range, text) in edits {
            made.push_str(self.piece.text.get(at..range.start).unwrap_or(""));
            if text.starts_with(')') {
                made.truncate(made.trim_end().len());
            }
            made.push_str(text);
            at = range.end.max(at);
            if text.is_empty() {
                made.truncate(made.trim_end().len());
                let next = self.piece.text.get(at..).unwrap_or("").chars().next();
                let is_apart = next.is_none_or(|next| next.is_whitespace() || "),]}".contains(next));
                if !is_apart && !made.is_empty() && !made.ends_with('(') {
                    made.push(' ');
                }
            }
        }
        made.push_str(self.piece.text.get(at..).unwrap_or(""));
        made
    }

    /// The text of some tokens.
    fn text(&self, tokens: Range<usize>) -> String {
        let range = self.piece.layout.range(tokens);
        let text = range.start.checked_sub(self.piece.start);
        let text = text.and_then(|start| self.piece.text.get(start..range.end - self.piece.start));
        text.unwrap_or("").to_owned()
    }

    /// Signs that stand at the place and those right before it, as one of these.
    fn sign_among<'r>(&self, rows: &'r [Row]) -> Option<(Range<usize>, &'r Row)> {
        let layout = self.piece.layout;
        (0..2).rev().find_map(|back| {
            let start = self
                .token
                .checked_sub(back)
                .filter(|start| self.tokens.contains(start))?;
            let from = layout.tokens.get(start)?.start;
            rows.iter().find_map(|row| {
                let end = (start..self.tokens.end)
                    .take_while(|token| layout.tokens[*token].end <= from + row.0.len())
                    .last()?;
                let is_it = layout.text.get(from..layout.tokens[end].end) == Some(row.0) && end >= self.token;
                is_it.then_some((start..end + 1, row))
            })
        })
    }

    /// `a && b`
    fn operator(&self) -> Option<Repair> {
        if self.word(self.token) == "!" && self.expects_value() {
            let here = "`not` turns a condition around";
            return Some(self.no_such("!", here, self.token..self.token + 1, "not ", "write `not`"));
        }
        let (tokens, (theirs, ours, here)) = self.sign_among(&OPERATORS)?;
        let is_between = self.expects_operator() || *theirs != "=" && tokens.start < self.token;
        if !is_between
            || !tokens
                .start
                .checked_sub(1)
                .is_some_and(|before| self.ends_value(before))
        {
            return None;
        }
        let literal = matches!(
            self.kind(tokens.end),
            Some(TokenKind::Text | TokenKind::RawText | TokenKind::Number)
        );
        // A constant is no condition: `||` gives a default there.
        if *theirs == "||" && literal {
            let here = "`??` stands between a value and its default";
            return Some(self.no_such("||", here, tokens, "??", "write `??`"));
        }
        Some(self.no_such(theirs, here, tokens, ours, &format!("write `{ours}`")))
    }

    fn no_such(&self, theirs: &str, here: &str, tokens: Range<usize>, ours: &str, brief: &str) -> Repair {
        Repair {
            tokens: tokens.clone(),
            message: format!("the language has no `{theirs}`"),
            here: here.to_owned(),
            edits: vec![(tokens, ours.to_owned())],
            brief: brief.to_owned(),
        }
    }

    /// `// why`, `/* why */`
    fn comment(&self) -> Option<Repair> {
        let rows: [Row; 2] = [("//", "#", ""), ("/*", "#", "")];
        let (tokens, (theirs, _, _)) = self.sign_among(&rows)?;
        let here = "`#` begins a comment";
        let end = (tokens.end..self.tokens.end).find(|token| self.kind(*token) == Some(TokenKind::Newline));
        let words = self.text(tokens.end..end.unwrap_or(self.tokens.end));
        let all = tokens.start..end.unwrap_or(self.tokens.end);
        let words = words.trim_end_matches(['*', '/', ' ']);
        let brief = "write `#`";
        Some(Repair {
            edits: vec![(all, format!("# {words}"))],
            ..self.no_such(theirs, here, tokens, "#", brief)
        })
    }

    /// `;` or `,` where a line ends.
    fn end_of_statement(&self) -> Option<Repair> {
        let sign = self.word(self.token).to_owned();
        if !matches!(sign.as_str(), ";" | ",") || self.expects(&[Rule::comma]) {
            return None;
        }
        let is_last = self.token + 1 >= self.tokens.end;
        if sign == "," && !is_last {
            return None;
        }
        let brief = match is_last {
            true => format!("remove the `{sign}`"),
            false => "begin a new line instead".to_owned(),
        };
        Some(Repair {
            message: format!("no `{sign}` stands at the end of a line"),
            brief: brief.clone(),
            ..self.no_such(
                &sign,
                "the end of the line ends the statement",
                self.token..self.token + 1,
                "",
                &brief,
            )
        })
    }
}
