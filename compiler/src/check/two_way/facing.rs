//! What a clause of a two-way rule says on the way back. An author writes it of the record of the outside; there is none yet when one is
//! sent, so each field of it stands for what the export writes into that field.

use super::chain::names_of;
use super::schema;
use crate::builtin;
use crate::error::{Reports, two_way};
use crate::resolve::{Items, parts_mut};
use tenon_dsl::ast::expr::{Arg, Expr, ExprKind};
use tenon_dsl::ast::mapping::{Clause, Let, Mapping, Rule, RuleOp, Statement};
use tenon_dsl::source::{Name, Span};

/// What the export writes into a field whenever it sends the record.
struct Sent {
    /// The name of the record, where there are several.
    output: Option<String>,
    /// The field, as this version calls it.
    names: Vec<String>,
    value: Expr,
}

/// The clauses of an export that are written of the outside.
pub(super) struct Facing<'c, 'a> {
    items: &'c Items<'a>,
    sync: &'c Mapping,
    lets: &'c [Let],
    sent: Vec<Sent>,
}

/// Why an expression says nothing on the way back.
enum Unsaid {
    /// The way in says what is wrong.
    Wrong,
    /// A place that nothing stands for.
    At(Span, String),
}

impl<'c, 'a> Facing<'c, 'a> {
    /// Looks at what an export sends.
    pub(super) fn new(items: &'c Items<'a>, sync: &'c Mapping, lets: &'c [Let], export: &[Statement]) -> Self {
        let mut facing = Self {
            items,
            sync,
            lets,
            sent: Vec::new(),
        };
        facing.sent = export.iter().flat_map(|statement| facing.sent_by(statement)).collect();
        facing
    }

    /// What a statement always sends.
    fn sent_by(&self, statement: &Statement) -> Vec<Sent> {
        match statement {
            Statement::Rule(rule) if rule.clauses.is_empty() && rule.op.value == RuleOp::Set => {
                self.of_rule(rule).into_iter().collect()
            }
            Statement::Copy(copy) if copy.all.is_none() => {
                let field = |name: &Name| {
                    let value = Expr::new(ExprKind::QuotedName(name.value.clone()), name.span);
                    self.field(std::slice::from_ref(name), value)
                };
                copy.fields.iter().filter_map(field).collect()
            }
            Statement::Rule(_)
            | Statement::Copy(_)
            | Statement::Adopt(_)
            | Statement::Batch(_)
            | Statement::Skip(_)
            | Statement::Retry(_)
            | Statement::After(_)
            | Statement::Let(_)
            | Statement::Ignore(_)
            | Statement::Check(_) => Vec::new(),
        }
    }

    fn of_rule(&self, rule: &Rule) -> Option<Sent> {
        let [target] = &rule.targets[..] else { return None };
        self.field(&target.path, rule.value.clone())
    }

    fn field(&self, path: &[Name], value: Expr) -> Option<Sent> {
        let (output, external, path) = self.record(path);
        let names = schema::leaf(self.items, external, path)?.names;
        Some(Sent { output, names, value })
    }

    /// The record that a target names, and the field of it.
    fn record<'p>(&self, path: &'p [Name]) -> (Option<String>, &'c str, &'p [Name]) {
        let main = (None, self.sync.name.external.value.as_str(), path);
        let Some((first, rest)) = path.split_first().filter(|(_, rest)| !rest.is_empty()) else {
            return main;
        };
        let mut outputs = self.sync.outputs.iter();
        if let Some(output) = outputs.find(|output| output.alias.value == first.value) {
            return (Some(first.value.clone()), &output.external.value, rest);
        }
        match &self.sync.alias {
            Some(alias) if alias.value == first.value => (None, &self.sync.name.external.value, rest),
            Some(_) | None => main,
        }
    }

    /// The clauses of a two-way rule as its export has them; absent where one of them says nothing there.
    pub(super) fn clauses(&self, rule: &Rule, own: &Rule, reports: &mut Reports) -> Option<Vec<Clause>> {
        let own = self.of_rule(own);
        let mut made = Vec::new();
        for clause in &rule.clauses {
            let faced = match clause {
                Clause::Only(_) => Ok(clause.clone()),
                Clause::When { condition, span } => self
                    .faced(condition, own.as_ref())
                    .map(|condition| Clause::When { condition, span: *span }),
                Clause::Via {
                    model,
                    variant,
                    args,
                    span,
                } => self.arguments(args, own.as_ref()).map(|args| Clause::Via {
                    model: model.clone(),
                    variant: variant.clone(),
                    args,
                    span: *span,
                }),
                // A list is sent whole: what tells its elements apart, and what becomes of others, is for the way in.
                Clause::KeyedBy { .. } | Clause::Orphans(_) => continue,
            };
            match faced {
                Ok(clause) => made.push(clause),
                Err(Unsaid::Wrong) => return None,
                Err(Unsaid::At(span, why)) => {
                    reports.push(two_way::unknown_on_the_way_back(span, word(clause), &why));
                    return None;
                }
            }
        }
        Some(made)
    }

    fn arguments(&self, args: &[Arg], own: Option<&Sent>) -> Result<Vec<Arg>, Unsaid> {
        let one = |arg: &Arg| {
            let value = self.faced(&arg.value, own)?;
            Ok(Arg { value, ..arg.clone() })
        };
        args.iter().map(one).collect()
    }

    /// An expression of the outside as one of the inside.
    fn faced(&self, expr: &Expr, own: Option<&Sent>) -> Result<Expr, Unsaid> {
        let mut made = expr.clone();
        let mut turning = Turning {
            facing: self,
            own,
            params: Vec::new(),
            open: Vec::new(),
            failed: None,
        };
        turning.turn(&mut made);
        match turning.failed {
            Some(unsaid) => Err(unsaid),
            None => Ok(made),
        }
    }
}

/// An expression on its way to the other side.
struct Turning<'f, 'c, 'a> {
    facing: &'f Facing<'c, 'a>,
    /// What the rule itself sends.
    own: Option<&'f Sent>,
    /// Parameters of lambdas around.
    params: Vec<String>,
    /// `let`s whose values are open.
    open: Vec<String>,
    failed: Option<Unsaid>,
}

impl Turning<'_, '_, '_> {
    fn turn(&mut self, expr: &mut Expr) {
        if self.failed.is_some() {
            return;
        }
        if let ExprKind::Name(_) | ExprKind::QuotedName(_) | ExprKind::Field { .. } = &expr.kind {
            return self.path(expr);
        }
        if let ExprKind::Lambda { param, body } = &mut expr.kind {
            self.params.push(param.value.clone());
            self.turn(body);
            self.params.pop();
            return;
        }
        if let ExprKind::Call(call) | ExprKind::Pipe { step: call, .. } = &expr.kind
            && builtin::find(&call.function.value).is_some_and(builtin::Builtin::is_lookup)
        {
            let why = "a question to the store is asked on the way in only".to_owned();
            self.failed = Some(Unsaid::At(call.function.span, why));
            return;
        }
        parts_mut(expr, &mut |part| self.turn(part));
    }

    fn path(&mut self, expr: &mut Expr) {
        let mut names = Vec::new();
        names_of(expr, &mut names);
        let (Some(first), false) = (names.first(), is_open(expr)) else {
            return parts_mut(expr, &mut |part| self.turn(part));
        };
        let word = first.value.as_str();
        let is_quoted = begins_quoted(expr);
        if !is_quoted && (word == "backend" || self.params.iter().any(|param| param == word)) {
            return;
        }
        let sync = self.facing.sync;
        if !is_quoted && sync.params.iter().any(|param| param.name.value == word) {
            return;
        }
        let mut lets = self.facing.lets.iter().filter(|_| !is_quoted);
        if let Some(one) = lets.find(|one| one.name.value == word) {
            return self.of_let(one, expr);
        }
        let is_record = |alias: &Name| !is_quoted && alias.value == word && names.len() > 1;
        let mut joins = sync.joins.iter();
        let is_sent = sync.outputs.iter().any(|output| is_record(&output.alias));
        if joins.any(|join| is_record(&join.alias)) && !is_sent {
            let why = format!("`{word}` is joined on the way in only");
            self.failed = Some(Unsaid::At(expr.span, why));
            return;
        }
        let is_enclosing = sync.within.as_ref().is_some_and(|within| is_record(&within.alias));
        if is_enclosing {
            let why = format!("`{word}` is the record around it on the way in only");
            self.failed = Some(Unsaid::At(expr.span, why));
            return;
        }
        // The way in says that there is no such field.
        let has_alias = sync.alias.as_ref().is_some_and(|alias| !is_record(alias));
        let found = self.facing.record(&names);
        match schema::leaf(self.facing.items, found.1, found.2).filter(|_| is_sent || !has_alias) {
            None => self.failed = Some(Unsaid::Wrong),
            Some(leaf) => self.of_field((found.0, leaf.names), expr),
        }
    }

    fn of_field(&mut self, (output, names): (Option<String>, Vec<String>), expr: &mut Expr) {
        let is_it = |sent: &&Sent| sent.output == output && sent.names == names;
        let found = self.own.filter(is_it).or_else(|| self.facing.sent.iter().find(is_it));
        match found {
            Some(sent) => *expr = sent.value.clone(),
            None => {
                let why = "nothing that is always sent writes this field".to_owned();
                self.failed = Some(Unsaid::At(expr.span, why));
            }
        }
    }

    fn of_let(&mut self, one: &Let, expr: &mut Expr) {
        if let ExprKind::Field { of, .. } = &mut expr.kind {
            return self.turn(of);
        }
        if self.open.contains(&one.name.value) {
            self.failed = Some(Unsaid::Wrong);
            return;
        }
        self.open.push(one.name.value.clone());
        let mut value = one.value.clone();
        self.turn(&mut value);
        self.open.pop();
        *expr = value;
    }
}

/// Whether a dot stands behind something that is no name: `a[0].b`.
fn is_open(path: &Expr) -> bool {
    !matches!(root(path).kind, ExprKind::Name(_) | ExprKind::QuotedName(_))
}

fn begins_quoted(path: &Expr) -> bool {
    matches!(root(path).kind, ExprKind::QuotedName(_))
}

/// What the first dot stands behind.
fn root(path: &Expr) -> &Expr {
    if let ExprKind::Field { of, .. } = &path.kind {
        root(of)
    } else {
        path
    }
}

/// The clause in words.
fn word(clause: &Clause) -> &'static str {
    match clause {
        Clause::Only(_) => "only",
        Clause::When { .. } => "when",
        Clause::Via { .. } => "via",
        Clause::KeyedBy { .. } => "keyed by",
        Clause::Orphans(_) => "orphans",
    }
}
