//! `test`: the mapping it names, the fields it expects, what its context answers. Running it is the interpreter's.

use crate::check::world::World;
use crate::error::{Reports, name};
use crate::ir::{ExternalId, ModelId};
use crate::resolve::mapping_title;
use tenon_dsl::ast::expr::{Expr, ExprKind};
use tenon_dsl::ast::{Context, Expect, GivenValue, Test};
use tenon_dsl::source::Name;

/// Checks the names of a test.
pub(crate) fn test(world: World<'_, '_>, written: &Test, reports: &mut Reports) {
    let wanted = &written.mapping;
    let same = |head: &&crate::check::mapping::Head<'_>| {
        let other = &head.written.name;
        other.direction.value == wanted.direction.value
            && other.model.value == wanted.model.value
            && other.external.value == wanted.external.value
            && other.variant.as_ref().map(|name| &name.value) == wanted.variant.as_ref().map(|name| &name.value)
    };
    let Some(head) = world.outside.heads.iter().find(same) else {
        let here = "no such mapping to test";
        reports.push(name::unknown_mapping(wanted.model.span, &mapping_title(wanted), here));
        return;
    };
    let (Some(model), Some(external)) = (head.model, head.external) else {
        return;
    };
    let mut names = TestNames { world, reports };
    for given in &written.given {
        let of = match &given.source {
            None => Some(external),
            Some(alias) => names.source(head, alias),
        };
        if let (Some(of), GivenValue::Inline(value)) = (of, &given.value) {
            names.payload(value, of);
        }
    }
    for entry in &written.context {
        names.context(entry);
    }
    written.current.iter().for_each(|current| names.record(current, model));
    written
        .changed
        .iter()
        .for_each(|field| names.payload_field(field, external));
    match &written.expect {
        Some(Expect::Fields { record, exactly: _ }) => names.record(record, model),
        Some(Expect::Error {
            kind: _,
            at: Some(target),
        }) => names.stored_field(target, model),
        Some(Expect::Error { kind: _, at: None }) | None => {}
    }
}

struct TestNames<'t, 'w, 'a> {
    world: World<'w, 'a>,
    reports: &'t mut Reports,
}

impl TestNames<'_, '_, '_> {
    fn source(&mut self, head: &crate::check::mapping::Head<'_>, alias: &Name) -> Option<ExternalId> {
        let joins = head.written.joins.iter();
        let found = joins.clone().find(|join| join.alias.value == alias.value);
        if let Some(join) = found {
            return self.world.outside.find(&join.external.value);
        }
        if let Some(within) = head
            .written
            .within
            .as_ref()
            .filter(|within| within.alias.value == alias.value)
        {
            return self.world.outside.find(&within.external.value);
        }
        let known: Vec<&str> = joins.map(|join| join.alias.value.as_str()).collect();
        self.reports.push(name::unknown_name(alias.span, &alias.value, &known));
        None
    }

    /// Wire data: a record or a list of them.
    fn payload(&mut self, value: &Expr, external: ExternalId) {
        if let ExprKind::Record(fields) = &value.kind {
            fields
                .iter()
                .for_each(|field| self.payload_field(&field.name, external));
        } else if let ExprKind::List(items) = &value.kind {
            items.iter().for_each(|item| self.payload(item, external));
        }
    }

    fn payload_field(&mut self, field: &Name, external: ExternalId) {
        if self.world.outside.field(external, &field.value).is_none() {
            let declared = &self.world.outside.ir.externals[external.0];
            let known: Vec<&str> = declared.fields.iter().map(|field| field.name.text.as_str()).collect();
            self.reports
                .push(name::unknown_field(field, "source record", &declared.name.text, &known));
        }
    }

    /// Stored values: a record, with those of its children.
    fn record(&mut self, value: &Expr, model: ModelId) {
        if let ExprKind::Record(fields) = &value.kind {
            for field in fields {
                self.stored_field(&field.name, model);
            }
        }
    }

    fn stored_field(&mut self, field: &Name, model: ModelId) {
        if field.value.starts_with("binding.") {
            return;
        }
        if self.world.inside.field(model, &field.value).is_none() {
            let declared = self.world.inside.model(model);
            let known: Vec<&str> = declared.fields.iter().map(|field| field.name.text.as_str()).collect();
            self.reports
                .push(name::unknown_target(field, &declared.name.text, &known, None));
        }
    }

    fn context(&mut self, entry: &Context) {
        match entry {
            Context::Lookup { external, .. } => {
                if self.world.outside.find(&external.value).is_none() {
                    let known = self.world.outside.names();
                    self.reports.push(name::unknown_external(external, &known));
                }
            }
            Context::Find { model, criteria, .. } => match self.world.inside.find(&model.value) {
                Some(found) => self.record(criteria, found),
                None => self
                    .reports
                    .push(name::unknown_model(model, &self.world.inside.names())),
            },
            Context::Backend { name: setting, .. } => {
                if self.world.outside.setting(&setting.value).is_none() {
                    let settings = &self.world.outside.ir.settings;
                    let known: Vec<&str> = settings.iter().map(|setting| setting.name.text.as_str()).collect();
                    let title = &self.world.outside.title;
                    self.reports.push(name::unknown_setting(setting, title, &known));
                }
            }
        }
    }
}
