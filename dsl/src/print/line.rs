//! The lines of each kind of item.

use super::Printer;
use super::clause::{arrow_sign, direction_word, rule_sign, severity_word};
use super::expr::Level;
use super::extent::Body;
use super::item::{Braces, Head, Line};
use super::lay::{Inside, LINE, Laying, Place};
use super::row::{Class, Pair};
use super::types::field_head;
use super::word::{any_name, dotted, duration, joined, name, names, width};
use crate::ast::expr::Expr;
use crate::ast::mapping::{Direction, Join, Let, Mapping, Rule, RuleOp, Statement};
use crate::ast::{
    Adapter, Backend, Binding, Constraint, Context, Doc, Expect, Field, Given, GivenValue, Internal, Operation,
    Request, Table, TableCell, TableRow, Test,
};
use crate::source::{Name, Spanned};

/// Columns before the lines of an item.
const INDENT: usize = 2;
const NO_DOC: &Doc = &None;

/// A value at the margin of an item.
const VALUE: Place = Place {
    indent: INDENT,
    after: 0,
    inside: Inside::Lines,
};

impl<'p> Printer<'p> {
    /// `internal res.partner`
    pub(super) fn internal_head(&self, internal: &Internal) -> String {
        format!("internal {}", dotted(&internal.name.value))
    }

    /// `adapter Customer`
    pub(super) fn adapter_head(&self, adapter: &Adapter) -> String {
        format!("adapter {}", name(&adapter.external.value))
    }

    /// `table Visibility`
    pub(super) fn table_head(&self, table: &Table) -> String {
        format!("table {}", name(&table.name.value))
    }

    pub(super) fn field_lines(&'p self, fields: &'p [Field]) -> Vec<Line<'p>> {
        fields.iter().map(|field| self.field_line(field)).collect()
    }

    fn field_line(&'p self, field: &'p Field) -> Line<'p> {
        let pair = Pair {
            class: Class::Field,
            head: field_head(field),
            loose: false,
            sign: "",
            verb: None,
            value: Box::new(move |laying| laying.field(field, VALUE)),
            clauses: &[],
        };
        Line::pair(field.span.start, &field.doc, pair)
    }

    pub(super) fn backend_lines(&'p self, backend: &'p Backend, word: &str) -> Vec<Line<'p>> {
        let wire = backend.wire.as_ref();
        let wire = wire.map(|wire| Line::text(wire.span.start, format!("wire {}", name(&wire.value))));
        let protocol = backend
            .adapter
            .as_ref()
            .map(|adapter| self.protocol_line(adapter, word));
        let fields = self.field_lines(&backend.fields);
        wire.into_iter().chain(fields).chain(protocol).collect()
    }

    pub(super) fn internal_lines(&'p self, internal: &'p Internal) -> Vec<Line<'p>> {
        let constraints = internal.constraints.iter().map(|constraint| {
            let (word, rest) = self.constraint(constraint);
            let (Constraint::Key { span, .. } | Constraint::Unique { span, .. } | Constraint::Index { span, .. }) =
                constraint;
            Line::text(span.start, format!("{word} {rest}"))
        });
        self.field_lines(&internal.fields)
            .into_iter()
            .chain(constraints)
            .collect()
    }

    pub(super) fn binding_lines(&'p self, binding: &'p Binding, body: Option<&Body>) -> Vec<Line<'p>> {
        let lines = |word: &str, list: &[Name]| -> Vec<Line<'p>> {
            let list = by_line(list, body, |name| name.span.start);
            let line = |part: &[Name]| Line::text(part[0].span.start, format!("{word} {}", names(part)));
            list.into_iter().map(line).collect()
        };
        let (key, scope) = (lines("key", &binding.key), lines("scope", &binding.scope));
        let one = binding
            .one_to_one
            .map(|span| Line::text(span.start, "one to one".to_owned()));
        let fields = self.field_lines(&binding.fields);
        key.into_iter().chain(scope).chain(one).chain(fields).collect()
    }

    pub(super) fn operation_lines(&'p self, adapter: &'p Adapter) -> Vec<Line<'p>> {
        adapter
            .operations
            .iter()
            .map(|operation| self.operation_line("", operation))
            .collect()
    }

    /// A request and its name, a word before it.
    pub(super) fn operation_line(&'p self, word: &str, operation: &'p Operation) -> Line<'p> {
        let verb = match &operation.request {
            Request::Http { verb, .. } => Some(verb.value.as_str()),
            Request::Call { .. } => None,
        };
        let pair = Pair {
            class: Class::Operation,
            head: format!("{word}{}", self.operation_head(operation)),
            loose: !operation.params.is_empty(),
            sign: "=",
            verb,
            value: Box::new(move |laying| laying.request(operation, VALUE)),
            clauses: &[],
        };
        Line::pair(operation.span.start, NO_DOC, pair)
    }

    pub(super) fn table_lines(&'p self, table: &'p Table) -> Vec<Line<'p>> {
        table.rows.iter().map(|row| self.row_line(row)).collect()
    }

    fn row_line(&'p self, row: &'p TableRow) -> Line<'p> {
        let at = match &row.inside {
            TableCell::Value(value) => value.span.start,
            TableCell::Rest(span) => span.start,
        };
        let pair = Pair {
            class: Class::Arrow,
            head: self.cell(&row.inside),
            loose: false,
            sign: arrow_sign(row.arrow),
            verb: None,
            value: Box::new(move |laying| laying.push(&self.cell(&row.outside))),
            clauses: &[],
        };
        Line::pair(at, NO_DOC, pair)
    }

    /// The head of a mapping, its parameters, joins and outputs.
    pub(super) fn mapping_head_lines(&'p self, mapping: &'p Mapping) -> Head<'p> {
        let joins = mapping.joins.iter().map(|join| self.join_line("", join)).collect();
        self.mapping_lines(direction_word(mapping.name.direction.value), mapping, joins)
    }

    /// The same for an amendment, whose joins are its own.
    pub(super) fn mapping_lines(&'p self, words: &str, mapping: &'p Mapping, mut joins: Vec<Line<'p>>) -> Head<'p> {
        let mut laying = Laying::at(self, 0);
        laying.push(&format!("{words} {}", self.mapping_head(mapping)));
        if !mapping.params.is_empty() {
            laying.push(" ");
            laying.params(&mapping.params, INDENT);
        }
        let outputs = mapping.outputs.iter();
        joins.extend(outputs.map(|output| Line::text(output.span.start, self.output_line(output))));
        if joins.iter().any(Line::has_braces) {
            // Behind braces a head goes on with `with`, `and` and the brace of its body only.
            joins.iter_mut().for_each(Line::unbreak);
        }
        Head {
            text: laying.out,
            joins,
            braces: Braces::Needed,
        }
    }

    /// `with ..`, a word before it.
    pub(super) fn join_line(&'p self, word: &str, join: &'p Join) -> Line<'p> {
        let (head, parts) = self.join(join);
        let flat = format!("{word}with {head} {}", parts.join(" ")).trim_end().to_owned();
        let text = match INDENT + width(&flat) <= LINE {
            true => flat,
            false => {
                let mut laying = Laying::at(self, INDENT);
                laying.push(&format!("{word}with {head}"));
                for part in parts {
                    match laying.column + width(&part) < LINE {
                        true => laying.push(" "),
                        false => laying.newline(INDENT + 4),
                    }
                    laying.push(&part);
                }
                laying.out
            }
        };
        Line::text(join.span.start, text)
    }

    pub(super) fn statement_lines(&'p self, mapping: &'p Mapping) -> Vec<Line<'p>> {
        mapping
            .statements
            .iter()
            .map(|statement| self.statement_line("", statement))
            .collect()
    }

    /// A line of a mapping, a word before it.
    pub(super) fn statement_line(&'p self, word: &str, statement: &'p Statement) -> Line<'p> {
        match statement {
            Statement::Adopt(adopt) => Line::text(adopt.span.start, format!("{word}adopt {}", self.adopt(adopt))),
            Statement::Batch(batch) => Line::text(batch.span.start, format!("{word}batch {}", self.batch(batch))),
            Statement::Skip(skip) => {
                let text = self.because(
                    &format!("{word}skip when "),
                    Some(&skip.when),
                    "because ",
                    &skip.because,
                );
                Line::text(skip.span.start, text)
            }
            Statement::Retry(retry) => {
                let head = format!("{word}retry every {} when ", duration(retry.every.value));
                let text = self.because(&head, Some(&retry.when), "because ", &retry.because);
                Line::text(retry.span.start, text)
            }
            Statement::After(after) => Line::text(after.span.start, format!("{word}after {}", name(&after.value))),
            Statement::Let(binding) => self.let_line(word, binding),
            Statement::Copy(copy) => Line::text(copy.span.start, format!("{word}copy {}", self.copy(copy))),
            Statement::Rule(rule) => self.rule_line(word, rule),
            Statement::Ignore(ignore) => {
                let paths = joined(&ignore.paths, |path| self.expr(path));
                let text = self.because(&format!("{word}ignore {paths}"), None, "because ", &ignore.because);
                Line::text(ignore.span.start, text)
            }
            Statement::Check(check) => {
                let direction = directed(check.direction.as_ref());
                let middle = format!("else {} because ", severity_word(check.severity.value));
                let head = format!("{word}{direction}check ");
                let text = self.because(&head, Some(&check.condition), &middle, &check.because);
                Line::text(check.span.start, text)
            }
        }
    }

    fn let_line(&'p self, word: &str, binding: &'p Let) -> Line<'p> {
        let value = &binding.value;
        let pair = Pair {
            class: Class::Let,
            head: format!("{word}let {}", any_name(&binding.name.value)),
            loose: false,
            sign: "=",
            verb: None,
            value: Box::new(move |laying| laying.expr(value, Level::Full, VALUE)),
            clauses: &[],
        };
        Line::pair(binding.span.start, NO_DOC, pair)
    }

    fn rule_line(&'p self, word: &str, rule: &'p Rule) -> Line<'p> {
        let dotted = rule.targets.iter().any(|target| target.path.len() > 1);
        let class = match (&rule.direction, rule.op.value) {
            (Some(_), _) => Class::Directed,
            (None, RuleOp::TwoWay(_)) => Class::Arrow,
            (None, RuleOp::Set | RuleOp::Add) if dotted => Class::Dotted,
            (None, RuleOp::Set | RuleOp::Add) => Class::Rule,
        };
        let direction = directed(rule.direction.as_ref());
        let head = format!("{word}{direction}{}", self.targets(&rule.targets));
        let value = &rule.value;
        let pair = Pair {
            class,
            head,
            loose: rule.targets.len() > 1,
            sign: rule_sign(rule.op.value),
            verb: None,
            value: Box::new(move |laying| laying.expr(value, Level::Full, VALUE)),
            clauses: &rule.clauses,
        };
        Line::pair(rule.span.start, &rule.doc, pair)
    }

    /// `check E else warn because ".."`: what says why goes on the next line where one is too short.
    fn because(&self, head: &str, condition: Option<&Expr>, middle: &str, reason: &Expr) -> String {
        let mut laying = Laying::at(self, INDENT);
        laying.push(head);
        if let Some(condition) = condition {
            laying.expr(
                condition,
                Level::Full,
                Place {
                    indent: INDENT + 2,
                    ..VALUE
                },
            );
        }
        let tail = format!("{middle}{}", self.expr(reason));
        match !laying.out.contains('\n') && laying.column + 1 + width(&tail) <= LINE {
            true => laying.push(" "),
            false => laying.newline(INDENT + 2),
        }
        laying.push(&tail);
        laying.out
    }

    pub(super) fn test_lines(&'p self, test: &'p Test, body: Option<&Body>) -> Vec<Line<'p>> {
        let given = test.given.iter().map(|given| self.given_line(given));
        let context = by_line(&test.context, body, context_start).into_iter().map(|entries| {
            let text = self.line("context ", |laying| laying.context(entries, VALUE));
            Line::text(context_start(&entries[0]), text)
        });
        let record = |word: &str, expr: &Expr| {
            let text = self.line(word, |laying| laying.record_block(expr, VALUE));
            Line::text(expr.span.start, text)
        };
        let current = test.current.as_ref().map(|current| record("current ", current));
        let changed = by_line(&test.changed, body, |name| name.span.start);
        let changed = changed
            .into_iter()
            .map(|part| Line::text(part[0].span.start, format!("changed {}", names(part))));
        let expect = test.expect.as_ref().map(|expect| {
            let before = format!("expect {}", self.expect(expect));
            match expect {
                Expect::Fields { record: fields, .. } => record(&before, fields),
                Expect::Error { kind, .. } => Line::text(kind.span.start, before),
                Expect::Stop { how, .. } => Line::text(how.span.start, before),
            }
        });
        given
            .chain(context)
            .chain(current)
            .chain(changed)
            .chain(expect)
            .collect()
    }

    fn given_line(&'p self, given: &'p Given) -> Line<'p> {
        let (source, file) = self.given(given);
        let before = format!("given {source}");
        match (&given.value, file) {
            (GivenValue::Inline(value), _) => {
                let text = self.line(&before, |laying| laying.record_block(value, VALUE));
                Line::text(value.span.start, text)
            }
            (GivenValue::File(path), file) => {
                Line::text(path.span.start, format!("{before}{}", file.unwrap_or_default()))
            }
        }
    }

    fn line(&'p self, before: &str, lay: impl FnOnce(&mut Laying<'p>)) -> String {
        let mut laying = Laying::at(self, INDENT);
        laying.push(before);
        lay(&mut laying);
        laying.out
    }
}

/// `import `, before a line of a `sync` that serves one direction.
fn directed(direction: Option<&Spanned<Direction>>) -> String {
    let word = direction.map(|direction| format!("{} ", direction_word(direction.value)));
    word.unwrap_or_default()
}

/// Where an entry of a context stands.
pub(super) fn context_start(context: &Context) -> u32 {
    match context {
        Context::Lookup { function: name, .. }
        | Context::Find { model: name, .. }
        | Context::Backend { name, .. }
        | Context::Function { name, .. } => name.span.start,
    }
}

/// What stood on several lines is one list in the tree: the parts of each line, all of them where there are no lines.
fn by_line<'t, T>(list: &'t [T], body: Option<&Body>, start: impl Fn(&T) -> u32) -> Vec<&'t [T]> {
    let line = |part: &T| {
        let at = start(part) as usize;
        body.and_then(|body| body.lines.iter().position(|line| line.contains(&at)))
    };
    list.chunk_by(|one, next| line(one) == line(next)).collect()
}
