//! `changes find Order by order_id`: a record that is joined to others and has no import of its own. Its import finds out which
//! main records it belongs to, and makes a job for each of them: they read it anew.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::connector::ExternalType;
use crate::environment::Environment;
use crate::mapper::{Changes, Leads, Mapper, Source, canonical_key, store};
use crate::plan::{Plan, RunEntry};
use crate::scan::scan_owned;
use crate::sync::fetch::{self, Read};
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
