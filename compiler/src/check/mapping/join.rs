//! Sources of a mapping: the main record, joined records, the enclosing one.

use super::{Head, mark};
use crate::check::body::{Body, Local, ScopeKind, SourceSlot};
use crate::check::narrow::{Fact, Root, Truth};
use crate::error::{adapter, join, name, typing};
use crate::ir::expr::{Base, Expr, Type};
use crate::ir::mapping::{self as ir, Direction, Mark, Names, Origin};
use crate::ir::{ExternalId, ModelFieldId, Operation, Scalar};
use crate::resolve::Owner;
use crate::types;
use tenon_dsl::ast::expr::Arg;
use tenon_dsl::ast::mapping::{Changes, Join, JoinSource};
use tenon_dsl::source::{Name, Span};

impl<'a> Body<'_, 'a> {
    /// Fills the sources, each join seeing those above it.
    pub(super) fn joins(&mut self, head: &Head<'a>) {
        let main = types::present(Base::External(self.main));
        // What an export calls `as c` is the record that it makes.
        let alias = head.written.alias.clone();
        self.source(
            alias.filter(|_| self.direction == Direction::Import),
            self.main,
            main,
            head.external_name().span,
        );
        for written in &head.written.joins {
            // Records of the inside are those of the list they are taken from.
            if self.is_stored(written) {
                self.source(Some(written.alias.clone()), self.main, types::wrong(), written.span);
                continue;
            }
            let external = self.joined_type(&written.external);
            let ty = match external {
                Some(external) => joined(types::present(Base::External(external)), mark(written.mark)),
                None => types::wrong(),
            };
            let external = external.unwrap_or(self.external);
            self.source(Some(written.alias.clone()), external, ty, written.span);
        }
        if let Some(within) = &head.written.within {
            let ty = head
                .within
                .map(Base::External)
                .map_or_else(types::wrong, types::present);
            let external = head.within.unwrap_or(self.external);
            self.source(Some(within.alias.clone()), external, ty, within.external.span);
        }
        let last = self.sources.len();
        for (at, slot) in self.sources.iter_mut().enumerate() {
            slot.is_ready = at == 0 || at > head.written.joins.len();
        }
        self.origins.push(Origin::Main);
        for (at, written) in head.written.joins.iter().enumerate() {
            let origin = self.join(written, at + 1);
            self.reads_unknown |= origin.is_none();
            self.origins.push(origin.unwrap_or(Origin::Main));
            self.sources[at + 1].is_ready = true;
        }
        self.origins.resize(last, Origin::Enclosing);
    }

    fn source(&mut self, alias: Option<Name>, external: ExternalId, ty: Type, span: Span) {
        self.sources.push(SourceSlot {
            alias,
            external,
            ty,
            is_ready: false,
            also_binds: false,
            span,
        });
    }

    /// Whether a join of an export takes records of the inside.
    fn is_stored(&self, written: &Join) -> bool {
        let name = &written.external.value;
        let is_model = self.world.inside.find(name).is_some() && self.world.outside.find(name).is_none();
        let is_picked = matches!(written.source, Some(JoinSource::In(_)) | None);
        self.direction == Direction::Export && is_model && is_picked
    }

    fn joined_type(&mut self, name: &Name) -> Option<ExternalId> {
        let found = self.world.outside.find(&name.value);
        if found.is_none() {
            let known = self.world.outside.names();
            self.report(name::unknown_external(name, &known));
        }
        found
    }

    /// Where the records of a join come from. Absent where a mistake was said.
    fn join(&mut self, written: &Join, at: usize) -> Option<Origin> {
        if self.direction == Direction::Import {
            self.also_binds(written, at);
        }
        let external = self.sources[at].external;
        if let (Some(changes), Direction::Import) = (&written.changes, self.direction) {
            let changes = self.changes_find(written, changes, external);
            self.changes.extend(changes.map(|changes| (at, changes)));
        }
        let scope = self.statement_scope(ScopeKind::Join);
        self.within(scope, |body| {
            let Some(source) = &written.source else {
                let has_filter = written.filter.is_some();
                body.report(join::join_from_nowhere(
                    written.external.span,
                    &written.external.value,
                    has_filter,
                    body.sources
                        .first()
                        .and_then(|source| source.alias.as_ref())
                        .map(|alias| alias.value.as_str()),
                ));
                return None;
            };
            match source {
                JoinSource::From { operation, args } => body.fetched(written, external, operation, args, at),
                JoinSource::In(list) => body.picked(written, external, list, at),
            }
        })
    }

    fn also_binds(&mut self, written: &Join, at: usize) {
        let Some(span) = written.also_binds else { return };
        let external = &self.world.outside.ir.externals[self.sources[at].external.0];
        if mark(written.mark) == Mark::Many {
            self.report(join::binds_several(span, written.alias.span, &written.alias.value));
        }
        if external.key.is_empty() && !self.world.outside.wrong_keys.contains(&self.sources[at].external) {
            self.report(join::binds_keyless(span, &external.name.text));
        }
        self.sources[at].also_binds = true;
    }

    fn fetched(
        &mut self,
        written: &Join,
        external: ExternalId,
        operation: &Name,
        args: &[Arg],
        at: usize,
    ) -> Option<Origin> {
        let outside = self.world.outside;
        let operations = outside
            .ir
            .adapters
            .iter()
            .filter(|adapter| adapter.external == external);
        let operations: Vec<&Operation> = operations.flat_map(|adapter| &adapter.operations).collect();
        let filter = self.join_filter(written, external, at);
        let latest_by = self.latest_by(written, external);
        if types::is_wrong(&self.sources[at].ty) || outside.loses_adapter && operations.is_empty() {
            return None;
        }
        let Some(found) = operations.iter().find(|known| known.name.text == operation.value) else {
            let known: Vec<String> = operations.iter().map(|known| signature(known)).collect();
            let record = &outside.ir.externals[external.0].name.text;
            let owner = Owner::Adapter(record.clone());
            if let Some(report) = self.lost(&owner, &operation.value, operation.span) {
                self.report(report);
                return None;
            }
            self.report(adapter::unknown_operation(
                operation.span,
                &operation.value,
                record,
                &known,
            ));
            return None;
        };
        Some(Origin::Fetched {
            operation: operation.value.clone(),
            args: self.operation_arguments(found, operation, args)?,
            mark: mark(written.mark),
            filter,
            latest_by,
        })
    }

    /// `latest by inv.created_at`: something that has an order, of one record.
    fn latest_by(&mut self, written: &Join, external: ExternalId) -> Option<Expr> {
        let latest = written.latest_by.as_ref()?;
        if mark(written.mark) == Mark::Many {
            self.report(join::latest_of_all(
                latest.span,
                written.alias.span,
                &written.alias.value,
            ));
            return None;
        }
        let made = self.of_candidate(written, external, |body| body.expr(latest));
        if types::is_wrong(&made.ty) {
            return None;
        }
        let has_order = matches!(
            &made.ty.base,
            Base::Scalar(
                Scalar::Text
                    | Scalar::Int
                    | Scalar::Decimal(_)
                    | Scalar::Float
                    | Scalar::Date
                    | Scalar::Time
                    | Scalar::Duration
                    | Scalar::DateTime
                    | Scalar::Enum { .. },
                _
            )
        );
        if !has_order {
            let found = self.show(&made.ty);
            let needed = "date, time, number or text";
            self.report(typing::wrong_operand(latest.span, needed, &found, "`latest by`", None));
            return None;
        }
        Some(made)
    }

    /// `changes find Order by order_id`
    fn changes_find(&mut self, join: &Join, written: &Changes, joined: ExternalId) -> Option<ir::Changes> {
        let outside = self.world.outside;
        let main = self.external;
        if outside.ir.externals[joined.0].key.is_empty() && !outside.wrong_keys.contains(&joined) {
            self.report(join::changes_keyless(written.by.span, &join.external.value));
            return None;
        }
        let Some(found) = outside.find(&written.external.value) else {
            self.report(name::unknown_external(&written.external, &outside.names()));
            return None;
        };
        let external = &outside.ir.externals[main.0];
        if found != main {
            let (written, main) = (&written.external, &external.name.text);
            self.report(join::finds_another(written.span, &written.value, main));
            return None;
        }
        let record = &outside.ir.externals[joined.0];
        let Some(by) = outside.field_at(joined, &written.by.value, written.by.span) else {
            if let Some(report) = self.lost(&outside.record(joined), &written.by.value, written.by.span) {
                self.report(report);
                return None;
            }
            let known: Vec<&str> = record.fields.iter().map(|field| field.name.text.as_str()).collect();
            self.report(name::unknown_field(
                &written.by,
                "joined record",
                &record.name.text,
                &known,
            ));
            return None;
        };
        let ty = outside.type_of(joined, by);
        if types::is_wrong(&ty) || outside.wrong_keys.contains(&main) {
            return None;
        }
        if ty.base == Base::Ext(main) {
            return Some(ir::Changes { by, holds: Names::Key });
        }
        let fields = external.binding.as_ref().map_or(&[][..], |binding| &binding.fields);
        let name = &outside.changes.name(
            &Owner::Binding(external.name.text.clone()),
            &written.by.value,
            written.by.span,
        );
        let field = fields.iter().position(|field| field.name.text == *name);
        let fits = |at: &usize| self.world.fits(&ty, &types::of_stored(&fields[*at])).is_ok();
        match field.filter(fits) {
            Some(at) => Some(ir::Changes {
                by,
                holds: Names::Binding(ModelFieldId(at)),
            }),
            None => {
                let (by, ty) = (&written.by, self.show(&ty));
                self.report(join::names_nothing(by.span, &by.value, &ty, &external.name.text));
                None
            }
        }
    }

    fn operation_arguments(&mut self, operation: &Operation, called: &Name, args: &[Arg]) -> Option<Vec<Expr>> {
        let declared = operation.place.span;
        let params: Vec<String> = operation.params.iter().map(|param| param.text.clone()).collect();
        let mut slots: Vec<Option<Expr>> = vec![None; operation.params.len()];
        for (position, arg) in args.iter().enumerate() {
            let value = self.expr(&arg.value);
            let at = match &arg.name {
                Some(name) => operation.params.iter().position(|param| param.text == name.value),
                None => Some(position).filter(|position| *position < operation.params.len()),
            };
            let span = arg.name.as_ref().map_or(arg.value.span, |name| name.span);
            match at.and_then(|at| slots.get_mut(at)) {
                Some(slot) if slot.is_none() => *slot = Some(value),
                Some(_) | None => {
                    let here = "an argument that it does not have";
                    let declared = (declared, params.as_slice());
                    self.report(adapter::wrong_operation_arguments(span, &called.value, here, declared));
                    return None;
                }
            }
        }
        let missing = operation.params.iter().zip(&slots).find(|(_, slot)| slot.is_none());
        if let Some((param, _)) = missing {
            let here = format!("`{}` is missing", param.text);
            let declared = (declared, params.as_slice());
            self.report(adapter::wrong_operation_arguments(
                called.span,
                &called.value,
                &here,
                declared,
            ));
            return None;
        }
        slots.into_iter().collect()
    }

    fn picked(
        &mut self,
        written: &Join,
        external: ExternalId,
        list: &tenon_dsl::ast::expr::Expr,
        at: usize,
    ) -> Option<Origin> {
        let from = self.expr(list);
        let mut external = external;
        if let (true, Base::List(element)) = (self.is_stored(written), &from.ty.base)
            && let Base::External(view) = element.base
            && let Some(model) = self.world.outside.ir.externals[view.0].stored
            && self.world.inside.find(&written.external.value) == Some(model)
        {
            external = view;
            let ty = joined(types::present(Base::External(view)), mark(written.mark));
            (self.sources[at].external, self.sources[at].ty) = (view, ty);
        } else if self.is_stored(written) && !types::is_wrong(&from.ty) {
            let found = self.show(&from.ty);
            self.report(join::join_in_no_list(list.span, &written.external.value, &found));
            return None;
        }
        let filter = self.join_filter(written, external, at);
        let latest_by = self.latest_by(written, external);
        if types::is_wrong(&from.ty) || types::is_wrong(&self.sources[at].ty) {
            return None;
        }
        let is_right = matches!(&from.ty.base, Base::List(element) if element.base == Base::External(external));
        if !is_right {
            let (found, wanted) = (
                self.show(&from.ty),
                &self.world.outside.ir.externals[external.0].name.text,
            );
            self.report(join::join_in_no_list(list.span, wanted, &found));
            return None;
        }
        Some(Origin::Picked {
            from,
            mark: mark(written.mark),
            filter,
            latest_by,
        })
    }

    /// `where ..`: its alias is the candidate, and what holds of the candidate holds of the joined record.
    fn join_filter(&mut self, written: &Join, external: ExternalId, at: usize) -> Option<Expr> {
        let condition = written.filter.as_ref()?;
        let is_record = mark(written.mark) != Mark::Many;
        let mut facts: Vec<Fact> = Vec::new();
        let filter = self.of_candidate(written, external, |body| {
            let filter = body.condition(condition);
            facts = body.facts_of(&filter, Truth::Holds);
            filter
        });
        let told = facts.into_iter().filter_map(|mut fact| {
            let of_candidate = fact.path.root == Root::Local(0) && !fact.path.steps.is_empty();
            fact.path.root = Root::Source(at);
            (of_candidate && is_record).then_some(fact)
        });
        self.joined_facts.extend(told);
        (!types::is_wrong(&filter.ty)).then_some(filter)
    }

    fn of_candidate<T>(&mut self, written: &Join, external: ExternalId, check: impl FnOnce(&mut Self) -> T) -> T {
        let is_known = self.world.outside.find(&written.external.value).is_some()
            || self.world.outside.ir.externals[external.0].stored.is_some();
        let ty = match is_known {
            true => types::present(Base::External(external)),
            false => types::wrong(),
        };
        self.here.locals.push(Local {
            name: written.alias.clone(),
            ty,
            list: None,
        });
        let made = check(self);
        self.here.locals.pop();
        made
    }
}

fn joined(record: Type, mark: Mark) -> Type {
    match mark {
        Mark::One => record,
        Mark::Optional => types::or_missing(record),
        Mark::Many => types::list(record),
    }
}

fn signature(operation: &Operation) -> String {
    let params: Vec<&str> = operation.params.iter().map(|param| param.text.as_str()).collect();
    match params.is_empty() {
        true => operation.name.text.clone(),
        false => format!("{}({})", operation.name.text, params.join(", ")),
    }
}
