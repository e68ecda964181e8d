//! Statements on the tables of models and bindings. Lists of ids, keys and searched values travel as one JSON parameter,
//! so that a statement is one text however long its list is, and no limit on parameters is ever met.

use super::table::Holds;
use super::{Dialect, quoted, quoted_list};

impl Dialect {
    /// The clock of a transaction.
    pub(super) fn now(self) -> &'static str {
        match self {
            Self::Sqlite => "now_us()",
            Self::Postgres => "now()",
        }
    }

    /// The elements of the JSON list in parameter 1 as rows `w`.
    pub(super) fn rows(self) -> &'static str {
        match self {
            Self::Sqlite => "json_each(?1) w",
            Self::Postgres => "jsonb_array_elements($1::jsonb) with ordinality w(value, key)",
        }
    }

    /// The position of such a row, from 0.
    pub(super) fn position(self) -> &'static str {
        match self {
            Self::Sqlite => "w.key",
            Self::Postgres => "(w.key - 1)",
        }
    }

    /// Such a row, itself a value.
    pub(super) fn element(self, holds: Holds) -> String {
        match self {
            Self::Sqlite => "w.value".to_owned(),
            Self::Postgres => format!("(w.value #>> '{{}}')::{}", json_type(holds)),
        }
    }

    /// A value of such a row, itself a list; null where the row is null.
    fn part(self, number: usize, holds: Holds) -> String {
        match self {
            Self::Sqlite => format!("json_extract(w.value, '$[{number}]')"),
            Self::Postgres => format!("(w.value ->> {number})::{}", json_type(holds)),
        }
    }

    /// A join that reads the left side first: SQLite takes it as an order, PostgreSQL sees it from the sizes.
    pub(super) fn then(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "cross join",
        }
    }

    /// What an insert does that would meet a unique index: on SQLite the error ends the statement, on PostgreSQL it would
    /// end the transaction.
    fn unless_twin(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " on conflict do nothing",
        }
    }
}

fn json_type(holds: Holds) -> &'static str {
    match holds {
        Holds::Text | Holds::Json => "text",
        Holds::Int | Holds::Ref => "bigint",
        Holds::Decimal(_) => "numeric",
        Holds::Bool => "boolean",
        Holds::Date => "date",
        Holds::Time => "time",
        Holds::Duration => "interval",
        Holds::DateTime => "timestamptz",
        Holds::Uuid => "uuid",
        Holds::Bytes => "bytea",
    }
}

pub(super) fn parameters(dialect: Dialect, first: usize, count: usize) -> String {
    (first..first + count)
        .map(|number| dialect.parameter(number))
        .collect::<Vec<_>>()
        .join(", ")
}

fn assignments(dialect: Dialect, columns: &[&str]) -> String {
    let one =
        |(position, column): (usize, &&str)| format!("{} = {}, ", quoted(column), dialect.parameter(position + 1));
    columns.iter().enumerate().map(one).collect()
}

pub(super) fn listed(columns: &[&str]) -> String {
    columns.iter().map(|column| format!(", t.{}", quoted(column))).collect()
}

/// A new record; parameters are its columns. Answers its number.
pub(crate) fn insert(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let table = quoted(table);
    let names = columns
        .iter()
        .map(|column| format!(", {}", quoted(column)))
        .collect::<String>();
    let values = columns
        .iter()
        .enumerate()
        .map(|(position, _)| format!(", {}", dialect.parameter(position + 1)));
    let (values, now) = (values.collect::<String>(), dialect.now());
    format!(
        "insert into {table} (\"row_version\", \"stamp_created\", \"stamp_updated\"{names}) \
         values (1, {now}, {now}{values}){} returning \"id\"",
        dialect.unless_twin()
    )
}

/// A change of a record; parameters are its columns, its number and the version it must have.
pub(crate) fn update(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let (id, version) = (
        dialect.parameter(columns.len() + 1),
        dialect.parameter(columns.len() + 2),
    );
    format!(
        "update {} set {}\"row_version\" = \"row_version\" + 1, \"stamp_updated\" = {} \
         where \"id\" = {id} and \"row_version\" = {version}",
        quoted(table),
        assignments(dialect, columns),
        dialect.now()
    )
}

/// A record goes; parameter: its number.
pub(crate) fn delete(dialect: Dialect, table: &str) -> String {
    format!("delete from {} where \"id\" = {}", quoted(table), dialect.parameter(1))
}

/// Records whose column leads to a record, lowest number first; parameter: that record.
pub(crate) fn referring(dialect: Dialect, table: &str, column: &str) -> String {
    let (table, column) = (quoted(table), quoted(column));
    format!(
        "select \"id\" from {table} where {column} = {} order by \"id\"",
        dialect.parameter(1)
    )
}

/// Clears the column of all records that lead to a record, and counts it; parameter: that record.
pub(crate) fn clear_counted(dialect: Dialect, table: &str, column: &str) -> String {
    let (table, column) = (quoted(table), quoted(column));
    let (now, record) = (dialect.now(), dialect.parameter(1));
    format!(
        "update {table} set {column} = null, \"row_version\" = \"row_version\" + 1, \"stamp_updated\" = {now} \
         where {column} = {record}"
    )
}

/// Clears the column of all bindings that lead to a record; parameter: that record.
pub(crate) fn clear(dialect: Dialect, table: &str, column: &str) -> String {
    let (table, column, record) = (quoted(table), quoted(column), dialect.parameter(1));
    format!("update {table} set {column} = null where {column} = {record}")
}

/// Which bindings are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Living and buried ones.
    Anyone,
    /// Tombstones.
    Buried,
}

/// Removes bindings whose column leads to a record; parameter: that record.
pub(crate) fn forget(dialect: Dialect, table: &str, column: &str, whose: Whose) -> String {
    let buried = match whose {
        Whose::Anyone => "",
        Whose::Buried => " and \"buried_at\" is not null",
    };
    let (table, column, record) = (quoted(table), quoted(column), dialect.parameter(1));
    format!("delete from {table} where {column} = {record}{buried}")
}

/// Another record with the same values in these columns; parameters: the values, and a number that does not count.
pub(crate) fn twin(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let same =
        |(position, column): (usize, &&str)| format!("{} = {} and ", quoted(column), dialect.parameter(position + 1));
    let conditions: String = columns.iter().enumerate().map(same).collect();
    let id = dialect.parameter(columns.len() + 1);
    format!(
        "select \"id\" from {} where {conditions}\"id\" <> {id} order by \"id\"",
        quoted(table)
    )
}

/// The records of a many-to-many field with their positions; parameter: the record that lists them.
pub(crate) fn links(dialect: Dialect, table: &str) -> String {
    let a = dialect.parameter(1);
    format!(
        "select \"b\", \"position\" from {} where \"a\" = {a} order by \"position\", \"b\"",
        quoted(table)
    )
}

/// Records that list a record; parameter: that record.
pub(crate) fn listing(dialect: Dialect, table: &str) -> String {
    let b = dialect.parameter(1);
    format!("select \"a\" from {} where \"b\" = {b} order by \"a\"", quoted(table))
}

/// Adds a link or moves it; parameters: lister, listed, position.
pub(crate) fn link(dialect: Dialect, table: &str) -> String {
    format!(
        "insert into {} (\"a\", \"b\", \"position\") values ({}) \
         on conflict (\"a\", \"b\") do update set \"position\" = excluded.\"position\"",
        quoted(table),
        parameters(dialect, 1, 3)
    )
}

/// Removes a link; parameters: lister, listed.
pub(crate) fn unlink(dialect: Dialect, table: &str) -> String {
    let (a, b) = (dialect.parameter(1), dialect.parameter(2));
    format!("delete from {} where \"a\" = {a} and \"b\" = {b}", quoted(table))
}

/// Counts a write of all records that list a record, which goes; parameter: that record.
pub(crate) fn touch_listers(dialect: Dialect, table: &str, links: &str) -> String {
    let (now, b) = (dialect.now(), dialect.parameter(1));
    format!(
        "update {} set \"row_version\" = \"row_version\" + 1, \"stamp_updated\" = {now} \
         where \"id\" in (select \"a\" from {} where \"b\" = {b})",
        quoted(table),
        quoted(links)
    )
}

/// Records by number, in the order asked for; parameter: JSON list of numbers.
pub(crate) fn read(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    format!(
        "select {}, t.\"id\", t.\"row_version\"{} from {} {} {} t where t.\"id\" = {}",
        dialect.position(),
        listed(columns),
        dialect.rows(),
        dialect.then(),
        quoted(table),
        dialect.element(Holds::Ref)
    )
}

/// Links of many records, in order; parameter: JSON list of the listers' numbers.
pub(crate) fn read_links(dialect: Dialect, table: &str) -> String {
    let position = dialect.position();
    format!(
        "select {position}, t.\"b\" from {} {} {} t where t.\"a\" = {} order by {position}, t.\"position\", t.\"b\"",
        dialect.rows(),
        dialect.then(),
        quoted(table),
        dialect.element(Holds::Ref)
    )
}

/// A column that is searched, and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct Searched {
    pub(crate) column: String,
    pub(crate) holds: Holds,
}

/// Positions and numbers of records with equal values, lowest number first; parameter 1: JSON list of lists of values,
/// or nulls for rows that nothing can match. Further parameters: those of the further conditions.
pub(crate) fn find(dialect: Dialect, table: &str, by: &[Searched], further: &[String]) -> String {
    let equals = by.iter().enumerate().map(|(number, searched)| {
        let part = dialect.part(number, searched.holds);
        format!("t.{} = {part}", quoted(&searched.column))
    });
    let further = further.iter().map(|text| format!("({text})"));
    let conditions = equals.chain(further).collect::<Vec<_>>().join(" and ");
    let position = dialect.position();
    format!(
        "select {position}, t.\"id\" from {} {} {} t where {conditions} order by {position}, t.\"id\"",
        dialect.rows(),
        dialect.then(),
        quoted(table)
    )
}

const BOUND: &str = "t.\"key\", t.\"internal_id\", t.\"parent_id\", t.\"revision\"";

/// Living bindings by key; parameters: JSON list of keys, instance.
pub(crate) fn bound(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let position = dialect.position();
    format!(
        "select {position}, {BOUND}{} from {} {} {} t \
         where t.\"instance\" = {} and t.\"key\" = {} and t.\"buried_at\" is null order by {position}, t.\"id\"",
        listed(columns),
        dialect.rows(),
        dialect.then(),
        quoted(table),
        dialect.parameter(2),
        dialect.element(Holds::Text)
    )
}

/// Living bindings by one of their extra fields; parameters: JSON list of values, instance.
pub(crate) fn bound_with(dialect: Dialect, table: &str, columns: &[&str], field: &str, holds: Holds) -> String {
    let position = dialect.position();
    format!(
        "select {position}, {BOUND}{} from {} {} {} t \
         where t.\"instance\" = {} and t.{} = {} and t.\"buried_at\" is null order by {position}, t.\"key\"",
        listed(columns),
        dialect.rows(),
        dialect.then(),
        quoted(table),
        dialect.parameter(2),
        quoted(field),
        dialect.element(holds)
    )
}

/// Which end of a binding is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BoundBy {
    /// The record it leads to.
    Record,
    /// The record that encloses it.
    Parent,
}

impl BoundBy {
    fn column(self) -> &'static str {
        match self {
            Self::Record => "internal_id",
            Self::Parent => "parent_id",
        }
    }
}

/// Living bindings of records or below them; parameters: JSON list of records, each once, and instance. They come in no order:
/// asked for one, SQLite reads all keys of the instance in that order instead of the few of the records.
pub(crate) fn bound_by(dialect: Dialect, table: &str, columns: &[&str], by: BoundBy) -> String {
    format!(
        "select 0, {BOUND}{} from {} {} {} t \
         where t.\"instance\" = {} and t.{} = {} and t.\"buried_at\" is null",
        listed(columns),
        dialect.rows(),
        dialect.then(),
        quoted(table),
        dialect.parameter(2),
        quoted(by.column()),
        dialect.element(Holds::Ref)
    )
}

/// Living bindings by key; parameters: instance, the key before the first, how many.
pub(crate) fn bound_after(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    format!(
        "select 0, {BOUND}{} from {} t where t.\"instance\" = {} and (t.\"key\" > {after} or {after} is null) \
         and t.\"buried_at\" is null order by t.\"key\" limit {}",
        listed(columns),
        quoted(table),
        dialect.parameter(1),
        dialect.parameter(3),
        after = dialect.parameter(2),
    )
}

/// Number and record of living bindings; parameters: instance, key, then the scope's columns.
pub(crate) fn living(dialect: Dialect, table: &str, scope: &[&str]) -> String {
    let scoped =
        |(position, column): (usize, &&str)| format!(" and {} = {}", quoted(column), dialect.parameter(position + 3));
    format!(
        "select \"id\", \"internal_id\" from {} where \"instance\" = {} and \"key\" = {}{} and \"buried_at\" is null \
         order by \"id\"",
        quoted(table),
        dialect.parameter(1),
        dialect.parameter(2),
        scope.iter().enumerate().map(scoped).collect::<String>()
    )
}

/// Number and remote time of change of living bindings; parameters: instance, key.
pub(crate) fn revisions(dialect: Dialect, table: &str) -> String {
    format!(
        "select \"id\", \"revision\" from {} where \"instance\" = {} and \"key\" = {} and \"buried_at\" is null \
         order by \"id\"",
        quoted(table),
        dialect.parameter(1),
        dialect.parameter(2),
    )
}

/// Columns of a binding that every statement sets.
const BIND: [&str; 5] = ["instance", "key", "internal_id", "parent_id", "revision"];

/// A new binding; parameters: instance, key, record, parent, revision, then extra columns. Answers its number.
pub(crate) fn bind(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let names = BIND.into_iter().chain(columns.iter().copied());
    format!(
        "insert into {} ({}, \"synced_at\") values ({}, {}){} returning \"id\"",
        quoted(table),
        quoted_list(names),
        parameters(dialect, 1, BIND.len() + columns.len()),
        dialect.now(),
        dialect.unless_twin()
    )
}

/// A binding is refreshed; parameters: extra columns, then record, parent, revision and the binding's own number.
/// A parent or revision that is null leaves what is there; but a key that moves to another record has no parent then.
pub(crate) fn rebind(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let next = |step: usize| dialect.parameter(columns.len() + step);
    let (to, parent) = (next(1), next(2));
    format!(
        "update {} set {}\"parent_id\" = case when \"internal_id\" = {to} then coalesce({parent}, \"parent_id\") else {parent} end, \
         \"internal_id\" = {to}, \"revision\" = coalesce({}, \"revision\"), \"synced_at\" = {} where \"id\" = {}",
        quoted(table),
        assignments(dialect, columns),
        next(3),
        dialect.now(),
        next(4)
    )
}

/// A binding is buried; parameter: its number.
pub(crate) fn bury(dialect: Dialect, table: &str) -> String {
    let (now, id) = (dialect.now(), dialect.parameter(1));
    format!("update {} set \"buried_at\" = {now} where \"id\" = {id}", quoted(table))
}

/// All living bindings of a record are buried; parameter: the record.
pub(crate) fn bury_all(dialect: Dialect, table: &str) -> String {
    let (now, record) = (dialect.now(), dialect.parameter(1));
    format!(
        "update {} set \"buried_at\" = {now} where \"internal_id\" = {record} and \"buried_at\" is null",
        quoted(table)
    )
}

/// All rows with these columns in the order of others; no parameters.
pub(crate) fn everything(table: &str, columns: &[&str], order: &[&str]) -> String {
    let order: Vec<String> = order
        .iter()
        .map(|name| format!("{} nulls first", quoted(name)))
        .collect();
    let order = order.join(", ");
    format!(
        "select {} from {} order by {order}",
        quoted_list(columns.iter().copied()),
        quoted(table)
    )
}

/// Rows whose text is to be folded: number and text, lowest number first; parameters: the number before, how many.
pub(crate) fn unfolded(dialect: Dialect, table: &str, column: &str) -> String {
    format!(
        "select \"id\", {0} from {1} where {0} is not null and \"id\" > {2} order by \"id\" limit {3}",
        quoted(column),
        quoted(table),
        dialect.parameter(1),
        dialect.parameter(2)
    )
}

/// Empties a shadow; no parameters.
pub(crate) fn empty_shadow(table: &str, shadow: &str) -> String {
    format!(
        "update {0} set {1} = null where {1} is not null",
        quoted(table),
        quoted(shadow)
    )
}

/// Writes a shadow; parameters: folded text, number.
pub(crate) fn write_shadow(dialect: Dialect, table: &str, shadow: &str) -> String {
    let (text, id) = (dialect.parameter(1), dialect.parameter(2));
    format!(
        "update {} set {} = {text} where \"id\" = {id}",
        quoted(table),
        quoted(shadow)
    )
}

/// Living keys that lead to a record, the first bound first where that costs nothing; parameters: instance, record.
pub(crate) fn key_of(dialect: Dialect, table: &str) -> String {
    format!(
        "select \"key\" from {} where \"instance\" = {} and \"internal_id\" = {} and \"buried_at\" is null",
        quoted(table),
        dialect.parameter(1),
        dialect.parameter(2)
    )
}

/// One column of a record; parameter: its number.
pub(crate) fn column(dialect: Dialect, table: &str, column: &str) -> String {
    format!(
        "select {} from {} where \"id\" = {}",
        quoted(column),
        quoted(table),
        dialect.parameter(1)
    )
}
