//! What a program means, to compare it: its `Debug` text, which holds everything, without places.

use tenon_compiler::ir::Program;

/// Everything that a program says but for where it says it.
pub(crate) fn meaning(program: &Program) -> String {
    meaning_of(program)
}

/// The same of a part of it.
pub(crate) fn meaning_of(part: &impl std::fmt::Debug) -> String {
    let debug = format!("{part:?}");
    let mut kept = String::with_capacity(debug.len());
    let mut rest = debug.as_str();
    while let Some(at) = next_place(rest) {
        kept.push_str(&rest[..at]);
        rest = behind_place(&rest[at..]);
    }
    kept.push_str(rest);
    kept
}

const PLACE: &str = "Place { text: ";

/// Where the next place begins, outside of texts.
fn next_place(debug: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let place = debug[at..].find(PLACE)? + at;
        match debug[at..place].find('"') {
            Some(quote) => at += quote + text_length(&debug[at + quote..]),
            None => return Some(place),
        }
    }
}

/// What follows `Place { text: "..", line: "..", span: 1..2 }`.
fn behind_place(debug: &str) -> &str {
    let mut rest = &debug[PLACE.len()..];
    rest = &rest[text_length(rest)..];
    rest = rest.trim_start_matches(", line: ");
    rest = &rest[text_length(rest)..];
    rest.find('}').map_or("", |end| &rest[end + 1..])
}

/// The length of the text in quotes that begins here.
fn text_length(debug: &str) -> usize {
    let mut escaped = false;
    for (at, c) in debug.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            c => escaped = c == '\\' && !escaped,
        }
    }
    debug.len()
}
