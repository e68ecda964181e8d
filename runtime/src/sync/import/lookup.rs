//! Answers the lookups of a claim, stratum by stratum: one query per external type or search for all records together.
//!
//! An unbound key of a `ref!` or `load!` is imported first, in a transaction of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::connector::ExternalType;
use crate::mapper::{Ask, Eval, Lookup, Resolved, Run, Sources, Wants};
use crate::model::Model;
use crate::plan::BasedOn;
use crate::store::Find;
use crate::sync::End;
use crate::sync::export::lookup::key_of;
use crate::sync::import::map::Exists;
use crate::sync::import::{Board, Importing, map, stop};
use crate::sync::payload::Link;
use crate::value::{Key, RecordId, StoredRecord};

/// What one record of a claim knows after its lookups.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The answers.
    pub(crate) resolved: Resolved,
    /// Versions of the records whose fields it used.
    pub(crate) based_on: Vec<BasedOn>,
    /// Why records that it refers to could not be imported.
    pub(crate) unbound: BTreeMap<Link, End>,
    /// Those of them that led here themselves: answered as circles.
    circles: BTreeSet<Link>,
}

/// One record that asks.
#[derive(Debug)]
pub(crate) struct Asking<'a, 's> {
    /// Its place in the claim.
    pub(crate) place: usize,
    /// Its sources.
    pub(crate) sources: &'a Sources<'s>,
    /// The records that led to it, itself the last.
    pub(crate) chain: &'a [Link],
    /// The language it is mapped in; absent: the base.
    pub(crate) language: Option<&'a str>,
    /// Whether it is stored already.
    pub(crate) exists: Exists,
}

/// Answers all strata for all records: one [`Known`] for each, in the order given. Records that end on the way ask no more.
pub(crate) async fn answer(
    ctx: &Importing<'_>,
    asking: &[Asking<'_, '_>],
    strata: u8,
    board: &mut Board,
) -> Result<Vec<Known>, End> {
    let mut known: Vec<Known> = asking.iter().map(|_| Known::default()).collect();
    for stratum in 1..=strata {
        let wants = gather(ctx, asking, &known, stratum, board);
        keys(ctx, asking, &wants, &mut known).await?;
        records(ctx, &wants, &mut known).await?;
        finds(ctx, &wants, &mut known).await?;
        reads(ctx, &wants, &mut known).await?;
        stop::decide(ctx, asking, &known, stratum, board);
    }
    Ok(known)
}

/// What each record asks in one stratum. The mode is not known yet, so every rule counts that its changed fields do not leave out.
fn gather(ctx: &Importing<'_>, asking: &[Asking<'_, '_>], known: &[Known], stratum: u8, board: &Board) -> Vec<Wants> {
    let one = |(asking, known): (&Asking<'_, '_>, &Known)| {
        let run = Run {
            language: asking.language,
            ..map::gathering_of(ctx, asking.place, asking.exists)
        };
        let mut wants = Wants::default();
        if !board.has_ended(asking.place) {
            Eval::new(asking.sources, &known.resolved, &run).needs(stratum, &mut wants);
        }
        wants
    };
    asking.iter().zip(known).map(one).collect()
}

fn united(wants: &[Wants]) -> Wants {
    let mut all = Wants::default();
    for wants in wants {
        all.unite(wants);
    }
    all
}

/// Answers `ref`, `bound` and `load`.
async fn keys(ctx: &Importing<'_>, asking: &[Asking<'_, '_>], wants: &[Wants], known: &mut [Known]) -> Result<(), End> {
    let all = united(wants);
    let loads = all.loads();
    for group in all.keys() {
        let leads = leads(ctx, group.external, &group.keys.iter().cloned().collect::<Vec<_>>()).await?;
        let leads = imported(ctx, group.external, leads, asking, wants, known).await?;
        let records = match loads.iter().find(|load| load.external == group.external) {
            Some(load) => read(ctx, load.model, &load.fields, &leads).await?,
            None => BTreeMap::new(),
        };
        for (wants, known) in wants.iter().zip(known.iter_mut()) {
            answer_one(group.external, wants, &leads, &records, known);
        }
    }
    Ok(())
}

/// What keys lead to; keys that are unbound are not in it.
async fn leads(
    ctx: &Importing<'_>,
    external: &'static ExternalType,
    keys: &[Key],
) -> Result<BTreeMap<Key, RecordId>, End> {
    let mut leads: BTreeMap<Key, RecordId> = ctx
        .bound(external, keys)
        .await?
        .into_iter()
        .flatten()
        .map(|bound| (bound.key, bound.id))
        .collect();
    leads.extend(
        keys.iter()
            .filter_map(|key| Some((key.clone(), ctx.pretended(external, key)?))),
    );
    Ok(leads)
}

/// Imports what must be there first, all that the claim needs of one type together.
async fn imported(
    ctx: &Importing<'_>,
    external: &'static ExternalType,
    mut leads: BTreeMap<Key, RecordId>,
    asking: &[Asking<'_, '_>],
    wants: &[Wants],
    known: &mut [Known],
) -> Result<BTreeMap<Key, RecordId>, End> {
    let mut first: Vec<(Key, &[Link])> = Vec::new();
    for ((asking, wants), known) in asking.iter().zip(wants).zip(known.iter_mut()) {
        for key in wanted_first(wants, external) {
            if leads.contains_key(&key) {
                continue;
            }
            let link = link_of(external, &key);
            if asking.chain.contains(&link) {
                let circle = circle(asking.chain, &link);
                known.resolved.answer_cycle(external, key, circle.clone());
                known.circles.insert(link.clone());
                known.unbound.insert(
                    link,
                    End::Failed {
                        kind: "cycle".to_owned(),
                        reason: circle,
                    },
                );
            } else if !first.iter().any(|(known, _)| *known == key) {
                first.push((key, asking.chain));
            }
        }
    }
    if first.is_empty() {
        return Ok(leads);
    }
    let ends = ctx.dependencies(external, &first).await;
    let keys: Vec<Key> = first.into_iter().map(|(key, _)| key).collect();
    leads.extend(self::leads(ctx, external, &keys).await?);
    for (wants, known) in wants.iter().zip(known.iter_mut()) {
        for key in wanted_first(wants, external) {
            let end = keys.iter().position(|tried| *tried == key).and_then(|at| ends.get(at));
            let link = link_of(external, &key);
            if let (Some(end), false) = (end, leads.contains_key(&key) || known.circles.contains(&link)) {
                known.unbound.insert(link, end.clone());
            }
        }
    }
    Ok(leads)
}

fn link_of(external: &'static ExternalType, key: &Key) -> Link {
    Link {
        external: external.name.to_owned(),
        key: key.clone(),
    }
}

/// Keys of a type whose records a record needs imported.
fn wanted_first(wants: &Wants, external: &'static ExternalType) -> Vec<Key> {
    let mut keys = Vec::new();
    for want in wants.iter() {
        if let (Ask::Key(key), Some((asked, true))) = (&want.ask, want.lookup.external())
            && asked == external
            && !keys.contains(key)
        {
            keys.push(key.clone());
        }
    }
    keys
}

/// `Customer 21 -> Customer 7 -> Customer 21`
fn circle(chain: &[Link], link: &Link) -> String {
    let from = chain.iter().position(|known| known == link).unwrap_or(0);
    let names: Vec<String> = chain.iter().skip(from).chain([link]).map(Link::to_string).collect();
    format!("records need each other: {}", names.join(" -> "))
}

fn answer_one(
    external: &'static ExternalType,
    wants: &Wants,
    leads: &BTreeMap<Key, RecordId>,
    records: &BTreeMap<RecordId, Arc<StoredRecord>>,
    known: &mut Known,
) {
    for want in wants.iter() {
        let (Ask::Key(key), Some((asked, _))) = (&want.ask, want.lookup.external()) else {
            continue;
        };
        if asked != external {
            continue;
        }
        let id = leads.get(key).copied();
        match (want.lookup, id) {
            (Lookup::Load { .. }, _) => {
                let record = id.and_then(|id| records.get(&id)).cloned();
                known.based_on.extend(record.as_deref().and_then(based_on));
                known.resolved.answer_load(external, key.clone(), record);
            }
            // A circle was answered as such.
            (Lookup::Ref { .. } | Lookup::Bound { .. }, None) if in_circle(external, key, known) => {}
            (Lookup::Ref { .. } | Lookup::Bound { .. }, _) => known.resolved.answer_ref(external, key.clone(), id),
            (Lookup::Find { .. } | Lookup::ExtOf { .. } | Lookup::FindOrNew { .. } | Lookup::Read { .. }, _) => {}
        }
    }
}

fn in_circle(external: &'static ExternalType, key: &Key, known: &Known) -> bool {
    known.circles.contains(&link_of(external, key))
}

/// A record that only a preview pretends to have has a number below zero, and no version to rely on.
fn based_on(record: &StoredRecord) -> Option<BasedOn> {
    (record.id.0 > 0).then(|| BasedOn {
        model: record.model.name.to_owned(),
        id: record.id,
        version: record.version,
    })
}

async fn read(
    ctx: &Importing<'_>,
    model: &'static Model,
    fields: &[&'static str],
    leads: &BTreeMap<Key, RecordId>,
) -> Result<BTreeMap<RecordId, Arc<StoredRecord>>, End> {
    let mut ids: Vec<RecordId> = leads.values().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let records = ctx.read(model, &ids, fields).await?;
    Ok(records
        .into_iter()
        .flatten()
        .map(|record| (record.id, Arc::new(record)))
        .collect())
}

/// Answers `ext_of`. A record that is still to be made, or that a preview pretends to have, has no key yet.
async fn records(ctx: &Importing<'_>, wants: &[Wants], known: &mut [Known]) -> Result<(), End> {
    for group in united(wants).records() {
        for id in group.ids.iter().copied() {
            let stored = id.is_coming().is_none() && id.0 > 0;
            let key = match stored {
                true => key_of(ctx.env, group.external, id).await?,
                false => None,
            };
            for known in known.iter_mut() {
                known.resolved.answer_record(group.external, id, key.clone());
            }
        }
    }
    Ok(())
}

/// Answers `find` and `find_or_new`.
async fn finds(ctx: &Importing<'_>, wants: &[Wants], known: &mut [Known]) -> Result<(), End> {
    for group in united(wants).finds() {
        let find = Find {
            model: group.model,
            by: group.criteria.to_vec(),
            fold: group.fold,
            filter: None,
            values: group.values.clone(),
        };
        let found = ctx.env.store.find(&find).await.map_err(|error| End::from(&error))?;
        for (values, found) in group.values.iter().zip(found) {
            for known in known.iter_mut() {
                known
                    .resolved
                    .answer_find(group.model, group.criteria, group.fold, values, found.clone());
            }
        }
    }
    for (wants, known) in wants.iter().zip(known.iter_mut()) {
        make(wants, known);
    }
    Ok(())
}

/// Records that `find_or_new` did not find are made with the plan of the record that asked.
fn make(wants: &Wants, known: &mut Known) {
    for want in wants.iter() {
        let (Ask::Criteria(values), Some(new)) = (&want.ask, &want.new) else {
            continue;
        };
        if known.resolved.finds_none(want.lookup, values) {
            known.resolved.answer_new(want.lookup, values, new);
        }
    }
}

/// Answers `load` of references. A record that is still to be made is none yet.
async fn reads(ctx: &Importing<'_>, wants: &[Wants], known: &mut [Known]) -> Result<(), End> {
    for group in united(wants).reads() {
        let ids: Vec<RecordId> = group.ids.iter().copied().collect();
        let stored: Vec<RecordId> = ids.iter().copied().filter(|id| id.is_coming().is_none()).collect();
        let records = ctx.read(group.model, &stored, &group.fields).await?;
        let records: BTreeMap<RecordId, Arc<StoredRecord>> = records
            .into_iter()
            .flatten()
            .map(|record| (record.id, Arc::new(record)))
            .collect();
        for (wants, known) in wants.iter().zip(known.iter_mut()) {
            for want in wants.iter() {
                if let (Ask::Record(id), Lookup::Read { model, .. }) = (&want.ask, want.lookup)
                    && model.name == group.model.name
                {
                    let record = records.get(id).cloned();
                    known.based_on.extend(record.as_deref().and_then(based_on));
                    known.resolved.answer_read(model, *id, record);
                }
            }
        }
    }
    Ok(())
}
