//! What an effective connector is made of, line by line as their authors wrote them: for `tenon show --effective`.

use super::declared::{Items, mapping_title};
use crate::ir::{Block, History, Line, Rename};
use crate::resolve::Connector;
use tenon_dsl::ast::mapping::{Mapping, Statement};
use tenon_dsl::ast::{Backend, Field};
use tenon_dsl::source::{Name, Span};

/// The lines of a version, in blocks.
pub(crate) fn history(connector: &Connector<'_>) -> History {
    let changes = &connector.items.changes;
    History {
        versions: changes.versions(),
        renames: changes
            .renames()
            .map(|(depth, record, names)| Rename {
                depth,
                record: record.map(str::to_owned),
                names: names.clone(),
            })
            .collect(),
        blocks: blocks(&connector.items),
    }
}

fn blocks(items: &Items<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut add = |title: String, lines: Vec<Line>| blocks.push(Block { title, lines });
    let backends = items.backends.iter().map(|declared| declared.item);
    add("backend".to_owned(), backends.flat_map(backend).collect());
    for declared in items.externals.values() {
        let (name, key) = (&declared.item.name.value, keys(&declared.item.key));
        add(format!("external {name}{key}"), fields(&declared.item.fields));
    }
    for declared in items.bindings.values() {
        add(
            format!("binding {}", declared.item.external.value),
            fields(&declared.item.fields),
        );
    }
    for declared in items.adapters.values() {
        let operations = declared.item.operations.iter().map(|operation| line(operation.span));
        add(
            format!("adapter {}", declared.item.external.value),
            operations.collect(),
        );
    }
    for declared in items.tables.values() {
        let rows = declared.item.rows.iter().map(|row| line(row.span));
        add(format!("table {}", declared.item.name.value), rows.collect());
    }
    let externs = items.externs.values().map(|declared| line(declared.item.span));
    let externs: Vec<Line> = externs.collect();
    if !externs.is_empty() {
        add("extern".to_owned(), externs);
    }
    for declared in &items.mappings {
        add(mapping_title(&declared.item.name), mapping(declared.item));
    }
    blocks
}

fn line(span: Span) -> Line {
    of("", span)
}

fn of(word: &'static str, span: Span) -> Line {
    Line { word, span }
}

fn backend(backend: &Backend) -> Vec<Line> {
    let wire = backend.wire.iter().map(|wire| of("wire", wire.span));
    let adapter = backend.adapter.iter().map(|adapter| of("adapter", adapter.span));
    wire.chain(fields(&backend.fields)).chain(adapter).collect()
}

fn keys(key: &[Name]) -> String {
    match key {
        [] => String::new(),
        key => {
            let names: Vec<&str> = key.iter().map(|name| name.value.as_str()).collect();
            format!(" key {}", names.join(", "))
        }
    }
}

fn fields(fields: &[Field]) -> Vec<Line> {
    fields.iter().map(|field| line(field.span)).collect()
}

fn mapping(mapping: &Mapping) -> Vec<Line> {
    let joins = mapping.joins.iter().map(|join| of("with", join.span));
    let outputs = mapping.outputs.iter().map(|output| of("and", output.span));
    let statements = mapping.statements.iter().flat_map(statement);
    joins.chain(outputs).chain(statements).collect()
}

fn statement(statement: &Statement) -> Vec<Line> {
    match statement {
        Statement::Adopt(adopt) => vec![of("adopt", adopt.span)],
        Statement::Batch(batch) => vec![of("batch", batch.span)],
        Statement::Skip(skip) => vec![of("skip", skip.span)],
        Statement::Retry(retry) => vec![of("retry", retry.span)],
        Statement::After(after) => vec![of("after", after.span)],
        Statement::Let(written) => vec![of("let", written.span)],
        // An amendment may have taken fields out of the line.
        Statement::Copy(copy) if copy.all.is_none() => copy.fields.iter().map(|field| of("copy", field.span)).collect(),
        Statement::Copy(copy) => vec![of("copy", copy.span)],
        Statement::Rule(rule) => vec![line(rule.span)],
        Statement::Ignore(ignore) => vec![of("ignore", ignore.span)],
        Statement::Check(check) => vec![of("check", check.span)],
    }
}
