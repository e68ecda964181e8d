//! The floor: the rows that an import left, written once more by raw SQL into a copy of the file as it was before.
//!
//! Settings of the file are those of the store, transactions hold many rows, statements are prepared once. Only the writing is
//! timed: rows are read from the imported file before, a batch at a time.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Rows of one transaction.
const BATCH: usize = 1_000;

/// The file before an import.
#[derive(Debug)]
pub(super) struct Floor {
    connection: Connection,
}

/// What the floor took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    /// Rows of all tables.
    pub(super) rows: usize,
    /// For writing them.
    pub(super) time: Duration,
}

impl Floor {
    /// Copies a store's file as it stands.
    pub(super) fn copy(store: &Path, to: &Path) -> Self {
        let source = Connection::open(store).unwrap();
        source.execute("vacuum into ?1", [to.display().to_string()]).unwrap();
        let connection = Connection::open(to).unwrap();
        // As the store sets its own file.
        connection
            .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
            .unwrap();
        connection.pragma_update(None, "synchronous", "full").unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        connection.pragma_update(None, "wal_autocheckpoint", 4000).unwrap();
        Self { connection }
    }

    /// Writes what the store's file has by now and this one has not.
    pub(super) fn follow(&mut self, store: &Path) -> Written {
        let source = Connection::open(store).unwrap();
        source
            .execute("attach ?1 as floor", [self.connection.path().unwrap().to_owned()])
            .unwrap();
        let mut written = Written {
            rows: 0,
            time: Duration::ZERO,
        };
        for table in tables(&source) {
            self.follow_table(&source, &table, &mut written);
        }
        written
    }

    fn follow_table(&mut self, source: &Connection, table: &str, written: &mut Written) {
        let (select, verb) = new_rows(source, table);
        let mut new = source.prepare(&select).unwrap();
        let columns = new.column_count();
        let places = vec!["?"; columns].join(", ");
        let insert = format!("{verb} into \"{table}\" values ({places})");
        let mut rows = new.query([]).unwrap();
        let mut end = false;
        while !end {
            let mut batch: Vec<Vec<Value>> = Vec::with_capacity(BATCH);
            while batch.len() < BATCH && !end {
                match rows.next().unwrap() {
                    Some(row) => batch.push((0..columns).map(|column| row.get(column).unwrap()).collect()),
                    None => end = true,
                }
            }
            written.rows += batch.len();
            written.time += write(&mut self.connection, &insert, batch);
        }
    }
}

fn write(connection: &mut Connection, insert: &str, batch: Vec<Vec<Value>>) -> Duration {
    if batch.is_empty() {
        return Duration::ZERO;
    }
    let began = Instant::now();
    let transaction = connection.transaction().unwrap();
    let mut statement = transaction.prepare_cached(insert).unwrap();
    for row in batch {
        statement.execute(params_from_iter(row)).unwrap();
    }
    drop(statement);
    transaction.commit().unwrap();
    began.elapsed()
}

/// Parents before their children: in the order in which they were made, records before what is bound to them.
fn tables(source: &Connection) -> Vec<String> {
    let list = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
    let mut statement = source.prepare(list).unwrap();
    let mut open: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut ordered: Vec<String> = Vec::new();
    while !open.is_empty() {
        let free = open.iter().position(|table| {
            let parents = parents(source, table);
            parents.iter().all(|parent| parent == table || ordered.contains(parent))
        });
        ordered.push(open.remove(free.expect("no circle of tables")));
    }
    ordered
}

fn parents(source: &Connection, table: &str) -> Vec<String> {
    let mut statement = source
        .prepare("select \"table\" from pragma_foreign_key_list(?1)")
        .unwrap();
    let rows = statement.query_map([table], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// How to read the rows that the floor has not, and how to write them. Rows with a number are only added by what is measured;
/// where there are no numbers, one may have been changed: a cursor.
fn new_rows(source: &Connection, table: &str) -> (String, &'static str) {
    let last = format!("select coalesce(max(rowid), 0) from floor.\"{table}\"");
    match source.query_row(&last, [], |row| row.get::<_, i64>(0)) {
        Ok(last) => (format!("select * from main.\"{table}\" where rowid > {last}"), "insert"),
        Err(_) => (
            format!("select * from main.\"{table}\" except select * from floor.\"{table}\""),
            "insert or replace",
        ),
    }
}
