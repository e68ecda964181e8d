//! Statements on texts of other languages: one row per record and language.

use super::statement::{listed, parameters};
use super::table::Holds;
use super::{Dialect, quoted, quoted_list};

/// Texts of many records in all languages; parameter: JSON list of the records' numbers.
pub(crate) fn read(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let position = dialect.position();
    format!(
        "select {position}, t.\"lang\"{} from {} {} {} t where t.\"record_id\" = {} order by {position}, t.\"lang\"",
        listed(columns),
        dialect.rows(),
        dialect.then(),
        quoted(table),
        dialect.element(Holds::Ref)
    )
}

/// Sets texts of a record in a language; parameters: record, language, texts.
pub(crate) fn translate(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let set: Vec<String> = columns
        .iter()
        .map(|column| format!("{0} = excluded.{0}", quoted(column)))
        .collect();
    format!(
        "insert into {} (\"record_id\", \"lang\", {}) values ({}) on conflict (\"record_id\", \"lang\") do update set {}",
        quoted(table),
        quoted_list(columns.iter().copied()),
        parameters(dialect, 1, columns.len() + 2),
        set.join(", ")
    )
}

/// Removes a language of a record that has no text left; parameters: record, language.
pub(crate) fn forget(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let empty: String = columns
        .iter()
        .map(|column| format!(" and {} is null", quoted(column)))
        .collect();
    let (record, language) = (dialect.parameter(1), dialect.parameter(2));
    format!(
        "delete from {} where \"record_id\" = {record} and \"lang\" = {language}{empty}",
        quoted(table)
    )
}
