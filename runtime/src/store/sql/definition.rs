//! Statements that make tables, columns and indexes.

use crate::value::Stored;

use super::table::{Column, Deleted, Holds, Index, RECORD_COLUMNS, Refers, Role, Rows, Table};
use super::{Dialect, quoted, quoted_list};

/// The statement that makes a table, without its indexes.
pub(crate) fn create_table(dialect: Dialect, table: &Table) -> String {
    let mut lines = first_columns(dialect, table.role);
    lines.extend(table.columns.iter().map(|column| column_line(dialect, column)));
    lines.extend(last_columns(dialect, table.role));
    let ending = match (dialect, table.role) {
        (Dialect::Sqlite, Role::Records | Role::Bindings) => " strict",
        (Dialect::Sqlite, Role::Links | Role::Languages) => " strict, without rowid",
        (Dialect::Postgres, Role::Records | Role::Bindings | Role::Links | Role::Languages) => "",
    };
    format!(
        "create table {} (\n  {}\n){ending}",
        quoted(&table.name),
        lines.join(",\n  ")
    )
}

/// The statement that adds a column.
pub(crate) fn add_column(dialect: Dialect, table: &str, column: &Column) -> String {
    format!(
        "alter table {} add column {}",
        quoted(table),
        column_line(dialect, column)
    )
}

/// The statement that makes an index.
pub(crate) fn create_index(table: &str, index: &Index) -> String {
    let unique = if index.unique { "unique " } else { "" };
    let columns = quoted_list(index.columns.iter().map(String::as_str));
    let rows = match index.rows {
        Rows::All => "",
        Rows::Living => " where \"buried_at\" is null",
    };
    format!(
        "create {unique}index {} on {} ({columns}){rows}",
        quoted(&index.name),
        quoted(table)
    )
}

/// The statement that makes a column of a table that is there refer to another; `None` where it does so already, or never.
pub(crate) fn foreign_key(dialect: Dialect, table: &str, column: &Column) -> Option<String> {
    match dialect {
        Dialect::Sqlite => None,
        Dialect::Postgres => Some(format!(
            "alter table {} add foreign key ({}){}",
            quoted(table),
            quoted(&column.name),
            references(column.refers.as_ref()?)
        )),
    }
}

/// SQLite checks `restrict` at once, even where it is deferred: a plan that deletes a record before the ones that refer to
/// it would fail. Without an action the check comes with the commit; `apply` says it in words before.
fn references(refers: &Refers) -> String {
    let action = match refers.on_delete {
        Deleted::Restrict => "",
        Deleted::Clear => " on delete set null",
        Deleted::Cascade => " on delete cascade",
    };
    let table = quoted(&refers.table);
    format!(" references {table} (\"id\"){action} deferrable initially deferred")
}

/// Columns that a table has because of what its rows are.
pub(crate) fn base_columns(role: Role) -> &'static [&'static str] {
    match role {
        Role::Records => &RECORD_COLUMNS,
        Role::Links => &["position"],
        Role::Languages => &["lang"],
        Role::Bindings => &[
            "id",
            "instance",
            "key",
            "parent_id",
            "revision",
            "synced_at",
            "buried_at",
        ],
    }
}

fn first_columns(dialect: Dialect, role: Role) -> Vec<String> {
    let time = column_type(dialect, Holds::DateTime);
    // Numbers are never given twice: a tombstone, or a plan that waits, must not meet another record under its number.
    let id = match dialect {
        Dialect::Sqlite => "\"id\" integer primary key autoincrement",
        Dialect::Postgres => "\"id\" bigint generated always as identity primary key",
    };
    match role {
        Role::Records => vec![
            id.to_owned(),
            "\"row_version\" bigint not null".replace("bigint", &column_type(dialect, Holds::Int)),
            format!("\"stamp_created\" {time} not null"),
            format!("\"stamp_updated\" {time} not null"),
        ],
        Role::Links | Role::Languages => Vec::new(),
        Role::Bindings => {
            let text = column_type(dialect, Holds::Text);
            vec![
                id.to_owned(),
                format!("\"instance\" {text} not null"),
                format!("\"key\" {text} not null"),
                format!("\"parent_id\" {}", column_type(dialect, Holds::Ref)),
                format!("\"revision\" {text}"),
                format!("\"synced_at\" {time} not null"),
                format!("\"buried_at\" {time}"),
            ]
        }
    }
}

fn last_columns(dialect: Dialect, role: Role) -> Vec<String> {
    match role {
        Role::Records | Role::Bindings => Vec::new(),
        Role::Links => vec![
            format!("\"position\" {} not null", column_type(dialect, Holds::Int)),
            "primary key (\"a\", \"b\")".to_owned(),
        ],
        Role::Languages => vec![
            format!("\"lang\" {} not null", column_type(dialect, Holds::Text)),
            "primary key (\"record_id\", \"lang\")".to_owned(),
        ],
    }
}

fn column_line(dialect: Dialect, column: &Column) -> String {
    let mut line = format!("{} {}", quoted(&column.name), column_type(dialect, column.holds));
    if !column.nullable {
        line.push_str(" not null");
    }
    if column.default != Stored::Null {
        line.push_str(&format!(" default {}", literal(dialect, &column.default)));
    }
    // PostgreSQL wants the other table to be there: see `foreign_key`.
    if dialect == Dialect::Sqlite {
        line.extend(column.refers.as_ref().map(references));
    }
    line
}

pub(crate) fn column_type(dialect: Dialect, holds: Holds) -> String {
    let (sqlite, postgres) = match holds {
        Holds::Text => ("text", "text collate \"C\""),
        Holds::Json => ("text", "text"),
        Holds::Int | Holds::Ref => ("integer", "bigint"),
        Holds::Decimal(scale) => {
            return match dialect {
                Dialect::Sqlite => "integer".to_owned(),
                Dialect::Postgres => format!("numeric(18, {scale})"),
            };
        }
        Holds::Bool => ("integer", "boolean"),
        Holds::Date => ("text", "date"),
        Holds::Time => ("text", "time"),
        Holds::Duration => ("integer", "interval"),
        Holds::DateTime => ("integer", "timestamptz"),
        Holds::Uuid => ("text", "uuid"),
        Holds::Bytes => ("blob", "bytea"),
    };
    match dialect {
        Dialect::Sqlite => sqlite,
        Dialect::Postgres => postgres,
    }
    .to_owned()
}

/// A value inside a definition, where no parameter can stand. It comes from a compiled model, never from data.
pub(crate) fn literal(dialect: Dialect, value: &Stored) -> String {
    match value {
        Stored::Null | Stored::New(_) | Stored::Refs(_) => "null".to_owned(),
        Stored::Text(text) | Stored::Json(text) => text_literal(text),
        Stored::Int(number) => number.to_string(),
        Stored::Ref(id) => id.0.to_string(),
        Stored::Decimal(number) => match dialect {
            Dialect::Sqlite => number.mantissa().to_string(),
            Dialect::Postgres => number.to_string(),
        },
        Stored::Bool(flag) => match dialect {
            Dialect::Sqlite => i32::from(*flag).to_string(),
            Dialect::Postgres => flag.to_string(),
        },
        Stored::Date(date) => text_literal(&date.to_string()),
        Stored::Time(time) => text_literal(&time.to_string()),
        Stored::Duration(lasting) => match dialect {
            Dialect::Sqlite => lasting.as_micros().to_string(),
            Dialect::Postgres => text_literal(&lasting.to_string()),
        },
        Stored::DateTime(instant) => match dialect {
            Dialect::Sqlite => instant.as_microsecond().to_string(),
            Dialect::Postgres => text_literal(&instant.to_string()),
        },
        Stored::Uuid(uuid) => text_literal(&uuid.to_string()),
        Stored::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            match dialect {
                Dialect::Sqlite => format!("x'{digits}'"),
                Dialect::Postgres => format!("'\\x{digits}'"),
            }
        }
    }
}

pub(crate) fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The columns that a table really has: name, type as the database says it, whether null is refused.
pub(crate) fn real_columns(dialect: Dialect, table: &Table) -> Vec<(String, String, bool)> {
    let lines = first_columns(dialect, table.role)
        .into_iter()
        .chain(last_columns(dialect, table.role));
    let base = lines.filter_map(|line| real_column(dialect, &line));
    let fields = table.columns.iter().map(|column| {
        let kind = real_type(&column_type(dialect, column.holds));
        (column.name.clone(), kind, !column.nullable)
    });
    base.chain(fields).collect()
}

fn real_column(dialect: Dialect, line: &str) -> Option<(String, String, bool)> {
    let (name, rest) = line.strip_prefix('"')?.split_once("\" ")?;
    let primary = rest.contains("primary key");
    let kind = rest.split(" not null").next()?.split(" primary key").next()?;
    let kind = kind.split(" generated").next()?;
    // SQLite says of a number that is the key of its row that it may be null.
    let required = rest.contains("not null") || (primary && dialect != Dialect::Sqlite);
    Some((name.to_owned(), real_type(kind), required))
}

fn real_type(kind: &str) -> String {
    match kind {
        "time" => "time without time zone".to_owned(),
        "timestamptz" => "timestamp with time zone".to_owned(),
        other => other.replace(" collate \"C\"", "").replace(", ", ","),
    }
}
