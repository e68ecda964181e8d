//! `test`: the mapping it names, the fields it gives and expects, what its context answers. Running it is the interpreter's.

mod lower;
mod payload;
mod value;

pub(crate) use lower::lower;
pub(crate) use payload::lacking;

use crate::check::mapping::Head;
use crate::check::world::World;
use crate::error::{Reports, adapter, name, testing, two_way};
use crate::ir::expr::Type;
use crate::ir::mapping::Direction;
use crate::ir::{ExternalId, ModelId};
use crate::resolve::mapping_title;
use crate::suggest::nearest;
use tenon_dsl::ast;
use tenon_dsl::ast::expr::{Expr, ExprKind};
use tenon_dsl::ast::{Context, Expect, Given, GivenValue, Test, TypeKind};
use tenon_dsl::report::Report;
use tenon_dsl::source::Name;

/// Checks the names and values of a test.
pub(crate) fn test(world: World<'_, '_>, written: &Test, reports: &mut Reports) {
    let wanted = &written.mapping;
    if wanted.direction.value == ast::mapping::Direction::Sync {
        let (model, external) = (&wanted.model.value, &wanted.external.value);
        let help = format!("import {model} from {external}  or  export {model} to {external}");
        reports.push(two_way::which_way(wanted.direction.span, "a test", &help));
        return;
    }
    let variant = |name: &Option<Name>| name.as_ref().map(|name| name.value.clone());
    let same = |head: &&Head<'_>| {
        let other = &head.written.name;
        other.direction.value == wanted.direction.value
            && other.model.value == wanted.model.value
            && head.external_name().value == wanted.external.value
            && variant(&other.variant) == variant(&wanted.variant)
    };
    let Some(head) = world.outside.heads.iter().find(same) else {
        if !world.outside.loses_mapping() {
            reports.push(untested(world, wanted));
        }
        return;
    };
    // What gives nothing is the context of `tenon try`.
    if written.expect.is_none() && !written.given.is_empty() {
        reports.push(testing::expects_nothing(written.name.span));
    }
    let (Some(model), Some(external)) = (head.model, head.external) else {
        return;
    };
    if head.direction() == Direction::Export {
        export(TestChecks { world, reports }, written, head, (model, external));
        return;
    }
    let mut checks = TestChecks { world, reports };
    for given in &written.given {
        match &given.source {
            None => checks.given(Some(Beside::Sent(external)), given),
            Some(alias) => {
                let of = checks.beside(head, alias);
                checks.given(of, given);
            }
        }
    }
    for entry in &written.context {
        checks.context(entry);
    }
    written.current.iter().for_each(|current| checks.record(current, model));
    written.changed.iter().for_each(|field| {
        checks.payload_field(field, external);
    });
    match &written.expect {
        Some(Expect::Fields { record, exactly: _ }) if is_no_record(record) => checks.expects_no_record(record),
        Some(Expect::Fields { record, exactly: _ }) => checks.record(record, model),
        Some(Expect::Error { kind, at }) => {
            checks.fault(kind);
            at.iter().for_each(|target| {
                checks.stored_field(target, model);
            });
        }
        Some(Expect::Stop { .. }) | None => {}
    }
}

/// What the test probably means instead.
fn untested(world: World<'_, '_>, wanted: &ast::mapping::MappingName) -> Report {
    let heads = world.outside.heads.iter();
    let names = heads.map(|head| &head.written.name);
    let same_way: Vec<_> = names
        .filter(|name| name.direction.value == wanted.direction.value)
        .collect();
    let has_model = same_way.iter().any(|name| name.model.value == wanted.model.value);
    let titles: Vec<String> = same_way.iter().map(|name| mapping_title(name)).collect();
    let title = mapping_title(wanted);
    let of_model = same_way.iter().position(|name| name.model.value == wanted.model.value);
    let near = nearest(&title, titles.iter().map(String::as_str));
    let near = near.or_else(|| of_model.map(|at| titles[at].as_str()));
    let span = match has_model {
        true => wanted.external.span,
        false => wanted.model.span,
    };
    name::nothing_to_test(span, &title, near)
}

/// A test of an export: stored values in, wire data out.
fn export(
    mut checks: TestChecks<'_, '_, '_>,
    written: &Test,
    head: &Head<'_>,
    (model, external): (ModelId, ExternalId),
) {
    for given in &written.given {
        let of = match &given.source {
            None => Some(Beside::Stored(model)),
            Some(alias) => checks.beside(head, alias),
        };
        checks.given(of, given);
    }
    written.context.iter().for_each(|entry| checks.context(entry));
    written.current.iter().for_each(|held| checks.payload(held, external));
    for field in &written.changed {
        checks.stored_field(field, model);
    }
    match &written.expect {
        Some(Expect::Fields { record, exactly: _ }) if is_no_record(record) => checks.expects_no_record(record),
        Some(Expect::Fields { record, exactly: _ }) => checks.payload(record, external),
        Some(Expect::Error { kind, at }) => {
            checks.fault(kind);
            at.iter().for_each(|target| {
                checks.payload_field(target, external);
            });
        }
        Some(Expect::Stop { .. }) | None => {}
    }
}

/// Whether something else is expected than a test can compare.
fn is_no_record(expected: &Expr) -> bool {
    !matches!(expected.kind, ExprKind::Record(_) | ExprKind::List(_))
}

/// What an error may be.
const FAULTS: [&str; 6] = ["unbound", "ambiguous", "disagree", "cycle", "data", "busy"];
/// What may be asked by a key.
const QUESTIONS: [&str; 4] = ["ref", "load", "bound", "find"];

/// What a test gives.
enum Beside {
    /// Records as they come over the wire.
    Sent(ExternalId),
    /// A stored record.
    Stored(ModelId),
    /// A parameter.
    Value(Type),
}

/// The checks of one test.
struct TestChecks<'t, 'w, 'a> {
    world: World<'w, 'a>,
    reports: &'t mut Reports,
}

impl TestChecks<'_, '_, '_> {
    /// What a name before a given value means: a record that is fetched, the one around, a parameter.
    fn beside(&mut self, head: &Head<'_>, alias: &Name) -> Option<Beside> {
        let world = self.world;
        let is_export = head.direction() == Direction::Export;
        let joins = head.written.joins.iter();
        // What an export joins of its own lists is given with its record.
        let mut joins = joins.filter(|join| !is_export || world.outside.find(&join.external.value).is_some());
        if let Some(join) = joins.clone().find(|join| join.alias.value == alias.value) {
            return world.outside.find(&join.external.value).map(Beside::Sent);
        }
        let enclosing = head.written.within.as_ref();
        if let Some(within) = enclosing.filter(|within| within.alias.value == alias.value) {
            return match is_export {
                true => world.inside.find(&within.external.value).map(Beside::Stored),
                false => world.outside.find(&within.external.value).map(Beside::Sent),
            };
        }
        if let Some((_, ty)) = head.params.iter().find(|(name, _)| name.value == alias.value) {
            return Some(Beside::Value(ty.clone()));
        }
        let enclosing = enclosing.map(|within| within.alias.value.as_str());
        let params = head.params.iter().map(|(name, _)| name.value.as_str());
        let joined = joins.by_ref().map(|join| join.alias.value.as_str());
        let known: Vec<&str> = joined.chain(enclosing).chain(params).collect();
        self.reports.push(name::given_of_nothing(alias, &known));
        None
    }

    /// A given value; what a file holds is compared with its type where files are read.
    fn given(&mut self, of: Option<Beside>, given: &Given) {
        let GivenValue::Inline(value) = &given.value else {
            if let (GivenValue::File(file), Some(Beside::Value(_))) = (&given.value, of) {
                self.reports.push(testing::parameter_in_a_file(file.span));
            }
            return;
        };
        match of {
            Some(Beside::Sent(external)) => self.payload(value, external),
            Some(Beside::Stored(model)) => self.record(value, model),
            Some(Beside::Value(ty)) => {
                let name = given.source.as_ref().map_or("", |name| name.value.as_str());
                self.value(value, &ty, name);
            }
            None => {}
        }
    }

    fn expects_no_record(&mut self, expected: &Expr) {
        let word = self.world.places.text(expected.span);
        self.reports.push(testing::expects_no_record(expected.span, word));
    }

    fn fault(&mut self, kind: &Name) {
        if !FAULTS.contains(&kind.value.as_str()) {
            self.reports
                .push(adapter::unknown_word(kind.span, "kind of error", &kind.value, &FAULTS));
        }
    }

    fn context(&mut self, entry: &Context) {
        match entry {
            Context::Lookup {
                function,
                external,
                key,
                answer,
            } => {
                if !QUESTIONS.contains(&function.value.as_str()) {
                    self.question(function, external, (key, answer));
                    return;
                }
                let is_model = self.world.inside.find(&external.value).is_some();
                let reads = function.value == "load" && is_model;
                if !reads && self.world.outside.find(&external.value).is_none() {
                    let known = self.world.outside.names();
                    self.reports.push(name::unknown_external(external, &known));
                }
                self.constant(key);
                let leads_to = self.leads_to(&external.value);
                self.answer(answer, leads_to);
            }
            Context::Find {
                model,
                criteria,
                answer,
            } => {
                let found = self.world.inside.find(&model.value);
                match found {
                    Some(found) => self.record(criteria, found),
                    None => self
                        .reports
                        .push(name::unknown_model(model, &self.world.inside.names())),
                }
                self.answer(answer, found);
            }
            Context::Backend { name: setting, value } => self.setting(setting, value),
            Context::Function { name, args, answer } => self.function(name, args, answer),
        }
    }

    /// Says a question that a context does not answer by its word.
    fn question(&mut self, word: &Name, of: &Name, (key, answer): (&Expr, &Expr)) {
        let outside = self.world.outside;
        let model = self.world.inside.find(&of.value);
        let leads_there = |external: &&crate::ir::External| {
            !external.key.is_empty() && model.is_some_and(|model| external.models.contains(&model))
        };
        let external = outside.ir.externals.iter().find(leads_there);
        let external = external.map_or("RECORD", |external| external.name.text.as_str());
        let places = self.world.places;
        let (key, answer) = (places.text(key.span), places.text(answer.span));
        let instead = match word.value.as_str() {
            "ext_of" => format!("ref {external} {answer} = {key}"),
            _ => format!("find {} {key} = {answer}", of.value),
        };
        self.reports
            .push(testing::unknown_question(word, &of.value, &instead, &QUESTIONS));
    }

    /// What an `extern fn` says.
    fn function(&mut self, name: &Name, args: &[Expr], answer: &Expr) {
        args.iter().for_each(|arg| self.constant(arg));
        self.answer(answer, None);
        let externs = &self.world.outside.externs;
        let Some(declared) = externs.iter().find(|known| known.name.value == name.value) else {
            let known: Vec<&str> = externs.iter().map(|known| known.name.value.as_str()).collect();
            self.reports
                .push(adapter::unknown_word(name.span, "`extern fn`", &name.value, &known));
            return;
        };
        if args.len() != declared.params.len() {
            let takes = format!("`{}` takes another number of arguments", name.value);
            let here = format!("{} here, {} in its declaration", args.len(), declared.params.len());
            let report = testing::wrong_arguments(name.span, takes, here, declared.span);
            self.reports.push(report);
        }
        if let (ExprKind::Record(given), Some(TypeKind::Record(fields))) =
            (&answer.kind, declared.result.as_ref().map(|result| &result.kind))
        {
            let known: Vec<&str> = fields.iter().map(|field| field.name.value.as_str()).collect();
            for field in given.iter().filter(|field| !known.contains(&field.name.value.as_str())) {
                self.reports
                    .push(name::unknown_field(&field.name, "result of", &name.value, &known));
            }
        }
    }

    /// The model that keys of a type lead to, or the model of this name.
    fn leads_to(&self, name: &str) -> Option<ModelId> {
        let outside = self.world.outside;
        match outside
            .find(name)
            .map(|external| outside.ir.externals[external.0].models.as_slice())
        {
            Some([model]) => Some(*model),
            Some(_) => None,
            None => self.world.inside.find(name),
        }
    }

    fn setting(&mut self, setting: &Name, value: &Expr) {
        let outside = self.world.outside;
        let Some(id) = outside.setting(setting) else {
            let settings = outside.ir.settings.iter();
            let known: Vec<&str> = settings.map(|setting| setting.name.text.as_str()).collect();
            self.reports
                .push(name::unknown_setting(setting, &outside.title, &known));
            return;
        };
        let declared = &outside.ir.settings[id.0];
        let mut holds = crate::types::scalar(declared.scalar.clone());
        holds.nullable = declared.nullable;
        self.value(value, &holds, &setting.value);
    }

    /// A fact of the store: a reference, null, or the fields of the record.
    fn answer(&mut self, answer: &Expr, model: Option<ModelId>) {
        match (&answer.kind, model) {
            (ExprKind::Record(_), Some(model)) => self.record(answer, model),
            (ExprKind::Record(fields), None) => {
                self.each_once(fields);
                fields.iter().for_each(|field| self.constant(&field.value));
            }
            (ExprKind::Call(_), Some(model)) => self.reference(answer, Some(model), "this answer"),
            _ => self.constant(answer),
        }
    }

    /// Stored values: a record, with those of its children.
    fn record(&mut self, value: &Expr, model: ModelId) {
        let ExprKind::Record(fields) = &value.kind else {
            self.constant(value);
            return;
        };
        self.each_once(fields);
        for field in fields {
            match self.stored_field(&field.name, model) {
                Some(holds) => self.value(&field.value, &holds, &field.name.value),
                None => self.constant(&field.value),
            }
        }
    }
}
