//! Statements that turn a table into another one with the same rows, and that count the rows which stand in the way.
//!
//! SQLite changes little of a table that is there, so a table is written anew there; PostgreSQL changes columns one by one.

use crate::store::sql::change::{Carried, Condition, Conversion, Fill, Reshape, Source};
use crate::value::Stored;

use super::definition::{
    add_column, base_columns, column_type, create_index, create_table, foreign_key, literal, text_literal,
};
use super::table::{Column, Index, Rows, Table};
use super::{Dialect, quoted, quoted_list};

/// The statements, in order.
pub(crate) fn statements(dialect: Dialect, reshape: &Reshape) -> Vec<String> {
    match (dialect, reshape.changes_columns()) {
        (Dialect::Sqlite, true) => written_anew(reshape),
        (Dialect::Sqlite, false) | (Dialect::Postgres, _) => altered(dialect, reshape),
    }
}

/// The statements that take tables away which nothing refers to but they themselves.
pub(crate) fn drop_tables(dialect: Dialect, tables: &[String]) -> Vec<String> {
    match dialect {
        // Without foreign keys, which migrations go without.
        Dialect::Sqlite => tables
            .iter()
            .map(|table| format!("drop table {}", quoted(table)))
            .collect(),
        Dialect::Postgres => {
            let tables = quoted_list(tables.iter().map(String::as_str));
            vec![format!("drop table {tables}")]
        }
    }
}

/// Counts the rows of a table.
pub(crate) fn count(table: &str) -> String {
    format!("select count(*) from {}", quoted(table))
}

/// Counts the values in a column.
pub(crate) fn count_values(table: &str, column: &str) -> String {
    format!("select count({}) from {}", quoted(column), quoted(table))
}

/// Counts the rows for which a condition holds.
pub(crate) fn count_hindering(dialect: Dialect, reshape: &Reshape, condition: &Condition) -> String {
    let table = quoted(&reshape.old.name);
    let rows = |condition: &str| format!("select count(*) from {table} where {condition}");
    match condition {
        Condition::Any => count(&reshape.old.name),
        Condition::Null(column) => rows(&format!("{} is null", quoted(column))),
        Condition::Longer(column, max) => {
            let length = match dialect {
                Dialect::Sqlite => "length",
                Dialect::Postgres => "char_length",
            };
            rows(&format!("{length}({}) > {max}", quoted(column)))
        }
        Condition::OtherThan(column, words) => {
            let words: Vec<String> = words.iter().map(|word| text_literal(word)).collect();
            rows(&format!("{} not in ({})", quoted(column), words.join(", ")))
        }
        Condition::Unfit(column, conversion) => rows(&unfit(dialect, column, *conversion)),
        Condition::Twins(columns, which) => {
            let values: Vec<String> = columns
                .iter()
                .map(|column| value_of(dialect, reshape, column))
                .collect();
            let all_there = values.iter().map(|value| format!("{value} is not null"));
            let living = match which {
                Rows::All => None,
                Rows::Living => Some("\"buried_at\" is null".to_owned()),
            };
            let conditions: Vec<String> = all_there.chain(living).collect();
            format!(
                "select cast(coalesce(sum(n), 0) as bigint) from \
                 (select count(*) as n from {table} where {} group by {} having count(*) > 1) as twins",
                conditions.join(" and "),
                values.join(", ")
            )
        }
    }
}

/// Where a number does not fit.
fn unfit(dialect: Dialect, column: &str, conversion: Conversion) -> String {
    const DIGITS: u8 = 18;
    let column = quoted(column);
    let Conversion::Scale { from, to, .. } = conversion else {
        return "1 = 0".to_owned();
    };
    let power = |exponent: u8| format!("1{}", "0".repeat(usize::from(exponent)));
    let is_sqlite = dialect == Dialect::Sqlite;
    match (from > to, is_sqlite) {
        (true, true) => format!("{column} % {} <> 0", power(from - to)),
        (true, false) => format!("{column} <> trunc({column}, {to})"),
        (false, true) => {
            let most = power(DIGITS - (to - from));
            format!("({column} >= {most} or {column} <= -{most})")
        }
        (false, false) => {
            let most = power(DIGITS - to);
            format!("({column} >= {most} or {column} <= -{most})")
        }
    }
}

/// The value that a new column has, said by columns of the old table.
fn value_of(dialect: Dialect, reshape: &Reshape, name: &str) -> String {
    match reshape.carried(name) {
        Some(carried) => carried_value(dialect, reshape, carried),
        None => quoted(name),
    }
}

fn carried_value(dialect: Dialect, reshape: &Reshape, carried: &Carried) -> String {
    match &carried.source {
        Source::Column {
            name,
            conversion,
            nulls,
        } => {
            let value = match conversion {
                Some(conversion) => converted(dialect, &quoted(name), *conversion),
                None => quoted(name),
            };
            match nulls {
                Some(fill) => format!("coalesce({value}, {})", filled(dialect, reshape, fill)),
                None => value,
            }
        }
        Source::Default => Reshape::default_of(carried).map_or("null".to_owned(), |value| literal(dialect, value)),
        Source::Fill(fill) => filled(dialect, reshape, fill),
        Source::Nothing => "null".to_owned(),
    }
}

fn filled(dialect: Dialect, reshape: &Reshape, fill: &Fill) -> String {
    match fill {
        Fill::Value(value) => literal(dialect, value),
        // A column that is filled itself would be filled for ever.
        Fill::Column(name) => match reshape.carried(name).map(|carried| &carried.source) {
            Some(Source::Column { name, .. }) => quoted(name),
            Some(Source::Default | Source::Fill(_) | Source::Nothing) | None => "null".to_owned(),
        },
    }
}

fn converted(dialect: Dialect, value: &str, conversion: Conversion) -> String {
    match (conversion, dialect) {
        (Conversion::IntText, _) => format!("cast({value} as text)"),
        (Conversion::Scale { into, .. }, Dialect::Postgres) => {
            format!("cast({value} as {})", column_type(dialect, into))
        }
        (Conversion::Scale { from, to, .. }, Dialect::Sqlite) => {
            let digits = from.abs_diff(to);
            let sign = if to < from { "/" } else { "*" };
            format!("{value} {sign} 1{}", "0".repeat(usize::from(digits)))
        }
    }
}

/// The name under which a table is written anew; no model can have it.
fn beside(table: &str) -> String {
    format!("{table}~new")
}

fn written_anew(reshape: &Reshape) -> Vec<String> {
    let (dialect, table) = (Dialect::Sqlite, &reshape.new.name);
    let new = Table {
        name: beside(table),
        ..reshape.new.clone()
    };
    let base = base_columns(new.role);
    let names = base
        .iter()
        .copied()
        .chain(reshape.columns.iter().map(|carried| carried.column.name.as_str()));
    let values = base.iter().map(|name| quoted(name));
    let values: Vec<String> = values
        .chain(
            reshape
                .columns
                .iter()
                .map(|carried| carried_value(dialect, reshape, carried)),
        )
        .collect();
    let mut all = vec![
        create_table(dialect, &new),
        format!(
            "insert into {} ({}) select {} from {}",
            quoted(&new.name),
            quoted_list(names),
            values.join(", "),
            quoted(table)
        ),
    ];
    // Numbers are never given twice, those of rows that are gone included.
    if base.contains(&"id") {
        let (new, old) = (text_literal(&new.name), text_literal(table));
        all.push(format!("delete from sqlite_sequence where name = {new}"));
        all.push(format!(
            "insert into sqlite_sequence (name, seq) select {new}, seq from sqlite_sequence where name = {old}"
        ));
    }
    all.push(format!("drop table {}", quoted(table)));
    all.push(format!("alter table {} rename to {}", quoted(&new.name), quoted(table)));
    all.extend(reshape.new.indexes.iter().map(|index| create_index(table, index)));
    all
}

fn altered(dialect: Dialect, reshape: &Reshape) -> Vec<String> {
    let table = &reshape.new.name;
    let alter = |what: &str| format!("alter table {} {what}", quoted(table));
    let mut all: Vec<String> = reshape.dropped_indexes.iter().map(drop_index).collect();
    let old = |carried: &Carried| reshape.was(carried).cloned();
    for carried in &reshape.columns {
        all.extend(old(carried).and_then(|old| referring_no_more(table, &old, &carried.column)));
    }
    for column in reshape.lost() {
        all.push(alter(&format!("drop column {}", quoted(&column.name))));
    }
    for carried in &reshape.columns {
        if let Some(old) = old(carried).filter(|old| old.name != carried.column.name) {
            let (old, new) = (quoted(&old.name), quoted(&carried.column.name));
            all.push(alter(&format!("rename column {old} to {new}")));
        }
    }
    for carried in reshape
        .columns
        .iter()
        .filter(|carried| carried.source == Source::Default)
    {
        all.push(add_column(dialect, table, &carried.column));
        all.extend(foreign_key(dialect, table, &carried.column));
    }
    for carried in &reshape.columns {
        all.extend(alterations(dialect, reshape, carried));
    }
    all.extend(reshape.made_indexes.iter().map(|index| create_index(table, index)));
    all
}

fn drop_index(index: &Index) -> String {
    format!("drop index {}", quoted(&index.name))
}

/// The statements that make one column of PostgreSQL what it is to be.
fn alterations(dialect: Dialect, reshape: &Reshape, carried: &Carried) -> Vec<String> {
    let (table, column) = (&reshape.new.name, &carried.column);
    let alter = |what: &str| {
        format!(
            "alter table {} alter column {} {what}",
            quoted(table),
            quoted(&column.name)
        )
    };
    let mut all = Vec::new();
    let Some(old) = reshape.was(carried) else {
        if carried.source != Source::Default {
            let optional = Column {
                nullable: true,
                ..column.clone()
            };
            all.push(add_column(dialect, table, &optional));
            if let Source::Fill(fill) = &carried.source {
                all.push(fill_nulls(dialect, table, column, fill));
            }
            all.push(alter("set not null"));
            all.extend(foreign_key(dialect, table, column));
        }
        return all;
    };
    if let Source::Column { conversion, nulls, .. } = &carried.source {
        if let Some(conversion) = conversion {
            if old.default != Stored::Null {
                all.push(alter("drop default"));
            }
            let value = converted(dialect, &quoted(&column.name), *conversion);
            all.push(alter(&format!(
                "type {} using {value}",
                column_type(dialect, column.holds)
            )));
            if let Some(default) = Reshape::default_of(carried) {
                all.push(alter(&format!("set default {}", literal(dialect, default))));
            }
        }
        all.extend(nulls.as_ref().map(|fill| fill_nulls(dialect, table, column, fill)));
    }
    match (old.nullable, column.nullable) {
        (true, false) => all.push(alter("set not null")),
        (false, true) => all.push(alter("drop not null")),
        (true, true) | (false, false) => {}
    }
    if old.refers != column.refers {
        all.extend(foreign_key(dialect, table, column));
    }
    all
}

fn fill_nulls(dialect: Dialect, table: &str, column: &Column, fill: &Fill) -> String {
    let value = match fill {
        Fill::Value(value) => literal(dialect, value),
        Fill::Column(name) => quoted(name),
    };
    let (table, column) = (quoted(table), quoted(&column.name));
    format!("update {table} set {column} = {value} where {column} is null")
}

/// Takes the foreign key of a column away if it gets another one, or none; PostgreSQL gave it a name of its own.
fn referring_no_more(table: &str, old: &Column, new: &Column) -> Option<String> {
    if old.refers.is_none() || old.refers == new.refers {
        return None;
    }
    let (table_text, column) = (text_literal(&quoted(table)), text_literal(&old.name));
    Some(format!(
        "do $$ declare foreign_key name; begin \
         for foreign_key in select c.conname from pg_constraint c \
         join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum] \
         where c.contype = 'f' and c.conrelid = {table_text}::regclass and a.attname = {column} \
         loop execute format('alter table %s drop constraint %I', {table_text}, foreign_key); end loop; end $$"
    ))
}
