//! Records in other languages: read once more for each language of the instance, mapped by the rules that write texts.
//!
//! What is read in a language lies over the record: only fields `per language` count, everything else is that of the base.

mod merge;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::adapter::Argument;
use crate::connector::{ExternalType, Languages};
use crate::environment::Environment;
use crate::mapper::{Assigned, Eval, Mode, Run};
use crate::plan::in_language;
use crate::scan::{Slots, scan_owned};
use crate::shape::{Field, KeyKind, Kind};
use crate::store::Translation;
use crate::sync::End;
use crate::sync::fetch::{self, Read};
use crate::sync::identity::identify;
use crate::sync::import::around::{Around, Target};
use crate::sync::import::lookup::Known;
use crate::sync::import::receive::{Ready, Received, decide, in_parallel};
use crate::sync::import::verdict::{Problems, of_decoding};
use crate::sync::import::{Board, Importing, map};
use crate::sync::join::Joined;
use crate::value::{Key, RecordId, Stored, StoredRecord};

/// How many bindings are read at a time.
const PAGE: u32 = 1000;

/// One record in one language.
#[derive(Debug)]
pub(crate) struct Spoken {
    /// Which of the received records it is.
    of: usize,
    /// Itself, in that language.
    received: Received,
}

/// A language of an instance.
#[derive(Clone, Debug)]
struct View {
    language: String,
    /// The record that stands for it, for messages.
    name: String,
    argument: Argument,
}

/// Reads all records in all languages of their instance.
pub(crate) async fn read(ctx: &Importing<'_>, received: &[Received], board: &mut Board) -> Result<Vec<Spoken>, End> {
    let Some(languages) = languages(ctx) else {
        return Ok(Vec::new());
    };
    let open = |place: usize| !board.has_ended(place) && concerns(ctx, place);
    let wanted: Vec<usize> = (0..received.len())
        .filter(|at| received.get(*at).is_some_and(|one| open(one.place)))
        .collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let views = views(ctx, languages).await?;
    let external = ctx.external();
    let mut calls = Vec::new();
    for (at, one) in wanted.iter().filter_map(|at| Some((*at, received.get(*at)?))) {
        let call = |view: &View| ((at, view.clone()), one.link.key.clone());
        calls.extend(views.iter().map(call).enumerate());
    }
    let calls = calls.into_iter().map(|(_, call)| call).enumerate().collect();
    let read = |env: Environment, ((at, view), key): ((usize, View), Key)| async move {
        let answer = fetch::read_in(&env, external, &key, view.argument.clone()).await;
        (at, view, answer)
    };
    let mut answers = in_parallel(ctx.env, calls, read).await;
    answers.sort_by_key(|(number, _)| *number);
    let mut spoken = Vec::new();
    for (_, (at, view, answer)) in answers {
        let Some(base) = received.get(at) else { continue };
        match answer.and_then(|answer| translated(ctx, base, &view, answer)) {
            Ok(received) => spoken.push(Spoken { of: at, received }),
            Err(end) => board.end(base.place, said_in(&view.language, &view.name, end)),
        }
    }
    Ok(spoken)
}

/// Whether a record may have changed in something that differs by language.
fn concerns(ctx: &Importing<'_>, place: usize) -> bool {
    let changed = ctx
        .requests
        .get(place)
        .and_then(|request| request.record.fields.as_ref());
    let shape = ctx.mapper.info().shape();
    let differs =
        |field: &Field| per_language(field) && changed.is_none_or(|names| names.iter().any(|name| is_of(name, field)));
    shape.is_some_and(|shape| shape.fields.iter().any(differs))
}

fn is_of(path: &str, field: &Field) -> bool {
    path.split('.').next() == Some(field.name)
}

fn per_language(field: &Field) -> bool {
    let inner = |shape: &'static crate::shape::Shape| shape.fields.iter().any(per_language);
    field.per_language || field.kind.nested().is_some_and(inner)
}

/// Where the languages come from; absent: the records have none, or no rule writes texts of them.
fn languages(ctx: &Importing<'_>) -> Option<Languages> {
    let info = ctx.mapper.info();
    let writes_texts = (0..info.writes.len()).any(|target| info.field(target).is_some_and(|field| field.per_language));
    let operations = ctx.env.operations(ctx.external().name).ok()?;
    operations.operation("read")?.languages.filter(|_| writes_texts)
}

/// The languages of an instance. Several records may stand for one: the first by key does.
async fn views(ctx: &Importing<'_>, languages: Languages) -> Result<Vec<View>, End> {
    let Languages { external, model, field } = languages;
    let mut bound = Vec::new();
    loop {
        let after = bound.last().map(|(key, _): &(Key, RecordId)| key.clone());
        let (store, instance) = (&ctx.env.store, ctx.instance());
        let page = store.bound_after(external, instance, after.as_ref(), PAGE).await;
        let page = page.map_err(|error| End::from(&error))?;
        let is_last = page.len() < PAGE as usize;
        bound.extend(page.into_iter().map(|bound| (bound.key, bound.id)));
        if is_last {
            break;
        }
    }
    bound.sort_by_cached_key(|(key, _)| (key.0.parse::<i64>().unwrap_or(i64::MAX), key.0.clone()));
    let ids: Vec<RecordId> = bound.iter().map(|(_, id)| *id).collect();
    let records = ctx.read(model, &ids, &[field]).await?;
    let mut views: Vec<View> = Vec::new();
    for ((key, _), record) in bound.into_iter().zip(records) {
        let Some(Stored::Text(language)) = record.as_ref().and_then(|record| record.get(field)) else {
            continue;
        };
        let language = language.trim();
        if !language.is_empty() && !views.iter().any(|view| view.language == language) {
            views.push(View {
                language: language.to_owned(),
                name: format!("{} {key}", external.name),
                argument: argument(external, &key),
            });
        }
    }
    Ok(views)
}

/// A key as the other side wants it.
fn argument(external: &'static ExternalType, key: &Key) -> Argument {
    let kind = external.key.fields.first().map_or(Kind::Text, |field| field.kind);
    match (kind, key.0.parse()) {
        (Kind::Int | Kind::Key(KeyKind::Int), Ok(number)) if external.key_parts == 1 => Argument::Int(number),
        (_, _) => Argument::Text(key.0.clone()),
    }
}

/// The record with what is different in a language. One that the other side does not have in it is that of the base.
fn translated(ctx: &Importing<'_>, base: &Received, view: &View, answer: Read) -> Result<Received, End> {
    let slots = match answer {
        Read::Gone(_) => base.slots.clone(),
        Read::Found(bytes) => over(ctx, base, bytes)?,
    };
    Ok(Received {
        place: base.place,
        link: base.link.clone(),
        chain: base.chain.clone(),
        bound: base.bound.clone(),
        revision: base.revision.clone(),
        language: Some(view.language.clone()),
        slots,
    })
}

fn over(ctx: &Importing<'_>, base: &Received, bytes: Vec<u8>) -> Result<Slots<'static>, End> {
    let identity = identify(ctx.external(), &bytes).map_err(|errors| of_decoding(&errors))?;
    if identity.key != base.link.key {
        let (asked, sent) = (&base.link, &identity.key);
        return Err(End::data(format!("{asked} was asked for, {sent} was sent")));
    }
    let info = ctx.mapper.info();
    let shape = info.shape().ok_or_else(|| End::data("the mapping has no source"))?;
    let merged = merge::over(shape, base.slots.payload(), &bytes).map_err(|error| End::data(error.to_string()))?;
    scan_owned(shape, merged).map_err(|errors| of_decoding(&errors))
}

/// An end that happened in a language.
fn said_in(language: &str, name: &str, end: End) -> End {
    let said = |reason: String| format!("in {language} ({name}): {reason}");
    match end {
        End::Failed { kind, reason } => End::Failed {
            kind,
            reason: said(reason),
        },
        End::Retry { kind, after, reason } => End::Retry {
            kind,
            after,
            reason: said(reason),
        },
        End::Review(reason) => End::Review(said(reason)),
        End::Skipped(reason) => End::Skipped(said(reason)),
        End::Busy(reason) => End::Busy(said(reason)),
        end @ (End::Created
        | End::Updated
        | End::Unchanged(_)
        | End::Waits { .. }
        | End::Joined(_)
        | End::Cancelled) => end,
    }
}

/// The records in their languages, with the sources of their base.
pub(crate) fn sources<'s>(
    ctx: &Importing<'s>,
    spoken: &'s [Spoken],
    joined: &'s [Joined],
    board: &mut Board,
) -> Vec<Ready<'s>> {
    let mut ready = Vec::new();
    for Spoken { of, received } in spoken {
        let is_open = board.places.get(received.place).is_some_and(Option::is_none);
        let Some(joined) = joined.get(*of).filter(|_| is_open) else {
            continue;
        };
        match decide(ctx, received, joined) {
            Ok((sources, _)) => ready.push(Ready {
                received,
                joined,
                sources,
            }),
            Err(end) => board.end(
                received.place,
                said_in(received.language.as_deref().unwrap_or_default(), "", end),
            ),
        }
    }
    ready
}

/// The records of a claim in their languages, with all that is known of them.
#[derive(Debug)]
pub(crate) struct Voices<'v, 's> {
    ready: &'v [Ready<'s>],
    known: &'v [Known],
    stored: BTreeMap<RecordId, Vec<Translation>>,
}

impl<'v, 's> Voices<'v, 's> {
    /// Reads the texts that are stored.
    pub(crate) async fn of(
        ctx: &Importing<'_>,
        ready: &'v [Ready<'s>],
        known: &'v [Known],
        around: &Around,
    ) -> Result<Self, End> {
        let current = |ready: &Ready<'_>| Some(around.target(ctx, ready)?.current()?.id);
        // A record that a preview pretends to have has a number below zero, and no texts yet.
        let mut ids: Vec<RecordId> = ready.iter().filter_map(current).filter(|id| id.0 > 0).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut stored = BTreeMap::new();
        if !ids.is_empty() {
            let texts = ctx.env.store.translations(ctx.mapper.info().model, &ids).await;
            stored.extend(ids.iter().copied().zip(texts.map_err(|error| End::from(&error))?));
        }
        Ok(Self { ready, known, stored })
    }

    fn stored(&self, id: RecordId) -> &[Translation] {
        self.stored.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// What the rules wrote in one language.
#[derive(Debug)]
pub(crate) struct Texts {
    /// `de_DE`
    pub(crate) language: String,
    /// The texts.
    pub(crate) values: Vec<Assigned>,
    /// What is stored.
    stored: Vec<(&'static str, Stored)>,
    /// Whether a rule waits for a record that is being imported.
    pub(crate) defers: bool,
    /// What was written, for people.
    pub(crate) rendered: String,
}

/// Runs the rules that write texts, in each language of a record.
pub(crate) fn map<'c>(
    ctx: &Importing<'c>,
    voices: &Voices<'_, 'c>,
    place: usize,
    (mode, target): (&Mode, &Target),
    problems: &mut Problems,
) -> Vec<Texts> {
    let mut all = Vec::new();
    for (ready, known) in voices.ready.iter().zip(voices.known) {
        let Some(language) = ready
            .received
            .language
            .as_deref()
            .filter(|_| ready.received.place == place)
        else {
            continue;
        };
        let current = target.current();
        let stored = current.map_or(&[][..], |record| voices.stored(record.id));
        let run = Run {
            bound: ready
                .received
                .bound
                .as_ref()
                .map(|bound| bound.fields.clone())
                .unwrap_or_default(),
            language: Some(language),
            ..map::circumstances(
                ctx,
                place,
                mode.clone(),
                current.map(|record| spoken_by(record, stored, language)),
            )
        };
        let row = Eval::new(&ready.sources, &known.resolved, &run).map();
        let mut faults = Problems::default();
        row.all_faults().iter().for_each(|fault| faults.fault(fault, known));
        let values = row.values().unwrap_or_else(|wrong| {
            wrong.iter().for_each(|fault| faults.fault(fault, known));
            crate::mapper::Values::default()
        });
        if let Some(end) = faults.end() {
            problems.end_in(said_in(language, &ready.received.link.to_string(), end));
        }
        let mut here = stored.iter().filter(|texts| texts.language == language);
        all.push(Texts {
            language: language.to_owned(),
            values: values.fields,
            stored: here.next().map(|texts| texts.texts.clone()).unwrap_or_default(),
            defers: !row.deferred().is_empty(),
            rendered: row.render(),
        });
    }
    all
}

/// A stored record as `only empty` sees it in a language: a text that there is not is empty.
fn spoken_by(record: &Arc<StoredRecord>, stored: &[Translation], language: &str) -> Arc<StoredRecord> {
    let (mut spoken, base) = record.as_ref().clone().in_language(stored, language);
    for (name, value) in &mut spoken.fields {
        if base.contains(name) {
            *value = Stored::Null;
        }
    }
    Arc::new(spoken)
}

/// The texts that are not what is stored, as a write names them. A text like that of the base is none: reads fall back to it.
pub(crate) fn differing(all: &[Texts], base: &[Assigned], current: Option<&StoredRecord>) -> BTreeMap<String, Stored> {
    let mut differing = BTreeMap::new();
    for texts in all {
        for Assigned { field, value, .. } in &texts.values {
            let written = base.iter().find(|assigned| assigned.field == *field);
            let of_base = written.map(|assigned| &assigned.value).or_else(|| current?.get(field));
            let value = if of_base == Some(value) { &Stored::Null } else { value };
            let stored = texts.stored.iter().find(|(name, _)| name == field);
            if stored.map_or(&Stored::Null, |(_, stored)| stored) != value {
                differing.insert(in_language(field, &texts.language), value.clone());
            }
        }
    }
    differing
}
