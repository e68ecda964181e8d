//! Runs the rules of one record for good: in create or update mode, with its children, then the checks.

use std::sync::Arc;

use serde_json::Value;

use crate::fault::MASK;
use crate::mapper::{Changed, CheckResult, Checks, Child, ChildList, Eval, Mode, Row, Run, child_sources};
use crate::plan::{NewCheckpoint, Settled};
use crate::sync::import::around::{Around, Target, child_run};
use crate::sync::import::language::{self, Texts, Voices};
use crate::sync::import::lookup::Known;
use crate::sync::import::receive::Ready;
use crate::sync::import::verdict::Problems;
use crate::sync::import::write::Mapped;
use crate::sync::import::{Imported, Importing, took, write};
use crate::sync::{End, Planned};
use crate::value::StoredRecord;

/// Circumstances in which it is not known yet whether a record exists: all rules count.
pub(crate) fn gathering<'c>(ctx: &Importing<'c>, place: usize) -> Run<'c> {
    circumstances(ctx, place, Mode::Gather, None)
}

/// The same for a record of which it is known: of a bound one in which some fields changed only their rules count.
pub(crate) fn gathering_of<'c>(ctx: &Importing<'c>, place: usize, exists: Exists) -> Run<'c> {
    let mode = match (exists, changed(ctx, place)) {
        (Exists::Yes, Some(changed)) => Mode::GatherChanged(changed),
        (Exists::Yes, None) | (Exists::Unknown, _) => Mode::Gather,
    };
    circumstances(ctx, place, mode, None)
}

/// Whether a record is stored already.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Exists {
    /// Its key is bound.
    Yes,
    /// It may be adopted, or be new.
    Unknown,
}

/// The fields that changed, where the request names them.
fn changed(ctx: &Importing<'_>, place: usize) -> Option<Changed> {
    let fields = ctx.requests.get(place)?.record.fields.as_ref()?;
    let names: Vec<&str> = fields.iter().map(String::as_str).collect();
    Some(Changed::fields(ctx.mapper.info(), 0, &names))
}

/// The circumstances of a record.
pub(crate) fn circumstances<'c>(
    ctx: &Importing<'c>,
    place: usize,
    mode: Mode,
    current: Option<Arc<StoredRecord>>,
) -> Run<'c> {
    let now = ctx
        .requests
        .get(place)
        .map_or(ctx.env.session.now, |request| request.now);
    Run {
        current,
        ..Run::new(mode, now).with_settings(ctx.env.instance.settings.values())
    }
}

/// Maps a record and says what it changes.
pub(crate) fn imported<'c>(
    ctx: &Importing<'c>,
    ready: &Ready<'c>,
    known: &Known,
    around: &Around,
    voices: &Voices<'_, 'c>,
) -> Imported {
    let Some(target) = around.target(ctx, ready) else {
        let model = ctx.mapper.info().model.name;
        return Imported::nothing(End::Busy(format!(
            "the {model} that {} leads to was deleted meanwhile",
            ready.received.link
        )));
    };
    let run = run_of(ctx, ready, &target);
    let eval = Eval::new(&ready.sources, &known.resolved, &run);
    let mut row = eval.map();
    let main = (&ready.received.link.key, target.current().map(AsRef::as_ref));
    let mut below = |list: &ChildList<'c>, child: &Child<'c>| child_run(around, &run, main, list, child);
    row.map_children(&eval, &mut below);
    let mut checks = vec![eval.check(&row)];
    check_children(&eval, &row, &mut below, &mut checks);
    let mut problems = Problems::default();
    for fault in row.all_faults() {
        problems.fault(fault, known);
    }
    checks
        .iter()
        .flat_map(Checks::failures)
        .for_each(|check| problems.check(check));
    let spoken = (&run.mode, &target);
    let texts = language::map(ctx, voices, ready.received.place, spoken, &mut problems);
    let mapped = Mapped {
        row: &row,
        texts: &texts,
    };
    let (mut plan, end, to) = write::plan(ctx, ready, known, around, &target, &mapped, &mut problems);
    plan.checkpoints.extend(
        checks
            .iter()
            .flat_map(Checks::warnings)
            .map(|check| warning(ctx, ready, check)),
    );
    let planned = match problems.end() {
        Some(end) => Planned::nothing(end),
        None => Planned { plan, end },
    };
    match ctx.preview {
        Some(_) => Imported {
            planned,
            payloads: payloads(ctx, ready),
            mapped: Some(rendered(&row, &texts)),
            ..Imported::nothing(End::Unchanged(None))
        },
        None => Imported {
            planned,
            wrote: took::wrote(&row),
            to: Some(to),
            ..Imported::nothing(End::Unchanged(None))
        },
    }
}

fn run_of<'c>(ctx: &Importing<'c>, ready: &Ready<'_>, target: &Target) -> Run<'c> {
    let place = ready.received.place;
    let mode = match (target, changed(ctx, place)) {
        (Target::New, _) => Mode::Create,
        (Target::Bound(_), Some(changed)) => Mode::Partial(changed),
        (Target::Bound(_) | Target::Adopted(_), _) => Mode::Update,
    };
    let bound = ready
        .received
        .bound
        .as_ref()
        .map(|bound| bound.fields.clone())
        .unwrap_or_default();
    Run {
        bound,
        ..circumstances(ctx, place, mode, target.current().cloned())
    }
}

/// Checks of children, and of theirs.
fn check_children<'c>(
    eval: &Eval<'_, 'c>,
    row: &Row<'c>,
    run_of: &mut dyn FnMut(&ChildList<'c>, &Child<'c>) -> Run<'c>,
    checks: &mut Vec<Checks>,
) {
    for list in row.children_of() {
        for child in &list.children {
            let (Some(via), Some(mapped)) = (list.via, &child.row) else {
                continue;
            };
            let run = run_of(list, child);
            // What cannot be decided here could not be decided when the child was mapped, and was reported then.
            let Ok(sources) = child_sources(eval, via, (&child.element, child.position), &run) else {
                continue;
            };
            let below = Eval::new(&sources, eval.resolved(), &run);
            checks.push(below.check(mapped));
            check_children(&below, mapped, run_of, checks);
        }
    }
}

fn warning(ctx: &Importing<'_>, ready: &Ready<'_>, check: &CheckResult) -> NewCheckpoint {
    let reason = match &check.reason {
        Ok(reason) => reason.clone(),
        Err(fault) => fault.to_string(),
    };
    checkpoint(ctx, ready.received.place, format!("{} {reason}", check.place))
}

/// A record that a person must look at.
pub(crate) fn checkpoint(ctx: &Importing<'_>, place: usize, reason: String) -> NewCheckpoint {
    let key = ctx.requests.get(place).map(|request| request.record.key.clone());
    NewCheckpoint {
        instance: ctx.instance().to_owned(),
        external: ctx.external().name.to_owned(),
        key: key.unwrap_or_else(|| crate::value::Key(String::new())),
        reason,
    }
}

/// What the rules wrote, for people: the record, then its texts by language.
fn rendered(row: &Row<'_>, texts: &[Texts]) -> String {
    let texts = texts.iter();
    texts.fold(row.render(), |text, Texts { language, rendered, .. }| {
        format!("{text}\nin {language}: {rendered}")
    })
}

/// A record that is in order. One that is older than what is stored was not looked at, and says nothing.
pub(crate) fn settled(ctx: &Importing<'_>, place: usize, end: &End) -> Option<Settled> {
    let outcome = match end {
        End::Created | End::Updated | End::Unchanged(None) => end.sync_outcome()?,
        End::Unchanged(Some(_))
        | End::Skipped(_)
        | End::Failed { .. }
        | End::Review(_)
        | End::Retry { .. }
        | End::Waits { .. }
        | End::Joined(_)
        | End::Busy(_)
        | End::Cancelled => return None,
    };
    Some(Settled {
        instance: ctx.instance().to_owned(),
        external: ctx.external().name.to_owned(),
        key: ctx.requests.get(place)?.record.key.clone(),
        outcome,
    })
}

/// What was read, for people: each source that was sent.
pub(crate) fn payloads(ctx: &Importing<'_>, ready: &Ready<'_>) -> Vec<(String, String)> {
    let main = shown(ctx, 0, ready.received.slots.payload());
    let joined = ready
        .joined
        .iter()
        .map(|(source, elements)| shown(ctx, *source, elements.payload()));
    [main].into_iter().chain(joined).collect()
}

/// What was read of a source, for people: its alias, and its JSON without what must not be printed.
pub(crate) fn shown(ctx: &Importing<'_>, source: usize, payload: &str) -> (String, String) {
    let Some(source) = ctx.mapper.info().sources.get(source) else {
        return Default::default();
    };
    let text = if source.external.sensitive.is_empty() {
        payload.to_owned()
    } else {
        // A payload that is no JSON cannot be searched for secrets.
        masked(payload, source.external.sensitive).unwrap_or_else(|_| MASK.to_owned())
    };
    (source.alias.to_owned(), text)
}

fn masked(payload: &str, names: &[&str]) -> serde_json::Result<String> {
    let mut value: Value = serde_json::from_str(payload)?;
    mask(&mut value, names);
    serde_json::to_string(&value)
}

fn mask(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if names.contains(&name.as_str()) && !value.is_null() {
                    *value = MASK.into();
                } else {
                    mask(value, names);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| mask(element, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn what_is_sensitive_is_masked_wherever_it_stands_and_digits_stay() {
        let payload =
            r#"{"a":1.50,"hash":"x","list":[{"hash":7,"b":{"hash":{"c":1}}}],"hash2":"y","map":{"k":{"hash":null}}}"#;
        let expected = r#"{"a":1.50,"hash":"***","list":[{"hash":"***","b":{"hash":"***"}}],"hash2":"y","map":{"k":{"hash":null}}}"#;
        assert_eq!(masked(payload, &["hash"]).expect("JSON"), expected);
        assert!(masked("<html>", &["hash"]).is_err());
    }
}
