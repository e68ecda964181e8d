//! Starts an export: a run with one job per record; and says what a person found out about a `create` whose answer was lost.

use jiff::Timestamp;

use crate::mapper::MapperInfo;
use crate::plan::{BindingWrite, ExportWrite, Exported, Plan, RunEntry};
use crate::store::Completed;
use crate::sync::handler::Synchronizers;
use crate::sync::payload::{ExportRecord, export_job};
use crate::sync::start::StartError;
use crate::value::{Key, RecordId, Stored};

/// Which records of a model an export takes.
#[derive(Clone, Debug)]
pub enum ExportSelection {
    /// This one.
    Id(RecordId),
    /// This one, in which these stored fields changed. Where the mapping reads none of them there is nothing to do, and no job.
    Changed(RecordId, Vec<String>),
    /// All.
    All,
}

/// What a person found out about a `create` whose answer was lost.
#[derive(Clone, Debug)]
pub enum Found {
    /// The record was made, and this is its key.
    Made(Key),
    /// It was not made: it may be sent again.
    NotMade,
}

/// Records that one transaction enqueues.
const PAGE: u32 = 1_000;

/// Starts an export and hands back its run. Workers do the rest.
///
/// # Errors
/// There is no such instance or mapping, or the store cannot be written.
pub async fn export(
    sync: &Synchronizers,
    instance: &str,
    external: &str,
    selection: ExportSelection,
) -> Result<i64, StartError> {
    let info = mapping(sync, instance, external)?;
    let run = sync.store.start_run(instance, &format!("export {external}")).await?;
    match selection {
        ExportSelection::Id(id) => enqueue(sync, instance, info, (&[id], None), run).await?,
        ExportSelection::Changed(id, fields) if reads_any(sync, instance, info, &fields)? => {
            enqueue(sync, instance, info, (&[id], Some(fields)), run).await?;
        }
        ExportSelection::Changed(..) => {}
        ExportSelection::All => {
            let mut after = None;
            loop {
                let ids = sync.store.ids_after(info.model, after, PAGE).await?;
                let Some(last) = ids.last() else { break };
                after = Some(*last);
                enqueue(sync, instance, info, (&ids, None), run).await?;
            }
        }
    }
    Ok(run)
}

/// Writes down what a person found out.
///
/// # Errors
/// There is no such instance or mapping, or the store cannot be written.
pub async fn settle(
    sync: &Synchronizers,
    instance: &str,
    external: &str,
    id: RecordId,
    found: &Found,
) -> Result<(), StartError> {
    let info = mapping(sync, instance, external)?;
    let of = Exported {
        instance: instance.to_owned(),
        external: external.to_owned(),
        id,
    };
    let mut plan = Plan {
        exports: vec![ExportWrite::Settle { of }],
        ..Plan::default()
    };
    if let (Found::Made(key), Some(binding)) = (found, &info.external.binding) {
        plan.bindings.push(BindingWrite::Bind {
            table: binding.table.to_owned(),
            instance: instance.to_owned(),
            key: key.clone(),
            to: Stored::Ref(id),
            parent: None,
            revision: None,
            fields: std::collections::BTreeMap::new(),
        });
    }
    applied(sync.store.apply(&plan).await?)
}

fn mapping(sync: &Synchronizers, instance: &str, external: &str) -> Result<&'static MapperInfo, StartError> {
    let env = sync.environment(instance, Timestamp::UNIX_EPOCH);
    let env = env.ok_or_else(|| StartError::UnknownInstance {
        name: instance.to_owned(),
        there_is: sync.instances.keys().cloned().collect::<Vec<_>>().join(", "),
    })?;
    Ok(env.export_mapper(external)?.info())
}

/// Whether a change of these fields can change what is sent: of this record, or of one that is written behind it.
fn reads_any(
    sync: &Synchronizers,
    instance: &str,
    info: &'static MapperInfo,
    fields: &[String],
) -> Result<bool, StartError> {
    let mut open = Some(info);
    while let Some(info) = open {
        if info.reads_any(fields) {
            return Ok(true);
        }
        open = info.next.map(|next| mapping(sync, instance, next.name)).transpose()?;
    }
    Ok(false)
}

async fn enqueue(
    sync: &Synchronizers,
    instance: &str,
    info: &'static MapperInfo,
    (ids, fields): (&[RecordId], Option<Vec<String>>),
    run: i64,
) -> Result<(), StartError> {
    let mut plan = Plan::default();
    for (position, id) in (0..).zip(ids) {
        let record = ExportRecord {
            external: info.external.name.to_owned(),
            id: *id,
            fields: fields.clone(),
            now_us: None,
        };
        plan.jobs.push(export_job(info.external, instance, &record, Some(run))?);
        plan.entries.push(RunEntry {
            run,
            external: record.external.clone(),
            key: record.key(),
            outcome: None,
            dependency: false,
            job: Some(position),
        });
    }
    applied(sync.store.apply(&plan).await?)
}

fn applied(completed: Completed) -> Result<(), StartError> {
    match completed {
        Completed::Applied(_) => Ok(()),
        Completed::Stale(reason) | Completed::Refused(reason) => Err(StartError::NotStored(reason)),
        Completed::Lost => Err(StartError::NotStored("there is no job to end".to_owned())),
    }
}
