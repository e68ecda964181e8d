//! What PostgreSQL says, in the words of [`StoreError`].

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::{Severity, SqlState};

use crate::store::StoreError;

/// Why a transaction did not happen, before it is known whether it is tried again.
#[derive(Debug)]
pub(super) enum Failure {
    /// A statement failed: nothing was changed.
    Statement(Error),
    /// The commit failed: it may have happened if the connection was lost.
    Commit(Error),
    /// Already in our words.
    Store(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Statement(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure {
    /// Whether two transactions were in each other's way and this one, given up by the server, is to be run again.
    pub(super) fn is_collision(&self) -> bool {
        let code = match self {
            Self::Statement(error) | Self::Commit(error) => error.code(),
            Self::Store(_) => None,
        };
        code == Some(&SqlState::T_R_DEADLOCK_DETECTED) || code == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
    }

    /// Whether the session was lost before a commit was sent: nothing was changed, and another session may do it.
    pub(super) fn is_lost_session(&self) -> bool {
        match self {
            Self::Statement(error) => ends_session(error),
            Self::Commit(_) | Self::Store(_) => false,
        }
    }

    /// The same for a statement about a table or a plan, where the database refused data.
    pub(super) fn about(&self, about: &str, name: &str) -> StoreError {
        let said = match self {
            Self::Store(error) => error.clone(),
            Self::Statement(error) | Self::Commit(error) => statement_error(name, error),
        };
        match said {
            StoreError::Refused { what, reason } if what == name => StoreError::Refused {
                what: about.to_owned(),
                reason,
            },
            StoreError::Refused { .. }
            | StoreError::Unavailable { .. }
            | StoreError::Busy(_)
            | StoreError::Unknown(_)
            | StoreError::Unsupported { .. } => said,
        }
    }

    pub(super) fn named(self, name: &str) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Statement(error) => statement_error(name, &error),
            Self::Commit(error) if ends_session(&error) => StoreError::Unknown(format!("{name}: {}", words(&error))),
            Self::Commit(error) => statement_error(name, &error),
        }
    }
}

/// Whether the connection broke, or the server ended it: what it says then is not an answer to the statement.
fn ends_session(error: &Error) -> bool {
    match error.as_db_error() {
        Some(said) => matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic)),
        None => error.is_closed() || error.source().is_some_and(|cause| cause.is::<std::io::Error>()),
    }
}

fn statement_error(name: &str, error: &Error) -> StoreError {
    let Some(code) = error.code() else {
        return StoreError::Unavailable {
            name: name.to_owned(),
            reason: words(error),
        };
    };
    let busy = [
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
    ];
    // Connections, resources, shutdown, read-only, passwords, missing databases.
    let unavailable = ["08", "28", "3D", "53", "57", "58", "XX"];
    match code.code() {
        _ if busy.contains(code) => StoreError::Busy(format!("{name}: {}", words(error))),
        "25006" | "42501" => StoreError::Unavailable {
            name: name.to_owned(),
            reason: words(error),
        },
        code if unavailable.iter().any(|class| code.starts_with(class)) => StoreError::Unavailable {
            name: name.to_owned(),
            reason: words(error),
        },
        _ => StoreError::Refused {
            what: name.to_owned(),
            reason: words(error),
        },
    }
}

/// The error with its cause: the library says `db error` and keeps what the server said inside.
pub(super) fn words(error: &Error) -> String {
    let cause = error.source().map(ToString::to_string);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
