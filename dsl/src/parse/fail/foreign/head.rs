//! Heads of items and statements as other languages write them.

use super::Repair;
use crate::layout::TokenKind;
use crate::parse::Rule;
use crate::parse::fail::{CLAUSES, Failure};

impl Failure<'_> {
    pub(super) fn head(&self) -> Option<Repair> {
        match self.rule {
            Rule::connector_rest => self.number_as_text(),
            Rule::external_rest => self.key_in_parentheses(),
            Rule::import_rest | Rule::export_rest => self.turned_around(),
            Rule::expect_rest => self.error_without_kind(),
            Rule::any_name_rest => self.typed_let(),
            Rule::targets_rest => self.clause_before_the_value(),
            _ => None,
        }
    }

    /// `connector shop 2.0`
    fn number_as_text(&self) -> Option<Repair> {
        let is_version = self.kind(self.token) == Some(TokenKind::Number);
        let whole = self.token..self.token + 1;
        let quoted = format!("\"{}\"", self.word(self.token));
        is_version.then(|| Repair {
            brief: format!("write  {quoted}"),
            ..self.edits(
                "a version stands in quotes",
                "a number",
                whole.clone(),
                vec![(whole, quoted)],
            )
        })
    }

    /// `external Customer (key id)`
    fn key_in_parentheses(&self) -> Option<Repair> {
        let word = self.token..self.token + 1;
        let close = self.piece.layout.after(self.token).checked_sub(1)?;
        (self.word(self.token) == "(").then(|| {
            let edits = vec![(word.clone(), String::new()), (close..close + 1, String::new())];
            Repair {
                brief: "write  key FIELD".to_owned(),
                ..self.edits("`key` takes no parentheses", "not in parentheses", word, edits)
            }
        })
    }

    /// `import Order to sale.order`
    fn turned_around(&self) -> Option<Repair> {
        let word = self.token..self.token + 1;
        let (ours, here) = match self.word(self.token) {
            "to" => ("from", "an import names the model first, then where it comes from"),
            "from" => ("to", "an export names the model first, then where it goes to"),
            _ => return None,
        };
        let message = format!("no `{}` stands in this line", self.word(self.token));
        let before = self
            .token
            .checked_sub(1)
            .filter(|before| self.tokens.contains(before))?;
        let (first, second) = (self.path_back(before), self.path_forward(self.token + 1));
        let (left, right) = (self.text(first.clone()), self.text(second.clone()));
        let edits = vec![(first, right), (word.clone(), ours.to_owned()), (second, left)];
        Some(Repair {
            brief: format!("write  MODEL {ours} RECORD"),
            ..self.edits(&message, here, word, edits)
        })
    }

    /// `expect error at name`
    fn error_without_kind(&self) -> Option<Repair> {
        let at = self.token.checked_sub(1).filter(|at| self.word(*at) == "at")?;
        let target = self.word(self.token).to_owned();
        Some(Repair {
            brief: format!("write  error unbound at {target}"),
            ..self.edits(
                "an expected error has a kind",
                "before `at`: unbound, ambiguous, disagree, cycle, data or busy",
                at..at + 1,
                vec![(at..at, "unbound ".to_owned())],
            )
        })
    }

    /// `note when c.a = c.b`
    fn clause_before_the_value(&self) -> Option<Repair> {
        let word = self.word(self.token).to_owned();
        let target = self.text(self.tokens.start..self.token);
        let whole = self.token..self.token + 1;
        CLAUSES.contains(&word.as_str()).then(|| Repair {
            brief: format!("write  {target} = VALUE {word} .."),
            // The value is not part of this text, so nothing shorter is right.
            ..self.edits(
                &format!("`{word}` stands behind the value"),
                "before the value only targets stand",
                whole.clone(),
                Vec::new(),
            )
        })
    }

    /// `let x: text = ..`
    fn typed_let(&self) -> Option<Repair> {
        let name = self.token.checked_sub(1).filter(|name| self.tokens.contains(name))?;
        let rest = self.token..self.tokens.end;
        (self.word(self.token) == ":").then(|| Repair {
            brief: format!("write  let {} = ..", self.word(name)),
            ..self.edits(
                "a `let` has the type of its value",
                "no type is written",
                rest,
                vec![(self.tokens.end..self.tokens.end, " ..".to_owned())],
            )
        })
    }
}
