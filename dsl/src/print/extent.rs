//! Where the items of a text file and their lines stand, so that comments and blank lines can be found between them.

use crate::cut::{self, ItemCut, ItemWord};
use crate::layout::{Layout, lay_out};
use crate::source::Source;
use std::ops::Range;

/// An item and its lines, in bytes of the file.
#[derive(Clone, Debug)]
pub(super) struct Extent {
    /// How it begins.
    pub(super) word: ItemWord,
    /// All of it.
    pub(super) whole: Range<usize>,
    /// What stands before its first `with` and before its braces.
    pub(super) head: Range<usize>,
    /// Its `with` clauses.
    pub(super) joins: Vec<Range<usize>>,
    /// What stands in its braces.
    pub(super) body: Option<Body>,
}

impl Extent {
    /// Where its joins begin, or else what stands in its braces.
    pub(super) fn end_of_head(&self) -> usize {
        match (&self.joins[..], &self.body) {
            ([_, ..], _) => self.head.end,
            ([], Some(body)) => body.inside.start,
            ([], None) => self.whole.end,
        }
    }
}

/// What stands in the braces of an item.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// Between the braces.
    pub(super) inside: Range<usize>,
    /// Fields, statements or rows.
    pub(super) lines: Vec<Range<usize>>,
}

/// The items of a file without mistakes, the lines of its head among them.
pub(super) fn extents(source: &Source) -> Vec<Extent> {
    let layout = lay_out(source.id, 0, &source.text);
    cut::items(&layout).iter().map(|cut| extent(&layout, cut)).collect()
}

fn extent(layout: &Layout, cut: &ItemCut) -> Extent {
    let amends = matches!(cut.word, ItemWord::Amend | ItemWord::Override);
    let word = ItemWord::of(layout.word(cut.tokens.start + usize::from(amends)));
    let parts = match word == ItemWord::Mapping {
        true => cut::joins(layout, cut.header.clone()),
        false => vec![cut.header.clone()],
    };
    let mut parts = parts.into_iter().map(|part| layout.range(part));
    let body = cut.body.clone().map(|body| {
        let lines = match has_fields(word) {
            true => cut::fields(layout, body.clone()),
            false => cut::statements(layout, body.clone()),
        };
        Body {
            inside: layout.tokens[body.start - 1].end..layout.token_span(body.end).start as usize,
            lines: lines.into_iter().map(|line| layout.range(line)).collect(),
        }
    });
    Extent {
        word: cut.word,
        whole: layout.range(cut.tokens.clone()),
        head: parts.next().unwrap_or_default(),
        joins: parts.collect(),
        body,
    }
}

fn has_fields(word: ItemWord) -> bool {
    match word {
        ItemWord::Backend | ItemWord::External | ItemWord::Internal | ItemWord::Binding => true,
        ItemWord::Language
        | ItemWord::Connector
        | ItemWord::Serves
        | ItemWord::Adapter
        | ItemWord::Table
        | ItemWord::Extern
        | ItemWord::Mapping
        | ItemWord::Test
        | ItemWord::Amend
        | ItemWord::Override
        | ItemWord::Drop
        | ItemWord::Kept
        | ItemWord::Unknown => false,
    }
}
