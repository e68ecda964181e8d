//! Export: records of the inside to the other side. Read, map, compare with what both sides agreed on last, send what differs.
//!
//! A `create` is announced by a row of its own before it is sent, so that one whose answer is lost is never sent again blindly.
//! The call itself is made outside of any transaction; key, marks and binding are written with the end of the job.

mod answer;
mod create;
mod empty;
pub mod jobs;
mod joined;
mod look;
pub(crate) mod lookup;
pub(crate) mod map;
mod send;
pub mod start;
mod stored;
mod trial;

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Map, Value};

pub use trial::{TriedExport, try_export};

use crate::connector::ExternalType;
use crate::environment::Environment;
use crate::mapper::Mapper;
use crate::plan::{Exported, NewCheckpoint, RunEntry};
use crate::queue::JobId;
use crate::store::{Bound, Known};
use crate::sync::payload::{ExportRecord, export_job};
use crate::sync::{End, Planned};
use crate::value::RecordId;

/// Exports records as one external type. The one that Tenon brings along, [`MappingExporter`], does what the mapping says.
#[async_trait]
pub trait Exporter: Send + Sync + std::fmt::Debug {
    /// The type.
    fn external(&self) -> &'static ExternalType;
    /// Sends records, and plans what is written about it: one answer for each, in the order given. The plans are applied
    /// together with the end of their jobs.
    async fn plan(&self, env: &Environment, records: &[ExportRequest]) -> Vec<Planned>;
}

/// A record to export.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// The record.
    pub record: ExportRecord,
    /// The job that asks.
    pub job: JobId,
    /// The run that counts it.
    pub run: Option<i64>,
    /// What `now()` says: the clock of its job.
    pub now: Timestamp,
}

/// Exports records as their mapping says.
#[derive(Clone, Copy, Debug)]
pub struct MappingExporter {
    mapper: &'static dyn Mapper,
}

impl MappingExporter {
    /// For the records of this mapping.
    pub fn new(mapper: &'static dyn Mapper) -> Self {
        Self { mapper }
    }
}

#[async_trait]
impl Exporter for MappingExporter {
    fn external(&self) -> &'static ExternalType {
        self.mapper.info().external
    }

    async fn plan(&self, env: &Environment, records: &[ExportRequest]) -> Vec<Planned> {
        let exporting = Exporting {
            env,
            mapper: self.mapper,
            trial: None,
        };
        exporting.plan(records).await
    }
}

/// The export of some records as one type, in one environment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exporting<'c> {
    env: &'c Environment,
    mapper: &'static dyn Mapper,
    /// Present: nothing is sent and nothing written; what would be is told here.
    trial: Option<&'c trial::Trial>,
}

/// A record with what is known of it.
#[derive(Debug)]
pub(crate) struct Subject<'c> {
    request: &'c ExportRequest,
    of: Exported,
    /// What is stored of it, as the mapping reads it.
    stored: &'c Map<String, Value>,
    /// Where it stands on the other side.
    bound: Option<Bound>,
    /// What both sides hold.
    known: Known,
    /// What was read there just now.
    held: Option<BTreeMap<String, String>>,
}

impl Exporting<'_> {
    async fn plan(&self, records: &[ExportRequest]) -> Vec<Planned> {
        let info = self.mapper.info();
        let same = |end: &End| records.iter().map(|_| Planned::nothing(end.clone())).collect();
        let Some(shape) = info.shape() else {
            return same(&unit("the generated mapping has no source"));
        };
        let ids: Vec<RecordId> = records.iter().map(|request| request.record.id).collect();
        let stored = match stored::read(self.env, info.model, shape, &ids).await {
            Ok(stored) => stored,
            Err(end) => return same(&end),
        };
        let mut planned = Vec::with_capacity(records.len());
        for request in records {
            let made = self.one(request, stored.get(&request.record.id)).await;
            let made = made.and_then(|planned| self.followed(request, planned));
            planned.push(made.unwrap_or_else(|end| self.ended(request, end)));
        }
        planned
    }

    async fn one(&self, request: &ExportRequest, stored: Option<&Map<String, Value>>) -> Result<Planned, End> {
        let info = self.mapper.info();
        let id = request.record.id;
        let stored =
            stored.ok_or_else(|| End::Skipped(format!("there is no {} {} any more", info.model.name, id.0)))?;
        let (store, instance) = (self.env.store.as_ref(), self.env.instance.name.as_str());
        let wrong = |error: crate::store::StoreError| End::from(&error);
        let bound = store.bindings_of(info.external, instance, id).await.map_err(wrong)?;
        let known = store
            .exported(info.external.name, instance, &[id])
            .await
            .map_err(wrong)?;
        let bound = match bound.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => {
                let keys: Vec<&str> = several.iter().map(|bound| bound.key.0.as_str()).collect();
                let (name, keys) = (info.external.name, keys.join(", "));
                return Err(End::Review(format!(
                    "{name} {keys} all lead to this record; one is meant"
                )));
            }
        };
        let subject = Subject {
            request,
            of: self.exported(id),
            stored,
            bound,
            known: known.into_iter().next().unwrap_or_default(),
            held: None,
        };
        self.send(subject).await
    }

    /// What was written is followed by the next record of the export, in a job of its own that is stored with the end of this one:
    /// by then the key of this record is known, and a failure of the next one repeats nothing of it.
    fn followed(&self, request: &ExportRequest, mut planned: Planned) -> Result<Planned, End> {
        let Some(next) = self.mapper.info().next else {
            return Ok(planned);
        };
        let record = ExportRecord {
            external: next.name.to_owned(),
            ..request.record.clone()
        };
        let job = export_job(next, &self.env.instance.name, &record, request.run);
        let position = u32::try_from(planned.plan.jobs.len()).unwrap_or(u32::MAX);
        planned.plan.jobs.push(job.map_err(|error| unit(&error.to_string()))?);
        planned.plan.entries.extend(request.run.map(|run| RunEntry {
            run,
            external: record.external.clone(),
            key: record.key(),
            outcome: None,
            dependency: false,
            job: Some(position),
        }));
        Ok(planned)
    }

    fn exported(&self, id: RecordId) -> Exported {
        Exported {
            instance: self.env.instance.name.clone(),
            external: self.mapper.info().external.name.to_owned(),
            id,
        }
    }

    /// An end that changes nothing; one for a person leaves a checkpoint.
    fn ended(&self, request: &ExportRequest, end: End) -> Planned {
        let mut planned = Planned::nothing(end);
        if let End::Review(reason) = &planned.end {
            let checkpoint = NewCheckpoint {
                instance: self.env.instance.name.clone(),
                external: self.mapper.info().external.name.to_owned(),
                key: request.record.key(),
                reason: reason.clone(),
            };
            planned.plan.checkpoints.push(checkpoint);
        }
        planned
    }
}

/// A unit is not what it should be.
fn unit(reason: &str) -> End {
    End::Failed {
        kind: "unit".to_owned(),
        reason: reason.to_owned(),
    }
}
