//! `mappings:`, a list of blocks.

use super::Reader;
use super::amend::with_word;
use super::keys;
use super::node::{Entry, Kind, Node};
use crate::ast::mapping::{Check, Direction, Ignore, Join, Let, Mapping, Rule, RuleOp, Statement};
use crate::ast::{Amended, Arrow, Item, Param};
use crate::error::SyntaxError;
use crate::parse::{self, Head, Value};
use crate::source::Spanned;
use std::ops::Range;

/// The header of a mapping, its joins and its statements.
type MappingLines = (Mapping, Vec<Amended<Join>>, Vec<Amended<Statement>>);

/// The keys of a mapping.
const MAPPING_KEYS: [&str; 19] = keys::names(&keys::MAPPING);

impl Reader<'_> {
    pub(super) fn mappings(&mut self, node: &Node) -> Vec<Item> {
        self.blocks(node, "- import: M from X as x")
            .into_iter()
            .filter_map(|block| self.mapping(block))
            .collect()
    }

    /// The items of a list of blocks.
    pub(super) fn blocks<'n>(&mut self, node: &'n Node, help: &str) -> Vec<&'n Node> {
        match &node.kind {
            Kind::List { items, flow: false } => items.iter().collect(),
            Kind::Scalar { value, .. } if value.is_empty() => Vec::new(),
            Kind::List { flow: true, .. } | Kind::Scalar { .. } | Kind::Map { .. } => {
                let error = self.shape(node, "a list", Some(format!("each begins with a dash: {help}")));
                self.forget_blocks(node);
                self.errors.push(error);
                Vec::new()
            }
        }
    }

    /// What stands below the first key of a map is right behind a dash.
    fn forget_blocks(&mut self, node: &Node) {
        let Kind::Map { entries, .. } = &node.kind else { return };
        let is_below = |error: &SyntaxError| {
            let SyntaxError::YamlBlock { span, key, .. } = error else {
                return false;
            };
            span.start as usize >= node.range.start && entries.iter().any(|entry| entry.key == *key)
        };
        self.errors.retain(|error| !is_below(error));
    }

    fn mapping(&mut self, node: &Node) -> Option<Item> {
        let (head, joins, statements) = self.mapping_lines(node, &MAPPING_KEYS)?;
        for output in &head.outputs {
            self.no_override(output.replaces);
        }
        Some(Item::Mapping(Mapping {
            joins: self.all_added(joins),
            statements: self.all_added(statements),
            ..head
        }))
    }

    /// The header, the joins and the statements.
    pub(super) fn mapping_lines(&mut self, node: &Node, keys: &[&'static str]) -> Option<MappingLines> {
        let help = "import, export or sync, and the keys of a mapping";
        let entries = self.block(node, "a mapping", keys, help);
        let header = entries
            .iter()
            .copied()
            .find_map(|entry| direction(&entry.key).map(|direction| (entry, direction)));
        let mut head = None;
        if let Some((entry, direction)) = header {
            let direction = Spanned::new(direction, self.span(&entry.key_range));
            head = self.leaf(&entry.value, &entry.key, |piece| parse::head(piece, direction));
        } else if !entries.is_empty() {
            self.missing_key(node, "`import:`, `export:` or `sync:`");
        }
        let (mut doc, mut params, mut statements) = (None, Vec::new(), Vec::new());
        let (mut joins, mut outputs) = (Vec::new(), Vec::new());
        for entry in entries.iter().copied() {
            match entry.key.as_str() {
                "doc" => doc = self.doc(entry),
                "params" => params = self.params(entry),
                "with" => {
                    for leaf in self.each(&entry.value) {
                        joins.extend(self.join(leaf));
                    }
                }
                "and" => {
                    for leaf in self.each(&entry.value) {
                        outputs.extend(self.output(leaf));
                    }
                }
                key if direction(key).is_some() => {}
                _ => statements.extend(self.statements(entry)),
            }
        }
        let (
            span,
            Head {
                name,
                alias,
                within,
                params: in_header,
            },
        ) = (self.entry_span(header?.0), head?);
        let params = if params.is_empty() { in_header } else { params };
        let head = Mapping {
            doc,
            name,
            alias,
            within,
            params,
            joins: Vec::new(),
            outputs,
            statements: Vec::new(),
            span,
        };
        Some((head, joins, statements))
    }

    fn params(&mut self, entry: &Entry) -> Vec<Param> {
        let entries = self.map(&entry.value, "one parameter a line: tax_included: bool");
        let mut params = Vec::new();
        for entry in entries {
            let name = self.key_part(self.inside_key(entry), parse::any_name);
            let ty = self.leaf(&entry.value, &entry.key, parse::ty);
            params.extend(name.zip(ty).map(|(name, ty)| Param { name, ty }));
        }
        params
    }

    fn statements(&mut self, entry: &Entry) -> Vec<Amended<Statement>> {
        match entry.key.as_str() {
            "adopt" | "batch" | "skip" | "retry" | "after" | "copy" | "check" => self
                .each(&entry.value)
                .into_iter()
                .filter_map(|leaf| self.leaf_statement(&entry.key, leaf))
                .map(Amended::Added)
                .collect(),
            "import check" | "export check" => self.directed_checks(entry).into_iter().map(Amended::Added).collect(),
            "override adopt" | "override batch" => {
                let (word, _) = self.override_key(entry);
                let statement = self.leaf_statement(&entry.key["override ".len()..], &entry.value);
                statement.map(|line| with_word(word, line)).into_iter().collect()
            }
            "let" => self.lets(entry),
            "rules" => self.rules(&entry.value),
            "ignore" => self.ignores(entry).into_iter().map(Amended::Added).collect(),
            "drop" => self.drops(&entry.value).into_iter().map(Amended::Drop).collect(),
            _ => Vec::new(),
        }
    }

    fn leaf_statement(&mut self, word: &str, leaf: &Node) -> Option<Statement> {
        let span = self.span(&leaf.range);
        match word {
            "adopt" => self
                .leaf(leaf, word, |piece| parse::adopt(piece, span))
                .map(Statement::Adopt),
            "batch" => self
                .leaf(leaf, word, |piece| parse::batch(piece, span))
                .map(Statement::Batch),
            "skip" => self
                .leaf(leaf, "", |piece| parse::skip(piece, span))
                .map(Statement::Skip),
            "retry" => self
                .leaf(leaf, "", |piece| parse::retry(piece, span))
                .map(Statement::Retry),
            "after" => self.leaf(leaf, word, parse::name).map(Statement::After),
            "check" => self
                .leaf(leaf, "", |piece| parse::check(piece, span))
                .map(Statement::Check),
            _ => self.copy(leaf).map(Statement::Copy),
        }
    }

    /// `export check:`, a list of conditions; the direction is the first word of the key.
    fn directed_checks(&mut self, entry: &Entry) -> Vec<Statement> {
        let key = self.inside_key(entry);
        let word = entry.key.split(' ').next().unwrap_or_default();
        let place = self.span(&(key.start..key.start + word.len()));
        let direction = direction(word).map(|direction| Spanned::new(direction, place));
        let mut checks = Vec::new();
        for leaf in self.each(&entry.value) {
            let span = self.span(&leaf.range);
            let check = self.leaf(leaf, "", |piece| parse::check(piece, span));
            checks.extend(check.map(|check| Statement::Check(Check { direction, ..check })));
        }
        checks
    }

    /// `all except c`, `a, b`, `[a, b]`
    fn copy(&mut self, leaf: &Node) -> Option<crate::ast::mapping::Copy> {
        let span = self.span(&leaf.range);
        match &leaf.kind {
            Kind::List { .. } => {
                let fields = self.names(leaf, "copy")?;
                Some(crate::ast::mapping::Copy {
                    fields,
                    all: None,
                    span,
                })
            }
            Kind::Scalar { .. } | Kind::Map { .. } => self.leaf(leaf, "copy", |piece| parse::copy(piece, span)),
        }
    }

    fn lets(&mut self, entry: &Entry) -> Vec<Amended<Statement>> {
        let entries = self.map(&entry.value, "one name a line: name: value");
        let mut lets = Vec::new();
        for entry in entries {
            let (word, key) = self.behind_override(entry);
            let name = self.key_part(key, parse::any_name);
            let value = match self.constant(&entry.value) {
                Some(text) => Some(text),
                None => self.leaf(&entry.value, &entry.key, parse::expression),
            };
            let span = self.entry_span(entry);
            lets.extend(
                name.zip(value)
                    .map(|(name, value)| with_word(word, Statement::Let(Let { name, value, span }))),
            );
        }
        lets
    }

    fn ignores(&mut self, entry: &Entry) -> Vec<Statement> {
        if let Kind::List { items, flow: false } = &entry.value.kind {
            let ignore = |leaf: &Node| {
                let span = self.span(&leaf.range);
                self.leaf(leaf, "", |piece| parse::ignore(piece, span))
            };
            return items.iter().filter_map(ignore).map(Statement::Ignore).collect();
        }
        let entries = self.map(&entry.value, "one path a line: c.gender: because \"not kept inside\"");
        let mut ignores = Vec::new();
        for entry in entries {
            let paths = self.key_part(self.inside_key(entry), parse::paths);
            let because = self.leaf(&entry.value, &entry.key, parse::because);
            let span = self.entry_span(entry);
            let ignore = paths
                .zip(because)
                .map(|(paths, because)| Ignore { paths, because, span });
            ignores.extend(ignore.map(Statement::Ignore));
        }
        ignores
    }

    /// A map of rules, or a list of maps where a target occurs twice.
    fn rules(&mut self, node: &Node) -> Vec<Amended<Statement>> {
        let blocks = self.each(node);
        let mut rules = Vec::new();
        for block in blocks {
            let entries = self.map(block, "one rule a line: target: value");
            rules.extend(entries.into_iter().filter_map(|entry| self.rule(entry)));
        }
        rules
    }

    fn rule(&mut self, entry: &Entry) -> Option<Amended<Statement>> {
        let (word, key) = self.behind_override(entry);
        let key = self.rule_key(key);
        let (doc, node) = self.documented(&entry.value);
        let value = match self.constant(node) {
            Some(value) => Some(Value {
                value,
                clauses: Vec::new(),
            }),
            None => self.leaf(node, &entry.key, parse::value),
        };
        let (RuleKey { direction, op, targets }, value) = (key, value?);
        let targets = self.key_part(targets, parse::targets)?;
        let (value, clauses, span) = (value.value, value.clauses, self.entry_span(entry));
        let rule = Rule {
            doc,
            targets,
            op,
            value,
            clauses,
            direction,
            span,
        };
        Some(with_word(word, Statement::Rule(rule)))
    }

    /// The value of a rule, and its documentation where it is a map of `doc` and `value`.
    fn documented<'n>(&mut self, node: &'n Node) -> (Option<String>, &'n Node) {
        match &node.kind {
            Kind::Map { entries, flow: false } => match &entries[..] {
                [doc, value] if doc.key == "doc" && value.key == "value" => (self.doc(doc), &value.value),
                _ => (None, node),
            },
            Kind::Map { .. } | Kind::List { .. } | Kind::Scalar { .. } => (None, node),
        }
    }

    /// `zip`, `street, street2`, `<-> name`, `+order_line`, `import trello_url`
    fn rule_key(&self, mut range: Range<usize>) -> RuleKey {
        let mut direction = None;
        let text = &self.source.text;
        if let Some((word, _)) = text[range.clone()].split_once(' ') {
            let place = range.start..range.start + word.len();
            if let Some(value) = self::direction(word) {
                direction = Some(Spanned::new(value, self.span(&place)));
                range.start += word.len() + 1;
            }
        }
        let signs = [
            ("<->", RuleOp::TwoWay(Arrow::Both)),
            ("->", RuleOp::TwoWay(Arrow::ToOutside)),
            ("<-", RuleOp::TwoWay(Arrow::ToInside)),
            ("+", RuleOp::Add),
        ];
        let written = &text[range.clone()];
        let found = signs.iter().find(|(sign, _)| written.starts_with(sign));
        let (length, op) = found.map_or((0, RuleOp::Set), |(sign, op)| (sign.len(), *op));
        let place = if length == 0 {
            range.clone()
        } else {
            range.start..range.start + length
        };
        range.start += length;
        RuleKey {
            direction,
            op: Spanned::new(op, self.span(&place)),
            targets: range,
        }
    }
}

/// What the key of a rule says.
struct RuleKey {
    direction: Option<Spanned<Direction>>,
    op: Spanned<RuleOp>,
    targets: Range<usize>,
}

fn direction(word: &str) -> Option<Direction> {
    match word {
        "import" => Some(Direction::Import),
        "export" => Some(Direction::Export),
        "sync" => Some(Direction::Sync),
        _ => None,
    }
}
