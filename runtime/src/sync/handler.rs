//! Jobs of synchronizers to their units: decodes payloads, finds instance and unit, turns ends into completions.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::connector::ExternalType;
use crate::environment::{Environment, EnvironmentError, Instances, Origin, Session};
use crate::mapper::{Batch, Mapper};
use crate::plan::{Expected, Plan, RunEntry, SyncOutcome};
use crate::queue::worker::JobHandler;
use crate::queue::{ClaimedJob, Outcome};
use crate::registry::{Registry, RegistryError, Wanted};
use crate::store::{Completed, Completion, Store};
use crate::sync::batch::ListImporter;
use crate::sync::export::jobs::ExportJobs;
use crate::sync::follow::{FollowImporter, Follower, OwnAndFollowImporter};
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
        store.know_effects(Arc::clone(&registry) as _);
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

    /// The external types that some instance imports, or whose changes import others.
    ///
    /// # Errors
    /// A connector extends one that is not registered.
    pub fn imported_types(&self) -> Result<Vec<&'static ExternalType>, RegistryError> {
        let mut types: Vec<&'static ExternalType> = Vec::new();
        for instance in self.instances.values() {
            let imported = self.registry.imported_types(instance.connector)?;
            let followed = self.registry.followed_types(instance.connector)?;
            for external in imported.into_iter().chain(followed) {
                if !types.contains(&external) {
                    types.push(external);
                }
            }
        }
        Ok(types)
    }

    /// The external types that some instance exports.
    ///
    /// # Errors
    /// A connector extends one that is not registered.
    pub fn exported_types(&self) -> Result<Vec<&'static ExternalType>, RegistryError> {
        let mut types: Vec<&'static ExternalType> = Vec::new();
        for instance in self.instances.values() {
            for external in self.registry.exported_types(instance.connector)? {
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
        let exported = self.exported_types()?;
        Ok(vec![
            Arc::new(ImportJobs {
                sync: self.clone(),
                units: types.iter().map(|kind| import_unit(kind)).collect(),
            }),
            Arc::new(BatchJobs {
                sync: self.clone(),
                units: types.iter().map(|kind| batch_unit(kind)).collect(),
            }),
            Arc::new(ExportJobs::new(self.clone(), &exported)),
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

    pub(crate) fn environment_of(&self, job: &ClaimedJob, now: Timestamp) -> Result<Environment, End> {
        self.environment(&job.instance, now).ok_or_else(|| End::Failed {
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
    let wanted = Wanted::new(Usage::Importer).external(external);
    if let Some(importer) = registered(env, &wanted, ConnectorUnit::importer)? {
        return Ok(importer);
    }
    Ok(match imported(env, external)? {
        Imported::ByMapping(mapper) => {
            let (own, followers) = (MappingImporter::new(mapper), env.followers(external)?);
            match followers.is_empty() {
                true => Arc::new(own),
                false => Arc::new(OwnAndFollowImporter::new(own, followers)),
            }
        }
        Imported::WithOthers(external, followers) => Arc::new(FollowImporter::new(external, followers)),
    })
}

/// The part that was registered by hand; absent: what the mapping says is done.
pub(crate) fn registered<T>(
    env: &Environment,
    wanted: &Wanted,
    part: fn(&ConnectorUnit) -> Option<T>,
) -> Result<Option<T>, EnvironmentError> {
    match env.find(wanted) {
        Ok(unit) => Ok(part(&unit)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// How records of a type are imported.
#[derive(Clone, Debug)]
pub(crate) enum Imported {
    /// By a mapping of their own.
    ByMapping(&'static dyn Mapper),
    /// With the records that they are joined to.
    WithOthers(&'static ExternalType, Vec<Follower>),
}

impl Imported {
    /// The type, and what its mapping says of polling.
    pub(crate) fn polled(&self) -> (&'static ExternalType, Option<&'static Batch>) {
        match self {
            Self::ByMapping(mapper) => (mapper.info().external, mapper.info().batch),
            Self::WithOthers(external, _) => (external, None),
        }
    }
}

/// How records of a type are imported.
///
/// # Errors
/// There is no mapping of this type, and none that it is joined to finds its records by its changes; or the choice is ambiguous.
pub(crate) fn imported(env: &Environment, external: &str) -> Result<Imported, EnvironmentError> {
    let missing = match env.import_mapper(external, None) {
        Ok(mapper) => return Ok(Imported::ByMapping(mapper)),
        Err(error) if is_missing(&error) => error,
        Err(error) => return Err(error),
    };
    let followers = env.followers(external)?;
    match followers.first().and_then(Follower::source) {
        Some(source) => Ok(Imported::WithOthers(source.external, followers)),
        None => Err(missing),
    }
}

fn batch_importer(env: &Environment, external: &str) -> Result<Arc<dyn BatchImporter>, EnvironmentError> {
    let wanted = Wanted::new(Usage::BatchImporter).external(external);
    if let Some(batch) = registered(env, &wanted, ConnectorUnit::batch_importer)? {
        return Ok(batch);
    }
    let (external, batch) = imported(env, external)?.polled();
    Ok(Arc::new(ListImporter::of(external, batch)))
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

pub(crate) fn unreadable(error: &serde_json::Error) -> End {
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
                Err(error) => {
                    let planned = Planned::nothing(unreadable(&error));
                    completions.push(completion(job, None, planned, Again::AsGiven));
                }
            }
        }
        for group in groups(&readable) {
            let group: Vec<&(ClaimedJob, ImportRecord)> = group.iter().filter_map(|at| readable.get(*at)).collect();
            let planned = self.plan(&group).await;
            let ends = group.iter().zip(planned);
            completions.extend(ends.map(|((job, record), planned)| {
                let again = self.again(job, record);
                completion(job, Some(record), planned, again)
            }));
        }
        completions
    }

    fn end(&self, job: &ClaimedJob, outcome: Outcome) -> Completion {
        let record = serde_json::from_slice::<ImportRecord>(&job.payload).ok();
        let entry = record.and_then(|record| entry(job, &record, final_outcome(&outcome)?));
        completed(job, outcome, Plan::default(), entry)
    }
}

/// What a record that waits is given when its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    /// What the other side says then.
    Read,
    /// What it was given before: the other side cannot be asked for one record.
    AsGiven,
}

impl ImportJobs {
    fn again(&self, job: &ClaimedJob, record: &ImportRecord) -> Again {
        let env = self.sync.environment(&job.instance, enqueued(job));
        let reads = env.is_some_and(|env| {
            let operations = env.operations(&record.external);
            operations.is_ok_and(|info| info.operation("read").is_some())
        });
        match reads && !record.names_position() {
            true => Again::Read,
            false => Again::AsGiven,
        }
    }

    async fn plan(&self, group: &[&(ClaimedJob, ImportRecord)]) -> Vec<Planned> {
        let same = |end: End| group.iter().map(|_| Planned::nothing(end.clone())).collect();
        let Some((job, record)) = group.first() else {
            return Vec::new();
        };
        let env = match self.sync.environment_of(job, clock(job, record)) {
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
                now: clock(job, record),
                claim,
            }
        };
        let requests: Vec<Request> = group.iter().map(request).collect();
        importer.plan(&env, &requests).await
    }
}

/// What `now()` says: the time when the job was enqueued, or that to which it has waited. The same in every attempt that does not wait.
fn clock(job: &ClaimedJob, record: &ImportRecord) -> Timestamp {
    let waited = record.now_us.and_then(|now| Timestamp::from_microsecond(now).ok());
    waited.unwrap_or_else(|| enqueued(job))
}

pub(crate) fn enqueued(job: &ClaimedJob) -> Timestamp {
    Timestamp::from_microsecond(job.created_at_us).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn completion(job: &ClaimedJob, record: Option<&ImportRecord>, planned: Planned, again: Again) -> Completion {
    let Planned { plan, end } = planned;
    let told = record.zip(end.sync_outcome());
    let entry = told.and_then(|(record, outcome)| entry(job, record, outcome));
    completed(job, outcome_of(job, record, &end, again), plan, entry)
}

/// The end of a job with its plan, and with what its run says of the record.
pub(crate) fn completed(job: &ClaimedJob, outcome: Outcome, mut plan: Plan, entry: Option<RunEntry>) -> Completion {
    plan.entries.extend(entry);
    Completion {
        job: job.id,
        fence: job.fence,
        outcome,
        plan,
    }
}

/// A record that waits is read again when its time has come, and `now()` has gone on by then: what was sent will not change any more.
fn outcome_of(job: &ClaimedJob, record: Option<&ImportRecord>, end: &End, again: Again) -> Outcome {
    let (End::Waits { after, reason }, Some(record)) = (end, record) else {
        return end.job_outcome();
    };
    let now = clock(job, record).checked_add(*after).unwrap_or(Timestamp::MAX);
    let given = match again {
        Again::Read => ImportRecord {
            record: None,
            revision: None,
            ..record.clone()
        },
        Again::AsGiven => record.clone(),
    };
    let next = ImportRecord {
        now_us: Some(now.as_microsecond()),
        ..given
    };
    Outcome::Waits {
        after: *after,
        reason: reason.clone(),
        payload: serde_json::to_vec(&next).ok(),
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
pub(crate) fn final_outcome(outcome: &Outcome) -> Option<SyncOutcome> {
    match outcome {
        Outcome::Failed { kind: _, error } => Some(SyncOutcome::Failed(error.clone())),
        Outcome::Cancelled => Some(SyncOutcome::Cancelled),
        Outcome::Done(message) => Some(SyncOutcome::Skipped(message.clone().unwrap_or_default())),
        Outcome::Retry { .. } | Outcome::Busy { .. } | Outcome::Snooze(_) | Outcome::Waits { .. } => None,
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
        let env = self.sync.environment_of(job, enqueued(job))?;
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
