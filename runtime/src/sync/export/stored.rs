//! What an export reads: stored records as canonical JSON, as far as the shape of the mapping goes. One query per model and level.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::environment::Environment;
use crate::json::writer::json_text;
use crate::model::{Model, ModelKind};
use crate::shape::{Kind, Shape};
use crate::sync::End;
use crate::sync::loaded::{named, referring};
use crate::value::{RecordId, Stored, StoredRecord, Val};

/// The field that holds the record itself.
const OWN: &str = "id";
/// What the name of the record behind a reference ends in.
const BEHIND: char = '.';

/// Reads records with what the shape says; those that are gone are not in it.
pub(crate) async fn read(
    env: &Environment,
    model: &'static Model,
    shape: &'static Shape,
    ids: &[RecordId],
) -> Result<BTreeMap<RecordId, Map<String, Value>>, End> {
    let columns = columns(model, shape);
    let rows = env
        .store
        .read(model, ids, &columns)
        .await
        .map_err(|error| End::from(&error))?;
    let rows: Vec<StoredRecord> = rows.into_iter().flatten().collect();
    let mut made: BTreeMap<RecordId, Map<String, Value>> =
        rows.iter().map(|row| (row.id, own_fields(row, shape))).collect();
    for field in shape.fields {
        if let Kind::Record(far) = field.kind {
            behind(env, model, (field.name, far), &rows, &mut made).await?;
        } else if let Kind::List(far) = field.kind
            && is_one_to_many(model, field.name)
        {
            children(env, model, (field.name, far), &mut made).await?;
        }
    }
    Ok(made)
}

/// The columns and links that must be read.
fn columns(model: &'static Model, shape: &'static Shape) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for field in shape.fields {
        let name = field.name.trim_end_matches(BEHIND);
        let stored = model.field(name).filter(|_| !is_one_to_many(model, name));
        if let Some(stored) = stored
            && !names.contains(&stored.name)
        {
            names.push(stored.name);
        }
    }
    names
}

fn is_one_to_many(model: &'static Model, name: &str) -> bool {
    let field = model.field(name);
    field.is_some_and(|field| matches!(field.kind, ModelKind::OneToMany { .. }))
}

fn own_fields(row: &StoredRecord, shape: &'static Shape) -> Map<String, Value> {
    let mut made = Map::new();
    for field in shape.fields {
        if field.name == OWN && row.model.field(OWN).is_none() {
            made.insert(OWN.to_owned(), Value::from(row.id.0));
        } else if let Some(stored) = row.get(field.name) {
            made.insert(field.name.to_owned(), json(stored));
        }
    }
    made
}

/// A stored value as JSON, digits as they are.
fn json(stored: &Stored) -> Value {
    // What the writer makes is JSON.
    serde_json::from_str(&json_text(&Val::from(stored))).unwrap_or(Value::Null)
}

/// Records behind a reference, each read once.
async fn behind(
    env: &Environment,
    model: &'static Model,
    (name, shape): (&'static str, &'static Shape),
    rows: &[StoredRecord],
    made: &mut BTreeMap<RecordId, Map<String, Value>>,
) -> Result<(), End> {
    let column = name.trim_end_matches(BEHIND);
    let Some(ModelKind::Ref { model: far, .. }) = model.field(column).map(|field| field.kind) else {
        return Err(broken(model, name));
    };
    let far = named(env, far)?;
    let leads = |row: &StoredRecord| match row.get(column) {
        Some(Stored::Ref(id)) => Some(*id),
        _ => None,
    };
    let mut ids: Vec<RecordId> = rows.iter().filter_map(leads).collect();
    ids.sort_unstable();
    ids.dedup();
    let records = Box::pin(read(env, far, shape, &ids)).await?;
    for row in rows {
        let record = leads(row).and_then(|id| records.get(&id)).cloned();
        if let Some(own) = made.get_mut(&row.id) {
            own.insert(name.to_owned(), record.map_or(Value::Null, Value::Object));
        }
    }
    Ok(())
}

/// Records that refer to these ones, by number.
async fn children(
    env: &Environment,
    model: &'static Model,
    (name, shape): (&'static str, &'static Shape),
    made: &mut BTreeMap<RecordId, Map<String, Value>>,
) -> Result<(), End> {
    let Some(ModelKind::OneToMany { model: far, by }) = model.field(name).map(|field| field.kind) else {
        return Err(broken(model, name));
    };
    let far = named(env, far)?;
    let ids: Vec<RecordId> = made.keys().copied().collect();
    let found = referring(env, far, by, &ids).await?;
    let all: Vec<RecordId> = found.iter().flatten().copied().collect();
    let records = Box::pin(read(env, far, shape, &all)).await?;
    for (own, found) in made.values_mut().zip(found) {
        let elements = found
            .iter()
            .filter_map(|id| records.get(id).cloned().map(Value::Object));
        own.insert(name.to_owned(), Value::Array(elements.collect()));
    }
    Ok(())
}

fn broken(model: &Model, name: &str) -> End {
    End::Failed {
        kind: "unit".to_owned(),
        reason: format!(
            "the generated mapping reads `{name}`, which {} does not have",
            model.name
        ),
    }
}
