//! Binder: external key to internal record and back. Reads the store; what it writes is data for a plan.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;

use crate::connector::{Binding, ExternalType};
use crate::plan::BindingWrite;
use crate::store::{Bound, RecordStore, StoreError};
use crate::value::{Key, RecordId, Stored};

/// Why a binder has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BinderError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Several external records lead to one internal record; which one is meant is not said.
    #[error("{external} {} all lead to record {}; name the one that is meant", .keys.join(", "), .id.0)]
    Several {
        /// The external type.
        external: &'static str,
        /// The record.
        id: RecordId,
        /// Their keys.
        keys: Vec<String>,
    },
    /// Records of this type are part of others and are not bound.
    #[error("{external} has no key of its own, so nothing is bound to it")]
    Unbindable {
        /// The external type.
        external: &'static str,
    },
}

/// A binding to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct NewBinding {
    /// The external key.
    pub key: Key,
    /// The record: [`Stored::Ref`] or [`Stored::New`].
    pub to: Stored,
    /// The record that encloses it, for keyed children.
    pub parent: Option<Stored>,
    /// The remote's time of change, in canonical text.
    pub revision: Option<String>,
    /// Extra fields that differ.
    pub fields: BTreeMap<String, Stored>,
}

/// Where the bindings of one external type are kept.
#[async_trait]
pub trait Binder: Send + Sync + fmt::Debug {
    /// The type.
    fn external(&self) -> &'static ExternalType;

    /// What keys lead to; answers in the order given. `0` and the empty text are keys like others.
    async fn to_internal(
        &self,
        store: &dyn RecordStore,
        instance: &str,
        keys: &[Key],
    ) -> Result<Vec<Option<Bound>>, BinderError>;

    /// The key that leads to a record; absent: none. Several are an error, never a silent pick.
    async fn to_external(
        &self,
        store: &dyn RecordStore,
        instance: &str,
        id: RecordId,
    ) -> Result<Option<Key>, BinderError> {
        let bound = self.bindings_of(store, instance, id).await?;
        match bound.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.key.clone())),
            several => Err(BinderError::Several {
                external: self.external().name,
                id,
                keys: several.iter().map(|bound| bound.key.0.clone()).collect(),
            }),
        }
    }

    /// All that lead to a record.
    async fn bindings_of(
        &self,
        store: &dyn RecordStore,
        instance: &str,
        id: RecordId,
    ) -> Result<Vec<Bound>, BinderError>;

    /// All that lead to some records.
    async fn bindings_of_all(
        &self,
        store: &dyn RecordStore,
        instance: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Bound>, BinderError> {
        let mut all = Vec::new();
        for id in ids {
            all.extend(self.bindings_of(store, instance, *id).await?);
        }
        Ok(all)
    }

    /// The change that makes a key lead to a record.
    fn bind(&self, instance: &str, binding: NewBinding) -> Result<BindingWrite, BinderError>;

    /// The change that makes a key lead nowhere.
    fn bury(&self, instance: &str, key: Key) -> Result<BindingWrite, BinderError>;
}

/// The binder of types that say nothing else: one table per external type.
#[derive(Clone, Copy, Debug)]
pub struct TableBinder {
    external: &'static ExternalType,
}

impl TableBinder {
    /// The binder of this type.
    pub fn new(external: &'static ExternalType) -> Self {
        Self { external }
    }

    fn table(&self) -> Result<&'static Binding, BinderError> {
        self.external.binding.as_ref().ok_or(BinderError::Unbindable {
            external: self.external.name,
        })
    }
}

#[async_trait]
impl Binder for TableBinder {
    fn external(&self) -> &'static ExternalType {
        self.external
    }

    async fn to_internal(
        &self,
        store: &dyn RecordStore,
        instance: &str,
        keys: &[Key],
    ) -> Result<Vec<Option<Bound>>, BinderError> {
        self.table()?;
        Ok(store.bound(self.external, instance, keys).await?)
    }

    async fn bindings_of(
        &self,
        store: &dyn RecordStore,
        instance: &str,
        id: RecordId,
    ) -> Result<Vec<Bound>, BinderError> {
        self.table()?;
        Ok(store.bindings_of(self.external, instance, id).await?)
    }

    async fn bindings_of_all(
        &self,
        store: &dyn RecordStore,
        instance: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Bound>, BinderError> {
        self.table()?;
        Ok(store.bindings_of_all(self.external, instance, ids).await?)
    }

    fn bind(&self, instance: &str, binding: NewBinding) -> Result<BindingWrite, BinderError> {
        let NewBinding {
            key,
            to,
            parent,
            revision,
            fields,
        } = binding;
        let table = self.table()?.table.to_owned();
        Ok(BindingWrite::Bind {
            table,
            instance: instance.to_owned(),
            key,
            to,
            parent,
            revision,
            fields,
        })
    }

    fn bury(&self, instance: &str, key: Key) -> Result<BindingWrite, BinderError> {
        Ok(BindingWrite::Bury {
            table: self.table()?.table.to_owned(),
            instance: instance.to_owned(),
            key,
        })
    }
}
