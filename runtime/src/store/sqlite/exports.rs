//! What is known of records on the other side: what both hold, and creates whose outcome is open.

use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::plan::{ExportWrite, Exported};
use crate::queue::JobId;
use crate::store::{Intent, Known};
use crate::value::{Key, RecordId, Stored};

use super::PlanRefused;

/// Writes what a plan says of a record on the other side.
pub(super) fn write(
    transaction: &Transaction<'_>,
    write: &ExportWrite,
    number: &Numbered<'_>,
) -> Result<(), PlanRefused> {
    match write {
        ExportWrite::Intend {
            of,
            request,
            job,
            token,
            sent,
        } => intend(transaction, of, (request, token, sent), *job),
        ExportWrite::Again { of, job, before } => again(transaction, of, (*job, *before)),
        ExportWrite::Answer { of, key } => {
            let statement = include_str!("export_answer.sql");
            let mut statement = transaction.prepare_cached(statement)?;
            statement.execute(params![of.instance, of.external, of.id.0, key.0])?;
            Ok(())
        }
        ExportWrite::Settle { of } => {
            let mut statement = transaction.prepare_cached(include_str!("export_settle.sql"))?;
            statement.execute(params![of.instance, of.external, of.id.0])?;
            Ok(())
        }
        ExportWrite::Agree { of, fields } => agree(transaction, of, fields),
        ExportWrite::Took {
            instance,
            external,
            record,
            fields,
        } => {
            let of = Exported {
                instance: instance.clone(),
                external: external.clone(),
                id: number(record)?,
            };
            let known = one(transaction, external, instance, of.id)?.agreed;
            // What an answer said of a field stands under its name and a word: it is past, too.
            let is_past = |name: &str| fields.contains_key(name.split(' ').next().unwrap_or(name));
            let mut agreed = known.clone();
            agreed.retain(|name, _| !is_past(name));
            agreed.extend(fields.clone());
            match agreed == known {
                true => Ok(()),
                false => agree(transaction, &of, &agreed),
            }
        }
    }
}

/// The number of a record that a plan refers to.
pub(super) type Numbered<'a> = dyn Fn(&Stored) -> Result<RecordId, PlanRefused> + 'a;

fn agree(transaction: &Transaction<'_>, of: &Exported, fields: &BTreeMap<String, String>) -> Result<(), PlanRefused> {
    let text = serde_json::to_string(fields).map_err(|error| PlanRefused::Refused(error.to_string()))?;
    let mut statement = transaction.prepare_cached(include_str!("export_agree.sql"))?;
    statement.execute(params![of.instance, of.external, of.id.0, text])?;
    Ok(())
}

/// Invariant: one row per record that is being created; who finds one there does not send.
fn intend(
    transaction: &Transaction<'_>,
    of: &Exported,
    (request, token, sent): (&str, &str, &str),
    job: i64,
) -> Result<(), PlanRefused> {
    let mut statement = transaction.prepare_cached(include_str!("export_intend.sql"))?;
    match statement.execute(params![of.instance, of.external, of.id.0, request, job, token, sent])? {
        1 => Ok(()),
        _ => Err(PlanRefused::Stale(format!(
            "a create of {} {} in {} is under way already",
            of.external, of.id.0, of.instance
        ))),
    }
}

/// Invariant: of several jobs that find one open create, one sends it again.
fn again(transaction: &Transaction<'_>, of: &Exported, (job, before): (i64, i64)) -> Result<(), PlanRefused> {
    let mut statement = transaction.prepare_cached(include_str!("export_again.sql"))?;
    match statement.execute(params![of.instance, of.external, of.id.0, job, before])? {
        1 => Ok(()),
        _ => Err(PlanRefused::Stale(format!(
            "a create of {} {} in {} is sent again by another job already",
            of.external, of.id.0, of.instance
        ))),
    }
}

/// What is known of these records, in the order given.
pub(super) fn known(
    connection: &Connection,
    external: &str,
    instance: &str,
    ids: &[RecordId],
) -> Result<Vec<Known>, rusqlite::Error> {
    ids.iter().map(|id| one(connection, external, instance, *id)).collect()
}

fn one(connection: &Connection, external: &str, instance: &str, id: RecordId) -> Result<Known, rusqlite::Error> {
    let mut statement = connection.prepare_cached(include_str!("export_agreed.sql"))?;
    let agreed: Option<String> = statement
        .query_row(params![instance, external, id.0], |row| row.get(0))
        .optional()?;
    // What cannot be read counts as never agreed on: the record is sent once more.
    let agreed: BTreeMap<String, String> = agreed
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let mut statement = connection.prepare_cached(include_str!("export_intent.sql"))?;
    let intent = statement
        .query_row(params![instance, external, id.0], |row| {
            Ok(Intent {
                request: row.get(0)?,
                key: row.get::<_, Option<String>>(1)?.map(Key),
                job: JobId(row.get(2)?),
                token: row.get(3)?,
                sent: row.get(4)?,
                age: elapsed(row.get(5)?),
                idle: elapsed(row.get(6)?),
            })
        })
        .optional()?;
    Ok(Known { agreed, intent })
}

fn elapsed(microseconds: i64) -> Duration {
    Duration::from_micros(u64::try_from(microseconds).unwrap_or(0))
}
