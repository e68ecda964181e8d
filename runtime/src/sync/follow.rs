//! `changes find Order by order_id`: a record that is joined to others. Its import finds out which main records it belongs to, and makes
//! a job for each of them: they read it anew. Where it has an import of its own, too, that one says how it ended.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::value::RawValue;

use crate::connector::ExternalType;
use crate::environment::Environment;
use crate::mapper::{Changes, Leads, Mapper, Source, canonical_key, store};
use crate::plan::{Plan, RunEntry};
use crate::scan::scan_owned;
use crate::sync::fetch::{self, Read};
use crate::sync::import::{MappingImporter, in_parallel};
use crate::sync::payload::{ImportRecord, Link, import_job, priority};
use crate::sync::{End, Importer, Planned, Request};
use crate::value::{Key, Stored};

/// A mapping that a change of a joined record concerns.
#[derive(Clone, Copy, Debug)]
pub struct Follower {
    /// The mapping of the main record.
    pub mapper: &'static dyn Mapper,
    /// How the joined record leads to it.
    pub changes: Changes,
}

impl Follower {
    /// The joined source.
    pub fn source(&self) -> Option<&'static Source> {
        self.mapper.info().sources.get(self.changes.source)
    }
}

/// Imports the main records of a joined one.
#[derive(Clone, Debug)]
pub struct FollowImporter {
    external: &'static ExternalType,
    followers: Vec<Follower>,
}

impl FollowImporter {
    /// For records of this type, which these mappings join.
    pub fn new(external: &'static ExternalType, followers: Vec<Follower>) -> Self {
        Self { external, followers }
    }
}

#[async_trait]
impl Importer for FollowImporter {
    fn external(&self) -> &'static ExternalType {
        self.external
    }

    async fn plan(&self, env: &Environment, records: &[Request]) -> Vec<Planned> {
        let mut read = Vec::with_capacity(records.len());
        for request in records {
            read.push(self.named(env, &request.record).await);
        }
        let found = match self.found(env, &read).await {
            Ok(found) => found,
            Err(end) => return records.iter().map(|_| Planned::nothing(end.clone())).collect(),
        };
        let one = |(request, named): (&Request, Result<Vec<Named>, End>)| match named {
            Ok(named) => self.planned(env, request, &named, &found),
            Err(end) => Planned::nothing(end),
        };
        records.iter().zip(read).map(one).collect()
    }
}

/// Imports records of a type that is joined to others, and those others with them.
#[derive(Clone, Debug)]
pub struct OwnAndFollowImporter {
    own: MappingImporter,
    others: FollowImporter,
}

impl OwnAndFollowImporter {
    /// For records that this importer imports, and these mappings join.
    pub fn new(own: MappingImporter, followers: Vec<Follower>) -> Self {
        let others = FollowImporter::new(own.external(), followers);
        Self { own, others }
    }

    /// The same requests with what the other side has, so that it is asked once. What it does not have is left to the own import.
    async fn read(&self, env: &Environment, records: &[Request]) -> Vec<Request> {
        let mut read = records.to_vec();
        let open = |record: &ImportRecord| record.record.is_none() && !record.names_position();
        let missing = records.iter().enumerate().filter(|(_, request)| open(&request.record));
        let missing: Vec<(usize, Key)> = missing.map(|(at, request)| (at, request.record.key.clone())).collect();
        let external = self.own.external();
        let call = |env: Environment, key: Key| async move { fetch::read(&env, external, &key).await };
        for (at, answer) in in_parallel(env, missing, call).await {
            let (Ok(Read::Found(bytes)), Some(request)) = (answer, read.get_mut(at)) else {
                continue;
            };
            let text = String::from_utf8(bytes)
                .ok()
                .and_then(|text| RawValue::from_string(text).ok());
            if text.is_some() {
                (request.record.record, request.record.revision) = (text, None);
            }
        }
        read
    }
}

#[async_trait]
impl Importer for OwnAndFollowImporter {
    fn external(&self) -> &'static ExternalType {
        self.own.external()
    }

    async fn plan(&self, env: &Environment, records: &[Request]) -> Vec<Planned> {
        let records = self.read(env, records).await;
        let mut planned = self.own.plan(env, &records).await;
        let follows = planned.iter().enumerate().filter(|(_, planned)| is_news(&planned.end));
        let places: Vec<usize> = follows.map(|(at, _)| at).collect();
        let followed: Vec<Request> = places.iter().filter_map(|at| records.get(*at).cloned()).collect();
        for (at, others) in places.into_iter().zip(self.others.plan(env, &followed).await) {
            if let Some(own) = planned.get_mut(at) {
                with_others(own, others);
            }
        }
        planned
    }
}

/// Whether others may have to be imported because of a record: not because of one that is older than what is known, nor because of
/// one that comes again.
fn is_news(end: &End) -> bool {
    match end {
        End::Created | End::Updated | End::Unchanged(None) | End::Skipped(_) | End::Failed { .. } | End::Review(_) => {
            true
        }
        End::Unchanged(Some(_))
        | End::Retry { .. }
        | End::Waits { .. }
        | End::Joined(_)
        | End::Busy(_)
        | End::Cancelled => false,
    }
}

/// Adds the jobs of the others; a record that nobody can say the others of ends like that, because nothing may be lost of it.
fn with_others(own: &mut Planned, others: Planned) {
    // It belongs to nobody, or to somebody who was not imported yet and brings it along: that is no mistake.
    if !matches!(others.end, End::Joined(_) | End::Skipped(_)) {
        if !matches!(own.end, End::Failed { .. } | End::Review(_)) {
            *own = Planned::nothing(others.end);
        }
        return;
    }
    let before = u32::try_from(own.plan.jobs.len()).unwrap_or(u32::MAX);
    own.plan.jobs.extend(others.plan.jobs);
    own.plan
        .entries
        .extend(others.plan.entries.into_iter().map(|entry| RunEntry {
            job: entry.job.map(|job| job.saturating_add(before)),
            ..entry
        }));
}

/// What a joined record says of the main record of one mapping.
#[derive(Clone, Debug, PartialEq)]
enum Named {
    /// Nothing.
    Nothing,
    /// Its key.
    Key(Key),
    /// The value of a field of its binding.
    Value(Stored),
}

/// Main records by follower and by the text of the value that named them.
type Found = BTreeMap<(usize, String), Vec<Key>>;

impl FollowImporter {
    /// What a record names, by follower.
    async fn named(&self, env: &Environment, record: &ImportRecord) -> Result<Vec<Named>, End> {
        let payload = match &record.record {
            Some(raw) => raw.get().as_bytes().to_vec(),
            None => match fetch::read(env, self.external, &record.key).await? {
                Read::Found(bytes) => bytes,
                Read::Gone(why) => {
                    let (external, key) = (self.external.name, &record.key);
                    let reason = format!("{external} {key} no longer exists at `{}` ({why})", env.instance.name);
                    return Err(End::Skipped(reason));
                }
            },
        };
        let named = self.followers.iter().map(|follower| named_by(follower, &payload));
        named.collect()
    }

    /// One query for each mapping that finds its records by a field of their binding.
    async fn found(&self, env: &Environment, read: &[Result<Vec<Named>, End>]) -> Result<Found, End> {
        let mut found = Found::new();
        for (at, follower) in self.followers.iter().enumerate() {
            let Leads::ByBinding(field) = follower.changes.leads else {
                continue;
            };
            let info = follower.mapper.info();
            let binding = info.external.binding.as_ref();
            let Some(field) = binding.and_then(|binding| binding.fields.get(field)) else {
                continue;
            };
            let mut values: Vec<Stored> = Vec::new();
            for named in read.iter().flatten() {
                if let Some(Named::Value(value)) = named.get(at)
                    && !values.contains(value)
                {
                    values.push(value.clone());
                }
            }
            if values.is_empty() {
                continue;
            }
            let bound = env
                .store
                .bound_with(info.external, &env.instance.name, field.name, &values)
                .await
                .map_err(|error| End::from(&error))?;
            for (value, bound) in values.iter().zip(bound) {
                let keys = bound.into_iter().map(|bound| bound.key).collect();
                found.insert((at, shown(value)), keys);
            }
        }
        Ok(found)
    }

    fn planned(&self, env: &Environment, request: &Request, named: &[Named], found: &Found) -> Planned {
        let mut plan = Plan::default();
        let mut links: Vec<Link> = Vec::new();
        let mut missing: Vec<String> = Vec::new();
        for (at, (follower, named)) in self.followers.iter().zip(named).enumerate() {
            let info = follower.mapper.info();
            let keys = match named {
                Named::Nothing => continue,
                Named::Key(key) => vec![key.clone()],
                Named::Value(value) => found.get(&(at, shown(value))).cloned().unwrap_or_default(),
            };
            if let (Named::Value(value), true) = (named, keys.is_empty()) {
                missing.push(format!(
                    "no {} was imported yet to which {} leads; its own import brings what is joined to it",
                    info.external.name,
                    shown(value)
                ));
            }
            for key in keys {
                let record = ImportRecord::by_key(info.external.name, key);
                if links.contains(&record.link()) {
                    continue;
                }
                let job = import_job(info.external, &env.instance.name, &record, priority(info), request.run);
                match job {
                    Ok(job) => add(&mut plan, job, &record, request.run),
                    Err(error) => return Planned::nothing(End::data(format!("{}: {error}", record.link()))),
                }
                links.push(record.link());
            }
        }
        let end = match (links.is_empty(), missing.is_empty()) {
            (false, _) => {
                let links: Vec<String> = links.iter().map(Link::to_string).collect();
                End::Joined(format!("imports {}", links.join(", ")))
            }
            (true, false) => End::Skipped(missing.join("\n")),
            (true, true) => End::Skipped("it names no record that it belongs to".to_owned()),
        };
        Planned { plan, end }
    }
}

fn named_by(follower: &Follower, payload: &[u8]) -> Result<Named, End> {
    let info = follower.mapper.info();
    let Some(source) = follower.source() else {
        return Err(End::data("the mapping has no such source"));
    };
    let slots = scan_owned(source.shape, payload.to_vec()).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        End::data(lines.join("\n"))
    })?;
    let value = slots.record().get(follower.changes.slot);
    if value.is_absent() {
        return Ok(Named::Nothing);
    }
    match follower.changes.leads {
        Leads::ByKey => Ok(canonical_key(&value).map_or(Named::Nothing, Named::Key)),
        Leads::ByBinding(field) => {
            let binding = info.external.binding.as_ref();
            let Some(field) = binding.and_then(|binding| binding.fields.get(field)) else {
                return Err(End::data("the binding has no such field"));
            };
            let stored = store(value, field).map_err(|fault| End::data(fault.to_string()))?;
            Ok(Named::Value(stored))
        }
    }
}

/// A job and the entry that it ends.
fn add(plan: &mut Plan, job: crate::queue::NewJob, record: &ImportRecord, run: Option<i64>) {
    let position = u32::try_from(plan.jobs.len()).unwrap_or(u32::MAX);
    plan.jobs.push(job);
    plan.entries.extend(run.map(|run| RunEntry {
        run,
        external: record.external.clone(),
        key: record.key.clone(),
        outcome: None,
        dependency: false,
        job: Some(position),
    }));
}

fn shown(value: &Stored) -> String {
    crate::json::writer::stored_text(value)
}
