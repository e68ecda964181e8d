//! The five operators: what each makes of every token of a file.

use super::name::Names;
use super::token::{Token, TokenKind};
use fastrand::Rng;
use std::ops::Range;

/// A way to spoil a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// A token is left out.
    Delete,
    /// A token stands twice.
    Duplicate,
    /// A token changes places with the next one of its line.
    Swap,
    /// A name lacks, doubles, exchanges or changes a letter.
    Misspell,
    /// A name becomes another one, of a different type: a field of the same record, another alias, `let`, model or type.
    Replace,
    /// A bracket is left out.
    Bracket,
    /// An operator becomes one of another class.
    Class,
}

/// One change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// How it was made.
    pub operator: Operator,
    /// What is replaced.
    pub range: Range<usize>,
    /// By what.
    pub by: String,
    /// The line that it touches, from 1. No operator touches two.
    pub line: usize,
}

/// Operators by class: calculating, comparing, combining, flowing.
const CLASSES: [&[&str]; 4] = [
    &["+", "-", "*", "/", "%"],
    &["==", "!=", "<", "<=", ">", ">="],
    &["and", "or"],
    &["|", "??", "catch"],
];
/// Marks that are operators too, though not of expressions: what sets, what points.
const MARKS: [&[&str]; 2] = [&["=", "+="], &["->", "<-", "<->", "=>"]];

/// Words of the language: names only where something says so.
const WORDS: &str = " connector extends serves backend wire adapter external internal binding table extern fn crate in key import export \
 sync from to as with within by where when only create update empty let copy all except ignore because check else fail warn skip \
 retry every batch since overlap priority after adopt shared also binds via keyed orphans remove keep archive latest changes find \
 test given context expect exactly current changed error at load ref unique index fold max default sensitive readonly per language null \
 missing present absent true false and or not if match is catch call items nested keys pages returns once review effect iso inverse \
 auth limit login doc fields rules mappings tests type enum open params on delete cascade restrict clear ext scope one zone php json \
 copy data unbound list read write ";

/// Every mutant of a file, in its order. Where there is a choice `rng` takes it.
pub(crate) fn mutants(text: &str, tokens: &[Token], names: &Names, rng: &mut Rng) -> Vec<Mutant> {
    let mut made = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let word = &text[token.range.clone()];
        let mut push = |operator, range: Range<usize>, by: String| {
            if text[range.clone()] != by {
                let line = token.line;
                made.push(Mutant {
                    operator,
                    range,
                    by,
                    line,
                });
            }
        };
        if token.kind == TokenKind::Bracket {
            push(Operator::Bracket, token.range.clone(), String::new());
        } else {
            push(Operator::Delete, token.range.clone(), String::new());
        }
        let space = if token.kind == TokenKind::Symbol || token.kind == TokenKind::Bracket {
            ""
        } else {
            " "
        };
        push(Operator::Duplicate, token.range.clone(), format!("{word}{space}{word}"));
        if let Some(next) = tokens.get(at + 1).filter(|next| next.line == token.line) {
            let between = &text[token.range.end..next.range.start];
            let by = format!("{}{between}{word}", &text[next.range.clone()]);
            push(Operator::Swap, token.range.start..next.range.end, by);
        }
        if is_name(text, tokens, at) {
            push(Operator::Misspell, token.range.clone(), misspelt(word, rng));
        }
        if let Some((range, by)) = names.other(text, tokens, at, rng) {
            push(Operator::Replace, range, by);
        }
        if let Some(by) = of_another_class(word, rng) {
            push(Operator::Class, token.range.clone(), by);
        }
    }
    made
}

/// Whether a word is a name: one that is no word of the language, or that stands where only names do.
fn is_name(text: &str, tokens: &[Token], at: usize) -> bool {
    let word = &text[tokens[at].range.clone()];
    if tokens[at].kind != TokenKind::Word {
        return false;
    }
    let is_dot = |token: &Token| matches!(&text[token.range.clone()], "." | "?.");
    let behind_a_dot = at.checked_sub(1).is_some_and(|before| is_dot(&tokens[before]));
    behind_a_dot || !WORDS.contains(&format!(" {word} "))
}

fn misspelt(word: &str, rng: &mut Rng) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = rng.usize(..letters.len());
    let next = match letters[at] {
        'z' => 'y',
        'Z' => 'Y',
        '_' => 'x',
        letter => char::from_u32(letter as u32 + 1).unwrap_or('x'),
    };
    match rng.u8(..4) {
        0 if letters.len() > 1 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 if at + 1 < letters.len() && letters[at] != letters[at + 1] => letters.swap(at, at + 1),
        _ => letters[at] = next,
    }
    letters.into_iter().collect()
}

fn of_another_class(word: &str, rng: &mut Rng) -> Option<String> {
    let of = |classes: &[&'static [&'static str]], rng: &mut Rng| {
        let own = classes.iter().position(|class| class.contains(&word))?;
        let others: Vec<&str> = classes
            .iter()
            .enumerate()
            .filter(|(class, _)| *class != own)
            .flat_map(|(_, class)| class.iter().copied())
            .collect();
        rng.choice(others).map(str::to_owned)
    };
    of(&CLASSES, rng).or_else(|| of(&MARKS, rng))
}
