//! Jobs of exports to their units: decodes payloads, finds instance and unit, turns ends into completions.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::connector::ExternalType;
use crate::environment::{Environment, EnvironmentError};
use crate::plan::{Plan, RunEntry, SyncOutcome};
use crate::queue::worker::JobHandler;
use crate::queue::{ClaimedJob, Outcome};
use crate::registry::Wanted;
use crate::store::Completion;
use crate::sync::export::{ExportRequest, Exporter, MappingExporter};
use crate::sync::handler::{Synchronizers, completed, enqueued, final_outcome, lacks, registered, unreadable};
use crate::sync::payload::{ExportRecord, export_unit};
use crate::sync::{End, Planned};
use crate::unit::{ConnectorUnit, Usage};

/// The exporter of an external type: a registered unit, else the one that does what the mapping says.
///
/// # Errors
/// There is no mapping of this type, or the choice is ambiguous.
pub fn exporter(env: &Environment, external: &str) -> Result<Arc<dyn Exporter>, EnvironmentError> {
    let wanted = Wanted::new(Usage::Exporter).external(external);
    match registered(env, &wanted, ConnectorUnit::exporter)? {
        Some(exporter) => Ok(exporter),
        None => Ok(Arc::new(MappingExporter::new(env.export_mapper(external)?))),
    }
}

/// Runs jobs that export records.
#[derive(Debug)]
pub(crate) struct ExportJobs {
    sync: Synchronizers,
    units: BTreeSet<String>,
}

impl ExportJobs {
    /// For records of these types.
    pub(crate) fn new(sync: Synchronizers, types: &[&'static ExternalType]) -> Self {
        Self {
            sync,
            units: types.iter().map(|external| export_unit(external)).collect(),
        }
    }

    /// Plans jobs of one claim: all of one instance and type.
    async fn plan(&self, jobs: &[(&ClaimedJob, ExportRecord)]) -> Vec<Planned> {
        let same = |end: End| jobs.iter().map(|_| Planned::nothing(end.clone())).collect();
        let Some((job, record)) = jobs.first() else {
            return Vec::new();
        };
        let env = match self.sync.environment_of(job, enqueued(job)) {
            Ok(env) => env,
            Err(end) => return same(end),
        };
        let exporter = match exporter(&env, &record.external) {
            Ok(exporter) => exporter,
            Err(error) => return same(lacks(&error)),
        };
        let requests: Vec<ExportRequest> = jobs
            .iter()
            .map(|(job, record)| ExportRequest {
                record: record.clone(),
                job: job.id,
                run: job.run,
                now: clock(job, record),
            })
            .collect();
        exporter.plan(&env, &requests).await
    }
}

#[async_trait]
impl JobHandler for ExportJobs {
    fn units(&self) -> Vec<String> {
        self.units.iter().cloned().collect()
    }

    async fn run(&self, jobs: &[ClaimedJob]) -> Vec<Completion> {
        let mut completions = Vec::new();
        let mut readable = Vec::new();
        for job in jobs {
            match serde_json::from_slice::<ExportRecord>(&job.payload) {
                Ok(record) => readable.push((job, record)),
                Err(error) => completions.push(completion(job, None, Planned::nothing(unreadable(&error)))),
            }
        }
        let planned = self.plan(&readable).await;
        let ends = readable.iter().zip(planned);
        completions.extend(ends.map(|((job, record), planned)| completion(job, Some(record), planned)));
        completions
    }

    fn end(&self, job: &ClaimedJob, outcome: Outcome) -> Completion {
        let record = serde_json::from_slice::<ExportRecord>(&job.payload).ok();
        let entry = record.and_then(|record| entry(job, &record, final_outcome(&outcome)?));
        completed(job, outcome, Plan::default(), entry)
    }
}

fn completion(job: &ClaimedJob, record: Option<&ExportRecord>, planned: Planned) -> Completion {
    let Planned { plan, end } = planned;
    let told = record.zip(end.sync_outcome());
    let entry = told.and_then(|(record, outcome)| entry(job, record, outcome));
    completed(job, outcome_of(job, record, &end), plan, entry)
}

/// What `now()` says: the time when the job was enqueued, or that to which it has waited.
fn clock(job: &ClaimedJob, record: &ExportRecord) -> Timestamp {
    let waited = record.now_us.and_then(|now| Timestamp::from_microsecond(now).ok());
    waited.unwrap_or_else(|| enqueued(job))
}

/// For a record that waits, `now()` has gone on when its time has come.
fn outcome_of(job: &ClaimedJob, record: Option<&ExportRecord>, end: &End) -> Outcome {
    let (End::Waits { after, reason }, Some(record)) = (end, record) else {
        return end.job_outcome();
    };
    let now = clock(job, record).checked_add(*after).unwrap_or(Timestamp::MAX);
    let next = ExportRecord {
        now_us: Some(now.as_microsecond()),
        ..record.clone()
    };
    Outcome::Waits {
        after: *after,
        reason: reason.clone(),
        payload: serde_json::to_vec(&next).ok(),
    }
}

fn entry(job: &ClaimedJob, record: &ExportRecord, outcome: SyncOutcome) -> Option<RunEntry> {
    Some(RunEntry {
        run: job.run?,
        external: record.external.clone(),
        key: record.key(),
        outcome: Some(outcome),
        dependency: false,
        job: None,
    })
}
