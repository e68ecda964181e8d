//! Statements past the store, on a connection of their own.

use std::time::Duration;

use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::{Inside, Numbers, Place};

impl Inside {
    /// Runs statements past the store.
    pub fn sql(&self, statements: &str) {
        match &*self.place {
            Place::File { path, .. } => connect(path).execute_batch(statements).unwrap(),
            Place::Schema { .. } => {
                self.answers(statements);
            }
        }
    }

    /// The first column of a query past the store, rows joined by `|`.
    pub fn query(&self, statement: &str) -> String {
        match &*self.place {
            Place::File { path, .. } => {
                let connection = connect(path);
                let mut statement = connection.prepare(statement).unwrap();
                let rows = statement
                    .query_map([], |row| row.get::<_, rusqlite::types::Value>(0))
                    .unwrap();
                let texts = rows.map(|value| value_text(&value.unwrap()));
                texts.collect::<Vec<_>>().join("|")
            }
            Place::Schema { .. } => self.answers(statement).join("|"),
        }
    }

    /// What a plan says; the numbers that a refused one has drawn are given back.
    pub(super) fn drawing_again(&self, plan: impl FnOnce() -> String) -> String {
        let (Place::Schema { .. }, Numbers::DrawnAgain) = (&*self.place, self.numbers) else {
            return plan();
        };
        let drawn = self.query(
            "select format('select setval(%L, %s, %L);', quote_ident(schemaname) || '.' || quote_ident(sequencename), coalesce(last_value, 1), last_value is not null)
             from pg_sequences where schemaname = current_schema() and sequencename not like 'job%'",
        );
        let answer = plan();
        if !answer.starts_with("applied") && !drawn.is_empty() {
            self.sql(&drawn.replace('|', " "));
        }
        answer
    }

    fn answers(&self, statements: &str) -> Vec<String> {
        let Place::Schema { url, schema } = &*self.place else {
            return Vec::new();
        };
        let answers = self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test connects");
            tokio::spawn(connection);
            let statements = format!("set search_path to {schema}; {statements}");
            client.simple_query(&statements).await.expect("the test's statements")
        });
        answers.iter().filter_map(first_column).collect()
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the enum of the library may grow")]
fn first_column(message: &SimpleQueryMessage) -> Option<String> {
    match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("null").to_owned()),
        _ => None,
    }
}

fn connect(path: &std::path::Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
}

fn value_text(value: &rusqlite::types::Value) -> String {
    match value {
        rusqlite::types::Value::Null => "null".to_owned(),
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Real(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text.clone(),
        rusqlite::types::Value::Blob(bytes) => format!("{bytes:?}"),
    }
}
