//! Rules of the way back whose targets lie in records of the outside: those of one record become one rule, which writes all of it.

use crate::error::{Reports, completeness, unbuilt};
use tenon_dsl::ast::expr::{Expr, ExprKind, RecordField};
use tenon_dsl::ast::mapping::{Clause, Rule, Statement, Target};
use tenon_dsl::source::Name;

/// A value on its way out.
#[derive(Clone, Debug)]
pub(super) struct Outward {
    /// The path of the field that is sent.
    pub(super) path: Vec<Name>,
    /// The rule with that value.
    pub(super) rule: Rule,
}

/// The rules as an export has them.
pub(super) fn rules(outward: Vec<Outward>, reports: &mut Reports) -> Vec<Statement> {
    let mut made: Vec<Statement> = Vec::new();
    let mut records: Vec<(Name, Vec<Outward>)> = Vec::new();
    for one in outward {
        match &one.path[..] {
            [] | [_] => made.push(Statement::Rule(one.rule)),
            [first, ..] => {
                clauses_stand_alone(&one.rule, reports);
                match records.iter_mut().find(|(name, _)| name.value == first.value) {
                    Some((_, members)) => members.push(one),
                    None => records.push((first.clone(), vec![one])),
                }
            }
        }
    }
    for (name, members) in records {
        let Some(first) = members.first() else { continue };
        let rule = Rule {
            targets: vec![Target {
                span: name.span,
                path: vec![name.clone()],
            }],
            clauses: Vec::new(),
            doc: first.rule.doc.clone(),
            op: first.rule.op,
            direction: None,
            span: first.rule.span,
            value: record(&members, 1, reports),
        };
        made.push(Statement::Rule(rule));
    }
    made
}

/// A record is sent whole, so a field of it cannot come and go by itself.
fn clauses_stand_alone(rule: &Rule, reports: &mut Reports) {
    if let Some(clause) = rule.clauses.first() {
        let (span, what) = match clause {
            Clause::Only(only) => (only.span, "`only` of a field in a record that is sent"),
            Clause::When { condition: _, span } => (*span, "`when` of a field in a record that is sent"),
            Clause::Via { span, .. } | Clause::KeyedBy { key: _, span } => (*span, "children in a record that is sent"),
            Clause::Orphans(orphans) => (orphans.span, "children in a record that is sent"),
        };
        reports.push(unbuilt::not_built(span, what));
    }
}

/// `{ a: .., b: { c: .. } }`
fn record(members: &[Outward], depth: usize, reports: &mut Reports) -> Expr {
    let mut fields: Vec<(Name, Vec<Outward>)> = Vec::new();
    for member in members {
        let Some(name) = member.path.get(depth) else { continue };
        match fields.iter_mut().find(|(known, _)| known.value == name.value) {
            Some((_, members)) => members.push(member.clone()),
            None => fields.push((name.clone(), vec![member.clone()])),
        }
    }
    let made = fields.into_iter().map(|(name, members)| {
        let leaves: Vec<&Outward> = members.iter().filter(|one| one.path.len() == depth + 1).collect();
        if let Some(second) = members.get(1).filter(|_| !leaves.is_empty()) {
            let (first, again) = (members[0].path[depth].span, second.path[depth].span);
            reports.push(completeness::written_twice(first, again, &name.value, None));
        }
        let value = match leaves.first() {
            Some(leaf) => leaf.rule.value.clone(),
            None => record(&members, depth + 1, reports),
        };
        RecordField { name, value }
    });
    let made: Vec<RecordField> = made.collect();
    let span = made.first().map_or_else(Default::default, |field| field.value.span);
    Expr::new(ExprKind::Record(made), span)
}
