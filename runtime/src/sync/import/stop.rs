//! `skip` and `retry`: records that end before their rules run. Decided between the strata of lookups, so that a record that
//! is left out asks no more questions and imports nothing that it would have needed.

use std::collections::{BTreeMap, BTreeSet};

use crate::binder::NewBinding;
use crate::mapper::{Eval, MapperInfo, Mode, StopInfo, StopKind, Stopped};
use crate::plan::{Expected, Plan};
use crate::sync::End;
use crate::sync::handler::lacks;
use crate::sync::import::lookup::{Asking, Known};
use crate::sync::import::receive::Ready;
use crate::sync::import::{Board, Importing, map, verdict};
use crate::value::Stored;

/// Ends the records whose `skip` or `retry` holds without any lookup, so that nothing more is read of them.
pub(crate) fn at_once(ctx: &Importing<'_>, ready: &[Ready<'_>], board: &mut Board) {
    let asking: Vec<Asking<'_, '_>> = ready.iter().map(Ready::asking).collect();
    let known: Vec<Known> = asking.iter().map(|_| Known::default()).collect();
    decide(ctx, &asking, &known, 0, board);
}

/// Ends the records whose `skip` or `retry` holds, as far as the lookups of these strata tell.
pub(crate) fn decide(ctx: &Importing<'_>, asking: &[Asking<'_, '_>], known: &[Known], answered: u8, board: &mut Board) {
    let stops = ctx.mapper.info().stops;
    if !stops.iter().any(|stop| stop.stratum == answered) {
        return;
    }
    for (asking, known) in asking.iter().zip(known) {
        // What a language says of a record does not decide whether it is imported.
        if asking.language.is_some() || board.has_ended(asking.place) {
            continue;
        }
        let run = map::gathering(ctx, asking.place);
        let found = Eval::new(asking.sources, &known.resolved, &run).stopped(answered);
        if let Some(stopped) = found {
            board.end(asking.place, end(stopped, known));
        }
    }
}

/// Ends the records of which a child waits: the record around it waits as a whole, because a part of it would look like all of it.
pub(crate) fn of_children(ctx: &Importing<'_>, ready: &[Ready<'_>], known: &[Known], board: &mut Board) {
    if !may_wait(ctx.mapper.info(), &mut BTreeSet::new()) {
        return;
    }
    for (ready, known) in ready.iter().zip(known) {
        let place = ready.received.place;
        if board.has_ended(place) {
            continue;
        }
        let run = map::gathering_of(ctx, place, ready.exists());
        let eval = Eval::new(&ready.sources, &known.resolved, &run);
        let mut row = eval.map();
        row.map_children(&eval, &mut |_, _| run.for_record(Mode::Gather, None));
        if let Some((after, reason)) = row.waits() {
            board.end(place, End::Waits { after, reason });
        }
    }
}

/// Whether a mapping below this one says `retry`; a mapping may be its own child.
fn may_wait(info: &'static MapperInfo, seen: &mut BTreeSet<&'static str>) -> bool {
    info.vias.iter().any(|via| {
        let below = via.mapper.info();
        let waits = |stop: &StopInfo| matches!(stop.kind, StopKind::Retry { every_ms: _ });
        seen.insert(below.place) && (below.stops.iter().any(waits) || may_wait(below, seen))
    })
}

fn end(stopped: Stopped, known: &Known) -> End {
    match stopped {
        Stopped::Skipped(reason) | Stopped::Omitted(reason) => End::Skipped(reason),
        Stopped::Waits(after, reason) => End::Waits { after, reason },
        Stopped::Undecided(stop, fault) => verdict::of_stop(stop.place, &fault, known),
    }
}

/// What remains to be said of records that ended: a skipped one that is bound keeps what is stored, but its binding takes the
/// time of change along, so that an older state of it is not imported later.
pub(crate) fn keep(ctx: &Importing<'_>, ready: &[Ready<'_>], board: &mut Board) {
    for ready in ready {
        let Some(imported) = board.ended(ready.received.place) else {
            continue;
        };
        if ctx.preview.is_some() {
            imported.payloads = map::payloads(ctx, ready);
        }
        if !matches!(imported.planned.end, End::Skipped(_)) {
            continue;
        }
        match refreshed(ctx, ready) {
            Ok(Some(plan)) => imported.planned.plan = plan,
            Ok(None) => {}
            Err(end) => imported.planned.end = end,
        }
    }
}

fn refreshed(ctx: &Importing<'_>, ready: &Ready<'_>) -> Result<Option<Plan>, End> {
    let received = ready.received;
    let (Some(bound), Some(binding)) = (&received.bound, &ctx.external().binding) else {
        return Ok(None);
    };
    if received.revision.is_none() || received.revision == bound.revision {
        return Ok(None);
    }
    let binder = ctx.env.binder(ctx.external()).map_err(|error| lacks(&error))?;
    let key = received.link.key.clone();
    let written = binder.bind(
        ctx.instance(),
        NewBinding {
            key: key.clone(),
            to: Stored::Ref(bound.id),
            parent: bound.parent.map(Stored::Ref),
            revision: received.revision.clone(),
            fields: BTreeMap::new(),
        },
    );
    let mut plan = Plan::default();
    plan.bindings.push(written.map_err(|error| verdict::of_binder(&error))?);
    plan.expects.push(Expected::Bound {
        table: binding.table.to_owned(),
        instance: ctx.instance().to_owned(),
        key,
        to: Some(bound.id),
    });
    Ok(Some(plan))
}
