//! Records behind `load`: stored fields, and for one-to-many fields the records that refer to them. One query per model and such field.

use crate::environment::Environment;
use crate::model::{Model, ModelKind};
use crate::store::Find;
use crate::sync::End;
use crate::value::{RecordId, Stored, StoredRecord};

/// Reads fields of records, in the order of their numbers as given; absent: there is none any more.
pub(crate) async fn read(
    env: &Environment,
    model: &'static Model,
    ids: &[RecordId],
    fields: &[&'static str],
) -> Result<Vec<Option<StoredRecord>>, End> {
    let lists = |name: &&'static str| match model.field(name).map(|field| field.kind) {
        Some(ModelKind::OneToMany { model, by }) => Some((*name, model, by)),
        Some(_) | None => None,
    };
    let columns: Vec<&'static str> = fields.iter().copied().filter(|name| lists(name).is_none()).collect();
    let records = env.store.read(model, ids, &columns).await;
    let mut records = records.map_err(|error| End::from(&error))?;
    for (name, far, by) in fields.iter().filter_map(lists) {
        let found = referring(env, named(env, far)?, by, ids).await?;
        for (record, found) in records.iter_mut().zip(found) {
            if let Some(record) = record {
                record.fields.push((name, Stored::Refs(found)));
            }
        }
    }
    Ok(records)
}

/// The records whose field refers to each of these, in the order of their numbers as given. One query.
pub(crate) async fn referring(
    env: &Environment,
    model: &'static Model,
    by: &'static str,
    ids: &[RecordId],
) -> Result<Vec<Vec<RecordId>>, End> {
    let find = Find {
        model,
        by: vec![by],
        fold: false,
        filter: None,
        values: ids.iter().map(|id| vec![Stored::Ref(*id)]).collect(),
    };
    env.store.find(&find).await.map_err(|error| End::from(&error))
}

/// The model of a name that a generated table gives.
pub(crate) fn named(env: &Environment, model: &str) -> Result<&'static Model, End> {
    let found = env.registry.model_named(model);
    found.ok_or_else(|| End::Failed {
        kind: "unit".to_owned(),
        reason: format!("there is no model {model}"),
    })
}
