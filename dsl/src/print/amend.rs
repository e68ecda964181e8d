//! Amendments, overrides and drops: the lines of a declaration with a word before some of them.

use super::Printer;
use super::clause::{direction_word, guarded};
use super::extent::Body;
use super::item::{Head, Line, plain_head};
use super::word::{joined, name};
use crate::ast::mapping::{MappingName, Output};
use crate::ast::{Amend, Amended, Change, DropKind, Dropped, Operation, Overridden, Override, Protocol};
use crate::source::Span;

impl<'p> Printer<'p> {
    /// `amend external Customer { .. }`
    pub(super) fn amend(&'p self, amend: &'p Amend, body: Option<&Body>) -> (Head<'p>, Vec<Line<'p>>) {
        let (head, mut lines, drops): (String, Vec<Line<'p>>, &[Dropped]) = match &amend.change {
            Change::Backend {
                declared,
                override_adapter,
                drops,
            } => {
                let lines = self.backend_lines(declared, if override_adapter.is_some() { "override " } else { "" });
                (self.backend_head(declared), lines, drops)
            }
            Change::External { declared, drops } => {
                (self.external_head(declared), self.field_lines(&declared.fields), drops)
            }
            Change::Internal { declared, drops } => {
                (self.internal_head(declared), self.internal_lines(declared), drops)
            }
            Change::Binding { declared, drops } => {
                (self.binding_head(declared), self.binding_lines(declared, body), drops)
            }
            Change::Adapter {
                external, operations, ..
            } => {
                let lines = operations
                    .iter()
                    .map(|operation| self.amended_operation(operation))
                    .collect();
                (format!("adapter {}", name(&external.value)), lines, &[])
            }
            Change::Mapping {
                head,
                joins,
                statements,
            } => {
                let joins = joins.iter().map(|join| match join {
                    Amended::Added(join) => self.join_line("", join),
                    Amended::Override { line, .. } => self.join_line("override ", line),
                    Amended::Drop(dropped) => Line::text(dropped.span.start, guarded(self.dropped(dropped))),
                });
                let lines = statements.iter().map(|statement| match statement {
                    Amended::Added(statement) => self.statement_line("", statement),
                    Amended::Override { line, .. } => self.statement_line("override ", line),
                    Amended::Drop(dropped) => self.drop_line(dropped),
                });
                let direction = direction_word(head.name.direction.value);
                let head = self.mapping_lines(&format!("amend {direction}"), head, joins.collect());
                return (head, lines.collect());
            }
        };
        lines.extend(drops.iter().map(|dropped| self.drop_line(dropped)));
        (plain_head(format!("amend {head}")), lines)
    }

    fn amended_operation(&'p self, operation: &'p Amended<Operation>) -> Line<'p> {
        match operation {
            Amended::Added(operation) => self.operation_line("", operation),
            Amended::Override { line, .. } => self.operation_line("override ", line),
            Amended::Drop(dropped) => self.drop_line(dropped),
        }
    }

    /// `drop vat`
    pub(super) fn drop_line(&self, dropped: &Dropped) -> Line<'p> {
        Line::text(dropped.span.start, self.dropped(dropped))
    }

    /// `drop table Visibility`
    pub(super) fn dropped(&self, dropped: &Dropped) -> String {
        let kind = match dropped.kind {
            DropKind::Part => "",
            DropKind::Let => "let ",
            DropKind::With => "with ",
            DropKind::And => "and ",
            DropKind::Import => "import ",
            DropKind::Export => "export ",
            DropKind::Table => "table ",
            DropKind::Extern => "extern fn ",
            DropKind::External => "external ",
            DropKind::Binding => "binding ",
            DropKind::Adapter => "adapter ",
            DropKind::Mapping => "",
        };
        if let Some(mapping) = &dropped.mapping {
            return format!("drop {}", self.directed_name(mapping));
        }
        let names = match dropped.kind {
            DropKind::With | DropKind::And | DropKind::External | DropKind::Binding | DropKind::Adapter => {
                joined(&dropped.names, |target| {
                    let path: Vec<String> = target.path.iter().map(|part| name(&part.value)).collect();
                    path.join(".")
                })
            }
            DropKind::Part
            | DropKind::Let
            | DropKind::Import
            | DropKind::Export
            | DropKind::Table
            | DropKind::Mapping
            | DropKind::Extern => self.targets(&dropped.names),
        };
        format!("drop {kind}{names}")
    }

    /// `override and Address as a`
    pub(super) fn output_line(&self, output: &Output) -> String {
        let word = if output.replaces.is_some() { "override " } else { "" };
        format!("{word}and {}", self.output(output))
    }

    /// `import res.partner from Customer`
    pub(super) fn directed_name(&self, mapping: &MappingName) -> String {
        let direction = direction_word(mapping.direction.value);
        format!("{direction} {}", self.mapping_name(mapping))
    }

    /// `adapter rest ..`, the word `override` before it where it stands there.
    pub(super) fn protocol_line(&self, protocol: &Protocol, word: &str) -> Line<'p> {
        let Span { start, .. } = protocol.span;
        Line::text(start, format!("{word}adapter {}", self.protocol(protocol)))
    }

    /// `override table Visibility { .. }`; a function is complete without lines.
    pub(super) fn overridden(&'p self, item: &'p Override) -> Result<(Head<'p>, Vec<Line<'p>>), String> {
        match &item.item {
            Overridden::Table(table) => {
                let head = format!("override {}", self.table_head(table));
                Ok((plain_head(head), self.table_lines(table)))
            }
            Overridden::Extern(function) => Err(self.extern_fn("override ", function)),
        }
    }
}
