//! What is known of records on the other side: what both hold, and creates whose outcome is open.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::plan::{ExportWrite, Exported};
use crate::queue::JobId;
use crate::store::database::{Database, Row, Value};
use crate::store::fixed::Fixed;
use crate::store::plan::PlanRefused;
use crate::store::{Intent, Known, StoreError};
use crate::value::{Key, RecordId, Stored};

/// What statements are about, for messages.
const EXPORTS: &str = "exports";

/// The record of an export that the plan may make itself.
pub(super) fn record_of(write: &ExportWrite) -> Option<&Stored> {
    match write {
        ExportWrite::Took { record, .. } => Some(record),
        ExportWrite::Intend { .. }
        | ExportWrite::Again { .. }
        | ExportWrite::Answer { .. }
        | ExportWrite::Settle { .. }
        | ExportWrite::Agree { .. } => None,
    }
}

/// Writes what a plan says of a record on the other side; `record` is the number of [`record_of`].
pub(super) async fn write<D: Database>(
    database: &D,
    write: &ExportWrite,
    record: Option<RecordId>,
) -> Result<(), PlanRefused> {
    match write {
        ExportWrite::Intend {
            of,
            request,
            job,
            token,
            sent,
        } => intend(database, of, (request, token, sent), *job).await,
        ExportWrite::Again { of, job, before } => again(database, of, (*job, *before)).await,
        ExportWrite::Answer { of, key } => {
            let [instance, external, id] = place(of);
            let values = [instance, external, id, (&key.0).into()];
            execute(database, Fixed::ExportAnswer, &values).await.map(|_| ())
        }
        ExportWrite::Settle { of } => execute(database, Fixed::ExportSettle, &place(of)).await.map(|_| ()),
        ExportWrite::Agree { of, fields } => agree(database, of, fields).await,
        ExportWrite::Took {
            instance,
            external,
            record: _,
            fields,
        } => {
            let Some(id) = record else { return Ok(()) };
            let (instance, external) = (instance.clone(), external.clone());
            took(database, &Exported { instance, external, id }, fields).await
        }
    }
}

fn place(of: &Exported) -> [Value<'_>; 3] {
    [(&of.instance).into(), (&of.external).into(), of.id.into()]
}

async fn execute<D: Database>(database: &D, statement: Fixed, values: &[Value<'_>]) -> Result<u64, PlanRefused> {
    Ok(database.execute(EXPORTS, statement.text(D::DIALECT), values).await?)
}

/// What an import took over is agreed on; what is known of other fields stays.
async fn took<D: Database>(database: &D, of: &Exported, fields: &BTreeMap<String, String>) -> Result<(), PlanRefused> {
    let known = one(database, &of.external, &of.instance, of.id).await?.agreed;
    // What an answer said of a field stands under its name and a word: it is past, too.
    let is_past = |name: &str| fields.contains_key(name.split(' ').next().unwrap_or(name));
    let mut agreed = known.clone();
    agreed.retain(|name, _| !is_past(name));
    agreed.extend(fields.clone());
    match agreed == known {
        true => Ok(()),
        false => agree(database, of, &agreed).await,
    }
}

async fn agree<D: Database>(database: &D, of: &Exported, fields: &BTreeMap<String, String>) -> Result<(), PlanRefused> {
    let text = serde_json::to_string(fields).map_err(|error| PlanRefused::Refused(error.to_string()))?;
    let [instance, external, id] = place(of);
    let values = [instance, external, id, (&text).into()];
    execute(database, Fixed::ExportAgree, &values).await.map(|_| ())
}

/// Invariant: one row per record that is being created; who finds one there does not send.
async fn intend<D: Database>(
    database: &D,
    of: &Exported,
    (request, token, sent): (&str, &str, &str),
    job: i64,
) -> Result<(), PlanRefused> {
    let [instance, external, id] = place(of);
    let values = [
        instance,
        external,
        id,
        request.into(),
        job.into(),
        token.into(),
        sent.into(),
    ];
    match execute(database, Fixed::ExportIntend, &values).await? {
        1 => Ok(()),
        _ => Err(PlanRefused::Stale(format!(
            "a create of {} {} in {} is under way already",
            of.external, of.id.0, of.instance
        ))),
    }
}

/// Invariant: of several jobs that find one open create, one sends it again.
async fn again<D: Database>(database: &D, of: &Exported, (job, before): (i64, i64)) -> Result<(), PlanRefused> {
    let [instance, external, id] = place(of);
    let values = [instance, external, id, job.into(), before.into()];
    match execute(database, Fixed::ExportAgain, &values).await? {
        1 => Ok(()),
        _ => Err(PlanRefused::Stale(format!(
            "a create of {} {} in {} is sent again by another job already",
            of.external, of.id.0, of.instance
        ))),
    }
}

/// What is known of these records, in the order given.
pub(super) async fn known<D: Database>(
    database: &D,
    external: &str,
    instance: &str,
    ids: &[RecordId],
) -> Result<Vec<Known>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(one(database, external, instance, *id).await?);
    }
    Ok(found)
}

async fn one<D: Database>(database: &D, external: &str, instance: &str, id: RecordId) -> Result<Known, StoreError> {
    let place = [instance.into(), external.into(), id.into()];
    let agreed = Fixed::ExportAgreed.text(D::DIALECT);
    let agreed = database.rows(EXPORTS, agreed, &place).await?;
    let agreed = agreed.into_iter().next().map(|mut row| row.text(0)).transpose()?;
    // What cannot be read counts as never agreed on: the record is sent once more.
    let agreed: BTreeMap<String, String> = agreed
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let intent = Fixed::ExportIntent.text(D::DIALECT);
    let intent = database.rows(EXPORTS, intent, &place).await?;
    let intent = intent.into_iter().next().map(intent_of).transpose()?;
    Ok(Known { agreed, intent })
}

fn intent_of(mut row: impl Row) -> Result<Intent, StoreError> {
    Ok(Intent {
        request: row.text(0)?,
        key: row.maybe_text(1)?.map(Key),
        job: JobId(row.int(2)?),
        token: row.text(3)?,
        sent: row.text(4)?,
        age: elapsed(row.int(5)?),
        idle: elapsed(row.int(6)?),
    })
}

fn elapsed(microseconds: i64) -> Duration {
    Duration::from_micros(u64::try_from(microseconds).unwrap_or(0))
}
