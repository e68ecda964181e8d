//! Applies a plan inside a transaction: what it relies on is checked first, then records, links, bindings, runs and
//! cursors are written. All of it stays or nothing does. Jobs are the queue's part.

mod bind;
mod delete;
mod effect;
mod expect;
mod language;
mod link;
mod record;

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;
use rusqlite::types::Value;
use rusqlite::{Transaction, params_from_iter};

use crate::effect::Effects;
use crate::model::Model;
use crate::plan::{Plan, Write};
use crate::store::catalog::Catalog;
use crate::store::sql::{self, Dialect};
use crate::value::{RecordId, Stored};

use delete::Gone;

use super::{PlanApplied, PlanRefused, exports, runs};

const DIALECT: Dialect = Dialect::Sqlite;

/// Applies everything of a plan but its jobs, inside a savepoint of the caller: what an error has left is undone by that.
pub(crate) fn apply_plan(
    transaction: &Transaction<'_>,
    catalog: &Catalog,
    effects: Option<&dyn Effects>,
    plan: &Plan,
) -> Result<PlanApplied, PlanRefused> {
    Applying::new(transaction, catalog).run(plan, effects)
}

fn refused(words: impl Into<String>) -> PlanRefused {
    PlanRefused::Refused(words.into())
}

fn stale(words: impl Into<String>) -> PlanRefused {
    PlanRefused::Stale(words.into())
}

/// A plan on its way.
struct Applying<'a> {
    transaction: &'a Transaction<'a>,
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
            | Stored::DateTime(_)
            | Stored::Uuid(_)
            | Stored::Bytes(_)
            | Stored::Json(_)
            | Stored::Ref(_)
            | Stored::Refs(_) => Self::Before,
        }
    }
}

impl<'a> Applying<'a> {
    fn new(transaction: &'a Transaction<'a>, catalog: &'a Catalog) -> Self {
        Self {
            transaction,
            catalog,
            created: Vec::new(),
            written: HashMap::new(),
            living: Vec::new(),
            needed: Vec::new(),
            deleted: IndexSet::new(),
        }
    }

    fn run(mut self, plan: &Plan, effects: Option<&dyn Effects>) -> Result<PlanApplied, PlanRefused> {
        self.check_versions(&plan.based_on)?;
        self.living = self.check_expected(&plan.expects)?;
        for (number, write) in (0..).zip(&plan.writes) {
            self.write(number, write)?;
        }
        for binding in &plan.bindings {
            self.bind_or_bury(binding, &plan.expects)?;
        }
        self.run_effects(&plan.effects, effects)?;
        self.check_deleted()?;
        self.check_needed()?;
        for checkpoint in &plan.checkpoints {
            runs::open_checkpoint(self.transaction, checkpoint)?;
        }
        for settled in &plan.settled {
            runs::close_checkpoint(self.transaction, settled)?;
        }
        runs::write_entries(self.transaction, &plan.entries)?;
        for cursor in &plan.cursors {
            runs::move_cursor(self.transaction, cursor)?;
        }
        for export in &plan.exports {
            exports::write(self.transaction, export, &|record| self.number(record))?;
        }
        Ok(PlanApplied { created: self.created })
    }

    fn write(&mut self, number: u32, write: &Write) -> Result<(), PlanRefused> {
        match write {
            Write::Create { model, values } => {
                let id = self.create(self.model(model)?, values)?;
                self.created.push((number, id));
                Ok(())
            }
            Write::Update {
                model,
                id,
                version,
                values,
            } => self.update(self.model(model)?, *id, *version, values),
            Write::Delete { model, id, version } => self.delete(self.model(model)?, *id, *version),
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

    fn present_version(&self, table: &str, id: RecordId) -> Result<Option<i64>, PlanRefused> {
        let statement = sql::statement::version(DIALECT, table);
        Ok(self.first(&statement, &[Value::Integer(id.0)])?)
    }

    fn version_of(&self, model: &Model, id: RecordId) -> Result<Option<i64>, PlanRefused> {
        let statement = &self.catalog.records(model.name).map_err(refused)?.version;
        Ok(self.first(statement, &[Value::Integer(id.0)])?)
    }

    /// The present version of a record, where it is the one that the plan was computed from.
    fn version(&self, model: &Model, id: RecordId, planned: i64) -> Result<i64, PlanRefused> {
        let present = self
            .version_of(model, id)?
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

    fn check_needed(&self) -> Result<(), PlanRefused> {
        let mut there: HashSet<(&str, RecordId)> = HashSet::new();
        for Needed { model, id, made, by } in &self.needed {
            let is_there = *made == Made::Here && self.deleted.is_empty() || !there.insert((model.name, *id));
            if !is_there && self.version_of(model, *id)?.is_none() {
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

    fn execute(&self, statement: &str, values: &[Value]) -> Result<usize, rusqlite::Error> {
        self.transaction
            .prepare_cached(statement)?
            .execute(params_from_iter(values))
    }

    /// The first column of the first row, if there is one.
    fn first<T: rusqlite::types::FromSql>(
        &self,
        statement: &str,
        values: &[Value],
    ) -> Result<Option<T>, rusqlite::Error> {
        let mut statement = self.transaction.prepare_cached(statement)?;
        let mut rows = statement.query(params_from_iter(values))?;
        rows.next()?.map(|row| row.get(0)).transpose()
    }

    /// All rows of two numbers.
    fn pairs<T: rusqlite::types::FromSql>(
        &self,
        statement: &str,
        values: &[Value],
    ) -> Result<Vec<(i64, T)>, rusqlite::Error> {
        let mut statement = self.transaction.prepare_cached(statement)?;
        let rows = statement.query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    }

    /// The first column of all rows.
    fn ids(&self, statement: &str, record: RecordId) -> Result<Vec<RecordId>, rusqlite::Error> {
        let mut statement = self.transaction.prepare_cached(statement)?;
        let rows = statement.query_map([record.0], |row| row.get(0).map(RecordId))?;
        rows.collect()
    }
}

fn changed_since(model: &Model, id: RecordId, present: i64, planned: i64) -> PlanRefused {
    stale(format!(
        "{} {} was changed meanwhile: it is at version {present}, the plan was made from version {planned}",
        model.name, id.0
    ))
}

/// Whether a statement met a unique index.
fn not_unique(error: &rusqlite::Error) -> bool {
    const EXTENDED: [i32; 2] = [
        rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
        rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
    ];
    error
        .sqlite_error()
        .is_some_and(|error| EXTENDED.contains(&error.extended_code))
}
