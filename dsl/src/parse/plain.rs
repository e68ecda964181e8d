//! Leaves that are words and dots alone, read off their text: most leaves of a file are. The grammar reads the same of them, and is asked
//! for everything else, mistakes above all.

use super::Piece;
use super::fail::RESERVED;
use crate::ast::expr::{Expr, ExprKind};
use crate::ast::{Type, TypeKind};
use crate::source::{Name, Spanned};
use std::ops::Range;

impl Piece<'_> {
    /// The piece as one word that may stand before a sign.
    pub(super) fn any_word(&self) -> Option<Name> {
        is_word(&self.text).then(|| self.name_at(0..self.text.len()))
    }

    /// The piece as one name.
    pub(super) fn free_word(&self) -> Option<Name> {
        self.any_word().filter(|name| !is_reserved(&name.value))
    }

    /// The piece as names with dots between them.
    pub(super) fn dotted_words(&self) -> Option<Name> {
        let mut words = self.text.split('.');
        let is_name = words.next().is_some_and(|word| is_word(word) && !is_reserved(word)) && words.all(is_word);
        is_name.then(|| self.name_at(0..self.text.len()))
    }

    /// The piece as a path: names with dots between them.
    pub(super) fn plain_path(&self) -> Option<Expr> {
        let mut path: Option<Expr> = None;
        for word in parts(&self.text, '.') {
            if !is_word(&self.text[word.clone()]) || is_reserved(&self.text[word.clone()]) {
                return None;
            }
            let name = self.name_at(word);
            path = Some(match path {
                None => Expr::new(ExprKind::Name(name.value), name.span),
                Some(of) => {
                    let span = of.span.to(name.span);
                    let (of, safe) = (Box::new(of), false);
                    Expr::new(ExprKind::Field { of, name, safe }, span)
                }
            });
        }
        path
    }

    /// The piece as a type: names, and `null`, with bars between them.
    pub(super) fn plain_type(&self) -> Option<Type> {
        let mut units = Vec::with_capacity(1 + self.text.matches('|').count());
        for part in parts(&self.text, '|') {
            let text = &self.text[part.clone()];
            let start = part.start + text.len() - text.trim_start_matches(' ').len();
            let text = text.trim_matches(' ');
            let name = self.name_at(start..start + text.len());
            let (span, is_null) = (name.span, text == "null");
            let is_name = is_word(text) && !is_reserved(text);
            let kind = match is_null {
                true => TypeKind::Null,
                false if is_name => TypeKind::Named(name),
                false => return None,
            };
            units.push(Type { kind, span });
        }
        match units.len() {
            0 | 1 => units.pop(),
            _ => Some(Type {
                kind: TypeKind::Union(units),
                span: self.place(0..self.text.len()),
            }),
        }
    }

    fn name_at(&self, range: Range<usize>) -> Name {
        Spanned::new(self.text[range.clone()].to_owned(), self.place(range))
    }
}

/// The ranges between separators.
fn parts(text: &str, separator: char) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split(separator).map(move |part| {
        let range = start..start + part.len();
        start = range.end + separator.len_utf8();
        range
    })
}

/// `word` of the grammar, but for the hole.
fn is_word(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && text != "_" && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

#[cfg(test)]
mod tests {
    use crate::layout::lay_out;
    use crate::parse::{Piece, Rule, expr, schema};
    use crate::source::FileId;

    /// Names, words that are none, and what only looks like a name.
    const WORDS: [&str; 14] = [
        "a", "a_1", "_", "_a", "A", "null", "not", "true", "match", "decimal", "1a", "é", "", "a b",
    ];

    fn pairs(separator: &str) -> Vec<String> {
        let pairs = WORDS
            .iter()
            .flat_map(|first| WORDS.iter().map(move |second| format!("{first}{separator}{second}")));
        pairs.chain(WORDS.map(str::to_owned)).collect()
    }

    #[test]
    fn what_is_read_without_the_grammar_is_read_as_the_grammar_does() {
        let texts = [".", " . ", "?.", "|", " | ", " |"].map(pairs).concat();
        let mut read = 0;
        for text in texts.iter().filter(|text| !text.is_empty()) {
            let layout = lay_out(FileId(0), 7, text);
            let piece = Piece::all(&layout);
            let value = piece
                .read(Rule::expr_rest)
                .and_then(|node| expr::expr(&node.need(Rule::expr)?));
            let ty = piece
                .read(Rule::type_rest)
                .and_then(|node| schema::type_expr(&node.need(Rule::type_expr)?));
            let name = |rest: Rule, rule: Rule| piece.read(rest).and_then(|node| Ok(node.need(rule)?.name())).ok();
            let found = [
                piece.plain_path().map(|path| assert_eq!(Ok(path), value, "{text}")),
                piece.plain_type().map(|plain| assert_eq!(Ok(plain), ty, "{text}")),
                piece
                    .any_word()
                    .map(|word| assert_eq!(Some(word), name(Rule::any_name_rest, Rule::any_name), "{text}")),
                piece
                    .free_word()
                    .map(|word| assert_eq!(Some(word), name(Rule::name_rest, Rule::name), "{text}")),
                piece
                    .dotted_words()
                    .map(|word| assert_eq!(Some(word), name(Rule::dotted_rest, Rule::dotted), "{text}")),
            ];
            read += found.into_iter().flatten().count();
        }
        assert!(read > 100, "{read}");
    }
}
