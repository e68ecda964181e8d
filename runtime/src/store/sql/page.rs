//! Statements that go through all records of a table, page by page.

use super::{Dialect, quoted};

/// Numbers of records, lowest first; parameters: the number before, how many.
pub(crate) fn ids_after(dialect: Dialect, table: &str) -> String {
    format!(
        "select \"id\" from {} where \"id\" > {} order by \"id\" limit {}",
        quoted(table),
        dialect.parameter(1),
        dialect.parameter(2)
    )
}
