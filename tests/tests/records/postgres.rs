//! All of it on PostgreSQL.

#[path = "bindings.rs"]
mod bindings;
#[path = "deletes.rs"]
mod deletes;
#[path = "runs.rs"]
mod runs;
#[path = "searches.rs"]
mod searches;
#[path = "tables.rs"]
mod tables;
#[path = "values.rs"]
mod values;
#[path = "whole.rs"]
mod whole;
#[path = "writes.rs"]
mod writes;

use super::*;

fn inside() -> Inside {
    records::inside(Kind::Postgres)
}

fn empty() -> Inside {
    records::empty(Kind::Postgres)
}
