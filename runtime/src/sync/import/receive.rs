//! Payloads: those of a claim, those that must be read, those that are joined. Each is scanned once.

use tokio::task::{JoinError, JoinSet};

use crate::environment::Environment;
use crate::mapper::{Sources, Step};
use crate::scan::{Elements, Slots, scan_owned};
use crate::store::Bound;
use crate::sync::fetch::{self, Read};
use crate::sync::identity::{compare, identify};
use crate::sync::import::lookup::Asking;
use crate::sync::import::map::Exists;
use crate::sync::import::{Board, Imported, Importing, map, verdict};
use crate::sync::join::{self, Fetch, Joined};
use crate::sync::payload::{ImportRecord, Link};
use crate::sync::{End, Request, absent};
use crate::value::Key;

/// Calls to the other side at a time.
const CALLS: usize = 4;

/// A record whose payload is here and can be read.
#[derive(Debug)]
pub(crate) struct Received {
    /// Its place in the claim.
    pub(crate) place: usize,
    /// Itself.
    pub(crate) link: Link,
    /// The records that led to it, itself the last.
    pub(crate) chain: Vec<Link>,
    /// What its key leads to.
    pub(crate) bound: Option<Bound>,
    /// Its time of change.
    pub(crate) revision: Option<String>,
    /// The language it was read in; absent: the base.
    pub(crate) language: Option<String>,
    /// The payload.
    pub(crate) slots: Slots<'static>,
}

/// A record whose sources are all decided.
#[derive(Debug)]
pub(crate) struct Ready<'s> {
    /// Where it comes from.
    pub(crate) received: &'s Received,
    /// What is joined to it, by source.
    pub(crate) joined: &'s [(usize, Elements<'static>)],
    /// Its sources.
    pub(crate) sources: Sources<'s>,
}

impl<'s> Ready<'s> {
    /// What it asks lookups with.
    pub(crate) fn asking(&self) -> Asking<'_, 's> {
        Asking {
            place: self.received.place,
            sources: &self.sources,
            chain: &self.received.chain,
            language: self.received.language.as_deref(),
            exists: self.exists(),
        }
    }

    /// Whether it is stored already.
    pub(crate) fn exists(&self) -> Exists {
        match self.received.bound {
            Some(_) => Exists::Yes,
            None => Exists::Unknown,
        }
    }
}

/// Reads what must be read, and scans all.
pub(crate) async fn receive(ctx: &Importing<'_>, board: &mut Board) -> Result<Vec<Received>, End> {
    let payloads = payloads(ctx).await;
    let mut named = Vec::new();
    for ((place, request), payload) in ctx.requests.iter().enumerate().zip(payloads) {
        match payload.and_then(|payload| name(ctx, request, payload)) {
            Ok(one) => named.push((place, request, one)),
            Err(end) => board.end(place, end),
        }
    }
    let keys: Vec<Key> = named.iter().map(|(_, _, named)| named.key.clone()).collect();
    let bound = ctx.bound(ctx.external(), &keys).await?;
    let mut received = Vec::new();
    for ((place, request, named), bound) in named.into_iter().zip(bound) {
        let payloads = previewed(ctx, &named.payload);
        match take(ctx, place, request, named, bound) {
            Ok(one) => received.push(one),
            Err(end) => board.put(
                place,
                Imported {
                    payloads,
                    ..Imported::nothing(end)
                },
            ),
        }
    }
    Ok(received)
}

/// What a preview shows of a record that may turn out to be unreadable.
fn previewed(ctx: &Importing<'_>, payload: &Read) -> Vec<(String, String)> {
    match (payload, ctx.preview) {
        (Read::Found(bytes), Some(_)) => vec![map::shown(ctx, 0, &String::from_utf8_lossy(bytes))],
        (Read::Found(_) | Read::Gone(_), _) => Vec::new(),
    }
}

/// A payload with its key.
struct Named {
    key: Key,
    revision: Option<String>,
    payload: Read,
}

async fn payloads(ctx: &Importing<'_>) -> Vec<Result<Read, End>> {
    let mut payloads: Vec<Option<Result<Read, End>>> =
        ctx.requests.iter().map(|request| given(&request.record)).collect();
    let missing: Vec<(usize, Key)> = payloads
        .iter()
        .zip(ctx.requests)
        .enumerate()
        .filter(|(_, (payload, _))| payload.is_none())
        .map(|(place, (_, request))| (place, request.record.key.clone()))
        .collect();
    let external = ctx.external();
    let read = |env: Environment, key: Key| async move { fetch::read(&env, external, &key).await };
    for (place, answer) in in_parallel(ctx.env, missing, read).await {
        if let Some(cell) = payloads.get_mut(place) {
            *cell = Some(answer);
        }
    }
    let lost = || Err(End::Busy("the call to the other side was broken off".to_owned()));
    payloads
        .into_iter()
        .map(|payload| payload.unwrap_or_else(lost))
        .collect()
}

/// What came with the job; absent: it must be read.
fn given(record: &ImportRecord) -> Option<Result<Read, End>> {
    match &record.record {
        Some(raw) => Some(Ok(Read::Found(raw.get().as_bytes().to_vec()))),
        None if record.names_position() => Some(Err(End::data(format!(
            "element {} of the list is null instead of a record or a key",
            record.key
        )))),
        None => None,
    }
}

/// A few calls at a time.
pub(crate) async fn in_parallel<A, R, F, C>(env: &Environment, calls: Vec<(usize, A)>, call: C) -> Vec<(usize, R)>
where
    A: Send + 'static,
    R: Send + 'static,
    F: Future<Output = R> + Send + 'static,
    C: Fn(Environment, A) -> F,
{
    let mut answers = Vec::with_capacity(calls.len());
    let mut running = JoinSet::new();
    for (place, argument) in calls {
        if running.len() >= CALLS {
            answers.extend(running.join_next().await.and_then(answered));
        }
        let answer = call(env.clone(), argument);
        running.spawn(async move { (place, answer.await) });
    }
    while let Some(answer) = running.join_next().await {
        answers.extend(answered(answer));
    }
    answers
}

/// A call that panicked breaks off the work it is a part of: the worker knows what to do with that, and a call that is only left
/// out would be made again without end. Absent: the program ends.
fn answered<T>(joined: Result<T, JoinError>) -> Option<T> {
    match joined.map_err(JoinError::try_into_panic) {
        Ok(answer) => Some(answer),
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_)) => None,
    }
}

/// The key of a payload: that of its job, or the one it says itself where the job had none or only a key.
fn name(ctx: &Importing<'_>, request: &Request, payload: Read) -> Result<Named, End> {
    let record = &request.record;
    let external = ctx.external();
    let Read::Found(bytes) = payload else {
        return Ok(Named {
            key: record.key.clone(),
            revision: None,
            payload,
        });
    };
    let by_position = record.names_position();
    // Only a batch tells times of change, and it has read the key out of the record itself. What a person gave may be another record.
    if !by_position && record.record.is_some() && record.revision.is_some() {
        return Ok(Named {
            key: record.key.clone(),
            revision: record.revision.clone(),
            payload: Read::Found(bytes),
        });
    }
    let identity = identify(external, &bytes).map_err(|errors| verdict::of_decoding(&errors))?;
    if !by_position && identity.key != record.key {
        return Err(End::data(format!(
            "{} {} was asked for, {} was sent",
            external.name, record.key, identity.key
        )));
    }
    Ok(Named {
        key: identity.key,
        revision: identity.revision,
        payload: Read::Found(bytes),
    })
}

fn take(
    ctx: &Importing<'_>,
    place: usize,
    request: &Request,
    named: Named,
    bound: Option<Bound>,
) -> Result<Received, End> {
    let external = ctx.external();
    let Named { key, revision, payload } = named;
    let bytes = match (payload, &bound) {
        (Read::Found(bytes), _) => bytes,
        (Read::Gone(why), Some(bound)) => {
            let model = ctx.mapper.info().model.name;
            return Err(End::Review(format!(
                "{} {key} no longer exists at `{}` ({why}), but {model} {} is bound to it",
                external.name,
                ctx.instance(),
                bound.id.0
            )));
        }
        (Read::Gone(why), None) => {
            return Err(End::Skipped(absent(external.name, &key, ctx.instance(), &why)));
        }
    };
    let known = bound.as_ref().and_then(|bound| bound.revision.as_deref());
    if let (Some(sent), Some(known)) = (revision.as_deref(), known)
        && compare(sent, known).is_lt()
    {
        return Err(End::Unchanged(Some(format!("newer stored: {known}, this is {sent}"))));
    }
    let shape = ctx
        .mapper
        .info()
        .shape()
        .ok_or_else(|| End::data("the mapping has no source"))?;
    let slots = scan_owned(shape, bytes).map_err(|errors| verdict::of_decoding(&errors))?;
    let link = Link {
        external: external.name.to_owned(),
        key,
    };
    let chain = request.record.chain.iter().cloned().chain([link.clone()]).collect();
    Ok(Received {
        place,
        link,
        chain,
        bound,
        revision,
        language: None,
        slots,
    })
}

/// Fetches what is joined: rounds of calls, because a join may need another one first.
pub(crate) async fn join(ctx: &Importing<'_>, received: &[Received], board: &mut Board) -> Vec<Joined> {
    let mut joined: Vec<Joined> = received.iter().map(|_| Vec::new()).collect();
    loop {
        let mut calls = Vec::new();
        for (at, (received, joined)) in received.iter().zip(&joined).enumerate() {
            if board.places.get(received.place).is_some_and(Option::is_some) {
                continue;
            }
            match next_fetch(ctx, received, joined) {
                Ok(Some(fetch)) => calls.push((at, fetch)),
                Ok(None) => {}
                Err(end) => stop(ctx, board, received, end),
            }
        }
        if calls.is_empty() {
            return joined;
        }
        let answers = in_parallel(ctx.env, calls, |env: Environment, fetch: Fetch| async move {
            let answer = fetch::call(&env, fetch.external, fetch.operation, fetch.arguments).await;
            (fetch.source, answer)
        });
        for (at, (source, answer)) in answers.await {
            let read = answer.and_then(|bytes| elements(ctx, source, bytes));
            match (read, joined.get_mut(at), received.get(at)) {
                (Ok(elements), Some(joined), _) => joined.push((source, elements)),
                (Err(end), _, Some(received)) => stop(ctx, board, received, end),
                (Ok(_), None, _) | (Err(_), _, None) => {}
            }
        }
    }
}

/// Ends a record whose joins did not come about; a preview shows what was read of it.
fn stop(ctx: &Importing<'_>, board: &mut Board, received: &Received, end: End) {
    let payloads = match ctx.preview {
        Some(_) => vec![map::shown(ctx, 0, received.slots.payload())],
        None => Vec::new(),
    };
    let imported = Imported {
        payloads,
        ..Imported::nothing(end)
    };
    board.put(received.place, imported);
}

fn next_fetch(ctx: &Importing<'_>, received: &Received, joined: &Joined) -> Result<Option<Fetch>, End> {
    let (_, step) = decide(ctx, received, joined)?;
    join::call(ctx.env, &step)
}

/// The sources as far as they are known, and what is needed next.
pub(crate) fn decide<'s>(
    ctx: &Importing<'s>,
    received: &'s Received,
    joined: &'s Joined,
) -> Result<(Sources<'s>, Step<'s>), End> {
    let run = &map::gathering(ctx, received.place);
    join::decide(ctx.mapper, &received.slots, joined, run, |fault| {
        verdict::of_join(ctx, fault)
    })
}

fn elements(ctx: &Importing<'_>, source: usize, bytes: Vec<u8>) -> Result<Elements<'static>, End> {
    match ctx.mapper.info().sources.get(source) {
        Some(source) => join::records(ctx.env, source, bytes),
        None => Err(End::data("the mapping has no such source")),
    }
}

/// The records whose sources are all there.
pub(crate) fn sources<'s>(
    ctx: &Importing<'s>,
    received: &'s [Received],
    joined: &'s [Joined],
    board: &mut Board,
) -> Vec<Ready<'s>> {
    let mut ready = Vec::new();
    for (received, joined) in received.iter().zip(joined) {
        if board.places.get(received.place).is_some_and(Option::is_some) {
            continue;
        }
        match decide(ctx, received, joined) {
            Ok((sources, Step::Complete)) => ready.push(Ready {
                received,
                joined,
                sources,
            }),
            Ok((_, Step::Fetch { operation, .. })) => {
                board.end(received.place, End::data(format!("{operation} was not called")));
            }
            Err(end) => stop(ctx, board, received, end),
        }
    }
    ready
}
