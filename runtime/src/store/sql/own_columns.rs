//! Keys and times of exchange that a binding keeps in columns of the record itself.

use crate::connector::OwnColumns;

use super::{Dialect, fit, quoted};

/// The key is written beside the record; parameters: key, record.
pub(crate) fn keep(dialect: Dialect, table: &str, columns: &OwnColumns) -> String {
    let synced = columns
        .synced
        .map(|synced| format!(", {} = {}", quoted(&fit(synced)), dialect.now()));
    format!(
        "update {} set {} = {}{} where \"id\" = {}",
        quoted(table),
        quoted(&fit(columns.key)),
        dialect.parameter(1),
        synced.unwrap_or_default(),
        dialect.parameter(2)
    )
}

/// The key is taken away, if it is this one; parameters: key, record.
pub(crate) fn clear(dialect: Dialect, table: &str, columns: &OwnColumns) -> String {
    let synced = columns
        .synced
        .map(|synced| format!(", {} = null", quoted(&fit(synced))));
    let key = quoted(&fit(columns.key));
    format!(
        "update {} set {key} = null{} where {key} = {} and \"id\" = {}",
        quoted(table),
        synced.unwrap_or_default(),
        dialect.parameter(1),
        dialect.parameter(2)
    )
}
