//! The tables of one mapping: sources, targets, rules, lookups, children, checks. IR -> tables of the runtime.

use super::connector::idents;
use super::leak::{leak, leak_all, leak_text};
use super::mapper::Interpreter;
use super::model::{filter, names};
use super::shape::Shapes;
use crate::generate::child::Children;
use crate::generate::context::Context;
use crate::generate::output;
use crate::generate::reads;
use crate::ir::ExternalId;
use crate::ir::mapping::{
    Adopt, After, Batch, Check, ChildKey, Lookup, LookupKind, Mark, Names, Only, Origin, Orphans, Rule, Severity,
    Source, Stop, StopKind, Target,
};
use tenon_runtime::generated as rt;

/// What the tables of a mapping refer to.
pub(super) struct Around<'a> {
    /// The tables of all models.
    pub(super) models: &'a [&'static rt::Model],
    /// The tables of all record types of the connector.
    pub(super) externals: &'a [&'static rt::ExternalType],
    /// What the family reads.
    pub(super) shapes: &'static Shapes,
    /// The interpreters of all mappings of the connector.
    pub(super) mappers: &'a [&'static Interpreter],
}

/// All tables of one mapping, and the table of each rule's children.
pub(super) struct Tables {
    pub(super) info: &'static rt::MapperInfo,
    pub(super) vias: Vec<Option<&'static rt::Via>>,
    /// What an export writes.
    pub(super) output: Option<&'static rt::Shape>,
    /// What the family reads.
    pub(super) shapes: &'static Shapes,
}

/// The tables of one mapping.
pub(super) fn tables(ctx: &Context<'static>, around: &Around<'_>, output: Option<&'static rt::Shape>) -> Tables {
    let mapping = ctx.mapping;
    let vias: Vec<Option<&'static rt::Via>> = mapping.rules.iter().map(|rule| via(ctx, around, rule)).collect();
    let info = leak(rt::MapperInfo {
        model: around.models[mapping.model.0],
        external: around.externals[mapping.external.0],
        variant: mapping.variant.as_deref(),
        sources: leak_all(mapping.sources.iter().map(|one| source(ctx, around, one))),
        writes: leak_all(mapping.targets.iter().map(|target| write(ctx, target))),
        rules: rules(ctx),
        lookups: leak_all(mapping.lookups.iter().map(|one| lookup(ctx, around, one))),
        strata: mapping.strata,
        adopt: mapping.adopt.as_ref().map(|one| adopt(ctx, one)),
        batch: mapping.batch.as_ref().map(|one| batch(ctx, one)),
        vias: leak_all(vias.iter().copied().flatten()),
        stops: leak_all(mapping.stops.iter().map(stop)),
        checks: leak_all(mapping.checks.iter().map(check)),
        after: leak_all(mapping.after.iter().map(|after| effect(ctx, around, after))),
        changes: leak_all(
            mapping
                .sources
                .iter()
                .enumerate()
                .filter_map(|(at, one)| changes(ctx, at, one)),
        ),
        next: mapping.next.map(|external| around.externals[external.0]),
        params: idents(mapping.params.iter().map(|(name, _)| name)),
        place: mapping.place.text(),
    });
    Tables {
        info,
        vias,
        output,
        shapes: around.shapes,
    }
}

fn source(ctx: &Context<'static>, around: &Around<'_>, source: &'static Source) -> rt::Source {
    rt::Source {
        alias: &source.alias.text,
        external: around.externals[source.external.0],
        shape: shape(around, source.external),
        origin: origin(ctx, source),
        also_binds: source.also_binds,
    }
}

fn shape(around: &Around<'_>, external: ExternalId) -> &'static rt::Shape {
    match around.shapes.get(&external) {
        Some(shape) => shape,
        None => unreachable!("every source has a layout: slots.rs walks them all"),
    }
}

fn origin(ctx: &Context<'static>, source: &'static Source) -> rt::Origin {
    match &source.origin {
        Origin::Main => rt::Origin::Main,
        Origin::Enclosing => rt::Origin::Enclosing,
        Origin::Picked { mark: many, .. } => rt::Origin::Picked { mark: mark(*many) },
        Origin::Fetched {
            operation, mark: many, ..
        } => {
            let adapters = ctx.connector.adapters.iter();
            let operations = adapters
                .filter(|adapter| adapter.external == source.external)
                .flat_map(|adapter| &adapter.operations);
            let called = operations.filter(|known| known.name.text == *operation);
            rt::Origin::Fetched {
                operation,
                params: idents(called.flat_map(|known| &known.params)),
                mark: mark(*many),
            }
        }
    }
}

const fn mark(mark: Mark) -> rt::Mark {
    match mark {
        Mark::One => rt::Mark::One,
        Mark::Optional => rt::Mark::Optional,
        Mark::Many => rt::Mark::Many,
    }
}

fn write(ctx: &Context<'static>, target: &'static Target) -> rt::Write {
    let name = &ctx.target_name(target).text;
    match target {
        Target::Out(field) => rt::Write::out(name, output::position(ctx, *field)),
        Target::Field(field) => rt::Write::field(name, field.0),
        Target::Binding(field) => rt::Write::binding(name, field.0),
    }
}

fn rules(ctx: &Context<'static>) -> &'static [rt::Rule] {
    let reads = reads::bits(ctx).into_iter().zip(reads::guards(ctx));
    let rules = ctx.mapping.rules.iter().zip(reads);
    leak_all(rules.map(|(rule, (bits, guards))| entry(rule, bits).guarded(leak_all(guards))))
}

fn entry(rule: &'static Rule, bits: Vec<u64>) -> rt::Rule {
    let targets = leak_all(reads::targets(rule).into_iter().map(|target| target.0));
    let when = match rule.only {
        Only::Always => rt::Runs::Always,
        Only::Create => rt::Runs::OnCreate,
        Only::Update => rt::Runs::OnUpdate,
        Only::Empty => rt::Runs::OnEmpty,
    };
    rt::Rule::new(
        rule.place.text(),
        leak_text(rule.reads.join(", ")),
        targets,
        when,
        leak_all(bits),
    )
}

fn lookup(ctx: &Context<'static>, around: &Around<'_>, lookup: &'static Lookup) -> rt::Lookup {
    let external = |id: &ExternalId| around.externals[id.0];
    match &lookup.kind {
        LookupKind::Ref {
            external: of,
            model,
            import,
        } => rt::Lookup::Ref {
            external: external(of),
            model: around.models[model.0],
            import: *import,
        },
        LookupKind::ExtOf { external: of, model } => rt::Lookup::ExtOf {
            external: external(of),
            model: around.models[model.0],
        },
        LookupKind::Bound { external: of } => rt::Lookup::Bound { external: external(of) },
        LookupKind::Load {
            external: of,
            model,
            fields,
            import,
        } => rt::Lookup::Load {
            external: external(of),
            model: around.models[model.0],
            fields: names(&ctx.program.models[model.0].fields, fields),
            import: *import,
        },
        LookupKind::Find { model, by, fold } => rt::Lookup::Find {
            model: around.models[model.0],
            criteria: names(&ctx.program.models[model.0].fields, by),
            fold: *fold,
        },
        LookupKind::FindOrNew { model, by, fold, new } => rt::Lookup::FindOrNew {
            model: around.models[model.0],
            criteria: names(&ctx.program.models[model.0].fields, by),
            fold: *fold,
            new: names(&ctx.program.models[model.0].fields, new),
        },
        LookupKind::Read { model, fields } => rt::Lookup::Read {
            model: around.models[model.0],
            fields: names(&ctx.program.models[model.0].fields, fields),
        },
    }
}

fn via(ctx: &Context<'static>, around: &Around<'_>, rule: &'static Rule) -> Option<&'static rt::Via> {
    let children = Children::of(&rule.kind)?;
    let child = &ctx.connector.mappings[children.mapping.0];
    let key = match children.key {
        Some(ChildKey::Field(field)) => rt::ChildKey::Slot(ctx.slot(child.external, *field)),
        Some(ChildKey::Text(text)) => rt::ChildKey::Text(text),
        None => rt::ChildKey::None,
    };
    let orphans = match children.orphans {
        Orphans::Remove => rt::Orphans::Remove,
        Orphans::Keep => rt::Orphans::Keep,
        Orphans::Archive => rt::Orphans::Archive,
        Orphans::Fail => rt::Orphans::Fail,
    };
    Some(leak(rt::Via {
        target: children.target,
        mapper: around.mappers[children.mapping.0],
        key,
        orphans,
        whole: children.whole,
        offset: children.offset,
    }))
}

fn adopt(ctx: &Context<'static>, adopt: &'static Adopt) -> &'static rt::Adopt {
    let fields = &ctx.program.models[ctx.mapping.model.0].fields;
    leak(rt::Adopt {
        by: leak_all(adopt.by.iter().map(|target| target.0)),
        fold: adopt.fold,
        filter: adopt.filter.as_ref().map(|condition| filter(fields, condition)),
        shared: adopt.shared,
        place: adopt.place.text(),
    })
}

fn batch(ctx: &Context<'static>, batch: &'static Batch) -> &'static rt::Batch {
    let fields = &ctx.connector.externals[ctx.mapping.external.0].fields;
    leak(rt::Batch {
        every_ms: batch.every_ms,
        since: batch.since.map(|field| fields[field.0].name.text.as_str()),
        overlap_ms: batch.overlap_ms,
        priority: batch.priority,
    })
}

fn stop(stop: &'static Stop) -> rt::StopInfo {
    rt::StopInfo {
        place: stop.place.text(),
        kind: match stop.kind {
            StopKind::Skip => rt::StopKind::Skip,
            StopKind::Omit => rt::StopKind::Omit,
            StopKind::Retry { every_ms } => rt::StopKind::Retry { every_ms },
        },
        stratum: stop.stratum,
    }
}

/// Plans name it; only the compiled program can call it.
fn effect(ctx: &Context<'static>, around: &Around<'_>, after: &'static After) -> &'static rt::Effect {
    let function = &ctx.connector.externs[after.function.0];
    leak(rt::Effect {
        name: leak_text(format!("{}::{}", function.module, function.name.rust)),
        model: around.models[ctx.mapping.model.0],
        call: |_, _| Err(rt::Fail::new("only the compiled program can call it")),
        place: function.place.text(),
    })
}

fn changes(ctx: &Context<'static>, at: usize, source: &'static Source) -> Option<rt::Changes> {
    let changes = source.changes.as_ref()?;
    Some(rt::Changes {
        source: at,
        slot: ctx.slot(source.external, changes.by),
        leads: match changes.holds {
            Names::Key => rt::Leads::ByKey,
            Names::Binding(field) => rt::Leads::ByBinding(field.0),
        },
    })
}

fn check(check: &'static Check) -> rt::CheckInfo {
    rt::CheckInfo {
        place: check.place.text(),
        severity: match check.severity {
            Severity::Fail => rt::Severity::Fail,
            Severity::Warn => rt::Severity::Warn,
        },
        outs: leak_all(check.outs.iter().map(|target| target.0)),
    }
}
