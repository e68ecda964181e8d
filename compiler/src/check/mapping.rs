//! Mappings: their headers, which every mapping of the connector may name, and the order in which a body is checked.

mod adopt;
mod asked;
mod assign;
mod batch;
mod children;
mod complete;
mod export;
mod finish;
mod inline;
mod join;
mod lets;
mod nested;
mod output;
mod rule;
mod stop;
mod target;
mod verdict;

use crate::check::body::{Body, Scope, ScopeKind};
use crate::check::handed::{Handed, Taker};
use crate::check::world::{Inside, Outside, World};
use crate::error::{Reports, name};
use crate::ir::expr::Type;
use crate::ir::{ExternalId, ModelId, mapping as ir};
use crate::resolve::Connector;
use crate::types;
use std::collections::HashMap;
use tenon_dsl::ast::mapping::{Direction, JoinMark, Mapping, Statement};
use tenon_dsl::report::Report;
use tenon_dsl::source::{Name, Span};

pub(crate) use asked::LetUse;
pub(crate) use export::enclosing;
pub(crate) use inline::{Ends, Inline};
pub(crate) use output::Output;
pub(crate) use rule::CheckedRule;
pub(crate) use target::required;

/// The header of a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Head<'a> {
    /// What was written.
    pub(crate) written: &'a Mapping,
    /// The version that declares it, where inherited.
    pub(crate) origin: Option<String>,
    /// Absent: reported already.
    pub(crate) model: Option<ModelId>,
    /// Absent: reported already.
    pub(crate) external: Option<ExternalId>,
    /// The enclosing record type.
    pub(crate) within: Option<ExternalId>,
    /// Values that `via` gives.
    pub(crate) params: Vec<(Name, Type)>,
    /// The records of an export in the order in which they are written; of any other mapping its external record.
    pub(crate) outputs: Vec<Output<'a>>,
    /// Which of them this one writes.
    pub(crate) output: usize,
}

impl Head<'_> {
    /// The external record as it was written: of an export the one of this output.
    pub(crate) fn external_name(&self) -> &Name {
        self.outputs
            .get(self.output)
            .map_or(&self.written.name.external, |output| output.name)
    }

    /// Which way it leads. Of two-way ones only halves are left.
    pub(crate) fn direction(&self) -> ir::Direction {
        match self.written.name.direction.value {
            Direction::Export => ir::Direction::Export,
            Direction::Import | Direction::Sync => ir::Direction::Import,
        }
    }

    /// Whether a job can run it.
    pub(crate) fn stands_alone(&self) -> bool {
        self.written.within.is_none() && self.params.is_empty()
    }
}

/// The headers of one connector.
pub(crate) fn heads<'a>(
    connector: &Connector<'a>,
    inside: &Inside,
    externals: &HashMap<String, ExternalId>,
    reports: &mut Reports,
) -> Vec<Head<'a>> {
    let known: Vec<&str> = connector.items.externals.keys().copied().collect();
    let mut heads: Vec<Head<'a>> = Vec::new();
    for declared in &connector.items.mappings {
        let mapping: &'a Mapping = declared.item;
        export::header(mapping, reports);
        let mut unknown = Vec::new();
        let mut external = |name: &Name| {
            let found = externals.get(&name.value).copied();
            if found.is_none() {
                unknown.push(name::unknown_external(name, &known));
            }
            found
        };
        let outputs = output::outputs(mapping, &mut external, reports);
        // What is around the record of an export is stored, and known once all exports are.
        let within = mapping
            .within
            .as_ref()
            .filter(|_| mapping.name.direction.value != Direction::Export);
        let within = within.and_then(|within| external(&within.external));
        unknown.into_iter().for_each(|report| reports.push(report));
        let model = inside.find(&mapping.name.model.value);
        if model.is_none() {
            reports.push(name::unknown_model(&mapping.name.model, &inside.names()));
        }
        let params = mapping.params.iter();
        let mut handed = Handed {
            inside,
            externals,
            taker: Taker::Mapping,
            reports,
        };
        let params = params.map(|param| {
            let ty = handed.type_of(&param.ty).unwrap_or_else(types::wrong);
            (param.name.clone(), ty)
        });
        let params: Vec<(Name, Type)> = params.collect();
        heads.extend((0..outputs.len()).map(|output| {
            Head {
                written: mapping,
                origin: declared
                    .origin
                    .map(|origin| origin.title())
                    .filter(|origin| *origin != connector.title()),
                model,
                external: outputs[output].external,
                within,
                params: params.clone(),
                outputs: outputs.clone(),
                output,
            }
        }));
    }
    output::written_by_two(&heads, reports);
    heads
}

/// The models that are exported.
pub(crate) fn exported(heads: &[Head<'_>]) -> Vec<ModelId> {
    let exports = heads.iter().filter(|head| head.direction() == ir::Direction::Export);
    exports.filter_map(|head| head.model).collect()
}

/// Models and revisions that mappings give to external types.
pub(crate) fn lead(outside: &mut Outside<'_>) {
    let mut leads: Vec<(ExternalId, ModelId)> = Vec::new();
    for head in &outside.heads {
        let (Some(external), Some(model)) = (head.external, head.model) else {
            continue;
        };
        leads.push((external, model));
        let bound = head.written.joins.iter().filter(|join| join.also_binds.is_some());
        let bound = bound.filter_map(|join| outside.index.get(&join.external.value));
        leads.extend(bound.map(|external| (*external, model)));
    }
    for (external, model) in leads {
        let models = &mut outside.ir.externals[external.0].models;
        if !models.contains(&model) {
            models.push(model);
        }
    }
    export::one_to_one(outside);
    for at in 0..outside.heads.len() {
        let statements = &outside.heads[at].written.statements;
        let since = statements.iter().find_map(since);
        if let (Some(since), Some(external)) = (since, outside.heads[at].external) {
            let field = outside.field_at(external, &since.value, since.span);
            let declared = &mut outside.ir.externals[external.0];
            declared.revision = declared.revision.or(field);
        }
    }
}

/// The remote's time of change.
fn since(statement: &Statement) -> Option<&Name> {
    let Statement::Batch(batch) = statement else {
        return None;
    };
    batch.since.as_ref()
}

/// A mapping as far as it could be checked.
#[derive(Debug)]
pub(crate) struct Made {
    /// Without the rules that hold a mistake.
    pub(crate) mapping: ir::Mapping,
    /// Whether a mistake hides what is read: then nothing is said about unused fields.
    pub(crate) reads_unknown: bool,
    /// Marks of a half of a two-way mapping that it does not need.
    pub(crate) spare_marks: Vec<Report>,
}

/// Checks the body of a mapping. Absent where its header is a mistake.
pub(crate) fn mapping(world: World<'_, '_>, at: usize, reports: &mut Reports) -> Option<Made> {
    let head = &world.outside.heads[at];
    let (model, external) = (head.model?, head.external?);
    let mut body = Body::new(world, reports, head, (model, external));
    body.names_are_unique(head);
    body.joins(head);
    body.find_targets(&head.written.statements);
    let statements = body.statements(head);
    body.check_unused_lets();
    body.is_complete(head, &statements);
    let spare_marks = std::mem::take(&mut body.spare_marks);
    let reads_unknown = body.reads_unknown || body.has_wrong_target || body.has_silent_rule(&statements);
    Some(Made {
        mapping: body.finish(head, statements),
        reads_unknown,
        spare_marks,
    })
}

/// What the statements of a body became.
#[derive(Debug, Default)]
pub(crate) struct Statements {
    /// In file order.
    pub(crate) rules: Vec<CheckedRule>,
    /// `skip ..`, `retry ..`
    pub(crate) stops: Vec<ir::Stop>,
    /// `check ..`
    pub(crate) checks: Vec<ir::Check>,
    /// `after ..`
    pub(crate) after: Vec<ir::After>,
    /// `adopt ..`
    pub(crate) adopt: Option<ir::Adopt>,
    /// `batch ..`
    pub(crate) batch: Option<ir::Batch>,
}

impl<'a> Body<'_, 'a> {
    fn statements(&mut self, head: &Head<'a>) -> Statements {
        let mut made = Statements::default();
        made.rules.reserve_exact(head.written.statements.len());
        let mut first_batch = None;
        made.stops.extend(self.written_when());
        for statement in &head.written.statements {
            if self.is_refused_in_export(statement) {
                continue;
            }
            match statement {
                Statement::Adopt(adopt) => {
                    self.once("adopt", made.adopt.as_ref().map(|first| first.place.span), adopt.span);
                    made.adopt = self.adopt(adopt, head).or(made.adopt);
                }
                Statement::Batch(batch) => {
                    self.once("batch", first_batch, batch.span);
                    first_batch = Some(batch.span);
                    made.batch = Some(self.batch(batch));
                }
                Statement::Skip(skip) => {
                    let checked = self.skip(skip);
                    self.reads_unknown |= checked.is_none();
                    made.stops.extend(checked);
                }
                Statement::Retry(retry) => {
                    let checked = self.retry(retry);
                    self.reads_unknown |= checked.is_none();
                    made.stops.extend(checked);
                }
                // What runs when the record is stored runs once, with the first of several.
                Statement::After(_) if self.output > 0 => {}
                Statement::After(name) => {
                    made.after.extend(self.effect(name));
                }
                Statement::Let(_) => {}
                Statement::Copy(_) | Statement::Check(_) if self.output > 0 => {}
                Statement::Copy(copy) => self.copy(copy, &mut made.rules),
                Statement::Rule(rule) => self.rule(rule, &mut made.rules),
                // Ignored fields are compared with what was read once all is known.
                Statement::Ignore(_) => {}
                Statement::Check(check) => {
                    let checked = self.verdict(check);
                    self.reads_unknown |= checked.is_none();
                    made.checks.extend(checked);
                }
            }
        }
        made.checks.append(&mut self.ends.checks);
        made.stops.append(&mut self.ends.stops);
        self.one_list_of_children(&mut made.rules, &head.written.statements);
        // What is skipped needs nothing, so it does not wait either.
        made.stops.sort_by_key(|stop| match stop.kind {
            ir::StopKind::Skip => 0,
            ir::StopKind::Omit => 1,
            ir::StopKind::Retry { every_ms: _ } => 2,
        });
        made
    }

    /// Says a statement that stands twice.
    fn once(&mut self, word: &str, first: Option<Span>, again: Span) {
        if let Some(first) = first {
            self.report(name::stands_twice(first, again, word));
        }
    }

    /// The scope of a statement, with what the joins told.
    pub(crate) fn statement_scope(&self, kind: ScopeKind) -> Scope {
        Scope {
            facts: self.joined_facts.clone(),
            kind,
            ..Scope::default()
        }
    }
}

/// How many records a join gives.
pub(crate) fn mark(written: JoinMark) -> ir::Mark {
    match written {
        JoinMark::One => ir::Mark::One,
        JoinMark::Optional => ir::Mark::Optional,
        JoinMark::Many => ir::Mark::Many,
    }
}
