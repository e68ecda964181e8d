//! A mapping that runs without rustc: the runtime's `Mapper` on the IR. What generated code does in `needs`, `map` and `check` is
//! done here by walking the rules; all they call is the same.

use super::coverage::{self, What};
use super::eval::Scope;
use super::externs::Externs;
use super::info::Tables;
use super::shape::Shapes;
use crate::generate::child::{Children, asks};
use crate::generate::context::Context;
use crate::generate::lookup::used_by;
use crate::ir::expr::Expr;
use crate::ir::mapping::{Check, ChildKey, LookupId, Mapping, Origin, Rule, RuleKind, TargetId};
use crate::ir::{Connector, MappingId, Program, TableId};
use crate::slots::Slots;
use crate::walk::decided_before;
use std::fmt;
use std::sync::{Arc, OnceLock};
use tenon_runtime::generated as rt;
use tenon_runtime::generated::{Checks, Eval, Fault, Mapper, MapperInfo, Out, Rec, Row, Ruled, Stops, Val, Wants};

/// One mapping of a program.
pub struct Interpreter {
    pub(super) ctx: Context<'static>,
    pub(super) externs: Arc<dyn Externs>,
    /// The connector's value tables in the direction of this mapping.
    value_tables: Vec<rt::Table>,
    /// The rules that use each lookup; absent: it is always asked.
    users: Vec<Option<Vec<usize>>>,
    /// Made last, because the tables of children refer to their interpreters, and a mapping may be its own child.
    tables: OnceLock<Tables>,
}

impl Interpreter {
    pub(super) fn new(
        program: &'static Program,
        connector: &'static Connector,
        slots: &'static Slots,
        id: MappingId,
        externs: Arc<dyn Externs>,
    ) -> Self {
        let ctx = Context::new(program, connector, slots, id);
        let lookups = ctx.mapping.lookups.iter().enumerate();
        let users = lookups.map(|(index, lookup)| used_by(&ctx, LookupId(index), lookup));
        Self {
            users: users.collect(),
            value_tables: super::table::value_tables(connector, ctx.mapping.direction),
            ctx,
            externs,
            tables: OnceLock::new(),
        }
    }

    /// Gives it its tables, once.
    pub(super) fn complete(&self, tables: impl FnOnce(&Context<'static>) -> Tables) {
        self.tables.get_or_init(|| tables(&self.ctx));
    }

    /// The checked mapping.
    pub fn mapping(&self) -> &'static Mapping {
        self.ctx.mapping
    }

    /// The version it belongs to.
    pub fn connector(&self) -> &'static Connector {
        self.ctx.connector
    }

    /// Tables of the record types that it and the mappings it hands records to read.
    pub(super) fn shapes(&self) -> &'static Shapes {
        self.tables().shapes
    }

    pub(super) fn value_table(&self, id: TableId) -> &rt::Table {
        &self.value_tables[id.0]
    }

    fn tables(&self) -> &Tables {
        match self.tables.get() {
            Some(tables) => tables,
            None => unreachable!("a program is handed out when all its mappings have their tables"),
        }
    }

    fn origin(&self, source: usize) -> Option<&'static Origin> {
        self.ctx.mapping.sources.get(source).map(|source| &source.origin)
    }

    /// What a lookup asks about. Missing, which asks nothing, where its condition does not hold.
    pub(super) fn need<'s>(&self, scope: &Scope<'_, '_, 's>, id: LookupId) -> Out<'s> {
        let lookup = &self.ctx.mapping.lookups[id.0];
        if let Some(guard) = &lookup.guard
            && !scope.condition(guard)?
        {
            return Ok(Val::Missing);
        }
        super::lookup::argument(scope, lookup)
    }

    /// The answer to a lookup, where an expression uses it.
    pub(super) fn answer<'s>(&self, scope: &Scope<'_, '_, 's>, id: LookupId) -> Result<Out<'s>, Fault> {
        let lookup = &self.ctx.mapping.lookups[id.0];
        let asked = match lookup.each.is_empty() {
            true => self.need(&scope.outside_of_lambdas(), id)?,
            false => super::lookup::argument(scope, lookup)?,
        };
        Ok(scope.e.got(&self.info().lookups[id.0], asked))
    }

    /// What a lookup asks about, once per element of the lists around it.
    fn need_each<'s>(
        &self,
        scope: &Scope<'_, '_, 's>,
        id: LookupId,
        lists: &'static [Expr],
        want: &mut dyn FnMut(Out<'s>),
    ) {
        let Some((list, inner)) = lists.split_first() else {
            return want(self.need(scope, id));
        };
        rt::for_each(scope.out(list), &mut |element| {
            scope.inside(element, |scope| self.need_each(scope, id, inner, want));
        });
    }

    fn rule_body<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>, index: usize, rule: &'static Rule) -> Ruled {
        let scope = Scope::new(self, e);
        if let Some(when) = &rule.when
            && !scope.condition(when)?
        {
            coverage::seen(rule.place.span, What::NotWhen);
            return Ok(());
        }
        coverage::seen(rule.place.span, What::Rule);
        match &rule.kind {
            RuleKind::Copy { source, field, target } => {
                let slot = self.ctx.slot(self.ctx.mapping.sources[source.0].external, *field);
                row.keep(target.0, e.rec(source.0), slot)
            }
            RuleKind::Set { target, value } => row.set(target.0, scope.val(value)?),
            RuleKind::Add { target, value } => row.push(target.0, scope.val(value)?),
            RuleKind::SetMany { targets, value } => set_many(row, targets, &scope.val(value)?),
            RuleKind::Children { target, value, key, .. } => {
                self.children_body(&scope, row, index, (target, value, key.as_ref(), rule))
            }
        }
    }

    fn children_body<'s>(
        &self,
        scope: &Scope<'_, '_, 's>,
        row: &mut Row<'s>,
        index: usize,
        (target, value, key, rule): (&TargetId, &'static Expr, Option<&'static ChildKey>, &'static Rule),
    ) -> Ruled {
        match (self.tables().vias[index], Children::of(&rule.kind), key) {
            (Some(via), Some(children), _) => {
                let list = scope.val(value)?;
                let args = scope.vals(children.args)?;
                row.children_with(scope.e, via, list, args)
            }
            (None, _, Some(ChildKey::Text(key))) => row.add_child(target.0, key, scope.val(value)?),
            (None, _, Some(ChildKey::Field(_)) | None) | (Some(_), None, _) => {
                unreachable!("check asks for a key: `{}`", self.ctx.mapping.type_name)
            }
        }
    }

    /// Asks what the children of a rule need. The runtime counts their strata from the offset on.
    fn child_needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, index: usize, rule: &'static Rule, wants: &mut Wants) {
        let (Some(via), Some(children)) = (self.tables().vias[index], Children::of(&rule.kind)) else {
            return;
        };
        if !asks(&self.ctx, &children) || stratum <= children.offset || !e.runs(index) {
            return;
        }
        let scope = Scope::new(self, e);
        let runs = rule.when.as_ref().map_or(Ok(true), |when| scope.condition(when));
        let list = runs.and_then(|runs| match runs {
            true => scope.out(children.value),
            false => Ok(Val::Missing),
        });
        rt::child_needs_with(e, via, list, scope.vals(children.args), stratum, wants);
    }

    fn check_body<'s>(&self, e: &Eval<'_, 's>, row: &Row<'s>, check: &'static Check) -> Out<'s> {
        let scope = Scope::of_check(self, e, row);
        match scope.counted(&check.condition)? {
            true => Ok(Val::Missing),
            false => scope.out(&check.because),
        }
    }
}

/// Fields of one record into several targets.
fn set_many<'s>(row: &mut Row<'s>, targets: &'static [(String, TargetId)], made: &Val<'s>) -> Ruled {
    for (name, target) in targets {
        row.set(target.0, rt::field(made.clone(), name))?;
    }
    Ok(())
}

impl Mapper for Interpreter {
    fn info(&self) -> &'static MapperInfo {
        self.tables().info
    }

    fn output(&self) -> Option<&'static rt::Shape> {
        self.tables().output
    }

    fn arguments<'s>(&self, e: &Eval<'_, 's>, source: usize) -> Result<Vec<Val<'s>>, Fault> {
        match self.origin(source) {
            Some(Origin::Fetched { args, .. }) => Scope::new(self, e).vals(args),
            Some(Origin::Picked { .. } | Origin::Main | Origin::Enclosing) | None => Ok(Vec::new()),
        }
    }

    fn candidates<'s>(&self, e: &Eval<'_, 's>, source: usize) -> Out<'s> {
        match self.origin(source) {
            Some(Origin::Picked { from, .. }) => Scope::new(self, e).out(from),
            Some(Origin::Fetched { .. } | Origin::Main | Origin::Enclosing) | None => Ok(Val::Missing),
        }
    }

    fn asks<'s>(&self, e: &Eval<'_, 's>, source: usize) -> Result<bool, Fault> {
        match self.origin(source).and_then(decided_before) {
            Some(condition) => Scope::new(self, e).condition(condition),
            None => Ok(true),
        }
    }

    fn accepts<'s>(&self, e: &Eval<'_, 's>, source: usize, it: Rec<'s>) -> Result<bool, Fault> {
        match self.origin(source) {
            Some(
                Origin::Fetched {
                    filter: Some(filter), ..
                }
                | Origin::Picked {
                    filter: Some(filter), ..
                },
            ) => Scope::new(self, e).inside(Val::Rec(it), |scope| scope.condition(filter)),
            Some(Origin::Fetched { .. } | Origin::Picked { .. } | Origin::Main | Origin::Enclosing) | None => Ok(true),
        }
    }

    fn latest<'s>(&self, e: &Eval<'_, 's>, source: usize, it: Rec<'s>) -> Result<Option<Val<'s>>, Fault> {
        match self.origin(source) {
            Some(
                Origin::Picked {
                    latest_by: Some(by), ..
                }
                | Origin::Fetched {
                    latest_by: Some(by), ..
                },
            ) => Scope::new(self, e)
                .inside(Val::Rec(it), |scope| scope.val(by))
                .map(Some),
            Some(Origin::Picked { .. } | Origin::Fetched { .. } | Origin::Main | Origin::Enclosing) | None => Ok(None),
        }
    }

    fn needs<'s>(&self, e: &Eval<'_, 's>, stratum: u8, wants: &mut Wants) {
        for (index, lookup) in self.ctx.mapping.lookups.iter().enumerate() {
            let runs = |rules: &Vec<usize>| rules.iter().any(|rule| e.runs(*rule));
            if lookup.stratum == stratum && self.users[index].as_ref().is_none_or(runs) {
                let question = &self.info().lookups[index];
                self.need_each(&Scope::new(self, e), LookupId(index), &lookup.each, &mut |asked| {
                    wants.ask(question, lookup.rule, asked);
                });
            }
        }
        for (index, rule) in self.ctx.mapping.rules.iter().enumerate() {
            self.child_needs(e, stratum, index, rule, wants);
        }
    }

    fn stop<'s>(&self, e: &Eval<'_, 's>, stops: &mut Stops) {
        for (index, stop) in self.ctx.mapping.stops.iter().enumerate() {
            stops.stop_with(e, index, &|e| {
                let scope = Scope::new(self, e);
                match scope.counted(&stop.when)? {
                    true => scope.out(&stop.because),
                    false => Ok(Val::Missing),
                }
            });
        }
    }

    fn map<'s>(&self, e: &Eval<'_, 's>, row: &mut Row<'s>) {
        for (index, rule) in self.ctx.mapping.rules.iter().enumerate() {
            row.rule_with(e, index, &|e, row| self.rule_body(e, row, index, rule));
        }
    }

    fn check<'s>(&self, e: &Eval<'_, 's>, row: &Row<'s>, report: &mut Checks) {
        for (index, check) in self.ctx.mapping.checks.iter().enumerate() {
            report.check_with(e, row, index, &|e, row| self.check_body(e, row, check));
        }
    }
}

impl fmt::Debug for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As the generated type prints, so that tables of both engines can be compared as text.
        f.write_str(&self.ctx.mapping.type_name)
    }
}
