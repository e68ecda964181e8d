//! What stands right of the words of the language, on one line: headers, joins, requests, clauses, entries of tests.

use super::Printer;
use super::word::{any_name, dotted, duration, guarded_path, joined, name, names};
use crate::ast::expr::{Arg, Expr};
use crate::ast::mapping::{
    Adopt, Batch, Clause, Copy, Direction, Join, JoinMark, JoinSource, Mapping, MappingName, Only, Orphans, Output,
    RuleOp, Severity, Target,
};
use crate::ast::{
    Arrow, Auth, Backend, Binding, Constraint, Context, Expect, Extends, ExternFn, ExternKind, External, Given,
    GivenValue, InlineBinding, Limit, Protocol, TableCell, Test,
};
use crate::source::Name;

impl Printer<'_> {
    /// `magento "1.7" extends magento`
    pub(super) fn connector(&self, header: &crate::ast::Header) -> String {
        let mut line = name(&header.connector.value);
        line += &self.version(header.version.as_ref());
        if let Some(parent) = &header.extends {
            line += " extends ";
            line += &self.extends(parent);
        }
        line
    }

    fn version(&self, version: Option<&Name>) -> String {
        version
            .map(|version| format!(" {}", self.plain(version)))
            .unwrap_or_default()
    }

    fn extends(&self, parent: &Extends) -> String {
        match &parent.connector {
            Some(connector) => format!("{}{}", name(&connector.value), self.version(parent.version.as_ref())),
            None => self.version(parent.version.as_ref()).trim_start().to_owned(),
        }
    }

    /// `backend`
    pub(super) fn backend_head(&self, _: &Backend) -> String {
        "backend".to_owned()
    }

    /// `external Customer key customer_id`
    pub(super) fn external_head(&self, external: &External) -> String {
        let key = if external.key.is_empty() { "" } else { " key " };
        format!("external {}{key}{}", name(&external.name.value), names(&external.key))
    }

    /// `binding Board in project.project (key trello_id)`
    pub(super) fn binding_head(&self, binding: &Binding) -> String {
        let inline = binding
            .inline
            .as_ref()
            .map(|inline| format!(" in {}", self.inline(inline)));
        format!(
            "binding {}{}",
            name(&binding.external.value),
            inline.unwrap_or_default()
        )
    }

    /// `project.project (key trello_id, synced trello_sync_date)`
    pub(super) fn inline(&self, inline: &InlineBinding) -> String {
        let synced = inline
            .synced
            .as_ref()
            .map(|synced| format!(", synced {}", name(&synced.value)));
        let (model, key) = (dotted(&inline.model.value), name(&inline.key.value));
        format!("{model} (key {key}{})", synced.unwrap_or_default())
    }

    /// `rest "{backend.url}" auth bearer(backend.token) limit 2 per 1s`
    pub(super) fn protocol(&self, protocol: &Protocol) -> String {
        let mut line = format!("{} {}", name(&protocol.name.value), self.text(&protocol.endpoint.value));
        line.extend(protocol.auth.iter().map(|auth| self.auth(auth)));
        line.extend(protocol.limits.iter().map(limit));
        line
    }

    fn auth(&self, auth: &Auth) -> String {
        format!(" auth {}{}", name(&auth.scheme.value), self.args_if_any(&auth.args))
    }

    /// Arguments in their parentheses, nothing where there are none.
    pub(super) fn args_if_any(&self, args: &[Arg]) -> String {
        match args.is_empty() {
            true => String::new(),
            false => format!("({})", self.args(args)),
        }
    }

    /// `key a, b fold where E`, `unique (a)`, `index (a)`: the word, and what stands right of it.
    pub(super) fn constraint(&self, constraint: &Constraint) -> (&'static str, String) {
        match constraint {
            Constraint::Key {
                fields, fold, filter, ..
            } => {
                let fold = if fold.is_some() { " fold" } else { "" };
                (
                    "key",
                    format!("{}{fold}{}", names(fields), self.filter(filter.as_ref())),
                )
            }
            Constraint::Unique { fields, .. } => ("unique", format!("({})", names(fields))),
            Constraint::Index { fields, .. } => ("index", format!("({})", names(fields))),
        }
    }

    /// ` where E`
    pub(super) fn filter(&self, filter: Option<&Expr>) -> String {
        filter
            .map(|filter| format!(" where {}", self.expr(filter)))
            .unwrap_or_default()
    }

    /// One side of a row of a table.
    pub(super) fn cell(&self, cell: &TableCell) -> String {
        match cell {
            TableCell::Value(value) => self.expr(value),
            TableCell::Rest(_) => "_".to_owned(),
        }
    }

    /// `iso fn color`
    pub(super) fn extern_head(&self, function: &ExternFn) -> String {
        let kind = match function.kind {
            ExternKind::Plain => "fn",
            ExternKind::Iso => "iso fn",
            ExternKind::Effect => "effect fn",
        };
        format!("{kind} {}", name(&function.name.value))
    }

    /// ` -> text! inverse g in crate::m`
    pub(super) fn extern_tail(&self, function: &ExternFn) -> String {
        let result = function
            .result
            .as_ref()
            .map(|result| format!(" -> {}", self.ty(result)));
        format!("{}{}", result.unwrap_or_default(), self.extern_end(function))
    }

    /// `! inverse g in crate::m`
    pub(super) fn extern_end(&self, function: &ExternFn) -> String {
        let mark = if function.fallible { "!" } else { "" };
        let inverse = function
            .inverse
            .as_ref()
            .map(|inverse| format!(" inverse {}", name(&inverse.value)));
        format!("{mark}{} in {}", inverse.unwrap_or_default(), function.module.value)
    }

    /// `res.partner as invoice from Customer`
    pub(super) fn mapping_name(&self, mapping: &MappingName) -> String {
        let sign = match mapping.direction.value {
            Direction::Import => "from",
            Direction::Export => "to",
            Direction::Sync => "<->",
        };
        let variant = mapping
            .variant
            .as_ref()
            .map(|variant| format!(" as {}", name(&variant.value)));
        let (model, external) = (dotted(&mapping.model.value), dotted(&mapping.external.value));
        format!("{model}{} {sign} {external}", variant.unwrap_or_default())
    }

    /// `res.partner from Customer as c within Order as o`: all but the parameters.
    pub(super) fn mapping_head(&self, mapping: &Mapping) -> String {
        let alias = mapping
            .alias
            .as_ref()
            .map(|alias| format!(" as {}", name(&alias.value)));
        let within = mapping.within.as_ref().map(|within| {
            format!(
                " within {} as {}",
                dotted(&within.external.value),
                name(&within.alias.value)
            )
        });
        let head = self.mapping_name(&mapping.name);
        guarded(format!(
            "{head}{}{}",
            alias.unwrap_or_default(),
            within.unwrap_or_default()
        ))
    }

    /// `Address as home?`, and each clause behind it.
    pub(super) fn join(&self, join: &Join) -> (String, Vec<String>) {
        let mark = match join.mark {
            JoinMark::One => "",
            JoinMark::Optional => "?",
            JoinMark::Many => "*",
        };
        let head = guarded(format!(
            "{} as {}{mark}",
            dotted(&join.external.value),
            name(&join.alias.value)
        ));
        let source = join.source.as_ref().map(|source| match source {
            JoinSource::From { operation, args } => format!("from {}({})", name(&operation.value), self.args(args)),
            JoinSource::In(list) => guarded_path(format!("in {}", self.expr(list))),
        });
        let filter = join
            .filter
            .as_ref()
            .map(|filter| guarded_path(format!("where {}", self.expr(filter))));
        let latest = join
            .latest_by
            .as_ref()
            .map(|by| guarded_path(format!("latest by {}", self.expr(by))));
        let binds = join.also_binds.map(|_| "also binds".to_owned());
        let changes = join.changes.as_ref().map(|changes| {
            guarded(format!(
                "changes find {} by {}",
                dotted(&changes.external.value),
                name(&changes.by.value)
            ))
        });
        (
            head,
            [source, filter, latest, binds, changes].into_iter().flatten().collect(),
        )
    }

    /// `Address as a? when street is present`
    pub(super) fn output(&self, output: &Output) -> String {
        let when = output
            .when
            .as_ref()
            .map(|when| guarded_path(format!("? when {}", self.expr(when))));
        let head = format!("{} as {}", dotted(&output.external.value), name(&output.alias.value));
        format!("{}{}", guarded(head), when.unwrap_or_default())
    }

    /// `shared by email where customer`
    pub(super) fn adopt(&self, adopt: &Adopt) -> String {
        let shared = if adopt.shared.is_some() { "shared " } else { "" };
        format!("{shared}by {}{}", names(&adopt.by), self.filter(adopt.filter.as_ref()))
    }

    /// `every 15m since updated_at overlap 30s priority 10`
    pub(super) fn batch(&self, batch: &Batch) -> String {
        let since = batch
            .since
            .as_ref()
            .map(|since| format!(" since {}", name(&since.value)));
        let overlap = batch
            .overlap
            .as_ref()
            .map(|overlap| format!(" overlap {}", duration(overlap.value)));
        let priority = batch
            .priority
            .as_ref()
            .map(|priority| format!(" priority {}", priority.value));
        let rest = [since, overlap, priority].into_iter().flatten().collect::<String>();
        format!("every {}{rest}", duration(batch.every.value))
    }

    /// `a, b`, `all except c`
    pub(super) fn copy(&self, copy: &Copy) -> String {
        match (&copy.all, &copy.fields[..]) {
            (Some(_), []) => "all".to_owned(),
            (Some(_), fields) => format!("all except {}", names(fields)),
            (None, [field]) if field.value == "all" => "`all`".to_owned(),
            (None, fields) => names(fields),
        }
    }

    /// `street, binding.email`
    pub(super) fn targets(&self, targets: &[Target]) -> String {
        joined(targets, |target| {
            let path: Vec<String> = target.path.iter().map(|part| any_name(&part.value)).collect();
            path.join(".")
        })
    }

    /// A clause behind the value of a rule.
    pub(super) fn clause(&self, clause: &Clause) -> String {
        match clause {
            Clause::Only(only) => format!("only {}", only_word(only.value)),
            Clause::When { condition, .. } => format!("when {}", self.expr(condition)),
            Clause::Via {
                model, variant, args, ..
            } => {
                let variant = variant.as_ref().map(|variant| format!(" as {}", name(&variant.value)));
                let args = self.args_if_any(args);
                format!("via {}{}{args}", dotted(&model.value), variant.unwrap_or_default())
            }
            Clause::KeyedBy { key, .. } => format!("keyed by {}", self.operand(key)),
            Clause::Orphans(orphans) => format!("orphans {}", orphans_word(orphans.value)),
        }
    }

    /// `"a private customer" import res.partner from Customer`
    pub(super) fn test_head(&self, test: &Test) -> String {
        format!("{} {}", self.plain(&test.name), self.directed_name(&test.mapping))
    }

    /// `book = `, `file ".."`: what stands before the value of a given record, and the file.
    pub(super) fn given(&self, given: &Given) -> (String, Option<String>) {
        let source = given
            .source
            .as_ref()
            .map(|source| format!("{} = ", any_name(&source.value)));
        let file = match &given.value {
            GivenValue::Inline(_) => None,
            GivenValue::File(file) => Some(format!("file {}", self.plain(file))),
        };
        (source.unwrap_or_default(), file)
    }

    /// What stands left of `=` in an entry of a context, and the answer.
    pub(super) fn context<'c>(&self, context: &'c Context) -> (String, &'c Expr) {
        match context {
            Context::Lookup {
                function,
                external,
                key,
                answer,
            } => {
                let (function, external) = (name(&function.value), dotted(&external.value));
                (format!("{function} {external} {}", self.operand(key)), answer)
            }
            Context::Find {
                model,
                criteria,
                answer,
            } => (format!("find {} {}", dotted(&model.value), self.expr(criteria)), answer),
            Context::Backend { name: setting, value } => (format!("backend.{}", name(&setting.value)), value),
            Context::Function {
                name: called,
                args,
                answer,
            } => {
                let args = joined(args, |arg| self.expr(arg));
                (format!("fn {}({args})", name(&called.value)), answer)
            }
        }
    }

    /// `exactly `, `error data at name`: what stands before the record, and all of anything else.
    pub(super) fn expect(&self, expect: &Expect) -> String {
        match expect {
            Expect::Fields { exactly: Some(_), .. } => "exactly ".to_owned(),
            Expect::Fields { exactly: None, .. } => String::new(),
            Expect::Error { kind, at } => {
                let at = at.as_ref().map(|at| format!(" at {}", dotted(&at.value)));
                format!("error {}{}", name(&kind.value), at.unwrap_or_default())
            }
            Expect::Stop { how, because: None } => how.value.word().to_owned(),
            Expect::Stop {
                how,
                because: Some(reason),
            } => format!("{} because {}", how.value.word(), self.plain(reason)),
        }
    }
}

/// A part of a header whose last name does not belong to a `with` on the next line.
pub(super) fn guarded(head: String) -> String {
    let start = head.rfind([' ', '.']).map_or(0, |at| at + 1);
    match &head[start..] {
        "override" | "drop" => format!("{}`{}`", &head[..start], &head[start..]),
        _ => head,
    }
}

fn limit(limit: &Limit) -> String {
    format!(" limit {} per {}", limit.count.value, duration(limit.per.value))
}

fn only_word(only: Only) -> &'static str {
    match only {
        Only::Create => "create",
        Only::Update => "update",
        Only::Empty => "empty",
    }
}

fn orphans_word(orphans: Orphans) -> &'static str {
    match orphans {
        Orphans::Remove => "remove",
        Orphans::Keep => "keep",
        Orphans::Archive => "archive",
        Orphans::Fail => "fail",
    }
}

/// `import`, `export`, `sync`
pub(super) fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Import => "import",
        Direction::Export => "export",
        Direction::Sync => "sync",
    }
}

/// `fail`, `warn`
pub(super) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Fail => "fail",
        Severity::Warn => "warn",
    }
}

/// The sign of a rule.
pub(super) fn rule_sign(op: RuleOp) -> &'static str {
    match op {
        RuleOp::Set => "=",
        RuleOp::Add => "+=",
        RuleOp::TwoWay(arrow) => arrow_sign(arrow),
    }
}

/// `<->`
pub(super) fn arrow_sign(arrow: Arrow) -> &'static str {
    match arrow {
        Arrow::Both => "<->",
        Arrow::ToOutside => "->",
        Arrow::ToInside => "<-",
    }
}
