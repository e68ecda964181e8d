//! Comments of a text file: where each stands, and whether it has found its place in what is printed.

use crate::layout::scan;
use std::cell::Cell;
use std::ops::Range;

/// A comment, `#` included.
#[derive(Debug)]
pub(super) struct Comment {
    /// Where it stands in the file.
    pub(super) place: Range<usize>,
    /// Whether it has its line for itself.
    pub(super) alone: bool,
    text: String,
    state: Cell<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not printed yet.
    Waiting,
    /// Printed where it stands.
    Placed,
    /// Nothing can be printed where it stands: it is put above its line.
    Lifted,
}

impl Comment {
    /// The comment as it is printed behind something, or on a line of its own as before.
    pub(super) fn here(&self) -> String {
        self.state.set(State::Placed);
        self.text.clone()
    }

    /// The comment on a line that it did not have before: it must not become documentation.
    pub(super) fn moved(&self) -> String {
        if self.state.get() == State::Waiting {
            self.state.set(State::Placed);
        }
        plain(&self.text)
    }
}

/// A comment that documents nothing, wherever it is put.
pub(super) fn plain(comment: &str) -> String {
    match comment.strip_prefix("##") {
        Some(rest) => format!("# {}", rest.trim_start_matches('#').trim_start())
            .trim_end()
            .to_owned(),
        None => comment.to_owned(),
    }
}

/// All comments of a file.
#[derive(Debug)]
pub(super) struct Comments<'s> {
    text: &'s str,
    all: Vec<Comment>,
}

impl<'s> Comments<'s> {
    /// The comments of a text.
    pub(super) fn of(text: &'s str) -> Self {
        let all = scan(text)
            .comments
            .into_iter()
            .map(|place| comment(text, place))
            .collect();
        Self { text, all }
    }

    /// The comments inside some parts of a text; the rest of it is another language.
    pub(super) fn inside(text: &'s str, parts: &[Range<usize>]) -> Self {
        let within = |part: &Range<usize>| {
            let comments = scan(&text[part.clone()]).comments;
            let start = part.start;
            comments
                .into_iter()
                .map(move |place| comment(text, start + place.start..start + place.end))
        };
        let all = parts.iter().flat_map(within).collect();
        Self { text, all }
    }

    /// Whether a comment of a range is not printed.
    pub(super) fn waits(&self, range: Range<usize>) -> bool {
        self.range(range).any(|comment| comment.state.get() != State::Placed)
    }

    /// What all comments say, sorted: formatting changes neither words nor number.
    pub(super) fn words(&self) -> Vec<&str> {
        let words = |comment: &'_ Comment| -> &'s str {
            self.text[comment.place.clone()]
                .trim_start_matches(['#', ' ', '\t'])
                .trim()
        };
        let mut words: Vec<&str> = self.all.iter().map(words).collect();
        words.sort_unstable();
        words
    }

    /// The comments that begin in a range and are not lifted.
    pub(super) fn within(&self, range: Range<usize>) -> impl Iterator<Item = &Comment> {
        self.range(range).filter(|comment| comment.state.get() != State::Lifted)
    }

    /// The lifted comments of a range.
    pub(super) fn lifted(&self, range: Range<usize>) -> impl Iterator<Item = &Comment> {
        self.range(range).filter(|comment| comment.state.get() == State::Lifted)
    }

    /// Forgets what was printed of a range.
    pub(super) fn restart(&self, range: Range<usize>) {
        for comment in self.within(range) {
            comment.state.set(State::Waiting);
        }
    }

    /// Lifts what of a range found no place; whether there was any.
    pub(super) fn lift(&self, range: Range<usize>) -> bool {
        let mut any = false;
        for comment in self
            .range(range)
            .filter(|comment| comment.state.get() == State::Waiting)
        {
            comment.state.set(State::Lifted);
            any = true;
        }
        any
    }

    /// Whether a blank line stands in a range that holds no token.
    pub(super) fn blank(&self, range: Range<usize>) -> bool {
        let gap = self.text.get(range).unwrap_or("");
        gap.bytes().filter(|byte| *byte == b'\n').count() > 1
    }

    fn range(&self, range: Range<usize>) -> impl Iterator<Item = &Comment> {
        let first = self.all.partition_point(|comment| comment.place.start < range.start);
        self.all[first..]
            .iter()
            .take_while(move |comment| comment.place.start < range.end)
    }
}

fn comment(text: &str, place: Range<usize>) -> Comment {
    let line = text[..place.start].rfind('\n').map_or(0, |newline| newline + 1);
    let alone = text[line..place.start].trim().is_empty();
    let written = text[place.clone()].trim_end();
    let documents = alone
        && !text[place.end..]
            .lines()
            .find(|line| !is_blank(line))
            .is_some_and(|line| line.trim_start().starts_with(','));
    // Documentation is read without the first blank and without those at its end.
    let shown = match written.strip_prefix("##") {
        Some("") if documents || !alone => "##".to_owned(),
        Some(words) if documents => format!("## {}", words.strip_prefix(' ').unwrap_or(words))
            .trim_end()
            .to_owned(),
        Some(words) if alone => format!("# {}", words.trim_start_matches('#').trim_start())
            .trim_end()
            .to_owned(),
        Some(_) | None => written.to_owned(),
    };
    Comment {
        place,
        alone,
        text: shown,
        state: Cell::new(State::Waiting),
    }
}

/// Whether a line holds no word of the language.
fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}
