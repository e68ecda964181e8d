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
        let far = env.registry.model_named(far).ok_or_else(|| End::Failed {
            kind: "unit".to_owned(),
            reason: format!("there is no model {far}"),
        })?;
        let find = Find {
            model: far,
            by: vec![by],
            fold: false,
            filter: None,
            values: ids.iter().map(|id| vec![Stored::Ref(*id)]).collect(),
        };
        let found = env.store.find(&find).await.map_err(|error| End::from(&error))?;
        for (record, found) in records.iter_mut().zip(found) {
            if let Some(record) = record {
                record.fields.push((name, Stored::Refs(found)));
            }
        }
    }
    Ok(records)
}
