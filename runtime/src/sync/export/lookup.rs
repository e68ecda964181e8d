//! Answers the lookups of an export, stratum by stratum: keys of records of the inside, and searches.

use std::sync::Arc;

use crate::connector::ExternalType;
use crate::environment::Environment;
use crate::mapper::{Eval, Resolved, Run, Sources, Stopped, Wants};
use crate::store::Find;
use crate::sync::{End, loaded};
use crate::value::{Key, RecordId};

/// What is known once the lookups of a record are answered.
#[derive(Debug)]
pub(crate) enum Answered {
    /// All of them.
    All(Box<Resolved>),
    /// A `skip`, `retry` or `? when` ended the record before.
    Stopped(Stopped),
}

/// Answers all strata of one record, as far as it goes on.
pub(crate) async fn answer(
    env: &Environment,
    sources: &Sources<'_>,
    run: &Run<'_>,
    strata: u8,
) -> Result<Answered, End> {
    let mut resolved = Resolved::default();
    for stratum in 0..=strata {
        let mut wants = Wants::default();
        if stratum > 0 {
            Eval::new(sources, &resolved, run).needs(stratum, &mut wants);
        }
        records(env, &wants, &mut resolved).await?;
        finds(env, &wants, &mut resolved).await?;
        reads(env, &wants, &mut resolved).await?;
        if let Some(stopped) = Eval::new(sources, &resolved, run).stopped(stratum) {
            return Ok(Answered::Stopped(stopped));
        }
    }
    Ok(Answered::All(Box::new(resolved)))
}

async fn records(env: &Environment, wants: &Wants, resolved: &mut Resolved) -> Result<(), End> {
    for group in wants.records() {
        for id in &group.ids {
            let key = key_of(env, group.external, *id).await?;
            resolved.answer_record(group.external, *id, key);
        }
    }
    Ok(())
}

/// The key that leads to a record.
pub(crate) async fn key_of(
    env: &Environment,
    external: &'static ExternalType,
    id: RecordId,
) -> Result<Option<Key>, End> {
    let bound = env.store.bindings_of(external, &env.instance.name, id).await;
    match bound.map_err(|error| End::from(&error))?.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.key.clone())),
        several => {
            let keys: Vec<&str> = several.iter().map(|bound| bound.key.0.as_str()).collect();
            Err(End::Review(format!(
                "{} {} all lead to record {}; one is meant",
                external.name,
                keys.join(", "),
                id.0
            )))
        }
    }
}

async fn finds(env: &Environment, wants: &Wants, resolved: &mut Resolved) -> Result<(), End> {
    for group in wants.finds() {
        let find = Find {
            model: group.model,
            by: group.criteria.to_vec(),
            fold: group.fold,
            filter: None,
            values: group.values.clone(),
        };
        let found = env.store.find(&find).await.map_err(|error| End::from(&error))?;
        for (values, found) in group.values.iter().zip(found) {
            resolved.answer_find(group.model, group.criteria, group.fold, values, found);
        }
    }
    Ok(())
}

async fn reads(env: &Environment, wants: &Wants, resolved: &mut Resolved) -> Result<(), End> {
    for group in wants.reads() {
        let ids: Vec<_> = group.ids.iter().copied().collect();
        let rows = loaded::read(env, group.model, &ids, &group.fields).await?;
        for (id, row) in ids.into_iter().zip(rows) {
            resolved.answer_read(group.model, id, row.map(Arc::new));
        }
    }
    Ok(())
}
