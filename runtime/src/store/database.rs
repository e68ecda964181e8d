//! What applying plans and reading records need of a database: one connection inside a transaction, statements with bound
//! values, rows. Everything above it is written once; each store brings its connection and the way it keeps values.
//!
//! The answers of SQLite are there when its futures are first polled, so [`ready`] runs the same code on its one writing
//! thread. Those of PostgreSQL come from its server.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::store::StoreError;
use crate::value::{RecordId, Stored};

use super::sql::Dialect;
use super::sql::table::Holds;

/// A value on its way into a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'v> {
    /// SQL null.
    Null,
    /// A number of our own tables, or of a record.
    Int(i64),
    /// Yes or no in our own tables.
    Flag(bool),
    /// A text, or a list as JSON.
    Text(&'v str),
    /// What a field holds; it fits its field.
    Field(&'v Stored),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<RecordId> for Value<'_> {
    fn from(id: RecordId) -> Self {
        Self::Int(id.0)
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text)
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(text: &'v String) -> Self {
        Self::Text(text)
    }
}

impl<'v> From<&'v Stored> for Value<'v> {
    fn from(value: &'v Stored) -> Self {
        Self::Field(value)
    }
}

impl<'v, T: Into<Value<'v>>> From<Option<T>> for Value<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A connection inside a transaction.
///
/// `about` names the table, job or plan that a statement is about, for messages. After an error the caller rolls back to
/// its savepoint or gives the transaction up; what meets a unique index is no error and leaves it usable.
pub(crate) trait Database {
    /// What its queries answer.
    type Row: Row;
    /// Which SQL it reads.
    const DIALECT: Dialect;
    /// When its answers come.
    const ANSWERS: Answers;

    /// Runs a statement that answers no rows; how many rows it has written.
    fn execute(&self, about: &str, text: &str, values: &[Value<'_>]) -> impl Future<Output = Result<u64, StoreError>>;

    /// Runs a query.
    fn rows(
        &self,
        about: &str,
        text: &str,
        values: &[Value<'_>],
    ) -> impl Future<Output = Result<Vec<Self::Row>, StoreError>>;

    /// Adds a row by a statement that answers its number; `None`: it would have met a unique index, and nothing was written.
    fn insert(
        &self,
        about: &str,
        text: &str,
        values: &[Value<'_>],
    ) -> impl Future<Output = Result<Option<i64>, StoreError>>;

    /// The same as [`Database::execute`]; `None`: it met a unique index, and nothing was written.
    fn update_unique(
        &self,
        about: &str,
        text: &str,
        values: &[Value<'_>],
    ) -> impl Future<Output = Result<Option<u64>, StoreError>>;

    /// Runs statements without values, as definitions of tables are.
    fn define(&self, about: &str, text: &str) -> impl Future<Output = Result<(), StoreError>>;
}

/// When the answers of a database come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// Before its futures are first polled.
    AtOnce,
    /// When its server sends them.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "its store is left out of this build")
    )]
    Later,
}

/// A row of an answer.
pub(crate) trait Row {
    /// The value of a column, taken out of the row, or what is wrong with it.
    fn take(&mut self, column: usize, holds: Holds) -> Result<Stored, String>;

    /// A number, or null.
    fn maybe_int(&mut self, column: usize) -> Result<Option<i64>, StoreError> {
        let value = self.take(column, Holds::Int);
        let value = value.map_err(|reason| unreadable(column, &reason))?;
        if let Stored::Int(number) = value {
            return Ok(Some(number));
        }
        or_null(column, &value)
    }

    /// A number.
    fn int(&mut self, column: usize) -> Result<i64, StoreError> {
        self.maybe_int(column)?.ok_or_else(|| unreadable(column, "null"))
    }

    /// How many, or a position.
    fn count<N: TryFrom<i64>>(&mut self, column: usize) -> Result<N, StoreError>
    where
        Self: Sized,
    {
        let number = self.int(column)?;
        N::try_from(number).map_err(|_| unreadable(column, &number.to_string()))
    }

    /// A text, or null.
    fn maybe_text(&mut self, column: usize) -> Result<Option<String>, StoreError> {
        let value = self.take(column, Holds::Text);
        let value = value.map_err(|reason| unreadable(column, &reason))?;
        if let Stored::Text(text) = value {
            return Ok(Some(text));
        }
        or_null(column, &value)
    }

    /// A text.
    fn text(&mut self, column: usize) -> Result<String, StoreError> {
        self.maybe_text(column)?.ok_or_else(|| unreadable(column, "null"))
    }
}

fn or_null<T>(column: usize, value: &Stored) -> Result<Option<T>, StoreError> {
    match *value == Stored::Null {
        true => Ok(None),
        false => Err(unreadable(column, &format!("{value:?}"))),
    }
}

fn unreadable(column: usize, reason: &str) -> StoreError {
    StoreError::Refused {
        what: "an answer of the database".to_owned(),
        reason: format!("column {} cannot be read: {reason}", column + 1),
    }
}

/// What a future says at once. One that would wait, which those of SQLite never do, is an error: nothing could wake it on
/// the writing thread.
pub(crate) fn ready<T, E: From<StoreError>>(future: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => Err(E::from(StoreError::Unsupported {
            store: "sqlite",
            what: "waiting inside a transaction".to_owned(),
        })),
    }
}
