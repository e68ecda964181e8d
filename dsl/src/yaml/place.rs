//! Where the words of a YAML file stand, and how others would have to be written there. Reads no leaf.

use super::node::{self, Kind, Node, Style};
use super::repair::repair;
use crate::print::{must_be_block, yaml_key};
use crate::source::Source;
use std::ops::Range;

/// A key, or a value that is neither a map nor a list.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    /// Without anchor and tag; of a block the lines below the `|`.
    pub(crate) range: Range<usize>,
    /// What YAML sees there.
    pub(crate) role: Role,
    /// Columns before the lines that stand below its key or dash.
    pub(crate) indent: usize,
}

/// What YAML sees in a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A key without quotes.
    Key,
    /// A value without quotes behind a key or dash.
    Plain,
    /// A value under `|`.
    Block,
    /// In quotes, in brackets, or under `>`.
    Other,
}

/// The keys and values that YAML can read, in the order of the file.
pub(crate) fn scalars(source: &Source) -> Vec<Scalar> {
    let mut repaired = repair(source.id, &source.text);
    let tree = node::tree(source.id, &mut repaired);
    let mut found = Found {
        text: &source.text,
        scalars: Vec::new(),
    };
    if let Some(root) = &tree.root {
        found.node(root, 0, Around::Blocks);
    }
    let mut scalars = found.scalars;
    scalars.retain(|scalar| !repaired.is_broken(&scalar.range));
    scalars.sort_by_key(|scalar| scalar.range.start);
    // An alias stands where its anchor does.
    scalars.dedup_by(|one, other| one.range == other.range);
    scalars
}

/// What a node stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Blocks,
    Brackets,
}

struct Found<'t> {
    text: &'t str,
    scalars: Vec<Scalar>,
}

impl Found<'_> {
    fn node(&mut self, node: &Node, indent: usize, around: Around) {
        let inside = |flow: &bool| match flow {
            true => Around::Brackets,
            false => around,
        };
        match &node.kind {
            Kind::Scalar { style, .. } => {
                let role = match (style, around) {
                    (Style::Plain, Around::Blocks) => Role::Plain,
                    (Style::Literal, _) => Role::Block,
                    (Style::Plain | Style::Quoted | Style::Folded, _) => Role::Other,
                };
                self.push(node.range.clone(), role, indent);
            }
            Kind::Map { entries, flow } => {
                for entry in entries {
                    let around = inside(flow);
                    let role = match (entry.quoted, around) {
                        (false, Around::Blocks) => Role::Key,
                        (true, _) | (_, Around::Brackets) => Role::Other,
                    };
                    let indent = self.column(entry.key_range.start) + 2;
                    self.push(entry.key_range.clone(), role, indent);
                    self.node(&entry.value, indent, around);
                }
            }
            Kind::List { items, flow } => {
                for item in items {
                    let before = self.text[..item.range.start].trim_end_matches(' ');
                    let dash = before.strip_suffix('-').map_or(item.range.start, str::len);
                    self.node(item, self.column(dash) + 2, inside(flow));
                }
            }
        }
    }

    fn push(&mut self, range: Range<usize>, role: Role, indent: usize) {
        self.scalars.push(Scalar { range, role, indent });
    }

    fn column(&self, at: usize) -> usize {
        at - self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }
}

impl Scalar {
    /// Words as they must be written to stand here.
    pub(crate) fn written(&self, words: &str) -> String {
        match self.role {
            Role::Key => yaml_key(words),
            Role::Plain if must_be_block(words) => {
                let lines = words
                    .lines()
                    .map(|line| format!("\n{}{}", " ".repeat(self.indent), line.trim()));
                std::iter::once("|".to_owned()).chain(lines).collect()
            }
            Role::Plain | Role::Block | Role::Other => words.to_owned(),
        }
    }
}
