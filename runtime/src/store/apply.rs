//! Applies a plan inside a transaction: what it relies on is checked first, then records, links, bindings, runs and
//! cursors are written. All of it stays or nothing does. Jobs are the queue's part.

mod bind;
mod delete;
mod effect;
mod expect;
mod language;
mod link;
#[cfg(feature = "postgres")]
pub(crate) mod lock;
mod own_columns;
mod record;

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;

use crate::effect::Effects;
use crate::model::Model;
use crate::plan::{Plan, Write};
use crate::store::StoreError;
use crate::store::catalog::Catalog;
use crate::store::database::{Database, Row, Value};
use crate::store::sql::lock::{self as version_lock, Lock};
use crate::store::{exports, runs};
use crate::value::{RecordId, Stored};

use super::plan::{PlanApplied, PlanRefused};
use delete::Gone;

/// What statements of a plan are about, for messages.
const A_PLAN: &str = "a plan";

/// Applies everything of a plan but its jobs, inside a savepoint of the caller: what an error has left is undone by that.
pub(crate) async fn apply_plan<D: Database>(
    database: &D,
    catalog: &Catalog,
    effects: Option<&dyn Effects>,
    plan: &Plan,
) -> Result<PlanApplied, PlanRefused> {
    runs::check_handed(plan)?;
    Applying::new(database, catalog).run(plan, effects).await
}

fn refused(words: impl Into<String>) -> PlanRefused {
    PlanRefused::Refused(words.into())
}

fn stale(words: impl Into<String>) -> PlanRefused {
    PlanRefused::Stale(words.into())
}

/// A plan on its way.
struct Applying<'a, D> {
    database: &'a D,
    catalog: &'a Catalog,
    /// By position of the write.
    created: Vec<(u32, RecordId)>,
    /// Records this plan has written already: the version it was computed from, and the present one.
    written: HashMap<(String, RecordId), (i64, i64)>,
    /// Where keys led when the plan was checked, by position in `plan.expects`; taken by the binding that needs it.
    living: Vec<Option<Living>>,
    /// Records that must be there in the end, and who leads to them.
    needed: Vec<Needed>,
    /// Records that this plan deletes.
    deleted: IndexSet<Gone>,
}

/// Number and record of the living bindings of a key.
type Living = Vec<(i64, Option<RecordId>)>;

struct Needed {
    model: &'static Model,
    id: RecordId,
    made: Made,
    by: String,
}

/// When a record was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Made {
    /// Before this plan, or never.
    Before,
    /// By this plan: it is there, unless the plan deletes it.
    Here,
}

impl Made {
    fn of(value: &Stored) -> Self {
        match value {
            Stored::New(_) => Self::Here,
            Stored::Null
            | Stored::Text(_)
            | Stored::Int(_)
            | Stored::Decimal(_)
            | Stored::Bool(_)
            | Stored::Date(_)
            | Stored::Time(_)
            | Stored::Duration(_)
            | Stored::DateTime(_)
            | Stored::Uuid(_)
            | Stored::Bytes(_)
            | Stored::Json(_)
            | Stored::Ref(_)
            | Stored::Refs(_) => Self::Before,
        }
    }
}

impl<'a, D: Database> Applying<'a, D> {
    fn new(database: &'a D, catalog: &'a Catalog) -> Self {
        Self {
            database,
            catalog,
            created: Vec::new(),
            written: HashMap::new(),
            living: Vec::new(),
            needed: Vec::new(),
            deleted: IndexSet::new(),
        }
    }

    async fn run(mut self, plan: &Plan, effects: Option<&dyn Effects>) -> Result<PlanApplied, PlanRefused> {
        self.check_versions(plan).await?;
        self.living = self.check_expected(&plan.expects).await?;
        for (number, write) in (0..).zip(&plan.writes) {
            self.write(number, write).await?;
        }
        for binding in &plan.bindings {
            self.bind_or_bury(binding, &plan.expects).await?;
        }
        self.run_effects(&plan.effects, effects).await?;
        self.check_deleted().await?;
        self.check_needed().await?;
        for checkpoint in &plan.checkpoints {
            runs::open_checkpoint(self.database, checkpoint).await?;
        }
        for settled in &plan.settled {
            runs::close_checkpoint(self.database, settled).await?;
        }
        runs::write_entries(self.database, &plan.entries).await?;
        for cursor in &plan.cursors {
            runs::move_cursor(self.database, cursor).await?;
        }
        for export in &plan.exports {
            let record = exports::record_of(export)
                .map(|record| self.number(record))
                .transpose()?;
            exports::write(self.database, export, record).await?;
        }
        Ok(PlanApplied { created: self.created })
    }

    async fn write(&mut self, number: u32, write: &Write) -> Result<(), PlanRefused> {
        match write {
            Write::Create { model, values } => {
                let id = self.create(self.model(model)?, values).await?;
                self.created.push((number, id));
                Ok(())
            }
            Write::Update {
                model,
                id,
                version,
                values,
            } => self.update(self.model(model)?, *id, *version, values).await,
            Write::Delete { model, id, version } => self.delete(self.model(model)?, *id, *version).await,
        }
    }

    fn model(&self, name: &str) -> Result<&'static Model, PlanRefused> {
        self.catalog.model(name).map_err(refused)
    }

    /// A value in which records that this plan creates have their numbers.
    fn resolved(&self, value: &Stored) -> Result<Stored, PlanRefused> {
        if let Stored::New(number) = value {
            return self.id_of_write(*number).map(Stored::Ref);
        }
        let Stored::Refs(ids) = value else {
            return Ok(value.clone());
        };
        let ids = ids.iter().map(|id| match id.write() {
            Some(number) => self.id_of_write(number),
            None => Ok(*id),
        });
        ids.collect::<Result<_, _>>().map(Stored::Refs)
    }

    /// The number of a record that a plan refers to.
    fn number(&self, record: &Stored) -> Result<RecordId, PlanRefused> {
        let resolved = self.resolved(record)?;
        let Stored::Ref(id) = resolved else {
            return Err(refused(format!("the plan refers to a record by {resolved:?}")));
        };
        Ok(id)
    }

    fn id_of_write(&self, number: u32) -> Result<RecordId, PlanRefused> {
        let made = self.created.iter().find(|(write, _)| *write == number);
        made.map(|(_, id)| *id).ok_or_else(|| {
            refused(format!(
                "the plan refers to the record of write {number} before any such record was created"
            ))
        })
    }

    async fn present_version(&self, table: &str, id: RecordId, lock: Lock) -> Result<Option<i64>, PlanRefused> {
        let statement = version_lock::version(D::DIALECT, table, lock);
        Ok(self.first(&statement, &[id.into()]).await?)
    }

    async fn version_of(&self, model: &Model, id: RecordId, lock: Lock) -> Result<Option<i64>, PlanRefused> {
        let statement = self.catalog.records(model.name).map_err(refused)?.version(lock);
        Ok(self.first(statement, &[id.into()]).await?)
    }

    /// The present version of a record, where it is the one that the plan was computed from.
    async fn version(&self, model: &Model, id: RecordId, planned: i64, lock: Lock) -> Result<i64, PlanRefused> {
        let present = self
            .version_of(model, id, lock)
            .await?
            .ok_or_else(|| stale(format!("{} {} is gone", model.name, id.0)))?;
        let written = match self.written.is_empty() {
            true => None,
            false => self.written.get(&(model.table_name(), id)),
        };
        let meant = match written {
            Some((from, now)) if *from == planned => *now,
            Some(_) | None => planned,
        };
        if present == meant {
            Ok(present)
        } else {
            Err(changed_since(model, id, present, planned))
        }
    }

    async fn check_needed(&self) -> Result<(), PlanRefused> {
        let mut there: HashSet<(&str, RecordId)> = HashSet::new();
        for Needed { model, id, made, by } in &self.needed {
            let is_there = *made == Made::Here && self.deleted.is_empty() || !there.insert((model.name, *id));
            if !is_there && self.version_of(model, *id, Lock::Kept).await?.is_none() {
                let words = format!("{by} leads to {} {}, which does not exist", model.name, id.0);
                // One that somebody else deleted is looked up again when the plan is made again.
                return Err(match self.deletes(model, *id) {
                    true => refused(words),
                    false => stale(words),
                });
            }
        }
        Ok(())
    }

    async fn execute(&self, statement: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.database.execute(A_PLAN, statement, values).await
    }

    /// The first row, if there is one.
    async fn row(&self, statement: &str, values: &[Value<'_>]) -> Result<Option<D::Row>, StoreError> {
        let rows = self.database.rows(A_PLAN, statement, values).await?;
        Ok(rows.into_iter().next())
    }

    /// The number in the first column of the first row, if there is one.
    async fn first(&self, statement: &str, values: &[Value<'_>]) -> Result<Option<i64>, StoreError> {
        let row = self.row(statement, values).await?;
        row.map(|mut row| row.int(0)).transpose()
    }

    /// The first column of all rows.
    async fn ids(&self, statement: &str, record: RecordId) -> Result<Vec<RecordId>, StoreError> {
        let rows = self.database.rows(A_PLAN, statement, &[record.into()]).await?;
        rows.into_iter().map(|mut row| row.int(0).map(RecordId)).collect()
    }
}

fn changed_since(model: &Model, id: RecordId, present: i64, planned: i64) -> PlanRefused {
    stale(format!(
        "{} {} was changed meanwhile: it is at version {present}, the plan was made from version {planned}",
        model.name, id.0
    ))
}
