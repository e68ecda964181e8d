//! A SQLite store as text that does not depend on record numbers: each record is called by its first binding, or by what it
//! holds. Two stores that hold the same are the same text, whatever order their records came in.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use tenon_runtime::connector::ExternalType;
use tenon_runtime::model::{Model, ModelField, ModelKind};
use tenon_runtime::registry::Registry;

/// Names of records: (model, number) to name.
type Names = BTreeMap<(String, i64), String>;

fn open(database: &Path) -> Connection {
    Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database opens")
}

/// How many jobs are in a state, by its number in the table.
pub fn jobs_in_state(database: &Path, state: i64) -> i64 {
    let found = open(database).query_row("select count(*) from job where state = ?1", [state], |row| row.get(0));
    found.expect("the database has jobs")
}

/// All rows of all tables as they are, in the order of their columns: two equal texts are equal databases.
pub fn everything(database: &Path) -> String {
    let connection = open(database);
    let tables = rows(
        &connection,
        "select name from sqlite_schema where type = 'table' order by name",
    );
    let mut lines = Vec::new();
    for table in &tables {
        let Some(Value::Text(name)) = table.first() else {
            continue;
        };
        lines.push(format!("# {name}"));
        let mut found: Vec<String> = rows(&connection, &format!("select * from \"{name}\""))
            .iter()
            .map(|row| row.iter().map(shown).collect::<Vec<_>>().join(" | "))
            .collect();
        found.sort();
        lines.extend(found);
    }
    lines.join("\n")
}

/// The answer to a query, a line for each row: `name | 10.00`.
pub fn query(database: &Path, sql: &str) -> Vec<String> {
    let plain = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => shown(value),
    };
    let found = rows(&open(database), sql);
    let line = |row: &Vec<Value>| row.iter().map(plain).collect::<Vec<_>>().join(" | ");
    found.iter().map(line).collect()
}

/// The keys that a binding table holds, sorted.
pub fn keys(database: &Path, table: &str) -> Vec<String> {
    let found = rows(&open(database), &format!("select key from \"{table}\" order by key"));
    found
        .into_iter()
        .flatten()
        .filter_map(|value| match value {
            Value::Text(key) => Some(key),
            Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
        })
        .collect()
}

/// Whether somebody is between the begin and the commit of a write.
pub fn is_being_written(database: &Path) -> bool {
    let connection = Connection::open(database).expect("the database opens");
    connection.busy_timeout(std::time::Duration::ZERO).expect("a timeout");
    let begun = connection.execute_batch("begin immediate; rollback");
    matches!(begun, Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == rusqlite::ErrorCode::DatabaseBusy)
}

/// Records, links and bindings, a line each, sorted.
pub fn canonical(database: &Path, registry: &Registry) -> String {
    let connection = open(database);
    let names = names(&connection, registry);
    let mut lines = Vec::new();
    for model in registry.models() {
        lines.extend(records(&connection, model, &names));
    }
    for external in registry.externals() {
        lines.extend(bindings(&connection, external, &names));
    }
    lines.sort();
    lines.join("\n")
}

fn names(connection: &Connection, registry: &Registry) -> Names {
    let mut names = Names::new();
    for external in registry.externals() {
        let Some(binding) = &external.binding else { continue };
        let sql = format!("select internal_id, key from \"{}\" order by key", binding.table);
        for (id, key) in rows(connection, &sql)
            .iter()
            .filter_map(|row| Some((integer(row.first()?)?, row.get(1)?)))
        {
            let name = format!("{} {}", external.name, shown(key));
            let known = names
                .entry((binding.model.to_owned(), id))
                .or_insert_with(|| name.clone());
            if name < *known {
                *known = name;
            }
        }
    }
    names
}

fn columns(model: &Model) -> Vec<&'static ModelField> {
    model.fields.iter().filter(|field| field.has_column()).collect()
}

fn records(connection: &Connection, model: &Model, names: &Names) -> Vec<String> {
    let columns = columns(model);
    let listed: Vec<String> = columns.iter().map(|field| format!("\"{}\"", field.name)).collect();
    let sql = format!("select id, {} from \"{}\"", listed.join(", "), model.table);
    let mut lines = Vec::new();
    for row in rows(connection, &sql) {
        let values: Vec<String> = columns
            .iter()
            .zip(row.iter().skip(1))
            .map(|(field, value)| format!("{}={}", field.name, called(field.kind, value, names)))
            .collect();
        let id = row.first().and_then(integer).unwrap_or_default();
        let name = name_of(model.name, id, names);
        lines.push(format!("{} {name}: {}", model.name, values.join(" ")));
        lines.extend(links(connection, model, id, &name, names));
    }
    lines
}

fn links(connection: &Connection, model: &Model, id: i64, name: &str, names: &Names) -> Vec<String> {
    let mut lines = Vec::new();
    for field in model.fields {
        let ModelKind::ManyToMany { model: far } = field.kind else {
            continue;
        };
        let sql = format!(
            "select b from \"{}__{}\" where a = {id} order by position, b",
            model.table, field.name
        );
        let linked: Vec<String> = rows(connection, &sql)
            .iter()
            .filter_map(|row| integer(row.first()?))
            .map(|far_id| name_of(far, far_id, names))
            .collect();
        lines.push(format!("{} {name} {}: {}", model.name, field.name, linked.join(", ")));
    }
    lines
}

fn bindings(connection: &Connection, external: &ExternalType, names: &Names) -> Vec<String> {
    let Some(binding) = &external.binding else {
        return Vec::new();
    };
    let extra: Vec<String> = binding
        .fields
        .iter()
        .map(|field| format!(", \"{}\"", field.name))
        .collect();
    let sql = format!(
        "select instance, key, internal_id, parent_id, revision, buried_at is not null{} from \"{}\"",
        extra.concat(),
        binding.table
    );
    rows(connection, &sql)
        .iter()
        .map(|row| {
            let at = |position: usize| row.get(position).unwrap_or(&Value::Null);
            let to = integer(at(2))
                .map(|id| name_of(binding.model, id, names))
                .unwrap_or_default();
            let parent = integer(at(3))
                .map(|id| name_of(binding.model, id, names))
                .unwrap_or_default();
            let extra: Vec<String> = binding
                .fields
                .iter()
                .zip(row.iter().skip(6))
                .map(|(field, value)| format!("{}={}", field.name, called(field.kind, value, names)))
                .collect();
            let buried = if integer(at(5)) == Some(1) { " buried" } else { "" };
            format!(
                "binding {} {}/{} -> {to} of [{parent}] revision {}{buried} {}",
                external.name,
                shown(at(0)),
                shown(at(1)),
                shown(at(4)),
                extra.join(" ")
            )
        })
        .collect()
}

fn name_of(model: &str, id: i64, names: &Names) -> String {
    names
        .get(&(model.to_owned(), id))
        .cloned()
        .unwrap_or_else(|| "-".to_owned())
}

fn called(kind: ModelKind, value: &Value, names: &Names) -> String {
    match (kind, integer(value)) {
        (ModelKind::Ref { model, .. }, Some(id)) => match names.get(&(model.to_owned(), id)) {
            Some(name) => format!("[{name}]"),
            None => format!("[{model} {id}]"),
        },
        _ => shown(value),
    }
}

fn rows(connection: &Connection, sql: &str) -> Vec<Vec<Value>> {
    let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let width = statement.column_count();
    let found = statement.query_map([], |row| (0..width).map(|column| row.get(column)).collect());
    found.expect("the query runs").map(|row| row.expect("a row")).collect()
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => None,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Blob(bytes) => format!("{bytes:?}"),
    }
}
