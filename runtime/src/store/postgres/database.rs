//! A session of PostgreSQL inside a transaction, for what is written once for all stores.

use std::sync::{Mutex, PoisonError};

use tokio_postgres::Row as PostgresRow;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use crate::store::StoreError;
use crate::store::database::{Answers, Database, Row, Value};
use crate::store::sql::Dialect;
use crate::store::sql::table::Holds;
use crate::value::Stored;

use super::error::Failure;
use super::pool::Leased;
use super::value::{Bound, stored};

/// Where a statement that may meet a unique index is undone to.
const SAVEPOINT: &str = "one";

impl Row for PostgresRow {
    fn take(&mut self, column: usize, holds: Holds) -> Result<Stored, String> {
        stored(self, column, holds)
    }
}

/// A session at work. What the server said is kept until it is decided whether the transaction is run again.
pub(super) struct Work<'s> {
    session: &'s Leased,
    failed: Mutex<Option<Failure>>,
}

impl<'s> Work<'s> {
    pub(super) fn new(session: &'s Leased) -> Self {
        Self {
            session,
            failed: Mutex::default(),
        }
    }

    /// Why the transaction is given up, as the server said it.
    pub(super) fn failure(&self, error: StoreError) -> Failure {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        failed.unwrap_or(Failure::Store(error))
    }

    /// An answer as the session's own statements give it.
    pub(super) fn said<T>(&self, answer: Result<T, StoreError>) -> Result<T, Failure> {
        answer.map_err(|error| self.failure(error))
    }

    /// A failure in the words of the store. Data that was refused is the plan's affair; anything else is the transaction's.
    fn failed(&self, about: &str, failure: Failure) -> StoreError {
        let error = failure.about(about, self.session.name());
        if !matches!(error, StoreError::Refused { .. }) {
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
        }
        error
    }
}

impl Database for Work<'_> {
    type Row = PostgresRow;
    const DIALECT: Dialect = Dialect::Postgres;
    const ANSWERS: Answers = Answers::Later;

    async fn execute(&self, about: &str, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let bound = bound(values);
        let written = self.session.execute(text, &parameters(&bound)).await;
        written.map_err(|failure| self.failed(about, failure))
    }

    async fn rows(&self, about: &str, text: &str, values: &[Value<'_>]) -> Result<Vec<PostgresRow>, StoreError> {
        let bound = bound(values);
        let rows = self.session.query(text, &parameters(&bound)).await;
        rows.map_err(|failure| self.failed(about, failure))
    }

    /// The statement itself leaves a row out that would meet a unique index.
    async fn insert(&self, about: &str, text: &str, values: &[Value<'_>]) -> Result<Option<i64>, StoreError> {
        let rows = self.rows(about, text, values).await?;
        rows.into_iter().next().map(|mut row| row.int(0)).transpose()
    }

    /// An error would end the transaction, so the statement has a savepoint of its own.
    async fn update_unique(&self, about: &str, text: &str, values: &[Value<'_>]) -> Result<Option<u64>, StoreError> {
        let bound = bound(values);
        let parameters = parameters(&bound);
        self.define(about, &format!("savepoint {SAVEPOINT}")).await?;
        match self.session.execute(text, &parameters).await {
            Ok(written) => {
                self.define(about, &format!("release savepoint {SAVEPOINT}")).await?;
                Ok(Some(written))
            }
            Err(Failure::Statement(error)) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => {
                let undo = format!("rollback to savepoint {SAVEPOINT}; release savepoint {SAVEPOINT}");
                self.define(about, &undo).await?;
                Ok(None)
            }
            Err(failure) => Err(self.failed(about, failure)),
        }
    }

    async fn define(&self, about: &str, text: &str) -> Result<(), StoreError> {
        let defined = self.session.batch(text).await;
        defined.map_err(|failure| self.failed(about, failure))
    }
}

fn bound<'v>(values: &[Value<'v>]) -> Vec<Bound<'v>> {
    values.iter().map(|value| Bound(*value)).collect()
}

fn parameters<'b>(bound: &'b [Bound<'_>]) -> Vec<&'b (dyn ToSql + Sync)> {
    bound.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
