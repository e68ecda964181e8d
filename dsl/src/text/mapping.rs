//! Mappings: header, joins, statements.

use super::Reader;
use crate::ast::mapping::{Check, Direction, Join, Let, Mapping, Output, Rule, RuleOp, Statement};
use crate::ast::{Amended, Arrow};
use crate::cut::{self, ItemCut};
use crate::parse;
use crate::source::Spanned;
use std::ops::Range;

/// The signs of rules.
const RULE_SIGNS: [&str; 5] = ["=", "+=", "<->", "->", "<-"];
/// What begins a statement of a mapping.
const STATEMENT_WORDS: [&str; 10] = [
    "adopt",
    "batch",
    "skip",
    "retry",
    "after",
    "let",
    "copy",
    "ignore",
    "check",
    "target = value",
];

/// The header of a mapping, its joins and its statements.
type MappingLines = (Mapping, Vec<Amended<Join>>, Vec<Amended<Statement>>);

impl Reader<'_> {
    pub(super) fn mapping(&mut self, cut: &ItemCut) -> Option<Mapping> {
        let (head, joins, statements) = self.mapping_lines(cut)?;
        for output in &head.outputs {
            self.no_override(output.replaces);
        }
        Some(Mapping {
            joins: self.all_added(joins),
            statements: self.all_added(statements),
            ..head
        })
    }

    /// The header, the joins and the statements.
    pub(super) fn mapping_lines(&mut self, cut: &ItemCut) -> Option<MappingLines> {
        let direction = Spanned::new(
            direction(self.layout.word(cut.tokens.start)).unwrap_or(Direction::Sync),
            self.layout.token_span(cut.tokens.start),
        );
        let mut parts = cut::joins(self.layout, cut.header.clone()).into_iter();
        let head_tokens = parts.next().unwrap_or(cut.header.clone());
        let span = self.span(head_tokens.clone());
        let head = self.read_one_line(head_tokens.start + 1..head_tokens.end, |piece| {
            parse::head(piece, direction)
        });
        let (mut joins, mut outputs) = (Vec::new(), Vec::new());
        for part in parts {
            let replaces = self.override_word(&part);
            let word = part.start + usize::from(replaces.is_some());
            if self.layout.word(word) == "and" {
                let span = self.span(part.clone());
                let output = self.read_one_line(word + 1..part.end, |piece| parse::output(piece, span));
                outputs.extend(output.map(|output| Output { replaces, ..output }));
                continue;
            }
            joins.extend(self.amended(part, |reader, part| {
                let span = reader.span(part.clone());
                reader.read_one_line(part.start + 1..part.end, |piece| parse::join(piece, span))
            }));
        }
        let lines = cut::statements(self.layout, self.body(cut)?);
        let statements = lines
            .into_iter()
            .filter_map(|line| self.amended(line, Self::statement))
            .collect();
        let head = head?;
        let head = Mapping {
            doc: self.doc(cut.tokens.start),
            name: head.name,
            alias: head.alias,
            within: head.within,
            params: head.params,
            joins: Vec::new(),
            outputs,
            statements: Vec::new(),
            span,
        };
        Some((head, joins, statements))
    }

    fn statement(&mut self, line: Range<usize>) -> Option<Statement> {
        let rest = line.start + 1..line.end;
        let span = self.span(line.clone());
        match self.keyword(&line).unwrap_or("") {
            "adopt" => self.read(rest, |piece| parse::adopt(piece, span)).map(Statement::Adopt),
            "batch" => self.read(rest, |piece| parse::batch(piece, span)).map(Statement::Batch),
            "skip" => self.read(rest, |piece| parse::skip(piece, span)).map(Statement::Skip),
            "retry" => self.read(rest, |piece| parse::retry(piece, span)).map(Statement::Retry),
            "after" => self.read(rest, parse::name).map(Statement::After),
            "let" => self.let_statement(line).map(Statement::Let),
            "copy" => self.read(rest, |piece| parse::copy(piece, span)).map(Statement::Copy),
            "ignore" => self
                .read(rest, |piece| parse::ignore(piece, span))
                .map(Statement::Ignore),
            "check" => self.read(rest, |piece| parse::check(piece, span)).map(Statement::Check),
            "import" | "export" if self.is_directed_check(&line) => self.directed_check(&line),
            "import" | "export" => self.rule(line.clone(), line.start + 1).map(Statement::Rule),
            _ => self.rule(line.clone(), line.start).map(Statement::Rule),
        }
    }

    /// `import check ..`; `export check = ..` is a rule for a field of that name.
    fn is_directed_check(&self, line: &Range<usize>) -> bool {
        let rest = line.start + 1..line.end;
        self.keyword(&rest) == Some("check")
    }

    fn directed_check(&mut self, line: &Range<usize>) -> Option<Statement> {
        let direction = direction(self.layout.word(line.start))?;
        let direction = Spanned::new(direction, self.layout.token_span(line.start));
        let span = self.span(line.clone());
        let check = self.read(line.start + 2..line.end, |piece| parse::check(piece, span))?;
        Some(Statement::Check(Check {
            direction: Some(direction),
            ..check
        }))
    }

    fn let_statement(&mut self, line: Range<usize>) -> Option<Let> {
        let span = self.span(line.clone());
        if self.is_broken(line.clone()) {
            return None;
        }
        // Without a sign the name takes the whole line, and the report says what is missing behind it.
        let sign = self.sign(&line, &["="]).unwrap_or(line.end);
        let name = self.read(line.start + 1..sign, parse::any_name)?;
        let value = self.read((sign + 1).min(line.end)..line.end, parse::expression)?;
        Some(Let { name, value, span })
    }

    /// A rule whose targets begin at `start`; what stands before is its direction.
    fn rule(&mut self, line: Range<usize>, start: usize) -> Option<Rule> {
        let Some(sign) = self.sign(&line, &RULE_SIGNS) else {
            self.unknown_statement(line, "statement of a mapping", &STATEMENT_WORDS);
            return None;
        };
        if self.is_broken(line.clone()) {
            return None;
        }
        let direction = (start > line.start)
            .then(|| direction(self.layout.word(line.start)))
            .flatten()
            .map(|direction| Spanned::new(direction, self.layout.token_span(line.start)));
        let targets = self.read(start..sign, parse::targets)?;
        let op = Spanned::new(rule_op(self.layout.word(sign)), self.layout.token_span(sign));
        let value = self.read(sign + 1..line.end, parse::value)?;
        let (doc, span) = (self.doc(line.start), self.span(line));
        Some(Rule {
            doc,
            targets,
            op,
            value: value.value,
            clauses: value.clauses,
            direction,
            span,
        })
    }
}

fn direction(word: &str) -> Option<Direction> {
    match word {
        "import" => Some(Direction::Import),
        "export" => Some(Direction::Export),
        "sync" => Some(Direction::Sync),
        _ => None,
    }
}

fn rule_op(sign: &str) -> RuleOp {
    match sign {
        "+=" => RuleOp::Add,
        "<->" => RuleOp::TwoWay(Arrow::Both),
        "->" => RuleOp::TwoWay(Arrow::ToOutside),
        "<-" => RuleOp::TwoWay(Arrow::ToInside),
        _ => RuleOp::Set,
    }
}
