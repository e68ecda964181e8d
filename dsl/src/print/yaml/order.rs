//! The order in which YAML can say things: what has one key stands together.

use crate::ast::mapping::{Check, Direction, Statement};
use crate::ast::{Amended, Change, Constraint, Document, Item, Operation, Overridden};

/// A tree with everything that YAML writes under one key together, in the order of first mention.
///
/// Order among items, and among statements of different kinds, means nothing.
pub fn in_yaml_order(document: &Document) -> Document {
    let mut document = document.clone();
    let items = grouped(document.items, section);
    document.items = grouped(items, |item| (section(item), change_section(item)));
    for item in &mut document.items {
        match item {
            Item::Internal(internal) => group(&mut internal.constraints, constraint_word),
            Item::Mapping(mapping) => group(&mut mapping.statements, statement_key),
            Item::Amend(amend) => match &mut amend.change {
                Change::Internal { declared, .. } => group(&mut declared.constraints, constraint_word),
                Change::Mapping { joins, statements, .. } => {
                    // `drop:` is one key, whatever is dropped.
                    let (drops, others): (Vec<_>, Vec<_>) = std::mem::take(joins).into_iter().partition(is_drop);
                    *joins = others;
                    let drops = drops.into_iter().filter_map(|join| match join {
                        Amended::Drop(dropped) => Some(Amended::Drop(dropped)),
                        Amended::Added(_) | Amended::Override { .. } => None,
                    });
                    *statements = grouped(drops.chain(std::mem::take(statements)).collect(), amended_key);
                }
                Change::Adapter { operations, .. } => group(operations, operation_key),
                Change::Backend { .. } | Change::External { .. } | Change::Binding { .. } => {}
            },
            Item::Backend(_)
            | Item::External(_)
            | Item::Binding(_)
            | Item::Adapter(_)
            | Item::Table(_)
            | Item::Extern(_)
            | Item::Test(_)
            | Item::Override(_)
            | Item::Drop(_) => {}
        }
    }
    document
}

fn is_drop<T>(line: &Amended<T>) -> bool {
    matches!(line, Amended::Drop(_))
}

fn group<T, K: PartialEq>(list: &mut Vec<T>, key: impl Fn(&T) -> K) {
    *list = grouped(std::mem::take(list), key);
}

/// Things with one key together, in the order of its first mention.
fn grouped<T, K: PartialEq>(list: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for thing in list {
        let key = key(&thing);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(thing),
            None => groups.push((key, vec![thing])),
        }
    }
    groups.into_iter().flat_map(|(_, group)| group).collect()
}

/// The key of a file that an item stands under.
pub(super) fn section(item: &Item) -> &'static str {
    match item {
        Item::Backend(_) => "backend",
        Item::External(_) => "external",
        Item::Internal(_) => "internal",
        Item::Binding(_) => "binding",
        Item::Adapter(_) => "adapter",
        Item::Table(_) => "table",
        Item::Extern(_) => "extern",
        Item::Mapping(_) => "mappings",
        Item::Test(_) => "tests",
        Item::Amend(_) => "amend",
        Item::Override(item) => match item.item {
            Overridden::Table(_) => "table",
            Overridden::Extern(_) => "extern",
        },
        Item::Drop(_) => "drop",
    }
}

/// The key below `amend:`; nothing for other items.
pub(super) fn change_section(item: &Item) -> &'static str {
    item.amendment().map_or("", |amend| match &amend.change {
        Change::Backend { .. } => "backend",
        Change::External { .. } => "external",
        Change::Internal { .. } => "internal",
        Change::Binding { .. } => "binding",
        Change::Adapter { .. } => "adapter",
        Change::Mapping { .. } => "mappings",
    })
}

/// `key`, `unique`, `index`
pub(super) fn constraint_word(constraint: &Constraint) -> &'static str {
    match constraint {
        Constraint::Key { .. } => "key",
        Constraint::Unique { .. } => "unique",
        Constraint::Index { .. } => "index",
    }
}

/// The key of a mapping that a statement stands under.
pub(super) fn statement_key(statement: &Statement) -> &'static str {
    match statement {
        Statement::Adopt(_) => "adopt",
        Statement::Batch(_) => "batch",
        Statement::Skip(_) => "skip",
        Statement::Retry(_) => "retry",
        Statement::After(_) => "after",
        Statement::Let(_) => "let",
        Statement::Copy(_) => "copy",
        Statement::Rule(_) => "rules",
        Statement::Ignore(_) => "ignore",
        Statement::Check(Check { direction, .. }) => match direction.as_ref().map(|direction| direction.value) {
            None => "check",
            Some(Direction::Import) => "import check",
            Some(Direction::Export) => "export check",
            Some(Direction::Sync) => "sync check",
        },
    }
}

/// The same for a line of an amendment.
pub(super) fn amended_key(statement: &Amended<Statement>) -> &'static str {
    match statement {
        Amended::Added(line) => statement_key(line),
        Amended::Override { line, .. } => match statement_key(line) {
            "adopt" => "override adopt",
            "batch" => "override batch",
            key => key,
        },
        Amended::Drop(_) => "drop",
    }
}

/// Operations have keys of their own, in their order; drops have one.
fn operation_key(operation: &Amended<Operation>) -> Option<(u32, String)> {
    match operation {
        Amended::Added(line) | Amended::Override { line, .. } => Some((line.span.start, line.name.value.clone())),
        Amended::Drop(_) => None,
    }
}
