//! Looks at the version of a record, and what nobody else may do to it from then on.

use super::{Dialect, quoted};

/// For what a plan looks at a record. Until the plan is committed nobody else may do what would make the look untrue;
/// on SQLite nobody else writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    /// The plan was computed from it.
    Read,
    /// It is going to be written.
    Written,
    /// It is going to be deleted.
    Deleted,
    /// Something of the plan leads to it.
    Kept,
}

impl Lock {
    /// All, in the order of their numbers.
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Written, Self::Deleted, Self::Kept];

    fn words(self, dialect: Dialect) -> &'static str {
        match (dialect, self) {
            (Dialect::Sqlite, Self::Read | Self::Written | Self::Deleted | Self::Kept) => "",
            (Dialect::Postgres, Self::Read) => " for share",
            (Dialect::Postgres, Self::Written) => " for no key update",
            (Dialect::Postgres, Self::Deleted) => " for update",
            (Dialect::Postgres, Self::Kept) => " for key share",
        }
    }
}

/// The version of a record; parameter: its number.
pub(crate) fn version(dialect: Dialect, table: &str, lock: Lock) -> String {
    format!(
        "select \"row_version\" from {} where \"id\" = {}{}",
        quoted(table),
        dialect.parameter(1),
        lock.words(dialect)
    )
}
