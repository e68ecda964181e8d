//! Expressions that other languages build of several words: choices, calls of methods, lists in parentheses.

use super::Repair;
use crate::layout::TokenKind;
use crate::parse::Rule;
use crate::parse::fail::{CLAUSES, Failure};
use std::ops::Range;

impl Failure<'_> {
    pub(super) fn edits(
        &self,
        message: &str,
        here: &str,
        tokens: Range<usize>,
        edits: Vec<(Range<usize>, String)>,
    ) -> Repair {
        Repair {
            tokens,
            message: message.to_owned(),
            here: here.to_owned(),
            edits,
            brief: String::new(),
        }
    }

    /// The first token of the value that stands before a token.
    fn value_start(&self, token: usize) -> usize {
        let mut start = self.tokens.start;
        let mut at = self.tokens.start;
        while at < token {
            let after = self.piece.layout.after(at);
            if after > token {
                // The token stands inside this bracket.
                at += 1;
                start = at;
                continue;
            }
            if matches!(self.word(at), "=>" | "," | "=" | "\n") || CLAUSES.contains(&self.word(at)) {
                start = at + 1;
            }
            at = after;
        }
        start
    }

    /// The token behind the value that begins at a token, or one of these words on the way.
    fn value_end(&self, from: usize, words: &[&str]) -> usize {
        let mut at = from;
        while at < self.tokens.end {
            let word = self.word(at);
            let ends = matches!(word, ")" | "]" | "}" | "," | "\n") || CLAUSES.contains(&word);
            if ends || words.contains(&word) {
                return at;
            }
            at = self.piece.layout.after(at).max(at + 1);
        }
        self.tokens.end
    }

    /// `a ? b : c`, `if a then b else c`, `b if a else c`, `a ? b`
    pub(super) fn choice(&self) -> Option<Repair> {
        let word = self.token..self.token + 1;
        match self.word(self.token) {
            "?" if self.expects_operator() => Some(self.question()),
            "?:" if self.expects_operator() => Some(Repair {
                brief: "write `??`".to_owned(),
                ..self.edits(
                    "the language has no `?:` between values",
                    "`??` stands between a value and its default",
                    word.clone(),
                    vec![(word, "??".to_owned())],
                )
            }),
            "then" => Some(self.then()),
            "if" if self.expects_operator() => self.condition_behind(),
            _ => None,
        }
    }

    fn question(&self) -> Repair {
        let colon = self.value_end(self.token + 1, &[":"]);
        let mark = self.token..self.token + 1;
        if self.word(colon) != ":" {
            let here = "`??` stands between a value and its default";
            let edits = vec![(mark.clone(), "??".to_owned())];
            return Repair {
                brief: "write `??` before a default".to_owned(),
                ..self.edits("the language has no `?` between values", here, mark, edits)
            };
        }
        let start = self.value_start(self.token);
        let end = self.value_end(colon + 1, &[]);
        let edits = vec![
            (start..start, "if ".to_owned()),
            (mark.clone(), "{".to_owned()),
            (colon..colon + 1, "} else {".to_owned()),
            (end..end, self.closing(end)),
        ];
        Repair {
            brief: "write  if CONDITION { VALUE } else { OTHER }".to_owned(),
            ..self.edits("the language has no `? :`", "`if` makes a choice", mark, edits)
        }
    }

    fn then(&self) -> Repair {
        let word = self.token..self.token + 1;
        let otherwise = self.value_end(self.token + 1, &["else"]);
        let mut edits = vec![(word.clone(), "{".to_owned())];
        if self.word(otherwise) == "else" {
            let end = self.value_end(otherwise + 1, &[]);
            edits.push((otherwise..otherwise + 1, "} else {".to_owned()));
            edits.push((end..end, self.closing(end)));
        } else {
            edits.push((otherwise..otherwise, self.closing(otherwise)));
        }
        Repair {
            brief: "write  if CONDITION { VALUE } else { OTHER }".to_owned(),
            ..self.edits(
                "the language has no `then`",
                "what `if` gives stands in braces",
                word,
                edits,
            )
        }
    }

    /// A brace before a token, apart from both sides.
    fn closing(&self, token: usize) -> String {
        match token >= self.tokens.end || matches!(self.word(token), ")" | "]" | "," | "\n") {
            true => " }".to_owned(),
            false => "} ".to_owned(),
        }
    }

    fn condition_behind(&self) -> Option<Repair> {
        let start = self.value_start(self.token);
        let otherwise = self.value_end(self.token + 1, &["else"]);
        if self.word(otherwise) != "else" {
            return None;
        }
        let end = self.value_end(otherwise + 1, &[]);
        let value = self.text(start..self.token);
        let condition = self.text(self.token + 1..otherwise);
        let other = self.text(otherwise + 1..end);
        let made = format!("if {condition} {{ {value} }} else {{ {other} }}");
        Some(Repair {
            brief: "write  if CONDITION { VALUE } else { OTHER }".to_owned(),
            ..self.edits(
                "`if` stands before its value",
                "the condition comes first",
                self.token..self.token + 1,
                vec![(start..end, made)],
            )
        })
    }

    /// What else is built otherwise.
    pub(super) fn shape(&self) -> Option<Repair> {
        self.parenthesized_list()
            .or_else(|| self.presence())
            .or_else(|| self.rest_arm())
            .or_else(|| self.method())
            .or_else(|| self.field_of_a_step())
            .or_else(|| self.function_name())
            .or_else(|| self.reason_without_words())
            .or_else(|| self.pattern())
            .or_else(|| self.bare_word())
    }

    /// `a in ("x", "y")`
    fn parenthesized_list(&self) -> Option<Repair> {
        if self.word(self.token) != "," || !self.expects(&[Rule::close_paren]) {
            return None;
        }
        let layout = self.piece.layout;
        let open = (self.tokens.start..self.token)
            .rev()
            .find(|token| self.word(*token) == "(" && layout.after(*token) > self.token)?;
        let is_in = open.checked_sub(1).is_some_and(|before| self.word(before) == "in");
        let close = layout.after(open) - 1;
        let edits = vec![(open..open + 1, "[".to_owned()), (close..close + 1, "]".to_owned())];
        is_in.then(|| Repair {
            brief: "write  in [a, b]".to_owned(),
            ..self.edits("`in` takes a list", "a list stands in [ ]", open..close + 1, edits)
        })
    }

    /// `is not null`, `not in`
    fn presence(&self) -> Option<Repair> {
        let before = self.token.checked_sub(1)?;
        let (word, next) = (self.word(self.token), self.word(self.token + 1));
        if self.word(before) == "is" && matches!(word, "not" | "NOT") {
            let meant = match next {
                "null" | "absent" | "missing" | "empty" | "NULL" | "None" | "nil" => "present",
                "present" => "absent",
                _ => return None,
            };
            let words = self.token..self.token + 2;
            let here = format!("`is {meant}` says it");
            let edits = vec![(words.clone(), meant.to_owned())];
            return Some(Repair {
                brief: format!("write  is {meant}"),
                ..self.edits("no `not` stands behind `is`", &here, words, edits)
            });
        }
        if word != "not" || next != "in" || !self.expects_operator() {
            return None;
        }
        let start = self.path_back(before).start;
        let edits = vec![
            (start..start, "not ".to_owned()),
            (self.token..self.token + 1, String::new()),
        ];
        Some(Repair {
            brief: "write  not a in [..]".to_owned(),
            ..self.edits(
                "`not` stands before the whole comparison",
                "`not a in [..]` is `not (a in [..])`",
                self.token..self.token + 1,
                edits,
            )
        })
    }

    /// `else => ..` in a `match`
    fn rest_arm(&self) -> Option<Repair> {
        let word = self.word(self.token).to_owned();
        let is_rest = matches!(word.as_str(), "else" | "default" | "otherwise" | "*")
            && matches!(self.word(self.token + 1), "=>" | ":" | "->")
            && self.expects(&[Rule::arm, Rule::pattern, Rule::hole]);
        let all = self.token..self.token + 2;
        is_rest.then(|| Repair {
            message: format!("no arm of a `match` begins with `{word}`"),
            ..self.no_such(&word, "`_` stands for all other values", all, "_ =>", "write  _ => ..")
        })
    }

    /// `a.map(..).join(..)`
    fn method(&self) -> Option<Repair> {
        let dot = self.token.checked_sub(2).filter(|dot| self.tokens.contains(dot))?;
        let is_call = self.word(self.token) == "("
            && self.kind(self.token - 1) == Some(TokenKind::Word)
            && matches!(self.word(dot), "." | "?.")
            && self.expects_operator();
        if !is_call {
            return None;
        }
        let mut edits = Vec::new();
        for token in self.tokens.start + 1..self.tokens.end {
            let is_dot = matches!(self.word(token), "." | "?.") && self.word(token + 2) == "(";
            if is_dot && self.kind(token + 1) == Some(TokenKind::Word) && self.ends_value(token - 1) {
                edits.push((token..token + 1, " | ".to_owned()));
                if self.word(token + 3) == ")" {
                    edits.push((token + 2..token + 4, String::new()));
                }
            }
        }
        Some(Repair {
            brief: format!("write  .. | {}(..)", self.word(self.token - 1)),
            ..self.edits(
                "a value has fields, but no functions",
                "a function stands behind a pipe",
                dot..self.token,
                edits,
            )
        })
    }

    /// `a | last?.b`, `a | last | .b`
    fn field_of_a_step(&self) -> Option<Repair> {
        let before = self
            .token
            .checked_sub(1)
            .filter(|before| self.tokens.contains(before))?;
        let sign = self.word(self.token).to_owned();
        if !matches!(sign.as_str(), "." | "?.") || self.kind(self.token + 1) != Some(TokenKind::Word) {
            return None;
        }
        let start = self.value_start(self.token);
        let dot = self.token..self.token + 1;
        let close = if self.word(before) == "|" {
            (before..self.token + 1, ")?.")
        } else if sign == "?." && self.kind(before) == Some(TokenKind::Word) {
            // `last?.b`: the mark belongs to the step.
            (dot, "?)?.")
        } else if sign == "?." {
            (dot, ")?.")
        } else {
            (dot, ").")
        };
        let is_step = self.word(before) == "|" || self.expects(&[Rule::bar, Rule::args]);
        let field = self.word(self.token + 1).to_owned();
        is_step.then(|| Repair {
            brief: format!("write  (.. | ..)?.{field}"),
            ..self.edits(
                &format!("`{sign}{field}` cannot stand behind a step of a pipe"),
                "put what it is a field of in parentheses",
                self.token..self.token + 2,
                vec![(start..start, "(".to_owned()), (close.0, close.1.to_owned())],
            )
        })
    }

    /// `map(ext_of!)`
    fn function_name(&self) -> Option<Repair> {
        let name = self.token.checked_sub(1).filter(|name| self.tokens.contains(name))?;
        let before = name.checked_sub(1).filter(|before| self.tokens.contains(before))?;
        let is_name = matches!(self.word(self.token), "!" | "?")
            && self.kind(name) == Some(TokenKind::Word)
            && matches!(self.word(before), "(" | ",")
            && matches!(self.word(self.token + 1), ")" | ",");
        let whole = name..self.token + 1;
        is_name.then(|| {
            let step = self.text(whole.clone());
            let made = format!("x => {step}(x)");
            Repair {
                brief: format!("write  {made}"),
                ..self.edits(
                    "a function is not given by its name",
                    "say what becomes of one element",
                    whole.clone(),
                    vec![(whole, made)],
                )
            }
        })
    }

    /// `check a > 0 "why"`, `skip when a "why"`
    fn reason_without_words(&self) -> Option<Repair> {
        let is_text = matches!(self.kind(self.token), Some(TokenKind::Text | TokenKind::RawText));
        let (message, words) = match self.rule {
            Rule::check_rest if self.expects(&[Rule::kw_else]) => (
                "a `check` says what happens where it does not hold",
                "else fail because ",
            ),
            Rule::skip_rest | Rule::retry_rest if self.expects(&[Rule::kw_because]) => {
                ("a reason stands behind `because`", "because ")
            }
            _ => return None,
        };
        is_text.then(|| Repair {
            brief: format!("write  {words}\"..\""),
            ..self.edits(
                message,
                "the reason",
                self.token..self.token + 1,
                vec![(self.token..self.token, words.to_owned())],
            )
        })
    }

    /// `/a/`
    fn pattern(&self) -> Option<Repair> {
        let is_start = self.word(self.token) == "/" && (self.expects_value() || self.expects(&[Rule::arg]));
        let end = (self.token + 1..self.tokens.end).find(|token| self.word(*token) == "/")?;
        let whole = self.token..end + 1;
        is_start.then(|| {
            let words = self.text(self.token + 1..end);
            Repair {
                brief: "write a text".to_owned(),
                ..self.edits(
                    "there are no regular expressions",
                    "a text must stand here",
                    whole.clone(),
                    vec![(whole, format!("\"{words}\""))],
                )
            }
        })
    }

    /// A word in a table or `match` that is a text.
    fn bare_word(&self) -> Option<Repair> {
        let rules = [
            Rule::cell,
            Rule::arm,
            Rule::pattern,
            Rule::row_rest,
            Rule::literal,
            Rule::hole,
        ];
        let is_word = self.kind(self.token) == Some(TokenKind::Word) && self.expects(&rules) && !self.expects_value();
        let word = self.word(self.token).to_owned();
        let whole = self.token..self.token + 1;
        is_word.then(|| Repair {
            brief: format!("write  \"{word}\""),
            ..self.edits(
                &format!("the text `{word}` stands without quotes"),
                "texts stand in quotes",
                whole.clone(),
                vec![(whole, format!("\"{word}\""))],
            )
        })
    }
}
