//! Effects: functions of the author that read and write records in the very transaction that stores a record (`after f`).
//!
//! A [`Tx`] reaches the database and nothing else: no adapter, no clock but that of the job, no other record store. It is
//! borrowed for the call, so nothing can be kept of it, and whatever fails undoes all that the plan wrote.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::fault::Fail;
use crate::model::Model;
use crate::value::{RecordId, Stored, StoredRecord};

/// An `extern effect fn`, known to the store by its name.
pub struct Effect {
    /// `crate::orders::confirm_order`: plans name it, and plans outlive processes.
    pub name: &'static str,
    /// The model of the record it takes.
    pub model: &'static Model,
    /// The author's function.
    pub call: EffectFn,
    /// File and line of its declaration.
    pub place: &'static str,
}

/// What an author writes: `fn confirm_order(tx: &mut Tx<'_>, order: RecordId) -> Result<(), Fail>`.
pub type EffectFn = fn(&mut Tx<'_>, RecordId) -> Result<(), Fail>;

impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Effect")
            .field("name", &self.name)
            .field("model", &self.model.name)
            .finish_non_exhaustive()
    }
}

/// Where a store finds effects. The registry is one, so that what is registered later is found too.
pub trait Effects: Send + Sync + fmt::Debug {
    /// The effect of this name.
    fn effect(&self, name: &str) -> Option<&'static Effect>;
}

/// What a transaction has to be able to do for an effect; each store has one.
pub(crate) trait Records {
    /// A record with these fields; absent: there is none.
    fn read(&mut self, model: &'static Model, id: RecordId, fields: &[&str]) -> Result<Option<StoredRecord>, TxError>;
    /// Records with these values, lowest number first.
    fn find(&mut self, model: &'static Model, by: &[(&str, Stored)]) -> Result<Vec<RecordId>, TxError>;
    /// A new record.
    fn create(&mut self, model: &'static Model, values: &BTreeMap<String, Stored>) -> Result<RecordId, TxError>;
    /// Sets fields of a record.
    fn update(&mut self, model: &'static Model, id: RecordId, values: &BTreeMap<String, Stored>)
    -> Result<(), TxError>;
    /// A record goes.
    fn delete(&mut self, model: &'static Model, id: RecordId) -> Result<(), TxError>;
    /// The model of this name.
    fn model(&mut self, name: &str) -> Option<&'static Model>;
}

/// The transaction that stores a record, as an effect sees it: what the plan wrote is there already.
pub struct Tx<'t> {
    records: &'t mut dyn Records,
    now: Timestamp,
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("now", &self.now).finish_non_exhaustive()
    }
}

/// Why a transaction did not do what an effect asked. As a [`Fail`] it fails the record, in these words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TxError {
    /// No such model.
    #[error("no model is called `{0}`")]
    UnknownModel(String),
    /// No such record.
    #[error("there is no {model} {}", .id.0)]
    NoRecord {
        /// The model.
        model: &'static str,
        /// The number.
        id: RecordId,
    },
    /// The data breaks a rule of the database.
    #[error("{0}")]
    Refused(String),
}

impl From<TxError> for Fail {
    fn from(error: TxError) -> Self {
        Self::new(error.to_string())
    }
}

impl<'t> Tx<'t> {
    #[cfg(any(feature = "sqlite", feature = "postgres"))] // the stores that run effects
    pub(crate) fn new(records: &'t mut dyn Records, now: Timestamp) -> Self {
        Self { records, now }
    }

    /// The clock of the job.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// A record with these fields (columns and many-to-many).
    ///
    /// # Errors
    /// There is no such model, field or record.
    pub fn read(&mut self, model: &str, id: RecordId, fields: &[&str]) -> Result<StoredRecord, TxError> {
        let model = self.model(model)?;
        let found = self.records.read(model, id, fields)?;
        found.ok_or(TxError::NoRecord { model: model.name, id })
    }

    /// Records whose fields have these values, lowest number first.
    ///
    /// # Errors
    /// There is no such model or field, or a value is of another type.
    pub fn find(&mut self, model: &str, by: &[(&str, Stored)]) -> Result<Vec<RecordId>, TxError> {
        let model = self.model(model)?;
        self.records.find(model, by)
    }

    /// A new record; fields that are not named have their defaults.
    ///
    /// # Errors
    /// There is no such model or field, a value does not fit, a required field is not named, or a constraint is broken.
    pub fn create(&mut self, model: &str, values: &[(&str, Stored)]) -> Result<RecordId, TxError> {
        let model = self.model(model)?;
        self.records.create(model, &owned(values))
    }

    /// Sets fields of a record.
    ///
    /// # Errors
    /// There is no such model, field or record, a value does not fit, or a constraint is broken.
    pub fn update(&mut self, model: &str, id: RecordId, values: &[(&str, Stored)]) -> Result<(), TxError> {
        let model = self.model(model)?;
        self.records.update(model, id, &owned(values))
    }

    /// Deletes a record, as `on delete` says of those that refer to it.
    ///
    /// # Errors
    /// There is no such model or record, or another record needs it.
    pub fn delete(&mut self, model: &str, id: RecordId) -> Result<(), TxError> {
        let model = self.model(model)?;
        self.records.delete(model, id)
    }

    fn model(&mut self, name: &str) -> Result<&'static Model, TxError> {
        self.records
            .model(name)
            .ok_or_else(|| TxError::UnknownModel(name.to_owned()))
    }
}

fn owned(values: &[(&str, Stored)]) -> BTreeMap<String, Stored> {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    values.collect()
}
