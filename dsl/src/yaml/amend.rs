//! `amend:`, with the keys of a file below it; `override` before a key, `drop:` with what is dropped.

use super::Reader;
use super::keys;
use super::node::{Entry, Kind, Node};
use crate::ast::mapping::{Join, Output};
use crate::ast::{Amend, Amended, Change, DropKind, Dropped, Item, Overridden, Override};
use crate::error::SyntaxError;
use crate::layout::lay_out;
use crate::parse;
use crate::source::Span;
use crate::text::File;
use std::ops::Range;

/// What can be amended.
const AMEND_KEYS: [&str; 6] = keys::names(&keys::AMEND);
/// The keys of an amended mapping.
const MAPPING_KEYS: [&str; 22] = keys::names(&keys::AMEND_MAPPING);

/// A line with the word before it, where there is one.
pub(super) fn with_word<T>(word: Option<Span>, line: T) -> Amended<T> {
    match word {
        None => Amended::Added(line),
        Some(span) => Amended::Override { span, line },
    }
}

impl Reader<'_> {
    pub(super) fn amendments(&mut self, entry: &Entry, file: &mut File) {
        let help = "what is amended stands below it: external, mappings, ..";
        for entry in self.block(&entry.value, "an amendment", &AMEND_KEYS, help) {
            let span = self.span(&entry.key_range);
            // The inside has no versions of its own, but a version may add to a model.
            if entry.key != "internal" {
                file.needs_connector = file.needs_connector.or(Some(span));
            }
            let changes = self.changes(entry);
            let items = changes.into_iter().map(|change| Item::Amend(Amend { change, span }));
            file.document.items.extend(items);
        }
    }

    fn changes(&mut self, entry: &Entry) -> Vec<Change> {
        let change: fn(&mut Self, &Entry) -> Option<Change> = match entry.key.as_str() {
            "backend" => return vec![self.backend_change(entry)],
            "mappings" => {
                let blocks = self.blocks(&entry.value, "- import: M from X as x");
                return blocks
                    .into_iter()
                    .filter_map(|block| self.mapping_change(block))
                    .collect();
            }
            "external" => |reader, entry| {
                let (declared, drops) = reader.external_lines(entry, &keys::names(&keys::AMEND_EXTERNAL))?;
                Some(Change::External { declared, drops })
            },
            "internal" => |reader, entry| {
                let keys = keys::names(&keys::AMEND_INTERNAL);
                let (declared, drops) = reader.internal_lines(entry, &keys)?;
                Some(Change::Internal { declared, drops })
            },
            "binding" => |reader, entry| {
                let keys = keys::names(&keys::AMEND_BINDING);
                let (declared, drops) = reader.binding_lines(entry, &keys)?;
                Some(Change::Binding { declared, drops })
            },
            _ => Self::adapter_change,
        };
        let entries = self.map(&entry.value, "one name with its keys below it");
        entries.into_iter().filter_map(|entry| change(self, entry)).collect()
    }

    fn backend_change(&mut self, entry: &Entry) -> Change {
        let keys = keys::names(&keys::AMEND_BACKEND);
        let (declared, override_adapter, drops) = self.backend_lines(entry, &keys);
        Change::Backend {
            declared,
            override_adapter,
            drops,
        }
    }

    fn adapter_change(&mut self, entry: &Entry) -> Option<Change> {
        let external = self.key_part(self.inside_key(entry), parse::name)?;
        let (mut doc, mut operations) = (None, Vec::new());
        for entry in self.map(
            &entry.value,
            "operations stand below it: override read: GET /boards/{id}",
        ) {
            match entry.key.as_str() {
                "doc" => doc = self.doc(entry),
                "drop" => operations.extend(self.drops(&entry.value).into_iter().map(Amended::Drop)),
                _ => {
                    let (word, key) = self.behind_override(entry);
                    operations.extend(self.operation_of(entry, key).map(|line| with_word(word, line)));
                }
            }
        }
        Some(Change::Adapter {
            doc,
            external,
            operations,
        })
    }

    fn mapping_change(&mut self, node: &Node) -> Option<Change> {
        let (head, joins, statements) = self.mapping_lines(node, &MAPPING_KEYS)?;
        Some(Change::Mapping {
            head: Box::new(head),
            joins,
            statements,
        })
    }

    /// `Address as book* in c.addresses`, with or without `override` before it.
    pub(super) fn join(&mut self, leaf: &Node) -> Option<Amended<Join>> {
        let span = self.span(&leaf.range);
        let start = leaf.range.start;
        let written = &self.source.text[leaf.range.clone()];
        let layout = lay_out(self.source.id, start, written);
        let amends = layout.word(0) == "override" && !matches!(layout.word(1), "as" | ".");
        if !amends {
            return self
                .leaf(leaf, "", |piece| parse::join(piece, span))
                .map(Amended::Added);
        }
        let word = layout.token_span(0);
        let rest = start + layout.range(1..layout.tokens.len()).start..leaf.range.end;
        let behind = Node {
            kind: leaf.kind.clone(),
            range: rest,
        };
        let line = self.leaf(&behind, "", |piece| parse::join(piece, span))?;
        Some(Amended::Override { span: word, line })
    }

    /// `Address as a? when street is present`, with or without `override` before it.
    pub(super) fn output(&mut self, leaf: &Node) -> Option<Output> {
        let span = self.span(&leaf.range);
        let start = leaf.range.start;
        let layout = lay_out(self.source.id, start, &self.source.text[leaf.range.clone()]);
        if layout.word(0) != "override" || matches!(layout.word(1), "as" | ".") {
            return self.leaf(leaf, "", |piece| parse::output(piece, span));
        }
        let word = layout.token_span(0);
        let behind = Node {
            kind: leaf.kind.clone(),
            range: start + layout.range(1..layout.tokens.len()).start..leaf.range.end,
        };
        let output = self.leaf(&behind, "", |piece| parse::output(piece, span))?;
        Some(Output {
            replaces: Some(word),
            ..output
        })
    }

    /// `table:` with one table an entry, one that replaces the inherited one under `override NAME`.
    pub(super) fn table_item(&mut self, entry: &Entry) -> Option<Item> {
        let (word, key) = self.behind_override(entry);
        let table = self.table_of(entry, key)?;
        Some(match word {
            None => Item::Table(table),
            Some(span) => Item::Override(Override {
                span,
                item: Overridden::Table(table),
            }),
        })
    }

    /// `drop:` of a file.
    pub(super) fn drop_items(&mut self, node: &Node) -> Vec<Item> {
        let mut items = Vec::new();
        for dropped in self.drops(node) {
            match dropped.kind {
                DropKind::Table
                | DropKind::Extern
                | DropKind::External
                | DropKind::Binding
                | DropKind::Adapter
                | DropKind::Mapping => items.push(Item::Drop(dropped)),
                DropKind::Part
                | DropKind::Let
                | DropKind::With
                | DropKind::And
                | DropKind::Import
                | DropKind::Export => {
                    let help = "outside `amend:` stand `table X`, `extern fn f`, `external X`, `adapter X`, `binding X`, `import M from X`";
                    self.misplaced(dropped.span, help);
                }
            }
        }
        items
    }

    /// Names, or leaves of what stands right of `drop` in a text file.
    pub(super) fn drops(&mut self, node: &Node) -> Vec<Dropped> {
        let leaves: Vec<&Node> = match &node.kind {
            Kind::List { items, .. } => items.iter().collect(),
            Kind::Scalar { .. } | Kind::Map { .. } => vec![node],
        };
        let mut drops = Vec::new();
        for leaf in leaves {
            let span = self.span(&leaf.range);
            drops.extend(self.leaf(leaf, "drop", |piece| parse::dropped(piece, span)));
        }
        drops
    }

    /// The word `override` of a key, and the part of the key behind it.
    pub(super) fn behind_override(&self, entry: &Entry) -> (Option<Span>, Range<usize>) {
        const WORD: &str = "override ";
        let range = self.inside_key(entry);
        match self.source.text[range.clone()].starts_with(WORD) {
            false => (None, range),
            true => {
                let word = range.start..range.start + WORD.len() - 1;
                (Some(self.span(&word)), range.start + WORD.len()..range.end)
            }
        }
    }

    /// The word `override` of a key, and the entry from behind it.
    pub(super) fn override_key(&self, entry: &Entry) -> (Option<Span>, Span) {
        let (word, rest) = self.behind_override(entry);
        (word, self.span(&rest).to(self.span(&entry.value.range)))
    }

    /// The lines of a block that is no amendment.
    pub(super) fn all_added<T>(&mut self, lines: Vec<Amended<T>>) -> Vec<T> {
        let mut added = Vec::new();
        for line in lines {
            let help = "this stands below `amend:`, in a version that changes what its parent has";
            match line {
                Amended::Added(line) => added.push(line),
                Amended::Override { span, line: _ } => self.misplaced(span, help),
                Amended::Drop(dropped) => self.misplaced(dropped.span, help),
            }
        }
        added
    }

    /// Says `override` before a record of an export that is no amendment.
    pub(super) fn no_override(&mut self, word: Option<Span>) {
        if let Some(span) = word {
            self.misplaced(
                span,
                "this stands below `amend:`, in a version that changes what its parent has",
            );
        }
    }

    fn misplaced(&mut self, span: Span, help: &str) {
        let found = self.source.text[span.start as usize..span.end as usize].to_owned();
        self.errors.push(SyntaxError::Unexpected {
            span,
            found,
            expected: Vec::new(),
            help: Some(help.to_owned()),
        });
    }
}
