//! Starts an import: a run, and the job that finds its records or imports the one.

use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::connector::ExternalType;
use crate::environment::Environment;
use crate::plan::{Plan, RunEntry};
use crate::registry::Wanted;
use crate::store::{Completed, StoreError};
use crate::sync::handler::{Synchronizers, imported};
use crate::sync::identity::check_since;
use crate::sync::payload::{ImportBatch, ImportRecord, Since, batch_job, import_job, priority_of};
use crate::unit::Usage;
use crate::value::Key;

/// Which records of a type an import takes.
#[derive(Clone, Debug)]
pub enum Selection {
    /// This one, read from the other side.
    Id(Key),
    /// This one, as given: a record that somebody edited or pushed.
    Given(Key, Box<RawValue>),
    /// Those that changed since the last import; all where there was none.
    New,
    /// Those that changed at this time or later.
    Since(String),
    /// All.
    All,
}

/// Why an import did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No such instance.
    #[error("there is no instance `{name}`; there is {there_is}")]
    UnknownInstance {
        /// As asked for.
        name: String,
        /// Those there are.
        there_is: String,
    },
    /// No such type, or no mapping for it.
    #[error(transparent)]
    Unit(#[from] crate::environment::EnvironmentError),
    /// Records of this type cannot be listed from this time on.
    #[error("{0}")]
    Since(String),
    /// The job cannot be written down.
    #[error("the job cannot be written down: {0}")]
    Payload(#[from] serde_json::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store refused the jobs.
    #[error("the jobs were not stored: {0}")]
    NotStored(String),
}

/// Starts an import and hands back its run. Workers do the rest.
///
/// # Errors
/// There is no such instance or type, or the store cannot be written.
pub async fn import(
    sync: &Synchronizers,
    instance: &str,
    external: &str,
    selection: Selection,
) -> Result<i64, StartError> {
    let env = sync
        .environment(instance, Timestamp::UNIX_EPOCH)
        .ok_or_else(|| StartError::UnknownInstance {
            name: instance.to_owned(),
            there_is: sync.instances.keys().cloned().collect::<Vec<_>>().join(", "),
        })?;
    let (found, batch) = imported(&env, external)?.polled();
    if let Selection::Since(time) = &selection {
        listed_since(&env, found, time).map_err(StartError::Since)?;
    }
    let priority = priority_of(batch);
    let run = sync.store.start_run(instance, &format!("import {external}")).await?;
    let mut plan = Plan::default();
    let mut one = |record: &ImportRecord| -> Result<(), StartError> {
        plan.jobs
            .push(import_job(found, instance, record, priority, Some(run))?);
        let (external, key) = (record.external.clone(), record.key.clone());
        plan.entries.push(RunEntry {
            run,
            external,
            key,
            outcome: None,
            dependency: false,
            job: Some(0),
        });
        Ok(())
    };
    let since = match selection {
        Selection::Id(key) => {
            one(&ImportRecord::by_key(external, key))?;
            None
        }
        Selection::Given(key, record) => {
            one(&ImportRecord {
                record: Some(record),
                ..ImportRecord::by_key(external, key)
            })?;
            None
        }
        Selection::New => Some(Since::Cursor),
        Selection::Since(time) => Some(Since::Time(time)),
        Selection::All => Some(Since::Start),
    };
    if let Some(since) = since {
        let batch = ImportBatch {
            external: external.to_owned(),
            since,
        };
        plan.jobs.push(batch_job(found, instance, &batch, priority, Some(run))?);
    }
    match sync.store.apply(&plan).await? {
        Completed::Applied(_) => Ok(run),
        Completed::Lost => Err(StartError::NotStored("somebody else has them".to_owned())),
        Completed::Stale(reason) | Completed::Refused(reason) => Err(StartError::NotStored(reason)),
    }
}

/// Whether records can be listed from this time on; a registered unit that lists them knows itself.
fn listed_since(env: &Environment, external: &'static ExternalType, time: &str) -> Result<(), String> {
    if env
        .find(&Wanted::new(Usage::BatchImporter).external(external.name))
        .is_ok()
    {
        return Ok(());
    }
    let list = env
        .operations(external.name)
        .ok()
        .and_then(|info| info.operation("list"));
    // What has no list at all is told when it is to be listed.
    if list.is_some_and(|list| !list.params.contains(&"since")) {
        return Err(format!(
            "{} of `{}` cannot be listed by time of change; import all of them",
            external.name, env.instance.name
        ));
    }
    check_since(external, time)
}
