//! A YAML file with its leaves in their canonical layout, and everything else byte for byte as it was.
//!
//! The printer walks the tree as if it wrote the whole file; each leaf goes where it stands in the old one.

use super::Yaml;
use crate::ast::Document;
use crate::print::Printer;
use crate::print::comment::Comments;
use crate::source::{Source, Span};
use crate::yaml::{Role, Scalar, scalars};
use std::ops::Range;

/// A file whose leaves are laid out anew.
pub(super) struct Relay<'s> {
    text: &'s str,
    /// In the order of the file.
    scalars: Vec<Scalar>,
    /// Leaves that differ, and where they stand.
    leaves: Vec<(Range<usize>, String)>,
}

/// The file that a tree was read from, with its leaves laid out.
pub(in crate::print) fn relay(document: &Document, source: &Source) -> String {
    let scalars = scalars(source);
    let blocks = scalars.iter().filter(|scalar| scalar.role == Role::Block);
    let blocks: Vec<Range<usize>> = blocks.map(|scalar| scalar.range.clone()).collect();
    let printer = Printer {
        written: Some(&source.text),
        comments: Some(Comments::inside(&source.text, &blocks)),
    };
    let mut yaml = Yaml {
        printer: &printer,
        out: String::new(),
        relay: Some(Relay {
            text: &source.text,
            scalars,
            leaves: Vec::new(),
        }),
    };
    yaml.file(document);
    yaml.relay.map_or_else(String::new, |relay| relay.text(&printer))
}

impl Relay<'_> {
    /// The scalar around the whole of a leaf.
    fn holder(&self, leaf: Span) -> Option<&Scalar> {
        let (start, end) = (leaf.start as usize, leaf.end as usize);
        let behind = self.scalars.partition_point(|scalar| scalar.range.start <= start);
        let holder = self.scalars.get(behind.checked_sub(1)?)?;
        (end <= holder.range.end).then_some(holder)
    }

    /// Columns before the key of a leaf, as if its lines stood two further right.
    fn margin(&self, leaf: Span) -> Option<usize> {
        let holder = self.holder(leaf)?;
        match holder.role {
            Role::Block => self.block_column(holder)?.checked_sub(2),
            Role::Plain => holder.indent.checked_sub(2),
            Role::Key | Role::Other => None,
        }
    }

    /// Columns before the lines of a block.
    fn block_column(&self, scalar: &Scalar) -> Option<usize> {
        let first = self.first_word(scalar)?;
        let line = self.text[..first].rfind('\n').map_or(0, |newline| newline + 1);
        Some(first - line)
    }

    fn first_word(&self, scalar: &Scalar) -> Option<usize> {
        let written = &self.text[scalar.range.clone()];
        let blanks = written.len() - written.trim_start().len();
        (blanks < written.len()).then_some(scalar.range.start + blanks)
    }

    /// Puts a leaf where it stands. What stands without quotes stays on its line, and so does what YAML would read otherwise.
    fn put(&mut self, leaf: Span, text: &str) {
        let Some(holder) = self.holder(leaf) else { return };
        let fits = match holder.role {
            Role::Plain => !super::must_be_block(text),
            Role::Block => !text.trim().is_empty(),
            Role::Key | Role::Other => false,
        };
        let Some(start) = self.first_word(holder).filter(|_| fits) else {
            return;
        };
        let end = start + self.text[start..holder.range.end].trim_end().len();
        self.leaves.push((start..end, text.to_owned()));
    }

    /// The file; a leaf keeps its layout where one of its comments found no place in the new one.
    fn text(mut self, printer: &Printer<'_>) -> String {
        self.leaves.sort_by_key(|(place, _)| place.start);
        self.leaves.dedup_by(|one, other| one.0 == other.0);
        let mut out = String::with_capacity(self.text.len());
        let mut at = 0;
        for (place, leaf) in &self.leaves {
            if place.start < at
                || printer
                    .comments
                    .as_ref()
                    .is_some_and(|comments| comments.waits(place.clone()))
            {
                continue;
            }
            out.push_str(&self.text[at..place.start]);
            out.push_str(leaf);
            at = place.end;
        }
        out + &self.text[at..]
    }
}

impl Yaml<'_> {
    /// Whether leaves are laid out in a file that keeps everything else.
    pub(super) fn is_relay(&self) -> bool {
        self.relay.is_some()
    }

    /// Whether a part of the tree stands in one leaf of the file.
    pub(super) fn is_one_leaf(&self, part: Span) -> bool {
        self.relay.as_ref().is_some_and(|relay| relay.holder(part).is_some())
    }

    /// Columns before the key of a leaf: those that are asked for, or those of the file that is laid out anew.
    pub(super) fn margin(&self, leaf: Span, indent: usize) -> usize {
        let relay = self.relay.as_ref();
        relay.and_then(|relay| relay.margin(leaf)).unwrap_or(indent)
    }

    /// Puts a leaf into the file that is laid out anew; false where a whole file is written.
    pub(super) fn put(&mut self, leaf: Span, text: &str) -> bool {
        match &mut self.relay {
            Some(relay) => {
                relay.put(leaf, text);
                true
            }
            None => false,
        }
    }
}
