//! Import: records of the other side to plans. A claim of records is read, looked up and mapped together; each gets a plan of its own.
//!
//! Nothing is written here but records that others refer to, each in a transaction of its own, before the record that needs them.

mod adopt;
mod around;
mod language;
mod lookup;
mod map;
mod preview;
mod receive;
mod stop;
mod took;
pub(crate) mod verdict;
mod write;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

pub use preview::{Tried, try_import};
pub(crate) use receive::in_parallel;

use crate::connector::ExternalType;
use crate::environment::Environment;
use crate::mapper::Mapper;
use crate::model::Model;
use crate::plan::{Plan, RunEntry};
use crate::store::{Bound, Completed};
use crate::sync::handler::{importer, lacks};
use crate::sync::loaded;
use crate::sync::payload::{CountsAs, ImportRecord, Link};
use crate::sync::{End, Importer, Planned, Request};
use crate::value::{Key, RecordId, Stored, StoredRecord};
use preview::Preview;

/// How often the plan of a dependency is made again because the data under it changed.
const REPLANS: u32 = 3;
/// How many dependencies are read and planned at once.
const TOGETHER: usize = 100;

/// Imports records as their mapping says.
#[derive(Clone, Copy, Debug)]
pub struct MappingImporter {
    mapper: &'static dyn Mapper,
}

impl MappingImporter {
    /// For the records of this mapping.
    pub fn new(mapper: &'static dyn Mapper) -> Self {
        Self { mapper }
    }
}

#[async_trait]
impl Importer for MappingImporter {
    fn external(&self) -> &'static ExternalType {
        self.mapper.info().external
    }

    async fn plan(&self, env: &Environment, records: &[Request]) -> Vec<Planned> {
        fail::fail_point!("sync::plan");
        let importing = Importing {
            env,
            mapper: self.mapper,
            requests: records,
            preview: None,
        };
        importing
            .plan()
            .await
            .into_iter()
            .map(|imported| imported.planned)
            .collect()
    }
}

/// The import of some records of one type, in one environment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Importing<'c> {
    env: &'c Environment,
    mapper: &'static dyn Mapper,
    requests: &'c [Request],
    /// Present: nothing is written, records that would be are pretended.
    preview: Option<&'c Preview>,
}

/// What became of one record; the texts are there for previews only.
#[derive(Debug)]
struct Imported {
    planned: Planned,
    /// What was read: alias and JSON of each source.
    payloads: Vec<(String, String)>,
    /// What the rules wrote, for people.
    mapped: Option<String>,
    /// The fields of the record that rules wrote.
    wrote: Vec<took::Wrote>,
    /// The record it went to.
    to: Option<Stored>,
}

impl Imported {
    fn nothing(end: End) -> Self {
        Self {
            planned: Planned::nothing(end),
            payloads: Vec::new(),
            mapped: None,
            wrote: Vec::new(),
            to: None,
        }
    }
}

/// One place per record of a claim, filled as records end.
#[derive(Debug)]
struct Board {
    places: Vec<Option<Imported>>,
}

impl Board {
    fn new(records: usize) -> Self {
        Self {
            places: (0..records).map(|_| None).collect(),
        }
    }

    fn put(&mut self, place: usize, imported: Imported) {
        if let Some(cell) = self.places.get_mut(place) {
            *cell = Some(imported);
        }
    }

    fn end(&mut self, place: usize, end: End) {
        self.put(place, Imported::nothing(end));
    }

    /// Whether a record has ended.
    fn has_ended(&self, place: usize) -> bool {
        self.places.get(place).is_some_and(Option::is_some)
    }

    /// What is said of a record that has ended.
    fn ended(&mut self, place: usize) -> Option<&mut Imported> {
        self.places.get_mut(place)?.as_mut()
    }

    /// All records; those that have not ended end like this.
    fn rest(self, end: &End) -> Vec<Imported> {
        self.places
            .into_iter()
            .map(|place| place.unwrap_or_else(|| Imported::nothing(end.clone())))
            .collect()
    }
}

impl<'c> Importing<'c> {
    /// Plans all records: one answer for each, in the order given.
    async fn plan(&self) -> Vec<Imported> {
        let mut board = Board::new(self.requests.len());
        let unfinished = End::Failed {
            kind: "crashed".to_owned(),
            reason: "the record was lost on its way through the import; please report it".to_owned(),
        };
        let mut imported = match self.stages(&mut board).await {
            Ok(()) => board.rest(&unfinished),
            Err(end) => board.rest(&end),
        };
        for (place, imported) in imported.iter_mut().enumerate() {
            let Planned { plan, end } = &mut imported.planned;
            if let End::Review(reason) = end {
                plan.checkpoints.push(map::checkpoint(self, place, reason.clone()));
            }
            if plan.checkpoints.is_empty() {
                plan.settled.extend(map::settled(self, place, end));
            }
        }
        imported
    }

    /// From payloads to plans. An error ends all records that have not ended yet.
    async fn stages(&self, board: &mut Board) -> Result<(), End> {
        let received = receive::receive(self, board).await?;
        let joined = receive::join(self, &received, board).await;
        let ready = receive::sources(self, &received, &joined, board);
        stop::at_once(self, &ready, board);
        let spoken = language::read(self, &received, board).await?;
        let voices = language::sources(self, &spoken, &joined, board);
        let asking: Vec<lookup::Asking<'_, '_>> = ready.iter().chain(&voices).map(receive::Ready::asking).collect();
        let mut known = lookup::answer(self, &asking, self.mapper.info().strata, board).await?;
        drop(asking);
        let known_of_voices = known.split_off(ready.len());
        stop::of_children(self, &ready, &known, board);
        stop::keep(self, &ready, board);
        let going_on = ready.into_iter().zip(known);
        let (ready, known): (Vec<_>, Vec<_>) = going_on
            .filter(|(ready, _)| !board.has_ended(ready.received.place))
            .unzip();
        let around = around::look(self, &ready, &known, board).await?;
        let voices = language::Voices::of(self, &voices, &known_of_voices, &around).await?;
        for (ready, known) in ready.iter().zip(&known) {
            if !board.has_ended(ready.received.place) {
                let imported = map::imported(self, ready, known, &around, &voices);
                board.put(ready.received.place, imported);
            }
        }
        self.agree(&ready, board).await;
        Ok(())
    }

    /// Of a type that is exported, too: notes what both sides hold now.
    async fn agree(&self, ready: &[receive::Ready<'_>], board: &mut Board) {
        let export = self.env.export_mapper(self.external().name).ok();
        let (Some(export), None) = (export, self.preview) else {
            return;
        };
        for received in ready.iter().map(|ready| ready.received) {
            if let Some(imported) = board.ended(received.place) {
                took::note(self, export, received, imported).await;
            }
        }
    }

    fn boxed(&self) -> Pin<Box<dyn Future<Output = Vec<Imported>> + Send + '_>> {
        Box::pin(self.plan())
    }

    fn external(&self) -> &'static ExternalType {
        self.mapper.info().external
    }

    fn instance(&self) -> &str {
        &self.env.instance.name
    }

    /// What keys lead to; answers in the order given.
    async fn bound(&self, external: &'static ExternalType, keys: &[Key]) -> Result<Vec<Option<Bound>>, End> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let binder = self.env.binder(external).map_err(|error| lacks(&error))?;
        let bound = binder.to_internal(&*self.env.store, self.instance(), keys).await;
        bound.map_err(|error| verdict::of_binder(&error))
    }

    /// The record that a preview pretends to have imported.
    fn pretended(&self, external: &'static ExternalType, key: &Key) -> Option<RecordId> {
        self.preview?.bound(external, key)
    }

    /// Records by number, pretended ones included.
    async fn read(
        &self,
        model: &'static Model,
        ids: &[RecordId],
        fields: &[&'static str],
    ) -> Result<Vec<Option<StoredRecord>>, End> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut records = loaded::read(self.env, model, ids, fields).await?;
        if let Some(preview) = self.preview {
            for (id, record) in ids.iter().zip(&mut records) {
                if record.is_none() {
                    *record = preview.record(model, *id, fields);
                }
            }
        }
        Ok(records)
    }

    /// Imports records that others need, each in a transaction of its own; how each ended, in the order given. With a key
    /// come the records that led to it.
    async fn dependencies(&self, external: &'static ExternalType, needed: &[(Key, &[Link])]) -> Vec<End> {
        let mut ends = Vec::with_capacity(needed.len());
        for some in needed.chunks(TOGETHER) {
            let request = |(key, chain): &(Key, &[Link])| self.dependency_request(external, key, chain);
            let requests: Vec<Request> = some.iter().map(request).collect();
            match self.preview {
                Some(preview) => {
                    for request in &requests {
                        ends.push(self.pretend_once(preview, external, request).await);
                    }
                }
                None => ends.extend(self.import_together(external, &requests).await),
            }
        }
        ends
    }

    /// Plans records together and applies each plan by itself; a plan whose ground has changed is made again.
    async fn import_together(&self, external: &'static ExternalType, requests: &[Request]) -> Vec<End> {
        let importer = match importer(self.env, external.name) {
            Ok(importer) => importer,
            Err(error) => return requests.iter().map(|_| lacks(&error)).collect(),
        };
        let mut ends: Vec<Result<End, String>> = requests.iter().map(|_| Err(String::new())).collect();
        for _ in 0..=REPLANS {
            let (open, asked): (Vec<_>, Vec<Request>) = ends
                .iter_mut()
                .zip(requests)
                .filter(|(end, _)| end.is_err())
                .map(|(end, request)| (end, request.clone()))
                .unzip();
            if asked.is_empty() {
                break;
            }
            let planned = importer.plan(self.env, &asked).await;
            for ((end, request), planned) in open.into_iter().zip(&asked).zip(planned) {
                *end = self.apply_dependency(request, planned).await;
            }
        }
        let ended = |(end, request): (Result<End, String>, &Request)| {
            end.unwrap_or_else(|why| {
                End::Busy(format!(
                    "{} changed each time while it was imported: {why}",
                    request.record.link()
                ))
            })
        };
        ends.into_iter().zip(requests).map(ended).collect()
    }

    /// How a record ended; an error: why its plan must be made again.
    async fn apply_dependency(&self, request: &Request, planned: Planned) -> Result<End, String> {
        let Planned { mut plan, end } = planned;
        plan.entries.extend(dependency_entry(request, &end));
        match self.env.store.apply(&plan).await {
            Ok(Completed::Applied(_)) => Ok(end),
            Ok(Completed::Stale(reason)) => Err(reason),
            Ok(Completed::Refused(reason)) => Ok(self.refused(request, reason).await),
            Ok(Completed::Lost) => Ok(End::Busy("the record was taken over by somebody else".to_owned())),
            Err(error) => Ok(End::from(&error)),
        }
    }

    /// What was sent together with the record that needs it is not read again.
    fn dependency_request(&self, external: &'static ExternalType, key: &Key, chain: &[Link]) -> Request {
        let first = self.requests.first();
        let claim = first.map(|first| Arc::clone(&first.claim)).unwrap_or_default();
        let sent = claim
            .iter()
            .find(|record| record.external == external.name && record.key == *key);
        let record = ImportRecord {
            record: sent.and_then(|sent| sent.record.clone()),
            revision: sent.and_then(|sent| sent.revision.clone()),
            chain: chain.to_vec(),
            counts_as: CountsAs::Dependency,
            ..ImportRecord::by_key(external.name, key.clone())
        };
        Request {
            record,
            run: first.and_then(|first| first.run),
            now: self.env.session.now,
            claim,
        }
    }

    /// One that another record has needed before is not pretended again.
    async fn pretend_once(&self, preview: &Preview, external: &'static ExternalType, request: &Request) -> End {
        match self.pretended(external, &request.record.key) {
            Some(_) => End::Unchanged(None),
            None => self.pretend(preview, external, request).await,
        }
    }

    async fn pretend(&self, preview: &Preview, external: &'static ExternalType, request: &Request) -> End {
        let mapper = match self.env.import_mapper(external.name, None) {
            Ok(mapper) => mapper,
            Err(error) => return lacks(&error),
        };
        let requests = std::slice::from_ref(request);
        let inner = Importing {
            env: self.env,
            mapper,
            requests,
            preview: Some(preview),
        };
        let Some(imported) = inner.boxed().await.pop() else {
            return End::data("nothing was planned");
        };
        preview.pretend(self.env, &request.record, &imported.planned)
    }

    /// Keeps the reason why the database refused a dependency.
    async fn refused(&self, request: &Request, reason: String) -> End {
        let end = End::data(reason);
        let mut plan = Plan::default();
        plan.entries.extend(dependency_entry(request, &end));
        let first = end.reason().unwrap_or_default().to_owned();
        match self.env.store.apply(&plan).await {
            Ok(Completed::Applied(_)) => end,
            // The reason that is told is the first; that it is not counted must not be lost either.
            Ok(Completed::Refused(second)) => End::data(format!("{first}\nthis could not be counted: {second}")),
            Ok(Completed::Stale(second)) => End::Busy(format!("{first}\nthis was not counted: {second}")),
            Ok(Completed::Lost) => End::Busy(format!(
                "{first}\nthis was not counted: somebody else took the record over"
            )),
            Err(error) => End::from(&error),
        }
    }
}

fn dependency_entry(request: &Request, end: &End) -> Option<RunEntry> {
    Some(RunEntry {
        run: request.run?,
        external: request.record.external.clone(),
        key: request.record.key.clone(),
        outcome: Some(end.sync_outcome()?),
        dependency: true,
        job: None,
    })
}
