//! Where the records of a run stand.

use crate::value::Key;

/// How many records of a run stand where, per type.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RunCounts {
    /// The external type.
    pub external: String,
    /// Distinct keys enumerated.
    pub read: u64,
    /// New.
    pub created: u64,
    /// Changed.
    pub updated: u64,
    /// The same.
    pub unchanged: u64,
    /// Gone.
    pub deleted: u64,
    /// Left out for a reason.
    pub skipped: u64,
    /// Failed.
    pub failed: u64,
    /// Waiting for a person.
    pub review: u64,
    /// Stopped by a person.
    pub cancelled: u64,
    /// Another run's job has them.
    pub joined: u64,
    /// Not ended yet.
    pub pending: u64,
    /// Imported only because others refer to them; not part of `read`.
    pub dependencies: u64,
    /// How often keys were enumerated again; not part of `read`.
    pub repeats: u64,
}

/// A record of a run that waits because its mapping says so.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Waiting {
    /// The external type.
    pub external: String,
    /// The external key.
    pub key: Key,
    /// What it waits for.
    pub reason: String,
    /// When it is looked at again, microseconds since 1970.
    pub eta_us: i64,
}
