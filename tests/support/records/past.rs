//! Statements past the store, on a connection of their own.

use super::{Inside, Numbers};
use crate::place::Place;

impl Inside {
    /// Runs statements past the store.
    pub fn sql(&self, statements: &str) {
        self.runtime.block_on(self.place.sql(statements));
    }

    /// The first column of a query past the store, rows joined by `|`.
    pub fn query(&self, statement: &str) -> String {
        self.runtime.block_on(self.place.texts(statement)).join("|")
    }

    /// What a plan says; the numbers that a refused one has drawn are given back.
    pub(super) fn drawing_again(&self, plan: impl FnOnce() -> String) -> String {
        let (Place::Schema { .. }, Numbers::DrawnAgain) = (&*self.place, self.numbers) else {
            return plan();
        };
        let drawn = self.query(
            "select format('select setval(%L, %s, %L);', quote_ident(schemaname) || '.' || quote_ident(sequencename),
                           coalesce(last_value, 1), last_value is not null)
             from pg_sequences where schemaname = current_schema() and sequencename not like 'job%'",
        );
        let answer = plan();
        if !answer.starts_with("applied") && !drawn.is_empty() {
            self.sql(&drawn.replace('|', " "));
        }
        answer
    }
}
