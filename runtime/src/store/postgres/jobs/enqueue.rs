//! The one flush of a transaction: all identities it wants, by new jobs and by jobs that wait again, are taken at once,
//! sorted by key, so that two transactions which want the same ones in opposite orders do not deadlock.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::queue::clock::micros;
use crate::queue::seam::{Guard, Point, Seams};
use crate::queue::{IdentityKey, JobId, JobState, NewJob, OnConflict, visible};
use crate::store::{Enqueued, StoreError};

use super::super::PostgresStore;
use super::super::error::Failure;
use super::super::pool::Leased;

/// So often an identity is tried whose job was claimed between two looks.
const ROUNDS: usize = 3;
/// Payload bytes sent by one insert.
const INSERTED_AT_ONCE: usize = 8 << 20;

/// Someone who wants to wait.
pub(in crate::store::postgres) enum Wish<'a> {
    /// A new job.
    New(&'a NewJob),
    /// A job that waits again, and its identity.
    Again(IdentityKey, Enqueued),
}

impl Wish<'_> {
    fn key(&self) -> Option<IdentityKey> {
        match self {
            Self::New(job) => job.identity_key(),
            Self::Again(key, _) => Some(*key),
        }
    }

    fn changes_waiting(&self) -> bool {
        match self {
            Self::New(job) => job.identity.is_some() && job.on_conflict != OnConflict::Keep,
            Self::Again(..) => false,
        }
    }
}

/// What became of the wishes, and what is still to be done to jobs that were joined.
pub(in crate::store::postgres) struct Flushed {
    /// In the order given. `joined` of a job that waits again: it is superseded by this one.
    pub(in crate::store::postgres) answers: Vec<Enqueued>,
    replaced: BTreeMap<JobId, (Vec<u8>, String)>,
    earlier: BTreeMap<JobId, i64>,
}

pub(super) async fn enqueue(store: &PostgresStore, jobs: &[NewJob]) -> Result<Vec<Enqueued>, Failure> {
    if let Some(reason) = jobs.iter().find_map(NewJob::malformed) {
        return Err(StoreError::Refused {
            what: "a job".to_owned(),
            reason,
        }
        .into());
    }
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let mut session = store.sessions().session().await?;
    session.begin().await?;
    let wishes: Vec<_> = jobs.iter().map(Wish::New).collect();
    let flushed = flush(&session, store.seams(), &wishes).await?;
    flushed.change_joined(&session).await?;
    store.seams().reach(Point::Enqueued);
    session.commit().await?;
    Ok(flushed.answers)
}

/// Takes identities and inserts new jobs. For equal keys the earlier wish has it and the later ones join.
pub(in crate::store::postgres) async fn flush(
    session: &Leased,
    seams: &Seams,
    wishes: &[Wish<'_>],
) -> Result<Flushed, Failure> {
    let own = draw(session, wishes).await?;
    // Invariant: sorted by key.
    let mut first: BTreeMap<IdentityKey, usize> = BTreeMap::new();
    for (position, wish) in wishes.iter().enumerate() {
        if let Some(key) = wish.key() {
            first.entry(key).or_insert(position);
        }
    }
    let wanted: Vec<_> = first.iter().map(|(key, position)| (*key, own[*position].id)).collect();
    let joined = take_identities(session, seams, wishes, wanted).await?;
    let mut flushed = Flushed {
        answers: Vec::new(),
        replaced: BTreeMap::new(),
        earlier: BTreeMap::new(),
    };
    let mut inserted = Vec::new();
    for (position, wish) in wishes.iter().enumerate() {
        let holder = wish.key().and_then(|key| match joined.get(&key) {
            Some(waiting) => Some(waiting.clone()),
            None => first
                .get(&key)
                .filter(|first| **first != position)
                .map(|first| own[*first].clone()),
        });
        if let (None, Wish::New(job)) = (&holder, wish) {
            inserted.push((&own[position], *job));
        }
        let answer = match holder {
            Some(holder) => flushed.join(wish, holder),
            None => own[position].clone(),
        };
        flushed.answers.push(answer);
    }
    insert(session, &inserted).await?;
    Ok(flushed)
}

impl Flushed {
    fn join(&mut self, wish: &Wish<'_>, holder: Enqueued) -> Enqueued {
        if let Wish::New(job) = wish {
            match job.on_conflict {
                OnConflict::Keep => {}
                OnConflict::Replace => {
                    self.replaced
                        .insert(holder.id, (job.payload.clone(), visible(&job.description)));
                }
                OnConflict::Earliest => {
                    let delay = self.earlier.entry(holder.id).or_insert(i64::MAX);
                    *delay = micros(job.delay).min(*delay);
                }
            }
        }
        Enqueued { joined: true, ..holder }
    }

    /// Changes the jobs that were joined; after the jobs that wait again were written.
    pub(in crate::store::postgres) async fn change_joined(&self, session: &Leased) -> Result<(), Failure> {
        if !self.replaced.is_empty() {
            let ids: Vec<i64> = self.replaced.keys().map(|id| id.0).collect();
            let payloads: Vec<&[u8]> = self.replaced.values().map(|(payload, _)| payload.as_slice()).collect();
            let descriptions: Vec<&str> = self.replaced.values().map(|(_, text)| text.as_str()).collect();
            session
                .execute(
                    include_str!("../replace_payload.sql"),
                    &[&ids, &payloads, &descriptions],
                )
                .await?;
        }
        if !self.earlier.is_empty() {
            let ids: Vec<i64> = self.earlier.keys().map(|id| id.0).collect();
            let delays: Vec<i64> = self.earlier.values().copied().collect();
            session
                .execute(include_str!("../make_earlier.sql"), &[&ids, &delays])
                .await?;
        }
        Ok(())
    }
}

/// Number and name of each wish: drawn in the order given, which is the order of claims among equals.
async fn draw(session: &Leased, wishes: &[Wish<'_>]) -> Result<Vec<Enqueued>, Failure> {
    let new = wishes.iter().filter(|wish| matches!(wish, Wish::New(_))).count();
    let mut ids = match i64::try_from(new) {
        Ok(0) | Err(_) => Vec::new(),
        Ok(new) => session.query(include_str!("../draw_ids.sql"), &[&new]).await?,
    }
    .into_iter();
    wishes
        .iter()
        .map(|wish| match wish {
            Wish::Again(_, own) => Ok(own.clone()),
            Wish::New(_) => {
                let row = ids.next().ok_or_else(|| StoreError::Refused {
                    what: "job".to_owned(),
                    reason: "the server gave fewer numbers than asked for".to_owned(),
                })?;
                Ok(Enqueued {
                    id: JobId(row.try_get(0)?),
                    uuid: Uuid::now_v7(),
                    joined: false,
                })
            }
        })
        .collect()
}

/// Takes what is free; answers the waiting jobs that hold the rest. A key that is in neither changed hands in every
/// round: its job then waits without its identity, which may bring it a twin and never loses it.
async fn take_identities(
    session: &Leased,
    seams: &Seams,
    wishes: &[Wish<'_>],
    mut wanted: Vec<(IdentityKey, JobId)>,
) -> Result<HashMap<IdentityKey, Enqueued>, Failure> {
    let find = match (seams.guards.share_lock, wishes.iter().any(Wish::changes_waiting)) {
        (Guard::Off, _) => include_str!("../find_waiting.sql"),
        (Guard::On, true) => include_str!("../change_waiting.sql"),
        (Guard::On, false) => include_str!("../share_waiting.sql"),
    };
    let mut joined = HashMap::new();
    for _ in 0..ROUNDS {
        if wanted.is_empty() {
            break;
        }
        let (keys, ids): (Vec<&[u8]>, Vec<i64>) = wanted.iter().map(|(key, id)| (&key.0[..], id.0)).unzip();
        let mut settled = Vec::new();
        for row in session
            .query(include_str!("../take_identity.sql"), &[&keys, &ids])
            .await?
        {
            settled.push(key(row.try_get(0)?));
        }
        if settled.len() < keys.len() {
            let taken: Vec<&[u8]> = keys
                .iter()
                .filter(|&&one| !settled.contains(&key(one)))
                .copied()
                .collect();
            for row in session.query(find, &[&taken]).await? {
                let holder = Enqueued {
                    id: JobId(row.try_get(1)?),
                    uuid: row.try_get(2)?,
                    joined: true,
                };
                settled.push(key(row.try_get(0)?));
                joined.insert(key(row.try_get(0)?), holder);
            }
        }
        wanted.retain(|(key, _)| !settled.contains(key));
    }
    Ok(joined)
}

async fn insert(session: &Leased, jobs: &[(&Enqueued, &NewJob)]) -> Result<(), Failure> {
    let mut rest = jobs;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take_while(|(_, job)| {
            bytes += job.payload.len();
            bytes <= INSERTED_AT_ONCE
        });
        let (now, later) = rest.split_at(fits.count().max(1));
        insert_some(session, now).await?;
        rest = later;
    }
    Ok(())
}

async fn insert_some(session: &Leased, jobs: &[(&Enqueued, &NewJob)]) -> Result<(), Failure> {
    fn column<'a, T>(jobs: &[(&'a Enqueued, &'a NewJob)], value: impl Fn(&'a Enqueued, &'a NewJob) -> T) -> Vec<T> {
        jobs.iter().map(|(own, job)| value(own, job)).collect()
    }
    let state = |job: &NewJob| {
        if job.delay.is_zero() {
            JobState::Ready
        } else {
            JobState::Scheduled
        }
    };
    session
        .execute(
            include_str!("../enqueue_job.sql"),
            &[
                &column(jobs, |own, _| own.id.0),
                &column(jobs, |own, _| own.uuid),
                &column(jobs, |_, job| job.unit.as_str()),
                &column(jobs, |_, job| job.instance.as_str()),
                &column(jobs, |_, job| state(job).code()),
                &column(jobs, |_, job| job.priority),
                &column(jobs, |_, job| micros(job.delay)),
                // `malformed` refuses what does not fit.
                &column(jobs, |_, job| i32::try_from(job.max_attempts).unwrap_or(i32::MAX)),
                &column(jobs, |_, job| job.identity_key().map(|key| key.0.to_vec())),
                &column(jobs, |_, job| job.payload.as_slice()),
                &column(jobs, |_, job| visible(&job.description)),
                &column(jobs, |_, job| job.run),
            ],
        )
        .await?;
    Ok(())
}

/// A stored key; one of another length, which the database does not hold, is nobody's.
pub(super) fn key(bytes: &[u8]) -> IdentityKey {
    IdentityKey(bytes.try_into().unwrap_or_default())
}
