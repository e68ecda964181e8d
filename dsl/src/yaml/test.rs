//! `tests:`, a list of blocks.

use super::Reader;
use super::keys;
use super::node::{Kind, Node};
use crate::ast::mapping::Direction;
use crate::ast::{Item, Test};
use crate::parse;
use crate::source::Spanned;

/// The keys of a test.
const TEST_KEYS: [&str; 9] = keys::names(&keys::TEST);

impl Reader<'_> {
    pub(super) fn tests(&mut self, node: &Node) -> Vec<Item> {
        self.blocks(node, "- test: what it shows")
            .into_iter()
            .filter_map(|block| self.test(block))
            .collect()
    }

    fn test(&mut self, node: &Node) -> Option<Item> {
        let help = "test, import or export, and the keys of a test";
        let entries = self.block(node, "a test", &TEST_KEYS, help);
        let (mut name, mut mapping) = (None, None);
        let (mut given, mut context, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        let (mut current, mut expect) = (None, None);
        for entry in entries.iter().copied() {
            let value = &entry.value;
            match entry.key.as_str() {
                "test" => name = self.prose(value),
                "import" | "export" | "sync" => {
                    let direction = match entry.key.as_str() {
                        "import" => Direction::Import,
                        "export" => Direction::Export,
                        _ => Direction::Sync,
                    };
                    let direction = Spanned::new(direction, self.span(&entry.key_range));
                    mapping = self
                        .leaf(value, &entry.key, |piece| parse::head(piece, direction))
                        .map(|head| head.name);
                }
                "given" => {
                    for leaf in self.each(value) {
                        given.extend(self.leaf(leaf, "given", parse::given));
                    }
                }
                "context" => {
                    for leaf in self.each(value) {
                        context.extend(self.context(leaf));
                    }
                }
                "current" => current = self.leaf(value, "current", parse::expression),
                "changed" => changed = self.names(value, "changed").unwrap_or_default(),
                "expect" => expect = self.leaf(value, "expect", parse::expect),
                _ => {}
            }
        }
        let has = |keys: &[&str]| entries.iter().any(|entry| keys.contains(&entry.key.as_str()));
        if !entries.is_empty() && !has(&["test"]) {
            self.missing_key(node, "`test:`");
        } else if !entries.is_empty() && !has(&["import", "export", "sync"]) {
            self.missing_key(node, "`import:` or `export:`");
        }
        let span = self.span(&node.range);
        Some(Item::Test(Test {
            name: name?,
            mapping: mapping?,
            given,
            context,
            current,
            changed,
            expect,
            span,
        }))
    }

    /// One entry, or all of them in braces under `|`.
    fn context(&mut self, leaf: &Node) -> Vec<crate::ast::Context> {
        let braces = matches!(&leaf.kind, Kind::Scalar { value, .. } if value.trim_start().starts_with('{'));
        match braces {
            true => self.leaf(leaf, "context", parse::context).unwrap_or_default(),
            false => self.leaf(leaf, "context", parse::context_entry).into_iter().collect(),
        }
    }
}
