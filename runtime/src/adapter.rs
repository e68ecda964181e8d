//! Speaks to other systems: one call of an operation in, one answer as canonical JSON out. Knows nothing of mappings, stores and jobs.

pub mod argument;
pub mod connect;
pub mod error;
pub mod http;
mod items;
pub mod limit;
pub mod secret;
pub mod template;
pub mod xml_rpc;

use async_trait::async_trait;

pub use self::argument::Argument;
pub use self::connect::{ConnectError, connect};
pub use self::error::{AdapterError, Cause};
pub use self::http::Options;
pub use self::secret::Secret;
use crate::connector::{ExternalType, Operation};
use crate::value::Key;

/// Speaks to one backend instance.
#[async_trait]
pub trait Adapter: Send + Sync + std::fmt::Debug {
    /// Sends what the operation says and hands back the answer. Waits for the rate limit of the instance first.
    async fn call(&self, operation: &'static Operation, call: Call) -> Result<Payload, AdapterError>;

    /// What would be sent, for people: secrets are masked.
    fn describe(&self, operation: &'static Operation, call: &Call) -> Result<String, AdapterError> {
        let words = template::InWords {
            external: call.external.name,
            operation: operation.name,
            id: call.id.as_ref(),
        };
        Ok(words.to_string())
    }

    /// Says goodbye, where the other side wants that; the next call says hello again.
    async fn close(&self) {}
}

/// What a caller passes to an operation.
#[derive(Clone, Debug)]
pub struct Call {
    /// The type whose operation it is: says how its keys are written.
    pub external: &'static ExternalType,
    /// The key; absent for operations that ask for no single record.
    pub id: Option<Key>,
    /// In the order of [`Operation::params`]; what is not there counts as [`Argument::Absent`].
    pub args: Vec<Argument>,
    /// What `create` and `write` send.
    pub sent: Option<Sent>,
    /// The same in each repeat of a `create`: what a header of `once by header` holds.
    pub once: Option<String>,
}

/// A mapped record as the other side writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    /// The fields that differ from what both sides agreed on last: what a record in a request holds.
    pub changed: serde_json::Map<String, serde_json::Value>,
    /// All fields: what stands in a request by itself.
    pub whole: serde_json::Map<String, serde_json::Value>,
}

impl Call {
    /// Asks for records: `list(..)` and the operations of `with`.
    pub fn list(external: &'static ExternalType, args: Vec<Argument>) -> Self {
        Self {
            external,
            id: None,
            args,
            sent: None,
            once: None,
        }
    }

    /// Asks for one record.
    pub fn read(external: &'static ExternalType, id: Key) -> Self {
        Self {
            external,
            id: Some(id),
            args: Vec::new(),
            sent: None,
            once: None,
        }
    }

    /// Sends a record: a new one without a key, else a change of the one with this key.
    pub fn send(external: &'static ExternalType, id: Option<Key>, sent: Sent) -> Self {
        Self {
            external,
            id,
            args: Vec::new(),
            sent: Some(sent),
            once: None,
        }
    }
}

/// An answer: canonical JSON, digits as the other side wrote them. What `items` names is already taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload(pub Vec<u8>);
