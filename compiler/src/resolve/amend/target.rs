//! What lines of a mapping write: which inherited one another line takes the place of.

use super::super::change::Owner;
use super::rule::Line;
use super::{Amending, spelled};
use crate::suggest::nearest;
use tenon_dsl::ast::expr::{Expr, ExprKind};
use tenon_dsl::ast::mapping::{Copy, Direction, Let, Mapping, Rule, RuleOp, Statement, Target};
use tenon_dsl::source::{Name, Span};

/// What a rule writes and how, as far as one rule can take the place of another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Writes {
    pub(super) direction: Option<Direction>,
    pub(super) adds: bool,
    pub(super) targets: Vec<String>,
}

impl Amending<'_, '_> {
    /// The value of a statement that an override replaces.
    pub(super) fn value_of(&self, parent: &Mapping, statement: &Statement, own: &Writes) -> Option<Expr> {
        if let Some(rule) = as_rule(statement) {
            return (self.writes(parent, rule).targets == own.targets).then(|| rule.value.clone());
        }
        let [name] = &own.targets[..] else { return None };
        let copy = as_copy(statement)?;
        let field = copy
            .fields
            .iter()
            .find(|field| self.copied_name(parent, field) == *name)?;
        let bare = ExprKind::QuotedName(field.value.clone());
        let alias = parent
            .alias
            .as_ref()
            .filter(|_| parent.name.direction.value == Direction::Import);
        Some(match alias {
            None => Expr::new(bare, field.span),
            Some(alias) => {
                let of = Box::new(Expr::new(ExprKind::Name(alias.value.clone()), field.span));
                let kind = ExprKind::Field {
                    of,
                    name: field.clone(),
                    safe: false,
                };
                Expr::new(kind, field.span)
            }
        })
    }

    /// Whether an override replaces a statement of the parent, or a part of it.
    pub(super) fn is_replaced(&self, parent: &Mapping, statement: &Statement, own: &Writes) -> bool {
        !self.targets_of(parent, statement, own).is_empty()
    }

    /// Those targets of an override that a statement of the parent writes.
    pub(super) fn targets_of(&self, parent: &Mapping, statement: &Statement, own: &Writes) -> Vec<String> {
        let names: Vec<String> = match statement {
            Statement::Rule(rule) => {
                let writes = self.writes(parent, rule);
                let same = writes.direction == own.direction && writes.adds == own.adds;
                if same { writes.targets } else { Vec::new() }
            }
            Statement::Copy(copy) if copy.all.is_none() && !own.adds && own.direction.is_none() => copy
                .fields
                .iter()
                .map(|field| self.copied_name(parent, field))
                .collect(),
            Statement::Copy(_)
            | Statement::Adopt(_)
            | Statement::Batch(_)
            | Statement::Skip(_)
            | Statement::Retry(_)
            | Statement::After(_)
            | Statement::Let(_)
            | Statement::Ignore(_)
            | Statement::Check(_) => Vec::new(),
        };
        names.into_iter().filter(|name| own.targets.contains(name)).collect()
    }

    /// A target of a parent's rule that an override or drop of others would leave without value, and the rule.
    pub(super) fn written_together<'p>(&self, parent: &'p Mapping, own: &Writes) -> Option<(String, &'p Rule)> {
        parent.statements.iter().filter_map(as_rule).find_map(|rule| {
            let writes = self.writes(parent, rule);
            let same = writes.direction == own.direction && writes.adds == own.adds;
            let touched = writes.targets.iter().any(|name| own.targets.contains(name));
            let left = writes.targets.iter().find(|name| !own.targets.contains(name));
            left.filter(|_| same && touched).map(|left| (left.clone(), rule))
        })
    }

    pub(super) fn copies_all(&self, parent: &Mapping) -> bool {
        parent
            .statements
            .iter()
            .filter_map(as_copy)
            .any(|copy| copy.all.is_some())
    }

    pub(super) fn near_target(&self, parent: &Mapping, name: &str) -> Option<String> {
        let mut known: Vec<String> = Vec::new();
        for statement in &parent.statements {
            known.extend(
                as_rule(statement)
                    .map(|rule| self.writes(parent, rule).targets)
                    .unwrap_or_default(),
            );
            let copied = as_copy(statement).map(|copy| copy.fields.iter().map(|field| self.copied_name(parent, field)));
            known.extend(copied.into_iter().flatten());
        }
        nearest(name, known.iter().map(String::as_str)).map(str::to_owned)
    }

    /// Takes targets out of an inherited line: a rule goes as a whole.
    pub(super) fn take_out(&self, parent: &Mapping, line: &mut Line, targets: &[String]) {
        match &mut line.inherited {
            Some(Statement::Copy(copy)) => {
                copy.fields
                    .retain(|field| !targets.contains(&self.copied_name(parent, field)));
                if copy.fields.is_empty() {
                    line.inherited = None;
                }
            }
            Some(_) => line.inherited = None,
            None => {}
        }
    }

    /// What a rule of the parent writes, as this version calls it.
    pub(super) fn writes(&self, parent: &Mapping, rule: &Rule) -> Writes {
        let mut writes = own_writes(rule);
        if parent.name.direction.value == Direction::Export {
            for (name, target) in writes.targets.iter_mut().zip(&rule.targets) {
                *name = self.sent(parent, target);
            }
        }
        writes
    }

    /// A target of an export as this version calls it, the name of its record before it.
    pub(super) fn sent(&self, parent: &Mapping, target: &Target) -> String {
        let mut path: Vec<String> = target.path.iter().map(|name| name.value.clone()).collect();
        let main = parent
            .alias
            .as_ref()
            .map(|alias| (&alias.value, &parent.name.external.value));
        let others = parent
            .outputs
            .iter()
            .map(|output| (&output.alias.value, &output.external.value));
        let named = main
            .into_iter()
            .chain(others)
            .find(|(alias, _)| path.len() > 1 && **alias == path[0]);
        let (at, external) = match named {
            Some((_, external)) => (1, external),
            None => (0, &parent.name.external.value),
        };
        if path.first().is_none_or(|first| first != "binding") {
            let owner = Owner::Record(external.clone());
            path[at] = self.changes.name(&owner, &path[at], target.span);
        }
        path.join(".")
    }

    pub(super) fn copied_name(&self, parent: &Mapping, field: &Name) -> String {
        match parent.name.direction.value {
            Direction::Export => {
                let owner = Owner::Record(parent.name.external.value.clone());
                self.changes.name(&owner, &field.value, field.span)
            }
            Direction::Import | Direction::Sync => field.value.clone(),
        }
    }

    /// Where a `copy` names a target.
    pub(super) fn copied(&self, parent: &Mapping, copy: &Copy, name: &str) -> Option<Span> {
        let mut fields = copy.fields.iter().filter(|_| copy.all.is_none());
        fields
            .find(|field| self.copied_name(parent, field) == name)
            .map(|field| field.span)
    }
}

/// What a rule says that it writes.
pub(super) fn own_writes(rule: &Rule) -> Writes {
    Writes {
        direction: rule.direction.map(|direction| direction.value),
        adds: rule.op.value == RuleOp::Add,
        targets: rule.targets.iter().map(spelled).collect(),
    }
}

pub(super) fn spelled_all(targets: &[String]) -> String {
    targets.join(", ")
}

pub(super) fn as_let(statement: &Statement) -> Option<&Let> {
    if let Statement::Let(written) = statement {
        Some(written)
    } else {
        None
    }
}

pub(super) fn as_rule(statement: &Statement) -> Option<&Rule> {
    if let Statement::Rule(rule) = statement {
        Some(rule)
    } else {
        None
    }
}

pub(super) fn as_copy(statement: &Statement) -> Option<&Copy> {
    if let Statement::Copy(copy) = statement {
        Some(copy)
    } else {
        None
    }
}
