//! The records of an export: the one behind `to`, and those behind `and`. Each is checked as a mapping of its own, because each has
//! its own binding, its own shadow and its own job; what a rule writes to is told by the name before the dot.

use super::Head;
use crate::check::body::{Body, ScopeKind};
use crate::check::narrow::Truth;
use crate::error::{Reports, join, output};
use crate::ir::expr::{Base, Expr, ExprKind};
use crate::ir::mapping::{Direction, LookupKind, Stop, StopKind};
use crate::ir::{ExternalId, Literal};
use crate::types;
use tenon_dsl::ast::expr as written;
use tenon_dsl::ast::mapping::{self as ast, Mapping, Target};
use tenon_dsl::source::{Name, Span};

/// A record that an export writes; of any other mapping, its external record.
#[derive(Clone, Debug)]
pub(crate) struct Output<'a> {
    /// The first word of its targets.
    pub(crate) alias: Option<Name>,
    /// Its type as written.
    pub(crate) name: &'a Name,
    /// Absent: reported already.
    pub(crate) external: Option<ExternalId>,
    /// `? when E`
    pub(crate) when: Option<&'a written::Expr>,
    /// Where it was written.
    pub(crate) span: Span,
}

/// The records of a mapping, in the order in which they are written.
pub(super) fn outputs<'a>(
    mapping: &'a Mapping,
    external: &mut impl FnMut(&Name) -> Option<ExternalId>,
    reports: &mut Reports,
) -> Vec<Output<'a>> {
    let is_export = mapping.name.direction.value == ast::Direction::Export;
    let main = &mapping.name.external;
    let mut made = vec![Output {
        alias: mapping.alias.clone().filter(|_| is_export),
        name: main,
        external: external(main),
        when: None,
        span: main.span,
    }];
    if let Some(first) = mapping.outputs.first() {
        if !is_export {
            reports.push(output::and_in_an_import(first.span));
            return made;
        }
        if mapping.alias.is_none() {
            let example = format!("export {} to {} as x", mapping.name.model.value, main.value);
            reports.push(output::without_name(main.span, &example));
        }
    }
    made.extend(mapping.outputs.iter().map(|one| Output {
        alias: Some(one.alias.clone()),
        name: &one.external,
        external: external(&one.external),
        when: one.when.as_ref(),
        span: one.span,
    }));
    made
}

/// Says records that two exports of one model write, or one export twice.
pub(super) fn written_by_two(heads: &[Head<'_>], reports: &mut Reports) {
    for (at, head) in heads.iter().enumerate() {
        let same = |other: &&Head<'_>| {
            let variant = |head: &Head<'_>| head.written.name.variant.as_ref().map(|name| name.value.clone());
            other.direction() == Direction::Export
                && head.direction() == Direction::Export
                && (other.output > 0 || head.output > 0)
                && other.model.is_some()
                && other.external.is_some()
                && (other.model, other.external) == (head.model, head.external)
                && variant(other) == variant(head)
        };
        if let Some(first) = heads[..at].iter().find(same) {
            let (model, name) = (&head.written.name.model.value, head.external_name());
            let title = format!("export {model} to {}", name.value);
            reports.push(join::mapped_twice(first.external_name().span, name.span, &title));
        }
    }
}

impl<'a> Body<'_, 'a> {
    /// The record that a word names.
    fn output_named(&self, word: &str) -> Option<usize> {
        let named = |one: &Output<'_>| one.alias.as_ref().is_some_and(|alias| alias.value == word);
        self.outputs.iter().position(named)
    }

    /// Whether a target belongs to another record of the export; one that names none belongs to the first.
    pub(super) fn is_elsewhere(&self, target: &Target) -> bool {
        let of = match &target.path[..] {
            [first, _, ..] => self.output_named(&first.value),
            _ => None,
        };
        of.unwrap_or(0) != self.output
    }

    /// Whether a target does not say which of several records it means.
    pub(super) fn is_of_no_output(&self, target: &Target) -> bool {
        let named = |first: &Name| first.value == "binding" || self.output_named(&first.value).is_some();
        self.outputs.len() > 1 && !target.path.first().is_some_and(named)
    }

    /// The names of a target without that of its record. Absent where it does not say which one it means.
    pub(super) fn own_path<'t>(&mut self, target: &'t Target) -> Option<&'t [Name]> {
        match &target.path[..] {
            [first, rest @ ..] if !rest.is_empty() && self.output_named(&first.value).is_some() => Some(rest),
            [first, ..] if self.outputs.len() > 1 && first.value != "binding" => {
                let text = self.text(target.span).to_owned();
                let aliases = self.outputs.iter().filter_map(|one| one.alias.as_ref());
                let possible: Vec<String> = aliases.map(|alias| format!("{}.{text}", alias.value)).collect();
                if possible.len() == self.outputs.len() {
                    self.report(output::target_of_which(target.span, &text, &possible));
                }
                None
            }
            path => Some(path),
        }
    }

    /// `c.customer_id` while a later record is made: the key that the record before was given.
    pub(crate) fn earlier_key(&mut self, word: &str, at: Span, name: &Name, span: Span) -> Option<Expr> {
        if self.outputs.len() < 2 {
            return None;
        }
        let found = self.output_named(word)?;
        if found >= self.output {
            return Some(self.wrong(output::not_written_yet(at, word), span));
        }
        let Some(external) = self.outputs[found].external else {
            return Some(self.silent(span));
        };
        let outside = self.world.outside;
        let declared = &outside.ir.externals[external.0];
        let key = match declared.key[..] {
            [key] => Some(declared.fields[key.0].name.text.as_str()),
            _ => None,
        };
        let called = outside.changes.name(&outside.record(external), &name.value, name.span);
        if key != Some(called.as_str()) {
            let key = key.map(|key| format!("{word}.{key}"));
            let path = format!("{word}.{}", name.value);
            return Some(self.wrong(output::not_the_key(span, &path, key.as_deref()), span));
        }
        let id = outside.field(self.main, "id")?;
        let ty = self.sources.first()?.ty.clone();
        let of = Box::new(self.node(ExprKind::Source(crate::ir::mapping::SourceId(0)), ty, span));
        let kind = ExprKind::Field {
            of,
            external: self.main,
            field: id,
        };
        let record = self.node(kind, outside.type_of(self.main, id), span);
        let model = self.model;
        self.failures += 1;
        let ty = types::present(Base::Ext(external));
        Some(self.asked(LookupKind::ExtOf { external, model }, vec![record], ty, span))
    }

    /// `and Address as a? when E`: what leaves the record out, and what is known where it is written.
    pub(super) fn written_when(&mut self) -> Option<Stop> {
        let when = self.outputs[self.output].when?;
        let scope = self.statement_scope(ScopeKind::Rule);
        let condition = self.within(scope, |body| {
            let condition = body.condition(when);
            let facts = body.facts_of(&condition, Truth::Holds);
            body.joined_facts.extend(facts);
            condition
        });
        if types::is_wrong(&condition.ty) {
            return None;
        }
        let because = format!("`{}` does not hold", self.text(when.span));
        let ty = types::text();
        let because = self.node(ExprKind::Literal(Literal::Text(because)), ty, when.span);
        let not = ExprKind::Not(Box::new(condition));
        Some(Stop {
            kind: StopKind::Omit,
            when: self.node(not, types::scalar(crate::ir::Scalar::Bool), when.span),
            because,
            stratum: 0,
            place: self.world.places.place(when.span),
        })
    }
}
