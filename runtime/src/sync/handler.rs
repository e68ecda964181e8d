//! Jobs of synchronizers to their units: decodes payloads, finds instance and unit, turns ends into completions.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::connector::ExternalType;
use crate::environment::{Environment, EnvironmentError, Instances, Origin, Session};
use crate::plan::{Expected, Plan, RunEntry, SyncOutcome};
use crate::queue::worker::JobHandler;
use crate::queue::{ClaimedJob, Outcome};
use crate::registry::{Registry, RegistryError, Wanted};
use crate::store::{Completed, Completion, Store};
use crate::sync::batch::ListImporter;
use crate::sync::import::MappingImporter;
use crate::sync::payload::{CountsAs, ImportBatch, ImportRecord, batch_unit, import_unit};
use crate::sync::{BatchImporter, End, Importer, Listed, Planned, Request};
use crate::unit::{ConnectorUnit, Usage};

/// How long an adapter may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// All that synchronizers need: units, instances, and the store.
#[derive(Clone, Debug)]
pub struct Synchronizers {
    /// Units by connector version.
    pub registry: Arc<Registry>,
    /// Instances by name.
    pub instances: Arc<Instances>,
    /// Records, bindings, jobs.
    pub store: Arc<dyn Store>,
}

impl Synchronizers {
    /// Synchronizers of these instances.
    pub fn new(registry: Arc<Registry>, instances: Instances, store: Arc<dyn Store>) -> Self {
        Self {
            registry,
            instances: Arc::new(instances),
            store,
        }
    }

    /// The environment of an instance at a time; absent: there is no such instance.
    pub fn environment(&self, instance: &str, now: Timestamp) -> Option<Environment> {
        let instance = Arc::clone(self.instances.get(instance)?);
        let session = Session::program("import", now).with_origin(Origin::Import {
            instance: instance.name.clone(),
        });
        Some(Environment::new(
            session,
            instance,
            Arc::clone(&self.registry),
            Arc::clone(&self.store),
        ))
    }

    /// The external types that some instance imports.
    ///
    /// # Errors
    /// A connector extends one that is not registered.
    pub fn imported_types(&self) -> Result<Vec<&'static ExternalType>, RegistryError> {
        let mut types: Vec<&'static ExternalType> = Vec::new();
        for instance in self.instances.values() {
            for external in self.registry.imported_types(instance.connector)? {
                if !types.contains(&external) {
                    types.push(external);
                }
            }
        }
        Ok(types)
    }

    /// Handlers for all jobs of synchronizers.
    ///
    /// # Errors
    /// A connector extends one that is not registered.
    pub fn handlers(&self) -> Result<Vec<Arc<dyn JobHandler>>, RegistryError> {
        let types = self.imported_types()?;
        Ok(vec![
            Arc::new(ImportJobs {
                sync: self.clone(),
                units: types.iter().map(|kind| import_unit(kind)).collect(),
            }),
            Arc::new(BatchJobs {
                sync: self.clone(),
                units: types.iter().map(|kind| batch_unit(kind)).collect(),
            }),
        ])
    }

    /// Lets all adapters say goodbye. For the end of the program: what still runs would say hello again.
    pub async fn close(&self) {
        for instance in self.instances.values() {
            if tokio::time::timeout(GOODBYE, instance.adapter.close()).await.is_err() {
                tracing::warn!(instance = %instance.name, "no answer to the goodbye");
            }
        }
    }

    fn environment_of(&self, job: &ClaimedJob) -> Result<Environment, End> {
        self.environment(&job.instance, clock(job)).ok_or_else(|| End::Failed {
            kind: "instance".to_owned(),
            reason: format!(
                "there is no instance `{}` any more; put it back into tenon.toml and run the job again",
                job.instance
            ),
        })
    }
}

/// The importer of an external type: a registered unit, else the one that does what the mapping says.
///
/// # Errors
/// There is no mapping of this type, or the choice is ambiguous.
pub fn importer(env: &Environment, external: &str) -> Result<Arc<dyn Importer>, EnvironmentError> {
    match env.find(&Wanted::new(Usage::Importer).external(external)) {
        Ok(ConnectorUnit::Importer(importer)) => Ok(importer),
        Err(error) if !is_missing(&error) => Err(error),
        Ok(_) | Err(_) => Ok(Arc::new(MappingImporter::new(env.import_mapper(external, None)?))),
    }
}

fn batch_importer(env: &Environment, external: &str) -> Result<Arc<dyn BatchImporter>, EnvironmentError> {
    match env.find(&Wanted::new(Usage::BatchImporter).external(external)) {
        Ok(ConnectorUnit::BatchImporter(batch)) => Ok(batch),
        Err(error) if !is_missing(&error) => Err(error),
        Ok(_) | Err(_) => Ok(Arc::new(ListImporter::new(env.import_mapper(external, None)?))),
    }
}

fn is_missing(error: &EnvironmentError) -> bool {
    matches!(
        error,
        EnvironmentError::Unit {
            error: RegistryError::NotFound { .. },
            ..
        }
    )
}

/// What the registry says when a unit is missing, as the end of a record.
pub(crate) fn lacks(error: &EnvironmentError) -> End {
    End::Failed {
        kind: "unit".to_owned(),
        reason: error.to_string(),
    }
}

#[derive(Debug)]
struct ImportJobs {
    sync: Synchronizers,
    units: BTreeSet<String>,
}

#[derive(Debug)]
struct BatchJobs {
    sync: Synchronizers,
    units: BTreeSet<String>,
}

fn unreadable(error: &serde_json::Error) -> End {
    End::Failed {
        kind: "payload".to_owned(),
        reason: format!("the payload of the job cannot be read: {error}"),
    }
}

/// Jobs of one claim that have the same clock and type: planned together.
fn groups(jobs: &[(ClaimedJob, ImportRecord)]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (position, (_, record)) in jobs.iter().enumerate() {
        let same = groups.iter_mut().find(|group| {
            group
                .first()
                .and_then(|first| jobs.get(*first))
                .is_some_and(|(_, known)| known.external == record.external)
        });
        match same {
            Some(group) => group.push(position),
            None => groups.push(vec![position]),
        }
    }
    groups
}

#[async_trait]
impl JobHandler for ImportJobs {
    fn units(&self) -> Vec<String> {
        self.units.iter().cloned().collect()
    }

    async fn run(&self, jobs: &[ClaimedJob]) -> Vec<Completion> {
        let mut completions = Vec::new();
        let mut readable = Vec::new();
        for job in jobs {
            match serde_json::from_slice::<ImportRecord>(&job.payload) {
                Ok(record) => readable.push((job.clone(), record)),
                Err(error) => completions.push(completion(job, None, Planned::nothing(unreadable(&error)))),
            }
        }
        for group in groups(&readable) {
            let group: Vec<&(ClaimedJob, ImportRecord)> = group.iter().filter_map(|at| readable.get(*at)).collect();
            let planned = self.plan(&group).await;
            let ends = group.iter().zip(planned);
            completions.extend(ends.map(|((job, record), planned)| completion(job, Some(record), planned)));
        }
        completions
    }

    fn end(&self, job: &ClaimedJob, outcome: Outcome) -> Completion {
        let record = serde_json::from_slice::<ImportRecord>(&job.payload).ok();
        let mut plan = Plan::default();
        plan.entries
            .extend(record.and_then(|record| entry(job, &record, final_outcome(&outcome)?)));
        Completion {
            job: job.id,
            fence: job.fence,
            outcome,
            plan,
        }
    }
}

impl ImportJobs {
    async fn plan(&self, group: &[&(ClaimedJob, ImportRecord)]) -> Vec<Planned> {
        let same = |end: End| group.iter().map(|_| Planned::nothing(end.clone())).collect();
        let Some((job, record)) = group.first() else {
            return Vec::new();
        };
        let env = match self.sync.environment_of(job) {
            Ok(env) => env,
            Err(end) => return same(end),
        };
        let importer = match importer(&env, &record.external) {
            Ok(importer) => importer,
            Err(error) => return same(lacks(&error)),
        };
        let sent = group.iter().filter(|(_, record)| record.record.is_some());
        let claim: Arc<[ImportRecord]> = sent.map(|(_, record)| record.clone()).collect();
        let request = |(job, record): &&(ClaimedJob, ImportRecord)| {
            let claim = Arc::clone(&claim);
            Request {
                record: record.clone(),
                run: job.run,
                now: clock(job),
                claim,
            }
        };
        let requests: Vec<Request> = group.iter().map(request).collect();
        importer.plan(&env, &requests).await
    }
}

/// The time when the job was enqueued: the same in every attempt.
fn clock(job: &ClaimedJob) -> Timestamp {
    Timestamp::from_microsecond(job.created_at_us).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn completion(job: &ClaimedJob, record: Option<&ImportRecord>, planned: Planned) -> Completion {
    let Planned { mut plan, end } = planned;
    let outcome = end.sync_outcome();
    plan.entries.extend(
        record
            .zip(outcome)
            .and_then(|(record, outcome)| entry(job, record, outcome)),
    );
    Completion {
        job: job.id,
        fence: job.fence,
        outcome: end.job_outcome(),
        plan,
    }
}

fn entry(job: &ClaimedJob, record: &ImportRecord, outcome: SyncOutcome) -> Option<RunEntry> {
    let run = job.run?;
    let (external, key) = (record.external.clone(), record.key.clone());
    let dependency = record.counts_as == CountsAs::Dependency;
    Some(RunEntry {
        run,
        external,
        key,
        outcome: Some(outcome),
        dependency,
        job: None,
    })
}

/// What a run says of a record whose job ended like this; absent: it goes on.
fn final_outcome(outcome: &Outcome) -> Option<SyncOutcome> {
    match outcome {
        Outcome::Failed { kind: _, error } => Some(SyncOutcome::Failed(error.clone())),
        Outcome::Cancelled => Some(SyncOutcome::Cancelled),
        Outcome::Done(message) => Some(SyncOutcome::Skipped(message.clone().unwrap_or_default())),
        Outcome::Retry { .. } | Outcome::Busy { .. } | Outcome::Snooze(_) => None,
    }
}

#[async_trait]
impl JobHandler for BatchJobs {
    fn units(&self) -> Vec<String> {
        self.units.iter().cloned().collect()
    }

    async fn run(&self, jobs: &[ClaimedJob]) -> Vec<Completion> {
        let mut completions = Vec::new();
        for job in jobs {
            let listed = self.list(job).await;
            let (outcome, plan) = match listed {
                Ok((message, last)) => (Outcome::Done(Some(message)), last),
                Err(end) => (end.job_outcome(), Plan::default()),
            };
            completions.push(Completion {
                job: job.id,
                fence: job.fence,
                outcome,
                plan,
            });
        }
        completions
    }

    fn end(&self, job: &ClaimedJob, outcome: Outcome) -> Completion {
        Completion {
            job: job.id,
            fence: job.fence,
            outcome,
            plan: Plan::default(),
        }
    }
}

impl BatchJobs {
    /// Stores all pages but the last one, which goes with the end of the job.
    async fn list(&self, job: &ClaimedJob) -> Result<(String, Plan), End> {
        let batch = serde_json::from_slice::<ImportBatch>(&job.payload).map_err(|error| unreadable(&error))?;
        let env = self.sync.environment_of(job)?;
        let importer = batch_importer(&env, &batch.external).map_err(|error| lacks(&error))?;
        let Listed { mut pages, message } = importer.plan(&env, &batch, job.run).await?;
        let mut last = pages.next().transpose()?.unwrap_or_default();
        for next in pages {
            self.store(job, std::mem::replace(&mut last, next?)).await?;
        }
        Ok((message, last))
    }

    /// Stores a page, unless somebody else has the job by now.
    async fn store(&self, job: &ClaimedJob, mut page: Plan) -> Result<(), End> {
        page.expects.push(Expected::Held {
            job: job.id,
            fence: job.fence,
        });
        match self.sync.store.apply(&page).await {
            Ok(Completed::Applied(_)) => Ok(()),
            Ok(Completed::Lost) => Err(End::Busy("the job was taken over by somebody else".to_owned())),
            Ok(Completed::Stale(reason)) => Err(End::Busy(reason)),
            Ok(Completed::Refused(reason)) => Err(End::data(reason)),
            Err(error) => Err(End::from(&error)),
        }
    }
}
