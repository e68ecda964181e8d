//! What SQLite says, in the words of [`StoreError`].

use rusqlite::{Error, ErrorCode};

use crate::store::StoreError;

/// An error of a statement. `what` names the table or job it was about.
pub(crate) fn store_error(what: &str, error: &Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::OperationInterrupted) => {
            StoreError::Busy(format!("{what}: {error}"))
        }
        Some(
            code @ (ErrorCode::ReadOnly
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::NotADatabase
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory),
        ) => StoreError::Unavailable {
            name: what.to_owned(),
            reason: reason(code, error),
        },
        Some(_) | None => StoreError::Refused {
            what: what.to_owned(),
            reason: error.to_string(),
        },
    }
}

/// An error of opening the file or of a commit.
pub(super) fn unavailable(name: &str, error: &Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy(format!("{name}: another process keeps it locked"))
        }
        Some(code) => StoreError::Unavailable {
            name: name.to_owned(),
            reason: reason(code, error),
        },
        None => StoreError::Unavailable {
            name: name.to_owned(),
            reason: error.to_string(),
        },
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "SQLite's own words do for the codes without advice"
)]
fn reason(code: ErrorCode, error: &Error) -> String {
    let advice = match code {
        ErrorCode::ReadOnly => "the file or its folder is read-only; give write permission on both",
        ErrorCode::DiskFull => "the disk is full; free some space",
        ErrorCode::SystemIoFailure => "reading or writing the disk failed",
        ErrorCode::CannotOpen => "the file cannot be opened; check that its folder exists and is writable",
        ErrorCode::NotADatabase => "the file is not a SQLite database, or is encrypted; choose another file name",
        ErrorCode::DatabaseCorrupt => "the file is damaged; restore a backup",
        ErrorCode::PermissionDenied => "permission is denied",
        _ => return error.to_string(),
    };
    format!("{advice} ({error})")
}
