//! Mappings in YAML.

use super::order::amended_key;
use super::{Leaf, Yaml, block_or_plain, is_plain_word, key};
use crate::ast::expr::{Expr, ExprKind, TextPart};
use crate::ast::mapping::{Clause, Ignore, Join, Let, Mapping, Rule, RuleOp, Statement};
use crate::ast::{Amended, Param};
use crate::print::clause::{direction_word, rule_sign, severity_word};
use crate::print::expr::Level;
use crate::print::word::{any_name, duration, joined, name};
use std::collections::HashSet;

impl Yaml<'_> {
    pub(super) fn mapping(&mut self, indent: usize, mapping: &Mapping) {
        let joins: Vec<Amended<Join>> = mapping.joins.iter().cloned().map(Amended::Added).collect();
        let statements: Vec<Amended<Statement>> = mapping.statements.iter().cloned().map(Amended::Added).collect();
        self.amended_mapping(indent, mapping, &joins, &statements);
    }

    /// A mapping whose lines may have a word before them.
    pub(super) fn amended_mapping(
        &mut self,
        indent: usize,
        head: &Mapping,
        joins: &[Amended<Join>],
        statements: &[Amended<Statement>],
    ) {
        let direction = direction_word(head.name.direction.value);
        if !self.mapping_header(head) {
            let head = block_or_plain(indent + 2, &self.printer.mapping_head(head));
            self.line(indent, &format!("- {direction}: {head}"));
        }
        let indent = indent + 2;
        self.doc(indent, head.doc.as_deref());
        self.params(indent, &head.params);
        let (dropped, joins): (Vec<_>, Vec<_>) = joins.iter().partition(|join| matches!(join, Amended::Drop(_)));
        let joins: Vec<Leaf> = joins.into_iter().map(|join| self.join_leaf(join)).collect();
        self.list(indent, "with", &joins);
        let outputs = head
            .outputs
            .iter()
            .map(|output| (output.span, self.printer.output_line(output).replacen("and ", "", 1)));
        let outputs: Vec<Leaf> = outputs.collect();
        self.list(indent, "and", &outputs);
        let mut dropped: Vec<Leaf> = dropped.into_iter().map(|join| self.join_leaf(join)).collect();
        for lines in statements.chunk_by(|one, next| amended_key(one) == amended_key(next)) {
            match amended_key(&lines[0]) {
                "let" => self.lets(indent, lines),
                "rules" => self.rules(indent, lines),
                "ignore" => self.ignores(indent, lines),
                "drop" => {
                    let mut leaves = std::mem::take(&mut dropped);
                    leaves.extend(lines.iter().map(|line| self.statement_leaf(indent, line)));
                    self.leaves(indent, "drop", &leaves);
                }
                word @ ("with" | "skip" | "retry" | "check" | "import check" | "export check") => {
                    let leaves: Vec<Leaf> = lines.iter().map(|line| self.statement_leaf(indent + 2, line)).collect();
                    self.list(indent, word, &leaves);
                }
                word => {
                    let leaves: Vec<Leaf> = lines.iter().map(|line| self.statement_leaf(indent, line)).collect();
                    self.leaves(indent, word, &leaves);
                }
            }
        }
        self.leaves(indent, "drop", &dropped);
    }

    /// The header of a mapping in a file that is laid out anew, with its parameters where they stand in it.
    fn mapping_header(&mut self, head: &Mapping) -> bool {
        let model = head.name.model.span;
        let external = head.alias.as_ref().map_or(head.name.external.span, |alias| alias.span);
        let external = head.within.as_ref().map_or(external, |within| within.alias.span);
        let whole = model.to(external);
        let params = head.params.first().map(|param| whole.to(param.ty.span));
        let in_header = params.filter(|params| self.is_one_leaf(*params));
        let params = in_header.map(|_| {
            joined(&head.params, |param| {
                format!("{}: {}", any_name(&param.name.value), self.printer.ty(&param.ty))
            })
        });
        let params = params.map(|params| format!(" ({params})")).unwrap_or_default();
        let text = format!("{}{params}", self.printer.mapping_head(head));
        self.put(whole, &text)
    }

    fn params(&mut self, indent: usize, params: &[Param]) {
        if !params.is_empty() {
            self.line(indent, "params:");
            for param in params {
                let indent = self.margin(param.ty.span, indent + 2) - 2;
                let key = any_name(&param.name.value);
                let flat = self.printer.flat_type(&param.ty);
                let ty = self.laid(indent + 2, &key, flat, |laying, place| laying.ty(&param.ty, place));
                if !self.is_one_leaf(param.name.span.to(param.ty.span)) {
                    self.leaf_of(param.ty.span, indent + 2, &any_name(&param.name.value), &ty);
                }
            }
        }
    }

    fn join_leaf(&self, join: &Amended<Join>) -> Leaf {
        let (word, join) = match join {
            Amended::Added(join) => ("", join),
            Amended::Override { line, .. } => ("override ", line),
            Amended::Drop(dropped) => return self.drop_leaf(dropped),
        };
        let (head, parts) = self.printer.join(join);
        // Behind `override` the word would be taken for the one before a name.
        let head = match head
            .strip_prefix("as")
            .filter(|rest| !word.is_empty() && rest.starts_with([' ', '.']))
        {
            Some(rest) => format!("`as`{rest}"),
            None => head,
        };
        let leaf = format!("{word}{head} {}", parts.join(" "));
        (join.span, leaf.trim_end().to_owned())
    }

    /// What stands right of the word of a statement that has no key of its own.
    fn statement_leaf(&self, indent: usize, line: &Amended<Statement>) -> Leaf {
        let statement = match line {
            Amended::Added(line) | Amended::Override { line, .. } => line,
            Amended::Drop(dropped) => return self.drop_leaf(dropped),
        };
        let printer = self.printer;
        match statement {
            Statement::Adopt(adopt) => (adopt.span, printer.adopt(adopt)),
            Statement::Batch(batch) => (batch.span, printer.batch(batch)),
            Statement::Skip(skip) => {
                let indent = self.margin(skip.span, indent);
                (
                    skip.span,
                    self.because(indent, "when ", &skip.when, "because ", &skip.because),
                )
            }
            Statement::Retry(retry) => {
                let head = format!("every {} when ", duration(retry.every.value));
                let indent = self.margin(retry.span, indent);
                (
                    retry.span,
                    self.because(indent, &head, &retry.when, "because ", &retry.because),
                )
            }
            Statement::After(after) => (after.span, name(&after.value)),
            Statement::Copy(copy) => (copy.span, printer.copy(copy)),
            Statement::Check(check) => {
                let middle = format!("else {} because ", severity_word(check.severity.value));
                let indent = self.margin(check.span, indent);
                (
                    check.span,
                    self.because(indent, "", &check.condition, &middle, &check.because),
                )
            }
            Statement::Let(Let { span, .. })
            | Statement::Rule(Rule { span, .. })
            | Statement::Ignore(Ignore { span, .. }) => (*span, String::new()),
        }
    }

    /// A condition and why, on two lines where one is too short.
    fn because(&self, indent: usize, head: &str, condition: &Expr, middle: &str, reason: &Expr) -> String {
        let tail = format!("{middle}{}", self.printer.expr(reason));
        let flat = self.printer.flat(condition, Level::Full);
        let flat = flat.map(|flat| format!("{head}{flat} {tail}"));
        self.laid(indent, "", flat, |laying, place| {
            laying.push(head);
            laying.expr(condition, Level::Full, place);
            laying.newline(place.indent);
            laying.push(&tail);
        })
    }

    fn lets(&mut self, indent: usize, lines: &[Amended<Statement>]) {
        self.line(indent, "let:");
        for line in lines {
            let (word, line) = word_of(line);
            if let Some(Statement::Let(binding)) = line {
                let head = format!("{word}{}", any_name(&binding.name.value));
                self.value(indent + 2, &head, &binding.value, &[]);
            }
        }
    }

    /// A map of rules, or a list of maps where a target occurs twice.
    fn rules(&mut self, indent: usize, lines: &[Amended<Statement>]) {
        let heads: Vec<String> = lines.iter().map(|line| self.rule_head(line)).collect();
        let all: HashSet<&str> = heads.iter().map(String::as_str).collect();
        let twice = all.len() < heads.len();
        self.line(indent, "rules:");
        let mut known: HashSet<&str> = HashSet::new();
        for (head, line) in heads.iter().zip(lines) {
            let Some(Statement::Rule(rule)) = word_of(line).1 else {
                continue;
            };
            let start = self.out.len();
            let indent = indent + if twice { 4 } else { 2 };
            self.rule(indent, head, rule);
            if twice && !self.is_relay() && (known.is_empty() || known.contains(head.as_str())) {
                known.clear();
                self.out.replace_range(start + indent - 2..start + indent - 1, "-");
            }
            known.insert(head);
        }
    }

    fn rule_head(&self, line: &Amended<Statement>) -> String {
        let (word, line) = word_of(line);
        let Some(Statement::Rule(rule)) = line else {
            return String::new();
        };
        let direction = rule
            .direction
            .as_ref()
            .map(|direction| format!("{} ", direction_word(direction.value)));
        let sign = match rule.op.value {
            RuleOp::Set => String::new(),
            RuleOp::Add => "+".to_owned(),
            RuleOp::TwoWay(_) => format!("{} ", rule_sign(rule.op.value)),
        };
        format!(
            "{word}{}{sign}{}",
            direction.unwrap_or_default(),
            self.printer.targets(&rule.targets)
        )
    }

    fn rule(&mut self, indent: usize, head: &str, rule: &Rule) {
        match &rule.doc {
            None => self.value(indent, head, &rule.value, &rule.clauses),
            Some(doc) => {
                self.line(indent, &format!("{}:", key(head)));
                self.doc(indent + 2, Some(doc));
                self.value(indent + 2, "value", &rule.value, &rule.clauses);
            }
        }
    }

    /// An expression and its clauses; `{text: word}` for a word.
    fn value(&mut self, indent: usize, head: &str, value: &Expr, clauses: &[Clause]) {
        let indent = self.margin(value.span, indent);
        if let Some(word) = word(value).filter(|_| clauses.is_empty() && !self.is_relay()) {
            return self.line(indent, &format!("{}: {{text: {word}}}", key(head)));
        }
        let behind: String = clauses
            .iter()
            .map(|clause| format!(" {}", self.printer.clause(clause)))
            .collect();
        let flat = self
            .printer
            .flat(value, Level::Full)
            .map(|flat| format!("{flat}{behind}"));
        let leaf = self.laid(indent, head, flat, |laying, place| {
            laying.expr(value, Level::Full, place);
            laying.clauses(clauses, place.indent);
        });
        self.leaf_of(value.span, indent, head, &leaf);
    }

    /// A map of paths, or a list of lines where a path holds both kinds of quotes.
    fn ignores(&mut self, indent: usize, lines: &[Amended<Statement>]) {
        let ignores = lines.iter().filter_map(|line| match word_of(line).1 {
            Some(Statement::Ignore(ignore)) => Some(ignore),
            _ => None,
        });
        let paths = |ignore: &Ignore| joined(&ignore.paths, |path| self.printer.expr(path));
        let because = |ignore: &Ignore| format!("because {}", self.printer.expr(&ignore.because));
        let all: Vec<(String, String, &Ignore)> =
            ignores.map(|ignore| (paths(ignore), because(ignore), ignore)).collect();
        let is_key = |paths: &str| !(paths.contains('\'') && paths.contains(['"', '\\']));
        if !self.is_relay() && !all.iter().all(|(paths, ..)| is_key(paths)) {
            let leaf =
                |(paths, because, ignore): (String, String, &Ignore)| (ignore.span, format!("{paths} {because}"));
            let leaves: Vec<Leaf> = all.into_iter().map(leaf).collect();
            return self.list(indent, "ignore", &leaves);
        }
        self.line(indent, "ignore:");
        for (paths, because, ignore) in all {
            match self.is_one_leaf(ignore.span) {
                true => self.leaf_of(ignore.span, indent, "", &format!("{paths} {because}")),
                false => self.leaf_of(ignore.because.span, indent + 2, &paths, &because),
            }
        }
    }
}

/// The word before a line, and the line where it is not dropped.
fn word_of(line: &Amended<Statement>) -> (&'static str, Option<&Statement>) {
    match line {
        Amended::Added(line) => ("", Some(line)),
        Amended::Override { line, .. } => ("override ", Some(line)),
        Amended::Drop(_) => ("", None),
    }
}

/// A text that is one plain word.
fn word(expr: &Expr) -> Option<&str> {
    let ExprKind::Text(text) = &expr.kind else { return None };
    match &text.parts[..] {
        [TextPart::Literal(word)] if is_plain_word(word) => Some(word),
        _ => None,
    }
}
