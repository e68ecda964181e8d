//! Effects (`after f`) inside the transaction of their plan: the author's functions read and write records through [`Tx`].
//!
//! The functions are plain ones. Where the database answers at once they are called in place; where its answers come later,
//! they run on a thread of their own and ask the task that has the transaction.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::effect::{Effect, Effects, Records, Tx, TxError};
use crate::fault::Fail;
use crate::model::Model;
use crate::plan::EffectCall;
use crate::store::StoreError;
use crate::store::database::{Answers, Database, ready};
use crate::store::records::find::{self, Search, Unkeyed};
use crate::store::records::read;
use crate::store::sql::lock::Lock;
use crate::value::{RecordId, Stored, StoredRecord};

use super::{A_PLAN, Applying, PlanRefused, refused};

/// What an effect asks of its transaction.
enum Request {
    Read(&'static Model, RecordId, Vec<String>),
    Find(&'static Model, Vec<(String, Stored)>),
    Create(&'static Model, BTreeMap<String, Stored>),
    Update(&'static Model, RecordId, BTreeMap<String, Stored>),
    Delete(&'static Model, RecordId),
    Model(String),
}

/// What it is told.
enum Reply {
    Record(Option<StoredRecord>),
    Ids(Vec<RecordId>),
    Done,
    Model(Option<&'static Model>),
}

/// How an effect ended; `None`: with a panic.
type Ran = Option<Result<(), Fail>>;

impl<D: Database> Applying<'_, D> {
    /// Calls the effects of a plan, in order. What one refuses, or breaks off at, undoes the whole plan.
    pub(super) async fn run_effects(
        &mut self,
        calls: &[EffectCall],
        effects: Option<&dyn Effects>,
    ) -> Result<(), PlanRefused> {
        for call in calls {
            let name = &call.function;
            let effect = effects.and_then(|effects| effects.effect(name));
            let effect = effect.ok_or_else(|| {
                refused(format!(
                    "the function {name} of this plan is not known; a newer program may have made the plan"
                ))
            })?;
            let Stored::Ref(id) = self.resolved(&call.record)? else {
                return Err(refused(format!("{name} is called for no record")));
            };
            let mut asked = Asked {
                applying: self,
                broken: None,
            };
            let ran = match D::ANSWERS {
                Answers::AtOnce => run_in_place(&mut asked, effect, id, call.now),
                Answers::Later => run_beside(&mut asked, effect, id, call.now).await,
            };
            if let Some(error) = asked.broken {
                return Err(PlanRefused::Store(error));
            }
            let who = format!("{name} ({} {})", effect.model.name, id.0);
            match ran {
                Some(Ok(())) => {}
                Some(Err(fail)) => return Err(refused(format!("{who}: {}", fail.message))),
                None => {
                    return Err(refused(format!(
                        "{who} broke off with a defect; what it wrote is undone"
                    )));
                }
            }
        }
        Ok(())
    }
}

fn run_in_place<D: Database>(asked: &mut Asked<'_, '_, D>, effect: &Effect, id: RecordId, now: Timestamp) -> Ran {
    let mut asking = Asking(|request| ready(asked.answer(request)).map_err(|Broken(error)| error));
    catch_unwind(AssertUnwindSafe(|| (effect.call)(&mut Tx::new(&mut asking, now), id))).ok()
}

async fn run_beside<D: Database>(
    asked: &mut Asked<'_, '_, D>,
    effect: &'static Effect,
    id: RecordId,
    now: Timestamp,
) -> Ran {
    let (questions, mut asks) = mpsc::channel::<(Request, oneshot::Sender<Result<Reply, TxError>>)>(1);
    let running = tokio::task::spawn_blocking(move || {
        let gone = || TxError::Refused("the transaction is gone".to_owned());
        let mut asking = Asking(|request| {
            let (reply, answer) = oneshot::channel();
            questions.blocking_send((request, reply)).map_err(|_| gone())?;
            answer.blocking_recv().map_err(|_| gone())?
        });
        (effect.call)(&mut Tx::new(&mut asking, now), id)
    });
    while let Some((request, reply)) = asks.recv().await {
        let answer = asked.answer(request).await.map_err(|Broken(error)| error);
        // Whoever asked is there until it is answered.
        let _ = reply.send(answer);
    }
    running.await.ok()
}

/// The records as an effect sees them; the function takes its questions to the transaction.
struct Asking<F>(F);

impl<F: FnMut(Request) -> Result<Reply, TxError>> Asking<F> {
    fn ids(&mut self, request: Request) -> Result<Vec<RecordId>, TxError> {
        match (self.0)(request)? {
            Reply::Ids(ids) => Ok(ids),
            Reply::Record(_) | Reply::Done | Reply::Model(_) => Err(misunderstood()),
        }
    }
}

fn misunderstood() -> TxError {
    TxError::Refused("the transaction answered another question".to_owned())
}

impl<F: FnMut(Request) -> Result<Reply, TxError>> Records for Asking<F> {
    fn read(&mut self, model: &'static Model, id: RecordId, fields: &[&str]) -> Result<Option<StoredRecord>, TxError> {
        let fields = fields.iter().map(|name| (*name).to_owned()).collect();
        match (self.0)(Request::Read(model, id, fields))? {
            Reply::Record(record) => Ok(record),
            Reply::Ids(_) | Reply::Done | Reply::Model(_) => Err(misunderstood()),
        }
    }

    fn find(&mut self, model: &'static Model, by: &[(&str, Stored)]) -> Result<Vec<RecordId>, TxError> {
        let by = by.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        self.ids(Request::Find(model, by.collect()))
    }

    fn create(&mut self, model: &'static Model, values: &BTreeMap<String, Stored>) -> Result<RecordId, TxError> {
        let made = self.ids(Request::Create(model, values.clone()))?;
        made.first().copied().ok_or_else(misunderstood)
    }

    fn update(
        &mut self,
        model: &'static Model,
        id: RecordId,
        values: &BTreeMap<String, Stored>,
    ) -> Result<(), TxError> {
        (self.0)(Request::Update(model, id, values.clone())).map(|_| ())
    }

    fn delete(&mut self, model: &'static Model, id: RecordId) -> Result<(), TxError> {
        (self.0)(Request::Delete(model, id)).map(|_| ())
    }

    fn model(&mut self, name: &str) -> Option<&'static Model> {
        match (self.0)(Request::Model(name.to_owned())) {
            Ok(Reply::Model(model)) => model,
            Ok(Reply::Record(_) | Reply::Ids(_) | Reply::Done) | Err(_) => None,
        }
    }
}

/// A plan on its way, as its effects ask it.
struct Asked<'p, 'a, D> {
    applying: &'p mut Applying<'a, D>,
    /// The database failed: the whole transaction is given up, whatever the function makes of it.
    broken: Option<StoreError>,
}

/// What an effect is told that cannot have what it asked.
struct Broken(TxError);

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self(TxError::Refused(error.to_string()))
    }
}

impl<D: Database> Asked<'_, '_, D> {
    async fn answer(&mut self, request: Request) -> Result<Reply, Broken> {
        let answered = match request {
            Request::Read(model, id, fields) => self.read(model, id, &fields).await.map(Reply::Record),
            Request::Find(model, by) => self.find(model, &by).await.map(Reply::Ids),
            Request::Create(model, values) => {
                let made = self.applying.create(model, &values).await;
                made.map(|id| Reply::Ids(vec![id])).map_err(|error| self.said(error))
            }
            Request::Update(model, id, values) => self.update(model, id, &values).await.map(|()| Reply::Done),
            Request::Delete(model, id) => self.delete(model, id).await.map(|()| Reply::Done),
            Request::Model(name) => Ok(Reply::Model(self.applying.catalog.model(&name).ok())),
        };
        answered.map_err(Broken)
    }

    async fn update(
        &mut self,
        model: &'static Model,
        id: RecordId,
        values: &BTreeMap<String, Stored>,
    ) -> Result<(), TxError> {
        let version = self.version(model, id, Lock::Written).await?;
        let written = self.applying.update(model, id, version, values).await;
        written.map_err(|error| self.said(error))
    }

    async fn delete(&mut self, model: &'static Model, id: RecordId) -> Result<(), TxError> {
        let version = self.version(model, id, Lock::Deleted).await?;
        let gone = self.applying.delete(model, id, version).await;
        gone.map_err(|error| self.said(error))
    }

    fn said(&mut self, error: PlanRefused) -> TxError {
        match error {
            PlanRefused::Stale(words) | PlanRefused::Refused(words) => TxError::Refused(words),
            PlanRefused::Store(error) => {
                let words = error.to_string();
                self.broken.get_or_insert(error);
                TxError::Refused(words)
            }
        }
    }

    async fn version(&mut self, model: &'static Model, id: RecordId, lock: Lock) -> Result<i64, TxError> {
        let present = self.applying.present_version(&model.table_name(), id, lock).await;
        let present = present.map_err(|error| self.said(error))?;
        present.ok_or(TxError::NoRecord { model: model.name, id })
    }

    async fn read(
        &mut self,
        model: &'static Model,
        id: RecordId,
        fields: &[String],
    ) -> Result<Option<StoredRecord>, TxError> {
        let unknown = |name: &str| TxError::Refused(format!("{} has no field {name}", model.name));
        let fields = fields
            .iter()
            .map(|name| model.field(name).map(|field| field.name).ok_or_else(|| unknown(name)))
            .collect::<Result<Vec<&'static str>, TxError>>()?;
        let found = read::read(self.applying.database, model, &[id], &fields).await;
        let found = found.map_err(|error| self.said(error.into()))?;
        Ok(found.into_iter().flatten().next())
    }

    async fn find(&mut self, model: &'static Model, by: &[(String, Stored)]) -> Result<Vec<RecordId>, TxError> {
        let (nulls, given): (Vec<_>, Vec<_>) = by.iter().partition(|(_, value)| *value == Stored::Null);
        let nulls: Vec<&str> = nulls.iter().map(|(name, _)| name.as_str()).collect();
        let names: Vec<&str> = given.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<Stored> = given.iter().map(|(_, value)| value.clone()).collect();
        let search = Search {
            model,
            by: &names,
            fold: false,
            unkeyed: Unkeyed::Exact,
            filter: None,
            planned: None,
            nulls: &nulls,
            values: std::slice::from_ref(&values),
        };
        let prepared = find::prepare(D::DIALECT, &search);
        let prepared = prepared.map_err(|words| TxError::Refused(format!("{}: {words}", model.name)))?;
        let found = find::run(self.applying.database, A_PLAN, &prepared).await;
        let found = found.map_err(|error| self.said(error.into()))?;
        Ok(found.into_iter().flatten().collect())
    }
}
