//! Lines that begin as in other languages: comments of theirs, and rules with a colon.

use super::Reader;
use crate::edit::Edit;
use crate::error::SyntaxError;
use std::ops::Range;

impl Reader<'_> {
    /// The mistake of somebody who writes another language, where a line begins like that.
    pub(super) fn foreign_start(&self, line: &Range<usize>) -> Option<SyntaxError> {
        let word = |at: usize| match line.contains(&at) {
            true => self.layout.word(at),
            false => "",
        };
        let said = |tokens: Range<usize>, message: String, here: &str, (help, ours): (String, &str)| {
            let span = self.span(tokens.clone());
            let theirs = self.layout.text[self.layout.range(tokens)].to_owned();
            Some(SyntaxError::Foreign {
                span,
                message,
                here: here.to_owned(),
                help,
                edit: (!ours.is_empty()).then(|| Box::new(Edit::new(span, theirs, ours))),
            })
        };
        let first = line.start;
        match (word(first), word(first + 1)) {
            ("/", sign @ ("/" | "*")) => said(
                first..first + 2,
                format!("the language has no `/{sign}`"),
                "`#` begins a comment",
                ("write `#`".to_owned(), if sign == "/" { "#" } else { "" }),
            ),
            (target, ":") if line.len() > 2 => {
                let value = self.layout.range(first + 2..line.end);
                let value = self.layout.text[value].lines().next().unwrap_or("").trim();
                said(
                    first + 1..first + 2,
                    "a rule is written with `=`".to_owned(),
                    "not a sign of a rule",
                    (format!("write  {target} = {value}"), " ="),
                )
            }
            _ => None,
        }
    }
}
