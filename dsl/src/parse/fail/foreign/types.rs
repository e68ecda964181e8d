//! Types and modifiers as other languages write them.

use super::{Repair, Row};
use crate::layout::TokenKind;
use crate::parse::Rule;
use crate::parse::fail::Failure;
use std::ops::Range;

/// Words behind a type.
const MODIFIERS: [Row; 15] = [
    ("format", "as", "`as` says how it is written"),
    ("timezone", "zone", "`zone` says where its clock stands"),
    ("tz", "zone", "`zone` says where its clock stands"),
    ("length", "max", "`max` says how long it may be"),
    ("size", "max", "`max` says how long it may be"),
    ("maxlength", "max", "`max` says how long it may be"),
    ("max_length", "max", "`max` says how long it may be"),
    ("secret", "sensitive", "`sensitive` keeps it out of logs and pages"),
    ("private", "sensitive", "`sensitive` keeps it out of logs and pages"),
    (
        "translate",
        "per language",
        "`per language` gives it a value in each language",
    ),
    (
        "translated",
        "per language",
        "`per language` gives it a value in each language",
    ),
    ("required", "", REQUIRED),
    ("mandatory", "", REQUIRED),
    ("nullable", NULLABLE, "`| null` says that it may be null"),
    ("optional", NULLABLE, "`| null` says that it may be null"),
];
const REQUIRED: &str = "a field is required unless `| null` stands behind its type";
const NULLABLE: &str = "| null";

/// Words that begin a modifier.
const OURS: [&str; 12] = [
    "max",
    "as",
    "zone",
    "null",
    "sensitive",
    "readonly",
    "per",
    "default",
    "fill",
    "renamed",
    "on",
    "by",
];

/// Names of lists.
const LISTS: [&str; 8] = ["list", "List", "array", "Array", "set", "Set", "vector", "seq"];
/// Names of sets of words.
const ENUMS: [&str; 6] = ["enum", "Enum", "selection", "Selection", "choice", "oneof"];

impl Failure<'_> {
    pub(super) fn type_of_another_language(&self) -> Option<Repair> {
        self.null_behind_modifiers()
            .or_else(|| self.modifier_before_the_type())
            .or_else(|| self.digits())
            .or_else(|| self.list())
            .or_else(|| self.parameters())
            .or_else(|| self.optional())
            .or_else(|| self.default_value())
            .or_else(|| self.not_null())
            .or_else(|| self.modifier())
            .or_else(|| self.unquoted())
    }

    /// The first token of the type that stands before a token: of this field, where fields stand in braces.
    fn type_start(&self) -> usize {
        let mut start = self.tokens.start;
        let mut at = start;
        while at < self.token {
            let after = self.piece.layout.after(at);
            if after > self.token {
                at += 1;
                start = at;
                continue;
            }
            if matches!(self.word(at), ":" | "?:") {
                start = at + 1;
            }
            at = after;
        }
        start
    }

    /// Where the first modifier stands before the place, if one does.
    fn first_modifier(&self) -> Option<usize> {
        let start = self.type_start();
        (start + 1..self.token).find(|token| {
            OURS.contains(&self.word(*token)) && !matches!(self.word(token - 1), "|" | "[" | "{" | "ref" | "ext")
        })
    }

    /// `text max 24 | null`
    fn null_behind_modifiers(&self) -> Option<Repair> {
        let is_null =
            self.word(self.token) == "|" && self.word(self.token + 1) == "null" && !self.expects(&[Rule::bar]);
        let first = self.first_modifier().filter(|_| is_null)?;
        let end = self.token..self.token + 2;
        let edits = vec![(first..first, "| null ".to_owned()), (end.clone(), String::new())];
        let word = self.word(first).to_owned();
        Some(Repair {
            brief: format!("write `| null` before `{word}`"),
            ..self.edits(
                &format!("`| null` stands before `{word}`"),
                "belongs to the type, not to what stands behind it",
                end,
                edits,
            )
        })
    }

    /// `default 0.00 decimal(2)`
    fn modifier_before_the_type(&self) -> Option<Repair> {
        let start = self.type_start();
        let word = self.word(start).to_owned();
        let is_first = matches!(word.as_str(), "max" | "default" | "zone" | "as") && self.token == start + 1;
        let (words, end) = (start..start + 2, self.tokens.end);
        is_first.then(|| {
            let made = format!(" {}", self.text(words.clone()));
            Repair {
                brief: format!("write the type before `{word}`"),
                ..self.edits(
                    "the type stands first",
                    &format!("`{word}` stands behind the type"),
                    words.clone(),
                    vec![(words, String::new()), (end..end, made)],
                )
            }
        })
    }

    /// `decimal(10, 2)`
    fn digits(&self) -> Option<Repair> {
        let number = self.token.checked_sub(1)?;
        let is_second = self.word(self.token) == ","
            && self.kind(self.token + 1) == Some(TokenKind::Number)
            && self.word(self.token + 2) == ")"
            && self.kind(number) == Some(TokenKind::Number)
            && number.checked_sub(2).is_some_and(|name| self.word(name) == "decimal");
        let both = number..self.token + 2;
        let digits = self.word(self.token + 1).to_owned();
        is_second.then(|| Repair {
            brief: format!("write  decimal({digits})"),
            ..self.edits(
                "`decimal` takes one number: the digits after the point",
                "digits before the point are not limited",
                both.clone(),
                vec![(both, digits)],
            )
        })
    }

    /// `Item[]`, `list of Item`, `List<Item>`
    fn list(&self) -> Option<Repair> {
        let before = self
            .token
            .checked_sub(1)
            .filter(|before| self.tokens.contains(before))?;
        let (message, here) = ("a list is written in [ ]", "not a list of this language");
        if self.word(self.token) == "[" && self.word(self.token + 1) == "]" {
            let name = self.dotted_back(before);
            let whole = name.start..self.token + 2;
            let made = format!("[{}]", self.text(name));
            return Some(Repair {
                brief: format!("write  {made}"),
                ..self.edits(message, here, whole.clone(), vec![(whole, made)])
            });
        }
        if !LISTS.contains(&self.word(before)) {
            return None;
        }
        let (first, is_open) = match self.word(self.token) {
            "of" => (self.token + 1, false),
            "<" | "(" | "[" => (self.token + 1, true),
            _ if self.kind(self.token) == Some(TokenKind::Word) => (self.token, false),
            _ => return None,
        };
        let name = self.dotted_forward(first);
        let closed = is_open && matches!(self.word(name.end), ">" | ")" | "]");
        let whole = before..name.end + usize::from(closed);
        let made = format!("[{}]", self.text(name));
        Some(Repair {
            brief: format!("write  {made}"),
            ..self.edits(message, here, whole.clone(), vec![(whole, made)])
        })
    }

    /// `text(64)`, `ref(res.partner)`, `selection("a", "b")`
    fn parameters(&self) -> Option<Repair> {
        let name = self.token.checked_sub(1).filter(|name| self.tokens.contains(name))?;
        if self.word(self.token) != "(" {
            return None;
        }
        let end = self.piece.layout.after(self.token).min(self.tokens.end);
        let inside = self.token + 1..end.saturating_sub(1).max(self.token + 1);
        let word = self.word(name).to_owned();
        let (message, made) = match word.as_str() {
            "ref" | "ext" => (
                format!("`{word}` takes no parentheses"),
                format!("{word} {}", self.text(inside)),
            ),
            word if ENUMS.contains(&word) => {
                let words: Vec<String> = inside
                    .filter(|token| self.word(*token) != ",")
                    .map(|token| self.in_quotes(token))
                    .collect();
                ("an enum is written as its values".to_owned(), words.join(" | "))
            }
            "money" | "currency" | "numeric" | "number" | "Decimal" => {
                let digits = self.text(inside.end.saturating_sub(1)..inside.end);
                (format!("there is no type `{word}`"), format!("decimal({digits})"))
            }
            _ if inside.len() == 1 && self.kind(inside.start) == Some(TokenKind::Number) => (
                "`max` says how long a text may be".to_owned(),
                format!("text max {}", self.text(inside)),
            ),
            _ => return None,
        };
        let whole = name..end;
        Some(Repair {
            brief: format!("write  {made}"),
            ..self.edits(&message, "not written so", whole.clone(), vec![(whole, made)])
        })
    }

    fn in_quotes(&self, token: usize) -> String {
        match self.kind(token) {
            Some(TokenKind::Word) => format!("\"{}\"", self.word(token)),
            _ => self.word(token).to_owned(),
        }
    }

    /// `text?`
    fn optional(&self) -> Option<Repair> {
        let mark = self.token..self.token + 1;
        (self.word(self.token) == "?").then(|| Repair {
            brief: "write `| null`".to_owned(),
            ..self.edits(
                "no `?` stands behind a type",
                "`| null` says that it may be null; `?:` before the type, that it may be missing",
                mark.clone(),
                vec![(mark, " | null".to_owned())],
            )
        })
    }

    /// `int = 0`
    fn default_value(&self) -> Option<Repair> {
        let sign = self.token..self.token + 1;
        (self.word(self.token) == "=").then(|| Repair {
            brief: "write `default`".to_owned(),
            ..self.edits(
                "no `=` stands behind a type",
                "`default` gives the value of a field that is not written",
                sign.clone(),
                vec![(sign, "default".to_owned())],
            )
        })
    }

    /// `text not null`
    fn not_null(&self) -> Option<Repair> {
        let both = self.token..self.token + 2;
        let is_it =
            matches!(self.word(self.token), "not" | "NOT") && matches!(self.word(self.token + 1), "null" | "NULL");
        is_it.then(|| Repair {
            brief: "leave it out".to_owned(),
            ..self.edits(
                "`not null` is what every type says by itself",
                REQUIRED,
                both.clone(),
                vec![(both, String::new())],
            )
        })
    }

    /// `text required`, `datetime format ".."`
    fn modifier(&self) -> Option<Repair> {
        let whole = self.token..self.token + 1;
        let row = MODIFIERS.iter().find(|(theirs, _, _)| *theirs == self.word(self.token));
        let (theirs, ours, here) = row?;
        let mut edits = vec![(whole.clone(), (*ours).to_owned())];
        if *ours == "max" && self.word(self.token + 1) == "(" {
            edits.push((self.token + 1..self.token + 2, " ".to_owned()));
            edits.push((self.token + 3..self.token + 4, String::new()));
        }
        if *ours == NULLABLE {
            let end = self.first_modifier().unwrap_or(self.token);
            edits = vec![(end..end, "| null ".to_owned()), (whole.clone(), String::new())];
        }
        let (message, brief) = match ours.is_empty() {
            true => (format!("`{theirs}` says nothing"), "leave it out".to_owned()),
            false => (format!("no `{theirs}` stands behind a type"), format!("write `{ours}`")),
        };
        Some(Repair {
            brief,
            ..self.edits(&message, here, whole, edits)
        })
    }

    /// `as %Y-%m-%d`, `zone Europe/Paris`
    fn unquoted(&self) -> Option<Repair> {
        let word = (self.token.saturating_sub(2)..self.token)
            .rev()
            .filter(|token| self.tokens.contains(token))
            .find(|token| matches!(self.word(*token), "as" | "zone"))?;
        let first = word + 1;
        let end = (first..self.tokens.end)
            .find(|token| OURS.contains(&self.word(*token)) || matches!(self.word(*token), "|" | "," | "}" | "\n"))
            .unwrap_or(self.tokens.end);
        if first >= end || matches!(self.kind(first), Some(TokenKind::Text | TokenKind::RawText)) {
            return None;
        }
        let (what, quoted) = (self.word(word).to_owned(), format!("\"{}\"", self.text(first..end)));
        Some(Repair {
            brief: format!("write  {what} {quoted}"),
            ..self.edits(
                &format!("a text stands behind `{what}`"),
                "not in quotes",
                first..end,
                vec![(first..end, quoted)],
            )
        })
    }

    fn dotted_back(&self, last: usize) -> Range<usize> {
        let path = self.path_back(last);
        let word = path.start.checked_sub(1);
        match word.filter(|word| matches!(self.word(*word), "ref" | "ext")) {
            Some(word) => word..path.end,
            None => path,
        }
    }

    fn dotted_forward(&self, first: usize) -> Range<usize> {
        let start = match self.word(first) {
            "ref" | "ext" => first + 1,
            _ => first,
        };
        first..self.path_forward(start).end
    }
}
