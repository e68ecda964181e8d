//! Statements that find bindings which lead nowhere.

use super::quoted;

/// Counts living bindings without a record: it is null, or the record is not there.
pub(crate) fn count_bindings(table: &str, records: &str) -> String {
    let (table, records) = (quoted(table), quoted(records));
    format!(
        "select count(*) from {table} b where b.\"buried_at\" is null and \
         (b.\"internal_id\" is null or not exists (select 1 from {records} r where r.\"id\" = b.\"internal_id\"))"
    )
}
